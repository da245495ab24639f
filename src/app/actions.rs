//! What can be done with one entity, as a menu; and the question before it is deleted.
//!
//! Owns the entries of the menu and what a deletion asks. Sends nothing: `update` does what is chosen here.

use super::line::Line;
use super::list::fold;
use crate::catalog::{Catalog, Danger, Operation, Role, Shape};
use crate::draft::{ChangeSet, Referrers};
use crate::odata::Target;
use crate::plan::RunId;

/// What an entry of the menu does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Makes a new one that begins with the values of this one.
    Like,
    /// Copies what the entity is called.
    Copy,
    /// Asks whether it shall be deleted.
    Delete,
    /// Asks whether all that are marked shall be deleted.
    DeleteMarked,
    /// Runs an action for each of those that are marked.
    CallMarked(&'static str),
    /// Runs an operation.
    Call {
        /// What it takes, by the name of its schema.
        schema: &'static str,
        /// It concerns the set, not this one.
        of_all: bool,
    },
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
            if is_entity || resource.shape != Shape::Collection {
                let title = "Copy its name".to_owned();
                entries.push(Action { title, detail: String::new(), act: Act::Copy });
            }
            if let Some(delete) = resource.delete.filter(|_| is_entity) {
                let operation = catalog.operation(delete);
                entries.push(Action {
                    title: format!("{} …", catalog.operation_title(operation)),
                    detail: danger(catalog, operation),
                    act: Act::Delete,
                });
            }
            let is_set = resource.shape == Shape::Collection;
            let called = catalog.operations_of(resource).filter(|o| matches!(o.role, Role::Action | Role::Function));
            let (bound, unbound): (Vec<&Operation>, Vec<&Operation>) =
                called.partition(|operation| operation.bound || !is_set);
            let about = catalog.called_about(resource.name).filter(|_| is_entity);
            let one = bound.into_iter().filter(|operation| is_entity || !operation.bound).chain(about);
            for (operation, of_all) in one.map(|o| (o, false)).chain(unbound.into_iter().map(|o| (o, true))) {
                let Some(schema) = catalog.arguments(operation).map(|id| catalog.schema(id)) else { continue };
                let more = if schema.fields.is_empty() { "" } else { " …" };
                let danger = danger(catalog, operation);
                let detail = match (of_all, danger.is_empty()) {
                    (false, _) => danger,
                    (true, true) => catalog.resource_title(resource.name).into_owned(),
                    (true, false) => format!("{} · {danger}", catalog.resource_title(resource.name)),
                };
                let title = format!("{}{more}", catalog.operation_title(operation));
                entries.push(Action { title, detail, act: Act::Call { schema: schema.name, of_all } });
            }
        }
        Self { target, label, entries, line: Line::default(), at: 0 }
    }

    /// With what can be done with those that are marked.
    pub fn with_marked(mut self, catalog: &Catalog, marked: usize) -> Self {
        let Some(resource) = catalog.resource(&self.target.resource) else { return self };
        let many = catalog.roles(resource).delete_many;
        if marked > 0 {
            let after = self.entries.iter().position(|entry| entry.act == Act::Delete).map_or(0, |at| at + 1);
            let each = catalog.operations_of(resource).filter(|operation| catalog.is_for_each(operation));
            let entry = |operation: &Operation| {
                let schema = catalog.schema(catalog.arguments(operation)?).name;
                let detail = match danger(catalog, operation).as_str() {
                    "" => "one by one".to_owned(),
                    danger => format!("one by one · {danger}"),
                };
                let title = format!("{} for the {marked} that are marked …", catalog.operation_title(operation));
                Some(Action { title, detail, act: Act::CallMarked(schema) })
            };
            let entries: Vec<Action> = each.filter_map(entry).collect();
            self.entries.splice(after..after, entries);
        }
        if marked > 0 && many.is_some() {
            let title = format!("Delete the {marked} that are marked …");
            let after = self.entries.iter().position(|entry| entry.act == Act::Delete).map_or(0, |at| at + 1);
            self.entries.insert(after, Action { title, detail: "severe".to_owned(), act: Act::DeleteMarked });
        }
        self
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

/// What has to be agreed to before it is sent.
#[derive(Debug)]
pub struct Consent {
    /// What is sent if the answer is yes.
    pub change_set: ChangeSet,
    /// What has to be typed, and what is; `None` where a yes is enough.
    pub typed: Option<(String, Line)>,
    /// What there is to know before.
    pub words: Vec<String>,
    /// The frame from which on it can have been seen.
    pub since: u64,
    /// The run that it takes back.
    pub undoes: Option<RunId>,
}

/// Names that are said of one resource, at most.
const NAMED: usize = 3;

/// What still refers to an entity, in words: where something does, and where nobody could look.
pub(super) fn used_by(catalog: &Catalog, found: &[Referrers]) -> String {
    let title = |place: &Referrers| catalog.resource_title(place.resource).into_owned();
    let using = found.iter().filter(|place| !place.labels.is_empty()).map(|place| {
        let named: Vec<&str> = place.labels.iter().map(String::as_str).take(NAMED).collect();
        let more = match place.labels.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}: {}{more}", title(place), named.join(", "))
    });
    let using: Vec<String> = using.collect();
    let unseen: Vec<String> = found.iter().filter(|place| !place.whole).map(title).collect();
    let mut words = match (using.is_empty(), found.is_empty()) {
        (_, true) => "Whether something still uses it could not be looked up.".to_owned(),
        (true, false) => "Nothing that was looked at uses it.".to_owned(),
        (false, false) => format!("It is still used. {}.", using.join(". ")),
    };
    if !unseen.is_empty() {
        words.push_str(&format!(" Not looked at to the end: {}.", unseen.join(", ")));
    }
    words
}
