//! What is about to be sent, noted beside the journal ahead of the transaction that writes it down.
//!
//! Owns one small file for each console: a line costs a tenth of a transaction, and outlives the program as that does.
//! What stands there is taken over into the journal with the next transaction, within 50 ms; what a console left there
//! that was killed, by whoever asks the journal next. Owns, too, for how long it is taken for granted that a run is
//! still this console's. Knows nothing of tables.

use crate::plan::EntryId;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What the name of such a file begins with; the number of the console follows.
const NAME: &str = "journal.sent-";
/// For so long nobody looks again whether a run is still this console's. By the clock of the wall: a machine that slept
/// finds that it is late.
const FRESH: Duration = Duration::from_secs(60);

/// The notes of this console.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    place: Option<Place>,
    noted: Vec<Note>,
    /// The first and last entry of each run that is this console's, and when that was seen.
    owned: Vec<(EntryId, EntryId, SystemTime)>,
}

#[derive(Debug)]
struct Place {
    path: PathBuf,
    mode: u32,
    /// Once there was something to note.
    file: Option<File>,
}

/// This was sent, or was about to be, then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) entry: EntryId,
    pub(super) at: String,
}

impl Ahead {
    /// Notes go into this folder from now on, with the rights of the journal.
    pub(super) fn in_folder(folder: &Path, console: i64, mode: u32) -> Self {
        let place = Place { path: folder.join(format!("{NAME}{console}")), mode, file: None };
        Self { place: Some(place), noted: Vec::new(), owned: Vec::new() }
    }

    /// It was seen at this time that these entries, from the first to the last, are of a run of this console.
    pub(super) fn owns(&mut self, first: EntryId, last: EntryId, now: SystemTime) {
        self.owned.retain(|(one, ..)| *one != first);
        self.owned.push((first, last, now));
    }

    /// The same, of the run of which this is one.
    pub(super) fn is_own(&mut self, entry: EntryId, now: SystemTime) {
        if let Some((.., seen)) = self.run_of(entry) {
            *seen = now;
        }
    }

    /// Nothing is known of any run.
    pub(super) fn doubt(&mut self) {
        self.owned.clear();
    }

    fn run_of(&mut self, entry: EntryId) -> Option<&mut (EntryId, EntryId, SystemTime)> {
        self.owned.iter_mut().find(|(first, last, _)| (first.0..=last.0).contains(&entry.0))
    }

    /// Notes that one is about to be sent. False where that has to be written into the journal itself.
    pub(super) fn note(&mut self, entry: EntryId, at: &str, now: SystemTime) -> bool {
        let fresh = |since: &SystemTime| now.duration_since(*since).is_ok_and(|since| since < FRESH);
        if !self.run_of(entry).is_some_and(|(.., seen)| fresh(seen)) {
            return false;
        }
        let Some(place) = &mut self.place else { return false };
        if place.write(&line(entry, at)).is_err() {
            // A line that came only in part is none, as long as nothing follows it.
            self.place = None;
            return false;
        }
        self.noted.push(Note { entry, at: at.to_owned() });
        true
    }

    /// What was noted and does not stand in the journal yet.
    pub(super) fn noted(&self) -> &[Note] {
        &self.noted
    }

    /// All of it stands in the journal now.
    pub(super) fn taken(&mut self) {
        if std::mem::take(&mut self.noted).is_empty() {
            return;
        }
        // What stays there is known to the journal, and nothing follows from it.
        let file = self.place.as_ref().and_then(|place| place.file.as_ref());
        let _ = file.map(|file| file.set_len(0));
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        if let Some(Place { path, file: Some(_), .. }) = &self.place
            && self.noted.is_empty()
        {
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Place {
    fn write(&mut self, line: &str) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                // No console has had its number before, and whoever else may write here shall not say where it is.
                let file = OpenOptions::new().append(true).create_new(true).mode(self.mode).open(&self.path)?;
                // The umask may have taken away what a group shall have.
                file.set_permissions(Permissions::from_mode(self.mode))?;
                self.file.insert(file)
            }
        };
        file.write_all(line.as_bytes())
    }
}

fn line(entry: EntryId, at: &str) -> String {
    [itoa::Buffer::new().format(entry.0), " ", at, "\n"].concat()
}

/// The files of other consoles in this folder, and the number of each console.
pub(super) fn others(folder: &Path, own: i64) -> Vec<(i64, PathBuf)> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = files.filter_map(|file| {
        let console = file.file_name().to_str()?.strip_prefix(NAME)?.parse().ok()?;
        let is_file = file.file_type().is_ok_and(|kind| kind.is_file());
        (is_file && console != own).then(|| (console, file.path()))
    });
    named.collect()
}

/// What stands in such a file. A line that broke off tells nothing: what it was about was not sent.
pub(super) fn read(path: &Path) -> io::Result<Vec<Note>> {
    let text = std::fs::read_to_string(path)?;
    let whole = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    let note = |line: &str| {
        let (entry, at) = line.split_once(' ')?;
        Some(Note { entry: EntryId(entry.parse().ok()?), at: at.to_owned() })
    };
    Ok(whole.filter_map(note).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn a_note_stands_in_the_file_until_the_journal_has_it() {
        let home = tempfile::tempdir().unwrap();
        let (mut ahead, now) = (Ahead::in_folder(home.path(), 7, 0o600), SystemTime::now());
        let path = home.path().join("journal.sent-7");
        assert!(!ahead.note(EntryId(3), "then", now) && !path.exists(), "nobody said whose it is");
        ahead.owns(EntryId(1), EntryId(9), now);
        assert!(ahead.note(EntryId(3), "then", now) && ahead.note(EntryId(9), "later", now));
        assert!(!ahead.note(EntryId(10), "then", now));
        assert_eq!(read(&path).unwrap(), ahead.noted());
        assert_eq!(ahead.noted().len(), 2);
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(others(home.path(), 7), []);
        assert_eq!(others(home.path(), 8), [(7, path.clone())]);
        ahead.taken();
        assert!(ahead.note(EntryId(4), "then", now));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "4 then\n");
        ahead.taken();
        drop(ahead);
        assert!(!path.exists(), "nothing is left at the end");
    }

    #[test]
    fn what_somebody_else_put_there_is_neither_written_to_nor_read() {
        let home = tempfile::tempdir().unwrap();
        let (other, now) = (home.path().join("other"), SystemTime::now());
        std::fs::write(&other, "precious").unwrap();
        std::os::unix::fs::symlink(&other, home.path().join("journal.sent-7")).unwrap();
        let mut ahead = Ahead::in_folder(home.path(), 7, 0o600);
        ahead.owns(EntryId(1), EntryId(2), now);
        assert!(!ahead.note(EntryId(1), "then", now), "it goes into the journal itself");
        assert_eq!(others(home.path(), 8), []);
        drop(ahead);
        assert_eq!(std::fs::read_to_string(&other).unwrap(), "precious");
    }

    #[test]
    fn what_was_not_seen_lately_goes_into_the_journal_itself() {
        let now = SystemTime::now();
        for (later, noted) in [(now, true), (now + FRESH / 2, true), (now + FRESH, false), (now - FRESH / 2, false)] {
            let home = tempfile::tempdir().unwrap();
            let mut ahead = Ahead::in_folder(home.path(), 7, 0o600);
            ahead.owns(EntryId(1), EntryId(2), now);
            assert_eq!(ahead.note(EntryId(1), "then", later), noted);
            ahead.is_own(EntryId(2), later);
            assert!(ahead.note(EntryId(1), "then", later), "it was seen again");
            ahead.doubt();
            assert!(!ahead.note(EntryId(1), "then", later));
        }
        let mut nowhere = Ahead::default();
        nowhere.owns(EntryId(1), EntryId(2), now);
        assert!(!nowhere.note(EntryId(1), "then", now));
    }

    #[test]
    fn a_line_that_broke_off_tells_nothing() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("journal.sent-7");
        std::fs::write(&path, "1 then\nno number\n2\n3 later\n4 mu").unwrap();
        assert_eq!(read(&path).unwrap().iter().map(|note| note.entry.0).collect::<Vec<_>>(), [1, 3]);
    }
}
