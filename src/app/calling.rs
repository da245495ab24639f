//! Functions and actions on the screen: whose they are, the form of what they take, and what they answered.
//!
//! Owns the name under which the form of a call is kept: the target is that of the entity, its resource
//! `Resource/Operation`. Sends nothing.

use super::model::Load;
use crate::catalog::{Catalog, Operation};
use crate::draft::{Answer, ChangeSet};
use crate::odata::Target;

/// What an operation answered, on the screen.
#[derive(Debug)]
pub struct Answered {
    /// What was asked or done.
    pub call: ChangeSet,
    /// How far it has come.
    pub load: Load,
    /// What was answered.
    pub answer: Option<Answer>,
    /// The first line drawn.
    pub top: usize,
    /// As JSON, not as a table.
    pub as_json: bool,
    /// Secrets in it are shown.
    pub open: bool,
}

impl Answered {
    /// An answer that is on its way, or here.
    pub(super) fn new(call: ChangeSet, load: Load, answer: Option<Answer>) -> Self {
        Self { call, load, answer, top: 0, as_json: false, open: false }
    }

    /// Something in it is hidden until it is asked for.
    pub fn is_secret(&self, catalog: &Catalog) -> bool {
        match &self.answer {
            Some(Answer::Value(payload)) => payload.is_concealed(),
            Some(Answer::File { .. }) => self.call.operation(catalog).is_some_and(|o| catalog.secret_result(o)),
            Some(Answer::Done) | None => false,
        }
    }
}

/// The target under which the form of a call is kept.
pub(super) fn form_of(operation: &Operation, about: &Target) -> Target {
    Target { resource: format!("{}/{}", operation.resource(), operation.name).into(), ..about.clone() }
}

/// The operation of such a target, and what it is about.
pub(super) fn about<'c>(catalog: &'c Catalog, form: &Target) -> Option<(&'c Operation, Target)> {
    let operation = catalog.call(&form.resource)?;
    Some((operation, Target { resource: operation.resource().into(), ..form.clone() }))
}
