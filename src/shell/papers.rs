//! Files that people ask for by name: theirs alone, and in the place of another only where they have said so.

use crate::app::Unwritten;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A larger file is none of ours.
const MOST: usize = 64 << 20;

/// Writes a file; returns where it is. One that is there is replaced only where `over` says so, and then as a whole.
///
/// # Errors
/// Why it was not written.
pub(super) fn write(path: &str, text: &[u8], over: bool) -> Result<String, Unwritten> {
    let path = place(path);
    let failed =
        |what: &str, error: &std::io::Error| Unwritten::Failed(format!("{} {what} ({error}).", path.display()));
    // Beside the old one, which stays until the new one is there to its end.
    let beside = path.with_added_extension("part");
    let new = if over { &beside } else { &path };
    if over {
        // A part that was left lying is nobody's.
        let _ = std::fs::remove_file(new);
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(new) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(there(&path)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Unwritten::Failed(format!("There is no folder for {}: another name?", path.display())));
        }
        Err(error) => return Err(failed("cannot be written", &error)),
    };
    if let Err(error) = file.write_all(text).and_then(|()| file.sync_all()) {
        // Half a file is worse than none.
        let _ = std::fs::remove_file(new);
        return Err(failed("could not be written to its end", &error));
    }
    if over && let Err(error) = std::fs::rename(new, &path) {
        let _ = std::fs::remove_file(new);
        return Err(failed("cannot be replaced", &error));
    }
    Ok(std::fs::canonicalize(&path).unwrap_or(path).display().to_string())
}

/// What there is to say of something that is there already.
fn there(path: &Path) -> Unwritten {
    match std::fs::symlink_metadata(path) {
        Ok(kind) if kind.is_file() => {
            let size = usize::try_from(kind.len()).unwrap_or(usize::MAX);
            Unwritten::There(format!(
                "{} is there already ({}). Write over it?",
                path.display(),
                crate::app::size(size)
            ))
        }
        _ => Unwritten::Failed(format!("{} is there already and is no file: another name?", path.display())),
    }
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
    fn a_file_is_the_readers_own_and_takes_the_place_of_another_only_where_that_was_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.csv");
        let write = |path: &Path, text: &[u8], over| super::write(path.to_str().unwrap(), text, over);
        let place = write(&path, b"Who\n", false).unwrap();
        assert!(place.ends_with("results.csv"), "{place}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = write(&path, b"other", false).unwrap_err();
        let asked = format!("{} is there already (4 bytes). Write over it?", path.display());
        assert_eq!(again, Unwritten::There(asked));
        assert_eq!(std::fs::read(&path).unwrap(), b"Who\n");
        // Somebody said so: then it is theirs alone too, and nothing lies beside it.
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, b"other", true).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"other");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        for (name, over, words) in [("no/where.csv", false, "There is no folder"), ("", false, "cannot be written")] {
            let why = write(&folder.path().join(name), b"", over).unwrap_err();
            assert!(matches!(&why, Unwritten::Failed(said) if said.contains(words)), "{why:?}");
        }
        std::fs::create_dir(folder.path().join("all")).unwrap();
        let why = write(&folder.path().join("all"), b"", true).unwrap_err();
        assert!(matches!(&why, Unwritten::Failed(said) if said.contains("cannot be replaced")), "{why:?}");
    }
}
