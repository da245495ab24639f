//! The overlay as it is written, against the catalog as it is shipped.

use super::sheet::{FieldEntry, Sheet};
use super::source::Source;
use super::{ANY, may_hold_secret};
use crate::catalog::words::short;
use crate::catalog::{Catalog, Danger, FieldKind, Operation, Schema, Shape, Type, load};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

const TOML: &str = include_str!("../data/overlay.toml");

fn source() -> Source {
    Source::parse(TOML).expect("overlay.toml")
}

fn catalog() -> &'static Catalog {
    Catalog::shipped()
}

fn schema(name: &str) -> &'static Schema {
    catalog().schema(catalog().schema_named(name).unwrap_or_else(|| panic!("schema {name}")))
}

/// `CORDBOARD_REGENERATE=1` writes the file anew; without it the shipped one must be current.
#[test]
fn the_shipped_overlay_is_current() {
    let source = source();
    let sheet: Sheet<'_> = source.sheet().expect("overlay.toml");
    let bytes = load::seal(load::OVERLAY, &sheet);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalog/data/overlay.bin");
    if std::env::var_os("CORDBOARD_REGENERATE").is_some() {
        let packed = miniz_oxide::deflate::compress_to_vec(&bytes, 10);
        std::fs::write(&file, packed).expect("overlay.bin can be written");
    }
    let shipped = load::inflated(&std::fs::read(&file).expect("overlay.bin"));
    assert!(shipped == bytes, "overlay.toml was changed: run the tests once with CORDBOARD_REGENERATE=1");
}

/// Follows `A/B/C` from a schema.
fn leads_somewhere(schema: &Schema, path: &str) -> bool {
    let (first, rest) = path.split_once('/').map_or((path, None), |(a, b)| (a, Some(b)));
    match (schema.field(first).map(|f| &f.ty), rest) {
        (Some(_), None) => true,
        (Some(Type::Object(id)), Some(rest)) => leads_somewhere(catalog().schema(*id), rest),
        _ => false,
    }
}

#[test]
fn every_resource_that_is_written_of_exists() {
    let source = source();
    let sheet = source.sheet().expect("overlay.toml");
    let mut wrong = Vec::new();
    for (name, entry) in &sheet.resources {
        let Some(resource) = catalog().resource(name) else {
            wrong.push((*name).to_owned());
            continue;
        };
        let fields = entry.label.iter().chain(&entry.peek).chain(entry.columns.iter().flat_map(|c| &c.fields));
        let single = [entry.key, entry.number, entry.newest];
        for field in fields.chain(single.iter().flatten()) {
            if !catalog().entity(resource).is_some_and(|schema| leads_somewhere(schema, field)) {
                wrong.push(format!("{name}.{field}"));
            }
        }
        for function in [entry.next, entry.proposal].into_iter().flatten() {
            if !catalog().operations_of(resource).any(|o| o.name == function && !o.bound && o.result.is_some()) {
                wrong.push(format!("{name}/{function}"));
            }
        }
    }
    for group in &sheet.groups {
        wrong.extend(group.resources.iter().filter(|n| catalog().resource(n).is_none()).map(|n| (*n).to_owned()));
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn every_field_that_is_written_of_exists() {
    let source = source();
    let sheet = source.sheet().expect("overlay.toml");
    let everywhere: BTreeSet<&str> = catalog().facts().schemas.iter().flat_map(|s| &s.fields).map(|f| f.name).collect();
    let mut wrong = Vec::new();
    for (name, entry) in &sheet.schemas {
        let known = |field: &str| {
            if *name == ANY { everywhere.contains(field) } else { schema(name).field(field).is_some() }
        };
        if *name != ANY && catalog().schema_named(name).is_none() {
            wrong.push((*name).to_owned());
            continue;
        }
        wrong.extend(entry.like.filter(|like| catalog().schema_named(like).is_none()).map(str::to_owned));
        let columns = entry.columns.iter().flat_map(|c| &c.fields).chain(&entry.ask);
        wrong.extend(columns.filter(|path| !leads_somewhere(schema(name), path)).map(|path| format!("{name}: {path}")));
        if let Some([periods, parts @ ..]) = entry.week {
            let element = match schema(name).field(periods).map(|f| &f.ty) {
                Some(Type::List(item)) => match **item {
                    Type::Object(id) => Some(catalog().schema(id)),
                    _ => None,
                },
                _ => None,
            };
            if !element.is_some_and(|schema| parts.iter().all(|part| schema.field(part).is_some())) {
                wrong.push(format!("{name}: week"));
            }
        }
        for field in entry.sections.iter().flat_map(|(_, fields)| fields).chain(entry.fields.iter().map(|(f, _)| f)) {
            if !known(field) {
                wrong.push(format!("{name}.{field}"));
            }
        }
        for (field, note) in &entry.fields {
            if !makes_sense(name, field, note) {
                wrong.push(format!("{name}.{field}: refers or identity"));
            }
        }
    }
    for (name, members) in &sheet.members {
        match catalog().enum_named(name).map(|id| catalog().enumeration(id)) {
            None => wrong.push((*name).to_owned()),
            Some(e) => {
                wrong.extend(members.iter().filter(|(m, _)| !e.members.contains(m)).map(|(m, _)| format!("{name}.{m}")))
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// A reference (and a unique value) leads to a property of a resource; an identity is a property of the elements of a list.
fn makes_sense(schema_name: &str, field: &str, note: &FieldEntry<'_>) -> bool {
    let leads = |(resource, by): (&str, &str)| {
        let resource = catalog().resource(resource).filter(|r| r.shape == Shape::Collection);
        resource.and_then(|r| catalog().entity(r)).is_some_and(|s| {
            let (list, member) = by.split_once('/').map_or((by, None), |(list, member)| (list, Some(member)));
            leads_somewhere(s, by)
                || s.field(list).is_some_and(|field| match (&field.ty, member) {
                    (Type::List(item), Some(member)) => match **item {
                        Type::Object(id) => catalog().schema(id).field(member).is_some(),
                        _ => false,
                    },
                    (_, member) => member.is_none(),
                })
        })
    };
    let refers = note.reference.is_none_or(leads) && note.unique.is_none_or(leads);
    let ty = |s: &Schema| s.field(field).map(|f| f.ty.clone());
    let ty = match schema_name {
        ANY => catalog().facts().schemas.iter().find_map(ty),
        name => ty(schema(name)),
    };
    let follows = note.follows.as_ref().is_none_or(|(by, members)| {
        let refers = |resource: &str, by: &str| {
            let resource = catalog().resource(resource);
            resource.and_then(|r| catalog().entity(r)).is_some_and(|s| s.field(by).is_some())
        };
        let decides = match schema(schema_name).field(by).map(|f| &f.ty) {
            Some(Type::Enum(id)) => catalog().enumeration(*id).members.clone(),
            Some(Type::Text { .. }) => {
                let known = catalog().reach(schema(schema_name), by).map(|(s, f)| catalog().note(s, f).choices);
                known.unwrap_or_default().iter().map(|(wire, _)| *wire).collect()
            }
            _ => Vec::new(),
        };
        let listed = |list: &str| list.is_empty() || !catalog().choices(list).is_empty();
        members.iter().all(|(member, resource, by)| {
            decides.contains(member) && if *resource == "=" { listed(by) } else { refers(resource, by) }
        })
    });
    let identity = note.identity.is_none_or(|path| match &ty {
        Some(Type::List(item)) => match **item {
            Type::Object(id) => leads_somewhere(catalog().schema(id), path),
            _ => false,
        },
        _ => false,
    });
    let ordered = note.ordered != Some(true) || matches!(ty, Some(Type::List(_)));
    refers && follows && identity && ordered
}

#[test]
fn every_text_that_is_a_table_fits_its_schema() {
    let source = source();
    let sheet = source.sheet().expect("overlay.toml");
    assert!(!sheet.markups.is_empty());
    for markup in &sheet.markups {
        let row = schema(markup.name);
        let part = |name: &str| markup.parts.iter().any(|part| part.name == name);
        let used = sheet.schemas.iter().flat_map(|(_, s)| &s.fields).any(|(_, f)| f.markup == Some(markup.name));
        assert!(used && part(markup.place) && !markup.path.is_empty(), "{}", markup.name);
        assert_eq!(row.fields.len(), markup.parts.len());
        assert!(markup.follows.iter().all(|f| part(f.by)), "{}", markup.name);
        assert!(markup.needs.iter().all(|n| part(n.by) && part(n.member) && n.says.ends_with('.')), "{}", markup.name);
        let brings = catalog()
            .note(row, &row.fields[0])
            .brings
            .iter()
            .chain(row.fields.iter().flat_map(|field| catalog().note(row, field).brings));
        assert!(brings.clone().count() > 0 && brings.clone().all(|(beside, _)| part(beside)), "{}", markup.name);
    }
}

#[test]
fn every_caution_speaks_of_fields_that_exist() {
    let source = source();
    let sheet = source.sheet().expect("overlay.toml");
    assert!(!sheet.cautions.is_empty());
    for caution in &sheet.cautions {
        assert!(caution.says.ends_with('.') && !caution.when.is_empty(), "{caution:?}");
        for condition in &caution.when {
            assert!(leads_somewhere(schema(caution.schema), condition.field), "{}", condition.field);
            assert!(condition.changed || !condition.is.is_empty() || !condition.was.is_empty(), "{condition:?}");
        }
    }
}

#[test]
fn no_two_fields_of_a_schema_are_called_the_same_in_a_spreadsheet() {
    for schema in &catalog().facts().schemas {
        let mut met = BTreeSet::new();
        let names = schema.fields.iter().flat_map(|f| catalog().also(schema, f));
        for name in names {
            assert!(met.insert(name.to_lowercase()), "{}: {name} twice", schema.name);
            assert!(schema.field(name).is_none(), "{}: {name} is a field itself", schema.name);
        }
    }
}

#[test]
fn every_operation_that_is_judged_exists() {
    let source = source();
    let sheet = source.sheet().expect("overlay.toml");
    let used: BTreeSet<String> =
        catalog().facts().operations.iter().flat_map(super::Overlay::operation_names).collect();
    let wrong: Vec<&str> = sheet.operations.iter().map(|(n, _)| *n).filter(|n| !used.contains(*n)).collect();
    assert_eq!(wrong, [""; 0]);
}

/// Whether the overlay itself says so, for the schema or one of its bases: not by a guess.
fn is_decided(sheet: &Sheet<'_>, schema: &Schema, field: &str) -> bool {
    let names = std::iter::once(schema.name).chain(schema.bases.iter().copied()).map(short);
    names
        .filter_map(|name| sheet.schemas.iter().find(|(n, _)| *n == name))
        .filter_map(|(_, entry)| entry.fields.iter().find(|(f, _)| *f == field))
        .any(|(_, note)| note.secret.is_some())
}

#[test]
fn every_name_that_looks_like_a_secret_is_decided() {
    let source = source();
    let sheet = source.sheet().expect("overlay.toml");
    let mut undecided = Vec::new();
    for schema in &catalog().facts().schemas {
        for field in schema.fields.iter().filter(|f| may_hold_secret(&f.ty) && catalog().looks_secret(f.name)) {
            if !is_decided(&sheet, schema, field.name) {
                undecided.push(format!("{}.{}", short(schema.name), field.name));
            }
        }
    }
    assert_eq!(undecided, [""; 0], "write secret = true, or a reason under [not_secret]");
    for (path, reason) in &source.not_secret {
        assert!(reason.split(' ').count() > 1, "{path}: why is it no secret?");
        let (name, field) = path.rsplit_once('.').expect("Schema.Field");
        assert!(catalog().looks_secret(field), "{path}: does not even look like one");
        assert!(!catalog().note(schema(name), schema(name).field(field).expect("field")).secret, "{path}");
    }
}

#[test]
fn known_secrets_are_secret() {
    let known = [
        ("User", "AuthID"),
        ("User", "AuthPassword"),
        ("User", "DeskphonePassword"),
        ("User", "VMPIN"),
        ("User", "SIPID"),
        ("User", "AccessPassword"),
        ("SipDevice", "PhoneWebPassword"),
        ("SipDevice", "ProvLink"),
        ("DeviceInfo", "InterfaceLink"),
        ("PhoneRegistrar", "InterfaceLink"),
        ("SystemStatus", "LicenseKey"),
        ("LicenseStatus", "LicenseKey"),
        ("Phone", "ProvisioningLinkExt"),
        ("Phone", "ProvisioningLinkLocal"),
        ("PhoneSettings", "Secret"),
        ("RefreshToken", "Token"),
        ("ConcealedPassword", "Value"),
        ("ConcealedDataFile", "Contents"),
        ("Fax", "AuthPassword"),
        ("Sbc", "Password"),
    ];
    for (name, field) in known {
        let schema = schema(name);
        let field = schema.field(field).expect("field");
        assert!(catalog().note(schema, field).secret, "{name}.{}", field.name);
        assert_eq!(catalog().kind(schema, field), FieldKind::Secret, "{name}.{}", field.name);
    }
    for plain in ["PinProtectTimeout", "PinProtected", "VMDisablePinAuth", "AllowLanOnly"] {
        let user = schema("User");
        assert!(!catalog().note(user, user.field(plain).expect("field")).secret, "{plain}");
    }
    // A field that a newer build may bring.
    assert!(catalog().looks_secret("NewSipPassword"));
    assert!(!catalog().looks_secret("NewField"));
}

#[test]
fn no_list_and_no_peek_holds_a_secret() {
    for resource in catalog().resources() {
        let Some(schema) = catalog().entity(resource) else { continue };
        let roles = catalog().roles(resource);
        let columns = catalog().columns(resource);
        let shown = columns.iter().flat_map(|c| &c.fields).chain(&roles.label).chain(&roles.peek);
        for path in shown.chain(roles.number.iter()) {
            let mut schema = schema;
            for part in path.split('/') {
                let field = schema.field(part).unwrap_or_else(|| panic!("{}.{path}", resource.name));
                assert!(!catalog().note(schema, field).secret, "{}.{path}", resource.name);
                if let Type::Object(id) = field.ty {
                    schema = catalog().schema(id);
                }
            }
        }
        if resource.shape == Shape::Collection {
            assert!(!columns.is_empty(), "{} has no column", resource.name);
        }
        for column in &columns {
            assert!(column.width > 0 && !column.title.is_empty(), "{}: {column:?}", resource.name);
        }
    }
}

#[test]
fn every_column_that_is_written_is_shown() {
    let source = source();
    for (name, entry) in &source.sheet().expect("overlay.toml").resources {
        let columns = catalog().columns(catalog().resource(name).expect("resource"));
        if !entry.columns.is_empty() {
            let written: Vec<_> = entry.columns.iter().map(|c| c.fields.clone()).collect();
            assert_eq!(columns.iter().map(|c| c.fields.clone()).collect::<Vec<_>>(), written, "{name}");
        }
    }
}

#[test]
fn every_field_is_in_one_section() {
    for schema in &catalog().facts().schemas {
        let sections = catalog().sections(schema);
        let mut count: HashMap<&str, usize> = schema.fields.iter().map(|f| (f.name, 0)).collect();
        for field in sections.iter().flat_map(|s| &s.fields) {
            *count.get_mut(field).unwrap_or_else(|| panic!("{}.{field}", schema.name)) += 1;
        }
        assert!(count.values().all(|&n| n == 1), "{}: {sections:?}", schema.name);
        assert!(sections.iter().all(|s| !s.fields.is_empty() && !s.title.is_empty()), "{}", schema.name);
        let titles: BTreeSet<&str> = sections.iter().map(|s| &*s.title).collect();
        assert_eq!(titles.len(), sections.len(), "{}: a title twice", schema.name);
    }
}

#[test]
fn every_resource_is_in_one_group() {
    let groups = catalog().groups();
    let titles: Vec<&str> = groups.iter().map(|g| &*g.title).collect();
    assert_eq!(
        titles,
        [
            "People",
            "Call handling",
            "Trunks & numbers",
            "Phones & devices",
            "Settings",
            "Integrations",
            "Reports",
            "System"
        ]
    );
    let mut listed: Vec<&str> = groups.iter().flat_map(|g| g.resources.iter().copied()).collect();
    assert_eq!(listed.len(), 142);
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(listed.len(), 142);
    assert_eq!(groups[0].resources, ["Users", "Groups", "Contacts", "MyUser", "MyGroup"]);
    let reports = groups.iter().find(|g| g.title == "Reports").expect("group");
    assert!(reports.resources.contains(&"ReportStatisticSla"));
}

/// People read these every day: each has a title and a line of help of its own.
#[test]
fn everything_about_a_user_is_told() {
    for (name, count) in [("User", 80), ("GeneralSettingsForApps", 15)] {
        let schema = schema(name);
        assert_eq!(schema.fields.len(), count);
        for field in &schema.fields {
            let note = catalog().note(schema, field);
            assert!(!note.help.is_empty(), "{name}.{} has no help", field.name);
            assert!(note.help.ends_with('.') && note.help.len() <= 110, "{name}.{}: {}", field.name, note.help);
            assert!(!note.title.is_empty() && note.title.chars().count() <= 30, "{}: {}", field.name, note.title);
            assert!(matches!(note.title, std::borrow::Cow::Borrowed(_)), "{name}.{} has a made-up title", field.name);
        }
        let titles: BTreeSet<_> = schema.fields.iter().map(|f| catalog().note(schema, f).title).collect();
        assert_eq!(titles.len(), count, "two fields of {name} share a title");
    }
    let user = schema("User");
    let titles: Vec<_> = catalog().sections(user).into_iter().map(|s| s.title).collect();
    assert_eq!(
        titles,
        [
            "Identity",
            "Voicemail",
            "Forwarding",
            "Hours",
            "Recording",
            "Sign-in",
            "Integrations",
            "Devices",
            "Web meeting",
            "Queues",
            "Advanced"
        ]
    );
}

#[test]
fn the_list_of_users() {
    let users = catalog().resource("Users").expect("Users");
    let columns = catalog().columns(users);
    let heads: Vec<(&str, &[&str])> = columns.iter().map(|c| (&*c.title, c.fields.as_slice())).collect();
    assert_eq!(
        heads,
        [
            ("Number", ["Number"].as_slice()),
            ("Name", ["LastName", "FirstName"].as_slice()),
            ("Department", ["PrimaryGroupId"].as_slice()),
            ("VM", ["VMEnabled"].as_slice()),
            ("2FA", ["Require2FA"].as_slice()),
            ("Reg.", ["IsRegistered"].as_slice()),
        ]
    );
    assert!(columns.iter().map(|c| c.width + 1).sum::<u16>() <= 60);
    assert!(columns.is_sorted_by(|a, b| a.rank > b.rank));
    let roles = catalog().roles(users);
    assert_eq!(roles.number, Some("Number"));
    assert_eq!((roles.label.as_slice(), roles.label_join), (["LastName", "FirstName"].as_slice(), ", "));
    assert!(roles.person && !roles.window);
    let user = schema("User");
    let department = catalog().kind(user, user.field("PrimaryGroupId").expect("field"));
    assert!(matches!(department, FieldKind::Reference(r) if r.resource == "Groups" && r.by == "Id"));
}

#[test]
fn arrays_know_what_tells_their_elements_apart() {
    let cases = [
        ("User", "Groups", "GroupId"),
        ("User", "ForwardingProfiles", "Name"),
        ("User", "ForwardingExceptions", "Id"),
        ("User", "Greetings", "Type"),
        ("User", "Phones", "MacAddress"),
        ("MultiEditUserData", "Groups", "GroupId"),
        ("Group", "Members", "Number"),
        ("Group", "Rights", "RoleName"),
        ("Queue", "Agents", "Number"),
        ("RingGroup", "Members", "Number"),
        ("Fax", "Groups", "GroupId"),
    ];
    for (name, field, identity) in cases {
        let schema = schema(name);
        assert_eq!(
            catalog().note(schema, schema.field(field).expect("field")).identity,
            Some(identity),
            "{name}.{field}"
        );
    }
    for (name, field) in [("Queue", "Agents"), ("RingGroup", "Members"), ("OutboundRule", "Routes")] {
        let schema = schema(name);
        assert!(catalog().note(schema, schema.field(field).expect("field")).ordered, "{name}.{field}");
    }
}

#[test]
fn what_can_and_cannot_be_written() {
    let note = |name: &str, field: &str| {
        let schema = schema(name);
        catalog().note(schema, schema.field(field).expect("field"))
    };
    assert!(note("User", "Number").fixed && note("Queue", "Number").fixed && note("Fax", "Number").fixed);
    assert!(note("User", "AccessPassword").write_only);
    for (name, field) in [
        ("User", "Id"),
        ("User", "IsRegistered"),
        ("UserGroup", "CanDelete"),
        ("UserGroup", "MemberName"),
        ("UserGroup", "Name"),
        ("UserGroup", "Number"),
        ("Peer", "Name"),
        ("ServicePrincipal", "LastUsed"),
        ("ServicePrincipal", "IsSystem"),
        ("Group", "LastLoginTime"),
        ("Group", "HasMembers"),
        ("Group", "IsDefault"),
    ] {
        assert!(note(name, field).read_only, "{name}.{field}");
    }
    assert!(!note("User", "CurrentProfileName").read_only && !note("User", "QueueStatus").read_only);
}

fn operation(path: &str) -> &'static Operation {
    let found = catalog().facts().operations.iter().find(|o| o.path == path && o.method != crate::catalog::Method::Get);
    found.or_else(|| catalog().facts().operations.iter().find(|o| o.path == path)).expect(path)
}

#[test]
fn dangers() {
    let cases = [
        ("/Users/Pbx.GetFirstAvailableExtensionNumber()", Danger::Mild),
        ("/Users({Id})/Groups", Danger::Mild),
        ("/Users({Id})/Pbx.SendWelcomeEmail", Danger::Moderate),
        ("/Users({Id})/Pbx.Regenerate", Danger::Severe),
        ("/Users/Pbx.RegeneratePasswords", Danger::Severe),
        ("/Users/Pbx.RebootPhone", Danger::Severe),
        ("/Users/Pbx.BatchDelete", Danger::Severe),
        ("/Backups({FileName})/Pbx.Restore", Danger::Severe),
        ("/PurgeCalls", Danger::Severe),
        ("/EventLogs/Pbx.PurgeEventLog", Danger::Severe),
        ("/Services/Pbx.RestartOperatingSystem", Danger::Severe),
        ("/ActiveCalls({Id})/Pbx.DropCall", Danger::Severe),
        // Nobody has judged it.
        ("/AISettings/Pbx.DeleteVectorStore", Danger::Severe),
        ("/NetworkSettings", Danger::Severe),
        ("/GeneralSettingsForApps", Danger::Mild),
    ];
    for (path, danger) in cases {
        assert_eq!(catalog().danger(operation(path)), danger, "{path}");
    }
    let users = catalog().resource("Users").expect("Users");
    assert_eq!(catalog().danger(catalog().operation(users.delete.expect("delete"))), Danger::Severe);
    assert_eq!(catalog().danger(catalog().operation(users.update.expect("update"))), Danger::Mild);
    let reads = catalog().facts().operations.iter().filter(|o| o.id.starts_with("Purge") || o.id.starts_with("Delete"));
    let judged_too_low: Vec<_> = reads.filter(|o| catalog().danger(o) == Danger::Mild).map(|o| o.path).collect();
    assert_eq!(judged_too_low, ["/BlackListNumbers({Id})"], "unblocking a caller is undone by blocking again");
}

#[test]
fn words_for_people() {
    assert_eq!(catalog().resource_title("Groups"), "Departments");
    assert_eq!(catalog().resource_one("Groups"), "department");
    assert_eq!(catalog().resource_many("DidNumbers", 3), "DID numbers");
    assert_eq!(catalog().resource_many("RingGroups", 3), "ring groups");
    assert_eq!(catalog().resource_many("RingGroups", 1), "ring group");
    assert_eq!(catalog().resource_title("BlackListNumbers"), "Blocked callers");
    assert_eq!(catalog().resource_title("SomethingNew"), "Something new");
    let vm = catalog().enum_named("VMEmailOptionsType").expect("enum");
    assert_eq!(catalog().member_title(vm, "AttachmentAndDelete"), "Attachment, then delete");
    assert_eq!(catalog().member_title(vm, "SomethingNew"), "Something new");
    assert_eq!(catalog().operation_title(operation("/Users({Id})/Pbx.SendWelcomeEmail")), "Send welcome email");
    assert_eq!(
        catalog().operation_title(operation("/Trunks/Pbx.FinalizeTrunkProvisioning")),
        "Finalize trunk provisioning"
    );
    assert!(catalog().secret_result(operation("/ServicePrincipals({Id})/Pbx.GenerateAppToken")));
    let restore = operation("/Backups({FileName})/Pbx.Restore");
    let secrets: Vec<_> = restore.parameters.iter().filter(|p| catalog().secret_parameter(p)).map(|p| p.name).collect();
    assert_eq!(secrets, ["password"]);
}

#[test]
fn windows_name_what_orders_them() {
    let windows: Vec<&str> =
        catalog().resources().iter().filter(|r| catalog().roles(r).window).map(|r| r.name).collect();
    assert_eq!(windows, ["CallHistoryView", "ChatHistoryView", "ChatMessagesHistoryView", "EventLogs", "Recordings"]);
    for name in windows {
        assert!(catalog().roles(catalog().resource(name).expect("resource")).newest.is_some(), "{name}");
    }
}
