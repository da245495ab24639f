//! Drafts that are kept while they are edited, and offered once the console that edited them is gone.
//!
//! Owns the rows of drafts: each belongs to the console that edits it, and nobody else is offered it while that lives.
//! Never sees a secret; what a draft is, is `draft`'s.

use super::store::Store;
use super::writes::spelt;
use crate::draft::Kept;
use crate::odata::{PbxId, Target};
use crate::plan::{ConsoleId, Offered};
use rusqlite::{Transaction, params};
use std::collections::HashMap;

/// The key as it stands in the row of a draft; nothing where there is none.
fn key(target: &Target) -> String {
    spelt(target.key.as_ref()).0.unwrap_or_default()
}

/// Writes a draft down, in the place of what this console had written of it before.
pub(super) fn keep(
    writing: &Transaction<'_>,
    operator: &str,
    console: i64,
    at: &str,
    kept: &Kept,
) -> rusqlite::Result<()> {
    let Target { pbx, resource, .. } = &kept.target;
    writing.execute(
        "INSERT OR REPLACE INTO drafts (pbx, operator, resource, key, console, at, draft)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![pbx.0, operator, resource, key(&kept.target), console, at, kept.to_text()],
    )?;
    Ok(())
}

/// A draft of a console is no more: it was sent, taken back or thrown away.
pub(super) fn forget(writing: &Transaction<'_>, operator: &str, console: i64, target: &Target) -> rusqlite::Result<()> {
    let Target { pbx, resource, .. } = target;
    writing.execute(
        "DELETE FROM drafts WHERE pbx = ?1 AND operator = ?2 AND resource = ?3 AND key = ?4 AND console = ?5",
        params![pbx.0, operator, resource, key(target), console],
    )?;
    Ok(())
}

impl Store {
    /// Drafts of this operator whose console is gone, the newest first. One that was being sent when its console died is
    /// none any more: the write is told and gone on with, or taken back.
    pub(super) fn drafts(&self, pbx: &PbxId, operator: &str) -> rusqlite::Result<Vec<Offered>> {
        let mut ask = self.connection.prepare(
            "SELECT console, at, resource, draft FROM drafts WHERE pbx = ?1 AND operator = ?2
             AND NOT EXISTS (SELECT 1 FROM runs JOIN entries ON entries.run = runs.id
                 WHERE runs.console = drafts.console AND runs.at >= drafts.at
                 AND entries.resource = drafts.resource AND entries.key = drafts.key
                 AND (entries.outcome IS NULL OR entries.outcome IN ('saved', 'altered', 'found applied', 'unknown')))
             ORDER BY at DESC, key",
        )?;
        let row = |row: &rusqlite::Row<'_>| {
            let target = Target { pbx: pbx.clone(), resource: row.get::<_, String>(2)?.into(), key: None };
            // What another build wrote and this one cannot read is left where it is.
            let kept = Kept::from_text(target, &row.get::<_, String>(3)?);
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, kept))
        };
        let mut known = HashMap::new();
        let mut found = Vec::new();
        for row in ask.query_map((&pbx.0, operator), row)? {
            let (console, at, kept) = row?;
            let alive = self.is_alive(console, &mut known)?;
            if let (Some(kept), false) = (kept, alive) {
                found.push(Offered { console: ConsoleId(console), at, kept });
            }
        }
        Ok(found)
    }

    /// Throws the draft of a console away.
    pub(super) fn discard_draft(&mut self, operator: &str, console: i64, target: &Target) -> rusqlite::Result<()> {
        let writing = self.writing()?;
        forget(&writing, operator, console, target)?;
        writing.commit()
    }

    /// Makes a draft of a console that is gone this console's own; false where somebody else was faster.
    pub(super) fn take_draft(&mut self, operator: &str, from: i64, target: &Target) -> rusqlite::Result<bool> {
        let console = self.console;
        let writing = self.writing()?;
        let taken = writing.execute(
            "UPDATE OR REPLACE drafts SET console = ?6
             WHERE pbx = ?1 AND operator = ?2 AND resource = ?3 AND key = ?4 AND console = ?5",
            params![target.pbx.0, operator, target.resource, key(target), from, console],
        )?;
        writing.commit()?;
        Ok(taken > 0)
    }
}
