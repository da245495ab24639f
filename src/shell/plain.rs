//! The console as a conversation, for screen readers and for pipes: lines out, a prompt, a line in.
//!
//! The same model, update and effects as the screen has, and the same drawing, read off as lines. Owns what is said and
//! when: the first time all of a page, afterwards what changed; a sign of life only where an answer takes long.

mod words;

use super::clock;
use super::console::{Console, Frame, Host, Surface, sleep_until};
use super::tasks::Connecting;
use super::terminal::{Own, furnish};
use crate::app::{Event, Model, Tone};
use crate::input::{Command, Context, Key};
use crate::odata::PbxId;
use crate::ui::{self, Look, Screen, glyphs};
use rustix::termios::{self, LocalModes, OptionalActions, QueueSelector};
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, BufRead, IsTerminal, Write};
use std::rc::Rc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;
use words::{Meaning, Step};

/// Rows said at once.
const PAGE: usize = 20;
/// The screen that decides how far a page goes: narrow enough to have nothing beside the list.
const SIZE: (u16, u16) = (99, PAGE as u16 + 6);
/// How long an answer takes before a sign of life is given, and how long until the next.
const LONG: Duration = Duration::from_secs(3);

/// What the console asks of a terminal that only has lines. What is copied is kept until it is said.
#[derive(Clone, Default)]
struct Lines {
    copied: Rc<RefCell<Vec<String>>>,
}

impl Host for Lines {
    fn copy(&mut self, text: &str) -> Result<(), String> {
        // No control sequence goes out here, the one for the clipboard included.
        self.copied.borrow_mut().push(text.to_owned());
        Ok(())
    }

    fn suspend(&mut self) {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP);
    }
}

impl Surface for Lines {
    fn size(&self) -> (u16, u16) {
        SIZE
    }

    fn show(&mut self, _frame: Frame) -> bool {
        // Frames are not shown: what they say has been said by then.
        true
    }

    fn forget(&mut self) {}
}

/// Runs the console line by line until the user quits, the input ends or the system asks to end.
///
/// # Errors
/// When nobody takes what is said.
pub async fn converse(
    mut model: Model,
    look: Look,
    clients: HashMap<PbxId, Connecting>,
    own: Own,
    ascii: bool,
) -> io::Result<()> {
    (model.size, model.mouse) = (SIZE, false);
    let look = Look { glyphs: &glyphs::UTF8, ..look };
    let lines = Lines::default();
    let mut console = Console::new(model, look.clone(), lines.clone(), Box::new(lines.clone()), clients, clock::now);
    furnish(&mut console, own);
    let mut talk = Talk {
        console,
        lines,
        look,
        ascii,
        out: io::stdout(),
        said: Vec::new(),
        greeting: String::new(),
        place: String::new(),
        notice: String::new(),
        spoke: false,
    };
    talk.run(Typed::start(io::stdin().is_terminal()), ends()?).await
}

/// Signals that ask to end.
fn ends() -> io::Result<UnboundedReceiver<Event>> {
    let (queue, events) = mpsc::unbounded_channel();
    for kind in [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()] {
        let (mut asked, queue) = (signal(kind)?, queue.clone());
        tokio::spawn(async move { while asked.recv().await.is_some() && queue.send(Event::Terminate).is_ok() {} });
    }
    Ok(events)
}

/// The lines that are typed, each read when it is asked for.
struct Typed {
    asks: std::sync::mpsc::Sender<()>,
    lines: UnboundedReceiver<Option<String>>,
    is_asked: bool,
    is_terminal: bool,
}

impl Typed {
    fn start(is_terminal: bool) -> Self {
        let (asks, asked) = std::sync::mpsc::channel();
        let (send, lines): (UnboundedSender<Option<String>>, _) = mpsc::unbounded_channel();
        // A thread of its own: a read of a terminal cannot be broken off, and must not keep the program from ending.
        std::thread::spawn(move || {
            let mut stdin = io::stdin().lock();
            while asked.recv().is_ok() {
                let mut line = Vec::new();
                let read = stdin.read_until(b'\n', &mut line);
                let is_end = !matches!(read, Ok(count) if count > 0);
                let line = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
                if send.send((!is_end).then_some(line)).is_err() || is_end {
                    return;
                }
            }
        });
        Self { asks, lines, is_asked: false, is_terminal }
    }

    /// Asks for the next line. What was typed before a question could be read is no answer to it.
    fn ask(&mut self, is_question: bool) {
        if self.is_asked {
            return;
        }
        if is_question && self.is_terminal {
            let _ = termios::tcflush(io::stdin(), QueueSelector::IFlush);
        }
        self.is_asked = self.asks.send(()).is_ok();
    }

    async fn next(&mut self) -> Option<String> {
        let line = self.lines.recv().await.flatten();
        self.is_asked = false;
        line
    }
}

/// The terminal does not show what is typed, until this is dropped.
struct Unseen(Option<termios::Termios>);

impl Unseen {
    fn begin() -> Self {
        let before = termios::tcgetattr(io::stdin()).ok();
        if let Some(mut modes) = before.clone() {
            modes.local_modes.remove(LocalModes::ECHO);
            let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &modes);
        }
        Self(before)
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        if let Some(modes) = &self.0 {
            let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, modes);
        }
    }
}

/// A screen that has been said.
struct Said {
    screen: Screen,
    /// The first row that was said.
    page: usize,
}

/// A conversation.
struct Talk<W: Write> {
    console: Console<Lines>,
    lines: Lines,
    look: Look,
    ascii: bool,
    out: W,
    /// The screens that have been said, each above the one it was opened from.
    said: Vec<Said>,
    greeting: String,
    /// Where the last screen was.
    place: String,
    notice: String,
    /// Something was said since this was last looked at.
    spoke: bool,
}

impl<W: Write> Talk<W> {
    async fn run(&mut self, mut typed: Typed, mut ends: UnboundedReceiver<Event>) -> io::Result<()> {
        self.console.start();
        self.line("Lines only. help tells what can be typed here; quit ends.")?;
        let mut long = Instant::now() + LONG;
        let mut is_told = false;
        let mut unseen: Option<Unseen> = None;
        while !self.console.has_quit() {
            let busy = self.console.is_busy();
            if !busy && !is_told {
                is_told = true;
                let spoke = self.tell()?;
                // Before the prompt: whoever types as soon as it stands there must not be shown either.
                if typed.is_terminal && unseen.is_none() && words::is_secret(self.console.model()) {
                    unseen = Some(Unseen::begin());
                }
                if spoke || !typed.is_asked {
                    self.prompt()?;
                }
            }
            // From a pipe, the next line waits until the last one has been answered; a person may say stop meanwhile.
            if !typed.is_asked && (is_told || typed.is_terminal) {
                typed.ask(is_question(self.console.model()));
            }
            let due = self.console.next_due();
            let due = if busy { Some(due.map_or(long, |due| due.min(long))) } else { due };
            tokio::select! {
                biased;
                Some(event) = ends.recv() => self.console.take(event),
                line = typed.next(), if typed.is_asked => {
                    if unseen.take().is_some() || !typed.is_terminal {
                        // The end of the line that was typed is on no terminal.
                        writeln!(self.out)?;
                    }
                    match line {
                        Some(line) => self.answer(&line)?,
                        None => self.console.take(Event::Terminate),
                    }
                    (is_told, long) = (false, Instant::now() + LONG);
                }
                () = self.console.wait(), if busy => {
                    self.console.receive_all();
                    is_told &= self.console.is_busy();
                }
                () = sleep_until(due) => {
                    self.console.fire_due();
                    if busy && Instant::now() >= long {
                        self.sign_of_life()?;
                        long = Instant::now() + LONG * 3;
                    }
                }
            }
        }
        drop(unseen);
        self.console.leave();
        self.console.finish().await;
        self.line("Bye.")
    }

    /// Does what a line means.
    fn answer(&mut self, line: &str) -> io::Result<()> {
        let (total, page) = self.said.last().map_or((0, 0), |said| (said.screen.total, said.page));
        let rows = words::Rows { total, said: (page + PAGE).min(total) };
        match words::meaning(self.console.model(), rows, line) {
            Meaning::Do(steps) => {
                for step in steps {
                    self.step(step);
                }
            }
            Meaning::Turn(on) => match (on, page + PAGE < total, page) {
                (true, true, _) => self.turn(page + PAGE)?,
                (true, false, 0) => self.turn(0)?,
                (true, false, _) => self.line("That was the last page; previous goes back.")?,
                (false, _, 0) => self.line("This is the first page.")?,
                (false, _, page) => self.turn(page.saturating_sub(PAGE))?,
            },
            Meaning::Again => self.turn(page)?,
            Meaning::Tell => self.help()?,
            Meaning::Nothing(why) => self.line(&why)?,
        }
        Ok(())
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Event(event) => self.console.take(*event),
            Step::Type(text) => {
                let length = words::typed(self.console.model()).map_or(0, |line| line.text().chars().count());
                let by_hand = matches!(self.console.model().layers.last(), Some(crate::app::Layer::Consent(_)));
                for key in std::iter::once("end").chain(std::iter::repeat_n("backspace", length)) {
                    if let Ok(key) = Key::parse(key) {
                        self.console.take(Event::Key(key));
                    }
                }
                if by_hand {
                    text.chars().for_each(|c| self.console.take(Event::Key(Key::char(c))));
                } else {
                    self.console.take(Event::Paste(text));
                }
            }
            Step::Accept => {
                if self.console.model().context() == Context::Line {
                    self.console.take(Event::Run(Command::Open));
                }
            }
        }
    }

    fn prompt(&mut self) -> io::Result<()> {
        let prompt = self.fit(&words::prompt(self.console.model()));
        write!(self.out, "{prompt}").and_then(|()| self.out.flush())
    }

    /// Says what is on the screen, or what of it changed; and whether there was anything to say.
    fn tell(&mut self) -> io::Result<bool> {
        self.spoke = false;
        let greeting = ui::greeting(self.console.model(), &self.look);
        if greeting != self.greeting {
            self.line(&greeting)?;
            self.greeting = greeting;
        }
        let now = self.screen(0);
        // What lay on top is gone; what was below it has been said.
        let mut is_back = false;
        while let Some(left) = self.said.pop_if(|said| said.screen.depth > now.depth) {
            is_back = true;
            // Whoever comes back to another screen is told which.
            if !left.screen.is_layer {
                self.place.clear();
            }
        }
        let is_known = |said: &Said| {
            let was = &said.screen;
            was.depth == now.depth && was.place == now.place && was.total == now.total
        };
        let before = self.said.pop_if(|said| said.screen.depth == now.depth).filter(is_known);
        let page = before.as_ref().map_or(0, |said| said.page);
        let moved = before.as_ref().is_none_or(|said| said.screen.selected != now.selected);
        let follows = now.selected.filter(|at| moved && !(page..page + PAGE).contains(at));
        let page = follows.map_or(page, |at| at / PAGE * PAGE);
        let now = if page == 0 { now } else { self.screen(page) };
        let told = before.filter(|said| said.page == page).map(|said| said.screen);
        self.announce(&now, page, told.as_ref())?;
        if is_back && !self.spoke {
            self.line(&now.place)?;
        }
        self.said.push(Said { screen: now, page });
        let notice = self.console.model().notice.clone();
        let notice = notice.map_or_else(String::new, |notice| {
            let sign = if notice.tone == Tone::Bad { "! " } else { "" };
            format!("{sign}{}", notice.text)
        });
        let copied = std::mem::take(&mut *self.lines.copied.borrow_mut());
        if !copied.is_empty() {
            self.line("To be copied by hand:")?;
            copied.iter().try_for_each(|text| self.line(text))?;
        } else if !notice.is_empty() && notice != self.notice {
            self.line(&ui::said(&notice))?;
        }
        self.notice = notice;
        self.console.draw();
        Ok(self.spoke)
    }

    /// Says all of a page.
    fn turn(&mut self, page: usize) -> io::Result<()> {
        let now = self.screen(page);
        self.announce(&now, page, None)?;
        if let Some(said) = self.said.last_mut() {
            *said = Said { screen: now, page };
        }
        Ok(())
    }

    /// The page from this row on. What is to be agreed to is never cut into pages.
    fn screen(&self, from: usize) -> Screen {
        let model = self.console.model();
        ui::aloud(model, &self.look, from..from + PAGE)
    }

    fn announce(&mut self, now: &Screen, page: usize, told: Option<&Screen>) -> io::Result<()> {
        let fresh = told.is_none();
        if !now.is_layer && (fresh || self.place != now.place) {
            self.line(&now.place)?;
            now.place.clone_into(&mut self.place);
        }
        if !now.is_layer && !now.state.is_empty() && told.is_none_or(|told| told.state != now.state) {
            self.line(&now.state)?;
        }
        let said = |number: Option<usize>, text: &str| {
            told.is_some_and(|told| told.lines.iter().any(|line| line.number == number && line.text == text))
        };
        for line in now.lines.iter().filter(|line| !said(line.number, &line.text)) {
            match line.number {
                Some(number) => self.line(&format!("{number}. {}", line.text))?,
                None => self.line(&line.text)?,
            }
        }
        let context = self.console.model().context();
        let helps = match context {
            // Help for the selected field, where it is being changed.
            Context::Form | Context::Part => false,
            _ => told.is_none_or(|told| told.foot != now.foot),
        };
        if helps {
            for line in &now.foot {
                self.line(line)?;
            }
        }
        if let Some(told) = told
            && told.selected != now.selected
            && let Some(here) = now.lines.iter().find(|line| line.here)
            && said(here.number, &here.text)
        {
            self.line(&format!("Selected: {}. {}", here.number.unwrap_or_default(), here.text))?;
        }
        let last = (page + PAGE).min(now.total);
        if fresh && now.total > PAGE {
            let more = if last < now.total { "; more" } else { "" };
            self.line(&format!("{} to {last} of {}{more}", page + 1, now.total))?;
        }
        Ok(())
    }

    /// What can be typed here.
    fn help(&mut self) -> io::Result<()> {
        self.line("A number chooses a row; more and previous turn pages; again says everything again.")?;
        self.line(
            "/text looks for a text, :text finds anything by name, go 214 opens the entry with that number; in a list \
             a number that no row said so far has does the same.",
        )?;
        self.line("A command is its word, with the numbers of rows where it needs some: mark 1-3, not-set 4.")?;
        let model = self.console.model();
        let context = model.context();
        let rows: Vec<String> = model
            .keymap
            .rows(context)
            .map(|row| {
                let key = model.keymap.hint(context, row).unwrap_or_default();
                format!("{}: {} (key {})", row.name, row.help, glyphs::ASCII.hint(&key))
            })
            .collect();
        rows.iter().try_for_each(|row| self.line(row))
    }

    /// Something takes long: it is said that it does, and where one is.
    fn sign_of_life(&mut self) -> io::Result<()> {
        let now = self.screen(0);
        let state = now.lines.first().filter(|line| line.number.is_none()).map_or(now.state, |line| line.text.clone());
        let pbx = self.console.model().pbx().id.clone();
        self.line(&format!("Still waiting for {pbx}: {state}"))
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        self.spoke = true;
        let text: Vec<String> = text.lines().map(|line| self.fit(line)).collect();
        writeln!(self.out, "{}", text.join("\n"))
    }

    /// A text that can neither move a cursor nor colour anything, and that the locale can show.
    fn fit(&self, text: &str) -> String {
        glyphs::Glyphs::of(self.ascii).text(text).into_owned()
    }
}

/// What is asked here is agreed to by a line: it must have been read before.
fn is_question(model: &Model) -> bool {
    let counts = matches!(model.layers.last(), Some(crate::app::Layer::Line(crate::app::Ask::Count(_), _)));
    let removes = matches!(model.layers.last(), Some(crate::app::Layer::Consent(_)));
    counts || removes || matches!(model.context(), Context::Preview | Context::Plan | Context::Question)
}
