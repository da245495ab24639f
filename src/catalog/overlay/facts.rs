//! What the overlay tells of resources, fields and columns: the shapes of its answers, and nothing of how it finds them.

use super::super::{Danger, Markup, Reference};
use std::borrow::Cow;

/// A group of the sidebar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its title.
    pub title: Cow<'static, str>,
    /// The resources in it, by wire name, in order.
    pub resources: Vec<&'static str>,
}

/// What stands for what in the rows of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    /// The property people type to find a row, such as `Number`; a path where a [`Column`]'s may be one.
    pub number: Option<&'static str>,
    /// The properties (or paths) whose values, joined with `label_join`, name a row.
    pub label: Vec<&'static str>,
    /// What stands between the parts of a label.
    pub label_join: &'static str,
    /// The properties (or paths) that hold numbers people dial from outside.
    pub dialled: Vec<&'static str>,
    /// Rows are people.
    pub person: bool,
    /// Big and event-like: shown newest first as a window; the filter goes to the server.
    pub window: bool,
    /// The property that orders a window.
    pub newest: Option<&'static str>,
    /// The properties shown in the peek panel, in order.
    pub peek: Vec<&'static str>,
    /// The function that tells the next free number, by wire name.
    pub next: Option<&'static str>,
    /// The function that proposes what a new one is like, by wire name.
    pub proposal: Option<&'static str>,
    /// The action that deletes several, by wire name.
    pub delete_many: Option<&'static str>,
    /// The action that changes several alike, by wire name, and how many it is given at once.
    pub change_many: Option<(&'static str, usize)>,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: Cow<'static, str>,
    /// The properties shown, joined by `join`; the first gives the type. `A/B` reaches into a complex value, or into
    /// the entity behind a navigation property, which has to be expanded then ([`super::super::Catalog::reach`] tells).
    pub fields: Vec<&'static str>,
    /// What stands between the parts.
    pub join: &'static str,
    /// Preferred width in cells.
    pub width: u16,
    /// Stands at the right edge, as numbers do.
    pub right: bool,
    /// How long it stays where room is short: the least goes first.
    pub rank: u8,
}

/// A section of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: Cow<'static, str>,
    /// Its fields by wire name, in order.
    pub fields: Vec<&'static str>,
}

/// What is known of a field beside its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What people call it.
    pub title: Cow<'static, str>,
    /// One plain line of help; may be empty.
    pub help: &'static str,
    /// Masked, left out of lists, fetched only when shown.
    pub secret: bool,
    /// Taken on writes, never answered on reads.
    pub write_only: bool,
    /// Set by the PBX.
    pub read_only: bool,
    /// May be given at creation and never changed after.
    pub fixed: bool,
    /// Holds the key or number of an entity elsewhere.
    pub reference: Option<Reference>,
    /// A property beside it decides what it refers to.
    pub follows: Option<Follows>,
    /// Texts it is known to take, each with what people call it; others may be typed.
    pub choices: &'static [(&'static str, &'static str)],
    /// For arrays: the property (a path with `/`) that tells elements apart.
    pub identity: Option<&'static str>,
    /// For arrays: the order of the elements carries meaning.
    pub ordered: bool,
    /// Text that holds an image or another file.
    pub image: bool,
    /// No two entities may have the same value; they are all found here.
    pub unique: Option<Reference>,
    /// Belongs to this one entity: a new one that is made like it does not get it.
    pub own: bool,
    /// What a wrong edit can cost.
    pub danger: Danger,
    /// How a new secret is made at random: an alphabet (`digits`, `letters`) and a length.
    pub make: Option<&'static str>,
    /// The action that tells whether a value is free (`Resource/Action`), and the way to the value in its body.
    pub free: Option<(&'static str, &'static str)>,
    /// The action that is offered after a change of it was saved (`Resource/Action`).
    pub after: Option<&'static str>,
    /// It is a text that is a table.
    pub markup: Option<&'static Markup<'static>>,
    /// What a choice of another entity puts beside it: the property here, and the one of the entity.
    pub brings: &'static [(&'static str, &'static str)],
}

/// Texts that are known somewhere, each with what people call it.
pub type Choices = &'static [(&'static str, &'static str)];

/// What a field refers to, decided by the property beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follows {
    /// The property that decides.
    pub by: &'static str,
    /// For each of its members what is referred to.
    pub references: Vec<(&'static str, Reference)>,
    /// For others the texts that are known there, each with what people call it; none where any text may stand.
    pub choices: Vec<(&'static str, Choices)>,
}

/// Where the parts of a week lie in an object that is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// The list of periods.
    pub periods: &'static str,
    /// Of a period, its day.
    pub day: &'static str,
    /// Of a period, when it begins.
    pub start: &'static str,
    /// Of a period, when it ends.
    pub end: &'static str,
}
