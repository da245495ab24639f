//! The requests that were made: told to the console that runs, and written to a file.
//!
//! The file is the reader's own (0600) and kept small: when it is full it becomes `log.1`, and a new one begins.

use super::post::Post;
use super::tasks::Message;
use crate::api::{Exchange, Observer};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

/// Bytes after which a new file begins.
const LARGEST: u64 = 1 << 20;

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
}

impl RequestLog {
    /// One that writes into the state folder too.
    pub fn in_folder(folder: &Path) -> Self {
        let path = folder.join("log");
        let file = LogFile { path: path.clone(), open: None };
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
        if let Some(mut file) = self.file.as_ref().and_then(|file| file.lock().ok()) {
            file.write(&line(&exchange));
        }
        if let Some(console) = self.console.get() {
            console.leave(Message::Exchanged(Box::new(exchange)));
        }
    }
}

fn line(exchange: &Exchange) -> String {
    let at = jiff::Zoned::now().strftime("%Y-%m-%dT%H:%M:%S%.3f%:z");
    let status = exchange.status.map_or("-".to_owned(), |status| status.to_string());
    let Exchange { pbx, method, path, took, size, .. } = exchange;
    let path: String = path.chars().filter(|c| !c.is_control()).collect();
    format!("{at} {pbx} {method} {path} {status} {} ms {size} bytes\n", took.as_millis())
}

impl LogFile {
    /// Writes a line. A log that cannot be written stands in nobody's way.
    fn write(&mut self, line: &str) {
        let length = line.len() as u64;
        let mut open = self.open.take().or_else(|| private(&self.path).ok());
        if open.as_ref().is_some_and(|(_, size)| *size > 0 && size + length > LARGEST) {
            let _ = std::fs::rename(&self.path, self.path.with_extension("1"));
            open = private(&self.path).ok();
        }
        if let Some((file, size)) = &mut open {
            let _ = file.write_all(line.as_bytes());
            *size += length;
        }
        self.open = open;
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

    #[test]
    fn a_folder_that_cannot_be_made_stands_in_nobodys_way() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();
        RequestLog::in_folder(&file.join("below")).tell(exchange("/"));
        assert_eq!(std::fs::read(&file).unwrap(), b"");
    }
}
