//! The file: how it is made, opened and kept private.
//!
//! Owns the folder and its rights, the form of the database and how safely it is written. Knows nothing of what the
//! rows mean.

use super::ahead::Ahead;
use super::trouble::Trouble;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The form of the tables that this program knows.
const FORM: i64 = 1;
/// Says in the file whose it is: `cbJ1`.
const OURS: i64 = 0x6362_4a31;
/// How long others may write before we give up.
const PATIENCE: Duration = Duration::from_secs(5);
/// How soon to try again where SQLite does not wait by itself.
const AGAIN: Duration = Duration::from_millis(5);
/// The name of the file in its folder.
pub(super) const FILE: &str = "journal.sqlite";

/// Where a journal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In this process alone.
    Memory,
    /// There is no home.
    Nowhere,
    /// In the person's own folder, which is made if need be.
    Own(PathBuf),
    /// In a folder that is there already: of a group, if its rights say so.
    Given(PathBuf),
}

/// An open journal.
pub(super) struct Store {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// This console, among those that wrote here.
    pub(super) console: i64,
    /// What is about to be sent, and does not stand in the file yet.
    pub(super) ahead: Ahead,
    /// What is written does not wait for a disk.
    quick: bool,
}

impl Store {
    /// Opens the journal; makes it where there is none.
    pub(super) fn open(place: &Place, operator: &str) -> Result<Self, Trouble> {
        let (connection, path) = match place {
            Place::Memory => {
                let path = PathBuf::from("in memory");
                (Connection::open_in_memory().map_err(|e| Trouble::of(&path, &e))?, path)
            }
            Place::Nowhere => {
                return Err(Trouble::new(
                    "There is nowhere to keep the journal: HOME is not set.",
                    "Set it, or name a folder with `journal` in config.toml.",
                ));
            }
            Place::Own(folder) | Place::Given(folder) => {
                let path = folder.join(FILE);
                ready(place, folder, &path)?;
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                (Connection::open_with_flags(&path, flags).map_err(|e| Trouble::of(&path, &e))?, path)
            }
        };
        let mut store = Self { connection, path, console: 0, ahead: Ahead::default(), quick: false };
        let began = Instant::now();
        let found = loop {
            match store.prepare(place) {
                // While another console makes the file, SQLite says so at once instead of waiting.
                Err(e) if is_busy(&e) && began.elapsed() < PATIENCE => std::thread::sleep(AGAIN),
                ended => break ended,
            }
        };
        found.map_err(|e| store.trouble(&e)).and_then(|found| match found {
            Found::Ours => Ok(()),
            Found::Newer(form) => Err(Trouble::newer(&store.path, form, FORM)),
            Found::Foreign => Err(Trouble::foreign(&store.path)),
        })?;
        store.console = store.sign_in(operator).map_err(|e| store.trouble(&e))?;
        if let (Some(folder), Ok(file)) = (store.beside(), std::fs::metadata(&store.path)) {
            store.ahead = Ahead::in_folder(folder, store.console, file.mode() & 0o777);
        }
        Ok(store)
    }

    /// Where what is about to be sent is noted beside the file, if everybody who has it open is on this machine.
    pub(super) fn beside(&self) -> Option<&Path> {
        self.path.parent().filter(|folder| self.quick && *folder != Path::new(""))
    }

    /// Does something that takes no longer than a moment: `None` where a disk or another console would have to be
    /// waited for, and then nothing was done.
    pub(super) fn at_once<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> Option<rusqlite::Result<T>> {
        if !self.quick || self.connection.busy_timeout(Duration::ZERO).is_err() {
            return None;
        }
        let done = work(self);
        let waits = self.connection.busy_timeout(PATIENCE);
        match done {
            Err(error) if is_busy(&error) => None,
            done => Some(waits.and(done)),
        }
    }

    /// Has what was written stand in the file itself, as far as nobody is reading it just now.
    pub(super) fn lay_down(&mut self) -> rusqlite::Result<()> {
        if self.quick { self.connection.pragma_update(None, "wal_checkpoint", "PASSIVE") } else { Ok(()) }
    }

    pub(super) fn trouble(&self, error: &rusqlite::Error) -> Trouble {
        Trouble::of(&self.path, error)
    }

    fn prepare(&mut self, place: &Place) -> rusqlite::Result<Found> {
        let db = &mut self.connection;
        db.busy_timeout(PATIENCE)?;
        let number = |db: &Connection, name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        // At one moment: another console may be making it just now, and half of it would look like somebody else's.
        let look = db.transaction()?;
        let (form, whose) = (number(&look, "user_version")?, number(&look, "application_id")?);
        let empty: bool = look.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?;
        drop(look);
        match (form, whose) {
            (0, 0) if empty => {}
            (form, OURS) if form > FORM => return Ok(Found::Newer(form)),
            (_, OURS) => {}
            _ => return Ok(Found::Foreign),
        }
        self.quick = true;
        if *place != Place::Memory {
            // Of a new file: a write of a run touches little, and whole pages of it are written. An old one keeps its own.
            db.pragma_update(None, "page_size", 1024)?;
            // A network file system has no memory that two machines could share.
            let mode = if is_far(&self.path) { "TRUNCATE" } else { "WAL" };
            let mode = db.pragma_update_and_check(None, "journal_mode", mode, |row| row.get::<_, String>(0))?;
            self.quick = mode == "wal";
            // A run over ten thousand writes 23 MB: it does not wait for the disk in between, as it did at 16.
            db.pragma_update_and_check(None, "wal_autocheckpoint", 40_000, |_| Ok(()))?;
        }
        // Enough to survive the end of the program at any moment; what a run intends is waited for (`begin`).
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        if form == 0 {
            let making = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            // Another console may have been faster.
            if number(&making, "user_version")? == 0 {
                making.execute_batch(include_str!("schema.sql"))?;
                making.pragma_update(None, "application_id", OURS)?;
                making.pragma_update(None, "user_version", FORM)?;
            }
            making.commit()?;
        } else if !has_together(db)? {
            // What was added since: whoever does not know it reads and writes beside it.
            let adding = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if !has_together(&adding)? {
                adding.execute_batch("ALTER TABLE entries ADD COLUMN together INTEGER")?;
            }
            adding.commit()?;
        }
        Ok(Found::Ours)
    }
}

/// Whether it is written down how many went together. Files of before have no place for it.
fn has_together(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("SELECT count(*) FROM pragma_table_info('entries') WHERE name = 'together'", [], |row| row.get(0))
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

enum Found {
    Ours,
    Newer(i64),
    Foreign,
}

/// Makes the folder and an empty file with the rights they shall have, and sets rights right that are too wide.
fn ready(place: &Place, folder: &Path, path: &Path) -> Result<(), Trouble> {
    let told = |of: &Path| {
        let of = of.to_owned();
        move |e: io::Error| Trouble::io(&of, &e)
    };
    if let Place::Own(_) = place {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(told(folder))?;
    }
    let home = std::fs::metadata(folder).map_err(told(folder))?;
    if !home.is_dir() {
        return Err(Trouble::new(
            format!("{} is no folder, so the journal cannot be kept in it.", folder.display()),
            "Name a folder with `journal` in config.toml.",
        ));
    }
    let shared = matches!(place, Place::Given(_)) && home.mode() & 0o020 != 0;
    if shared && home.mode() & 0o2000 == 0 {
        return Err(Trouble::no_group(folder));
    }
    let mode = if shared { 0o660 } else { 0o600 };
    // What is private from the first moment on was never open to others.
    let made = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let set = |mode: u32| std::fs::set_permissions(path, Permissions::from_mode(mode));
    match made {
        // The umask may have taken away what the group shall have.
        Ok(_) => set(mode).map_err(told(path)),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            let kept = std::fs::metadata(path).map_err(told(path))?;
            // SQLite would throw away what was not laid down yet, and begin anew.
            let beside = path.with_file_name(format!("{FILE}-wal"));
            if kept.len() == 0 && std::fs::metadata(&beside).is_ok_and(|beside| beside.len() > 0) {
                return Err(Trouble::emptied(path, &beside));
            }
            if kept.mode() & 0o777 & !mode != 0 {
                // Only its owner can; whoever else sees it cannot be told off here.
                let _ = set(mode);
            }
            Ok(())
        }
        Err(e) => Err(told(path)(e)),
    }
}

/// Whether a file is on a file system that other machines see too.
#[cfg(target_os = "linux")]
fn is_far(path: &Path) -> bool {
    // NFS, SMB (three generations), 9p, Ceph, AFS, Lustre, GPFS, OCFS2, GFS2, and what programs make up themselves.
    const FAR: [u32; 12] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x0102_1997,
        0x00c3_6400,
        0x5346_414f,
        0x0bd0_0bd0,
        0x4750_4653,
        0x7461_636f,
        0x0116_1970,
        0x6573_5546,
    ];
    rustix::fs::statfs(path).is_ok_and(|found| FAR.contains(&(found.f_type as u32)))
}

#[cfg(not(target_os = "linux"))]
fn is_far(_path: &Path) -> bool {
    false
}
