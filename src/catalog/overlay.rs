//! What the document does not say: titles, sections, columns, secrets, references, danger.
//!
//! Owns the answers to 'what do people call it' and 'what must an editor beware of': an entry written by hand in
//! `data/overlay.toml` where there is one, a rule of thumb over names and types where there is none. Everything is
//! joined by name, so a document of another build gets what fits it and no more.

mod columns;
mod facts;
mod fields;
mod operations;
mod sections;
mod sheet;
#[cfg(test)]
mod source;
#[cfg(test)]
mod tests;

use super::words::{humanise, short, singular};
use super::{Catalog, EnumId, Markup, Parameter, Resource, Schema, Type};
pub use facts::{Choices, Column, Follows, Group, Note, Roles, Section, Week};
use hashbrown::HashMap;
pub(super) use sheet::Sheet;
pub use sheet::{Caution, Condition};
use sheet::{FieldEntry, ResourceEntry, SchemaEntry};
use std::borrow::Cow;

/// The compiled overlay with its indexes.
#[derive(Debug, Default)]
pub(super) struct Overlay {
    sheet: Sheet<'static>,
    resources: HashMap<&'static str, usize>,
    schemas: HashMap<&'static str, usize>,
    members: HashMap<&'static str, usize>,
    operations: HashMap<&'static str, usize>,
    /// Leaked once, with the sheet: notes are made anew for every row that is drawn.
    choices: Vec<(&'static str, Choices)>,
    markups: Vec<&'static Markup<'static>>,
    /// What a choice brings, by schema and field.
    brings: HashMap<(&'static str, &'static str), Choices>,
}

impl From<Sheet<'static>> for Overlay {
    fn from(sheet: Sheet<'static>) -> Self {
        fn index<T>(entries: &[(&'static str, T)]) -> HashMap<&'static str, usize> {
            entries.iter().enumerate().map(|(i, (name, _))| (*name, i)).collect()
        }
        let resources = index(&sheet.resources);
        let schemas = index(&sheet.schemas);
        let members = index(&sheet.members);
        let operations = index(&sheet.operations);
        let choices = sheet.choices.iter().map(|(name, all)| (*name, &*all.clone().leak())).collect();
        let markups = sheet.markups.iter().map(|markup| &*Box::leak(Box::new(markup.clone()))).collect();
        let mut brings: HashMap<_, Choices> = HashMap::new();
        for (schema, entry) in &sheet.schemas {
            let all = entry.fields.iter().filter(|(_, field)| !field.brings.is_empty());
            brings.extend(all.map(|(name, field)| ((*schema, *name), &*field.brings.clone().leak())));
        }
        Self { sheet, resources, schemas, members, operations, choices, markups, brings }
    }
}

/// The entry that holds for every schema or resource.
const ANY: &str = "*";

impl Overlay {
    fn resource(&self, name: &str) -> Option<&ResourceEntry<'static>> {
        self.resources.get(name).map(|&i| &self.sheet.resources[i].1)
    }

    fn schema(&self, name: &str) -> Option<&SchemaEntry<'static>> {
        self.schemas.get(name).map(|&i| &self.sheet.schemas[i].1)
    }

    /// The entries that hold for a schema, the most particular first: its own, those of what it is like, its bases'.
    fn lineage(&self, schema: &Schema) -> impl Iterator<Item = &SchemaEntry<'static>> {
        let names = std::iter::once(schema.name).chain(schema.bases.iter().copied()).map(short);
        names
            .filter_map(|name| self.schema(name))
            .flat_map(|own| std::iter::once(own).chain(own.like.and_then(|like| self.schema(like))))
    }

    /// The entries that speak of a field, the most particular first.
    fn entries(&self, schema: &Schema, field: &str) -> Vec<&FieldEntry<'static>> {
        let find = |s: &'_ SchemaEntry<'static>| s.fields.iter().position(|(name, _)| *name == field);
        self.lineage(schema).chain(self.schema(ANY)).filter_map(|s| find(s).map(|i| &s.fields[i].1)).collect()
    }

    fn title_of(&self, name: &str) -> String {
        humanise(name, |word| self.sheet.naming.words.iter().find(|(w, _)| *w == word).map(|(_, title)| *title))
    }

    /// The key property that the overlay knows of, where no path shows one.
    pub(super) fn key(&self, resource: &str, schema: &Schema) -> Option<&'static str> {
        let named = self.resource(resource).and_then(|r| r.key);
        schema.field(named.unwrap_or(self.sheet.naming.key)).map(|f| f.name)
    }

    pub(super) fn groups(&self, catalog: &Catalog) -> Vec<Group> {
        let rules = &self.sheet.groups;
        let mut taken: HashMap<&'static str, usize> = HashMap::new();
        let mut groups: Vec<Group> =
            rules.iter().map(|r| Group { title: Cow::Borrowed(r.title), resources: Vec::new() }).collect();
        for (i, rule) in rules.iter().enumerate() {
            for name in rule.resources.iter().filter_map(|n| catalog.resource(n)).map(|r| r.name) {
                if taken.insert(name, i).is_none() {
                    groups[i].resources.push(name);
                }
            }
        }
        for resource in catalog.resources() {
            let name = resource.name;
            if taken.contains_key(name) {
                continue;
            }
            let fits = rules
                .iter()
                .position(|r| r.starts.iter().any(|s| name.starts_with(s)) || r.ends.iter().any(|e| name.ends_with(e)));
            let i = fits.or_else(|| rules.iter().position(|r| r.rest)).or_else(|| rules.len().checked_sub(1));
            if let Some(group) = i.and_then(|i| groups.get_mut(i)) {
                group.resources.push(name);
            }
        }
        groups.retain(|g| !g.resources.is_empty());
        groups
    }

    pub(super) fn resource_title(&self, name: &str) -> Cow<'static, str> {
        match self.resource(name).and_then(|r| r.title) {
            Some(title) => Cow::Borrowed(title),
            None => {
                // What is in a group by its first word need not say that word again.
                let mut starts = self.sheet.groups.iter().flat_map(|g| &g.starts);
                let rest = starts.find_map(|s| name.strip_prefix(s)).filter(|rest| !rest.is_empty());
                Cow::Owned(self.title_of(rest.unwrap_or(name)))
            }
        }
    }

    pub(super) fn resource_one(&self, name: &str) -> Cow<'static, str> {
        match self.resource(name).and_then(|r| r.one) {
            Some(one) => Cow::Borrowed(one),
            None => Cow::Owned(singular(&self.resource_title(name))),
        }
    }

    pub(super) fn roles(&self, catalog: &Catalog, resource: &Resource) -> Roles {
        let Some(schema) = catalog.entity(resource) else { return Roles::default() };
        let entry = self.resource(resource.name);
        let known = |name: &&'static str| {
            let first = name.split('/').next().unwrap_or_default();
            schema.field(first).is_some_and(|f| !self.note(schema, f).secret)
        };
        let naming = &self.sheet.naming;
        let number = entry
            .and_then(|e| e.number)
            .into_iter()
            .chain(naming.number.iter().copied())
            .find(|n| known(n) && resource.shape == super::Shape::Collection);
        let mut label: Vec<&'static str> = entry.map(|e| e.label.clone()).unwrap_or_default();
        label.retain(known);
        if label.is_empty() {
            label.extend(naming.label.iter().copied().find(known));
        }
        let mut peek: Vec<&'static str> = entry.map(|e| e.peek.clone()).unwrap_or_default();
        peek.retain(known);
        if peek.is_empty() {
            let shown = columns::rule_of_thumb(self, catalog, resource, schema, columns::PEEK);
            let key = resource.key.as_ref().map(|k| k.name);
            let told = |f: &&str| Some(*f) != number && Some(*f) != key && !label.contains(f);
            peek.extend(shown.into_iter().flat_map(|c| c.fields).filter(told));
        }
        Roles {
            number,
            label,
            label_join: entry.and_then(|e| e.label_join).unwrap_or(" "),
            dialled: entry.map(|e| e.dialled.clone()).unwrap_or_default(),
            person: entry.is_some_and(|e| e.person),
            window: entry.is_some_and(|e| e.window),
            newest: entry.and_then(|e| e.newest).filter(known),
            peek,
            next: entry.and_then(|e| e.next),
            proposal: entry.and_then(|e| e.proposal),
            delete_many: entry.and_then(|e| e.delete_many),
            change_many: entry.and_then(|e| e.change_many).map(|(action, at_once)| (action, usize::from(at_once))),
        }
    }

    pub(super) fn columns(&self, catalog: &Catalog, resource: &Resource) -> Vec<Column> {
        columns::of(self, catalog, resource)
    }

    pub(super) fn offered_columns(&self, catalog: &Catalog, resource: &Resource) -> Vec<Column> {
        columns::offered(self, catalog, resource)
    }

    pub(super) fn sections(&self, catalog: &Catalog, schema: &Schema) -> Vec<Section> {
        sections::of(self, catalog, schema)
    }

    pub(super) fn element_columns(&self, catalog: &Catalog, schema: &Schema, identity: Option<&str>) -> Vec<Column> {
        columns::of_element(self, catalog, schema, identity)
    }

    /// What a new element is asked for.
    pub(super) fn asked(&self, schema: &Schema) -> &[&'static str] {
        self.lineage(schema).map(|s| s.ask.as_slice()).find(|ask| !ask.is_empty()).unwrap_or_default()
    }

    pub(super) fn week(&self, schema: &Schema) -> Option<Week> {
        let [periods, day, start, end] = self.lineage(schema).find_map(|s| s.week)?;
        Some(Week { periods, day, start, end })
    }

    pub(super) fn choices(&self, name: &str) -> &'static [(&'static str, &'static str)] {
        self.choices.iter().find(|(n, _)| *n == name).map_or(&[], |(_, all)| *all)
    }

    /// The texts that are tables.
    pub(super) fn markups(&self) -> &[&'static Markup<'static>] {
        &self.markups
    }

    pub(super) fn cautions(&self, schema: &Schema) -> impl Iterator<Item = &Caution<'static>> {
        let name = short(schema.name);
        self.sheet.cautions.iter().filter(move |caution| caution.schema == name)
    }

    pub(super) fn member_title(&self, catalog: &Catalog, id: EnumId, member: &str) -> Cow<'static, str> {
        let known = self
            .members
            .get(short(catalog.enumeration(id).name))
            .and_then(|&i| self.sheet.members[i].1.iter().find(|(name, _)| *name == member));
        match known {
            Some((_, title)) => Cow::Borrowed(title),
            None => Cow::Owned(self.title_of(member)),
        }
    }

    pub(super) fn secret_parameter(&self, parameter: &Parameter) -> bool {
        self.may_be_secret(parameter.name, &parameter.ty)
    }

    fn may_be_secret(&self, name: &str, ty: &Type) -> bool {
        may_hold_secret(ty) && self.looks_secret(name) && !self.sheet.naming.plain.contains(&name)
    }

    /// Whether a name looks like that of a secret.
    pub(super) fn looks_secret(&self, name: &str) -> bool {
        // Which letters are in it tells of nearly every name that it is none.
        let letters = |text: &str| text.bytes().fold(0_u32, |seen, byte| seen | 1 << (byte & 0x1f));
        let own = if name.is_ascii() { letters(name) } else { u32::MAX };
        let mut parts = self.sheet.naming.secret.iter().filter(|part| letters(part) & !own == 0).peekable();
        parts.peek().is_some() && {
            let name = name.to_lowercase();
            parts.any(|part| name.contains(part))
        }
    }
}

/// Switches, dates and enums are no secrets, whatever their names.
fn may_hold_secret(ty: &Type) -> bool {
    match ty {
        Type::Text { .. } | Type::Uuid | Type::Binary | Type::Opaque | Type::Integer { .. } => true,
        Type::List(item) => may_hold_secret(item),
        _ => false,
    }
}
