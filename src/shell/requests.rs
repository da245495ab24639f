//! The requests that were made: told to the console that runs, and written to a file.
//!
//! The file is the reader's own (0600) and kept small: when it is full it becomes `log.1`, and a new one begins. What
//! comes within a moment is written together: a run over thousands makes thousands of requests.

use super::post::Post;
use super::tasks::Message;
use crate::api::{Exchange, Observer};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::runtime::Handle;

/// Bytes after which a new file begins.
const LARGEST: u64 = 1 << 20;
/// What was told is in the file after so long.
const SOON: Duration = Duration::from_millis(50);
/// Bytes that do not wait for that.
const MUCH: usize = 16 << 10;

/// Where requests are told.
#[derive(Clone, Default)]
pub struct RequestLog {
    console: Arc<OnceLock<Post>>,
    file: Option<Arc<Mutex<LogFile>>>,
    path: Option<PathBuf>,
}

struct LogFile {
    path: PathBuf,
    /// The file and its size, once there was something to write.
    open: Option<(File, u64)>,
    /// Lines that are not in it yet.
    lines: String,
    /// The second of the last line, and how its time is spelt before and after the fraction.
    second: (i64, [String; 2]),
}

impl RequestLog {
    /// One that writes into the state folder too.
    pub fn in_folder(folder: &Path) -> Self {
        let path = folder.join("log");
        let file = LogFile { path: path.clone(), open: None, lines: String::new(), second: Default::default() };
        Self { file: Some(Arc::new(Mutex::new(file))), path: Some(path), ..Self::default() }
    }

    /// The file, if there is one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What a client tells its requests to.
    pub fn observer(&self) -> Observer {
        let log = self.clone();
        Observer::new(move |exchange| log.tell(exchange))
    }

    pub(super) fn listen(&self, console: Post) {
        // A second console would be told nothing; there is none.
        let _ = self.console.set(console);
    }

    fn tell(&self, exchange: Exchange) {
        if let Some(file) = &self.file {
            write_down(file, &exchange);
        }
        if let Some(console) = self.console.get() {
            console.leave(Message::Exchanged(Box::new(exchange)));
        }
    }
}

/// Has it written down, now or with what follows it.
fn write_down(log: &Arc<Mutex<LogFile>>, exchange: &Exchange) {
    let Ok(mut file) = log.lock() else { return };
    let is_first = file.lines.is_empty();
    file.add(exchange);
    match Handle::try_current() {
        Ok(runtime) if file.lines.len() < MUCH => {
            if is_first {
                drop(file);
                let log = Arc::clone(log);
                runtime.spawn(async move {
                    tokio::time::sleep(SOON).await;
                    log.lock().into_iter().for_each(|mut file| file.write());
                });
            }
        }
        _ => file.write(),
    }
}

impl LogFile {
    /// Adds a line to those that wait.
    fn add(&mut self, exchange: &Exchange) {
        let now = jiff::Timestamp::now();
        let (second, [before, after]) = &mut self.second;
        if *second != now.as_second() {
            let here = now.to_zoned(jiff::tz::TimeZone::system());
            *second = now.as_second();
            (*before, *after) = (here.strftime("%Y-%m-%dT%H:%M:%S").to_string(), here.strftime("%:z").to_string());
        }
        let Exchange { pbx, method, path, status, took, size } = exchange;
        let lines = &mut self.lines;
        // Three lines for each of thousands: pieces are put side by side, as formatting takes several times as long.
        let mut numbers = [itoa::Buffer::new(); 4];
        let [fraction, code, waited, length] = &mut numbers;
        let fraction = fraction.format(1_000 + now.subsec_millisecond());
        let code = status.map_or("-", |status| code.format(status));
        let (waited, length) = (waited.format(took.as_millis()), length.format(*size));
        for piece in [before.as_str(), ".", &fraction[1..], after, " ", &pbx.0, " ", method, " "] {
            lines.push_str(piece);
        }
        if path.contains(char::is_control) {
            lines.extend(path.chars().filter(|c| !c.is_control()));
        } else {
            lines.push_str(path);
        }
        for piece in [" ", code, " ", waited, " ms ", length, " bytes\n"] {
            lines.push_str(piece);
        }
    }

    /// Writes the lines that wait. A log that cannot be written stands in nobody's way.
    fn write(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let length = lines.len() as u64;
        if length == 0 {
            return;
        }
        let mut open = self.open.take().or_else(|| private(&self.path).ok());
        if open.as_ref().is_some_and(|(_, size)| *size > 0 && size + length > LARGEST) {
            let _ = std::fs::rename(&self.path, self.path.with_extension("1"));
            open = private(&self.path).ok();
        }
        if let Some((file, size)) = &mut open {
            let _ = file.write_all(lines.as_bytes());
            *size += length;
        }
        self.open = open;
    }
}

impl Drop for LogFile {
    fn drop(&mut self) {
        self.write();
    }
}

/// A file that only its owner can read, in a folder that only its owner can enter, opened to append; and its size.
fn private(path: &Path) -> io::Result<(File, u64)> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::PbxId;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    fn exchange(path: &str) -> Exchange {
        Exchange {
            pbx: PbxId::new("acme"),
            method: "GET".to_owned(),
            path: path.to_owned(),
            status: Some(200),
            took: Duration::from_millis(12),
            size: 345,
        }
    }

    #[test]
    fn the_file_is_private_and_stays_small() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("state");
        let log = RequestLog::in_folder(&folder);
        let observer = log.observer();
        log.tell(exchange("/xapi/v1/Users\n(1)"));
        drop(observer);
        let path = log.path().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.ends_with(" acme GET /xapi/v1/Users(1) 200 12 ms 345 bytes\n"), "{text}");
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        let long = "x".repeat(100_000);
        for _ in 0..25 {
            log.tell(exchange(&long));
        }
        let sizes = ["log", "log.1"].map(|name| std::fs::metadata(folder.join(name)).unwrap().len());
        assert!(sizes.iter().all(|size| (1..=LARGEST).contains(size)), "{sizes:?}");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
    }

    /// Lets the time pass after which what was told is written.
    async fn soon() {
        tokio::task::yield_now().await;
        tokio::time::advance(SOON * 2).await;
        tokio::task::yield_now().await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_within_a_moment_is_written_together_and_none_of_it_is_lost() {
        let home = tempfile::tempdir().unwrap();
        let log = RequestLog::in_folder(home.path());
        let path = home.path().join("log");
        let lines = || std::fs::read_to_string(&path).unwrap_or_default().lines().count();
        (0..100).for_each(|_| log.tell(exchange("/xapi/v1/Users(1)")));
        assert_eq!(lines(), 0);
        soon().await;
        assert_eq!(lines(), 100);
        log.tell(exchange("/xapi/v1/Users(2)"));
        let file = Arc::clone(log.file.as_ref().unwrap());
        drop(log);
        file.lock().unwrap().write();
        assert_eq!(lines(), 101);
        file.lock().unwrap().add(&exchange("/xapi/v1/Users(3)"));
        soon().await;
        drop(file);
        assert_eq!(lines(), 102, "what waits at the end is written then");
        let long = "x".repeat(MUCH);
        let log = RequestLog::in_folder(home.path());
        log.tell(exchange(&long));
        assert_eq!(lines(), 103, "what is much does not wait");
    }

    #[test]
    fn a_folder_that_cannot_be_made_stands_in_nobodys_way() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();
        RequestLog::in_folder(&file.join("below")).tell(exchange("/"));
        assert_eq!(std::fs::read(&file).unwrap(), b"");
    }
}
