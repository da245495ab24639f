//! A level with its value: the rows, and what each row is.

use super::super::form::Form;
use super::super::list::fold;
use super::super::model::Model;
use super::Nested;
use crate::catalog::{Catalog, Column, Field, FieldKind, Note, Schema, Type};
use crate::draft::{Slot, Step, WholeArray, gone, inside, labels, original, origins};
use serde_json::Value;

/// A row of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// An element of the list, by its place.
    Element(usize),
    /// An element that was read and is taken out, by its place then.
    Gone(usize),
    /// A property of the object, by its path.
    Member(&'static str),
    /// A day of the week, by wire name.
    Day(&'static str),
}

/// A level with what is known of it and what stands there.
#[derive(Debug, Clone, Copy)]
pub struct Level<'m> {
    /// The catalog of its PBX.
    pub catalog: &'static Catalog,
    /// The form it lies in.
    pub form: &'m Form,
    /// Which level.
    pub nested: &'m Nested,
    /// What the catalog knows of the place.
    pub slot: Slot<'static>,
    /// What stands there.
    pub value: Option<&'m Value>,
    /// What the PBX had there.
    pub original: Option<&'m Value>,
}

/// A property of an object inside a field.
#[derive(Debug, Clone)]
pub struct Member {
    /// The property.
    pub field: &'static Field,
    /// What is known of it.
    pub note: Note,
    /// How it is edited here: what it refers to may be decided by a property beside it.
    pub kind: FieldKind,
}

impl<'m> Level<'m> {
    /// A level of a form that has been read.
    pub fn of(model: &'m Model, nested: &'m Nested) -> Option<Self> {
        let form = model.forms.get(&nested.target)?;
        let catalog = model.pbx_of(&nested.target.pbx).catalog;
        form.draft.as_ref()?;
        let root = form.slot(catalog, &nested.field);
        let (whole, before) = (form.value(&nested.field), form.original(&nested.field));
        let value = inside(whole, &nested.steps);
        let original = original(catalog, root, before, whole, &nested.steps);
        Some(Self { catalog, form, nested, slot: root.down(catalog, &nested.steps), value, original })
    }

    /// The schema of the object, or of the elements of the list.
    pub fn schema(&self) -> Option<&'static Schema> {
        if self.nested.table { self.slot.element().schema(self.catalog) } else { self.slot.schema(self.catalog) }
    }

    /// The elements as they are now.
    pub fn elements(&self) -> &'m [Value] {
        self.value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The elements as they were read.
    pub fn before(&self) -> &'m [Value] {
        self.original.and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The columns of the table.
    pub fn columns(&self) -> Vec<Column> {
        self.schema().map(|s| self.catalog.element_columns(s, self.slot.identity())).unwrap_or_default()
    }

    /// The rows in order.
    pub fn rows(&self) -> Vec<Row> {
        if self.nested.table {
            let elements = self.elements();
            let typed = self.form.typing.as_ref().and_then(|typing| self.element_of(&typing.steps));
            let count = elements.len().max(typed.map_or(0, |at| at + 1));
            let gone = gone(&self.slot, self.before(), elements);
            return (0..count).map(Row::Element).chain(gone.into_iter().map(Row::Gone)).collect();
        }
        let Some(schema) = self.schema() else { return Vec::new() };
        // What a table of such objects shows of an inner object can be changed from here too, where that is there.
        let columns = self.catalog.element_columns(schema, None);
        let asked = self.catalog.asked(schema);
        let there = |path: &&str| {
            let owner = path.split('/').next().and_then(|name| self.value?.get(name));
            asked.contains(path) || owner.is_some_and(|owner| !owner.is_null())
        };
        let inner = columns.iter().flat_map(|c| c.fields.iter().copied()).filter(|p| p.contains('/'));
        let inner: Vec<&str> = inner.filter(there).collect();
        let mut rows = Vec::new();
        for name in self.catalog.sections(schema).iter().flat_map(|section| section.fields.iter().copied()) {
            rows.extend(inner.iter().filter(|p| p.split('/').next() == Some(name)).map(|p| Row::Member(p)));
            match self.week().filter(|week| week.periods == name) {
                Some(_) => rows.extend(self.days().into_iter().map(Row::Day)),
                None => rows.push(Row::Member(name)),
            }
        }
        let words: Vec<String> = self.nested.find.split_whitespace().map(fold).collect();
        if !words.is_empty() {
            rows.retain(|row| {
                let text = fold(&self.row_text(*row));
                words.iter().all(|word| text.contains(word))
            });
        }
        rows
    }

    /// What a row is found by.
    fn row_text(&self, row: Row) -> String {
        match row {
            Row::Member(path) => {
                let title = self.member(self.value, path).map(|member| member.note.title).unwrap_or_default();
                format!("{title} {path}")
            }
            Row::Day(day) => format!("{} {day}", self.day_title(day)),
            Row::Element(_) | Row::Gone(_) => String::new(),
        }
    }

    /// The selected row.
    pub fn row(&self) -> Option<Row> {
        let rows = self.rows();
        rows.get(self.nested.at.min(rows.len().saturating_sub(1))).copied()
    }

    /// The element of this table that a place lies in.
    pub fn element_of(&self, steps: &[Step]) -> Option<usize> {
        match steps.strip_prefix(&self.nested.steps[..])?.first()? {
            Step::Element(at) if self.nested.table => Some(*at),
            _ => None,
        }
    }

    /// The way to a row from the field.
    pub fn steps(&self, row: Row) -> Vec<Step> {
        let mut steps = self.nested.steps.clone();
        match row {
            Row::Element(at) | Row::Gone(at) => steps.push(Step::Element(at)),
            Row::Member(path) => steps.extend(members(path)),
            // No place of its own: the periods of a day lie among those of the others.
            Row::Day(day) => {
                steps = self.periods_steps();
                steps.push(Step::Member(day.to_owned()));
            }
        }
        steps
    }

    /// What is known of a property, by its path from the object; of a table: from an element.
    pub fn member(&self, object: Option<&Value>, path: &'static str) -> Option<Member> {
        let (schema, field) = self.catalog.reach(self.schema()?, path)?;
        let (mut note, kind) = (self.catalog.note(schema, field), self.catalog.kind(schema, field));
        let steps: Vec<Step> = members(path).collect();
        let beside = inside(object, &steps[..steps.len() - 1]);
        let kind = followed(&mut note, beside).unwrap_or(kind);
        Some(Member { field, note, kind })
    }

    /// What the PBX had at a place inside this level.
    pub fn was(&self, steps: &[Step]) -> Option<&'m Value> {
        original(self.catalog, self.slot, self.original, self.value, steps)
    }

    /// For each element the place of the one it was made from.
    pub fn origins(&self) -> Vec<Option<usize>> {
        origins(&self.slot, self.before(), self.elements())
    }

    /// What becomes of the elements.
    pub fn whole(&self) -> WholeArray {
        WholeArray::of(&self.slot, self.before(), self.elements())
    }

    /// What a place is called, from the field down.
    pub fn labels(&self, steps: &[Step]) -> Vec<String> {
        let root = self.form.slot(self.catalog, &self.nested.field);
        let whole = self.form.value(&self.nested.field);
        labels(self.catalog, root, whole, steps)
    }

    /// The same for people: properties by their titles.
    pub fn titles(&self, steps: &[Step]) -> Vec<String> {
        let mut slot = self.form.slot(self.catalog, &self.nested.field);
        let title = |(step, label): (&Step, String)| {
            let owner = slot.schema(self.catalog);
            slot = slot.down(self.catalog, std::slice::from_ref(step));
            let known = match step {
                Step::Member(name) => owner.and_then(|schema| Some((schema, schema.field(name)?))),
                Step::Element(_) => None,
            };
            known.map_or(label, |(schema, field)| self.catalog.note(schema, field).title.into_owned())
        };
        steps.iter().zip(self.labels(steps)).map(title).collect()
    }
}

/// The steps of a path of property names.
pub(in crate::app) fn members(path: &str) -> impl Iterator<Item = Step> {
    path.split('/').map(|name| Step::Member(name.to_owned()))
}

/// What a property refers to where one beside it decides: text where it leads to nothing that can be listed.
/// The texts that are known there then are in the note.
pub(in crate::app) fn followed(note: &mut Note, beside: Option<&Value>) -> Option<FieldKind> {
    let follows = note.follows.as_ref()?;
    let member = beside?.get(follows.by)?.as_str()?;
    let found = follows.references.iter().find(|(name, _)| *name == member);
    if let Some((_, choices)) = follows.choices.iter().find(|(name, _)| *name == member) {
        note.choices = choices;
    }
    Some(found.map_or(FieldKind::Text { max: None }, |(_, reference)| FieldKind::Reference(*reference)))
}

/// Nothing stands in a property because of what the one beside it is.
pub(in crate::app) fn is_idle(note: &Note, beside: Option<&Value>) -> bool {
    let decided = |by: &str| beside.and_then(|beside| beside.get(by)?.as_str()).map(str::to_owned);
    let Some((follows, member)) = note.follows.as_ref().and_then(|f| Some((f, decided(f.by)?))) else { return false };
    !follows.references.iter().any(|(name, _)| *name == member)
        && !follows.choices.iter().any(|(name, _)| *name == member)
}

/// Whether a value of this type has levels inside: an object, or a list of objects.
pub(in crate::app) fn has_levels(ty: &Type) -> bool {
    match ty {
        Type::Object(_) => true,
        Type::List(element) => matches!(**element, Type::Object(_)),
        _ => false,
    }
}
