//! One thread reads the terminal: keys become events, answers go to the writer.
//!
//! What was on the terminal when a key was read is told before the key: by its answer, in the order in which the
//! terminal sent both, or by what had been written before the read.

use super::device::{Call, Called, Device, call};
use super::keys;
use super::tokens::{Pause, Token, Tokens};
use super::writer::Writer;
use crate::app::Event;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Sender;

/// The rest of a key comes with it, from a terminal of which nothing is known.
const SHORT: Duration = Duration::from_millis(25);
/// One that answers is known: the rest comes within the time of an answer, and a little for whoever else is running.
const NEAR: Duration = Duration::from_millis(5);
const SHORT_MOST: Duration = Duration::from_millis(100);
/// The rest of what cannot well be a key by itself.
const LONG: Duration = Duration::from_millis(500);
/// A reader that is told to pause is waiting, and does so at once.
const PROMPT: Duration = Duration::from_millis(100);

/// What the reader is to do, and does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Read,
    Pause,
    Paused,
}

/// The way to the reader.
#[derive(Debug)]
pub(super) struct Reader {
    order: Mutex<Order>,
    changed: Condvar,
    call: Call,
}

/// Begins to read the device, until nobody takes the events any more.
///
/// # Errors
/// When the system has no thread or pipe left.
pub(super) fn start(device: Arc<Device>, writer: Arc<Writer>, events: Sender<Event>) -> io::Result<Arc<Reader>> {
    let (call, called) = call()?;
    let reader = Arc::new(Reader { order: Mutex::new(Order::Read), changed: Condvar::new(), call });
    let eye = Eye { device, writer, called, reader: Arc::clone(&reader), events, tokens: Tokens::default(), told: 0 };
    std::thread::Builder::new().name("reader".to_owned()).spawn(move || eye.run())?;
    Ok(reader)
}

impl Reader {
    fn order(&self) -> MutexGuard<'_, Order> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves what is typed to somebody else; returns when that is so.
    pub(super) fn pause(&self) {
        let mut order = self.order();
        *order = Order::Pause;
        self.call.call();
        // Later than that it does not read either: it waits for its events to be taken.
        let _ = self.changed.wait_timeout_while(order, PROMPT, |order| *order == Order::Pause);
    }

    /// Reads again.
    pub(super) fn go_on(&self) {
        *self.order() = Order::Read;
        self.changed.notify_all();
    }
}

/// The one who reads.
struct Eye {
    device: Arc<Device>,
    writer: Arc<Writer>,
    called: Called,
    reader: Arc<Reader>,
    events: Sender<Event>,
    tokens: Tokens,
    /// The newest frame of which was told that it is on the terminal.
    told: u64,
}

impl Eye {
    fn run(mut self) {
        let mut bytes = [0; 4096];
        let mut until = None;
        loop {
            self.may_read();
            let Ok(woken) = self.device.wait_to_read(&self.called, until) else { break };
            if woken.called {
                continue;
            }
            let sent = if woken.ready {
                // Before it is read: what is written from now on was not seen when the key was pressed.
                let seen = self.writer.seen();
                let Ok(count) = self.device.read(&mut bytes) else { break };
                let tokens = self.tokens.feed(&bytes[..count]);
                self.tell(seen) && tokens.into_iter().all(|token| self.take(token))
            } else if until.is_some_and(|until| Instant::now() >= until) {
                self.tokens.rest().into_iter().all(|token| self.take(token))
            } else {
                // A signal.
                continue;
            };
            if !sent {
                // Nobody listens any more.
                return;
            }
            until = self.tokens.pause().map(|pause| Instant::now() + self.patience(pause));
        }
        // A terminal that cannot be read is gone.
        let _ = self.events.blocking_send(Event::Terminate);
    }

    /// Waits while somebody else has the terminal.
    fn may_read(&self) {
        let mut order = self.reader.order();
        while *order != Order::Read {
            *order = Order::Paused;
            self.reader.changed.notify_all();
            order = self.reader.changed.wait(order).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn take(&mut self, token: Token) -> bool {
        if token == Token::Answer {
            self.writer.answered();
            return self.tell(self.writer.seen());
        }
        keys::event(token).is_none_or(|event| self.events.blocking_send(event).is_ok())
    }

    /// Tells that a frame is on the terminal. False where nobody listens.
    fn tell(&mut self, seen: u64) -> bool {
        let is_new = seen > self.told;
        self.told = self.told.max(seen);
        !is_new || self.events.blocking_send(Event::Drawn(seen)).is_ok()
    }

    fn patience(&self, pause: Pause) -> Duration {
        match pause {
            Pause::Short => self.writer.round().map_or(SHORT, |round| (NEAR + round).min(SHORT_MOST)),
            Pause::Long => LONG,
        }
    }
}
