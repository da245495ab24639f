//! What is told: runs that were left unfinished, one run, the history.
//!
//! Owns the questions. Answers with plain data; shows nothing.

use super::store::Store;
use super::writes::{VERBS, key, progress};
use crate::draft::{Held, SharedShelf, Verb};
use crate::odata::{PbxId, Target};
use crate::plan::{ConsoleId, End, EntryId, Field, Kind, Past, PastRun, Progress, RunId, Wanted};
use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Row, params_from_iter};
use serde_json::Value;
use std::collections::HashMap;

/// Ends by which a taking back took something back.
const TOOK_BACK: &str = "'saved', 'altered', 'found applied', 'deleted'";

const RUN: &str = "SELECT id, kind, at, pbx, client, operator, ticket, undoes,
    (SELECT max(id) FROM runs AS later WHERE later.undoes = runs.id AND EXISTS (SELECT 1 FROM entries
        WHERE run = later.id AND outcome IN ('saved', 'altered', 'found applied', 'deleted'))), console FROM runs";
const ENTRY: &str =
    "SELECT id, verb, resource, key, key_kind, label, schema, revision, progress, outcome, words, ended,
    (SELECT pbx FROM runs WHERE runs.id = entries.run), together, sent IS NOT NULL FROM entries";

impl Store {
    /// Runs with writes that have not ended, and that no living console is busy with; oldest first.
    pub(super) fn unfinished(&self, pbx: &PbxId) -> rusqlite::Result<Vec<PastRun>> {
        let mut ask = self.connection.prepare(
            "SELECT DISTINCT run, console FROM entries JOIN runs ON runs.id = entries.run
             WHERE progress <> 'ended' AND pbx = ?1 ORDER BY run",
        )?;
        let rows: Vec<(i64, i64)> =
            ask.query_map([&pbx.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        let mut known = HashMap::new();
        let mut found = Vec::new();
        for (run, console) in rows {
            if !self.is_alive(console, &mut known)? {
                found.extend(self.run(RunId(run))?);
            }
        }
        Ok(found)
    }

    /// One run.
    pub(super) fn run(&self, id: RunId) -> rusqlite::Result<Option<PastRun>> {
        let mut ask = self.connection.prepare(&format!("{RUN} WHERE id = ?1"))?;
        let run = ask.query_row([id.0], run).optional()?;
        run.map(|run| self.filled(run)).transpose().map(Option::flatten)
    }

    /// What of a run is counted and summed up. None where it has no write at all.
    fn filled(&self, mut run: PastRun) -> rusqlite::Result<Option<PastRun>> {
        let mut ends = self.connection.prepare(
            "SELECT CASE progress WHEN 'ended' THEN outcome END, count(*), max(together) FROM entries WHERE run = ?1
             GROUP BY 1 ORDER BY 2 DESC, 1",
        )?;
        let mut told = ends.query([run.id.0])?;
        while let Some(row) = told.next()? {
            let (end, count): (Option<String>, u32) = (row.get(0)?, row.get(1)?);
            run.ends.push((end.map(|end| End::named(&end).unwrap_or(End::Unknown)), count as usize));
            run.together = run.together.max(together(row.get(2)?));
        }
        let mut fields = self.connection.prepare(
            "SELECT DISTINCT field FROM changes JOIN entries ON entries.id = changes.entry
             WHERE run = ?1 AND verb <> 'delete' LIMIT 100",
        )?;
        run.fields = fields.query_map([run.id.0], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        if run.undone_by.is_some() {
            run.undone = self.undone(run.id)?;
        }
        let Some(first) = self.entries_where(&format!("{ENTRY} WHERE run = ?1 ORDER BY id LIMIT 1"), run.id.0)?.pop()
        else {
            return Ok(None);
        };
        run.first = first;
        Ok(Some(run))
    }

    /// How many of the writes of a run were taken back by others.
    fn undone(&self, id: RunId) -> rusqlite::Result<usize> {
        let mut count = self.connection.prepare(&format!(
            "SELECT count(DISTINCT resource || char(10) || coalesce(key, '')) FROM entries
             JOIN runs ON runs.id = entries.run WHERE undoes = ?1 AND outcome IN ({TOOK_BACK})"
        ))?;
        count.query_row([id.0], |row| row.get::<_, u32>(0)).map(|count| count as usize)
    }

    /// One write, and its run.
    pub(super) fn entry(&self, id: EntryId) -> rusqlite::Result<Option<(PastRun, Vec<Past>)>> {
        let mut run = self.connection.prepare("SELECT run FROM entries WHERE id = ?1")?;
        let run: Option<i64> = run.query_row([id.0], |row| row.get(0)).optional()?;
        let Some(run) = run.map(|run| self.run(RunId(run))).transpose()?.flatten() else { return Ok(None) };
        Ok(Some((run, self.entries_where(&format!("{ENTRY} WHERE id = ?1"), id.0)?)))
    }

    /// The writes of a run, in the order in which they were meant.
    pub(super) fn entries(&self, id: RunId) -> rusqlite::Result<Vec<Past>> {
        self.entries_where(&format!("{ENTRY} WHERE run = ?1 ORDER BY id"), id.0)
    }

    fn entries_where(&self, sql: &str, id: i64) -> rusqlite::Result<Vec<Past>> {
        let mut ask = self.connection.prepare(sql)?;
        let mut found: Vec<Past> = ask.query_map([id], past)?.collect::<rusqlite::Result<_>>()?;
        let mut fields = self
            .connection
            .prepare("SELECT field, before, after, now, secret FROM changes WHERE entry = ?1 ORDER BY place")?;
        let shelf = SharedShelf::default();
        for past in &mut found {
            past.fields = fields.query_map([past.id.0], |row| field(row, &shelf))?.collect::<rusqlite::Result<_>>()?;
            past.shelf = shelf.clone();
        }
        Ok(found)
    }

    /// The last run of this operator that changed something, and of which not all was taken back.
    pub(super) fn last_of(&self, pbx: &PbxId, operator: &str) -> rusqlite::Result<Option<PastRun>> {
        let mut ask = self.connection.prepare(
            "SELECT id FROM runs WHERE pbx = ?1 AND operator = ?2
             AND EXISTS (SELECT 1 FROM entries WHERE run = runs.id
                 AND outcome IN ('saved', 'altered', 'created', 'deleted', 'found applied', 'unknown'))
             ORDER BY id DESC",
        )?;
        let mut found = ask.query((&pbx.0, operator))?;
        while let Some(row) = found.next()? {
            if let Some(run) = self.run(RunId(row.get(0)?))?.filter(|run| !run.is_undone()) {
                return Ok(Some(run));
            }
        }
        Ok(None)
    }

    /// The runs that are wanted, newest first.
    pub(super) fn history(&self, wanted: &Wanted) -> rusqlite::Result<Vec<PastRun>> {
        let mut terms: Vec<String> = Vec::new();
        let mut values: Vec<Sql> = Vec::new();
        let mut value = |value: Sql| {
            values.push(value);
            format!("?{}", values.len())
        };
        let target = |like: &str| {
            format!(
                "EXISTS (SELECT 1 FROM entries WHERE run = runs.id
                 AND (find LIKE {like} ESCAPE '\\' OR lower(key) = trim({like}, '%') OR lower(resource) LIKE {like} ESCAPE '\\'))"
            )
        };
        let of_field = |one: String| {
            format!(
                "EXISTS (SELECT 1 FROM entries JOIN changes ON changes.entry = entries.id
                 WHERE run = runs.id AND {one})"
            )
        };
        if let Some(pbx) = &wanted.pbx {
            terms.push(format!("pbx = {}", value(text(&pbx.0))));
        }
        for (word, fields) in &wanted.words {
            let like = value(text(&like(word)));
            let mut any = vec![
                target(&like),
                of_field(format!("lower(field) LIKE {like} ESCAPE '\\'")),
                format!("lower(operator) LIKE {like} ESCAPE '\\'"),
                format!("lower(coalesce(ticket, '')) LIKE {like} ESCAPE '\\'"),
                format!("at LIKE {like} ESCAPE '\\'"),
                format!("kind = trim({like}, '%')"),
            ];
            if !fields.is_empty() {
                let names: Vec<String> = fields.iter().map(|field| value(text(field))).collect();
                any.push(of_field(format!("field IN ({})", names.join(", "))));
            }
            terms.push(format!("({})", any.join(" OR ")));
        }
        if let Some(who) = &wanted.who {
            let like = value(text(&like(who)));
            terms.push(target(&like));
        }
        if !wanted.fields.is_empty() {
            let names: Vec<String> = wanted.fields.iter().map(|field| value(text(field))).collect();
            terms.push(of_field(format!("field IN ({})", names.join(", "))));
        }
        for (term, wanted) in [
            ("operator = ", &wanted.operator),
            ("ticket = ", &wanted.ticket),
            ("at >= ", &wanted.since),
            ("at < ", &wanted.until),
        ] {
            if let Some(wanted) = wanted {
                terms.push(format!("{term}{}", value(text(wanted))));
            }
        }
        if let Some(before) = wanted.before {
            terms.push(format!("id < {}", value(Sql::Integer(before.0))));
        }
        let limit = value(Sql::Integer(i64::try_from(wanted.limit).unwrap_or(i64::MAX)));
        let terms = if terms.is_empty() { "1".to_owned() } else { terms.join(" AND ") };
        let mut ask = self.connection.prepare(&format!("{RUN} WHERE {terms} ORDER BY id DESC LIMIT {limit}"))?;
        let runs: Vec<PastRun> = ask.query_map(params_from_iter(values), run)?.collect::<rusqlite::Result<_>>()?;
        runs.into_iter().filter_map(|run| self.filled(run).transpose()).collect()
    }
}

fn text(text: &str) -> Sql {
    Sql::Text(text.to_owned())
}

/// A pattern that finds a text anywhere, in small letters.
fn like(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn run(row: &Row<'_>) -> rusqlite::Result<PastRun> {
    let pbx: String = row.get(3)?;
    let pbx = PbxId::new(&pbx);
    Ok(PastRun {
        id: RunId(row.get(0)?),
        console: ConsoleId(row.get(9)?),
        kind: Kind::named(&row.get::<_, String>(1)?).unwrap_or(Kind::One),
        at: row.get(2)?,
        first: Past {
            id: EntryId(0),
            verb: Verb::Change,
            target: Target { pbx: pbx.clone(), resource: "".into(), key: None },
            label: String::new(),
            schema: String::new(),
            revision: String::new(),
            progress: Progress::Intended,
            end: None,
            words: String::new(),
            ended: None,
            together: None,
            fields: Vec::new(),
            shelf: SharedShelf::default(),
        },
        pbx,
        client: row.get(4)?,
        operator: row.get(5)?,
        ticket: row.get(6)?,
        undoes: row.get::<_, Option<i64>>(7)?.map(RunId),
        undone_by: row.get::<_, Option<i64>>(8)?.map(RunId),
        undone: 0,
        together: None,
        ends: Vec::new(),
        fields: Vec::new(),
    })
}

fn together(count: Option<u32>) -> Option<usize> {
    count.map(|count| count as usize)
}

fn past(row: &Row<'_>) -> rusqlite::Result<Past> {
    let verb: String = row.get(1)?;
    let (resource, pbx): (String, String) = (row.get(2)?, row.get(12)?);
    let kind: Option<String> = row.get(4)?;
    let progress = progress(row, 8, 14)?.unwrap_or(Progress::Intended);
    let end: Option<String> = row.get(9)?;
    Ok(Past {
        id: EntryId(row.get(0)?),
        verb: VERBS.iter().find(|(_, name)| *name == verb).map_or_else(Verb::default, |(verb, _)| *verb),
        target: Target { pbx: PbxId::new(&pbx), resource: resource.into(), key: key(row.get(3)?, kind.as_deref()) },
        label: row.get(5)?,
        schema: row.get(6)?,
        revision: row.get(7)?,
        progress,
        end: end.filter(|_| progress == Progress::Ended).map(|end| End::named(&end).unwrap_or(End::Unknown)),
        words: row.get::<_, Option<String>>(10)?.unwrap_or_default(),
        ended: row.get(11)?,
        together: together(row.get(13)?),
        fields: Vec::new(),
        shelf: SharedShelf::default(),
    })
}

fn field(row: &Row<'_>, shelf: &SharedShelf) -> rusqlite::Result<Field> {
    let value = |at: usize| -> rusqlite::Result<Option<Held>> {
        let text: Option<String> = row.get(at)?;
        // What does not read as JSON was put there by hand.
        Ok(text.map(|text| shelf.hold(serde_json::from_str(&text).unwrap_or(Value::String(text)))))
    };
    Ok(Field { field: row.get(0)?, before: value(1)?, after: value(2)?, now: value(3)?, secret: row.get(4)? })
}
