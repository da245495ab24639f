//! The program as a process: a home of its own, an empty environment, an end in any case.

use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_cordboard");

/// Much longer than anything takes, even on a machine that is busy with other things: so many seconds, of which one
/// passes at most while everything is paused, as when a laptop sleeps.
const PATIENCE: usize = 90;

/// One process is made at a time: between the opening of a terminal and its closing on exec, another one would inherit
/// it and keep it open.
pub(crate) fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends a signal to a process of ours.
pub(crate) fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    // It may have ended by itself.
    let _ = kill_process(pid, signal);
}

/// Ends a process that takes too long, so that its test fails instead of hanging. Drop it to call it off.
pub(crate) struct Watchdog(#[expect(dead_code, reason = "dropping it is what it is for")] Sender<()>);

impl Watchdog {
    pub(crate) fn over(pid: u32) -> Self {
        let (call_off, called_off) = channel();
        std::thread::spawn(move || {
            let wait = || called_off.recv_timeout(Duration::from_secs(1));
            if (0..PATIENCE).all(|_| wait() == Err(RecvTimeoutError::Timeout)) {
                signal(pid, Signal::KILL);
            }
        });
        Self(call_off)
    }
}

/// A home and a working folder of its own.
pub(crate) struct Home(TempDir);

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Said {
    /// How it ended; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file below the home, with the folders it needs.
    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The whole environment of a run.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let path = std::env::var("PATH").unwrap();
        let home = self.path().to_str().unwrap().to_owned();
        let below = |folder: &str| format!("{home}/{folder}");
        vec![
            ("PATH", path),
            ("XDG_CONFIG_HOME", below(".config")),
            ("XDG_STATE_HOME", below("state")),
            ("XDG_CACHE_HOME", below("cache")),
            ("XDG_RUNTIME_DIR", below("run")),
            ("HOME", home),
            ("TERM", "xterm-256color".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
        ]
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).env_clear().envs(self.environment()).current_dir(self.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end, without a terminal.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.finish(self.command(arguments))
    }

    /// Runs the program to its end, in which no file grows beyond so many blocks of 512 bytes.
    pub(crate) fn run_within(&self, blocks: usize, arguments: &[&str]) -> Said {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f $0; exec \"$@\"", &blocks.to_string(), PROGRAM]).args(arguments);
        command.env_clear().envs(self.environment()).current_dir(self.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.finish(command)
    }

    /// Runs the program to its end with these lines as its input, in this environment too.
    pub(crate) fn say(&self, arguments: &[&str], environment: &[(&str, &str)], lines: &[&str]) -> Said {
        let mut command = self.command(arguments);
        let input = self.write("input", &lines.iter().map(|line| format!("{line}\n")).collect::<String>());
        command.envs(environment.iter().copied()).stdin(std::fs::File::open(input).unwrap());
        self.finish(command)
    }

    /// Runs the program to its end, its output going there.
    pub(crate) fn run_into(&self, arguments: &[&str], out: impl Into<Stdio>) -> Said {
        let mut command = self.command(arguments);
        command.stdout(out);
        self.finish(command)
    }

    fn finish(&self, mut command: Command) -> Said {
        let child = spawn(&mut command);
        let watchdog = Watchdog::over(child.id());
        let output = child.wait_with_output().unwrap();
        drop(watchdog);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs the program until it has written `seen` once, then sends it a signal, and waits for its end.
    pub(crate) fn interrupted(&self, arguments: &[&str], seen: &str, with: Signal) -> Said {
        let mut child = spawn(&mut self.command(arguments));
        let watchdog = Watchdog::over(child.id());
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut out = String::new();
        while !out.contains(seen) {
            assert!(lines.read_line(&mut out).unwrap() > 0, "it ended with {out}");
        }
        signal(child.id(), with);
        lines.read_to_string(&mut out).unwrap();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        let code = child.wait().unwrap().code();
        drop(watchdog);
        Said { code, out, err }
    }

    /// Begins a run of the program for somebody, which nobody reads; what it says goes into the files `ada.out` and
    /// `ada.err` for one of that name.
    pub(crate) fn begin(&self, arguments: &[&str], operator: &str) -> Child {
        let file = |end: &str| std::fs::File::create(self.path().join(format!("{operator}.{end}"))).unwrap();
        spawn(self.command(arguments).env("LOGNAME", operator).stdout(file("out")).stderr(file("err")))
    }

    /// Runs `cordboard sim` until it is told to end.
    pub(crate) fn simulator(&self, arguments: &[&str]) -> Simulator {
        let arguments: Vec<&str> = std::iter::once("sim").chain(arguments.iter().copied()).collect();
        let mut child = spawn(&mut self.command(&arguments));
        let watchdog = Watchdog::over(child.id());
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        Simulator { child, out, line, _watchdog: watchdog }
    }
}

fn spawn(command: &mut Command) -> Child {
    let _one = one_at_a_time();
    command.spawn().unwrap()
}

/// `cordboard sim` while it runs.
pub(crate) struct Simulator {
    child: Child,
    out: BufReader<ChildStdout>,
    /// What it printed first.
    pub(crate) line: String,
    _watchdog: Watchdog,
}

impl Simulator {
    /// A text of the line that it printed.
    pub(crate) fn text(&self, name: &str) -> String {
        let line: serde_json::Value = serde_json::from_str(&self.line).unwrap_or_else(|e| panic!("{e}: {}", self.line));
        line[name].as_str().unwrap_or_else(|| panic!("no {name} in {line}")).to_owned()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Signs in.
    pub(crate) fn token(&self) -> String {
        let body = format!(
            "client_id={}&client_secret={}&grant_type=client_credentials",
            self.text("client_id"),
            self.text("client_secret")
        );
        let form = "Content-Type: application/x-www-form-urlencoded";
        let (status, answer) = self.ask("POST", "/connect/token", form, &body);
        assert_eq!(status, 200, "{answer}");
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Reads from the API.
    pub(crate) fn get(&self, path: &str, token: &str) -> (u16, serde_json::Value) {
        self.ask("GET", &format!("/xapi/v1{path}"), &format!("Authorization: Bearer {token}"), "")
    }

    /// Asks it anything.
    pub(crate) fn ask(&self, method: &str, path: &str, header: &str, body: &str) -> (u16, serde_json::Value) {
        let url = self.text("url");
        let host = url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}");
        write!(stream, "{head}\r\n{header}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    /// Tells it to end, and what it said after its first line.
    pub(crate) fn end(mut self, with: Signal) -> Said {
        signal(self.child.id(), with);
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        Said { code: self.child.wait().unwrap().code(), out, err }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
