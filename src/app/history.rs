//! What was done, as the journal tells it: the list of runs, and one of them in full.
//!
//! Owns what these screens remember, and what there is to say of a change beside itself: why it is made, and what of an
//! undo is left alone. Reads nothing; the journal is asked by effects.

use super::model::Load;
use crate::catalog::{Catalog, number};
use crate::draft::{ChangeSet, Entity, Left, Verb, Why};
use crate::odata::Target;
use crate::plan::{Intent, Past, PastRun, RunId, Wanted};
use std::collections::BTreeSet;

/// The list of runs.
#[derive(Debug)]
pub struct History {
    /// What is searched for.
    pub find: String,
    /// How far the answer has come.
    pub load: Load,
    /// The runs, newest first.
    pub runs: Vec<PastRun>,
    /// The selected one.
    pub at: usize,
}

/// One run in full.
#[derive(Debug)]
pub struct Recollection {
    /// The run.
    pub run: PastRun,
    /// Its writes; or the one of them that is looked at.
    pub entries: Vec<Past>,
    /// The selected one.
    pub at: usize,
    /// The first line drawn, where there is only one.
    pub top: usize,
}

/// What there is to say of the change on the preview beside itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Aside {
    /// Of whose change it is said.
    pub about: Target,
    /// What it is for.
    pub intent: Intent,
    /// What of an undo is left alone.
    pub left: Vec<Left>,
    /// The selected one of those that can go back all the same.
    pub at: usize,
    /// What the undo of one is made of. That of many is made of what the many have.
    pub undoing: Option<Box<Undone>>,
}

/// What the undo of one change is made of, so that it can be made again when a field is chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    /// Its run.
    pub run: RunId,
    /// What that is called: whose it is, and when it was made.
    pub called: String,
    /// What was done.
    pub past: Past,
    /// What is there now; empty until it was read.
    pub fresh: Entity,
    /// Fields that were chosen to go back although somebody else changed them since.
    pub taken: BTreeSet<String>,
}

impl Aside {
    /// Of a change that is made for this and has nothing else to be said of.
    pub fn of(about: Target, intent: Intent) -> Self {
        Self { about, intent, left: Vec::new(), at: 0, undoing: None }
    }

    /// The fields that somebody else changed since and that can go back all the same, by their place among what is left.
    pub fn choices(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.left.len()).filter(|at| self.left[*at].forced)
    }

    /// The selected one of them, by its place among what is left.
    pub fn choice(&self) -> Option<usize> {
        self.choices().nth(self.at)
    }

    /// Whether it is said of this change.
    pub fn is_about(&self, change_set: &ChangeSet) -> bool {
        self.about == change_set.target && (self.intent.undoes.is_none() || change_set.verb == Verb::Change)
    }
}

impl Left {
    /// Why it is left alone, in words.
    pub fn words(&self) -> &'static str {
        match (self.why, self.taken) {
            (Why::Already, _) => "is as it was before already",
            (Why::ChangedSince, false) => "was changed again since: what is there now stays",
            (Why::ChangedSince, true) => "was changed again since: that is overwritten",
            (Why::Secret, _) => "holds a secret that was changed: nobody kept the old one",
        }
    }
}

impl PastRun {
    /// Which it is, whose where that is known, and when: `Change 12 by anna (2026-11-22 13:02 UTC)`.
    pub fn called(&self) -> String {
        let at = self.at.get(..16).unwrap_or(&self.at).replace('T', " ");
        let by = if self.operator.is_empty() { "" } else { " by " };
        format!("Change {}{by}{} ({at} UTC)", self.id.0, self.operator)
    }

    /// Who was changed, in few words.
    pub fn about(&self) -> String {
        match self.count() {
            0 | 1 => self.first.label.clone(),
            2 => format!("2: {} and another", self.first.label),
            n => format!("{}: {} and others", number(n), self.first.label),
        }
    }

    /// The changed fields as people call them, and what became of the writes.
    pub fn told(&self, catalog: &Catalog) -> (String, String) {
        let schema = catalog.schema_named(&self.first.schema).map(|id| catalog.schema(id));
        let title = |field: &String| {
            let known = schema.and_then(|schema| Some(catalog.note(schema, schema.field(field)?).title.to_string()));
            known.unwrap_or_else(|| field.clone())
        };
        let mut told: Vec<String> = self.fields.iter().map(title).collect();
        if let Some(operation) = catalog.call(&self.first.schema).filter(|_| self.first.verb == Verb::Call) {
            told = vec![catalog.operation_title(operation).into_owned()];
        }
        (told.join(", "), self.came_to())
    }
}

/// What is wanted of the history when this is searched for.
pub(super) fn wanted(catalog: &Catalog, find: &str) -> Wanted {
    let titled = |word: &str| -> Vec<String> {
        let word = word.to_lowercase();
        let mut names: Vec<String> = Vec::new();
        for resource in catalog.resources() {
            let Some(schema) = catalog.entity(resource) else { continue };
            for field in &schema.fields {
                let is_new = !names.iter().any(|name| name == field.name);
                if is_new && catalog.note(schema, field).title.to_lowercase().contains(&word) {
                    names.push(field.name.to_owned());
                }
            }
        }
        names
    };
    let words = find.split_whitespace().map(|word| (word.to_owned(), titled(word))).collect();
    Wanted { words, ..Wanted::default() }
}
