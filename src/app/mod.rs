//! The decisions, pure: an event changes the model and answers with effects.
//!
//! Owns the model, the ledger of writes, and `update`. Does no IO, never waits, never reads a clock; knows nothing of
//! how anything is drawn, sent or timed.

mod actions;
mod area;
pub mod bulk;
mod calling;
mod columns;
mod compare;
mod dialled;
mod effect;
mod event;
mod form;
mod history;
mod line;
pub mod list;
mod memory;
mod model;
pub mod nested;
mod outcome;
mod palette;
mod papers;
mod reading;
#[cfg(test)]
mod tests;
mod update;
mod written;

pub use actions::{Act, Action, Actions, Consent};
pub use area::{Area, Typed};
pub use calling::Answered;
pub use columns::Columns;
pub use compare::{Compare, Compared, Side};
pub use effect::{Effect, JournalTask, PbxTask};
pub use event::{
    Bytes, Clock, Dice, Event, Hello, JobId, Loaded, Pointer, Request, Shown, Spot, Stage, Ticket, Timer, Unwritten,
};
pub use form::{Form, FormLine, Typing, Unfinished};
pub use history::{Aside, History, Recollection};
pub use line::Line;
pub use memory::{Memory, Sort};
pub use model::{
    Ask, Asked, Choice, Editor, EditorIssue, Greeting, Job, Layer, List, ListId, Load, Model, Notice, Offers, Panel,
    Pbx, Peek, Picker, Preview, Sidebar, SidebarRow, Tone, View,
};
pub use outcome::{Headline, headline};
pub use palette::{Goal, Palette};
pub use papers::{Contents, Paper, PlanReader};
pub use reading::{long_reading, size, value_reading};
pub use update::{filled_in, help_rows, start, update};
pub use written::written_reading;
