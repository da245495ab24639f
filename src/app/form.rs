//! A form: one entity, what was read of it, and what is being done to it.
//!
//! Owns what a form remembers (edits, unfinished texts, refusals, secrets shown) and which of its lines are on the screen.
//! Knows nothing of keys or of how a line is drawn.

use super::bulk::BulkId;
use super::event::{JobId, Shown};
use super::line::Line;
use super::list::fold;
use super::model::Load;
use super::written::Written;
use crate::catalog::{Catalog, Schema, SchemaId};
use crate::draft::{ChangeSet, Conflict, Draft, Kept, Proposal, Step};
use crate::odata::Target;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A text that is not a value yet: kept as it was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Unfinished {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub issue: String,
}

/// An entity in its form.
#[derive(Debug)]
pub struct Form {
    /// Which entity.
    pub target: Target,
    /// What it is called.
    pub label: String,
    /// Its schema.
    pub schema: SchemaId,
    /// The PBX takes changes of it.
    pub writable: bool,
    /// How far the read has come.
    pub load: Load,
    /// What was read, and the edits.
    pub draft: Option<Draft>,
    /// Texts that are not values yet, by field.
    pub unfinished: BTreeMap<String, Unfinished>,
    /// The selected field.
    pub field: String,
    /// What the fields are narrowed to.
    pub find: String,
    /// The first line drawn, as far as the selection allows.
    pub top: usize,
    /// The field being typed in.
    pub typing: Option<Typing>,
    /// Secrets that are shown now, by field; `None` inside where the PBX has none.
    pub revealed: BTreeMap<String, Option<Shown>>,
    /// What the PBX said of fields, in words.
    pub refused: Vec<(String, String)>,
    /// The last change sent from here.
    pub job: Option<JobId>,
    /// Conflicts that wait for a decision.
    pub conflicts: Vec<Conflict>,
    /// What was sent and accepted, until the form has been read again.
    pub settled: Option<Arc<ChangeSet>>,
    /// Edits of before, to be laid upon what is being read.
    pub kept: Option<Kept>,
    /// It stands for many.
    pub many: Option<BulkId>,
    /// It is that of a new entity; this is what the PBX would give it.
    pub proposal: Option<Proposal>,
    /// Texts that are open as tables, by field.
    pub(super) written: BTreeMap<String, Written>,
}

/// A field being typed in.
#[derive(Debug)]
pub struct Typing {
    /// Which field.
    pub field: String,
    /// Where inside the field.
    pub steps: Vec<Step>,
    /// The text.
    pub line: Line,
    /// Its text is not shown.
    pub masked: bool,
    /// What is wrong with it.
    pub issue: Option<String>,
}

impl Form {
    /// A form that nothing was read for yet.
    pub(super) fn new(
        target: Target,
        label: String,
        schema: SchemaId,
        writable: bool,
        first: &str,
        load: Load,
    ) -> Self {
        Self {
            target,
            label,
            schema,
            writable,
            load,
            draft: None,
            unfinished: BTreeMap::new(),
            field: first.to_owned(),
            find: String::new(),
            top: 0,
            typing: None,
            revealed: BTreeMap::new(),
            refused: Vec::new(),
            job: None,
            conflicts: Vec::new(),
            settled: None,
            kept: None,
            many: None,
            proposal: None,
            written: BTreeMap::new(),
        }
    }

    /// It asks for what an operation takes: nothing of it was read.
    pub fn is_call(&self) -> bool {
        self.target.resource.contains('/')
    }

    /// There are changes that are not sent.
    pub fn is_dirty(&self) -> bool {
        !self.unfinished.is_empty() || self.draft.as_ref().is_some_and(Draft::is_dirty)
    }

    /// The selected field is changed, or being written.
    pub fn is_field_changed(&self) -> bool {
        self.unfinished.contains_key(&self.field) || self.draft.as_ref().is_some_and(|d| d.is_changed(&self.field))
    }

    /// How many fields are changed.
    pub fn changed(&self) -> usize {
        self.draft.as_ref().map_or(0, |d| d.changed().count())
            + self.unfinished.keys().filter(|f| !self.draft.as_ref().is_some_and(|d| d.is_changed(f))).count()
    }

    /// The fields in order: section title and field name, narrowed to what is being looked for.
    pub fn rows(&self, catalog: &Catalog) -> Vec<(usize, &'static str)> {
        let schema = catalog.schema(self.schema);
        let words: Vec<String> = self.find.split_whitespace().map(fold).collect();
        let mut rows = Vec::new();
        for (i, section) in catalog.sections(schema).iter().enumerate() {
            for name in &section.fields {
                if words.is_empty() || matches_words(catalog, schema, &section.title, name, &words) {
                    rows.push((i, *name));
                }
            }
        }
        rows
    }

    /// The selected field is among those that are shown: none is where the form is narrowed to what no field has.
    pub fn shows_selected(&self, catalog: &Catalog) -> bool {
        self.find.is_empty() || self.rows(catalog).iter().any(|(_, name)| *name == self.field)
    }
}

/// A line of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormLine {
    /// Nothing, between sections.
    Gap,
    /// The heading of a section, by its place.
    Section(usize),
    /// A field.
    Field(&'static str),
}

impl Form {
    /// The lines of the form: headings, fields, and the gaps between sections.
    pub fn lines(&self, catalog: &Catalog) -> Vec<FormLine> {
        let mut lines = Vec::new();
        let mut last = None;
        for (section, name) in self.rows(catalog) {
            if last != Some(section) {
                if last.is_some() {
                    lines.push(FormLine::Gap);
                }
                lines.push(FormLine::Section(section));
                last = Some(section);
            }
            lines.push(FormLine::Field(name));
        }
        lines
    }

    /// The first line that is drawn when `height` lines are: the selected field is always among them, and the heading
    /// above it where it is the first of its section.
    pub fn first_line(&self, lines: &[FormLine], height: usize) -> usize {
        let at = lines.iter().position(|line| matches!(line, FormLine::Field(f) if *f == self.field)).unwrap_or(0);
        let heading = at - usize::from(at > 0 && matches!(lines[at - 1], FormLine::Section(_)));
        self.top.min(heading).max((at + 1).saturating_sub(height)).min(lines.len().saturating_sub(height))
    }
}

fn matches_words(catalog: &Catalog, schema: &Schema, section: &str, name: &str, words: &[String]) -> bool {
    let Some(field) = schema.field(name) else { return false };
    let text = fold(&format!("{} {name} {section}", catalog.note(schema, field).title));
    words.iter().all(|w| text.contains(w))
}
