//! Files that verbs write and read: whole or not at all, and nobody else's to read.

use super::exit::{Stop, USAGE};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Writes a file that only its owner reads. What was there before stays whole until the new one is.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let cannot = |e: io::Error| {
        Stop::new(
            USAGE,
            match e.kind() {
                io::ErrorKind::NotFound => format!("{} cannot be written: there is no such folder.", path.display()),
                _ => format!("{} cannot be written: {}.", path.display(), why(&e)),
            },
        )
    };
    if path.is_dir() {
        return Err(Stop::usage(format!("{} is a folder; name a file.", path.display())));
    }
    // What is no plain file (a pipe, a terminal) is written to as it is.
    if path.exists() && !path.is_file() {
        return File::options().write(true).open(path).and_then(|mut file| file.write_all(bytes)).map_err(cannot);
    }
    let fresh = path.with_file_name(format!(
        ".{}.{}.new",
        path.file_name().unwrap_or_default().to_string_lossy(),
        std::process::id()
    ));
    let written = create(&fresh).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&fresh, path)
    });
    written.map_err(|e| {
        // What was begun is of no use to anybody.
        let _ = std::fs::remove_file(&fresh);
        cannot(e)
    })
}

/// What went wrong with a file, without the number of the system's error.
pub(super) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you have no right to".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

/// Reads a file, or standard input for `-`; at most so many bytes.
///
/// # Errors
/// When it cannot be read, or is larger.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    let result = match path.as_os_str() == "-" {
        true => io::stdin().lock().take(most + 1).read_to_end(&mut bytes),
        false => File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)),
    };
    result.map_err(|e| Stop::usage(format!("{} cannot be read: {}.", path.display(), why(&e))))?;
    if bytes.len() as u64 > most {
        let mega = most / 1024 / 1024;
        return Err(Stop::usage(format!("{} is larger than {mega} MB: divide it.", path.display())));
    }
    Ok(bytes)
}
