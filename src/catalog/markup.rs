//! Texts that are tables: XML whose elements the overlay names, and what of an element is read into a row.
//!
//! Owns the rule and the schema of a row, which no document has: every editor, check and table of a list serves such
//! a text through it. Reads and writes no XML itself.

use super::overlay::Overlay;
use super::{Field, Schema, SchemaId, Type};
use serde::{Deserialize, Serialize};

/// How a text is a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Markup<'a> {
    /// The name of the schema of a row.
    #[serde(borrow)]
    pub name: &'a str,
    /// What people call a row.
    #[serde(borrow)]
    pub one: &'a str,
    /// The elements from the root down to the one that holds the rows.
    #[serde(borrow)]
    pub path: Vec<&'a str>,
    /// The element that is a row.
    #[serde(borrow)]
    pub element: &'a str,
    /// The member that tells which place a row has. Places need not be without gaps.
    #[serde(borrow)]
    pub place: &'a str,
    /// The attributes of a new element, in order.
    #[serde(borrow)]
    pub attributes: Vec<&'a str>,
    /// The members of a row.
    #[serde(borrow)]
    pub parts: Vec<Part<'a>>,
    /// What is written by itself when another member changes.
    #[serde(borrow)]
    pub follows: Vec<Following<'a>>,
    /// What must not be missing.
    #[serde(borrow)]
    pub needs: Vec<Need<'a>>,
}

/// Where something of a row stands in its element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Spot<'a> {
    /// In an attribute.
    Attribute(&'a str),
    /// In a line of the text, from 0; the last one known has whatever follows.
    Line(usize),
}

/// A member of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: &'a str,
    /// Where it stands.
    #[serde(borrow)]
    pub spot: Spot<'a>,
    /// It is a whole number.
    pub number: bool,
}

/// What stands somewhere because of what a member is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Following<'a> {
    /// Where.
    #[serde(borrow)]
    pub spot: Spot<'a>,
    /// The member that decides.
    #[serde(borrow)]
    pub by: &'a str,
    /// Its text, and what is written then.
    #[serde(borrow)]
    pub texts: Vec<(&'a str, &'a str)>,
    /// From one of these texts to another what stands there stays.
    #[serde(borrow)]
    pub kept: Vec<&'a str>,
}

/// What a row needs, because of what a member is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need<'a> {
    /// The member that must be there.
    #[serde(borrow)]
    pub member: &'a str,
    /// The member that decides.
    #[serde(borrow)]
    pub by: &'a str,
    /// With one of these texts.
    #[serde(borrow)]
    pub is: Vec<&'a str>,
    /// What happens otherwise, in a sentence.
    #[serde(borrow)]
    pub says: &'a str,
}

impl Markup<'_> {
    /// How many lines of the text of an element are told apart.
    pub fn lines(&self) -> usize {
        self.parts.iter().filter(|part| matches!(part.spot, Spot::Line(_))).count()
    }
}

/// The schemas of rows, behind those of the document and of what operations take.
#[derive(Debug, Default)]
pub(super) struct Tables(Vec<(Schema, Type)>);

impl Tables {
    /// The tables of an overlay; the handle of the first is `first`.
    pub(super) fn of(overlay: &Overlay, first: usize) -> Self {
        let table = |(at, markup): (usize, &&'static Markup<'static>)| {
            let ty = |part: &Part<'_>| match part.number {
                // 0 is none yet.
                true => Type::Integer { min: 0, max: 9999 },
                false => Type::Text { max: None },
            };
            let field = |part: &Part<'static>| Field {
                name: part.name,
                ty: ty(part),
                nullable: !part.number,
                navigation: false,
            };
            let schema = Schema {
                name: markup.name,
                bases: Vec::new(),
                fields: markup.parts.iter().map(field).collect(),
                required: Vec::new(),
                open: true,
            };
            (schema, Type::List(Box::new(Type::Object(SchemaId((first + at) as u16)))))
        };
        Self(overlay.markups().iter().enumerate().map(table).collect())
    }

    pub(super) fn schema(&self, at: usize) -> Option<&Schema> {
        self.0.get(at).map(|(schema, _)| schema)
    }

    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(schema, _)| schema.name == name)
    }

    /// The type of the list that a text is.
    pub(super) fn list(&self, markup: &Markup<'_>) -> Option<&Type> {
        self.named(markup.name).map(|at| &self.0[at].1)
    }
}
