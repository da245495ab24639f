//! Files that people ask for by name: theirs alone, and never in the place of another.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Writes a file that was not there; returns where it is.
///
/// # Errors
/// A sentence.
pub(super) fn write(path: &str, text: &[u8]) -> Result<String, String> {
    let path = place(path);
    let failed = |what: &str, error: &std::io::Error| format!("{} {what} ({error}).", path.display());
    let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(format!("{} is there already and stays as it is: another name?", path.display()));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(format!("There is no folder for {}: another name?", path.display()));
        }
        Err(error) => return Err(failed("cannot be written", &error)),
    };
    if let Err(error) = file.write_all(text).and_then(|()| file.sync_all()) {
        // Half a file is worse than none.
        let _ = std::fs::remove_file(&path);
        return Err(failed("could not be written to its end", &error));
    }
    Ok(std::fs::canonicalize(&path).unwrap_or(path).display().to_string())
}

/// `~/` is the person's own folder.
fn place(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(below), Some(own)) => own.home_dir().join(below),
        _ => Path::new(path).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_file_is_the_readers_own_and_never_takes_the_place_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.csv");
        let place = write(path.to_str().unwrap(), b"Who\n").unwrap();
        assert!(place.ends_with("results.csv"), "{place}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = write(path.to_str().unwrap(), b"other").unwrap_err();
        assert!(again.contains("is there already"), "{again}");
        assert_eq!(std::fs::read(&path).unwrap(), b"Who\n");
        let nowhere = write(folder.path().join("no/where.csv").to_str().unwrap(), b"").unwrap_err();
        assert!(nowhere.contains("There is no folder"), "{nowhere}");
    }
}
