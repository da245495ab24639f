//! The columns of a list: the ones written by hand, or short and telling fields by a rule of thumb.

use super::sheet::ColumnEntry;
use super::{Column, Overlay};
use crate::catalog::{Catalog, FieldKind, Resource, Schema, Shape, Type};
use std::borrow::Cow;

/// How many columns a list gets by rule of thumb.
const SHOWN: usize = 7;
/// How many fields a peek panel gets by rule of thumb.
pub(super) const PEEK: usize = 10;
/// How many columns a table of objects gets by rule of thumb.
const IN_TABLE: usize = 6;
/// Text that may be longer than this does not fit a list.
const LONGEST: u32 = 512;

pub(super) fn of(overlay: &Overlay, catalog: &Catalog, resource: &Resource) -> Vec<Column> {
    let Some(schema) = catalog.entity(resource).filter(|_| resource.shape == Shape::Collection) else {
        return Vec::new();
    };
    let entries = overlay.resource(resource.name).map(|r| r.columns.as_slice()).unwrap_or_default();
    let count = entries.len();
    let written: Vec<Column> = entries
        .iter()
        .enumerate()
        .filter_map(|(i, entry)| column(overlay, catalog, schema, entry, rank(i, count), shown))
        .collect();
    if written.is_empty() { rule_of_thumb(overlay, catalog, resource, schema, SHOWN) } else { written }
}

/// The columns that a list may have: those it has, then every other short field.
pub(super) fn offered(overlay: &Overlay, catalog: &Catalog, resource: &Resource) -> Vec<Column> {
    let mut columns = of(overlay, catalog, resource);
    if let Some(schema) = catalog.entity(resource).filter(|_| !columns.is_empty()) {
        let more = rule_of_thumb(overlay, catalog, resource, schema, usize::MAX);
        let is_new = |column: &Column| !columns.iter().any(|known| known.fields.contains(&column.fields[0]));
        let more: Vec<Column> = more.into_iter().filter(is_new).collect();
        columns.extend(more);
    }
    columns
}

fn column(
    overlay: &Overlay,
    catalog: &Catalog,
    schema: &Schema,
    entry: &ColumnEntry<'static>,
    rank: u8,
    may: fn(&Overlay, &Catalog, &Schema, &str) -> bool,
) -> Option<Column> {
    let fields: Vec<&'static str> = entry.fields.iter().copied().filter(|p| may(overlay, catalog, schema, p)).collect();
    let first = catalog.reach(schema, fields.first()?)?;
    let title = match entry.title {
        Some(title) => Cow::Borrowed(title),
        None => overlay.note(first.0, first.1).title,
    };
    let kind = overlay.kind(catalog, first.0, first.1);
    Some(Column {
        width: entry.width.unwrap_or_else(|| width(&kind, &title)),
        right: entry.right.unwrap_or_else(|| is_right(&kind)),
        join: entry.join.unwrap_or(" "),
        title,
        fields,
        rank,
    })
}

/// Number, name, then short scalars in the order of the form where one was written by hand, else in the document's,
/// inherited ones after its own. Never a secret, an image, a list or an object.
pub(super) fn rule_of_thumb(
    overlay: &Overlay,
    catalog: &Catalog,
    resource: &Resource,
    schema: &Schema,
    most: usize,
) -> Vec<Column> {
    let naming = &overlay.sheet.naming;
    let label = overlay.resource(resource.name).map(|r| r.label.as_slice()).unwrap_or_default();
    let mut order: Vec<&'static str> = naming.number.iter().chain(label).copied().collect();
    order.extend(naming.label.iter().copied().find(|n| schema.field(n).is_some()));
    let key = resource.key.as_ref().map(|k| k.name);
    let is_text = resource.key.as_ref().is_some_and(|k| matches!(k.ty, Type::Text { .. }));
    if is_text && !order.iter().any(|n| schema.field(n).is_some()) {
        order.extend(key);
    }
    let written = overlay.lineage(schema).find(|s| !s.sections.is_empty());
    order.extend(written.into_iter().flat_map(|s| s.sections.iter().flat_map(|(_, names)| names.iter().copied())));
    order.extend(own_first(catalog, schema));
    // A key that is a bare number comes last: it tells people nothing.
    if !is_text {
        order.retain(|name| Some(*name) != key);
    }
    order.extend(key);
    let mut fields: Vec<&'static str> = Vec::new();
    for name in order {
        let fits = !fields.contains(&name) && !naming.long.contains(&name);
        if fields.len() < most && fits && shown(overlay, catalog, schema, name) {
            fields.push(name);
        }
    }
    let count = fields.len();
    fields
        .iter()
        .enumerate()
        .filter_map(|(i, name)| {
            let entry = ColumnEntry { fields: vec![name], ..ColumnEntry::default() };
            column(overlay, catalog, schema, &entry, rank(i, count), shown)
        })
        .collect()
}

/// The columns of a table of objects: those written by hand, or what tells them apart, then names, then short scalars
/// that people can set, then whatever there is.
pub(super) fn of_element(overlay: &Overlay, catalog: &Catalog, schema: &Schema, identity: Option<&str>) -> Vec<Column> {
    let written = overlay.lineage(schema).map(|s| s.columns.as_slice()).find(|c| !c.is_empty()).unwrap_or_default();
    if !written.is_empty() {
        let columns = written.iter().enumerate();
        let rank = |i| rank(i, written.len());
        return columns.filter_map(|(i, e)| column(overlay, catalog, schema, e, rank(i), open)).collect();
    }
    let naming = &overlay.sheet.naming;
    let own = own_first(catalog, schema);
    let apart = identity.and_then(|path| own.iter().copied().find(|name| *name == path));
    let mut order: Vec<&'static str> = apart.into_iter().collect();
    order.extend(naming.number.iter().chain(&naming.label).copied());
    let settable = |name: &&'static str| schema.field(name).is_some_and(|f| !overlay.note(schema, f).read_only);
    order.extend(own.iter().copied().filter(settable));
    order.extend(own.iter().copied());
    let mut fields: Vec<&'static str> = Vec::new();
    for name in order {
        let fits = !fields.contains(&name) && !naming.long.contains(&name);
        if fields.len() < IN_TABLE && fits && shown(overlay, catalog, schema, name) {
            fields.push(name);
        }
    }
    if fields.is_empty() {
        fields.extend(own.into_iter().filter(|name| open(overlay, catalog, schema, name)).take(IN_TABLE));
    }
    let count = fields.len();
    let entry = |name| ColumnEntry { fields: vec![name], ..ColumnEntry::default() };
    let columns = fields.iter().enumerate();
    columns.filter_map(|(i, name)| column(overlay, catalog, schema, &entry(name), rank(i, count), open)).collect()
}

/// What may stand in a table of objects, which are read whole: anything but a secret.
fn open(overlay: &Overlay, catalog: &Catalog, schema: &Schema, path: &str) -> bool {
    let Some((owner, field)) = catalog.reach(schema, path) else { return false };
    let note = overlay.note(owner, field);
    !note.secret && !note.write_only
}

/// The fields of a schema, those it inherits after its own: what it adds is what it is about.
pub(super) fn own_first(catalog: &Catalog, schema: &Schema) -> Vec<&'static str> {
    let bases: Vec<&Schema> =
        schema.bases.iter().filter_map(|b| catalog.schema_named(b)).map(|id| catalog.schema(id)).collect();
    let inherited = |name: &str| bases.iter().any(|b| b.field(name).is_some());
    let (mut own, late): (Vec<&'static str>, Vec<&'static str>) =
        schema.fields.iter().map(|f| f.name).partition(|name| !inherited(name));
    own.extend(late);
    own
}

fn shown(overlay: &Overlay, catalog: &Catalog, schema: &Schema, path: &str) -> bool {
    let Some((owner, field)) = catalog.reach(schema, path) else { return false };
    let note = overlay.note(owner, field);
    if note.secret || note.write_only || field.navigation {
        return false;
    }
    match overlay.kind(catalog, owner, field) {
        FieldKind::Text { max } => max.is_none_or(|m| m <= LONGEST),
        FieldKind::Secret
        | FieldKind::Image { .. }
        | FieldKind::Object(_)
        | FieldKind::List(_)
        | FieldKind::EnumList(_)
        | FieldKind::Opaque => false,
        _ => true,
    }
}

fn width(kind: &FieldKind, title: &str) -> u16 {
    let least = match kind {
        FieldKind::Bool => 3,
        FieldKind::Integer { .. } | FieldKind::Decimal => 7,
        FieldKind::Date => 10,
        FieldKind::Time => 8,
        FieldKind::Duration => 9,
        FieldKind::DateTime => 16,
        FieldKind::Enum(_) | FieldKind::Flags(_) => 14,
        FieldKind::Uuid => 36,
        FieldKind::Reference(_) => 16,
        _ => 20,
    };
    let title = u16::try_from(title.chars().count()).unwrap_or(least);
    title.clamp(least, least.max(18))
}

fn is_right(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Integer { .. } | FieldKind::Decimal | FieldKind::Duration)
}

fn rank(place: usize, count: usize) -> u8 {
    u8::try_from(count.saturating_sub(place)).unwrap_or(u8::MAX)
}
