//! The device behind the terminal: opened for ourselves, its modes, its size, and reads and writes that never hang.
//!
//! Modes and size are crossterm's. Opened anew where that is possible, so that "do not wait" holds for us and not for the shell that shares the other
//! descriptors.

use crossterm::terminal;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{self, QueueSelector};
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// The terminal.
#[derive(Debug)]
pub(super) struct Device {
    input: OwnedFd,
    output: OwnedFd,
}

/// What a wait came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Woken {
    /// The terminal can be read or written now, or is gone.
    pub(super) ready: bool,
    /// Somebody called.
    pub(super) called: bool,
}

impl Device {
    /// The terminal that the program was started in.
    ///
    /// # Errors
    /// When it is not a terminal.
    pub(super) fn open() -> io::Result<Self> {
        let (input, output) = match opened() {
            Some(ours) => (ours.try_clone()?, ours),
            None => (io::stdin().as_fd().try_clone_to_owned()?, io::stdout().as_fd().try_clone_to_owned()?),
        };
        termios::tcgetattr(&output)?;
        Ok(Self { input, output })
    }

    /// Keys are handed on one by one and not shown.
    ///
    /// # Errors
    /// When the terminal cannot be changed.
    pub(super) fn take(&self) -> io::Result<()> {
        terminal::enable_raw_mode()
    }

    /// As it was found.
    pub(super) fn give_back(&self) {
        // A terminal that is gone cannot be told.
        let _ = terminal::disable_raw_mode();
    }

    /// Columns and rows; what everybody takes for granted where it does not say.
    pub(super) fn size(&self) -> (u16, u16) {
        terminal::size().ok().filter(|(columns, rows)| *columns > 0 && *rows > 0).unwrap_or((80, 24))
    }

    /// Drops what was typed or answered and not read.
    pub(super) fn drop_input(&self) {
        let _ = termios::tcflush(&self.output, QueueSelector::IFlush);
    }

    /// Drops what was written and not taken.
    pub(super) fn drop_output(&self) {
        let _ = termios::tcflush(&self.output, QueueSelector::OFlush);
    }

    /// Waits until there is something to read, or a call, or that time has come.
    pub(super) fn wait_to_read(&self, call: &Called, until: Option<Instant>) -> io::Result<Woken> {
        wait(Some((self.input.as_fd(), PollFlags::IN)), call, until)
    }

    /// Waits until something can be written, or a call, or that time has come.
    pub(super) fn wait_to_write(&self, call: &Called, until: Option<Instant>) -> io::Result<Woken> {
        wait(Some((self.output.as_fd(), PollFlags::OUT)), call, until)
    }

    /// Reads what there is; nothing where there is nothing. The end of it is an error.
    pub(super) fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        match rustix::io::read(&self.input, into) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => Ok(count),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(e) => Err(e.into()),
        }
    }

    /// Writes what the terminal takes now.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match rustix::io::write(&self.output, bytes) {
            Ok(count) => Ok(count),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(e) => Err(e.into()),
        }
    }
}

/// The terminal by its name, or as the one that this process has.
fn opened() -> Option<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let by_name = termios::ttyname(io::stdout(), Vec::new()).ok();
    by_name
        .and_then(|name| rustix::fs::open(name, flags, Mode::empty()).ok())
        .or_else(|| rustix::fs::open("/dev/tty", flags, Mode::empty()).ok())
        .filter(|ours| termios::isatty(ours))
}

/// Calls a thread that waits.
#[derive(Debug)]
pub(super) struct Call(PipeWriter);

/// The end of a call at which the thread waits.
#[derive(Debug)]
pub(super) struct Called(PipeReader);

/// A call and who hears it.
///
/// # Errors
/// When the system has no more pipes.
pub(super) fn call() -> io::Result<(Call, Called)> {
    let (reader, writer) = io::pipe()?;
    for end in [reader.as_fd(), writer.as_fd()] {
        rustix::fs::fcntl_setfl(end, OFlags::NONBLOCK)?;
    }
    Ok((Call(writer), Called(reader)))
}

impl Call {
    /// Whoever waits wakes, or does not begin to wait.
    pub(super) fn call(&self) {
        // A full pipe calls as well.
        let _ = (&self.0).write(&[0]);
    }
}

impl Called {
    /// Waits for a call, or until that time.
    pub(super) fn wait(&self, until: Option<Instant>) -> io::Result<Woken> {
        wait(None, self, until)
    }
}

fn wait(device: Option<(BorrowedFd<'_>, PollFlags)>, call: &Called, until: Option<Instant>) -> io::Result<Woken> {
    let left = until.map(|until| until.saturating_duration_since(Instant::now()));
    let timeout = left.and_then(|left| Timespec::try_from(left + Duration::from_micros(50)).ok());
    let mut polled = vec![PollFd::new(&call.0, PollFlags::IN)];
    polled.extend(device.as_ref().map(|(device, flags)| PollFd::new(device, *flags)));
    match poll(&mut polled, timeout.as_ref()) {
        Ok(_) | Err(Errno::INTR) => {}
        Err(e) => return Err(e.into()),
    }
    let ready = |at: usize| polled.get(at).is_some_and(|one| !one.revents().is_empty());
    let woken = Woken { called: ready(0), ready: ready(1) };
    if woken.called {
        // As many calls as there were: they all mean the same.
        let _ = (&call.0).read(&mut [0; 64]);
    }
    Ok(woken)
}
