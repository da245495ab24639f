//! The real terminal: entering it, leaving it as it was, whatever happens.

use super::clock;
use super::console::{Console, Host, Themes};
use super::keys;
use super::requests::RequestLog;
use super::tasks::Connecting;
use crate::app::{Event, Model};
use crate::odata::PbxId;
use crate::theme::Theme;
use crate::ui::Look;
use base64::Engine as _;
use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, EventStream};
use crossterm::execute;
use crossterm::style::Print;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use futures_util::StreamExt;
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use std::collections::HashMap;
use std::io::{self, Stdout, Write, stdout};
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::sync::Once;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// Longer texts are cut off by terminals, tmux first of all.
const CLIPBOARD: usize = 74_000;

/// A terminal in use; restored when this is dropped.
#[derive(Debug)]
struct Restore(());

impl Restore {
    /// Takes the terminal into use. A panic on this thread restores it before it is reported.
    ///
    /// # Errors
    /// When it is not a terminal, or cannot be changed.
    fn enter() -> io::Result<Self> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let (before, ours) = (std::panic::take_hook(), std::thread::current().id());
            std::panic::set_hook(Box::new(move |info| {
                // A task that panics ends with a failure on the screen; only the screen's own thread takes it down.
                if std::thread::current().id() == ours {
                    restore();
                    before(info);
                }
            }));
        });
        enable_raw_mode()?;
        let restore = Self(());
        execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        Ok(restore)
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        restore();
    }
}

/// Leaves the terminal as it was found. A terminal that is gone cannot be told.
fn restore() {
    let _ = execute!(stdout(), Print(NO_MOUSE), DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// Buttons and the wheel, in the form that knows wide screens; not every move, as the library's own command asks for.
const MOUSE: &str = "\x1b[?1000h\x1b[?1006h";
const NO_MOUSE: &str = "\x1b[?1006l\x1b[?1000l";

/// The terminal that the program was started in.
#[derive(Default)]
struct Tty {
    mouse: bool,
}

impl Host for Tty {
    fn copy(&mut self, text: &str) -> Result<(), String> {
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        if encoded.len() > CLIPBOARD {
            return Err(format!("That is too long for a terminal's clipboard ({} bytes).", text.len()));
        }
        let mut out = stdout();
        write!(out, "\x1b]52;c;{encoded}\x07")
            .and_then(|()| out.flush())
            .map_err(|e| format!("The terminal did not take it: {e}."))
    }

    fn suspend(&mut self) {
        restore();
        // The shell that started the program shows its prompt; fg goes on here.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP);
        let _ = enable_raw_mode();
        let _ = execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste);
        if self.mouse {
            self.mouse(true);
        }
    }

    fn mouse(&mut self, on: bool) {
        self.mouse = on;
        let _ = execute!(stdout(), Print(if on { MOUSE } else { NO_MOUSE }));
    }
}

/// What the person who runs the console has of their own.
pub struct Own {
    /// Where the requests are told.
    pub requests: RequestLog,
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
            state: None,
            theme_names: Vec::new(),
            themes: Box::new(|name| Theme::find(name, None)),
        }
    }
}

/// Gives a console what its person has.
pub(super) fn furnish<B: Backend>(console: &mut Console<B>, own: Own) {
    console.listen(&own.requests);
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
    let restore = Restore::enter()?;
    let terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
    let size = terminal.size()?;
    model.size = (size.width, size.height);
    // Dropped, the library's terminal would show the cursor once more, and panic where the terminal is gone.
    let mut console: ManuallyDrop<Console<CrosstermBackend<Stdout>>> =
        ManuallyDrop::new(Console::new(model, look, terminal, Box::new(Tty::default()), clients, clock::now));
    furnish(&mut console, own);
    let result = console.run(events()?).await;
    drop(restore);
    result
}

/// Keys, pastes, resizes, and signals that ask to end.
///
/// They are put on a queue of our own: the library's stream may only be polled by one who waits for it, and the loop
/// also looks whether there is more before it draws.
fn events() -> io::Result<UnboundedReceiver<Event>> {
    let (queue, events) = mpsc::unbounded_channel();
    for kind in [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()] {
        let (mut asked, queue) = (signal(kind)?, queue.clone());
        tokio::spawn(async move { while asked.recv().await.is_some() && queue.send(Event::Terminate).is_ok() {} });
    }
    tokio::spawn(async move {
        let mut typed = EventStream::new();
        // A terminal that cannot be read is gone.
        while let Some(Ok(reported)) = typed.next().await {
            if keys::event(reported).is_some_and(|event| queue.send(event).is_err()) {
                return;
            }
        }
        let _ = queue.send(Event::Terminate);
    });
    Ok(events)
}
