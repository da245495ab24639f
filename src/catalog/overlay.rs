//! What the document does not say: titles, sections, columns, secrets, references, danger.
//!
//! Owns the answers to 'what do people call it' and 'what must an editor beware of': an entry written by hand in
//! `data/overlay.toml` where there is one, a rule of thumb over names and types where there is none. Everything is
//! joined by name, so a document of another build gets what fits it and no more.

mod columns;
mod sections;
mod sheet;
#[cfg(test)]
mod source;
#[cfg(test)]
mod tests;

use super::words::{capitalise, humanise, short, singular};
use super::{
    Catalog, Danger, EnumId, Field, FieldKind, Markup, Method, Operation, Parameter, Reference, Resource, Role, Schema,
    Type,
};
pub(super) use sheet::Sheet;
pub use sheet::{Caution, Condition};
use sheet::{FieldEntry, OperationEntry, ResourceEntry, SchemaEntry};
use std::borrow::Cow;
use std::collections::HashMap;

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
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: Cow<'static, str>,
    /// The properties shown, joined by `join`; the first gives the type. `A/B` reaches into a complex value, or into
    /// the entity behind a navigation property, which has to be expanded then ([`Catalog::reach`] tells).
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

/// Stands for a resource where a list of choices is named.
const CHOICES: &str = "=";

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

    /// The names under which an operation may be written of, the most particular first.
    fn operation_names(operation: &Operation) -> Vec<String> {
        let resource = operation.resource();
        let verb = match operation.role {
            Role::Create => ":create",
            Role::Update => ":update",
            Role::Delete => ":delete",
            _ => "",
        };
        match (operation.name, verb) {
            ("", "") => Vec::new(),
            ("", verb) => vec![format!("{resource}{verb}"), format!("{ANY}{verb}")],
            (name, verb) => vec![format!("{resource}/{name}{verb}"), format!("{ANY}/{name}{verb}")],
        }
    }

    fn operation(&self, operation: &Operation) -> Option<&OperationEntry<'static>> {
        let names = Self::operation_names(operation);
        names.iter().find_map(|name| self.operations.get(name.as_str())).map(|&i| &self.sheet.operations[i].1)
    }

    fn title_of(&self, name: &str) -> String {
        humanise(name, |word| self.sheet.naming.words.iter().find(|(w, _)| *w == word).map(|(_, title)| *title))
    }

    /// `External` for the switch `IsExternal`, unless the schema has an `External` too.
    fn field_title(&self, schema: &Schema, field: &Field) -> String {
        let plain = field.name.strip_prefix("Is").filter(|rest| rest.starts_with(char::is_uppercase));
        let plain = plain.filter(|rest| field.ty == Type::Bool && schema.field(rest).is_none());
        self.title_of(plain.unwrap_or(field.name))
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

    pub(super) fn also(&self, schema: &Schema, field: &Field) -> &[&'static str] {
        let entries = self.entries(schema, field.name);
        entries.into_iter().map(|e| e.also.as_slice()).find(|also| !also.is_empty()).unwrap_or_default()
    }

    pub(super) fn cautions(&self, schema: &Schema) -> impl Iterator<Item = &Caution<'static>> {
        let name = short(schema.name);
        self.sheet.cautions.iter().filter(move |caution| caution.schema == name)
    }

    pub(super) fn note(&self, schema: &Schema, field: &Field) -> Note {
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

    pub(super) fn kind(&self, catalog: &Catalog, schema: &Schema, field: &Field) -> FieldKind {
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

    pub(super) fn danger(&self, operation: &Operation) -> Danger {
        match self.operation(operation).and_then(|o| o.danger) {
            Some(judged) => judged,
            None if operation.method == Method::Get => Danger::Mild,
            None => Danger::Severe,
        }
    }

    pub(super) fn operation_title(&self, operation: &Operation) -> Cow<'static, str> {
        if let Some(title) = self.operation(operation).and_then(|o| o.title) {
            return Cow::Borrowed(title);
        }
        let resource = operation.resource();
        let verb = match operation.role {
            Role::List => "list",
            Role::Get | Role::GetByAlternateKey | Role::Read => "read",
            Role::Create => "create",
            Role::Update => "change",
            Role::Delete => "delete",
            Role::Navigate | Role::Function | Role::Action => return Cow::Owned(self.title_of(operation.name)),
        };
        let what = match operation.role {
            Role::List | Role::Read => {
                let title = self.resource_title(resource);
                let mut letters = title.chars();
                letters.next().map(|c| c.to_lowercase().chain(letters).collect::<String>()).unwrap_or_default()
            }
            _ => self.resource_one(resource).into_owned(),
        };
        Cow::Owned(capitalise(&format!("{verb} {what}")))
    }

    pub(super) fn operation_help(&self, operation: &Operation) -> &'static str {
        self.operation(operation).and_then(|o| o.help).unwrap_or_default()
    }

    pub(super) fn secret_result(&self, operation: &Operation) -> bool {
        self.operation(operation).is_some_and(|o| o.secret)
    }

    pub(super) fn is_for_each(&self, operation: &Operation) -> bool {
        operation.role == Role::Action && (operation.bound || self.operation(operation).is_some_and(|o| o.each))
    }

    pub(super) fn secret_parameter(&self, parameter: &Parameter) -> bool {
        self.may_be_secret(parameter.name, &parameter.ty)
    }

    fn may_be_secret(&self, name: &str, ty: &Type) -> bool {
        may_hold_secret(ty) && self.looks_secret(name) && !self.sheet.naming.plain.contains(&name)
    }

    /// Whether a name looks like that of a secret.
    pub(super) fn looks_secret(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.sheet.naming.secret.iter().any(|part| name.contains(part))
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
