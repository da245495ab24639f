//! The screens there are, one upon the other, and what those hold that are of no other module.
//!
//! It must not know how they are drawn, nor which keys they take.

use super::super::area::Area;
use super::super::bulk::BulkId;
use super::super::calling::Answered;
use super::super::compare::Compare;
use super::super::history::{History, Recollection};
use super::super::nested::Nested;
use super::lists::ListId;
use crate::catalog::Type;
use crate::draft::{ChangeSet, Step};
use crate::odata::Target;

/// A text editor over one field.
#[derive(Debug)]
pub struct Editor {
    /// Whose field.
    pub target: Target,
    /// Which field.
    pub field: String,
    /// Where inside the field, for plain text. JSON is that of the whole field.
    pub steps: Vec<Step>,
    /// Each line is an element of a list of texts.
    pub lines: bool,
    /// The text.
    pub area: Area,
    /// The type the text must have; `None` for plain text.
    pub json: Option<Type>,
    /// What is wrong with it.
    pub issues: Vec<EditorIssue>,
    /// Something was typed: until then its text is that of the draft.
    pub touched: bool,
    /// It is open only while the user's own editor has the text.
    pub passing: bool,
}

/// Something wrong at a place of a text; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorIssue {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// How many characters it concerns, at least 1.
    pub length: usize,
    /// What is wrong.
    pub message: String,
}

/// The preview of a change.
#[derive(Debug)]
pub struct Preview {
    /// What is sent if the answer is yes.
    pub change_set: ChangeSet,
    /// The frame from which on it can have been seen.
    pub since: u64,
    /// The first line drawn.
    pub top: usize,
    /// What people would be sorry for.
    pub warnings: Vec<String>,
}

impl Preview {
    /// Of a change of which there is nothing to be warned.
    pub fn of(change_set: ChangeSet, since: u64) -> Self {
        Self { change_set, since, top: 0, warnings: Vec::new() }
    }
}

/// A screen.
#[derive(Debug)]
pub enum View {
    /// A list.
    List(ListId),
    /// What can be called, where nothing can be listed.
    Operations(ListId, usize),
    /// A form.
    Form(Target),
    /// A level inside a field: a table of elements or the form of an object.
    Nested(Box<Nested>),
    /// A text editor.
    Editor(Box<Editor>),
    /// A preview.
    Preview(Box<Preview>),
    /// A conflict to be decided, with the selected row.
    Conflict(Target, usize),
    /// The changes of this session, with the selected row.
    Changes(usize),
    /// What was done.
    History(Box<History>),
    /// One of what was done.
    Past(Box<Recollection>),
    /// What was edited and not sent on consoles that are gone, with the selected row.
    Drafts(usize),
    /// The requests of this session, with the selected row.
    Requests {
        /// The selected one.
        at: usize,
        /// Its line is shown to the end.
        whole: bool,
    },
    /// Two entities side by side.
    Compare(Box<Compare>),
    /// What an operation answered.
    Answer(Box<Answered>),
    /// What would be sent to each of many.
    Plan(BulkId),
    /// A preview of one of many, to look at only.
    Look(Box<Preview>),
    /// What was sent to each of many.
    Run(BulkId),
}
