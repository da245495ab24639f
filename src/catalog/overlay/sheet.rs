//! The compiled form of `data/overlay.toml`: what is written by hand, as plain values that borrow their texts.

use crate::catalog::{Danger, Markup};
use serde::{Deserialize, Serialize};

/// Everything the overlay says.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::catalog) struct Sheet<'a> {
    /// Rules for what nobody has written an entry for.
    #[serde(borrow)]
    pub(super) naming: Naming<'a>,
    /// Groups of the sidebar, in order.
    #[serde(borrow)]
    pub(super) groups: Vec<GroupRule<'a>>,
    /// Resources by wire name, in alphabetical order.
    #[serde(borrow)]
    pub(super) resources: Vec<(&'a str, ResourceEntry<'a>)>,
    /// Schemas by name without namespace, in alphabetical order.
    #[serde(borrow)]
    pub(super) schemas: Vec<(&'a str, SchemaEntry<'a>)>,
    /// Enums by name without namespace, in alphabetical order: titles of members.
    #[serde(borrow)]
    pub(super) members: Vec<(&'a str, Vec<(&'a str, &'a str)>)>,
    /// Operations, `Users/BatchDelete` or `Users:create`, in alphabetical order.
    #[serde(borrow)]
    pub(super) operations: Vec<(&'a str, OperationEntry<'a>)>,
    /// Texts that fields are known to take, with what people call them, by the name fields refer to.
    #[serde(borrow)]
    pub(super) choices: Vec<(&'a str, Vec<(&'a str, &'a str)>)>,
    /// What is worth a word before it is sent, though the PBX takes it.
    #[serde(borrow)]
    pub(super) cautions: Vec<Caution<'a>>,
    /// Texts that are tables.
    #[serde(borrow)]
    pub(super) markups: Vec<Markup<'a>>,
}

/// Several things that are odd together: worth a word before they are sent, though the PBX takes them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Caution<'a> {
    /// The schema, by name without namespace.
    #[serde(borrow)]
    pub schema: &'a str,
    /// The sentence.
    #[serde(borrow)]
    pub says: &'a str,
    /// All of these hold, and a change touches one of them.
    #[serde(borrow)]
    pub when: Vec<Condition<'a>>,
}

/// What has to hold of a field. What is empty or false here holds anyway.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Condition<'a> {
    /// The property; a path where a column's may be one.
    #[serde(borrow)]
    pub field: &'a str,
    /// Its text afterwards is one of these; nothing, null and an empty list are the empty text.
    #[serde(borrow)]
    pub is: Vec<&'a str>,
    /// Its text before is one of these.
    #[serde(borrow)]
    pub was: Vec<&'a str>,
    /// It is changed.
    pub changed: bool,
}

/// Rules for names.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::catalog) struct Naming<'a> {
    /// Words of wire names that are written in their own way.
    #[serde(borrow)]
    pub(super) words: Vec<(&'a str, &'a str)>,
    /// Fields that hold a number people type.
    #[serde(borrow)]
    pub(super) number: Vec<&'a str>,
    /// Fields that name an entity; the first that exists does.
    #[serde(borrow)]
    pub(super) label: Vec<&'a str>,
    /// The field that serves as a key where no path shows one.
    #[serde(borrow)]
    pub(super) key: &'a str,
    /// Parameters of operations that hold keys of the resource they belong to.
    #[serde(borrow)]
    pub(super) keys: Vec<&'a str>,
    /// Names holding one of these, in small letters, look like secrets.
    #[serde(borrow)]
    pub(super) secret: Vec<&'a str>,
    /// Parameters of operations that only look like secrets.
    #[serde(borrow)]
    pub(super) plain: Vec<&'a str>,
    /// Fields whose text runs over many lines.
    #[serde(borrow)]
    pub(super) long: Vec<&'a str>,
    /// Names ending in one of these are images.
    #[serde(borrow)]
    pub(super) image: Vec<&'a str>,
    /// The section for what no other section has.
    #[serde(borrow)]
    pub(super) rest: &'a str,
    /// The title of the section with lists and objects.
    #[serde(borrow)]
    pub(super) lists: &'a str,
    /// The title of the first section.
    #[serde(borrow)]
    pub(super) general: &'a str,
}

/// A group of the sidebar and what falls into it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::catalog) struct GroupRule<'a> {
    #[serde(borrow)]
    pub(super) title: &'a str,
    /// By name, in order.
    #[serde(borrow)]
    pub(super) resources: Vec<&'a str>,
    /// Then whatever begins with one of these.
    #[serde(borrow)]
    pub(super) starts: Vec<&'a str>,
    /// Or ends with one of these.
    #[serde(borrow)]
    pub(super) ends: Vec<&'a str>,
    /// Takes what no other group takes.
    pub(super) rest: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::catalog) struct ResourceEntry<'a> {
    #[serde(borrow)]
    pub(super) title: Option<&'a str>,
    #[serde(borrow)]
    pub(super) one: Option<&'a str>,
    #[serde(borrow)]
    pub(super) key: Option<&'a str>,
    #[serde(borrow)]
    pub(super) number: Option<&'a str>,
    #[serde(borrow)]
    pub(super) label: Vec<&'a str>,
    #[serde(borrow)]
    pub(super) label_join: Option<&'a str>,
    #[serde(borrow)]
    pub(super) dialled: Vec<&'a str>,
    pub(super) person: bool,
    pub(super) window: bool,
    #[serde(borrow)]
    pub(super) newest: Option<&'a str>,
    /// The function that tells the next free number.
    #[serde(borrow)]
    pub(super) next: Option<&'a str>,
    /// The function that proposes a new one.
    #[serde(borrow)]
    pub(super) proposal: Option<&'a str>,
    /// The action that deletes several.
    #[serde(borrow)]
    pub(super) delete_many: Option<&'a str>,
    /// The action that changes several alike, and how many it is given at once.
    #[serde(borrow)]
    pub(super) change_many: Option<(&'a str, u16)>,
    #[serde(borrow)]
    pub(super) peek: Vec<&'a str>,
    #[serde(borrow)]
    pub(super) columns: Vec<ColumnEntry<'a>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::catalog) struct ColumnEntry<'a> {
    #[serde(borrow)]
    pub(super) title: Option<&'a str>,
    #[serde(borrow)]
    pub(super) fields: Vec<&'a str>,
    #[serde(borrow)]
    pub(super) join: Option<&'a str>,
    pub(super) width: Option<u16>,
    pub(super) right: Option<bool>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::catalog) struct SchemaEntry<'a> {
    /// Another schema whose entries hold for this one too.
    #[serde(borrow)]
    pub(super) like: Option<&'a str>,
    /// Sections of its form, in order.
    #[serde(borrow)]
    pub(super) sections: Vec<(&'a str, Vec<&'a str>)>,
    /// Columns of a table of them, and what tells one of them in a line.
    #[serde(borrow)]
    pub(super) columns: Vec<ColumnEntry<'a>>,
    /// What a new element is asked for, one after the other.
    #[serde(borrow)]
    pub(super) ask: Vec<&'a str>,
    /// It is a week: the list of periods, and of each its day, its start and its end.
    #[serde(borrow)]
    pub(super) week: Option<[&'a str; 4]>,
    /// Fields by wire name.
    #[serde(borrow)]
    pub(super) fields: Vec<(&'a str, FieldEntry<'a>)>,
}

/// Member, resource, property.
pub(in crate::catalog) type Followed<'a> = (&'a str, &'a str, &'a str);

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(in crate::catalog) struct FieldEntry<'a> {
    #[serde(borrow)]
    pub(super) title: Option<&'a str>,
    #[serde(borrow)]
    pub(super) help: Option<&'a str>,
    pub(super) secret: Option<bool>,
    pub(super) write_only: Option<bool>,
    pub(super) read_only: Option<bool>,
    pub(super) fixed: Option<bool>,
    /// Resource, and the property of it whose value is held.
    #[serde(borrow)]
    pub(super) reference: Option<(&'a str, &'a str)>,
    /// A property beside it decides what it refers to: its name, and for each of its members resource and property.
    #[serde(borrow)]
    pub(super) follows: Option<(&'a str, Vec<Followed<'a>>)>,
    /// The name of a list of choices.
    #[serde(borrow)]
    pub(super) choices: Option<&'a str>,
    #[serde(borrow)]
    pub(super) identity: Option<&'a str>,
    pub(super) ordered: Option<bool>,
    pub(super) image: Option<bool>,
    /// Resource, and the property of it that no other entity may have the same value in.
    #[serde(borrow)]
    pub(super) unique: Option<(&'a str, &'a str)>,
    pub(super) own: Option<bool>,
    pub(super) danger: Option<Danger>,
    /// How a new secret is made at random: an alphabet and a length.
    #[serde(borrow)]
    pub(super) make: Option<&'a str>,
    /// The action that tells whether a value is free, and where in its body the value goes.
    #[serde(borrow)]
    pub(super) free: Option<&'a str>,
    /// The action that is offered after a change of it was saved.
    #[serde(borrow)]
    pub(super) after: Option<&'a str>,
    /// The name of a text that is a table.
    #[serde(borrow)]
    pub(super) markup: Option<&'a str>,
    /// What a choice puts beside it: the property here, and that of the entity chosen.
    #[serde(borrow)]
    pub(super) brings: Vec<(&'a str, &'a str)>,
    /// What else spreadsheets call it; `!` in front where they mean the opposite.
    #[serde(borrow)]
    pub(super) also: Vec<&'a str>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::catalog) struct OperationEntry<'a> {
    #[serde(borrow)]
    pub(super) title: Option<&'a str>,
    #[serde(borrow)]
    pub(super) help: Option<&'a str>,
    pub(super) danger: Option<Danger>,
    /// What it answers is a secret.
    pub(super) secret: bool,
    /// It takes the keys of several and can be run for each of them alone.
    pub(super) each: bool,
}
