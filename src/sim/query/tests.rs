//! Tables of expressions and what they mean for single rows.

use super::options::Query;
use super::project::{Projection, Selection};
use crate::catalog::{Catalog, Schema};
use serde_json::{Map, Value, json};

fn schema(name: &str) -> &'static Schema {
    let catalog = Catalog::shipped();
    catalog.schema(catalog.schema_named(name).unwrap())
}

fn filter(text: &str) -> Query {
    Query { filter: Some(text.to_owned()), ..Query::default() }
}

fn map(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn holds(name: &str, row: &Map<String, Value>, text: &str) -> bool {
    Selection::bind(Catalog::shipped(), schema(name), &filter(text))
        .unwrap_or_else(|e| panic!("{text}: {e}"))
        .wants(row)
}

#[test]
fn conditions_on_a_user() {
    let user = map(json!({
        "Id": 57, "Number": "214", "FirstName": "Ada", "LastName": "O'Brien-山田", "EmailAddress": null, "Enabled": true,
        "VMEnabled": false, "VMEmailOptions": "None", "PrimaryGroupId": 29, "Tags": ["MS", "Teams"],
        "Groups": [
            { "GroupId": 29, "Name": "Sales", "Rights": { "RoleName": "users", "Invalid": false } },
            { "GroupId": 34, "Name": "IT", "Rights": { "RoleName": "managers", "Invalid": false } },
        ],
        "Hours": { "Type": "SpecificHours", "Periods": [{ "DayOfWeek": "Monday", "Start": "08:00:00", "Stop": "18:00:00" }] },
    }));
    for (text, expected) in [
        ("Enabled", true),
        ("not Enabled", false),
        ("Enabled eq true and VMEnabled eq false", true),
        ("VMEnabled or Enabled", true),
        ("VMEnabled and Enabled or Enabled", true),
        ("VMEnabled and (Enabled or Enabled)", false),
        ("Number eq '214'", true),
        ("'214' eq Number", true),
        ("Number ne '214'", false),
        ("Number gt '1000'", true),
        ("Number lt '1000'", false),
        ("Id gt 1000", false),
        ("Id ge 57 and Id le 57", true),
        ("Id in (1,57)", true),
        ("Id in (1,58)", false),
        ("Id eq 57.0", true),
        ("LastName eq 'O''Brien-山田'", true),
        ("contains(LastName,'山')", true),
        ("startswith(LastName,'O''B')", true),
        ("endswith(LastName,'田')", true),
        ("contains(LastName,'brien')", false),
        ("contains(tolower(LastName),'brien')", true),
        ("toupper(FirstName) eq 'ADA'", true),
        ("length(LastName) eq 10", true),
        ("indexof(LastName,'B') eq 2", true),
        ("concat(FirstName,Number) eq 'Ada214'", true),
        ("substring(FirstName,1) eq 'da' and substring(FirstName,0,1) eq 'A'", true),
        ("trim(' Ada ') eq FirstName", true),
        ("EmailAddress eq null", true),
        ("EmailAddress ne null", false),
        ("null eq EmailAddress", true),
        ("EmailAddress eq ''", false),
        ("EmailAddress ne ''", true),
        ("contains(EmailAddress,'a')", false),
        ("not contains(EmailAddress,'a')", true),
        ("EmailAddress lt 'z'", false),
        ("Mobile eq null", true),
        ("VMEmailOptions eq 'None'", true),
        ("VMEmailOptions in ('Attachment','None')", true),
        ("VMEmailOptions eq Pbx.VMEmailOptionsType'None'", true),
        ("Tags/any(t: t eq 'MS')", true),
        ("Tags/any(t: t eq 'Google')", false),
        ("Tags/all(t: t ne 'Google')", true),
        ("Tags/any()", true),
        ("Phones/any()", false),
        ("Phones/all(p: p/Id eq 1)", true),
        ("Groups/any(g: g/GroupId eq 34)", true),
        ("Groups/any(g: g/GroupId eq 34 and g/Name eq 'Sales')", false),
        ("Groups/all(g: g/Rights/Invalid eq false)", true),
        ("Groups/any(g: g/Rights/RoleName eq 'managers' and g/GroupId gt PrimaryGroupId)", true),
        ("Groups/any(g: g/GroupId eq $it/PrimaryGroupId)", true),
        ("Hours/Type eq 'SpecificHours'", true),
        ("Hours/Periods/any(p: p/Start eq 08:00:00)", true),
        ("Hours/Periods/any(p: p/Start lt 07:30:00)", false),
    ] {
        assert_eq!(holds("User", &user, text), expected, "{text}");
    }
}

#[test]
fn instants_durations_and_uuids_compare_by_value() {
    let event = map(json!({ "Id": 1, "TimeGenerated": "2026-03-02T10:00:00+02:00", "Type": "Error" }));
    for (text, expected) in [
        ("TimeGenerated eq 2026-03-02T08:00:00Z", true),
        ("TimeGenerated ge 2026-03-02T08:00:00.000Z", true),
        ("TimeGenerated gt 2026-03-02T08:00:00Z", false),
        ("TimeGenerated gt 2026-03-02", true),
        ("TimeGenerated lt 2026-03-02T09:30:00+01:00", true),
        ("year(TimeGenerated) eq 2026 and hour(TimeGenerated) eq 8", true),
        ("Type eq 'Error' and TimeGenerated ne null", true),
    ] {
        assert_eq!(holds("EventLog", &event, text), expected, "{text}");
    }
    let holiday = map(json!({ "Id": 1, "TimeOfStartDate": "PT1H", "TimeOfEndDate": "PT60M" }));
    assert!(holds("Holiday", &holiday, "TimeOfStartDate eq duration'PT3600S' and TimeOfStartDate le TimeOfEndDate"));
    let token = map(json!({ "ClientId": "ABCDEF01-0000-4000-8000-000000000000" }));
    assert!(holds("RefreshToken", &token, "ClientId eq abcdef01-0000-4000-8000-000000000000"));
}

#[test]
fn kinds_that_do_not_fit_are_refused() {
    for text in [
        "Number eq 214",
        "Id eq '57'",
        "Enabled eq 1",
        "Enabled eq 'true'",
        "Id",
        "Number",
        "Hours eq null and Id",
        "VMEmailOptions eq 'Nope'",
        "VMEmailOptions eq 1",
        "contains(Id,'1')",
        "contains(Number)",
        "nope(Number)",
        "Groups eq null and Groups/GroupId eq 1",
        "Groups/any(g: GroupId eq 1)",
        "Groups/any(g: g/Nope eq 1)",
        "Number/any(n: n eq '1')",
        "Number/Length eq 1",
        "tolower(Number)",
    ] {
        assert!(Selection::bind(Catalog::shipped(), schema("User"), &filter(text)).is_err(), "{text}");
    }
    for text in ["TimeGenerated gt '2026-03-02'", "TimeGenerated gt 2026-13-45T00:00:00Z", "TimeGenerated gt 5"] {
        assert!(Selection::bind(Catalog::shipped(), schema("EventLog"), &filter(text)).is_err(), "{text}");
    }
}

#[test]
fn options_are_read_in_every_spelling() {
    let read = |raw: &str| Query::read(raw).unwrap();
    let plain = read("$filter=Number eq '1'&$top=5&$skip=2&$count=true&$select=Id,Number&$orderby=Number desc");
    assert_eq!(
        read(
            "%24filter=Number+eq+%271%27&%24top=5&%24skip=2&%24count=true&%24select=Id%2CNumber&%24orderby=Number%20desc"
        ),
        plain
    );
    assert_eq!((plain.top, plain.skip, plain.count), (Some(5), Some(2), true));
    assert_eq!(read("$select=*"), Query::default());
    assert_eq!(read("unknown=1&"), Query::default());
    let nested = read("$expand=Groups($select=Name;$expand=Rights($select=RoleName)),Phones($select=Id)");
    assert_eq!(nested.expand.len(), 2);
    assert_eq!(nested.expand[0].1.expand[0].1.select, Some(vec!["RoleName".to_owned()]));
    assert_eq!(read("$filter=Name eq 'a%26b'").filter.as_deref(), Some("Name eq 'a&b'"));
    for bad in [
        "$top=-1",
        "$top=1.5",
        "$skip=x",
        "$count=1",
        "$nope=1",
        "$top=1&$top=2",
        "$select=",
        "$select=Id,,Number",
        "$expand=Groups(",
        "$expand=Groups)",
        "$expand=Groups($expand)",
        "$expand=Groups($nope=1)",
        "$expand=",
    ] {
        assert!(Query::read(bad).is_err(), "{bad}");
    }
    let deep = format!("$expand={}{}", "A($expand=".repeat(5000), ")".repeat(5000));
    assert!(Query::read(&deep).is_err());
}

#[test]
fn rows_are_filled_to_their_shape() {
    let catalog = Catalog::shipped();
    let row = map(
        json!({ "Id": 5, "Hours": { "Type": "AllHours" }, "Groups": [{ "GroupId": 1, "Rights": { "RoleName": "users" } }] }),
    );
    let render = |raw: &str| {
        let query = Query::read(raw).unwrap();
        Value::Object(Projection::bind(catalog, schema("User"), &query).unwrap().render(catalog, &row))
    };
    assert_eq!(render("$select=Number,Id,Tags"), json!({ "Id": 5, "Number": null, "Tags": [] }));
    assert_eq!(render("$select=Hours/Type"), json!({ "Hours": { "Type": "AllHours" } }));
    assert_eq!(render("$select=Hours")["Hours"]["Periods"], json!([]));
    assert_eq!(render("$select=Groups"), json!({}));
    assert_eq!(render("$select=Id&$expand=Groups($select=GroupId)"), json!({ "Groups": [{ "GroupId": 1 }], "Id": 5 }));
    assert_eq!(render("$select=Id&$expand=Groups($filter=GroupId eq 2)"), json!({ "Groups": [], "Id": 5 }));
    assert!(render("$expand=Groups")["Groups"][0].get("Rights").is_none());
    assert!(render("").get("Groups").is_none());
}
