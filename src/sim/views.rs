//! What is not stored but seen: memberships from both ends, peers, phones in use, direct numbers, names of destinations.
//!
//! Owns how one state shows in several places, for reading. Writing through a view is a rule. Knows the store and no
//! request.

use super::query::eval::Fields;
use super::seed::{SYSTEM_EXTENSIONS, secret, time_zones};
use super::store::{Handle, Row, State};
use crate::catalog::{Catalog, Schema, Type};
use crate::sim::record::json;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// Sets whose rows have a number that can be called or that belong to departments, and their kinds of peer.
pub(crate) const NUMBERED: [(&str, &str); 9] = [
    ("Users", "Extension"),
    ("Queues", "Queue"),
    ("RingGroups", "RingGroup"),
    ("Receptionists", "IVR"),
    ("Fax", "Fax"),
    ("Parkings", "Parking"),
    ("Trunks", "ExternalLine"),
    ("Groups", "Group"),
    ("ServicePrincipals", "Extension"),
];

/// Room for so many phones of one user in a handle.
const PHONES: i64 = 64;
/// Room for so many direct numbers of one trunk in a handle.
const DIDS: i64 = 1_000_000;

/// Something with a number.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    /// Its Id.
    pub(crate) id: i64,
    /// Its number.
    pub(crate) number: String,
    /// What it is called.
    pub(crate) name: String,
    /// Its kind, a member of `PeerType`.
    pub(crate) kind: &'static str,
    /// Its tags.
    pub(crate) tags: Value,
    /// Where its row is; none for the system's own extensions.
    pub(crate) home: Option<(&'static str, Handle)>,
}

/// A row together with the state around it: gives every property a reader may ask for.
#[derive(Debug)]
pub(crate) struct Entity<'s> {
    state: &'s State,
    set: &'static str,
    handle: Handle,
    row: Row<'s>,
}

impl Fields for Entity<'_> {
    fn value(&self, name: &str) -> Cow<'_, Value> {
        let state = self.state;
        match (self.set, name) {
            // Taken on writes, never answered.
            ("Users", "AccessPassword") => Cow::Owned(Value::Null),
            ("Groups", "Members") => Cow::Owned(members(state, &self.row)),
            ("Groups", "HasMembers") => Cow::Owned(Value::Bool(has_members(state, &self.row))),
            ("Groups", "OfficeHolidays") => Cow::Owned(rows_where(state, "Holidays", "Group", &self.row.raw("Number"))),
            (set, "Groups") if NUMBERED.iter().any(|(s, _)| *s == set) => Cow::Owned(self.memberships()),
            ("Queues", "Agents" | "Managers") | ("RingGroups", "Members") => Cow::Owned(self.people_in(name)),
            ("Trunks", "RoutingRules") => Cow::Owned(self.rules_of_trunk()),
            ("InboundRules", "TrunkDN") => Cow::Owned(match self.row.raw(name).get("Number").and_then(Value::as_str) {
                Some(number) => peer_numbered(state, number).map_or(Value::Null, |p| self::peer(state, &p)),
                None => Value::Null,
            }),
            ("Defs", "TimeZones") => Cow::Owned(time_zones()),
            ("Defs", "Codecs" | "GatewayParameters" | "GatewayParameterValues") => Cow::Owned(json!([])),
            ("SystemStatus", "ExtensionsTotal" | "UserExtensions") => Cow::Owned(Value::from(state.len("Users"))),
            _ => self.with_destinations(name),
        }
    }
}

impl<'s> Entity<'s> {
    fn memberships(&self) -> Value {
        let Some(me) = peer_at(self.state, self.set, self.handle) else { return json!([]) };
        let raw = self.row.raw("Groups");
        let rows = raw.as_array().map_or(&[][..], Vec::as_slice);
        rows.iter().filter_map(|m| membership(self.state, &me, m)).collect()
    }

    fn people_in(&self, name: &str) -> Value {
        let raw = self.row.raw(name);
        let rows = raw.as_array().map_or(&[][..], Vec::as_slice);
        rows.iter()
            .filter_map(|m| {
                let peer = peer_numbered(self.state, m.get("Number")?.as_str()?)?;
                let mut out = m.as_object()?.clone();
                out.insert("Id".to_owned(), Value::from(peer.id));
                out.insert("Name".to_owned(), Value::from(peer.name));
                out.insert("Tags".to_owned(), peer.tags);
                Some(Value::Object(out))
            })
            .collect()
    }

    fn rules_of_trunk(&self) -> Value {
        let number = self.row.raw("Number");
        let state = self.state;
        let of_trunk = |h: &Handle| {
            let row = state.row("InboundRules", *h);
            row.is_some_and(|r| r.raw("TrunkDN").get("Number") == Some(&number))
        };
        state.handles("InboundRules").filter(of_trunk).filter_map(|h| whole(state, "InboundRules", h)).collect()
    }

    /// A stored value whose destinations carry the name and kind of what they point to now.
    fn with_destinations(&self, name: &str) -> Cow<'_, Value> {
        let value = self.row.raw(name);
        let schema = self.state.resource(self.set).and_then(|r| self.state.schema(r));
        let Some(field) = schema.and_then(|s| s.field(name)) else { return value };
        if !matches!(field.ty, Type::Object(_) | Type::List(_)) || !self.state.leads_somewhere(&field.ty) {
            return value;
        }
        let mut value = value.into_owned();
        name_destinations(self.state, &field.ty, &mut value);
        Cow::Owned(value)
    }
}

impl State {
    fn leads_somewhere(&self, ty: &Type) -> bool {
        match ty {
            Type::Object(id) => self.with_destinations().contains(self.catalog.schema(*id).name),
            Type::List(element) => self.leads_somewhere(element),
            _ => false,
        }
    }
}

/// The schemas that are, or hold, a destination.
pub(crate) fn schemas_with_destinations(catalog: &'static Catalog) -> HashSet<&'static str> {
    let schemas = &catalog.facts().schemas;
    let mut found: HashSet<&'static str> = HashSet::from(["Pbx.Destination"]);
    loop {
        let before = found.len();
        for schema in schemas {
            let holds = |ty: &Type| object_of(catalog, ty).is_some_and(|s| found.contains(s.name));
            if schema.fields.iter().any(|f| holds(&f.ty)) {
                found.insert(schema.name);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

fn object_of(catalog: &'static Catalog, ty: &Type) -> Option<&'static Schema> {
    match ty {
        Type::Object(id) => Some(catalog.schema(*id)),
        Type::List(element) => object_of(catalog, element),
        _ => None,
    }
}

fn name_destinations(state: &State, ty: &Type, value: &mut Value) {
    match (ty, value) {
        (Type::List(element), Value::Array(items)) => {
            items.iter_mut().for_each(|item| name_destinations(state, element, item));
        }
        (Type::Object(id), Value::Object(map)) => {
            let schema = state.catalog.schema(*id);
            if schema.name == "Pbx.Destination" {
                let peer = map.get("Number").and_then(Value::as_str).and_then(|n| peer_numbered(state, n));
                map.insert("Name".to_owned(), peer.as_ref().map_or(Value::Null, |p| Value::from(p.name.clone())));
                map.insert("Type".to_owned(), Value::from(peer.as_ref().map_or("None", |p| p.kind)));
                map.insert("Tags".to_owned(), peer.map_or_else(|| json!([]), |p| p.tags));
                return;
            }
            for (name, value) in map.iter_mut().filter(|(_, v)| v.is_object() || v.is_array()) {
                if let Some(field) = schema.field(name)
                    && state.leads_somewhere(&field.ty)
                {
                    name_destinations(state, &field.ty, value);
                }
            }
        }
        _ => {}
    }
}

/// The handles of a set, views included, in their own order.
pub(crate) fn handles<'s>(state: &'s State, set: &str) -> Box<dyn Iterator<Item = Handle> + 's> {
    match set {
        "SipDevices" => Box::new(state.handles("Users").flat_map(|user| {
            let phones = match state.row("Users", user) {
                Some(Row::Person(people, index)) => people.phone_count(index),
                Some(row) => row.raw("Phones").as_array().map_or(0, Vec::len),
                None => 0,
            };
            (0..phones as i64).map(move |n| user * PHONES + n)
        })),
        "DidNumbers" => Box::new(state.handles("Trunks").flat_map(|trunk| {
            let count = state.row("Trunks", trunk).map_or(0, |r| r.raw("DidNumbers").as_array().map_or(0, Vec::len));
            (0..count as i64).map(move |n| trunk * DIDS + n)
        })),
        "Peers" => {
            let mut few: Vec<i64> = SYSTEM_EXTENSIONS.iter().map(|s| s.0).collect();
            for (set, _) in NUMBERED.iter().skip(1) {
                few.extend(state.handles(set).filter_map(|h| state.row(set, h)?.raw("Id").as_i64()));
            }
            few.sort_unstable();
            Box::new(few.into_iter().chain(state.handles("Users")))
        }
        _ => state.handles(set),
    }
}

/// One row with the state around it.
pub(crate) fn entity<'s>(state: &'s State, set: &'static str, handle: Handle) -> Option<Entity<'s>> {
    let row = match set {
        "SipDevices" => Row::Made(sip_device(state, handle)?),
        "DidNumbers" => Row::Made(did_number(state, handle)?),
        "Peers" => match peer(state, &peer_by_id(state, handle)?) {
            Value::Object(map) => Row::Made(map),
            _ => return None,
        },
        _ => state.row(set, handle)?,
    };
    Some(Entity { state, set, handle, row })
}

/// A singleton with the state around it. Two of them are rows of sets.
pub(crate) fn single<'s>(state: &'s State, name: &'static str) -> Option<Entity<'s>> {
    match name {
        "MyUser" => entity(state, "Users", my_user(state)?),
        "MyGroup" => entity(state, "Groups", state.handles("Groups").next()?),
        _ => Some(Entity { state, set: name, handle: 0, row: Row::Stored(state.single(name)?) }),
    }
}

/// Who `MyUser` is: 214, or the first there is.
pub(crate) fn my_user(state: &State) -> Option<Handle> {
    state.user_numbered("214").or_else(|| state.handles("Users").next())
}

/// A row with every property, views included, as one value.
pub(crate) fn whole(state: &State, set: &'static str, handle: Handle) -> Option<Value> {
    let entity = entity(state, set, handle)?;
    let schema = state.schema(state.resource(set)?)?;
    let fields = schema.fields.iter().filter(|f| !f.navigation);
    Some(fields.map(|f| (f.name.to_owned(), entity.value(f.name).into_owned())).collect())
}

fn rows_where(state: &State, set: &'static str, name: &str, value: &Value) -> Value {
    let hit = |h: &Handle| state.row(set, *h).is_some_and(|r| *r.raw(name) == *value);
    state.handles(set).filter(hit).filter_map(|h| whole(state, set, h)).collect()
}

/// Something with a number, by its row.
pub(crate) fn peer_at(state: &State, set: &'static str, handle: Handle) -> Option<Peer> {
    let kind = NUMBERED.iter().find(|(s, _)| *s == set)?.1;
    let row = state.row(set, handle)?;
    let text = |name: &str| row.raw(name).as_str().unwrap_or_default().to_owned();
    let name = match set {
        "Users" => format!("{} {}", text("FirstName"), text("LastName")).trim().to_owned(),
        "Trunks" => row.raw("Gateway").get("Name").and_then(Value::as_str).unwrap_or_default().to_owned(),
        "Parkings" | "Fax" | "ServicePrincipals" => text("Number"),
        _ => text("Name"),
    };
    let tags = match set {
        "ServicePrincipals" => json!(["Principal"]),
        "Fax" if *row.raw("FaxServer") == Value::Bool(true) => json!(["FaxServer"]),
        _ => row.raw("Tags").as_array().cloned().map_or_else(|| json!([]), Value::Array),
    };
    let id = row.raw("Id").as_i64()?;
    Some(Peer { id, number: text("Number"), name, kind, tags, home: Some((set, handle)) })
}

/// Something with a number, by the number.
pub(crate) fn peer_numbered(state: &State, number: &str) -> Option<Peer> {
    if number.is_empty() {
        return None;
    }
    for (set, _) in NUMBERED {
        if let Some(handle) = state.find_by(set, "Number", number) {
            return peer_at(state, set, handle);
        }
    }
    SYSTEM_EXTENSIONS.iter().find(|s| s.1 == number).map(system_peer)
}

fn peer_by_id(state: &State, id: i64) -> Option<Peer> {
    if state.row("Users", id).is_some() {
        return peer_at(state, "Users", id);
    }
    let text = id.to_string();
    let found = NUMBERED.iter().skip(1).find_map(|(set, _)| Some((*set, state.find(set, &text)?)));
    match found {
        Some((set, handle)) => peer_at(state, set, handle),
        None => SYSTEM_EXTENSIONS.iter().find(|s| s.0 == id).map(system_peer),
    }
}

fn system_peer(&(id, number, name, kind): &(i64, &str, &str, &'static str)) -> Peer {
    Peer { id, number: number.to_owned(), name: name.to_owned(), kind, tags: json!([]), home: None }
}

/// A peer as a value, its departments included.
fn peer(state: &State, peer: &Peer) -> Value {
    let groups = match peer.home.and_then(|(set, handle)| state.row(set, handle)) {
        Some(row) => row.raw("Groups").into_owned(),
        None => json!([]),
    };
    let primary = peer.home.and_then(|(set, handle)| state.row(set, handle)?.raw("PrimaryGroupId").as_i64());
    let member_of: Value = groups
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(|m| {
            let id = m.get("GroupId")?.as_i64()?;
            let group = peer_at(state, "Groups", state.find("Groups", &id.to_string())?)?;
            let role = m.get("Rights").and_then(|r| r.get("RoleName")).cloned().unwrap_or_default();
            Some(json!({
                "GroupID": id, "Name": group.name, "Number": group.number, "RoleName": role,
                "IsPrimary": primary.is_none_or(|p| p == id),
            }))
        })
        .collect();
    json!({
        "Id": peer.id, "Number": peer.number, "Name": peer.name, "Type": peer.kind, "Tags": peer.tags, "Hidden": false,
        "MemberOf": member_of,
    })
}

/// A membership as both ends see it.
fn membership(state: &State, member: &Peer, stored: &Value) -> Option<Value> {
    let id = stored.get("GroupId")?.as_i64()?;
    let group = state.row("Groups", state.find("Groups", &id.to_string())?)?;
    let rights = stored.get("Rights").cloned().unwrap_or_default();
    let roles = group.raw("Rights");
    let role = roles.as_array().and_then(|all| all.iter().find(|r| r.get("RoleName") == rights.get("RoleName")));
    Some(json!({
        "Id": stored.get("Id"), "GroupId": id, "Name": *group.raw("Name"), "Number": member.number, "MemberName": member.name,
        "Type": member.kind, "Tags": member.tags, "CanDelete": member.kind == "Extension", "TranscriptionMode": "Inherit",
        "Rights": rights, "GroupRights": role,
    }))
}

/// Who belongs to a department: where each one's row is.
pub(crate) fn members_of<'s>(state: &'s State, group: i64) -> impl Iterator<Item = (&'static str, Handle)> + 's {
    let belongs = move |set: &str, handle: Handle| match state.row(set, handle) {
        // The two departments of somebody unchanged are known without making the memberships.
        Some(Row::Person(people, i)) => {
            let place = usize::try_from(group - super::seed::DEPARTMENTS[0].id).ok();
            place == Some(people.department(i)) || (place.is_some() && place == people.second_department(i))
        }
        Some(row) => {
            let groups = row.raw("Groups");
            groups.as_array().is_some_and(|g| g.iter().any(|m| m.get("GroupId").and_then(Value::as_i64) == Some(group)))
        }
        None => false,
    };
    let sets = NUMBERED.iter().map(|(set, _)| *set).filter(|set| *set != "Groups");
    sets.flat_map(move |set| state.handles(set).filter(move |h| belongs(set, *h)).map(move |h| (set, h)))
}

fn members(state: &State, group: &Row<'_>) -> Value {
    let Some(id) = group.raw("Id").as_i64() else { return json!([]) };
    members_of(state, id)
        .filter_map(|(set, handle)| {
            let me = peer_at(state, set, handle)?;
            let row = state.row(set, handle)?;
            let groups = row.raw("Groups");
            let mine = groups.as_array()?.iter().find(|m| m.get("GroupId").and_then(Value::as_i64) == Some(id))?;
            membership(state, &me, mine)
        })
        .collect()
}

fn has_members(state: &State, group: &Row<'_>) -> bool {
    group.raw("Id").as_i64().is_some_and(|id| members_of(state, id).next().is_some())
}

fn sip_device(state: &State, handle: Handle) -> Option<Map<String, Value>> {
    let (user, n) = (handle / PHONES, (handle % PHONES) as usize);
    let row = state.row("Users", user)?;
    let phones = row.raw("Phones");
    let phone = phones.as_array()?.get(n)?;
    let text = |name: &str| phone.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let model = text("Name");
    let (vendor, model) = model.split_once(' ').unwrap_or(("", &model));
    let owner = peer_at(state, "Users", user)?;
    let device = json!({
        "Id": phone.get("Id"),
        "PhoneWebPassword": secret(state.rng(), handle as usize, 70, 10),
        "ProvLink": text("ProvisioningLinkLocal"),
        "Registrar": {
            "MAC": text("MacAddress"), "Model": model, "Vendor": vendor, "IpAddress": text("Interface"), "Capabilities": 0,
            "UserAgent": format!("{vendor} {model} 1.0"), "FirmwareVersion": "1.0", "FirmwareAvailable": "",
            "InterfaceLink": format!("http://{}", text("Interface")),
        },
        "DN": peer(state, &owner),
    });
    match device {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

fn did_number(state: &State, handle: Handle) -> Option<Map<String, Value>> {
    let (trunk, n) = (handle / DIDS, (handle % DIDS) as usize);
    let row = state.row("Trunks", trunk)?;
    let numbers = row.raw("DidNumbers");
    let number = numbers.as_array()?.get(n)?;
    let template = row.raw("Gateway").get("TemplateFilename").cloned().unwrap_or_default();
    let rule = state
        .handles("InboundRules")
        .find(|h| state.row("InboundRules", *h).is_some_and(|r| *r.raw("Data") == *number))
        .and_then(|h| whole(state, "InboundRules", h));
    let row = json!({ "Number": number, "TrunkId": *row.raw("Id"), "TemplateFileName": template, "RoutingRule": rule });
    match row {
        Value::Object(map) => Some(map),
        _ => None,
    }
}
