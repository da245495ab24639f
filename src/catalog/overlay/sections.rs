//! The sections of a form: the ones written by hand, or themes found in the names.

use super::super::words::split;
use super::{Overlay, Section};
use crate::catalog::{Catalog, Field, FieldKind, Schema};
use std::borrow::Cow;

/// A schema with no more fields than this needs no themes.
const SMALL: usize = 12;
/// An object with no more fields than this reads like a single value.
const SMALLEST: usize = 3;
/// As many fields make a theme.
const THEME: usize = 3;
/// First words that say what a switch or number does, not what it is about.
const VAGUE: [&str; 18] = [
    "Is", "Has", "Can", "Enable", "Enabled", "Disable", "Allow", "Allowed", "Use", "Hide", "Show", "Last", "Current",
    "Max", "Min", "Auto", "Id", "Number",
];

pub(super) fn of(overlay: &Overlay, catalog: &Catalog, schema: &Schema) -> Vec<Section> {
    let written = overlay.lineage(schema).find(|s| !s.sections.is_empty());
    let Some(written) = written else { return rule_of_thumb(overlay, catalog, schema) };
    let mut sections: Vec<Section> = Vec::new();
    let mut taken: Vec<&str> = Vec::new();
    for (title, names) in &written.sections {
        let mut fields = Vec::new();
        for field in names.iter().filter_map(|name| schema.field(name)) {
            if !taken.contains(&field.name) {
                taken.push(field.name);
                fields.push(field.name);
            }
        }
        sections.push(Section { title: Cow::Borrowed(title), fields });
    }
    // What the overlay has never heard of, such as the fields of a newer build.
    let left: Vec<&'static str> = schema.fields.iter().map(|f| f.name).filter(|n| !taken.contains(n)).collect();
    let rest = overlay.sheet.naming.rest;
    match sections.iter_mut().find(|s| s.title == rest) {
        Some(section) => section.fields.extend(left),
        None => sections.push(Section { title: Cow::Borrowed(rest), fields: left }),
    }
    sections.retain(|s| !s.fields.is_empty());
    sections
}

/// Fields that lead, then the rest of the scalars by theme, then lists and objects.
fn rule_of_thumb(overlay: &Overlay, catalog: &Catalog, schema: &Schema) -> Vec<Section> {
    let naming = &overlay.sheet.naming;
    let (simple, complex): (Vec<&Field>, Vec<&Field>) = super::columns::own_first(catalog, schema)
        .into_iter()
        .filter_map(|name| schema.field(name))
        .partition(|f| is_simple(overlay, catalog, &overlay.kind(catalog, schema, f)));
    let mut general: Vec<&'static str> = Vec::new();
    for name in naming.number.iter().chain(&naming.label).filter(|n| simple.iter().any(|f| f.name == **n)) {
        if !general.contains(name) {
            general.push(name);
        }
    }
    let rest: Vec<&Field> = simple.into_iter().filter(|f| !general.contains(&f.name)).collect();
    let mut themes: Vec<Section> = Vec::new();
    for field in &rest {
        let theme = (schema.fields.len() > SMALL).then(|| theme(&rest, field.name)).flatten();
        let Some(word) = theme else {
            general.push(field.name);
            continue;
        };
        let title = overlay.title_of(word);
        match themes.iter_mut().find(|s| s.title == title) {
            Some(section) => section.fields.push(field.name),
            None => themes.push(Section { title: Cow::Owned(title), fields: vec![field.name] }),
        }
    }
    // A bare key goes last: it is the least of what people look for.
    if let Some(i) = general.iter().position(|n| *n == naming.key) {
        let key = general.remove(i);
        general.push(key);
    }
    // Everything on one theme is no theme.
    if let (true, [_]) = (general.is_empty(), themes.as_slice()) {
        general.extend(themes.pop().into_iter().flat_map(|s| s.fields));
    }
    let mut sections = Vec::new();
    if !general.is_empty() {
        sections.push(Section { title: Cow::Borrowed(naming.general), fields: general });
    }
    sections.extend(themes);
    if !complex.is_empty() {
        let fields = complex.iter().map(|f| f.name).collect();
        sections.push(Section { title: Cow::Borrowed(naming.lists), fields });
    }
    sections
}

/// The first word of a name, where enough other names begin with it.
fn theme(fields: &[&Field], name: &'static str) -> Option<&'static str> {
    let first = *split(name).first()?;
    let telling = first.len() > 1 && !VAGUE.contains(&first);
    let count = fields.iter().filter(|f| split(f.name).first() == Some(&first)).count();
    (telling && count >= THEME).then_some(first)
}

fn is_simple(overlay: &Overlay, catalog: &Catalog, kind: &FieldKind) -> bool {
    match kind {
        // A password in a wrapping of its own is one thing to people.
        FieldKind::Object(id) => {
            let schema = catalog.schema(*id);
            schema.fields.len() <= SMALLEST && schema.fields.iter().any(|f| overlay.note(schema, f).secret)
        }
        FieldKind::List(_) | FieldKind::Opaque => false,
        _ => true,
    }
}
