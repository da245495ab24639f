//! What the overlay tells of a field: its note, and the kind of editor that it needs.

use super::super::words::short;
use super::super::{Catalog, Danger, Field, FieldKind, Reference, Schema, Type};
use super::sheet::FieldEntry;
use super::{Follows, Note, Overlay};
use std::borrow::Cow;

/// Stands for a resource where a list of choices is named.
const CHOICES: &str = "=";

impl Overlay {
    /// `External` for the switch `IsExternal`, unless the schema has an `External` too.
    fn field_title(&self, schema: &Schema, field: &Field) -> String {
        let plain = field.name.strip_prefix("Is").filter(|rest| rest.starts_with(char::is_uppercase));
        let plain = plain.filter(|rest| field.ty == Type::Bool && schema.field(rest).is_none());
        self.title_of(plain.unwrap_or(field.name))
    }

    pub(in super::super) fn also(&self, schema: &Schema, field: &Field) -> &[&'static str] {
        let entries = self.entries(schema, field.name);
        entries.into_iter().map(|e| e.also.as_slice()).find(|also| !also.is_empty()).unwrap_or_default()
    }

    pub(in super::super) fn note(&self, schema: &Schema, field: &Field) -> Note {
        let entries = self.entries(schema, field.name);
        fn first<'e, T>(
            entries: &[&'e FieldEntry<'static>],
            get: impl Fn(&'e FieldEntry<'static>) -> Option<T>,
        ) -> Option<T> {
            entries.iter().find_map(|e| get(e))
        }
        let naming = &self.sheet.naming;
        let image = || {
            matches!(field.ty, Type::Binary)
                || matches!(field.ty, Type::Text { .. }) && naming.image.iter().any(|end| field.name.ends_with(end))
        };
        Note {
            title: match first(&entries, |e| e.title) {
                Some(title) => Cow::Borrowed(title),
                None => Cow::Owned(self.field_title(schema, field)),
            },
            help: first(&entries, |e| e.help).unwrap_or_default(),
            // Nobody has decided: a name that looks like a secret is one.
            secret: first(&entries, |e| e.secret).unwrap_or_else(|| self.may_be_secret(field.name, &field.ty)),
            write_only: first(&entries, |e| e.write_only).unwrap_or_default(),
            read_only: first(&entries, |e| e.read_only).unwrap_or_default(),
            fixed: first(&entries, |e| e.fixed).unwrap_or_default(),
            reference: first(&entries, |e| e.reference)
                .or_else(|| self.own_keys(schema, field))
                .map(|(resource, by)| Reference { resource, by }),
            follows: first(&entries, |e| e.follows.as_ref()).map(|(by, members)| Follows {
                by,
                // What begins with `=` is a list of choices.
                references: members
                    .iter()
                    .filter(|(_, resource, _)| *resource != CHOICES)
                    .map(|&(m, resource, by)| (m, Reference { resource, by }))
                    .collect(),
                choices: members
                    .iter()
                    .filter(|(_, resource, _)| *resource == CHOICES)
                    .map(|&(m, _, list)| (m, self.choices(list)))
                    .collect(),
            }),
            choices: first(&entries, |e| e.choices).map_or(&[], |name| self.choices(name)),
            identity: first(&entries, |e| e.identity),
            ordered: first(&entries, |e| e.ordered).unwrap_or_default(),
            image: first(&entries, |e| e.image).unwrap_or_else(image),
            unique: first(&entries, |e| e.unique).map(|(resource, by)| Reference { resource, by }),
            own: first(&entries, |e| e.own).unwrap_or_default(),
            danger: first(&entries, |e| e.danger).unwrap_or(Danger::Mild),
            make: first(&entries, |e| e.make),
            free: first(&entries, |e| e.free).and_then(|text| text.split_once(' ')),
            after: first(&entries, |e| e.after),
            markup: first(&entries, |e| e.markup)
                .and_then(|name| self.markups.iter().find(|markup| markup.name == name).copied()),
            brings: self.brings.get(&(short(schema.name), field.name)).copied().unwrap_or_default(),
        }
    }

    /// What an operation takes as a list of keys, where its name says that they are those of its resource.
    fn own_keys(&self, schema: &Schema, field: &Field) -> Option<(&'static str, &'static str)> {
        let (resource, _) = schema.name.split_once('/')?;
        let naming = &self.sheet.naming;
        let listed = matches!(&field.ty, Type::List(item) if matches!(**item, Type::Integer { .. }));
        (listed && naming.keys.contains(&field.name)).then_some((resource, naming.key))
    }

    pub(in super::super) fn kind(&self, catalog: &Catalog, schema: &Schema, field: &Field) -> FieldKind {
        let note = self.note(schema, field);
        match &field.ty {
            Type::Text { .. } | Type::Uuid | Type::Binary | Type::Integer { .. } if note.secret => FieldKind::Secret,
            Type::Text { .. } | Type::Uuid | Type::Integer { .. } if note.reference.is_some() => {
                note.reference.map_or(FieldKind::Opaque, FieldKind::Reference)
            }
            Type::Text { max } if note.image => FieldKind::Image { max: *max },
            Type::Bool => FieldKind::Bool,
            Type::Integer { min, max } => FieldKind::Integer { min: *min, max: *max },
            Type::Decimal => FieldKind::Decimal,
            Type::Text { max } => FieldKind::Text { max: *max },
            Type::DateTime => FieldKind::DateTime,
            Type::Date => FieldKind::Date,
            Type::Time => FieldKind::Time,
            Type::Duration => FieldKind::Duration,
            Type::Uuid => FieldKind::Uuid,
            Type::Binary => FieldKind::Image { max: None },
            Type::Enum(id) if catalog.enumeration(*id).flags => FieldKind::Flags(*id),
            Type::Enum(id) => FieldKind::Enum(*id),
            Type::Object(id) => FieldKind::Object(*id),
            Type::List(item) => match **item {
                Type::Enum(id) => FieldKind::EnumList(id),
                ref other => FieldKind::List(other.clone()),
            },
            Type::Opaque => FieldKind::Opaque,
        }
    }
}
