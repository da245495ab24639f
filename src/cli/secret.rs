//! Where a client secret is fetched from: a file, a command, a variable.
//!
//! Owns the checks that keep a secret to its owner. The secret leaves only as a `SecretString`; no error repeats it,
//! nor anything a program printed, nor more of a command than its name.

use super::keep::why;
use crate::settings::SecretSource;
use secrecy::SecretString;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// No secret is longer; what is, is another file.
const LONGEST: u64 = 64 * 1024;
/// A password manager may have to ask its owner first.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why there is no secret: a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretError(String);

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SecretError {}

/// Fetches a secret: the first line of what its source holds.
///
/// # Errors
/// When the source cannot be read, is open to others, or holds nothing.
pub fn fetch(source: &SecretSource, environment: &dyn Fn(&str) -> Option<String>) -> Result<SecretString, SecretError> {
    match source {
        SecretSource::File(path) => from_file(path),
        SecretSource::Command(words) => from_command(words, PATIENCE),
        SecretSource::Variable(name) => match environment(name) {
            Some(text) => first_line(text.into_bytes(), name),
            None => Err(SecretError(format!("{name} is not set."))),
        },
    }
}

fn from_file(path: &Path) -> Result<SecretString, SecretError> {
    let shown = path.display();
    let cannot = |e: io::Error| SecretError(format!("The secret in {shown} cannot be read: {}.", why(&e)));
    let file = File::open(path).map_err(cannot)?;
    // Of the open file, not of the path: what was checked is what is read.
    let about = file.metadata().map_err(cannot)?;
    if about.is_dir() {
        return Err(SecretError(format!("{shown} is a folder; name the file that holds the secret.")));
    }
    check_mode(&about, path)?;
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).map_err(cannot)?;
    first_line(bytes, &shown.to_string())
}

/// Nobody but the owner may read or write the file. Together with having been able to open it, this says that the
/// owner is the person who runs cordboard (or that this is root, who is asked to own the file too).
#[cfg(unix)]
fn check_mode(about: &std::fs::Metadata, path: &Path) -> Result<(), SecretError> {
    use std::os::unix::fs::MetadataExt;
    let shown = path.display();
    let mode = about.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(SecretError(format!(
            "Others on this machine may use the secret in {shown} (its mode is {mode:03o}). Keep it to yourself: \
             chmod 600 {shown}"
        )));
    }
    let me = std::fs::metadata("/proc/self").map(|m| m.uid()).ok();
    if me.is_some_and(|me| me != about.uid()) {
        return Err(SecretError(format!(
            "{shown} belongs to another user, who could change it. Keep the secret in a file of your own."
        )));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_about: &std::fs::Metadata, _path: &Path) -> Result<(), SecretError> {
    Ok(())
}

fn from_command(words: &[String], patience: Duration) -> Result<SecretString, SecretError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(SecretError("The command for the secret is empty.".to_owned()));
    };
    // What it complains about may hold the secret (a shell script that traces itself): it is not read at all.
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| {
            SecretError(format!("`{program}`, which should print the secret, does not start: {}.", why(&e)))
        })?;
    let output = child.stdout.take();
    let (done, waiting) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = output.map_or(Ok(0), |o| o.take(LONGEST).read_to_end(&mut bytes));
        // Nobody listens any more when the patience is over.
        let _ = done.send(read.map(|_| bytes));
    });
    let bytes = match waiting.recv_timeout(patience) {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(e)) => {
            return Err(SecretError(format!("What `{program}` prints cannot be read: {}.", why(&e))));
        }
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            // It may be gone by itself in this moment; then there is nothing to end.
            let _ = child.kill();
            let _ = child.wait();
            return Err(SecretError(format!(
                "`{program}`, which should print the secret, did not end within {} s. It cannot ask you anything here: \
                 unlock it first, then try again.",
                patience.as_secs()
            )));
        }
    };
    match child.wait() {
        Ok(status) if status.success() => first_line(bytes, &format!("What `{program}` printed")),
        Ok(status) => Err(SecretError(format!(
            "`{program}`, which should print the secret, failed ({status}). Run the command by itself to see why."
        ))),
        Err(e) => Err(SecretError(format!("`{program}` was lost: {}.", why(&e)))),
    }
}

fn first_line(bytes: Vec<u8>, whose: &str) -> Result<SecretString, SecretError> {
    let text = String::from_utf8(bytes)
        .map_err(|_| SecretError(format!("{whose} is no text, so it cannot be a client secret.")))?;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        return Err(SecretError(format!("{whose} holds no secret: its first line is empty.")));
    }
    Ok(SecretString::from(line))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use std::os::unix::fs::PermissionsExt;

    fn none(_: &str) -> Option<String> {
        None
    }

    fn run(words: &[&str]) -> Result<String, String> {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        shown(fetch(&SecretSource::Command(words), &none))
    }

    fn shown(fetched: Result<SecretString, SecretError>) -> Result<String, String> {
        fetched.map(|s| s.expose_secret().to_owned()).map_err(|e| e.to_string())
    }

    fn file(text: &[u8], mode: u32) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        shown(fetch(&SecretSource::File(path), &none))
    }

    #[test]
    fn a_file_of_ones_own_is_read() {
        assert_eq!(file(b"hunter2\n", 0o600).unwrap(), "hunter2");
        assert_eq!(file(b"  hunter2\r\nuser: 900\n", 0o400).unwrap(), "hunter2");
    }

    #[test]
    fn files_that_others_may_use_are_refused() {
        for mode in [0o644, 0o640, 0o604, 0o620, 0o602, 0o666] {
            let error = file(b"hunter2\n", mode).unwrap_err();
            assert!(error.contains(&format!("mode is {mode:03o}")) && error.contains("chmod 600"), "{error}");
            assert!(!error.contains("hunter2"));
        }
    }

    #[test]
    fn files_without_a_secret_are_explained() {
        let folder = tempfile::tempdir().unwrap();
        let missing = SecretSource::File(folder.path().join("none"));
        assert!(shown(fetch(&missing, &none)).unwrap_err().ends_with("there is no such file."));
        let itself = SecretSource::File(folder.path().to_owned());
        assert!(shown(fetch(&itself, &none)).unwrap_err().contains("is a folder"));
        assert!(file(b"\n", 0o600).unwrap_err().contains("first line is empty"));
        assert!(file(b"\xff\xfe", 0o600).unwrap_err().contains("is no text"));
    }

    #[test]
    fn a_command_is_run_without_a_shell() {
        assert_eq!(run(&["printf", "%s\\n", "$HOME; hunter2 |"]).unwrap(), "$HOME; hunter2 |");
        assert_eq!(run(&["printf", "hunter2\nlogin: 900\n"]).unwrap(), "hunter2");
    }

    #[test]
    fn commands_that_fail_are_explained_without_what_they_said() {
        for (words, why) in [
            (vec!["sh", "-c", "echo hunter2; echo hunter2 >&2; exit 3"], "failed (exit status: 3)"),
            (vec!["true"], "holds no secret"),
            (vec!["cat", "/dev/zero"], "failed (signal: 13"),
            (vec!["cordboard-has-no-such-program", "hunter2"], "does not start: there is no such file"),
            (vec![], "is empty"),
        ] {
            let error = run(&words).unwrap_err();
            assert!(error.contains(why) && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_command_that_waits_for_somebody_is_ended() {
        let words = ["sleep", "600"].map(str::to_owned);
        let error = from_command(&words, Duration::from_millis(50)).unwrap_err();
        assert!(error.to_string().contains("did not end within"), "{error}");
    }

    #[test]
    fn a_variable_is_looked_up() {
        let source = SecretSource::Variable("XAPI_CLIENT_SECRET");
        let look = |name: &str| (name == "XAPI_CLIENT_SECRET").then(|| "hunter2".to_owned());
        assert_eq!(shown(fetch(&source, &look)).unwrap(), "hunter2");
        assert_eq!(shown(fetch(&source, &none)).unwrap_err(), "XAPI_CLIENT_SECRET is not set.");
    }
}
