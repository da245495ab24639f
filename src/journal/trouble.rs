//! Why the journal cannot be used, in sentences.
//!
//! Owns the words for every way in which a file, a folder or a disk can fail, and what to do about each.

use crate::odata::{Failure, FailureKind, Hindrance};
use rusqlite::ErrorCode as Code;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the journal cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What is wrong, as a sentence that names the file.
    pub what: String,
    /// What to do about it.
    pub next: String,
    /// It passes by itself: somebody else is writing.
    pub passes: bool,
}

impl Trouble {
    pub(super) fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what: what.into(), next: next.into(), passes: false }
    }

    /// What SQLite says of a file.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> Self {
        let shown = path.display();
        let (code, words) = match error {
            rusqlite::Error::StatementChangedRows(_) => {
                return Self::new(
                    "Another console goes on with this run.",
                    "The history (H) shows what becomes of it.",
                );
            }
            rusqlite::Error::SqliteFailure(e, words) => (Some(e.code), words.clone().unwrap_or_else(|| e.to_string())),
            other => (None, other.to_string()),
        };
        match code {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self {
                passes: true,
                ..Self::new(
                    format!("The journal {shown} is in use by another program, and stayed so."),
                    "Try again; if it lasts, see who holds that file open (lsof shows it).",
                )
            },
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::new(
                format!("The journal {shown} is damaged ({words})."),
                format!("Move it aside (mv {shown} {shown}.damaged); a new one is begun at the next change."),
            ),
            Some(Code::DiskFull) => Self::new(
                format!("The journal {shown} cannot grow: the disk is full."),
                "Make room on that disk, then send again.",
            ),
            Some(
                Code::ReadOnly | Code::PermissionDenied | Code::CannotOpen | Code::AuthorizationForStatementDenied,
            ) => Self::new(
                format!("The journal {shown} cannot be written ({words})."),
                "Make that file and its folder writable for you, then send again.",
            ),
            Some(Code::SystemIoFailure) => Self::new(
                format!("The disk of the journal {shown} failed ({words})."),
                "Look at that disk (is it full, or gone?), then send again.",
            ),
            _ => Self::new(
                format!("The journal {shown} cannot be used ({words})."),
                format!("If it lasts, move it aside (mv {shown} {shown}.old); a new one is begun at the next change."),
            ),
        }
    }

    /// What the system says of a file or folder.
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        let next = match error.kind() {
            io::ErrorKind::StorageFull => "Make room on that disk, then send again.",
            io::ErrorKind::NotFound => "Make that folder, or name another one with `journal` in config.toml.",
            _ => "Make it readable and writable for you, then send again.",
        };
        Self::new(format!("The journal cannot be kept at {}: {error}.", path.display()), next)
    }

    pub(super) fn newer(path: &Path, found: i64, known: i64) -> Self {
        Self::new(
            format!(
                "The journal {} was made by a newer cordboard (its form is {found}, this one knows {known}).",
                path.display()
            ),
            "Use that newer cordboard here too, or name another folder with `journal` in config.toml.",
        )
    }

    pub(super) fn emptied(path: &Path, beside: &Path) -> Self {
        Self::new(
            format!(
                "The journal {} is empty, and {} beside it is not: it was cut off.",
                path.display(),
                beside.display()
            ),
            "Put that file back, or move both aside; a new one is begun at the next change.",
        )
    }

    pub(super) fn foreign(path: &Path) -> Self {
        Self::new(
            format!("{} is a database of another program.", path.display()),
            "Move it aside, or name another folder with `journal` in config.toml.",
        )
    }

    pub(super) fn no_group(folder: &Path) -> Self {
        let shown = folder.display();
        Self::new(
            format!("{shown} is for a group, but files made there do not become the group's."),
            format!("Set that right once with chmod g+s {shown}."),
        )
    }

    pub(super) fn gone() -> Self {
        let path = PathBuf::new();
        Self { what: "The journal has ended with the console.".to_owned(), ..Self::io(&path, &io::Error::other("")) }
    }

    /// The same as the reason why something was not sent.
    pub fn failure(&self) -> Failure {
        let why = Hindrance { what: self.what.clone(), next: self.next.clone() };
        Failure::new(FailureKind::NotRecorded(Box::new(why)), "")
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what, self.next)
    }
}

impl std::error::Error for Trouble {}
