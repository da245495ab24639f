//! What the whole program costs in a terminal of 120x40: `cargo bench --bench terminal`.
//!
//! Starts the program as it is released in a terminal of its own, presses keys and looks at what comes back: times,
//! bytes, memory, processor time. Lists of a hundred thousand come from a `cordboard sim` process of their own.
//! Linux only: it reads `/proc`. Nothing here is run by `cargo test`.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write, stdout};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_cordboard");
const SIZE: (u16, u16) = (120, 40);
/// Silence after which what a key brought about is over.
const QUIET: Duration = Duration::from_millis(60);
/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often each thing is measured.
const TIMES: usize = 7;
/// Bytes a second of a line of 9600 baud.
const SLOW: usize = 1200;

fn main() {
    let home = tempfile::tempdir().expect("a folder");
    let home = home.path();
    say("what | median | from .. to");
    starts(home, "demo: first screen ms", "demo: users ms", &["demo"], &[]);
    keys(home);
    let empty = Simulator::start(&["--latency", "60000"]);
    starts(home, "a PBX that does not answer yet: first screen ms", "", &[], &empty.environment());
    waiting(home, &empty);
    let many = Simulator::start(&["--users", "100000"]);
    hundred_thousand(home, &many);
    slow_line(home);
}

fn say(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}

/// A figure with its median and its range.
fn tell(name: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    if let (Some(first), Some(last)) = (values.first(), values.last()) {
        say(&format!("{name} | {:.1} | {first:.1} .. {last:.1}", values[values.len() / 2]));
    }
}

fn starts(home: &Path, first: &str, users: &str, arguments: &[&str], environment: &[(&str, String)]) {
    let (mut screens, mut lists) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let mut terminal = Terminal::start(home, arguments, environment, None);
        terminal.until(|screen| !screen.trim().is_empty());
        screens.push(terminal.since_start());
        if !users.is_empty() {
            terminal.until(|screen| screen.contains("Lovelace"));
            lists.push(terminal.since_start());
        }
    }
    tell(first, screens);
    tell(users, lists);
}

/// Keys in the demo, and what it does when nobody presses any.
fn keys(home: &Path) {
    let mut terminal = Terminal::start(home, &["demo"], &[], None);
    terminal.until(|screen| screen.contains("312 of 312"));
    terminal.settle();
    terminal.rest("demo at rest 5 s");
    // The panel beside the list follows once the selection rests; it is left out here.
    terminal.press("p");
    for (name, key) in [("Down", "\x1b[B"), ("PageDown", "\x1b[6~"), ("help opened", "?"), ("help closed", "\x1b")] {
        terminal.measure(name, key, if key.len() > 1 { "" } else { "undo" });
    }
    let mut opened = Vec::new();
    for _ in 0..TIMES {
        let began = Instant::now();
        terminal.write("\r");
        terminal.until(|screen| screen.contains("First name"));
        opened.push(milliseconds(began));
        terminal.press("\x1b");
    }
    tell("a person opened ms, the PBX's own time within", opened);
    terminal.memory("demo, 312 people: memory MB");
}

/// A PBX that takes its time: nothing is loaded, and keys are answered.
fn waiting(home: &Path, simulator: &Simulator) {
    let mut terminal = Terminal::start(home, &[], &simulator.environment(), None);
    terminal.until(|screen| screen.contains("Reading"));
    terminal.settle();
    terminal.memory("nothing loaded: memory MB");
    terminal.rest("while the PBX stalls, 5 s");
    terminal.measure("while the PBX stalls: help opened", "?", "undo");
}

fn hundred_thousand(home: &Path, simulator: &Simulator) {
    let mut terminal = Terminal::start(home, &[], &simulator.environment(), None);
    terminal.until(|screen| screen.contains("100,000 of 100,000"));
    say(&format!("100,000 people: loaded ms | {:.0} |", terminal.since_start()));
    terminal.settle();
    terminal.memory("100,000 people: memory MB");
    terminal.rest("100,000 people at rest 5 s");
    terminal.press("p");
    terminal.press("/");
    let (mut first, mut second, mut third) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        first.push(terminal.key("a").0);
        second.push(terminal.key("n").0);
        third.push(terminal.key("n").0);
        (0..3).for_each(|_| terminal.press("\x7f"));
    }
    terminal.press("\x1b");
    tell("100,000 people: first key of a filter ms", first);
    tell("100,000 people: second key ms", second);
    tell("100,000 people: third key ms", third);
    let sorts = (0..TIMES).map(|_| terminal.key("o").0).collect();
    tell("100,000 people: sorted by the next column ms", sorts);
    terminal.measure("100,000 people: Down", "\x1b[B", "");
    terminal.press("\x10");
    let mut typed = Vec::new();
    for _ in 0..TIMES {
        typed.push(terminal.key("m").0);
        terminal.press("\x7f");
    }
    tell("100,000 people: a key of the palette ms", typed);
}

/// A key held on a slow line: how long the screen still moves after the finger is up.
fn slow_line(home: &Path) {
    let mut terminal = Terminal::start(home, &["demo"], &[], Some(SLOW));
    terminal.until(|screen| screen.contains("312 of 312"));
    terminal.silence(Duration::from_secs(2));
    terminal.press("p");
    terminal.silence(Duration::from_secs(2));
    let mut still = Vec::new();
    for _ in 0..3 {
        for _ in 0..30 {
            terminal.write("\x1b[B");
            std::thread::sleep(Duration::from_millis(33));
        }
        let released = Instant::now();
        let last = terminal.silence(Duration::from_secs(1));
        still.push(last.map_or(0.0, |at| at.saturating_duration_since(released).as_secs_f64() * 1e3));
    }
    tell("1200 bytes a second: still moving after 30 held Downs ms", still);
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// `cordboard sim`, until this is dropped.
struct Simulator {
    child: std::process::Child,
    url: String,
    secret: String,
}

impl Simulator {
    fn start(arguments: &[&str]) -> Self {
        let mut child =
            Command::new(PROGRAM).arg("sim").args(arguments).stdout(Stdio::piped()).spawn().expect("a simulator");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its line");
        let said: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        Self { child, url: text("url"), secret: text("client_secret") }
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("XAPI_URL", self.url.clone()),
            ("XAPI_CLIENT_ID", "900".to_owned()),
            ("XAPI_CLIENT_SECRET", self.secret.clone()),
        ]
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A terminal with the program in it, until this is dropped.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    chunks: Receiver<(Instant, Vec<u8>)>,
    parser: vt100::Parser,
    began: Instant,
    /// When the last bytes came.
    last: Instant,
}

impl Terminal {
    fn start(home: &Path, arguments: &[&str], environment: &[(&str, String)], throttle: Option<usize>) -> Self {
        let mut command = CommandBuilder::new(PROGRAM);
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
            let mut chunk = vec![0; throttle.map_or(65_536, |rate| rate / 50)];
            while let Ok(count) = reader.read(&mut chunk) {
                if count == 0 || sender.send((Instant::now(), chunk[..count].to_vec())).is_err() {
                    return;
                }
                if let Some(rate) = throttle {
                    std::thread::sleep(Duration::from_secs_f64(count as f64 / rate as f64));
                }
            }
        });
        let writer = pair.master.take_writer().expect("its keys");
        let parser = vt100::Parser::new(SIZE.1.try_into().expect("rows"), SIZE.0.try_into().expect("columns"), 0);
        Self { child, _master: pair.master, writer, chunks, parser, began, last: began }
    }

    fn write(&mut self, keys: &str) {
        let _ = self.writer.write_all(keys.as_bytes()).and_then(|()| self.writer.flush());
    }

    /// Takes the bytes that come next, within a time; says how many.
    fn read(&mut self, within: Duration) -> Option<usize> {
        match self.chunks.recv_timeout(within) {
            Ok((at, bytes)) => {
                // A terminal answers when it is asked how it is.
                let asked = bytes.windows(4).filter(|four| *four == b"\x1b[5n").count();
                (0..asked).for_each(|_| self.write("\x1b[0n"));
                self.parser.process(&bytes);
                self.last = at;
                Some(bytes.len())
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    fn until(&mut self, wanted: impl Fn(&str) -> bool) {
        let limit = Instant::now() + PATIENCE;
        while !wanted(&self.parser.screen().contents()) && Instant::now() < limit {
            self.read(Duration::from_millis(100));
        }
    }

    fn since_start(&self) -> f64 {
        self.last.saturating_duration_since(self.began).as_secs_f64() * 1e3
    }

    /// Waits until nothing has come for so long; says when the last bytes came, if any did.
    fn silence(&mut self, quiet: Duration) -> Option<Instant> {
        let mut last = None;
        while self.read(quiet).is_some() {
            last = Some(self.last);
        }
        last
    }

    fn settle(&mut self) {
        self.silence(Duration::from_millis(500));
    }

    fn press(&mut self, keys: &str) {
        self.write(keys);
        self.settle();
    }

    /// Presses a key: milliseconds until the last byte it brought about, and how many bytes.
    fn key(&mut self, key: &str) -> (f64, usize) {
        let began = Instant::now();
        self.write(key);
        let mut bytes = 0;
        // The first byte may take its time; what follows comes at once.
        let mut quiet = Duration::from_secs(2);
        while let Some(more) = self.read(quiet) {
            (bytes, quiet) = (bytes + more, QUIET);
        }
        (self.last.saturating_duration_since(began).as_secs_f64() * 1e3, bytes)
    }

    fn measure(&mut self, name: &str, key: &str, after: &str) {
        let (mut times, mut bytes) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            let (time, count) = self.key(key);
            times.push(time);
            bytes.push(count as f64);
            self.settle();
            if after == "undo" {
                self.press(if key == "?" { "\x1b" } else { "?" });
            }
        }
        tell(&format!("{name} ms"), times);
        tell(&format!("{name} bytes"), bytes);
    }

    /// Five seconds without a key.
    fn rest(&mut self, name: &str) {
        let (cpu, wakes) = self.spent();
        let limit = Instant::now() + Duration::from_secs(5);
        let mut bytes = 0;
        while let Some(left) = limit.checked_duration_since(Instant::now()) {
            bytes += self.read(left).unwrap_or(0);
        }
        let (cpu_after, wakes_after) = self.spent();
        // A thread that has ended takes its count along.
        let (cpu, wakes) = (cpu_after.saturating_sub(cpu), wakes_after.saturating_sub(wakes));
        say(&format!("{name} | {bytes} bytes, {wakes} wake-ups, {cpu} ms CPU |"));
    }

    fn process(&self) -> String {
        format!("/proc/{}", self.child.process_id().unwrap_or(0))
    }

    /// Milliseconds of processor time and voluntary switches of all threads so far.
    fn spent(&self) -> (u64, u64) {
        let number = |text: Option<&str>| text.and_then(|n| n.trim().parse::<u64>().ok()).unwrap_or(0);
        let stat = fs::read_to_string(format!("{}/stat", self.process())).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = number(fields.get(11).copied()) + number(fields.get(12).copied());
        let threads = fs::read_dir(format!("{}/task", self.process())).into_iter().flatten().flatten();
        let wakes = threads.map(|thread| {
            let status = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
            let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches:"));
            number(line.and_then(|line| line.split(':').nth(1)))
        });
        (ticks * 10, wakes.sum())
    }

    fn memory(&self, name: &str) {
        let status = fs::read_to_string(format!("{}/status", self.process())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0.0);
        say(&format!("{name} | {:.1} |", kilobytes / 1024.0));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
