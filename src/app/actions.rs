//! What can be done with one entity, as a menu; and the question before it is deleted.
//!
//! Owns the entries of the menu and what a deletion asks. Sends nothing: `update` does what is chosen here.

use super::line::Line;
use super::list::fold;
use super::model::Model;
use crate::catalog::{Catalog, Danger, FieldKind, Operation, Role};
use crate::draft::ChangeSet;
use crate::odata::Target;

/// What an entry of the menu does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Makes a new one that begins with the values of this one.
    Like,
    /// Copies what the entity is called.
    Copy,
    /// Asks whether it shall be deleted.
    Delete,
    /// Calls an operation, by its path.
    Call(&'static str),
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What people call it.
    pub title: String,
    /// What it costs, or where it goes.
    pub detail: String,
    /// What it does.
    pub act: Act,
}

/// The menu of one entity.
#[derive(Debug)]
pub struct Actions {
    /// Whose.
    pub target: Target,
    /// What it is called.
    pub label: String,
    /// All there is.
    pub entries: Vec<Action>,
    /// What they are narrowed to.
    pub line: Line,
    /// The selected one among those shown.
    pub at: usize,
}

impl Actions {
    /// What can be done with an entity.
    pub fn of(catalog: &Catalog, target: Target, label: String) -> Self {
        let mut entries = Vec::new();
        let resource = catalog.resource(&target.resource);
        if let Some(resource) = resource {
            let one = catalog.resource_one(resource.name);
            let is_entity = target.key.is_some();
            if resource.create.is_some() && is_entity {
                let title = format!("New {one} like this one");
                entries.push(Action { title, detail: "opens a form".to_owned(), act: Act::Like });
            }
            entries.push(Action { title: "Copy its name".to_owned(), detail: String::new(), act: Act::Copy });
            if let Some(delete) = resource.delete.filter(|_| is_entity) {
                let operation = catalog.operation(delete);
                entries.push(Action {
                    title: format!("{} …", catalog.operation_title(operation)),
                    detail: danger(catalog, operation),
                    act: Act::Delete,
                });
            }
            let bound =
                |o: &&Operation| matches!(o.role, Role::Action | Role::Function) && (o.bound || target.key.is_none());
            entries.extend(catalog.operations_of(resource).filter(bound).map(|operation| Action {
                title: catalog.operation_title(operation).into_owned(),
                detail: danger(catalog, operation),
                act: Act::Call(operation.path),
            }));
        }
        Self { target, label, entries, line: Line::default(), at: 0 }
    }

    /// The entries that match what is typed.
    pub fn shown(&self) -> Vec<&Action> {
        let words: Vec<String> = self.line.text().split_whitespace().map(fold).collect();
        let holds = |action: &&Action| {
            let text = fold(&action.title);
            words.iter().all(|word| text.contains(word))
        };
        self.entries.iter().filter(holds).collect()
    }
}

fn danger(catalog: &Catalog, operation: &Operation) -> String {
    match catalog.danger(operation) {
        Danger::Mild => String::new(),
        Danger::Moderate => "with care".to_owned(),
        Danger::Severe => "severe".to_owned(),
    }
}

/// The question before something is deleted.
#[derive(Debug)]
pub struct Removal {
    /// What is sent if the answer is yes.
    pub change_set: ChangeSet,
    /// What has to be typed, and what is; `None` where a yes is enough.
    pub typed: Option<(String, Line)>,
    /// What there is to know before.
    pub words: Vec<String>,
    /// The frame from which on it can have been seen.
    pub since: u64,
}

/// What still refers to an entity, as far as the lists loaded here tell.
pub(super) fn referring(model: &Model, target: &Target, number: Option<&str>) -> String {
    let key = target.key.as_ref().map(ToString::to_string);
    let catalog = model.pbx_of(&target.pbx).catalog;
    let key_name = catalog.resource(&target.resource).and_then(|r| r.key.as_ref()).map(|key| key.name);
    let mut looked: Vec<String> = Vec::new();
    let mut found: Vec<String> = Vec::new();
    let mut lists: Vec<_> = model.lists.iter().filter(|(id, _)| id.pbx == target.pbx).collect();
    lists.sort_by(|(a, _), (b, _)| a.resource.cmp(&b.resource));
    for (id, list) in lists {
        let columns = list.rows.columns().iter().enumerate().filter_map(|(at, shown)| match &shown.kind {
            FieldKind::Reference(reference) if *reference.resource == *target.resource => {
                let value = if Some(reference.by) == key_name { key.as_deref() } else { number };
                Some((at, value?))
            }
            _ => None,
        });
        let columns: Vec<_> = columns.collect();
        if columns.is_empty() {
            continue;
        }
        let title = catalog.resource_title(&id.resource);
        let refers = |row: &u32| columns.iter().any(|(at, value)| list.rows.text(*row, *at) == *value);
        match (0..list.rows.len() as u32).filter(refers).count() {
            0 => {}
            count => found.push(format!("{count} of {title}")),
        }
        looked.push(if list.complete { title.into_owned() } else { format!("{title} (not complete)") });
    }
    match (found.is_empty(), looked.is_empty()) {
        (_, true) => "None of the lists read so far would tell what still refers to it.".to_owned(),
        (true, false) => format!("Nothing in {} refers to it; other places were not looked at.", looked.join(", ")),
        (false, false) => format!("It is still used: {}. Other places were not looked at.", found.join(", ")),
    }
}
