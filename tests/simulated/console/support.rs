//! A console on a simulator: keys in, screens out.

use super::screen::Screen;
use cordboard::api::{Client, Connection, Patience};
use cordboard::app::nested::{Level, Row};
use cordboard::app::{Clock, Event, Form, Goal, Layer, Model, Pbx, View};
use cordboard::catalog::Catalog;
use cordboard::input::Key;
use cordboard::odata::PbxId;
use cordboard::shell::{Connecting, Console, Host, connected};
use cordboard::sim::{self, Matcher, Simulator};
use cordboard::theme::Theme;
use cordboard::ui::{Look, glyphs::UTF8};
use ratatui::buffer::Buffer;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

/// What the console asked of the terminal beside drawing.
#[derive(Clone, Default)]
pub(crate) struct Tty {
    pub(crate) copied: Rc<RefCell<Vec<String>>>,
    pub(crate) mouse: Rc<RefCell<Vec<bool>>>,
    /// Why the clipboard takes nothing.
    pub(crate) refuses: Rc<RefCell<Option<String>>>,
    /// The texts that the user's own editor was given, and what it leaves of the next.
    pub(crate) edited: Rc<RefCell<Vec<String>>>,
    pub(crate) leaves: Rc<RefCell<Option<String>>>,
}

impl Host for Tty {
    fn copy(&mut self, text: &str) -> Result<(), String> {
        if let Some(why) = self.refuses.borrow().clone() {
            return Err(why);
        }
        self.copied.borrow_mut().push(text.to_owned());
        Ok(())
    }

    fn suspend(&mut self) {}

    fn edit(&mut self, text: &str, _ending: &str) -> Result<Option<String>, String> {
        self.edited.borrow_mut().push(text.to_owned());
        Ok(self.leaves.borrow_mut().take())
    }

    fn mouse(&mut self, on: bool) {
        self.mouse.borrow_mut().push(on);
    }
}

/// A console under test.
pub(crate) struct Bench {
    pub(crate) console: Console<Screen>,
    pub(crate) tty: Tty,
    pub(crate) look: Look,
    /// How many keys were pressed.
    pub(crate) pressed: usize,
}

fn noon() -> Clock {
    Clock("12:00".to_owned())
}

/// A PBX as the console holds it before it has answered.
pub(crate) fn pbx(name: &str) -> Pbx {
    Pbx { demo: true, ..Pbx::unheard(name) }
}

/// A client of a simulator.
pub(crate) fn client(simulator: &Simulator) -> Client {
    client_with(simulator, &sim::Options::default().client_secret)
}

/// A client that signs in with this key.
pub(crate) fn client_with(simulator: &Simulator, secret: &str) -> Client {
    let mut connection = Connection::new(
        PbxId::new("acme"),
        simulator.url().to_owned(),
        simulator.client_id().to_owned(),
        secrecy::SecretString::from(secret),
    );
    // Nothing is gained by waiting here: what passes has passed at the second try.
    connection.patience = Patience { pause: Duration::ZERO, ..Patience::default() };
    Client::new(connection, Catalog::shipped())
}

/// A simulator as the demo runs it.
pub(crate) async fn simulator() -> Simulator {
    sim::start(sim::Options::default()).await.unwrap()
}

/// A simulator that merges a nested object into the one it has, and does not replace it. Nobody knows which of the two a
/// real PBX does.
pub(crate) async fn merging() -> Simulator {
    let behaviour = sim::Behaviour { nested_merge: true, ..sim::Behaviour::default() };
    sim::start(sim::Options { behaviour, ..sim::Options::default() }).await.unwrap()
}

/// Makes two tests of each flow: on a PBX that replaces nested objects, and on one that merges them.
macro_rules! in_both_modes {
    ($($flow:ident),+ $(,)?) => {
        mod replacing {
            $(#[tokio::test]
            async fn $flow() {
                super::$flow($crate::console::support::simulator().await).await;
            })+
        }

        mod merging {
            $(#[tokio::test]
            async fn $flow() {
                super::$flow($crate::console::support::merging().await).await;
            })+
        }
    };
}
pub(crate) use in_both_modes;

impl Bench {
    /// A console of this size on a simulator, its start page read.
    pub(crate) async fn on(simulator: &Simulator, size: (u16, u16)) -> Self {
        Self::with(connected(client(simulator)), size).await
    }

    /// A console of this size on whatever answers there, its start page read.
    pub(crate) async fn with(connecting: Connecting, size: (u16, u16)) -> Self {
        let mut bench = Self::begin(connecting, size, Look { theme: Theme::default(), glyphs: &UTF8 });
        bench.idle().await;
        bench
    }

    /// A console that has drawn its first frame and asked its first questions.
    pub(crate) fn begin(connecting: Connecting, size: (u16, u16), look: Look) -> Self {
        let mut bench = Self::unread(connecting, size, look);
        bench.console.start();
        bench
    }

    /// A console that has not begun.
    pub(crate) fn unread(connecting: Connecting, size: (u16, u16), look: Look) -> Self {
        let clients = HashMap::from([(PbxId::new("acme"), connecting)]);
        let tty = Tty::default();
        let terminal = Screen::new(size);
        let model = Model::new(pbx("acme"), size);
        let console = Console::new(model, look.clone(), terminal, Box::new(tty.clone()), clients, noon);
        Self { console, tty, look, pressed: 0 }
    }

    /// The same on a simulator, with the signs and colours of everybody.
    pub(crate) fn begin_plain(simulator: &Simulator, size: (u16, u16)) -> Self {
        Self::begin(connected(client(simulator)), size, Look { theme: Theme::default(), glyphs: &UTF8 })
    }

    /// Waits until nothing is under way, nothing waits to be drawn and no timer runs; timers go off at once.
    pub(crate) async fn idle(&mut self) {
        loop {
            while self.console.receive_all() {}
            if self.console.is_busy() {
                self.console.wait().await;
            } else if !self.console.fire_timer() {
                break;
            }
        }
        self.console.draw();
        assert_eq!(self.screen(), text(&self.fresh()), "the terminal shows what is drawn");
    }

    /// The screen drawn anew, on nothing.
    fn fresh(&self) -> Buffer {
        let mut buffer = Buffer::empty(self.console.screen().buffer().area);
        cordboard::ui::draw(self.console.model(), &self.look, buffer.area, &mut buffer);
        buffer
    }

    /// Waits until the screen shows a text, whatever else is under way.
    pub(crate) async fn until(&mut self, text: &str) {
        loop {
            while self.console.receive_all() {}
            self.console.draw();
            if self.screen().contains(text) {
                return;
            }
            assert!(
                self.console.is_busy(),
                "nothing is under way and {text:?} is not on the screen:\n{}",
                self.screen()
            );
            self.console.wait().await;
        }
    }

    /// Presses keys, spelt as in key files and separated by spaces; `'text` types a text. Waits for idle after each.
    pub(crate) async fn keys(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.press(key);
            self.idle().await;
        }
    }

    /// Presses keys without waiting for anything; every key finds the screen drawn.
    pub(crate) fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            match key.strip_prefix('\'') {
                Some(text) => text.chars().for_each(|c| self.press_one(Key::char(c))),
                None => self.press_one(Key::parse(key).unwrap()),
            }
        }
    }

    /// Presses keys without a frame in between, as pasted or repeated keys come in.
    pub(crate) fn send(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.console.take(Event::Key(Key::parse(key).unwrap()));
        }
    }

    fn press_one(&mut self, key: Key) {
        self.pressed += 1;
        self.console.take(Event::Key(key));
        self.console.draw();
    }

    /// Pastes a text.
    pub(crate) async fn paste(&mut self, text: &str) {
        self.console.take(Event::Paste(text.to_owned()));
        self.idle().await;
    }

    /// Gives the terminal another size.
    pub(crate) async fn resize(&mut self, size: (u16, u16)) {
        self.console.screen_mut().resize(size.0, size.1);
        self.console.take(Event::Resize(size.0, size.1));
        self.idle().await;
    }

    /// Opens a resource by its wire name, as people do: with the palette.
    pub(crate) async fn go(&mut self, resource: &str) {
        self.keys("ctrl-p").await;
        self.paste(resource).await;
        let at = self.palette(&Goal::Resource(resource_name(resource)));
        for _ in 0..at {
            self.press("down");
        }
        self.keys("enter").await;
    }

    /// The place of an entry in the palette.
    pub(crate) fn palette(&self, goal: &Goal) -> usize {
        let Some(Layer::Palette(palette)) = self.console.model().layers.last() else { panic!("no palette") };
        palette
            .entries
            .iter()
            .position(|entry| entry.goal == *goal)
            .unwrap_or_else(|| panic!("not offered:\n{}", self.screen()))
    }

    /// Selects a field of the form by its wire name, with the find line and the arrow.
    pub(crate) async fn field(&mut self, name: &str) {
        // Esc first: a form may be narrowed already.
        self.press("/ esc /");
        self.paste(name).await;
        self.keys("enter home").await;
        while self.form().field != name {
            let before = self.form().field.clone();
            self.press("down");
            assert_ne!(self.form().field, before, "{name} is not in the form:\n{}", self.screen());
        }
        // The whole form again.
        self.keys("/ esc").await;
    }

    /// Selects a property of the object on the screen by its path.
    pub(crate) async fn row(&mut self, path: &str) {
        self.press("home");
        loop {
            let model = self.console.model();
            let Some(View::Nested(nested)) = model.view() else { panic!("no level:\n{}", self.screen()) };
            let level = Level::of(model, nested).unwrap();
            if matches!(level.row(), Some(Row::Member(here)) if here == path) {
                return;
            }
            let before = nested.at;
            self.press("down");
            let Some(View::Nested(nested)) = self.console.model().view() else { unreachable!() };
            assert_ne!(nested.at, before, "{path} is not in the form:\n{}", self.screen());
        }
    }

    /// Puts another text into a field that is typed on one line.
    pub(crate) async fn retype(&mut self, field: &str, text: &str) {
        self.field(field).await;
        self.press("enter");
        let typing = self.form().typing.as_ref().unwrap_or_else(|| panic!("no line:\n{}", self.screen()));
        for _ in 0..typing.line.text().chars().count() {
            self.press("backspace");
        }
        self.paste(text).await;
        self.keys("enter").await;
    }

    /// The first line of the screen that holds a text.
    pub(crate) fn line(&self, text: &str) -> String {
        let screen = self.screen();
        screen.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text:?}:\n{screen}")).to_owned()
    }

    /// What the selected row of the list is called.
    pub(crate) fn selected(&self) -> String {
        let (id, list) = self.console.model().list().unwrap();
        self.console.model().row_label(id, list.view.selected().unwrap())
    }

    /// The form on the screen.
    pub(crate) fn form(&self) -> &Form {
        self.console.model().form().unwrap()
    }

    /// The text in the editor on the screen.
    pub(crate) fn text(&self) -> String {
        let Some(View::Editor(editor)) = self.console.model().view() else { panic!("no editor:\n{}", self.screen()) };
        editor.area.text()
    }

    /// Replaces a piece of the text in the editor with the keys: there, delete, type.
    pub(crate) async fn replace(&mut self, old: &str, new: &str) {
        let text = self.text();
        let at = text.find(old).unwrap_or_else(|| panic!("{old:?} is not in the text:\n{text}"));
        let line = text[..at].matches('\n').count();
        let column = text[..at].chars().rev().take_while(|c| *c != '\n').count();
        self.press("ctrl-home");
        for (key, times) in [("down", line), ("right", column), ("del", old.chars().count())] {
            for _ in 0..times {
                self.press(key);
            }
        }
        self.paste(new).await;
    }

    /// The screen as text, lines without the blanks at their ends.
    pub(crate) fn screen(&self) -> String {
        text(self.console.screen().buffer())
    }

    /// Fails with the screen unless it shows each of the texts.
    pub(crate) fn shows(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.screen().contains(text), "{text:?} is not on the screen:\n{}", self.screen());
        }
    }
}

/// The request for a page of the list of users, found out by reading the list once.
pub(crate) async fn page(simulator: &Simulator, of: &str) -> Matcher {
    Bench::on(simulator, (120, 40)).await;
    let seen = simulator.faults().requests();
    let page = seen.iter().find(|seen| seen.path.contains("/Users?") && seen.path.contains(of)).unwrap();
    Matcher::new("GET", &page.path)
}

/// Changes an entity behind everybody's back.
pub(crate) fn patch(simulator: &Simulator, set: &str, key: &str, patch: serde_json::Value) {
    assert!(simulator.faults().patch(set, Some(key), patch.as_object().unwrap().clone()));
}

fn resource_name(name: &str) -> &'static str {
    Catalog::shipped().resource(name).unwrap().name
}

/// A buffer as text.
pub(crate) fn text(buffer: &Buffer) -> String {
    let mut lines = Vec::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += (cordboard::ui::text::width(symbol) as u16).max(1);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}
