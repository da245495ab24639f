//! What the PBX refuses, fills in and ties together when something is written.
//!
//! Owns create, update and delete of entities beyond the type rules of bodies. Knows the store and the views; a request
//! has been read, routed and checked against its schema before it comes here.

mod create;
mod forwarding;
mod keys;
mod membership;
mod numbers;
mod values;

pub(crate) use numbers::{next_free, range_of};
pub(crate) use values::owner_of_phone;

use super::refusal::Refusal;
use super::store::{Handle, State};
use super::views::{self, NUMBERED};
use crate::catalog::Resource;
use serde_json::{Map, Value};

/// Values the PBX sets; in a body they are read and ignored.
const SET_BY_THE_PBX: [&str; 7] =
    ["Id", "IsRegistered", "LastUsed", "LastLoginTime", "HasMembers", "IsDefault", "IsSystem"];

/// Fields that were refused, each with the key that says why.
type Refused = Vec<(String, &'static str)>;

/// A write on its way: whose it is, and what was refused so far.
struct Write<'s> {
    state: &'s mut State,
    set: &'static str,
    /// The row, where there is one already.
    handle: Option<Handle>,
    /// The number of the row, once it is known.
    number: String,
    refused: Refused,
}

impl Write<'_> {
    fn refuse(&mut self, target: &str, key: &'static str) {
        self.refused.push((target.to_owned(), key));
    }

    fn old(&self, name: &str) -> Value {
        let row = self.handle.and_then(|h| self.state.row(self.set, h));
        row.map_or(Value::Null, |r| r.raw(name).into_owned())
    }

    fn finish(self) -> Result<(), Refusal> {
        if self.refused.is_empty() { Ok(()) } else { Err(Refusal::fields(&self.refused)) }
    }
}

/// Creates an entity.
///
/// # Errors
/// What a PBX refuses.
pub(crate) fn create(
    state: &mut State,
    resource: &'static Resource,
    mut body: Map<String, Value>,
) -> Result<Handle, Refusal> {
    let key = resource.key.as_ref().map_or("", |k| k.name);
    let given = body.get(key).cloned();
    body.retain(|name, _| !SET_BY_THE_PBX.contains(&name.as_str()));
    let mut write = Write { state, set: resource.name, handle: None, number: String::new(), refused: Vec::new() };
    let Some(mut row) = create::defaults(&mut write, resource, &body, given.as_ref()) else {
        return Err(Refusal::fields(&write.refused));
    };
    settle(&mut write, &mut body)?;
    write.finish()?;
    let members = take_members(resource.name, &mut body);
    row.extend(body);
    let handle = state.insert(resource, row);
    if let Some(members) = members {
        membership::write_members(state, handle, &members);
    }
    Ok(handle)
}

/// Changes an entity: only what is sent changes.
///
/// # Errors
/// What a PBX refuses.
pub(crate) fn update(
    state: &mut State,
    resource: &'static Resource,
    handle: Handle,
    mut patch: Map<String, Value>,
) -> Result<(), Refusal> {
    let set = resource.name;
    let key = resource.key.as_ref().map_or("", |k| k.name);
    // Where the key is the number, as nowhere in 20.0.10, the rule on numbers has to see it.
    patch.retain(|name, _| !SET_BY_THE_PBX.contains(&name.as_str()) && (name != key || name == "Number"));
    let number = state.row(set, handle).map_or(Value::Null, |r| r.raw("Number").into_owned());
    let number = number.as_str().unwrap_or_default().to_owned();
    let mut write = Write { state, set, handle: Some(handle), number, refused: Vec::new() };
    numbers::keep(&mut write, &mut patch);
    settle(&mut write, &mut patch)?;
    write.finish()?;
    let members = take_members(set, &mut patch);
    state.patch(set, handle, patch);
    if let Some(members) = members {
        membership::write_members(state, handle, &members);
    }
    Ok(())
}

/// Changes a singleton. Two of them are rows of sets.
///
/// # Errors
/// What a PBX refuses.
pub(crate) fn update_single(
    state: &mut State,
    resource: &'static Resource,
    mut patch: Map<String, Value>,
) -> Result<(), Refusal> {
    let row = match resource.name {
        "MyUser" => views::my_user(state).map(|h| ("Users", h)),
        "MyGroup" => state.handles("Groups").next().map(|h| ("Groups", h)),
        _ => None,
    };
    if let Some((set, handle)) = row {
        let Some(resource) = state.resource(set) else { return Err(Refusal::bare(404)) };
        return update(state, resource, handle, patch);
    }
    patch.remove("Id");
    let mut write = Write { state, set: resource.name, handle: None, number: String::new(), refused: Vec::new() };
    forwarding::destinations(&mut write, &mut patch);
    values::check_single(&mut write, &patch);
    write.finish()?;
    state.patch_single(resource.name, patch);
    Ok(())
}

/// Deletes an entity.
///
/// # Errors
/// What a PBX protects.
pub(crate) fn delete(state: &mut State, resource: &'static Resource, handle: Handle) -> Result<(), Refusal> {
    let set = resource.name;
    let Some(row) = state.row(set, handle) else { return Err(Refusal::not_found()) };
    let on = |name: &str| *row.raw(name) == Value::Bool(true);
    let protection = match set {
        "Groups" if on("IsDefault") => Some("WARNINGS.GROUP_CANNOT_BE_DELETED"),
        "Groups" => {
            let id = row.raw("Id").as_i64().unwrap_or_default();
            let used = views::members_of(state, id).next().is_some();
            used.then_some("WARNINGS.GROUP_WITH_MEMBERS_CANNOT_BE_DELETED")
        }
        "Fax" if on("FaxServer") => Some("WARNINGS.FAX_SERVER_CANNOT_BE_DELETED"),
        "ServicePrincipals" if row.raw("Number").as_str() == Some(state.client_id()) || on("IsSystem") => {
            Some("WARNINGS.CANNOT_BE_DELETED")
        }
        _ => None,
    };
    if let Some(key) = protection {
        return Err(Refusal::warning(key));
    }
    state.remove(set, handle);
    Ok(())
}

/// The rules that hold for new and old rows alike.
fn settle(write: &mut Write<'_>, patch: &mut Map<String, Value>) -> Result<(), Refusal> {
    numbers::unique(write, patch);
    if NUMBERED.iter().any(|(set, _)| *set == write.set) {
        membership::groups(write, patch);
    }
    membership::numbers_in_lists(write, patch);
    forwarding::profiles(write, patch);
    forwarding::destinations(write, patch);
    values::check(write, patch)
}

fn take_members(set: &str, patch: &mut Map<String, Value>) -> Option<Value> {
    if set == "Groups" { patch.remove("Members") } else { None }
}
