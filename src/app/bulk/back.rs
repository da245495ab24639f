//! Runs of the past among the many: one that was cut off and is gone on with, one that is taken back.
//!
//! Owns what each of the many did then, and what taking it back comes to now: what goes back, what somebody else changed
//! since, what nobody can restore. Reads nothing and sends nothing.

use super::super::list::Names;
use super::super::reading::value_reading;
use crate::catalog::{Catalog, Field, Schema};
use crate::draft::{Left, Verb, Why};
use crate::plan::{self, Past, Plan, Planned, RunId, Way};
use serde_json::Value;

/// A run that was cut off: what of it has not ended.
#[derive(Debug)]
pub struct Resumed {
    /// Its name in the journal.
    pub run: RunId,
    /// Who began it.
    pub operator: String,
    /// When it began, in UTC.
    pub at: String,
    /// How many writes it had in all.
    pub all: usize,
    /// Those that have not ended, one for each of the many.
    pub entries: Vec<Past>,
    /// How each stands, as far as it is known.
    pub standing: Vec<Option<Planned>>,
}

/// A run that is taken back.
#[derive(Debug)]
pub struct TakenBack {
    /// Its name in the journal.
    pub run: RunId,
    /// What it is called: whose it is, and when it was made.
    pub called: String,
    /// What it did, one for each of the many.
    pub entries: Vec<Past>,
    /// What that comes to for each.
    pub ways: Vec<Way>,
}

/// How many of a run go back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Returns {
    /// They go back.
    pub back: usize,
    /// They go back but for some fields, which somebody else changed since.
    pub in_part: usize,
    /// Something that somebody else set since is overwritten: it was chosen.
    pub over: usize,
    /// They are as they were before already.
    pub already: usize,
    /// They are left alone: somebody else changed them since.
    pub changed_since: usize,
    /// They were made then: each is deleted by itself or not at all.
    pub made: usize,
    /// Nobody can restore them: what was a secret, an action, a deletion; or they cannot be read.
    pub lost: usize,
    /// Left out by the user.
    pub left_out: usize,
}

impl TakenBack {
    /// How many go back.
    pub fn returns(&self, plan: &Plan) -> Returns {
        let mut returns = Returns::default();
        for ((line, way), past) in plan.lines.iter().zip(&self.ways).zip(&self.entries) {
            let since = |taken: bool| way.left.iter().any(|l| l.why == Why::ChangedSince && l.taken == taken);
            match &line.planned {
                Planned::Change(_) => {
                    returns.back += 1;
                    returns.in_part += usize::from(since(false));
                    returns.over += usize::from(since(true));
                }
                Planned::LeftOut(_) => returns.left_out += 1,
                Planned::AlreadySo => returns.already += 1,
                Planned::Blocked(_) if since(false) => returns.changed_since += 1,
                Planned::Blocked(_) if past.verb == Verb::Create => returns.made += 1,
                Planned::Blocked(_) => returns.lost += 1,
            }
        }
        returns
    }
}

/// What is left alone of one, in words, with the values as people read them.
pub fn left_words(catalog: &Catalog, names: &Names, schema: &Schema, left: &[Left]) -> String {
    plan::left_words(catalog, schema, left, &said(catalog, names, schema))
}

/// How people read a value of a field here.
pub(in crate::app) fn said<'m>(
    catalog: &'m Catalog,
    names: &'m Names,
    schema: &'m Schema,
) -> impl Fn(&Field, &Value) -> String + 'm {
    |field, value| value_reading(catalog, names, &catalog.kind(schema, field), Some(value)).into_owned()
}
