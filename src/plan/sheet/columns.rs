//! Which column is which field: by heading, never by position.
//!
//! Owns the names a field goes by in spreadsheets: its wire name, its title, and what the catalog says it is also
//! called. Finds every heading that is wrong at once.

use super::{Complaint, Table};
use crate::catalog::{Catalog, Field, FieldKind, Resource, Schema};
use crate::draft::{Slot, nearest};

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Its cells are values of the field.
    Value,
    /// Its cells say the opposite of the field.
    Opposite,
    /// It is looked at by nobody.
    Nothing,
}

/// One column.
#[derive(Debug, Clone)]
pub struct Heading {
    /// As it stands in the file.
    pub text: String,
    /// The property; empty where the column is for nothing.
    pub field: String,
    /// How the property is edited.
    pub kind: FieldKind,
    /// Whether null is allowed.
    pub nullable: bool,
    /// What it is for.
    pub used: Use,
}

/// The columns of a table, in their order.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// One for each column of the table.
    pub headings: Vec<Heading>,
    /// What is worth knowing and stands in nobody's way.
    pub notes: Vec<Complaint>,
    /// Every heading that is no field, is one twice, or may not be imported.
    pub complaints: Vec<Complaint>,
}

impl Columns {
    /// Finds the field of each heading. `ignored` are headings nobody looks at; `secrets` lets columns through that
    /// hold secrets.
    pub fn of(catalog: &Catalog, resource: &Resource, table: &Table, ignored: &[String], secrets: bool) -> Self {
        let Some(schema) = catalog.entity(resource) else {
            let title = catalog.resource_title(resource.name);
            let complaints = vec![Complaint::file(format!("{title} has nothing that could stand in a table."))];
            return Self { complaints, ..Self::default() };
        };
        let mut columns = Self::default();
        for (at, text) in table.heading.iter().enumerate() {
            let complain = |sentence: String| Complaint::cell(table.line, at, text, sentence);
            let nothing = || Heading {
                text: text.clone(),
                field: String::new(),
                kind: FieldKind::Opaque,
                nullable: true,
                used: Use::Nothing,
            };
            if text.is_empty() || ignored.iter().any(|i| folded(i) == folded(text)) {
                columns.headings.push(nothing());
                continue;
            }
            if text.contains('/') && catalog.reach(schema, text).is_some() {
                columns.notes.push(complain(format!("{text} lies inside another field; the column is left alone.")));
                columns.headings.push(nothing());
                continue;
            }
            let found = find(catalog, schema, text);
            let Some((field, opposite)) = found else {
                columns.complaints.push(complain(unknown(catalog, schema, text)));
                columns.headings.push(nothing());
                continue;
            };
            let slot = Slot::of(catalog, schema, field.name);
            let is_key = resource.key.as_ref().is_some_and(|key| key.name == field.name);
            if slot.is_secret() && !secrets {
                columns.complaints.push(complain(format!(
                    "{} is a secret. Take the column out, leave it alone with --ignore '{text}', or say --with-secrets.",
                    field.name
                )));
            }
            if let Some(first) = columns.headings.iter().find(|h| h.field == field.name) {
                columns
                    .complaints
                    .push(complain(format!("{} stands in two columns, also as {}.", field.name, first.text)));
            }
            if slot.is_read_only() && !is_key {
                columns
                    .notes
                    .push(complain(format!("{} is set by the PBX itself; the column is left alone.", field.name)));
                columns.headings.push(nothing());
                continue;
            }
            columns.headings.push(Heading {
                text: text.clone(),
                field: field.name.to_owned(),
                kind: catalog.kind(schema, field),
                nullable: field.nullable,
                used: if opposite { Use::Opposite } else { Use::Value },
            });
        }
        columns
    }

    /// The place of a field's column.
    pub fn place(&self, field: &str) -> Option<usize> {
        self.headings.iter().position(|h| h.used != Use::Nothing && h.field == field)
    }

    /// The fields there is a column for.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.headings.iter().filter(|h| h.used != Use::Nothing).map(|h| h.field.as_str())
    }
}

/// The field of a name as people write it, and whether they mean its opposite.
fn find<'c>(catalog: &'c Catalog, schema: &'c Schema, name: &str) -> Option<(&'c Field, bool)> {
    let wanted = folded(name);
    let exact =
        schema.fields.iter().find(|f| f.name == name).or(schema.fields.iter().find(|f| folded(f.name) == wanted));
    if let Some(field) = exact {
        return Some((field, false));
    }
    let also = schema.fields.iter().find_map(|field| {
        let hit = catalog.also(schema, field).iter().find(|also| folded(also) == wanted)?;
        Some((field, hit.starts_with('!')))
    });
    let titled = || schema.fields.iter().find(|f| folded(&catalog.note(schema, f).title) == wanted).map(|f| (f, false));
    also.or_else(titled)
}

/// A name without capitals, blanks and signs.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn unknown(catalog: &Catalog, schema: &Schema, name: &str) -> String {
    let titles: Vec<_> = schema.fields.iter().map(|f| catalog.note(schema, f).title).collect();
    let also = schema.fields.iter().flat_map(|f| catalog.also(schema, f)).map(|also| also.trim_start_matches('!'));
    let names = schema.fields.iter().map(|f| f.name).chain(titles.iter().map(|t| &**t)).chain(also);
    let meant = nearest(name, names).map_or_else(String::new, |near| format!(" Did you mean {near}?"));
    format!("There is no such field.{meant} --ignore leaves a column alone.")
}
