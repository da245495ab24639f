//! Who belongs to which department, and who stands in which queue.
//!
//! Owns what a written membership means: the role lies in `Rights`, a membership lives with the extension whichever
//! end it was written from.

use super::Write;
use crate::sim::record::json;
use crate::sim::seed::rights;
use crate::sim::store::{Handle, State};
use crate::sim::views::{members_of, peer_numbered};
use serde_json::{Map, Value};

const NOT_FOUND: &str = "WARNINGS.XAPI.NOT_FOUND";

/// The role of somebody new when nobody says.
const DEFAULT_ROLE: &str = "users";

fn role_of(membership: &Value, under: &str) -> Option<String> {
    Some(membership.get(under)?.get("RoleName")?.as_str()?.to_owned())
}

fn group_of(membership: &Value) -> Option<i64> {
    membership.get("GroupId")?.as_i64()
}

/// What a role may do in a department; none if the department does not know the role.
fn grants(state: &State, group: i64, role: &str) -> Option<Value> {
    let row = state.row("Groups", state.find("Groups", &group.to_string())?)?;
    let known = row.raw("Rights");
    let rows = known.as_array().filter(|r| !r.is_empty());
    match rows {
        Some(rows) => rows.iter().find(|r| r.get("RoleName").and_then(Value::as_str) == Some(role)).cloned(),
        // A department from a seed file may not list them.
        None => crate::sim::seed::ROLES.contains(&role).then(|| rights(role)),
    }
}

/// Turns the written `Groups` of an extension into stored memberships.
pub(super) fn groups(write: &mut Write<'_>, patch: &mut Map<String, Value>) {
    let Some(Value::Array(sent)) = patch.get("Groups") else { return };
    let old = write.old("Groups");
    let old = old.as_array().cloned().unwrap_or_default();
    let mut stored: Vec<Value> = Vec::new();
    for membership in sent.clone() {
        let Some(group) = group_of(&membership).filter(|id| write.state.find("Groups", &id.to_string()).is_some())
        else {
            write.refuse("GroupId", NOT_FOUND);
            continue;
        };
        if stored.iter().any(|m| group_of(m) == Some(group)) {
            write.refuse("Groups", "WARNINGS.XAPI.DUPLICATE");
            continue;
        }
        let before = old.iter().find(|m| group_of(m) == Some(group));
        let id =
            before.and_then(|m| m.get("Id").cloned()).unwrap_or_else(|| Value::from(write.state.take_id() + 2_000_000));
        let rights = match role_of(&membership, "Rights") {
            Some(role) => grants(write.state, group, &role),
            // Only what lies in Rights counts: GroupRights alone is taken and changes nothing.
            None if membership.get("GroupRights").is_some_and(Value::is_object) && before.is_some() => {
                before.and_then(|m| m.get("Rights").cloned())
            }
            None => grants(write.state, group, DEFAULT_ROLE),
        };
        match rights {
            Some(rights) => stored.push(json!({ "Id": id, "GroupId": group, "Rights": rights })),
            None => write.refuse("RoleName", NOT_FOUND),
        }
    }
    if write.set == "Users" && !patch.contains_key("PrimaryGroupId") {
        let primary = write.old("PrimaryGroupId").as_i64();
        if let Some(first) = stored.first().and_then(group_of)
            && !stored.iter().any(|m| group_of(m) == primary)
        {
            patch.insert("PrimaryGroupId".to_owned(), Value::from(first));
        }
    }
    patch.insert("Groups".to_owned(), Value::Array(stored));
}

/// Checks the numbers in lists of people, and keeps of each only what is said there.
pub(super) fn numbers_in_lists(write: &mut Write<'_>, patch: &mut Map<String, Value>) {
    let lists: &[&str] = match write.set {
        "Queues" => &["Agents", "Managers"],
        "RingGroups" | "Groups" => &["Members"],
        _ => return,
    };
    for list in lists {
        let Some(Value::Array(sent)) = patch.get_mut(*list) else { continue };
        let mut unknown = false;
        for member in sent.iter_mut() {
            if let Some(map) = member.as_object_mut() {
                map.retain(|name, _| {
                    !matches!(name.as_str(), "Id" | "Name" | "Tags" | "MemberName" | "Type" | "CanDelete")
                });
            }
            let number = member.get("Number").and_then(Value::as_str);
            unknown |= number.is_none_or(|n| peer_numbered(write.state, n).is_none());
            if write.set == "Groups" {
                let role = role_of(member, "Rights").unwrap_or_else(|| DEFAULT_ROLE.to_owned());
                if !crate::sim::seed::ROLES.contains(&role.as_str()) {
                    write.refused.push(("RoleName".to_owned(), NOT_FOUND));
                }
            }
        }
        if unknown {
            write.refuse(list, "WARNINGS.XAPI.NON_EXISTENT_EXT_NUMBER");
        }
    }
}

/// Writes the members of a department: each membership goes to the extension that has it.
pub(super) fn write_members(state: &mut State, group: Handle, members: &Value) {
    let Some(id) = state.row("Groups", group).and_then(|r| r.raw("Id").as_i64()) else { return };
    let wanted: Vec<(Option<(&'static str, Handle)>, &Value)> = members
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(|m| Some((peer_numbered(state, m.get("Number")?.as_str()?)?.home, m)))
        .collect();
    let leaving: Vec<(&'static str, Handle)> =
        members_of(state, id).filter(|home| !wanted.iter().any(|(w, _)| *w == Some(*home))).collect();
    for (set, handle) in leaving {
        let kept: Vec<Value> =
            memberships(state, set, handle).into_iter().filter(|m| group_of(m) != Some(id)).collect();
        store(state, set, handle, kept);
    }
    for (home, member) in wanted {
        let Some((set, handle)) = home else { continue };
        let mut rows = memberships(state, set, handle);
        let role = role_of(member, "Rights");
        match rows.iter_mut().find(|m| group_of(m) == Some(id)) {
            Some(row) => {
                if let Some(rights) = role.and_then(|r| grants(state, id, &r)) {
                    row["Rights"] = rights;
                }
            }
            None => {
                let rights = grants(state, id, role.as_deref().unwrap_or(DEFAULT_ROLE));
                let row = json!({ "Id": state.take_id() + 2_000_000, "GroupId": id, "Rights": rights });
                rows.push(row);
            }
        }
        store(state, set, handle, rows);
    }
}

fn memberships(state: &State, set: &str, handle: Handle) -> Vec<Value> {
    state.row(set, handle).and_then(|r| r.raw("Groups").as_array().cloned()).unwrap_or_default()
}

fn store(state: &mut State, set: &str, handle: Handle, rows: Vec<Value>) {
    state.patch(set, handle, Map::from_iter([("Groups".to_owned(), Value::Array(rows))]));
}
