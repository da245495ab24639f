//! The program in a terminal: keys in, a screen out, and the state in which it leaves the terminal behind.

use crate::process::{Home, PROGRAM, Watchdog, one_at_a_time, signal};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::Signal;
use std::fmt::Debug;
use std::io::{Read, Write};
use std::num::NonZeroU16;

/// A terminal with a program in it.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    pid: u32,
    master: Option<Box<dyn MasterPty + Send>>,
    reader: Option<Box<dyn Read + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    parser: vt100::Parser,
    /// Every byte that the program has written.
    pub(crate) raw: Vec<u8>,
    /// It answers when it is asked how far it has come.
    pub(crate) answers: bool,
    answered: usize,
    modes: String,
    watchdog: Option<Watchdog>,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) code: u32,
    /// What is on the screen that the shell goes on with.
    pub(crate) screen: String,
}

/// Rows and columns.
fn cells(size: (u16, u16)) -> (NonZeroU16, NonZeroU16) {
    (NonZeroU16::new(size.1).unwrap(), NonZeroU16::new(size.0).unwrap())
}

fn pty_size(size: (u16, u16)) -> PtySize {
    PtySize { rows: size.1, cols: size.0, pixel_width: 0, pixel_height: 0 }
}

impl Terminal {
    /// A terminal of 80x24 in which the program starts.
    pub(crate) fn with(home: &Home, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::of(home, PROGRAM, arguments, environment)
    }

    /// A terminal of 80x24 in which that program starts.
    pub(crate) fn of(home: &Home, program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let size = (80, 24);
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(home.path());
        command.env_clear();
        home.environment().into_iter().for_each(|(name, value)| command.env(name, value));
        environment.iter().for_each(|(name, value)| command.env(name, value));
        let (child, master, modes) = {
            let _one = one_at_a_time();
            let pair = native_pty_system().openpty(pty_size(size)).unwrap();
            let modes = modes(&*pair.master);
            (pair.slave.spawn_command(command).unwrap(), pair.master, modes)
        };
        let pid = child.process_id().unwrap();
        let (rows, columns) = cells(size);
        Self {
            child,
            pid,
            reader: Some(master.try_clone_reader().unwrap()),
            writer: Some(master.take_writer().unwrap()),
            master: Some(master),
            parser: vt100::Parser::new(rows, columns, 0),
            raw: Vec::new(),
            answers: false,
            answered: 0,
            modes,
            watchdog: Some(Watchdog::over(pid)),
        }
    }

    /// Takes what the program writes next; false at its end.
    pub(crate) fn read(&mut self) -> bool {
        let mut chunk = [0; 4096];
        // A terminal that nobody has open any more answers with an error.
        let count = self.reader.as_mut().and_then(|reader| reader.read(&mut chunk).ok()).unwrap_or(0);
        self.parser.process(&chunk[..count]);
        self.raw.extend_from_slice(&chunk[..count]);
        if self.answers && count > 0 {
            let asked = self.asked();
            self.keys(&"\x1b[0n".repeat(asked - self.answered));
            self.answered = asked;
        }
        count > 0
    }

    /// How often it was asked how far it has come.
    pub(crate) fn asked(&self) -> usize {
        memchr::memmem::find_iter(&self.raw, b"\x1b[5n").count()
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn wait(&mut self, wanted: impl Fn(&str) -> bool, what: &str) {
        while !wanted(&self.contents()) {
            assert!(self.read(), "the program has ended, and never came {what}:\n{}", self.contents());
        }
    }

    /// Waits until the screen shows a text.
    pub(crate) fn until(&mut self, text: &str) {
        self.wait(|screen| screen.contains(text), text);
    }

    /// Waits until the screen shows words, wherever its lines are broken.
    pub(crate) fn until_words(&mut self, text: &str) {
        self.wait(|screen| words(screen).contains(text), text);
    }

    /// Types.
    pub(crate) fn keys(&mut self, keys: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).unwrap();
    }

    /// Says yes to the preview on the screen. A yes that was read before the program knew that all of it was written does
    /// not count, and is said again.
    pub(crate) fn agree(&mut self) {
        self.keys("y");
        self.wait(|screen| screen.contains("y sends it") || !screen.contains("y send"), "past the preview");
        if self.contents().contains("y sends it") {
            self.keys("y");
        }
    }

    pub(crate) fn resize(&mut self, size: (u16, u16)) {
        let (rows, columns) = cells(size);
        self.parser.set_size(rows, columns);
        self.master.as_ref().unwrap().resize(pty_size(size)).unwrap();
    }

    pub(crate) fn contents(&self) -> String {
        self.parser.screen().contents()
    }

    pub(crate) fn signal(&self, with: Signal) {
        signal(self.pid, with);
    }

    pub(crate) fn is_on_the_other_screen(&self) -> bool {
        self.parser.screen().alternate_screen()
    }

    /// Asserts that the program has the terminal to itself.
    pub(crate) fn is_taken(&self) {
        let screen = self.parser.screen();
        assert!(screen.alternate_screen() && screen.bracketed_paste(), "{}", self.contents());
        assert_ne!(modes(&**self.master.as_ref().unwrap()), self.modes, "keys are not read one by one");
    }

    /// Asserts that the terminal is as it was.
    pub(crate) fn is_given_back(&self) {
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen(), "still on the other screen:\n{}", self.contents());
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pastes are bracketed");
        assert!(!screen.application_cursor() && !screen.application_keypad(), "keys send something else");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(modes(&**self.master.as_ref().unwrap()), self.modes, "stty would say something else");
    }

    /// Waits for the end.
    pub(crate) fn end(&mut self) -> End {
        while self.read() {}
        let status = self.child.wait().unwrap();
        assert_eq!(status.signal(), None, "a signal ended it:\n{}", self.contents());
        self.watchdog = None;
        End { code: status.exit_code(), screen: self.contents() }
    }

    /// Waits for the end, and reads what is left only then.
    pub(crate) fn end_unread(&mut self) -> End {
        self.child.wait().unwrap();
        self.end()
    }

    /// Takes the terminal away, as a lost connection does, and waits for the end.
    pub(crate) fn hang_up(mut self) -> u32 {
        (self.master, self.reader, self.writer) = (None, None, None);
        let status = self.child.wait().unwrap();
        assert_eq!(status.signal(), None, "a signal ended it");
        self.watchdog = None;
        status.exit_code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.watchdog.is_some() {
            signal(self.pid, Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// A screen as one line.
pub(crate) fn words(screen: &str) -> String {
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How the terminal treats what passes through it: what `stty` changes.
fn modes(master: &dyn MasterPty) -> String {
    let modes = master.get_termios().unwrap();
    let flags: [&dyn Debug; 4] = [&modes.input_flags, &modes.output_flags, &modes.control_flags, &modes.local_flags];
    format!("{flags:?} {:?}", modes.control_chars)
}
