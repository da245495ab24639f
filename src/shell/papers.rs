//! Files that people ask for by name: theirs alone, and never in the place of another.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A larger file is none of ours.
const MOST: usize = 64 << 20;

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

/// Reads a file that is not too large.
///
/// # Errors
/// A sentence.
pub(super) fn read(path: &str, most: usize) -> Result<Vec<u8>, String> {
    let path = place(path);
    let shown = path.display();
    let kind = std::fs::metadata(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("There is no {shown}; Tab completes names."),
        _ => format!("{shown} cannot be looked at ({error})."),
    })?;
    if !kind.is_file() {
        return Err(format!("{shown} is no file; Tab shows what is in it."));
    }
    if kind.len() > most as u64 {
        return Err(format!("{shown} has {} bytes; at most {most} fit here.", kind.len()));
    }
    std::fs::read(&path).map_err(|error| format!("{shown} cannot be read ({error})."))
}

/// Names that are shown of a folder at most.
const NAMES: usize = 200;

/// The files and folders whose paths begin with what is typed, in order; folders end with a slash.
pub(super) fn begin_so(typed: &str) -> Vec<String> {
    let (folder, begins) = typed.rsplit_once('/').map_or(("", typed), |(folder, name)| (&typed[..=folder.len()], name));
    let within = if folder.is_empty() { Path::new(".").to_owned() } else { place(folder) };
    let Ok(entries) = std::fs::read_dir(within) else { return Vec::new() };
    let mut found: Vec<String> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            // What is hidden is shown to those who ask for it.
            let wanted = name.starts_with(begins) && (!name.starts_with('.') || begins.starts_with('.'));
            let end = if entry.path().is_dir() { "/" } else { "" };
            wanted.then(|| format!("{folder}{name}{end}"))
        })
        .collect();
    found.sort();
    found.truncate(NAMES);
    found
}

/// Reads a text that somebody names.
///
/// # Errors
/// A sentence.
pub(super) fn text(path: &str) -> Result<String, String> {
    String::from_utf8(read(path, MOST)?).map_err(|_| format!("{path} is no text."))
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
    fn a_file_is_read_whole_or_not_at_all_and_names_are_completed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(at("logo.png"), b"12345").unwrap();
        std::fs::write(at("logo.txt"), b"1").unwrap();
        std::fs::create_dir(at("logos")).unwrap();
        assert_eq!(read(&at("logo.png"), 5), Ok(b"12345".to_vec()));
        for (name, most, words) in
            [("logo.png", 4, "at most 4 fit here"), ("logos", 9, "is no file"), ("nothing", 9, "There is no")]
        {
            assert!(read(&at(name), most).unwrap_err().contains(words), "{name}");
        }
        assert_eq!(begin_so(&at("logo")), [at("logo.png"), at("logo.txt"), format!("{}/", at("logos"))]);
        assert_eq!(begin_so(&at("nothing/x")), [""; 0]);
    }

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
