//! What lists hold: rows, how far a read has come, the look beside them, the resources at the left.
//!
//! It must not know what lies on top of a screen, nor what is asked of a PBX.

use super::super::event::{Clock, Ticket};
use super::super::list::{Rows, View as ListView};
use crate::catalog::Group;
use crate::draft::Entity;
use crate::odata::{EntityKey, Failure, PbxId, Target};
use std::collections::{BTreeSet, HashSet};

/// Which list of which PBX.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListId {
    /// The PBX.
    pub pbx: PbxId,
    /// The resource.
    pub resource: String,
}

/// How far a read has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Load {
    /// Under way.
    Loading(Ticket),
    /// Done at this time.
    Done(Clock),
    /// Failed.
    Failed(Failure),
}

/// A list.
#[derive(Debug)]
pub struct List {
    /// Its rows.
    pub rows: Rows,
    /// How they are looked at.
    pub view: ListView,
    /// How far the read has come.
    pub load: Load,
    /// What the PBX says there are.
    pub count: Option<u64>,
    /// Every row that the PBX counted is here.
    pub complete: bool,
    /// Only the newest are here, at most so many.
    pub window: Option<usize>,
    /// Rows of a refresh under way; they replace the others when they are complete.
    pub next: Option<Rows>,
    /// Who is marked, by key: marks survive sorting, filtering and reading again.
    pub marks: HashSet<EntityKey>,
    /// The row that was marked last: a range begins there.
    pub anchor: Option<u32>,
}

impl List {
    /// How many are marked, and how many of them the filter hides.
    pub fn marked(&self) -> (usize, usize) {
        if self.marks.is_empty() || self.view.filter().is_empty() {
            return (self.marks.len(), 0);
        }
        let shown = self.view.shown().iter().filter(|&&row| self.marks.contains(self.rows.key(row))).count();
        (self.marks.len(), self.marks.len() - shown)
    }
}

/// The resources at the left.
#[derive(Debug)]
pub struct Sidebar {
    /// The groups.
    pub groups: Vec<Group>,
    /// Which are folded.
    pub folded: BTreeSet<usize>,
    /// The selected row.
    pub at: usize,
}

/// A row of the sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SidebarRow {
    /// A group.
    Group(usize),
    /// A resource of a group.
    Resource(&'static str),
}

impl Sidebar {
    /// The rows that are not folded away.
    pub fn rows(&self) -> Vec<SidebarRow> {
        let mut rows = Vec::new();
        for (i, group) in self.groups.iter().enumerate() {
            rows.push(SidebarRow::Group(i));
            if !self.folded.contains(&i) {
                rows.extend(group.resources.iter().map(|r| SidebarRow::Resource(r)));
            }
        }
        rows
    }

    /// Unfolds the group of a resource and selects the resource.
    pub fn show(&mut self, resource: &str) {
        if let Some(i) = self.groups.iter().position(|g| g.resources.contains(&resource)) {
            self.folded.remove(&i);
        }
        if let Some(at) = self.rows().iter().position(|row| matches!(row, SidebarRow::Resource(r) if *r == resource)) {
            self.at = at;
        }
    }
}

/// A look at the selected entity beside its list.
#[derive(Debug)]
pub struct Peek {
    /// Which entity.
    pub target: Target,
    /// How far the read has come.
    pub load: Load,
    /// What was read.
    pub entity: Option<Entity>,
    /// Who was looked at before, and stays on the screen for the moment that a read takes.
    pub before: Option<(Target, Entity)>,
}

impl Peek {
    /// Whom to show, how far that is read, and what of it.
    pub fn shown(&self) -> (&Target, &Load, Option<&Entity>) {
        match (&self.load, &self.before) {
            (Load::Loading(_), Some((target, entity))) => (target, &self.load, Some(entity)),
            _ => (&self.target, &self.load, self.entity.as_ref()),
        }
    }
}
