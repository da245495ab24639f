//! The real terminal: entering it, leaving it as it was, whatever happens.
//!
//! One thread reads it (`reader`), one writes to it (`writer`); the loop waits for neither. How many bytes a frame
//! takes is decided in `emit`, when the next one is written in `pace`.

mod device;
mod emit;
mod keys;
mod pace;
mod reader;
mod tokens;
mod writer;

use super::console::{Console, Frame, Host, Surface, Themes};
use super::requests::RequestLog;
use super::tasks::Connecting;
use super::{clock, editor};
use crate::app::{Event, Model};
use crate::journal::Journal;
use crate::odata::PbxId;
use crate::theme::Theme;
use crate::ui::Look;
use base64::Engine as _;
use crossterm::Command;
use crossterm::cursor::Show;
use crossterm::style::ResetColor;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen};
use device::Device;
use reader::Reader;
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{self, Sender};
use writer::Writer;

/// Longer texts are cut off by terminals, tmux first of all.
const CLIPBOARD: usize = 74_000;
/// Events that wait to be taken; beyond that the terminal itself keeps what is typed.
const QUEUE: usize = 1024;

/// Pastes told from keys.
const PASTES: &str = "\x1b[?2004h";
const NO_PASTES: &str = "\x1b[?2004l";
/// Buttons and the wheel, in the form that knows wide screens; no moves, which would wake the program and fill a slow
/// line.
const MOUSE: &str = "\x1b[?1000h\x1b[?1006h";
const NO_MOUSE: &str = "\x1b[?1006l\x1b[?1000l";

/// What is asked for when the terminal is taken.
fn greeting(mouse: bool) -> String {
    [ansi(EnterAlternateScreen).as_str(), PASTES, if mouse { MOUSE } else { "" }].concat()
}

/// All that was asked for taken back, the colours too.
fn farewell() -> String {
    [NO_MOUSE, NO_PASTES, &ansi(ResetColor), &ansi(LeaveAlternateScreen), &ansi(Show)].concat()
}

/// What a command writes.
fn ansi(command: impl Command) -> String {
    let mut text = String::new();
    // Writing into memory does not fail.
    let _ = command.write_ansi(&mut text);
    text
}

/// The terminal in use, for whoever has to restore it in a hurry.
static IN_USE: Mutex<Option<Arc<Tty>>> = Mutex::new(None);

/// The terminal that the program was started in.
struct Tty {
    device: Arc<Device>,
    writer: Arc<Writer>,
    reader: Arc<Reader>,
    /// The mouse is listened to.
    mouse: Mutex<bool>,
    /// Somebody else has the terminal: Ctrl-C is meant for them.
    away: AtomicBool,
}

impl Tty {
    /// Takes the terminal into use; what is typed comes as events.
    ///
    /// # Errors
    /// When it is not a terminal, or cannot be changed.
    fn enter(events: &Sender<Event>) -> io::Result<Arc<Self>> {
        let device = Arc::new(Device::open()?);
        let gone = events.clone();
        // Whether there is room is of no interest: the reader will say the same.
        let writer = writer::start(Arc::clone(&device), erases(), move || drop(gone.try_send(Event::Terminate)))?;
        device.take()?;
        writer.beside(greeting(false).as_bytes());
        let reader = reader::start(Arc::clone(&device), Arc::clone(&writer), events.clone())?;
        Ok(Arc::new(Self { device, writer, reader, mouse: Mutex::new(false), away: AtomicBool::new(false) }))
    }

    /// Leaves the terminal as it was found, until `come_back`. A terminal that is gone cannot be told.
    fn leave(&self) {
        let owed = self.writer.leave(farewell().as_bytes());
        self.reader.pause();
        if owed {
            // It would be typed into the shell.
            self.device.drop_input();
        }
        self.device.give_back();
    }

    fn come_back(&self) {
        // Where this fails the next read or write fails too.
        let _ = self.device.take();
        let mouse = *self.mouse.lock().unwrap_or_else(PoisonError::into_inner);
        self.writer.come_back(greeting(mouse).as_bytes());
        self.reader.go_on();
    }
}

/// Whether this terminal erases in the colour that is set. GNU screen does not; tmux does, under the same name.
fn erases() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some();
    let term = std::env::var("TERM").unwrap_or_default();
    !term.starts_with("screen") || is_set("TMUX")
}

/// Restores the terminal when it is dropped.
struct Restore;

impl Restore {
    /// From now on, whatever happens. A panic on this thread restores it before it is reported.
    fn when_done(tty: &Arc<Tty>) -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let (before, ours) = (std::panic::take_hook(), std::thread::current().id());
            std::panic::set_hook(Box::new(move |info| {
                // A task that panics ends with a failure on the screen; only the screen's own thread takes it down.
                if std::thread::current().id() == ours {
                    drop(Self);
                    before(info);
                }
            }));
        });
        *IN_USE.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(tty));
        Self
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        let tty = IN_USE.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(tty) = tty {
            tty.leave();
        }
    }
}

/// What the console asks of the terminal.
struct Ours(Arc<Tty>);

impl Surface for Ours {
    fn size(&self) -> (u16, u16) {
        self.0.device.size()
    }

    fn show(&mut self, frame: Frame) -> bool {
        self.0.writer.show(frame);
        // The reader tells when it is seen.
        false
    }

    fn forget(&mut self) {
        self.0.writer.forget();
    }
}

impl Host for Ours {
    fn copy(&mut self, text: &str) -> Result<(), String> {
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        if encoded.len() > CLIPBOARD {
            return Err(format!("That is too long for a terminal's clipboard ({} bytes).", text.len()));
        }
        if !self.0.writer.beside(format!("\x1b]52;c;{encoded}\x07").as_bytes()) {
            return Err("The terminal takes nothing at the moment; copy again when it does.".to_owned());
        }
        Ok(())
    }

    fn suspend(&mut self) {
        self.0.leave();
        // The shell that started the program shows its prompt; fg goes on here.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP);
        self.0.come_back();
    }

    fn edit(&mut self, text: &str, ending: &str) -> Result<Option<String>, String> {
        let command = editor::command(|name| std::env::var(name).ok())?;
        self.0.away.store(true, Ordering::Relaxed);
        self.0.leave();
        let result = editor::edit(&command, text, ending);
        self.0.come_back();
        self.0.away.store(false, Ordering::Relaxed);
        result
    }

    fn mouse(&mut self, on: bool) {
        *self.0.mouse.lock().unwrap_or_else(PoisonError::into_inner) = on;
        // Where there is no room for it nothing is seen of the mouse either.
        let _ = self.0.writer.beside(if on { MOUSE } else { NO_MOUSE }.as_bytes());
    }
}

/// What the person who runs the console has of their own.
pub struct Own {
    /// Where the requests are told.
    pub requests: RequestLog,
    /// Where changes are written down.
    pub journal: Journal,
    /// The folder for what is kept from one run to the next.
    pub state: Option<PathBuf>,
    /// The names of the themes there are.
    pub theme_names: Vec<String>,
    /// Where they are found.
    pub themes: Themes,
}

impl Default for Own {
    /// Nothing: what ships is all there is.
    fn default() -> Self {
        Self {
            requests: RequestLog::default(),
            journal: Journal::in_memory(""),
            state: None,
            theme_names: Vec::new(),
            themes: Box::new(|name| Theme::find(name, None)),
        }
    }
}

/// Gives a console what its person has.
pub(super) fn furnish<S: Surface>(console: &mut Console<S>, own: Own) {
    console.listen(&own.requests);
    console.record(own.journal);
    if let Some(folder) = own.state {
        console.keep(folder);
    }
    console.offer(own.theme_names, own.themes);
}

/// Runs the console in the real terminal until the user quits or the system asks to end.
///
/// # Errors
/// When the terminal cannot be read or written.
pub async fn run(mut model: Model, look: Look, clients: HashMap<PbxId, Connecting>, own: Own) -> io::Result<()> {
    let (queue, mut events) = mpsc::channel(QUEUE);
    let tty = Tty::enter(&queue)?;
    let restore = Restore::when_done(&tty);
    model.size = tty.device.size();
    listen(&tty, &queue)?;
    let mut console = Console::new(model, look, Ours(Arc::clone(&tty)), Box::new(Ours(tty)), clients, clock::now);
    furnish(&mut console, own);
    // What an editor left behind when the program or the machine came down under it.
    tokio::task::spawn_blocking(editor::sweep);
    console.run(&mut events).await;
    // The events are kept until then: the terminal's last answers are among them.
    drop(restore);
    Ok(())
}

/// Changes of the size, and signals that ask to end.
fn listen(tty: &Arc<Tty>, queue: &Sender<Event>) -> io::Result<()> {
    for kind in [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()] {
        let (mut asked, queue) = (signal(kind)?, queue.clone());
        tokio::spawn(
            async move { while asked.recv().await.is_some() && queue.send(Event::Terminate).await.is_ok() {} },
        );
    }
    let (mut changed, queue, tty) = (signal(SignalKind::window_change())?, queue.clone(), Arc::clone(tty));
    tokio::spawn(async move {
        while changed.recv().await.is_some() {
            let (columns, rows) = tty.device.size();
            if queue.send(Event::Resize(columns, rows)).await.is_err() {
                return;
            }
        }
    });
    Ok(())
}
