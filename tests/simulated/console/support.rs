//! A console on a simulator: keys in, screens out.

use cordboard::api::{Client, Connection};
use cordboard::app::{Clock, Event, Greeting, Model, Pbx};
use cordboard::catalog::Catalog;
use cordboard::input::Key;
use cordboard::odata::PbxId;
use cordboard::shell::{Connecting, Console, Host, connected};
use cordboard::sim::{self, Simulator};
use cordboard::theme::Theme;
use cordboard::ui::{Look, glyphs::UTF8};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What the console asked of the terminal beside drawing.
#[derive(Clone, Default)]
pub struct Tty {
    pub copied: Rc<RefCell<Vec<String>>>,
}

impl Host for Tty {
    fn copy(&mut self, text: &str) -> Result<(), String> {
        self.copied.borrow_mut().push(text.to_owned());
        Ok(())
    }

    fn suspend(&mut self) {}
}

/// A console under test.
pub struct Bench {
    pub console: Console<TestBackend>,
    pub tty: Tty,
}

fn noon() -> Clock {
    Clock("12:00".to_owned())
}

/// A PBX as the console holds it before it has answered.
pub fn pbx(name: &str) -> Pbx {
    Pbx {
        id: PbxId::new(name),
        address: String::new(),
        client: String::new(),
        roles: Vec::new(),
        insecure: false,
        demo: true,
        catalog: Catalog::shipped(),
        greeting: Greeting::Waiting,
        names: cordboard::app::list::Names::default(),
    }
}

/// A client of a simulator.
pub fn client(simulator: &Simulator) -> Client {
    client_with(simulator, &sim::Options::default().client_secret)
}

/// A client that signs in with this key.
pub fn client_with(simulator: &Simulator, secret: &str) -> Client {
    let connection = Connection::new(
        PbxId::new("acme"),
        simulator.url().to_owned(),
        simulator.client_id().to_owned(),
        secrecy::SecretString::from(secret),
    );
    Client::new(connection, Catalog::shipped())
}

/// A simulator as the demo runs it.
pub async fn simulator() -> Simulator {
    sim::start(sim::Options::default()).await.unwrap()
}

impl Bench {
    /// A console of this size on a simulator, its start page read.
    pub async fn on(simulator: &Simulator, size: (u16, u16)) -> Self {
        Self::with(connected(client(simulator)), size).await
    }

    /// A console of this size on whatever answers there.
    pub async fn with(connecting: Connecting, size: (u16, u16)) -> Self {
        let clients = HashMap::from([(PbxId::new("acme"), connecting)]);
        let tty = Tty::default();
        let terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        let look = Look { theme: Theme::default(), glyphs: &UTF8 };
        let model = Model::new(pbx("acme"), size);
        let mut console = Console::new(model, look, terminal, Box::new(tty.clone()), clients, noon);
        console.start().unwrap();
        let mut bench = Self { console, tty };
        bench.idle().await;
        bench
    }

    /// Waits until nothing is under way, nothing waits to be drawn and no timer runs; timers go off at once.
    pub async fn idle(&mut self) {
        loop {
            while self.console.receive_all() {}
            if self.console.is_busy() {
                self.console.wait().await;
            } else if !self.console.fire_timer() {
                break;
            }
        }
        self.console.draw().unwrap();
    }

    /// Waits until the screen shows a text, whatever else is under way.
    pub async fn until(&mut self, text: &str) {
        loop {
            while self.console.receive_all() {}
            self.console.draw().unwrap();
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
    pub async fn keys(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.press(key);
            self.idle().await;
        }
    }

    /// Presses keys without waiting for anything; every key finds the screen drawn.
    pub fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            match key.strip_prefix('\'') {
                Some(text) => text.chars().for_each(|c| self.console.take(Event::Key(Key::char(c)))),
                None => self.console.take(Event::Key(Key::parse(key).unwrap())),
            }
            self.console.draw().unwrap();
        }
    }

    /// The screen as text, lines without the blanks at their ends.
    pub fn screen(&self) -> String {
        text(self.console.backend().buffer())
    }

    /// Fails with the screen unless it shows each of the texts.
    pub fn shows(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.screen().contains(text), "{text:?} is not on the screen:\n{}", self.screen());
        }
    }
}

/// A buffer as text.
pub fn text(buffer: &Buffer) -> String {
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
