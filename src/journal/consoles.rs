//! Who has the journal open: so that what another console is doing right now is not called unfinished.
//!
//! Owns how a process is told apart from a later one of the same number, and how long one on another machine counts
//! as alive.

use super::store::Store;
use rusqlite::{OptionalExtension, named_params};
use std::collections::HashMap;

/// A console on another machine of which nothing was heard for so long counts as gone.
const SILENT_MINUTES: i64 = 10;

impl Store {
    /// Writes down that this process writes here.
    pub(super) fn sign_in(&self, operator: &str) -> rusqlite::Result<i64> {
        let process = std::process::id();
        self.connection.execute(
            "INSERT INTO consoles (at, operator, host, process, born) VALUES (:at, :operator, :host, :process, :born)",
            named_params! {
                ":at": super::now(),
                ":operator": operator,
                ":host": host(),
                ":process": process,
                ":born": born(process).unwrap_or_default(),
            },
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Whether a console is still at work, as far as can be told from here.
    pub(super) fn is_alive(&self, console: i64, known: &mut HashMap<i64, bool>) -> rusqlite::Result<bool> {
        if console == self.console {
            return Ok(true);
        }
        if let Some(alive) = known.get(&console) {
            return Ok(*alive);
        }
        let row = self
            .connection
            .query_row("SELECT host, process, born FROM consoles WHERE id = ?1", [console], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?, row.get::<_, String>(2)?))
            })
            .optional()?;
        let alive = match row {
            None => false,
            Some((there, process, then)) if there == host() => runs(process, &then),
            Some(_) => self.heard_of(console)?,
        };
        known.insert(console, alive);
        Ok(alive)
    }

    /// Whether a console of another machine has written here lately.
    fn heard_of(&self, console: i64) -> rusqlite::Result<bool> {
        let since = super::minutes_ago(SILENT_MINUTES);
        self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM runs LEFT JOIN entries ON entries.run = runs.id WHERE runs.console = ?1
             AND max(runs.at, coalesce(entries.sent, ''), coalesce(entries.ended, '')) > ?2)
             OR EXISTS (SELECT 1 FROM drafts WHERE console = ?1 AND at > ?2)
             OR EXISTS (SELECT 1 FROM consoles WHERE id = ?1 AND at > ?2)",
            (console, since),
            |row| row.get(0),
        )
    }
}

fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// When a process began: the boot of the machine, and the ticks since. None where it has ended, even if its parent has
/// not looked yet: as after a kill.
#[cfg(target_os = "linux")]
fn born(process: u32) -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program stands in brackets and may hold anything.
    let mut told = stat.rsplit_once(')')?.1.split_whitespace();
    if matches!(told.next()?, "Z" | "X") {
        return None;
    }
    let ticks = told.nth(18)?;
    Some(format!("{} {ticks}", boot.trim()))
}

#[cfg(not(target_os = "linux"))]
fn born(_process: u32) -> Option<String> {
    None
}

/// Whether the process that wrote this is still there.
fn runs(process: u32, then: &str) -> bool {
    if !then.is_empty() {
        return born(process).is_some_and(|now| now == then);
    }
    let id = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    id.is_some_and(|id| {
        // A process of somebody else is one too.
        !matches!(rustix::process::test_kill_process(id), Err(rustix::io::Errno::SRCH))
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

    #[test]
    fn a_process_that_was_killed_and_not_looked_at_has_ended() {
        let mut child = std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let then = born(child.id()).unwrap();
        assert!(runs(child.id(), &then));
        child.kill().unwrap();
        let id = WaitId::Pid(Pid::from_child(&child));
        waitid(id, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).unwrap();
        assert!(!runs(child.id(), &then), "its parent has not looked yet");
        child.wait().unwrap();
        assert!(!runs(child.id(), &then));
    }
}
