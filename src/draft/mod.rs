//! Editing, pure: what was read, what was changed, and the minimal patch between the two.
//!
//! Owns drafts, change sets, the masks that stand for secrets, checks on the way out, conflicts before a send and the
//! comparison after it, and values as text. Null, absent and unchanged are three things everywhere: null is a value,
//! absent is `None`, unchanged is no edit.
//!
//! Knows the catalog and who is addressed; knows nothing of requests, screens or the journal. What a field may hold is
//! asked of the catalog by name, never written here.

mod beside;
mod call;
mod change_set;
mod check;
mod compare;
mod conceal;
mod conflict;
pub mod diff;
mod each;
mod edit;
mod elements;
mod fill;
pub mod image;
mod inside;
pub mod json;
mod kept;
mod lean;
mod like;
mod long;
pub mod markup;
mod outcome;
mod plan;
pub mod random;
mod read_back;
mod refers;
mod shelf;
mod slot;
pub mod text;
pub mod undo;
mod value;
mod verb;
pub mod week;
mod words;

pub use beside::{Beside, beside};
pub use call::Answer;
pub use change_set::{Change, ChangeSet, WholeArray};
pub use check::{Issue, Severity};
pub use compare::alike;
pub use conceal::conceal;
pub use conflict::{Conflict, conflicts};
pub use each::ListEdit;
pub use edit::Draft;
pub use inside::{Step, blank, find, gone, inside, labels, original, origins, put};
pub use kept::{Kept, KeptEdit, Laid};
pub use lean::{Lean, Touch};
pub use like::{Likeness, Proposal, like};
pub use long::{Fetched, LongList, LongText};
pub use outcome::{Gone, Outcome, Seen};
pub use plan::{ReadPlan, read_of, read_open, read_whole};
pub use read_back::{FieldResult, Verdict, is_there, read_back};
pub use refers::{Aim, Place, Referrers};
pub use shelf::{Held, SharedShelf, Shelf, ValueId};
pub use slot::Slot;
pub use undo::{Changed, Left, Undoing, Why, undo};
pub use value::{Entity, MASK, Payload};
pub use verb::Verb;
pub use words::nearest;

#[cfg(test)]
mod tests;
