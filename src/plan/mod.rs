//! What is to be done to many, and how fast.
//!
//! Owns a plan (a line for each target, with exactly what would be sent to it), the names of a run and of its entries
//! in the journal, what the journal tells of them, and the pace of a run. Pure: reads nothing, sends nothing, knows no
//! screen.

mod alike;
mod back;
mod batch;
mod closing;
mod columns;
pub mod file;
mod make;
mod pace;
mod past;
pub mod sheet;
mod standing;
mod template;
mod warn;

pub use crate::draft::ValueId;
pub use alike::Alike;
pub use back::{Said, Way, cannot, left_words, since_words};
pub use batch::{Batches, Proof, Unlike};
pub use closing::Closing;
pub use columns::Columns;
pub use make::{Edit, Maker, WorkedOut, cost};
pub use pace::{Halt, Next, Pace, Tempo};
pub use past::{End, Field, Intent, Kind, Offered, Past, PastRun, Progress, Wanted};
pub use standing::{GONE, Standing, called, called_by, number_and_name};
pub use template::Template;
pub use warn::{Beside, Own, Warner, Warning, alone, asked, needs, warnings};

use crate::draft::ChangeSet;
use crate::odata::Target;
use std::sync::Arc;

/// Names a run in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub i64);

/// Names one change of a run in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub i64);

/// Names a console in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConsoleId(pub i64);

/// What is done to one target.
#[derive(Debug, Clone, PartialEq)]
pub enum Planned {
    /// This is sent.
    Change(Arc<ChangeSet>),
    /// It is so already.
    AlreadySo,
    /// It cannot be sent, for this reason.
    Blocked(String),
    /// Left out by the user; what would have been sent.
    LeftOut(Arc<ChangeSet>),
}

impl Planned {
    /// This is sent.
    pub fn of(changes: ChangeSet) -> Self {
        Self::Change(Arc::new(changes))
    }
}

/// One target of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which entity.
    pub target: Target,
    /// What people call it.
    pub label: String,
    /// What is done to it.
    pub planned: Planned,
}

impl Line {
    /// What is sent, or would be if it were not left out.
    pub fn changes(&self) -> Option<&Arc<ChangeSet>> {
        match &self.planned {
            Planned::Change(changes) | Planned::LeftOut(changes) => Some(changes),
            Planned::AlreadySo | Planned::Blocked(_) => None,
        }
    }
}

/// What would be sent: a line for each target, frozen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// For each target, in their order.
    pub lines: Vec<Line>,
    /// The fields that are changed.
    pub fields: Vec<String>,
}

/// How many lines a plan has of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// To be sent.
    pub change: usize,
    /// So already.
    pub already: usize,
    /// Blocked.
    pub blocked: usize,
    /// Left out.
    pub left_out: usize,
}

impl Plan {
    /// A plan of these lines.
    pub fn of(lines: Vec<Line>) -> Self {
        let mut fields: Vec<String> = Vec::new();
        for field in lines.iter().filter_map(Line::changes).flat_map(|set| set.fields()) {
            if !fields.iter().any(|known| known == field) {
                fields.push(field.to_owned());
            }
        }
        Self { lines, fields }
    }

    /// How many lines there are of each kind.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for line in &self.lines {
            match line.planned {
                Planned::Change(_) => counts.change += 1,
                Planned::AlreadySo => counts.already += 1,
                Planned::Blocked(_) => counts.blocked += 1,
                Planned::LeftOut(_) => counts.left_out += 1,
            }
        }
        counts
    }

    /// What is sent, in the order of the lines.
    pub fn changes(&self) -> impl Iterator<Item = &Arc<ChangeSet>> {
        self.lines.iter().filter_map(|line| match &line.planned {
            Planned::Change(changes) => Some(changes),
            Planned::AlreadySo | Planned::Blocked(_) | Planned::LeftOut(_) => None,
        })
    }

    /// Leaves a line out, or takes it in again.
    pub fn leave_out(&mut self, at: usize) {
        if let Some(line) = self.lines.get_mut(at) {
            line.planned = match std::mem::replace(&mut line.planned, Planned::AlreadySo) {
                Planned::Change(changes) => Planned::LeftOut(changes),
                Planned::LeftOut(changes) => Planned::Change(changes),
                other => other,
            };
        }
    }
}
