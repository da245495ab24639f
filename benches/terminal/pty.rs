//! A terminal with the program in it, and a PBX beside it.
//!
//! Owns the pty, the line to it (how far away, how many bytes a second) and the processes. What it measures are times,
//! bytes, memory and processor time; what they mean is the rooms' business.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

const SIZE: (u16, u16) = (120, 40);
/// Silence after which what a key brought about is over.
const QUIET: Duration = Duration::from_millis(60);
/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program that is measured: as it was built with this, or the one that `CORDBOARD_PROGRAM` names.
pub(crate) fn program() -> String {
    std::env::var("CORDBOARD_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_cordboard").to_owned())
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// `cordboard sim`, until this is dropped.
pub(crate) struct Simulator {
    child: std::process::Child,
    pub(crate) url: String,
    pub(crate) secret: String,
}

impl Simulator {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child =
            Command::new(program()).arg("sim").args(arguments).stdout(Stdio::piped()).spawn().expect("a simulator");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its line");
        let said: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        Self { child, url: text("url"), secret: text("client_secret") }
    }

    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("XAPI_URL", self.url.clone()),
            ("XAPI_CLIENT_ID", "900".to_owned()),
            ("XAPI_CLIENT_SECRET", self.secret.clone()),
        ]
    }

    /// Milliseconds of processor time so far.
    pub(crate) fn spent(&self) -> u64 {
        spent(self.child.id()).0
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The way to the terminal: so long each way, so many bytes a second.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(crate) way: Duration,
    pub(crate) rate: Option<usize>,
}

/// A terminal on the same machine.
pub(crate) const NEAR: Line = Line { way: Duration::ZERO, rate: None };

/// A terminal with the program in it, until this is dropped.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    keys: Sender<(Instant, Vec<u8>)>,
    chunks: Receiver<(Instant, Vec<u8>)>,
    parser: vt100::Parser,
    /// The last bytes that came.
    tail: Vec<u8>,
    line: Line,
    began: Instant,
    /// When the last bytes came.
    last: Instant,
}

impl Terminal {
    pub(crate) fn start(home: &Path, arguments: &[&str], environment: &[(&str, String)], line: Line) -> Self {
        Self::of(&program(), home, arguments, environment, line)
    }

    /// The same with another program.
    pub(crate) fn of(
        program: &str,
        home: &Path,
        arguments: &[&str],
        environment: &[(&str, String)],
        line: Line,
    ) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")] {
            command.env(name, value);
        }
        command.env("HOME", home);
        environment.iter().for_each(|(name, value)| command.env(name, value));
        let size = PtySize { cols: SIZE.0, rows: SIZE.1, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let began = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the program");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let (sender, chunks) = channel();
        std::thread::spawn(move || {
            let mut chunk = vec![0; line.rate.map_or(65_536, |rate| rate / 50)];
            let mut free = Instant::now();
            while let Ok(count) = reader.read(&mut chunk) {
                if let Some(rate) = line.rate {
                    // A sleep is always too long; what it was too long by is made up for.
                    free = free.max(Instant::now()) + Duration::from_secs_f64(count as f64 / rate as f64);
                    std::thread::sleep(free.saturating_duration_since(Instant::now()));
                }
                if count == 0 || sender.send((Instant::now() + line.way, chunk[..count].to_vec())).is_err() {
                    return;
                }
            }
        });
        let mut writer = pair.master.take_writer().expect("its keys");
        let (keys, pressed) = channel::<(Instant, Vec<u8>)>();
        std::thread::spawn(move || {
            for (at, bytes) in pressed {
                std::thread::sleep(at.saturating_duration_since(Instant::now()));
                let _ = writer.write_all(&bytes).and_then(|()| writer.flush());
            }
        });
        let parser = vt100::Parser::new(SIZE.1.try_into().expect("rows"), SIZE.0.try_into().expect("columns"), 0);
        Self { child, _master: pair.master, keys, chunks, parser, tail: Vec::new(), line, began, last: began }
    }

    pub(crate) fn write(&mut self, keys: &str) {
        let _ = self.keys.send((Instant::now() + self.line.way, keys.as_bytes().to_vec()));
    }

    /// Takes the bytes that come next, within a time; says how many.
    fn read(&mut self, within: Duration) -> Option<usize> {
        match self.chunks.recv_timeout(within) {
            Ok((at, bytes)) => {
                std::thread::sleep(at.saturating_duration_since(Instant::now()));
                // A terminal answers when it is asked how it is; the question may come in two pieces.
                self.tail.extend_from_slice(&bytes);
                let asked = self.tail.windows(4).filter(|four| *four == b"\x1b[5n").count();
                (0..asked).for_each(|_| self.write("\x1b[0n"));
                self.tail.drain(..self.tail.len().saturating_sub(3));
                self.parser.process(&bytes);
                self.last = at;
                Some(bytes.len())
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Looks on for so long, as terminals do while a key is held: takes what comes, and answers. Says how many bytes.
    pub(crate) fn watch(&mut self, time: Duration) -> usize {
        let limit = Instant::now() + time;
        let mut bytes = 0;
        while let Some(left) = limit.checked_duration_since(Instant::now()) {
            bytes += self.read(left).unwrap_or(0);
        }
        bytes
    }

    pub(crate) fn contents(&self) -> String {
        self.parser.screen().contents()
    }

    pub(crate) fn until(&mut self, wanted: impl Fn(&str) -> bool) {
        let limit = Instant::now() + PATIENCE;
        while !wanted(&self.contents()) {
            assert!(Instant::now() < limit, "it never came:\n{}", self.contents());
            self.read(Duration::from_millis(100));
        }
    }

    /// Looks on until this is on the screen, for so long at most; says whether it is.
    pub(crate) fn comes(&mut self, within: Duration, wanted: impl Fn(&str) -> bool) -> bool {
        let limit = Instant::now() + within;
        loop {
            let there = wanted(&self.contents());
            match limit.checked_duration_since(Instant::now()) {
                Some(left) if !there => drop(self.read(left)),
                Some(_) | None => return there,
            }
        }
    }

    /// When the last bytes came.
    pub(crate) fn last(&self) -> Instant {
        self.last
    }

    pub(crate) fn since_start(&self) -> f64 {
        milliseconds(self.last.saturating_duration_since(self.began))
    }

    /// Waits until nothing has come for so long; says when the last bytes came, if any did.
    pub(crate) fn silence(&mut self, quiet: Duration) -> Option<Instant> {
        let mut last = None;
        while self.read(quiet).is_some() {
            last = Some(self.last);
        }
        last
    }

    pub(crate) fn settle(&mut self) {
        self.silence(Duration::from_millis(500));
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.write(keys);
        self.settle();
    }

    /// Presses a key: milliseconds until the last byte it brought about, and how many bytes.
    pub(crate) fn key(&mut self, key: &str) -> (f64, usize) {
        let began = Instant::now();
        self.write(key);
        let mut bytes = 0;
        // The first byte may take its time; what follows comes at once.
        let mut quiet = Duration::from_secs(2);
        while let Some(more) = self.read(quiet) {
            (bytes, quiet) = (bytes + more, QUIET);
        }
        (milliseconds(self.last.saturating_duration_since(began)), bytes)
    }

    /// Presses keys: milliseconds until this is on the screen.
    pub(crate) fn shows(&mut self, keys: &str, wanted: impl Fn(&str) -> bool) -> f64 {
        let began = Instant::now();
        self.write(keys);
        self.until(wanted);
        milliseconds(self.last.saturating_duration_since(began))
    }

    /// Holds a key as keyboards repeat it: milliseconds for which the screen still moves once it is let go.
    pub(crate) fn hold(&mut self, key: &str, times: usize) -> f64 {
        for at in 0..times {
            if at > 0 {
                self.watch(Duration::from_millis(33));
            }
            self.write(key);
        }
        let released = Instant::now();
        let last = self.silence(Duration::from_secs(1));
        last.map_or(0.0, |at| milliseconds(at.saturating_duration_since(released)))
    }

    /// Presses a key that ends the program: milliseconds until it is gone.
    pub(crate) fn quit(mut self, key: &str) -> f64 {
        let began = Instant::now();
        self.write(key);
        while self.read(PATIENCE).is_some() {}
        let _ = self.child.wait();
        milliseconds(began.elapsed())
    }

    fn process(&self) -> u32 {
        self.child.process_id().unwrap_or(0)
    }

    /// Milliseconds of processor time and voluntary switches of all threads so far.
    pub(crate) fn spent(&self) -> (u64, u64) {
        spent(self.process())
    }

    /// What it has in memory, in MB: now, and at most so far.
    pub(crate) fn memory(&self) -> (f64, f64) {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process())).unwrap_or_default();
        let megabytes = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0.0) / 1024.0
        };
        (megabytes("VmRSS:"), megabytes("VmHWM:"))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Milliseconds of processor time and voluntary switches of all threads of a process so far.
pub(crate) fn spent(process: u32) -> (u64, u64) {
    let number = |text: Option<&str>| text.and_then(|n| n.trim().parse::<u64>().ok()).unwrap_or(0);
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = number(fields.get(11).copied()) + number(fields.get(12).copied());
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let wakes = threads.map(|thread| {
        let status = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches:"));
        number(line.and_then(|line| line.split(':').nth(1)))
    });
    (ticks * 10, wakes.sum())
}
