//! What was done, as the journal tells it: runs, the writes of each, and the fields of each write.
//!
//! Owns what a run is for, how far a write came and what it came to in one word. Holds no secret: where one was
//! changed there is a mask and a mark. Knows nothing of how any of it is stored.

use super::{ConsoleId, EntryId, RunId};
use crate::catalog::{Catalog, number};
use crate::draft::{Change, ChangeSet, Changed, Held, Kept, Outcome, Seen, SharedShelf, Slot, Verb};
use crate::odata::{PbxId, Target};

/// What a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One change of one entity.
    One,
    /// Many entities changed alike.
    Many,
    /// What another run did is taken back.
    Undo,
    /// A plan from a file.
    Plan,
    /// A sheet.
    Import,
    /// An action, for one or many.
    Action,
}

impl Kind {
    const NAMES: [(Self, &'static str); 6] = [
        (Self::One, "one"),
        (Self::Many, "many"),
        (Self::Undo, "undo"),
        (Self::Plan, "plan"),
        (Self::Import, "import"),
        (Self::Action, "action"),
    ];

    /// The word for it, in the journal and in what is printed.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("one", |(_, name)| name)
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

/// What a run is for, said before it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// What it is.
    pub kind: Kind,
    /// The run that it takes back.
    pub undoes: Option<RunId>,
    /// The run that it goes on with, and the console that had it when that was read.
    pub goes_on: Option<(RunId, ConsoleId)>,
    /// The number of a ticket, or any other word on why.
    pub ticket: Option<String>,
}

impl Intent {
    /// A run of this kind with nothing else to say.
    pub fn of(kind: Kind) -> Self {
        Self { kind, undoes: None, goes_on: None, ticket: None }
    }
}

/// How far a write came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Progress {
    /// Written down; nothing was sent.
    Intended,
    /// Written down with what was there, and about to be sent: from here on the PBX may have it.
    Sent,
    /// The PBX has answered; it was not looked at again yet.
    Answered,
    /// It has ended.
    Ended,
}

impl Progress {
    const NAMES: [(Self, &'static str); 4] =
        [(Self::Intended, "intended"), (Self::Sent, "sent"), (Self::Answered, "answered"), (Self::Ended, "ended")];

    /// The word for it.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(progress, _)| *progress == self).map_or("intended", |(_, name)| name)
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(progress, _)| *progress)
    }
}

/// What a write came to, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// Accepted and read back as sent.
    Saved,
    /// Accepted, and the PBX made something else of it.
    Altered,
    /// A new entity is there.
    Created,
    /// The entity is there no more.
    Deleted,
    /// An operation was carried out.
    Called,
    /// The PBX refused it.
    Refused,
    /// Not sent: somebody else was faster.
    Conflict,
    /// Not sent: a hidden value could not be put in its place.
    Blocked,
    /// Not sent.
    NotSent,
    /// The answer was lost; the PBX has it.
    Found,
    /// The answer was lost; the PBX has what it had.
    NotApplied,
    /// The answer was lost, and the PBX could not be looked at.
    Unknown,
    /// It was as it was to be already; nothing was sent.
    AtGoal,
    /// Somebody decided that it stays as it is.
    Left,
}

impl End {
    const NAMES: [(Self, &'static str); 14] = [
        (Self::Called, "called"),
        (Self::Saved, "saved"),
        (Self::Altered, "altered"),
        (Self::Created, "created"),
        (Self::Deleted, "deleted"),
        (Self::Refused, "refused"),
        (Self::Conflict, "conflict"),
        (Self::Blocked, "blocked"),
        (Self::NotSent, "not sent"),
        (Self::Found, "found applied"),
        (Self::NotApplied, "not applied"),
        (Self::Unknown, "unknown"),
        (Self::AtGoal, "already at its goal"),
        (Self::Left, "left"),
    ];

    /// What an outcome is in a word.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Saved { .. } => Self::Saved,
            Outcome::Altered { .. } => Self::Altered,
            Outcome::Created { .. } => Self::Created,
            Outcome::Deleted(_) => Self::Deleted,
            Outcome::Called(_) => Self::Called,
            Outcome::Refused(_) => Self::Refused,
            Outcome::Conflict(_) => Self::Conflict,
            Outcome::Blocked(_) => Self::Blocked,
            Outcome::NotSent(_) => Self::NotSent,
            Outcome::NotConfirmed { seen: Seen::Applied, .. } => Self::Found,
            Outcome::NotConfirmed { seen: Seen::NotApplied, .. } => Self::NotApplied,
            Outcome::NotConfirmed { seen: Seen::Unreadable(_), .. } => Self::Unknown,
        }
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(end, _)| *end == self).map_or("unknown", |(_, name)| name)
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(end, _)| *end)
    }

    /// The PBX was changed by it, or may have been: there is something to take back.
    pub fn changed_something(self) -> bool {
        matches!(self, Self::Saved | Self::Altered | Self::Created | Self::Deleted | Self::Found | Self::Unknown)
    }
}

/// A run in the journal: who did it, when, and how its writes stand.
#[derive(Debug, Clone, PartialEq)]
pub struct PastRun {
    /// Its name.
    pub id: RunId,
    /// The console whose it is.
    pub console: ConsoleId,
    /// What it is.
    pub kind: Kind,
    /// When it began, in UTC: `2026-11-22T13:02:11.123Z`.
    pub at: String,
    /// On which PBX.
    pub pbx: PbxId,
    /// The API client that signed in.
    pub client: String,
    /// Who did it: the login name.
    pub operator: String,
    /// The ticket, or any other word on why.
    pub ticket: Option<String>,
    /// The run that it takes back.
    pub undoes: Option<RunId>,
    /// The last run that took any of it back.
    pub undone_by: Option<RunId>,
    /// How many of its writes were taken back.
    pub undone: usize,
    /// How many one call sent at most, where it was more than one.
    pub together: Option<usize>,
    /// Its writes by how they ended, the most frequent first; those that have not ended stand under `None`.
    pub ends: Vec<(Option<End>, usize)>,
    /// The changed fields, by wire name.
    pub fields: Vec<String>,
    /// Its first write; the only one of many runs.
    pub first: Past,
}

impl PastRun {
    /// How many writes it has.
    pub fn count(&self) -> usize {
        self.ends.iter().map(|(_, count)| count).sum()
    }

    /// How many of its writes changed something, or may have.
    pub fn changed(&self) -> usize {
        let changed = |(end, _): &&(Option<End>, usize)| end.is_some_and(End::changed_something);
        self.ends.iter().filter(changed).map(|(_, count)| count).sum()
    }

    /// Whether all that it changed was taken back.
    pub fn is_undone(&self) -> bool {
        self.undone > 0 && self.undone >= self.changed()
    }

    /// What became of its writes: `4 saved, 2 refused`.
    pub fn came_to(&self) -> String {
        let said = self.ends.iter().map(|(end, count)| {
            let word = end.map_or("unfinished", End::name);
            if self.count() > 1 { format!("{} {word}", number(*count)) } else { word.to_owned() }
        });
        said.collect::<Vec<_>>().join(", ")
    }

    /// That its writes went in batches, as people read it.
    pub fn batches(&self) -> Option<String> {
        self.together.map(|most| format!("in batches of up to {most}"))
    }

    /// How many of its writes have not ended.
    pub fn open(&self) -> usize {
        self.ends.iter().filter(|(end, _)| end.is_none()).map(|(_, count)| count).sum()
    }
}

/// One write, as the journal has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Its name.
    pub id: EntryId,
    /// What was done.
    pub verb: Verb,
    /// To whom; a new entity has its key once it is there.
    pub target: Target,
    /// What people called it then.
    pub label: String,
    /// The schema, by its full name.
    pub schema: String,
    /// The revision of the catalog under which it was made.
    pub revision: String,
    /// How far it came.
    pub progress: Progress,
    /// What it came to.
    pub end: Option<End>,
    /// The same as a sentence, where there is more to say.
    pub words: String,
    /// When it ended, in UTC.
    pub ended: Option<String>,
    /// How many one call sent, this one among them, where it was more than one.
    pub together: Option<usize>,
    /// Its fields; of a deletion what was there.
    pub fields: Vec<Field>,
    /// Where their lists lie, with those of all of its run: of thousands each would be a tree.
    pub shelf: SharedShelf,
}

/// One field of a write.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The property.
    pub field: String,
    /// What was there; `None` where it was absent.
    pub before: Option<Held>,
    /// What was sent, with masks for secrets.
    pub after: Option<Held>,
    /// What was read back; `None` where it could not be read.
    pub now: Option<Held>,
    /// A secret was changed, here or inside: neither the old nor the new one is known to anybody.
    pub secret: bool,
}

fn value(held: &Option<Held>) -> Option<serde_json::Value> {
    held.as_ref().map(|held| held.get().into_owned())
}

impl Past {
    /// What was sent, with masks in the place of secrets: to be shown, or to be sent where there is no secret.
    pub fn change_set(&self, catalog: &Catalog) -> ChangeSet {
        let schema = catalog.schema_named(&self.schema).map(|id| catalog.schema(id));
        let change = |kept: &Field| {
            let slot = match schema {
                Some(schema) => Slot::of(catalog, schema, &kept.field),
                None => Slot::unknown(catalog, &kept.field),
            };
            let [before, after] = [&kept.before, &kept.after].map(value);
            match after {
                Some(after) => Change::new(catalog, &slot, &kept.field, before, after),
                None => Change::gone(catalog, &slot, &kept.field, before),
            }
        };
        let all = schema.map_or(0, |schema| schema.fields.len());
        let mut target = self.target.clone();
        if self.verb == Verb::Create {
            target.key = None;
        }
        let mut changes = ChangeSet {
            verb: self.verb,
            target,
            label: self.label.clone(),
            revision: self.revision.clone(),
            schema: self.schema.clone(),
            changes: self.fields.iter().map(change).collect(),
            unchanged: all.saturating_sub(self.fields.len()),
        };
        changes.lay(&self.shelf);
        changes
    }

    /// What it changed, as it is taken back.
    pub fn changed(&self) -> Vec<Changed> {
        let changed = |kept: &Field| Changed {
            field: kept.field.clone(),
            before: value(&kept.before),
            after: value(&kept.now).or_else(|| value(&kept.after)),
            secret: kept.secret,
        };
        self.fields.iter().map(changed).collect()
    }

    /// That it was not sent alone, as people read it.
    pub fn company(&self) -> Option<String> {
        self.together.map(|count| match count {
            2 => "in one call with another one".to_owned(),
            count => format!("in one call with {} others", count.saturating_sub(1)),
        })
    }

    /// The PBX was changed by it, or may have been. What was sent and has no end may be there: that is seen when it is
    /// read.
    pub fn may_have_changed(&self) -> bool {
        match self.end {
            Some(end) => end.changed_something() || self.verb == Verb::Call && end == End::Called,
            None => matches!(self.progress, Progress::Sent | Progress::Answered),
        }
    }

    /// What was meant for this one, which was cut off: it is gone on with as its target stands now.
    ///
    /// # Errors
    /// Why it is not, however that stands, as people read it.
    pub fn again(&self, catalog: &Catalog) -> Result<ChangeSet, &'static str> {
        self.may_go_on(catalog).map(|()| self.change_set(catalog))
    }

    pub(super) fn may_go_on(&self, catalog: &Catalog) -> Result<(), &'static str> {
        if self.had_secrets() {
            return Err("a secret was part of it, and nobody kept it; set it again");
        }
        if self.revision != catalog.revision() {
            return Err("it was meant under another catalog; plan it anew");
        }
        match (self.verb, self.progress) {
            // Of these the PBX shows what came of them; the others were not begun.
            (Verb::Change | Verb::Delete, _) | (Verb::Create | Verb::Call, Progress::Intended) => Ok(()),
            (Verb::Create, _) => Err("it may have been made already; look for it before it is made again"),
            (Verb::Call, _) => Err("it may have been run already, and nobody can tell; look, and run it again if not"),
        }
    }

    /// Whether a secret was sent that nobody kept: it cannot be sent again.
    pub fn had_secrets(&self) -> bool {
        self.fields.iter().any(|field| field.secret)
    }
}

/// What was edited and not sent, on a console that is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// The console that edited it.
    pub console: ConsoleId,
    /// When it was edited last, in UTC.
    pub at: String,
    /// The edits.
    pub kept: Kept,
}

/// What is wanted of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Of this PBX alone.
    pub pbx: Option<PbxId>,
    /// Every one of these is found in what the run is about: the name or number of a target, a field, the operator,
    /// the ticket, the day. With each word the fields, by wire name, whose title has it.
    pub words: Vec<(String, Vec<String>)>,
    /// Whose target's name or number has this.
    pub who: Option<String>,
    /// That changed one of these fields, by wire name.
    pub fields: Vec<String>,
    /// Done by this operator.
    pub operator: Option<String>,
    /// With this ticket.
    pub ticket: Option<String>,
    /// Not before this time (UTC, any beginning of `2026-11-22T13:02:11Z`).
    pub since: Option<String>,
    /// Before this time.
    pub until: Option<String>,
    /// Older than this run: the next page.
    pub before: Option<RunId>,
    /// At most so many, newest first.
    pub limit: usize,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            pbx: None,
            words: Vec::new(),
            who: None,
            fields: Vec::new(),
            operator: None,
            ticket: None,
            since: None,
            until: None,
            before: None,
            limit: 200,
        }
    }
}
