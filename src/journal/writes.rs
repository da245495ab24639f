//! What is written: a run before it begins, each write before it is sent, and what became of it.
//!
//! Owns the transactions. All that a run intends is on the disk before its first send; what became of it is written as
//! it comes. Never sees a secret: of a change set it takes what may be shown, and marks what may not.

use super::ahead::{self, Note};
use super::drafts;
use super::store::Store;
use super::trouble::Trouble;
use crate::draft::{Beside, Change, ChangeSet, Entity, FieldResult, Kept, Outcome, Verb, Verdict};
use crate::odata::{EntityKey, Failure, Target};
use crate::plan::{Closing, ConsoleId, End, EntryId, Intent, Progress, RunId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, named_params, params};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

/// A run that is about to begin.
#[derive(Debug, Clone)]
pub(super) struct Beginning {
    pub(super) intent: Intent,
    pub(super) client: String,
    pub(super) operator: String,
    pub(super) changes: Vec<Arc<ChangeSet>>,
}

/// A write of a run that is about to be sent.
#[derive(Debug, Clone)]
pub(super) struct Sending {
    pub(super) entry: EntryId,
    pub(super) seen: Seen,
    /// How many are sent by one call, this one among them.
    pub(super) together: usize,
}

impl Sending {
    /// It goes by itself, and there is nothing to be said of it but that it goes.
    fn is_as_planned(&self) -> bool {
        self.together == 1 && matches!(&self.seen, Seen::Touched(other) if other.is_empty())
    }
}

/// What is there the moment before a write.
#[derive(Debug, Clone)]
pub(super) enum Seen {
    /// The touched fields that are not there as the plan has them, by their place among the changes.
    Touched(Vec<(u32, String)>),
    /// Of what is deleted everything that can be shown: it is the last look.
    Whole(Vec<(String, String)>),
}

impl Seen {
    /// What is written down of it.
    pub(super) fn of(changes: &ChangeSet, before: &Entity) -> Self {
        if changes.verb == Verb::Delete {
            return Self::Whole(before.iter().map(|(field, value)| (field.clone(), value.to_string())).collect());
        }
        let touched = (0_u32..).zip(&changes.changes);
        let other = |(at, one): (u32, &Change)| {
            let now = before.get(&one.field)?;
            (one.before.shown().as_deref() != Some(now)).then(|| (at, now.to_string()))
        };
        Self::Touched(touched.filter_map(other).collect())
    }
}

/// News of a write, or of a draft.
#[derive(Debug, Clone)]
pub(super) enum News {
    /// The PBX has answered.
    Answered(EntryId, String),
    /// These fields, which were not sent, are not as they were since.
    Beside(EntryId, Vec<Beside>),
    /// It has ended.
    Ended(Box<Ending>),
    /// Nobody will go on with these; when that was said.
    Closed(Vec<Closing>, String),
    /// A draft was edited; by whom, and when.
    Kept(Box<Kept>, String, String),
    /// A draft is no more; whose it was.
    Dropped(Target, String),
}

impl News {
    /// It is about what was not sent: nothing of what was done is lost with it.
    pub(super) fn is_of_draft(&self) -> bool {
        matches!(self, Self::Kept(..) | Self::Dropped(..))
    }

    /// It has to be written down before it is that this one is sent, perhaps once more.
    pub(super) fn is_before(&self, sent: EntryId) -> bool {
        match self {
            Self::Answered(entry, _) | Self::Beside(entry, _) => *entry == sent,
            Self::Ended(ending) => ending.entry == sent,
            Self::Closed(closings, _) => closings.iter().any(|one| one.entry == sent),
            Self::Kept(..) | Self::Dropped(..) => false,
        }
    }

    /// Of which write it tells the end.
    fn end_of(&self) -> Option<EntryId> {
        match self {
            Self::Ended(ending) => Some(ending.entry),
            Self::Answered(..) | Self::Beside(..) | Self::Closed(..) | Self::Kept(..) | Self::Dropped(..) => None,
        }
    }
}

/// How a write ended.
#[derive(Debug, Clone)]
pub(super) struct Ending {
    pub(super) entry: EntryId,
    pub(super) at: String,
    pub(super) end: End,
    pub(super) words: String,
    /// The key of a new entity.
    pub(super) made: Option<EntityKey>,
    /// The fields that were sent: what became of each, and how it was read again.
    pub(super) fields: Vec<(String, &'static str, Option<String>)>,
}

impl Store {
    pub(super) fn begin(&mut self, beginning: &Beginning) -> rusqlite::Result<(RunId, Vec<EntryId>)> {
        self.begin_with(beginning, None)
    }

    /// A run of one write that is sent at once: the intent and what is there now, in one transaction.
    pub(super) fn begin_one(&mut self, beginning: &Beginning, before: &Entity) -> rusqlite::Result<(RunId, EntryId)> {
        let (run, entries) = self.begin_with(beginning, Some(before))?;
        Ok((run, entries.first().copied().unwrap_or(EntryId(0))))
    }

    /// On the disk when it returns, whatever becomes of the machine: all that was written before is then, too.
    fn begin_with(
        &mut self,
        beginning: &Beginning,
        before: Option<&Entity>,
    ) -> rusqlite::Result<(RunId, Vec<EntryId>)> {
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        let begun = self.write_run(beginning, before);
        self.connection.pragma_update(None, "synchronous", "NORMAL")?;
        begun
    }

    fn write_run(&mut self, beginning: &Beginning, before: Option<&Entity>) -> rusqlite::Result<(RunId, Vec<EntryId>)> {
        let (at, console) = (super::now(), self.console);
        let writing = self.writing()?;
        let pbx = beginning.changes.first().map_or("", |changes| &changes.target.pbx.0);
        writing.execute(
            "INSERT INTO runs (at, kind, pbx, client, operator, ticket, undoes, console)
             VALUES (:at, :kind, :pbx, :client, :operator, :ticket, :undoes, :console)",
            named_params! {
                ":at": at,
                ":kind": beginning.intent.kind.name(),
                ":pbx": pbx,
                ":client": beginning.client,
                ":operator": beginning.operator,
                ":ticket": beginning.intent.ticket,
                ":undoes": beginning.intent.undoes.map(|run| run.0),
                ":console": console,
            },
        )?;
        let run = RunId(writing.last_insert_rowid());
        let entries = intend(&writing, run, &beginning.changes)?;
        let ends = entries.first().copied().zip(entries.last().copied());
        if let (Some(before), Some(entry), Some(changes)) = (before, entries.first(), beginning.changes.first()) {
            sent(&writing, (console, *entry), &at, (&Seen::of(changes, before), 1))?;
        }
        writing.commit()?;
        if let Some((first, last)) = ends {
            self.ahead.owns(first, last, SystemTime::now());
        }
        Ok((run, entries))
    }

    /// Takes news, and writes of runs that are about to be sent: all or none. Both are many in a long run, and a
    /// transaction costs more than what stands in it.
    pub(super) fn take(&mut self, news: &[News], sending: &[Sending]) -> rusqlite::Result<()> {
        let (at, console) = (super::now(), self.console);
        if let ([], [one]) = (news, sending)
            && one.is_as_planned()
            && self.ahead.note(one.entry, &at, SystemTime::now())
        {
            return Ok(());
        }
        let noted = self.ahead.noted().to_vec();
        let writing = self.writing()?;
        // When it was sent and answered is written with how it ended, where that is told too. What was noted as sent was
        // so before any of this news: what has to stand there before it does.
        let over: HashSet<EntryId> = news.iter().filter_map(News::end_of).collect();
        let mut times: HashMap<EntryId, Times<'_>> = HashMap::new();
        let mut ours = true;
        for Note { entry, at } in &noted {
            match over.contains(entry) {
                true => times.entry(*entry).or_default().sent = Some(at),
                false => ours &= is_sent(&writing, (console, *entry), at, None)?,
            }
        }
        for one in news {
            match one {
                News::Answered(entry, at) if over.contains(entry) => {
                    times.entry(*entry).or_default().answered = Some(at);
                }
                News::Answered(entry, at) => {
                    writing
                        .prepare_cached(
                            "UPDATE entries SET answered = ?2, progress = ?3 WHERE id = ?1 AND progress <> ?4",
                        )?
                        .execute(params![entry.0, at, Progress::Answered.name(), Progress::Ended.name()])?;
                }
                News::Beside(entry, fields) => beside(&writing, *entry, fields)?,
                News::Ended(ending) => ended(&writing, ending, times.remove(&ending.entry).unwrap_or_default())?,
                News::Closed(closings, at) => closed(&writing, closings, at)?,
                News::Kept(kept, operator, at) => drafts::keep(&writing, operator, console, at, kept)?,
                News::Dropped(target, operator) => drafts::forget(&writing, operator, console, target)?,
            }
        }
        for one in sending {
            sent(&writing, (console, one.entry), &at, (&one.seen, one.together))?;
        }
        writing.commit()?;
        self.ahead.taken();
        if !ours {
            // The next one is told so before it is sent.
            self.ahead.doubt();
        }
        for one in sending {
            self.ahead.is_own(one.entry, SystemTime::now());
        }
        Ok(())
    }

    /// Takes over what consoles that are gone had noted and not written down any more. Where that fails nothing may be
    /// concluded from what stands here: what may have been sent would look unsent.
    pub(super) fn adopt(&mut self) -> Result<(), Trouble> {
        let Some(folder) = self.beside() else { return Ok(()) };
        for (console, path) in ahead::others(folder, self.console) {
            if self.is_alive(console, &mut HashMap::new()).map_err(|e| self.trouble(&e))? {
                continue;
            }
            let noted = match ahead::read(&path) {
                Ok(noted) => noted,
                // Another console was faster.
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                Err(e) => return Err(Trouble::io(&path, &e)),
            };
            self.take_over(console, &noted).map_err(|e| self.trouble(&e))?;
            // If it stays, it is looked at once more, and nothing follows from that.
            let _ = std::fs::remove_file(&path);
        }
        Ok(())
    }

    fn take_over(&mut self, console: i64, noted: &[Note]) -> rusqlite::Result<()> {
        if noted.is_empty() {
            return Ok(());
        }
        let writing = self.writing()?;
        for Note { entry, at } in noted {
            writing.execute(
                "UPDATE entries SET sent = ?2 WHERE id = ?1 AND sent IS NULL AND progress = ?3
                 AND (SELECT console FROM runs WHERE runs.id = run) = ?4",
                params![entry.0, at, Progress::Intended.name(), console],
            )?;
        }
        writing.commit()
    }

    /// Makes a run that was cut off this console's own, unless another one was faster.
    pub(super) fn go_on(&mut self, run: RunId, from: ConsoleId) -> rusqlite::Result<()> {
        let console = self.console;
        // Between two looks at it somebody may have taken it up.
        only_one((!self.is_alive(from.0, &mut HashMap::new())?).into())?;
        let writing = self.writing()?;
        only_one(writing.execute(
            "UPDATE runs SET console = ?3 WHERE id = ?1 AND console = ?2",
            params![run.0, from.0, console],
        )?)?;
        let ends = writing.query_row("SELECT min(id), max(id) FROM entries WHERE run = ?1", [run.0], |row| {
            Ok(Option::zip(row.get(0)?, row.get(1)?))
        })?;
        writing.commit()?;
        if let Some((first, last)) = ends {
            self.ahead.owns(EntryId(first), EntryId(last), SystemTime::now());
        }
        Ok(())
    }

    /// Gives a run its ticket, or takes it away.
    pub(super) fn attach(&mut self, run: RunId, ticket: Option<&str>) -> rusqlite::Result<()> {
        let writing = self.writing()?;
        writing.execute("UPDATE runs SET ticket = ?2 WHERE id = ?1", params![run.0, ticket])?;
        writing.commit()
    }

    /// Drops what began before this time and has ended; says how many runs that were.
    pub(super) fn forget_before(&mut self, time: &str) -> rusqlite::Result<usize> {
        let writing = self.writing()?;
        let dropped = writing.execute(
            "DELETE FROM runs WHERE at < ?1
             AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.run = runs.id AND progress <> 'ended')",
            [time],
        )?;
        writing.execute("DELETE FROM drafts WHERE at < ?1", [time])?;
        writing.execute(
            "DELETE FROM consoles WHERE at < ?1 AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.console = consoles.id)
             AND NOT EXISTS (SELECT 1 FROM drafts WHERE drafts.console = consoles.id)",
            [time],
        )?;
        writing.commit()?;
        Ok(dropped)
    }

    pub(super) fn writing(&mut self) -> rusqlite::Result<Transaction<'_>> {
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate)
    }
}

/// A run that another console has is not touched.
fn only_one(count: usize) -> rusqlite::Result<()> {
    if count == 1 { Ok(()) } else { Err(rusqlite::Error::StatementChangedRows(count)) }
}

fn intend(writing: &Transaction<'_>, run: RunId, changes: &[Arc<ChangeSet>]) -> rusqlite::Result<Vec<EntryId>> {
    let mut entry = writing.prepare(
        "INSERT INTO entries (run, verb, resource, key, key_kind, label, find, schema, revision, progress)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let mut change = writing
        .prepare("INSERT INTO changes (entry, place, field, before, after, secret) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut entries = Vec::with_capacity(changes.len());
    for set in changes {
        let Target { resource, key, .. } = &set.target;
        let (key, kind) = spelt(key.as_ref());
        let intended = Progress::Intended.name();
        entry.execute(params![
            run.0,
            verb_name(set.verb),
            resource,
            key,
            kind,
            set.label,
            set.label.to_lowercase(),
            set.schema,
            set.revision,
            intended
        ])?;
        let id = EntryId(writing.last_insert_rowid());
        for (place, one) in (0_u32..).zip(&set.changes) {
            let Change { field, before, after, .. } = one;
            // A deletion sends no field: what stands there was seen before it.
            let (after, secret) = match set.verb {
                Verb::Delete => (None, false),
                Verb::Change | Verb::Create | Verb::Call => (text(after.shown().as_deref()), one.sends_secret()),
            };
            change.execute(params![id.0, place, field, text(before.shown().as_deref()), after, secret])?;
        }
        entries.push(id);
    }
    Ok(entries)
}

/// A machine that slept may find that another console goes on with its run by now.
fn sent(
    writing: &Connection,
    (console, entry): (i64, EntryId),
    at: &str,
    (seen, together): (&Seen, usize),
) -> rusqlite::Result<()> {
    let together = u32::try_from(together).ok().filter(|count| *count > 1);
    only_one(is_sent(writing, (console, entry), at, together)?.into())?;
    match seen {
        Seen::Touched(fields) => {
            let mut exact = writing.prepare_cached(
                "UPDATE changes SET before = ?3 WHERE entry = ?1 AND place = ?2 AND before IS NOT ?3",
            )?;
            for (place, value) in fields {
                exact.execute(params![entry.0, place, value])?;
            }
        }
        Seen::Whole(fields) => {
            writing.execute("DELETE FROM changes WHERE entry = ?1", [entry.0])?;
            let mut last = writing
                .prepare("INSERT INTO changes (entry, place, field, before, secret) VALUES (?1, ?2, ?3, ?4, 0)")?;
            for (place, (field, value)) in (0_u32..).zip(fields) {
                last.execute(params![entry.0, place, field, value])?;
            }
        }
    }
    Ok(())
}

/// Says whether its run is this console's: only then it stands there now.
fn is_sent(
    writing: &Connection,
    (console, entry): (i64, EntryId),
    at: &str,
    together: Option<u32>,
) -> rusqlite::Result<bool> {
    // The time tells it. Told by `progress` too, an index would have to be written as well.
    let first = writing
        .prepare_cached(
            "UPDATE entries SET sent = ?2, together = ?3
             WHERE id = ?1 AND progress = ?4 AND (SELECT console FROM runs WHERE runs.id = run) = ?5",
        )?
        .execute(params![entry.0, at, together, Progress::Intended.name(), console])?;
    if first > 0 {
        return Ok(true);
    }
    // Once more, after it had ended.
    let again = writing
        .prepare_cached(
            "UPDATE entries SET sent = ?2, together = ?3, progress = ?4
             WHERE id = ?1 AND (SELECT console FROM runs WHERE runs.id = run) = ?5",
        )?
        .execute(params![entry.0, at, together, Progress::Sent.name(), console])?;
    Ok(again > 0)
}

/// What changed with a write although it was not sent stands with what was: it goes back with it.
fn beside(writing: &Transaction<'_>, entry: EntryId, fields: &[Beside]) -> rusqlite::Result<()> {
    let mut changed = writing.prepare(
        "INSERT INTO changes (entry, place, field, before, after, secret)
         SELECT ?1, coalesce(max(place) + 1, 0), ?2, ?3, ?4, ?5 FROM changes WHERE entry = ?1",
    )?;
    for Beside { field, was, now, secret } in fields {
        changed.execute(params![entry.0, field, text(was.shown().as_deref()), text(now.shown().as_deref()), secret])?;
    }
    Ok(())
}

/// When something was sent and answered, where that is told together with its end.
#[derive(Default)]
struct Times<'n> {
    sent: Option<&'n str>,
    answered: Option<&'n str>,
}

fn ended(writing: &Transaction<'_>, ending: &Ending, times: Times<'_>) -> rusqlite::Result<()> {
    let Ending { entry, at, end, words, made, fields } = ending;
    writing
        .prepare_cached(
            "UPDATE entries SET sent = coalesce(?7, sent), answered = coalesce(?6, answered), ended = ?2, progress = ?3,
             outcome = ?4, words = ?5 WHERE id = ?1",
        )?
        .execute(params![entry.0, at, Progress::Ended.name(), end.name(), words, times.answered, times.sent])?;
    if made.is_some() {
        let (key, kind) = spelt(made.as_ref());
        writing.execute("UPDATE entries SET key = ?2, key_kind = ?3 WHERE id = ?1", params![entry.0, key, kind])?;
    }
    let mut verdict =
        writing.prepare_cached("UPDATE changes SET verdict = ?3, now = ?4 WHERE entry = ?1 AND field = ?2")?;
    for (field, word, now) in fields {
        verdict.execute(params![entry.0, field, word, now])?;
    }
    Ok(())
}

/// What has ended stays as it ended.
fn closed(writing: &Transaction<'_>, closings: &[Closing], at: &str) -> rusqlite::Result<()> {
    let mut far = writing.prepare_cached("SELECT progress, sent IS NOT NULL FROM entries WHERE id = ?1")?;
    let mut close = writing
        .prepare_cached("UPDATE entries SET ended = ?2, progress = ?3, outcome = ?4, words = ?5 WHERE id = ?1")?;
    for closing in closings {
        let progress = far.query_row([closing.entry.0], |row| progress(row, 0, 1)).optional()?;
        let end = progress.flatten().and_then(|progress| closing.end(progress));
        if let Some(end) = end {
            close.execute(params![closing.entry.0, at, Progress::Ended.name(), end.name(), closing.words])?;
        }
    }
    Ok(())
}

/// What became of a field, and how it was read again.
fn judged(result: &FieldResult, after: Option<&Entity>) -> (String, &'static str, Option<String>) {
    let now = after.and_then(|after| after.get(&result.field));
    let (word, now) = match &result.verdict {
        Verdict::AsSent => ("as sent", text(now)),
        Verdict::PbxChangedIt { got } => ("changed by the PBX", text(now.or(got.shown().as_deref()))),
        Verdict::CannotCheck { .. } => ("cannot be checked", None),
    };
    (result.field.clone(), word, now)
}

impl Ending {
    /// What an outcome comes to in the journal.
    pub(super) fn of(
        entry: EntryId,
        outcome: &Outcome,
        after: Option<&Entity>,
        words: impl Fn(&Failure) -> String,
    ) -> Self {
        let (fields, made) = match outcome {
            Outcome::Saved { fields, .. } | Outcome::Altered { fields, .. } => (fields.as_slice(), None),
            Outcome::Created { fields, key, .. } => (fields.as_slice(), key.clone()),
            Outcome::Deleted(_)
            | Outcome::Called(_)
            | Outcome::Refused(_)
            | Outcome::Conflict(_)
            | Outcome::NotConfirmed { .. }
            | Outcome::Blocked(_)
            | Outcome::NotSent(_) => (&[][..], None),
        };
        let fields = fields.iter().map(|result| judged(result, after)).collect();
        let words = match outcome {
            Outcome::Refused(failure) | Outcome::NotSent(failure) | Outcome::NotConfirmed { failure, .. } => {
                words(failure)
            }
            Outcome::Blocked(issues) => issues.iter().map(|i| i.message.as_str()).collect::<Vec<_>>().join("; "),
            Outcome::Conflict(found) => found.iter().map(|c| c.field.as_str()).collect::<Vec<_>>().join(", "),
            Outcome::Saved { .. }
            | Outcome::Altered { .. }
            | Outcome::Created { .. }
            | Outcome::Deleted(_)
            // What was answered may hold anything, secrets too.
            | Outcome::Called(_) => String::new(),
        };
        Self { entry, at: super::now(), end: End::of(outcome), words, made, fields }
    }
}

/// How far a write has come: what was intended, and has a time at which it was sent, was sent.
pub(super) fn progress(row: &Row<'_>, name: usize, sent: usize) -> rusqlite::Result<Option<Progress>> {
    let progress = Progress::named(&row.get::<_, String>(name)?);
    let sent: bool = row.get(sent)?;
    Ok(progress.map(|progress| if sent { progress.max(Progress::Sent) } else { progress }))
}

/// The verb as it stands in the journal.
fn verb_name(verb: Verb) -> &'static str {
    VERBS.iter().find(|(known, _)| *known == verb).map_or("change", |(_, name)| name)
}

/// The verbs and their words.
pub(super) const VERBS: [(Verb, &str); 4] =
    [(Verb::Change, "change"), (Verb::Create, "create"), (Verb::Delete, "delete"), (Verb::Call, "call")];

/// A key as it stands in the journal: its text, and of which kind it is.
pub(super) fn spelt(key: Option<&EntityKey>) -> (Option<String>, Option<&'static str>) {
    let kind = key.map(|key| match key {
        EntityKey::Int(_) => "int",
        EntityKey::Text(_) => "text",
        EntityKey::Uuid(_) => "uuid",
    });
    (key.map(ToString::to_string), kind)
}

/// The key that stands there.
pub(super) fn key(text: Option<String>, kind: Option<&str>) -> Option<EntityKey> {
    let text = text?;
    match kind? {
        "int" => text.parse().ok().map(EntityKey::Int),
        "uuid" => Some(EntityKey::Uuid(text.into())),
        _ => Some(EntityKey::Text(text.into())),
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    value.map(Value::to_string)
}
