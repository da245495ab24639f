//! One thread writes to the terminal; the newest frame waits in one slot.
//!
//! Owns what the terminal shows: differences are made when a frame is taken, so that frames in between cost nothing.
//! A terminal that takes nothing holds up this thread and nobody else.

use super::device::{Call, Called, Device, call};
use super::emit::Pen;
use super::pace::{Line, Turn};
use crate::shell::console::Frame;
use ratatui::buffer::Buffer;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What waits to be written beside frames is bounded: a terminal that takes nothing is not to fill the memory.
const BESIDE: usize = 1 << 18;
/// A terminal that is left is given so long for what is under way, beyond what it is reckoned to need.
const GRACE: Duration = Duration::from_millis(300);
/// It is not waited for longer than that, whatever is reckoned.
const LONGEST: Duration = Duration::from_secs(3);
/// Ends a sequence that was cut off.
const CANCEL: &[u8] = b"\x18";
/// Asks the terminal to say that it has come so far.
const QUERY: &[u8] = b"\x1b[5n";

/// What is to be written, and how far that is.
#[derive(Debug)]
struct Desk {
    frame: Option<Frame>,
    beside: Vec<u8>,
    forget: bool,
    line: Line,
    order: Order,
}

/// What the writer is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Order {
    /// Write.
    Write,
    /// Write this when all is answered or that time has come, and then nothing.
    Leave(Vec<u8>, Instant),
    /// Nothing: somebody else has the terminal. Answers may still be under way.
    Rest {
        /// The terminal may still send what we asked for.
        owed: bool,
    },
}

/// The way to the writer.
#[derive(Debug)]
pub(super) struct Writer {
    desk: Mutex<Desk>,
    rests: Condvar,
    call: Call,
}

/// Begins to write to the device. `gone` is told when it cannot be written any more.
///
/// # Errors
/// When the system has no thread or pipe left.
pub(super) fn start(device: Arc<Device>, erases: bool, gone: impl Fn() + Send + 'static) -> io::Result<Arc<Writer>> {
    let (call, called) = call()?;
    let desk = Desk { frame: None, beside: Vec::new(), forget: false, line: Line::new(), order: Order::Write };
    let writer = Arc::new(Writer { desk: Mutex::new(desk), rests: Condvar::new(), call });
    let hand = Hand { device, writer: Arc::clone(&writer), called, pen: Pen::new(erases), shown: None, cut: false };
    let end = End { writer: Arc::clone(&writer), gone };
    std::thread::Builder::new().name("writer".to_owned()).spawn(move || {
        let _end = end;
        // Whatever went wrong: the terminal is gone.
        let _ = hand.run();
    })?;
    Ok(writer)
}

/// However the thread ends, nobody waits for it.
struct End<F: Fn()> {
    writer: Arc<Writer>,
    gone: F,
}

impl<F: Fn()> Drop for End<F> {
    fn drop(&mut self) {
        self.writer.desk().order = Order::Rest { owed: false };
        self.writer.rests.notify_all();
        (self.gone)();
    }
}

impl Writer {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This is what the terminal is to show; what has not been written yet never will be.
    pub(super) fn show(&self, frame: Frame) {
        self.desk().frame = Some(frame);
        self.call.call();
    }

    /// The terminal shows nobody knows what.
    pub(super) fn forget(&self) {
        self.desk().forget = true;
    }

    /// Writes something beside the frames. False where too much waits already.
    pub(super) fn beside(&self, bytes: &[u8]) -> bool {
        let mut desk = self.desk();
        let fits = desk.beside.len() + bytes.len() <= BESIDE;
        if fits {
            desk.beside.extend_from_slice(bytes);
            drop(desk);
            self.call.call();
        }
        fits
    }

    /// The terminal answered.
    pub(super) fn answered(&self) {
        let mut desk = self.desk();
        desk.line.answered(Instant::now());
        let waits = desk.frame.is_some() || desk.order != Order::Write;
        drop(desk);
        if waits {
            self.call.call();
        }
    }

    /// The newest frame that is on the terminal.
    pub(super) fn seen(&self) -> u64 {
        self.desk().line.seen()
    }

    /// The way to the terminal and back, where it answers.
    pub(super) fn round(&self) -> Option<Duration> {
        self.desk().line.round()
    }

    /// Leaves the terminal: writes this as the last and returns when it is written, or cannot be. Says whether the
    /// terminal may still send what we asked for.
    pub(super) fn leave(&self, farewell: &[u8]) -> bool {
        let mut desk = self.desk();
        let now = Instant::now();
        if desk.order == Order::Write {
            let reckoned = desk.line.reckoned().unwrap_or(now).clamp(now, now + LONGEST - GRACE);
            desk.frame = None;
            desk.order = Order::Leave(farewell.to_vec(), reckoned + GRACE);
            self.call.call();
        }
        let limit = LONGEST + 2 * GRACE;
        let leaving = |desk: &mut Desk| matches!(desk.order, Order::Leave(..));
        let (desk, _) = self.rests.wait_timeout_while(desk, limit, leaving).unwrap_or_else(PoisonError::into_inner);
        // Whoever has not finished by now hangs.
        desk.order != Order::Rest { owed: false }
    }

    /// Takes the terminal again: writes this first.
    pub(super) fn come_back(&self, greeting: &[u8]) {
        let mut desk = self.desk();
        desk.order = Order::Write;
        desk.forget = true;
        desk.beside = greeting.to_vec();
        drop(desk);
        self.call.call();
    }
}

/// The one who writes.
struct Hand {
    device: Arc<Device>,
    writer: Arc<Writer>,
    called: Called,
    pen: Pen,
    /// What the terminal shows; none where that is not known.
    shown: Option<Arc<Buffer>>,
    /// What was written last is not whole.
    cut: bool,
}

/// What is to be done next.
enum Step {
    Beside(Vec<u8>),
    Frame(Frame),
    Wait(Option<Instant>),
    Farewell(Vec<u8>),
}

impl Hand {
    fn run(mut self) -> io::Result<()> {
        loop {
            match self.step() {
                Step::Beside(mut bytes) => {
                    let asked = self.writer.desk().line.sending(Instant::now(), bytes.len(), 0);
                    if asked {
                        bytes.extend_from_slice(QUERY);
                    }
                    self.write(&bytes)?;
                }
                Step::Frame(frame) => self.draw(frame)?,
                Step::Wait(until) => {
                    self.called.wait(until)?;
                }
                Step::Farewell(farewell) => {
                    self.farewell(&farewell);
                    // What was asked and never answered is answered to whoever reads next.
                    let owed = self.writer.desk().line.is_owed(Instant::now());
                    self.shown = None;
                    self.writer.desk().order = Order::Rest { owed };
                    self.writer.rests.notify_all();
                }
            }
        }
    }

    fn step(&mut self) -> Step {
        let mut desk = self.writer.desk();
        let now = Instant::now();
        match desk.order.clone() {
            Order::Rest { .. } => return Step::Wait(None),
            Order::Leave(farewell, until) => {
                return if now < until && !self.cut && desk.line.is_owed(now) {
                    Step::Wait(Some(until))
                } else {
                    Step::Farewell(farewell)
                };
            }
            Order::Write => {}
        }
        if !desk.beside.is_empty() {
            return Step::Beside(std::mem::take(&mut desk.beside));
        }
        if desk.frame.is_none() {
            return Step::Wait(None);
        }
        if let Turn::Then(then) = desk.line.turn(now) {
            return Step::Wait(Some(then));
        }
        if std::mem::take(&mut desk.forget) {
            self.shown = None;
        }
        desk.frame.take().map_or(Step::Wait(None), Step::Frame)
    }

    fn draw(&mut self, frame: Frame) -> io::Result<()> {
        let mut bytes = Vec::new();
        let shown = match self.shown.take().filter(|shown| shown.area == frame.buffer.area) {
            Some(shown) => shown,
            None => Arc::new(self.pen.clear(&frame.buffer, &mut bytes)),
        };
        self.pen.turn(&shown, &frame.buffer, frame.cursor, &mut bytes);
        self.shown = Some(frame.buffer);
        if bytes.is_empty() {
            self.writer.desk().line.same(frame.number);
            return Ok(());
        }
        let asked = self.writer.desk().line.sending(Instant::now(), bytes.len() + QUERY.len(), frame.number);
        if asked {
            bytes.extend_from_slice(QUERY);
        }
        self.write(&bytes)?;
        if !self.cut {
            self.writer.desk().line.sent(frame.number, asked);
        }
        Ok(())
    }

    /// Writes all of it, however long the terminal takes; breaks off only where it is to be left.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        loop {
            let count = self.device.write(rest)?;
            rest = &rest[count..];
            if rest.is_empty() {
                return Ok(());
            }
            let until = match self.writer.desk().order {
                Order::Leave(_, until) => Some(until),
                _ => None,
            };
            if until.is_some_and(|until| Instant::now() >= until) {
                self.cut = true;
                return Ok(());
            }
            self.device.wait_to_write(&self.called, until)?;
        }
    }

    /// The last that is written, as far as it is taken.
    fn farewell(&mut self, farewell: &[u8]) {
        if !self.cut && self.hurry(farewell) {
            return;
        }
        // It takes nothing: what lies before this keeps it out.
        self.device.drop_output();
        let anew = [CANCEL, farewell].concat();
        self.cut = !self.hurry(&anew);
    }

    /// Writes all of it in a short time, or not.
    fn hurry(&self, bytes: &[u8]) -> bool {
        let until = Instant::now() + GRACE;
        let mut rest = bytes;
        loop {
            match self.device.write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(_) => return false,
            }
            if rest.is_empty() {
                return true;
            }
            if Instant::now() >= until || self.device.wait_to_write(&self.called, Some(until)).is_err() {
                return false;
            }
        }
    }
}
