//! What the overlay tells of operations: what people call them, what they can cost, whose they are.

use super::super::words::capitalise;
use super::super::{Danger, Method, Operation, Role};
use super::sheet::{FieldEntry, OperationEntry};
use super::{ANY, Overlay};
use std::borrow::Cow;

impl Overlay {
    /// The names under which an operation may be written of, the most particular first.
    pub(super) fn operation_names(operation: &Operation) -> Vec<String> {
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

    /// What is called elsewhere about one of these: a parameter of it refers to them.
    pub(in super::super) fn called_about(&self, resource: &str) -> impl Iterator<Item = &'static str> {
        let refers = move |field: &FieldEntry<'_>| field.reference.is_some_and(|(to, _)| to == resource);
        let calls = self.sheet.schemas.iter().filter(|(name, _)| name.contains('/'));
        calls.filter(move |(_, call)| call.fields.iter().any(|(_, field)| refers(field))).map(|(name, _)| *name)
    }

    fn operation(&self, operation: &Operation) -> Option<&OperationEntry<'static>> {
        let names = Self::operation_names(operation);
        names.iter().find_map(|name| self.operations.get(name.as_str())).map(|&i| &self.sheet.operations[i].1)
    }

    pub(in super::super) fn danger(&self, operation: &Operation) -> Danger {
        match self.operation(operation).and_then(|o| o.danger) {
            Some(judged) => judged,
            None if operation.method == Method::Get => Danger::Mild,
            None => Danger::Severe,
        }
    }

    pub(in super::super) fn operation_title(&self, operation: &Operation) -> Cow<'static, str> {
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

    pub(in super::super) fn operation_help(&self, operation: &Operation) -> &'static str {
        self.operation(operation).and_then(|o| o.help).unwrap_or_default()
    }

    pub(in super::super) fn secret_result(&self, operation: &Operation) -> bool {
        self.operation(operation).is_some_and(|o| o.secret)
    }

    pub(in super::super) fn is_for_each(&self, operation: &Operation) -> bool {
        operation.role == Role::Action && (operation.bound || self.operation(operation).is_some_and(|o| o.each))
    }
}
