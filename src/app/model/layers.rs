//! What lies on top of a screen and takes the keys: lines, choices, questions.
//!
//! It must not know the screen beneath.

use super::super::actions::{Actions, Consent};
use super::super::bulk::BulkId;
use super::super::columns::Columns;
use super::super::line::Line;
use super::super::list;
use super::super::palette::Palette;
use super::super::papers::Paper;
use super::lists::ListId;
use crate::catalog::{FieldKind, Reference};
use crate::draft::Step;
use crate::input::Context;
use crate::odata::Target;
use crate::order;
use crate::plan::ConsoleId;

/// What is asked on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// What to narrow the list to.
    Filter,
    /// What to narrow the form to.
    Field,
    /// Which number to go to.
    Number,
    /// What to search the history for.
    Search,
    /// Which ticket.
    Ticket,
    /// How many are to be changed: this count has to be typed.
    Count(usize),
    /// What the file is to be called.
    Path(Paper),
    /// Which file an image is in.
    Image,
    /// Which plan file to open.
    Plan,
}

/// One of several to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value on the wire, as text; `None` is 'not set'.
    pub wire: Option<String>,
    /// What people call it.
    pub title: String,
    /// Ticked, where several can be.
    pub ticked: bool,
}

/// A list to choose a value from.
#[derive(Debug)]
pub struct Picker {
    /// Whose field.
    pub target: Target,
    /// Which field.
    pub field: String,
    /// Where inside the field.
    pub steps: Vec<Step>,
    /// Its title.
    pub title: String,
    /// The list that the choices come from, while it may still grow.
    pub source: Option<ListId>,
    /// A number that is typed is taken too where it is none of the choices.
    pub free: bool,
    /// How the choice becomes a value.
    pub kind: FieldKind,
    /// What the choices are, where they are entities.
    pub refers: Option<Reference>,
    /// All there is.
    pub choices: Vec<Choice>,
    /// What they are narrowed to.
    pub line: Line,
    /// The selected one among those shown.
    pub at: usize,
}

impl Picker {
    /// Several can be ticked.
    pub fn many(&self) -> bool {
        matches!(self.kind, FieldKind::EnumList(_) | FieldKind::Flags(_) | FieldKind::List(_))
    }

    /// The choices that match what is typed: those that begin with it first.
    pub fn shown(&self) -> Vec<usize> {
        let typed = list::fold(self.line.text().trim());
        if typed.is_empty() {
            return (0..self.choices.len()).collect();
        }
        let mut folded = String::new();
        let mut rank = |choice: &Choice| {
            let mut ranks = [Some(choice.title.as_str()), choice.wire.as_deref()].into_iter().flatten().map(|text| {
                folded.clear();
                list::fold_into(text, &mut folded);
                if folded.starts_with(&typed) { 0 } else { 1 + u8::from(!folded.contains(&typed)) }
            });
            // Nothing is better than a beginning.
            let first = ranks.next().unwrap_or(2);
            Some(if first == 0 { 0 } else { ranks.fold(first, u8::min) }).filter(|rank| *rank < 2)
        };
        let mut ranked: Vec<(u8, usize)> =
            self.choices.iter().enumerate().filter_map(|(i, c)| Some((rank(c)?, i))).collect();
        order::by_key(&mut ranked, |(rank, _)| *rank);
        ranked.into_iter().map(|(_, i)| i).collect()
    }
}

/// What a yes would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Leave the form with its changes not sent.
    Leave(Target),
    /// Quit, with all that is not sent.
    Quit,
    /// Throw away what was edited on a console that is gone.
    Discard(Target, ConsoleId),
    /// Run an action again for those of whom nobody can tell whether it was carried out.
    Again(BulkId),
    /// Stop a run; who was not sent to yet is skipped.
    Stop(BulkId),
    /// Write over a file that is there: what there is to say of it. Its name stands on the line below.
    Overwrite(Paper, String),
}

/// What can stand at the cursor of the JSON editor.
#[derive(Debug)]
pub struct Offers {
    /// The first byte of the text that is replaced.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// JSON to put there.
    pub offers: Vec<String>,
    /// What they are narrowed to.
    pub line: Line,
    /// The selected one among those shown.
    pub at: usize,
}

impl Offers {
    /// The offers that match what is typed: those that begin with it first.
    pub fn shown(&self) -> Vec<&str> {
        let typed = list::fold(self.line.text());
        let plain = |offer: &str| list::fold(offer.trim_start_matches('"'));
        let (first, rest): (Vec<&str>, Vec<&str>) =
            self.offers.iter().map(String::as_str).partition(|offer| plain(offer).starts_with(&typed));
        first.into_iter().chain(rest.into_iter().filter(|offer| plain(offer).contains(&typed))).collect()
    }
}

/// Something on top of the screen that takes the keys.
#[derive(Debug)]
pub enum Layer {
    /// A line being typed.
    Line(Ask, Line),
    /// A choice.
    Picker(Box<Picker>),
    /// What can stand at the cursor of the JSON editor.
    Offers(Box<Offers>),
    /// The resources, where there is no room for the sidebar.
    Sidebar,
    /// Everything by name.
    Palette(Box<Palette>),
    /// Help for a context.
    Help {
        /// Whose keys.
        context: Context,
        /// What it is narrowed to.
        line: Line,
        /// The selected row.
        at: usize,
    },
    /// The columns of a list.
    Columns(Box<Columns>),
    /// What can be done with one entity.
    Actions(Box<Actions>),
    /// What has to be agreed to before it is sent.
    Consent(Box<Consent>),
    /// A question; only `y` is yes.
    Question(Asked),
}
