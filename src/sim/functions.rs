//! Functions and actions: the believable ones a console needs, and an answer of the right shape for all others.
//!
//! Owns what they do to the state. Knows the store, the views and the rules; arguments have been read and checked.

use super::files;
use super::operate::{Done, Pbx};
use super::query::eval::Fields;
use super::query::project::target;
use super::refusal::Refusal;
use super::routes::Route;
use super::rules;
use super::seed::{self, SYSTEM_EXTENSIONS, dice, secret};
use super::shape;
use super::store::Handle;
use super::views;
use crate::catalog::{Schema, Shape, Type};
use crate::sim::record::json;
use serde_json::{Map, Value};

/// Rows that a report has.
const REPORT_ROWS: usize = 5;

/// Carries out a function.
///
/// # Errors
/// Whatever the PBX answers instead.
pub(crate) fn function(pbx: &mut Pbx, route: &Route, query: &str) -> Result<Done, Refusal> {
    let handle = bound_to(pbx, route)?;
    let text = |name: &str| route.arguments.get(name).and_then(Value::as_str).unwrap_or_default();
    let state = &pbx.state;
    match (route.resource.name, route.operation.name) {
        (set, name) if name.starts_with("GetFirstAvailable") => {
            let number = rules::next_free(state, rules::range_of(set));
            let number = number.ok_or_else(|| Refusal::field("Number", "WARNINGS.NO_MORE_NUMBERS_AVAILABLE"))?;
            object(pbx, route, &json!({ "Number": number }))
        }
        ("Users", "HasDuplicatedEmail") => {
            let mine = handle.and_then(|h| state.row("Users", h)).map(|r| r.raw("EmailAddress").into_owned());
            let mine = mine.as_ref().and_then(Value::as_str).unwrap_or_default().to_lowercase();
            let same = |h: &Handle| {
                let row = state.row("Users", *h);
                row.is_some_and(|r| r.raw("EmailAddress").as_str().is_some_and(|m| m.to_lowercase() == mine))
            };
            let shared = !mine.is_empty() && state.handles("Users").filter(same).nth(1).is_some();
            Ok(Done::Json(pbx.reader().scalar(Value::Bool(shared))))
        }
        ("Users", "GetPhoneRegistrar") => {
            let device = registrar(pbx, text("mac")).ok_or_else(Refusal::not_found)?;
            object(pbx, route, &device)
        }
        ("Contacts", "GetContactsByNumber") => {
            let digits = |t: &str| t.chars().filter(char::is_ascii_digit).collect::<String>();
            let wanted = digits(text("number"));
            let rows: Vec<Value> = state
                .handles("Contacts")
                .filter(|h| {
                    let row = state.row("Contacts", *h);
                    row.is_some_and(|r| {
                        ["PhoneNumber", "Mobile2", "Business"].iter().any(|n| {
                            let value = r.raw(n);
                            let own = digits(value.as_str().unwrap_or_default());
                            !own.is_empty() && own == wanted
                        })
                    })
                })
                .filter_map(|h| views::whole(state, "Contacts", h))
                .collect();
            list(pbx, route, &Value::Array(rows), query)
        }
        ("Parameters", "GetParameterByName") => {
            let handle = state.find_by("Parameters", "Name", text("name")).ok_or_else(Refusal::not_found)?;
            pbx.read_row(route.resource, handle, query).map(Done::Json)
        }
        ("Defs", "HasSystemOwner") => Ok(Done::Json(pbx.reader().scalar(Value::Bool(true)))),
        ("Peers", "GetReportPeers") => {
            let rows: Vec<Value> = views::handles(state, "Peers")
                .filter_map(|h| views::entity(state, "Peers", h))
                .map(|e| {
                    ["Id", "Number", "Name", "Type", "Tags", "Hidden"].map(|n| (n.to_owned(), e.value(n).into_owned()))
                })
                .map(|row| row.into_iter().collect())
                .collect();
            list(pbx, route, &Value::Array(rows), query)
        }
        ("OutboundRules", "GetEmergencyOutboundRules") => {
            let rows: Vec<Value> = state
                .handles("OutboundRules")
                .filter(|h| {
                    state.row("OutboundRules", *h).is_some_and(|r| *r.raw("EmergencyRule") == Value::Bool(true))
                })
                .filter_map(|h| views::whole(state, "OutboundRules", h))
                .collect();
            list(pbx, route, &Value::Array(rows), query)
        }
        (set @ "CrmTemplates", "GeCrmtTemplates") => {
            let rows = state.handles(set).filter_map(|h| views::whole(state, set, h)).collect();
            list(pbx, route, &rows, query)
        }
        ("SystemStatus", "SystemExtensions") => {
            let rows = SYSTEM_EXTENSIONS
                .iter()
                .map(|(_, number, name, kind)| json!({ "Number": number, "Name": name, "Type": kind }));
            list(pbx, route, &rows.collect(), query)
        }
        (set @ ("Fax" | "Trunks"), name) if name.starts_with("Init") => {
            // A draft to be filled in and posted back: nothing is kept of it.
            let number = rules::next_free(state, rules::range_of(set)).unwrap_or_default();
            object(
                pbx,
                route,
                &json!({ "Id": 0, "Number": number, "Groups": [], "Direction": "Both", "SimultaneousCalls": 10 }),
            )
        }
        ("Users", "GetPhoneSecret") => {
            let row = handle.and_then(|h| state.row("Users", h)).ok_or_else(Refusal::not_found)?;
            Ok(Done::Json(pbx.reader().scalar(row.raw("AuthPassword").into_owned())))
        }
        ("Defs", "GetSystemParameters") => {
            let mut parameters = match target_of(pbx, route) {
                Some(schema) => shape::invent(state.catalog, schema, 1),
                None => Map::new(),
            };
            for (name, value) in seed::system_parameters() {
                parameters.insert(name, value);
            }
            object(pbx, route, &Value::Object(parameters))
        }
        ("PromptSets", "GetActive") => match state.handles("PromptSets").next() {
            Some(handle) => pbx.read_row(route.resource, handle, query).map(Done::Json),
            None => Err(Refusal::not_found()),
        },
        _ => match files::file(pbx, route) {
            Some(file) => Ok(file),
            None => default(pbx, route, query),
        },
    }
}

/// Carries out an action. `alter` may change what is written after it was checked.
///
/// # Errors
/// Whatever the PBX answers instead.
pub(crate) fn action(
    pbx: &mut Pbx,
    route: &Route,
    arguments: Map<String, Value>,
    query: &str,
    alter: &mut dyn FnMut(&str, &mut Map<String, Value>),
) -> Result<Done, Refusal> {
    let handle = bound_to(pbx, route)?;
    let set = route.resource.name;
    let name = route.operation.name;
    // Every bulk delete of rows by key is one rule, whatever it is called.
    if let Some(ids) = arguments.get("ids")
        && (name.starts_with("Bulk") && name.ends_with("Delete") || name == "DeleteContactsById")
    {
        for key in keys(ids) {
            if let Some(handle) = pbx.state.find(set, &key) {
                rules::delete(&mut pbx.state, route.resource, handle)?;
            }
        }
        return default(pbx, route, query);
    }
    match (set, name) {
        ("Users", "BatchDelete") => {
            let mut errors = Vec::new();
            for key in keys(arguments.get("ids").unwrap_or(&Value::Null)) {
                match pbx.state.find(set, &key) {
                    Some(handle) => {
                        let number = pbx.state.row(set, handle).map(|r| r.raw("Number").into_owned());
                        if let Err(refusal) = rules::delete(&mut pbx.state, route.resource, handle) {
                            let why = refusal.body.as_ref().map(|b| b["error"]["message"].clone());
                            errors.push(json!({ "ExtensionNumber": number, "Error": why }));
                        }
                    }
                    None => errors.push(json!({ "ExtensionNumber": key, "Error": "WARNINGS.XAPI.NOT_FOUND" })),
                }
            }
            list(pbx, route, &Value::Array(errors), "")
        }
        ("Users", "BulkUpdate" | "MultiUserUpdate") => {
            bulk(pbx, route, &arguments, alter)?;
            Ok(Done::Nothing)
        }
        ("Users", "Regenerate" | "RegeneratePasswords") => {
            let users: Vec<Handle> = match handle {
                Some(handle) => vec![handle],
                None => {
                    let wanted = keys(arguments.get("Ids").unwrap_or(&Value::Null));
                    wanted.iter().filter_map(|key| pbx.state.find(set, key)).collect()
                }
            };
            regenerate(pbx, &users, arguments.get("opts").unwrap_or(&Value::Null));
            Ok(Done::Nothing)
        }
        ("Users", "GetDuplicatedEmails") => {
            let asked = arguments.values().next().and_then(Value::as_array).cloned().unwrap_or_default();
            let taken = |mail: &&Value| {
                let Some(text) = mail.as_str().map(str::to_lowercase).filter(|t| !t.is_empty()) else { return false };
                let state = &pbx.state;
                let has = |h: Handle| {
                    let row = state.row("Users", h);
                    row.is_some_and(|r| r.raw("EmailAddress").as_str().is_some_and(|m| m.to_lowercase() == text))
                };
                state.handles("Users").any(has)
            };
            let taken: Vec<Value> = asked.iter().filter(taken).cloned().collect();
            Ok(Done::Json(pbx.reader().scalar(Value::Array(taken))))
        }
        ("Users", "GetPhoneRegistrars") => {
            let asked = arguments.values().next().and_then(Value::as_array).cloned().unwrap_or_default();
            let found: Vec<Value> =
                asked.iter().filter_map(Value::as_str).filter_map(|mac| registrar(pbx, mac)).collect();
            list(pbx, route, &Value::Array(found), "")
        }
        ("ServicePrincipals", "GenerateAppToken") => {
            let row = handle.and_then(|h| pbx.state.row(set, h)).ok_or_else(Refusal::not_found)?;
            let client = row.raw("Number").as_str().unwrap_or_default().to_owned();
            let key = pbx.tokens.renew(&client);
            Ok(Done::Json(pbx.reader().scalar(Value::from(key))))
        }
        ("Groups", "DeleteCompanyById" | "DeleteCompanyByNumber") => {
            let found = match arguments.values().next() {
                Some(Value::String(number)) => pbx.state.find_by(set, "Number", number),
                Some(id) => pbx.state.find(set, &id.to_string()),
                None => None,
            };
            rules::delete(&mut pbx.state, route.resource, found.ok_or_else(Refusal::not_found)?)?;
            Ok(Done::Nothing)
        }
        ("Peers", "RetreivePeersByNumbers") => {
            let request = arguments.get("peersRequest").cloned().unwrap_or_default();
            let numbers = keys(request.get("DnNumbers").unwrap_or(&Value::Null));
            let found: Vec<Value> = numbers
                .iter()
                .filter_map(|n| views::peer_numbered(&pbx.state, n))
                .map(|p| json!({ "Id": p.id, "Number": p.number, "Name": p.name, "Type": p.kind, "Tags": p.tags, "Hidden": false }))
                .collect();
            list(pbx, route, &Value::Array(found), "")
        }
        ("Backups", "Backup") => {
            let description = arguments.get("description").cloned().unwrap_or_default();
            let name = description.get("Name").or_else(|| description.get("FileName")).and_then(Value::as_str);
            let file = format!("{}.zip", name.unwrap_or("backup").trim_end_matches(".zip"));
            if pbx.state.find(set, &file).is_some() {
                return Err(Refusal::field("Name", "WARNINGS.XAPI.DUPLICATE"));
            }
            let row = json!({ "FileName": file, "Size": 48_000_000, "CreationTime": "2026-03-02T08:00:00Z", "DownloadLink": "" });
            if let Value::Object(row) = row {
                pbx.state.insert(route.resource, row);
            }
            Ok(Done::Nothing)
        }
        ("WebsiteLinks", "ValidateLink") => {
            let model = arguments.get("model").cloned().unwrap_or_default();
            let link = model.get("FriendlyName").and_then(Value::as_str).unwrap_or_default().to_owned();
            let taken = ["ClickToCallId", "WebMeetingFriendlyName"]
                .iter()
                .any(|f| pbx.state.find_by("Users", f, &link).is_some())
                || pbx.state.find(set, &link).is_some();
            if taken { Err(Refusal::field("FriendlyName", "WARNINGS.XAPI.ALREADY_IN_USE")) } else { Ok(Done::Nothing) }
        }
        ("Services", "Start" | "Stop" | "Restart" | "Enable" | "Disable") => {
            let status = if name == "Stop" || name == "Disable" { "Stopped" } else { "Running" };
            let options = arguments.get("options").cloned().unwrap_or_default();
            for service in keys(options.get("ServiceNames").unwrap_or(&Value::Null)) {
                if let Some(handle) = pbx.state.find_by(set, "Name", &service) {
                    pbx.state.patch(set, handle, Map::from_iter([("Status".to_owned(), Value::from(status))]));
                }
            }
            Ok(Done::Nothing)
        }
        ("EventLogs", "PurgeEventLog") => {
            for handle in pbx.state.handles(set).collect::<Vec<_>>() {
                pbx.state.remove(set, handle);
            }
            Ok(Done::Nothing)
        }
        ("ActiveCalls", "DropCall") | ("MyTokens" | "SecurityTokens", "RevokeToken") => {
            pbx.state.remove(set, handle.ok_or_else(Refusal::not_found)?);
            Ok(Done::Nothing)
        }
        ("Users", "RebootPhone" | "ReprovisionPhone" | "UpgradePhone") => {
            let mac = arguments.get("mac").and_then(Value::as_str).unwrap_or_default().to_uppercase();
            match rules::owner_of_phone(&pbx.state, &mac) {
                Some(_) => Ok(Done::Nothing),
                None => Err(Refusal::field("mac", "WARNINGS.XAPI.NOT_FOUND")),
            }
        }
        ("DeviceInfos", "Provision") => {
            provision(pbx, handle.ok_or_else(Refusal::not_found)?, &arguments)?;
            Ok(Done::Nothing)
        }
        _ => default(pbx, route, query),
    }
}

/// The row that a bound operation is about; none for what is bound to a set or to nothing.
fn bound_to(pbx: &Pbx, route: &Route) -> Result<Option<Handle>, Refusal> {
    match (&route.key, route.resource.shape) {
        (Some(_), Shape::Collection) => pbx.addressed(route).map(Some),
        _ => Ok(None),
    }
}

/// The keys in a list, as they are written in paths.
fn keys(list: &Value) -> Vec<String> {
    list.as_array().map_or(&[][..], Vec::as_slice).iter().map(super::store::key_text).collect()
}

/// The schema of what an operation answers.
fn target_of(pbx: &Pbx, route: &Route) -> Option<&'static Schema> {
    route.operation.result.as_ref().and_then(|ty| target(pbx.state.catalog, ty))
}

fn object(pbx: &Pbx, route: &Route, value: &Value) -> Result<Done, Refusal> {
    match (target_of(pbx, route), value) {
        (Some(schema), Value::Object(map)) => Ok(Done::Json(pbx.reader().object(map, schema))),
        _ => Ok(Done::Json(value.clone())),
    }
}

fn list(pbx: &Pbx, route: &Route, values: &Value, query: &str) -> Result<Done, Refusal> {
    let schema = route.operation.result.as_ref().and_then(|ty| target(pbx.state.catalog, ty));
    match schema {
        Some(schema) => {
            pbx.reader().values(values, schema, &format!("Collection({})", schema.name), query).map(Done::Json)
        }
        None => Ok(Done::Json(pbx.reader().scalar(values.clone()))),
    }
}

/// An answer of the right shape, for what is not simulated.
fn default(pbx: &Pbx, route: &Route, query: &str) -> Result<Done, Refusal> {
    let catalog = pbx.state.catalog;
    let operation = route.operation;
    let Some(ty) = &operation.result else { return Ok(Done::Nothing) };
    match ty {
        Type::List(element) => {
            let rows = target(catalog, element).map_or_else(|| json!([]), |schema| rows_of(pbx, route, schema));
            list(pbx, route, &rows, query)
        }
        // What is a file is known by now; anything else has nothing to say.
        Type::Object(id) if catalog.schema(*id).fields.is_empty() => Ok(Done::Nothing),
        Type::Object(id) => {
            let schema = catalog.schema(*id);
            Ok(Done::Json(pbx.reader().object(&shape::invent(catalog, schema, 1), schema)))
        }
        Type::Opaque => Ok(Done::Nothing),
        other => Ok(Done::Json(pbx.reader().scalar(shape::blank(catalog, other, false)))),
    }
}

/// The rows of what an operation lists: those of the set it is of, and of a report some to be looked at.
pub(super) fn rows_of(pbx: &Pbx, route: &Route, schema: &'static Schema) -> Value {
    let (state, set) = (&pbx.state, route.resource.name);
    if state.schema(route.resource).is_some_and(|own| own.name == schema.name) {
        return views::handles(state, set).filter_map(|handle| views::whole(state, set, handle)).collect();
    }
    if set.starts_with("Report") {
        return (1..=REPORT_ROWS).map(|n| Value::Object(shape::invent(state.catalog, schema, n))).collect();
    }
    json!([])
}

fn registrar(pbx: &Pbx, mac: &str) -> Option<Value> {
    let state = &pbx.state;
    views::handles(state, "SipDevices").find_map(|h| {
        let entity = views::entity(state, "SipDevices", h)?;
        let registrar = entity.value("Registrar").into_owned();
        (registrar.get("MAC").and_then(Value::as_str) == Some(mac)).then_some(registrar)
    })
}

/// One change to many users. The first that is refused ends it; what was changed before stays, unless all or nothing.
fn bulk(
    pbx: &mut Pbx,
    route: &Route,
    arguments: &Map<String, Value>,
    alter: &mut dyn FnMut(&str, &mut Map<String, Value>),
) -> Result<(), Refusal> {
    let set = route.resource.name;
    let schema = pbx.state.schema(route.resource).ok_or_else(|| Refusal::bare(404))?;
    let body = arguments.get("user").and_then(Value::as_object).cloned().unwrap_or_default();
    // The form state of a multi edit is taken and means nothing to a single user.
    let form = |name: &str| schema.field(name).is_none() || name == "Number";
    let patch: Map<String, Value> = body.into_iter().filter(|(name, _)| !form(name)).collect();
    let ids = keys(arguments.get("ids").unwrap_or(&Value::Null));
    let users: Vec<Option<Handle>> = ids.iter().map(|key| pbx.state.find(set, key)).collect();
    if pbx.behaviour.bulk_atomic && users.contains(&None) {
        return Err(Refusal::field("ids", "WARNINGS.XAPI.NOT_FOUND"));
    }
    let all_or_nothing = users.iter().flatten().filter(|_| pbx.behaviour.bulk_atomic);
    let before: Vec<(Handle, Map<String, Value>)> =
        all_or_nothing.filter_map(|h| Some((*h, pbx.state.whole(set, *h)?))).collect();
    for user in users {
        let done = match user {
            Some(handle) => {
                let mut patch = patch.clone();
                alter(set, &mut patch);
                rules::update(&mut pbx.state, route.resource, handle, patch)
            }
            None => Err(Refusal::field("ids", "WARNINGS.XAPI.NOT_FOUND")),
        };
        if let Err(refusal) = done {
            for (handle, row) in before {
                pbx.state.patch(set, handle, row);
            }
            return Err(refusal);
        }
    }
    Ok(())
}

fn regenerate(pbx: &mut Pbx, users: &[Handle], options: &Value) {
    const FIELDS: [(&str, &str, usize); 4] = [
        ("SipAuth", "AuthPassword", 12),
        ("SipAuth", "AuthID", 10),
        ("DeskphonePassword", "DeskphonePassword", 12),
        ("VoicemailPIN", "VMPIN", 4),
    ];
    for user in users {
        let salt = pbx.state.take_id() as usize;
        let mut patch = Map::new();
        for (option, field, length) in FIELDS {
            if options.get(option) == Some(&Value::Bool(true)) {
                let new = match field {
                    "VMPIN" => format!("{:04}", dice(pbx.state.rng(), salt, 90) % 10_000),
                    _ => secret(pbx.state.rng(), salt, length as u64, length),
                };
                patch.insert(field.to_owned(), Value::from(new));
            }
        }
        pbx.state.patch("Users", *user, patch);
    }
}

/// Gives a waiting phone to a user.
fn provision(pbx: &mut Pbx, device: Handle, arguments: &Map<String, Value>) -> Result<(), Refusal> {
    let user = arguments.get("userId").and_then(Value::as_i64).unwrap_or_default();
    let handle = pbx.state.find("Users", &user.to_string());
    let handle = handle.ok_or_else(|| Refusal::field("userId", "WARNINGS.XAPI.NOT_FOUND"))?;
    let Some(row) = pbx.state.row("DeviceInfos", device) else { return Err(Refusal::not_found()) };
    let phone = json!({
        "MacAddress": *row.raw("MAC"), "Name": format!("{} {}", row.raw("Vendor").as_str().unwrap_or_default(), row.raw("Model").as_str().unwrap_or_default()),
        "Interface": *row.raw("NetworkAddress"), "TemplateName": *row.raw("TemplateName"), "Settings": {},
    });
    let users = pbx.state.resource("Users").ok_or_else(|| Refusal::bare(404))?;
    let owner = pbx.state.row("Users", handle).map(|r| (r.raw("Phones").into_owned(), r.raw("Number").into_owned()));
    let (mut phones, number) = owner.unwrap_or_default();
    if let Some(all) = phones.as_array_mut() {
        all.push(phone);
    }
    rules::update(&mut pbx.state, users, handle, Map::from_iter([("Phones".to_owned(), phones)]))?;
    let assigned = Map::from_iter([("Assigned".to_owned(), Value::Bool(true)), ("AssignedUser".to_owned(), number)]);
    pbx.state.patch("DeviceInfos", device, assigned);
    Ok(())
}
