//! The made-up company: the same for the same seed, of any size, with everything a console should be shown.

use crate::catalog::Catalog;
use crate::sim::operate::{Done, Pbx, Request};
use crate::sim::{Options, build};
use serde_json::{Value, json};
use std::collections::HashSet;

fn pbx(options: &Options) -> Pbx {
    build(Catalog::shipped(), options, "http://127.0.0.1:1").unwrap()
}

fn get(pbx: &mut Pbx, path: &str, query: &str) -> Value {
    let request = Request { method: "GET", path, query, body: b"" };
    match pbx.operate(request, &mut |_, _| {}) {
        Ok(Done::Json(value)) => value,
        other => panic!("{path}?{query}: {other:?}"),
    }
}

fn all(pbx: &mut Pbx, set: &str, query: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    loop {
        let page = get(pbx, set, &format!("$top=100&$skip={}&{query}", rows.len()));
        let page = page["value"].as_array().unwrap();
        rows.extend_from_slice(page);
        if page.len() < 100 {
            return rows;
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_company() {
    let mut one = pbx(&Options::default());
    let mut same = pbx(&Options::default());
    let mut other = pbx(&Options { rng: 2, ..Options::default() });
    for resource in Catalog::shipped().resources().iter().filter(|r| r.read.is_some()) {
        let path = format!("/{}", resource.name);
        assert_eq!(get(&mut one, &path, ""), get(&mut same, &path, ""), "{path}");
    }
    assert_ne!(get(&mut one, "/Users", ""), get(&mut other, "/Users", ""));
}

#[test]
fn everybody_worth_meeting_is_there() {
    let mut pbx = pbx(&Options::default());
    let users = all(&mut pbx, "/Users", "$expand=Groups($expand=Rights)");
    assert_eq!(users.len(), 312);
    let distinct = |name: &str| users.iter().map(|u| u[name].to_string()).collect::<HashSet<_>>().len();
    assert_eq!(distinct("VMEmailOptions"), 6);
    assert_eq!((distinct("Number"), distinct("Id"), distinct("ClickToCallId")), (312, 312, 312));
    let roles: HashSet<&str> = users
        .iter()
        .flat_map(|u| u["Groups"].as_array().unwrap())
        .map(|g| g["Rights"]["RoleName"].as_str().unwrap())
        .collect();
    assert_eq!(roles.len(), 8);
    assert!(users.iter().any(|u| u["Groups"].as_array().unwrap().iter().any(|g| g["Rights"]["Invalid"] == true)));
    assert!(users.iter().any(|u| u["IsRegistered"] == false) && users.iter().any(|u| u["EmailAddress"] == ""));
    assert!(users.iter().any(|u| u["Number"] == "1000"));
    let ada = &users[14];
    assert_eq!(
        [&ada["Id"], &ada["Number"], &ada["LastName"], &ada["FirstName"], &ada["EmailAddress"], &ada["Mobile"]],
        [
            &json!(57),
            &json!("214"),
            &json!("Lovelace"),
            &json!("Ada"),
            &json!("ada@acme.example"),
            &json!("+49 170 555 0101")
        ]
    );
    assert_eq!(
        (&ada["VMEnabled"], &ada["VMEmailOptions"], &ada["Groups"][0]["Name"]),
        (&json!(false), &json!("None"), &json!("Sales"))
    );
    let mails: Vec<&str> =
        users.iter().map(|u| u["EmailAddress"].as_str().unwrap()).filter(|m| !m.is_empty()).collect();
    assert_eq!(mails.iter().collect::<HashSet<_>>().len(), mails.len());
    assert!(mails.iter().all(|m| m.is_ascii() && m.ends_with("@acme.example")), "{mails:?}");

    let kinds: HashSet<String> =
        all(&mut pbx, "/Peers", "$select=Type").iter().map(|p| p["Type"].to_string()).collect();
    assert_eq!(kinds.len(), 12, "{kinds:?}");
    assert_eq!(all(&mut pbx, "/Contacts", "$select=Id").len(), 840);
    assert_eq!(all(&mut pbx, "/Groups", "$select=Id").len(), 9);
    assert!(get(&mut pbx, "/DidNumbers", "$filter=Number eq '%2B49301234214'")["value"].as_array().unwrap().len() == 1);
}

#[test]
fn every_row_can_be_addressed_by_its_key() {
    let mut pbx = pbx(&Options::default());
    for resource in
        Catalog::shipped().resources().iter().filter(|r| r.read.is_some() && r.get.is_some() && r.key.is_some())
    {
        let key = resource.key.as_ref().unwrap();
        for row in get(&mut pbx, &format!("/{}", resource.name), "")["value"].as_array().unwrap() {
            let literal = match &row[key.name] {
                Value::String(text) if key.quoted => format!("'{text}'"),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(
                get(&mut pbx, &format!("/{}({literal})", resource.name), "")[key.name],
                row[key.name],
                "{}",
                resource.name
            );
        }
    }
}

#[test]
fn a_hundred_thousand_users_are_as_cheap_as_one() {
    let mut pbx = pbx(&Options { users: 100_000, ..Options::default() });
    let page = get(&mut pbx, "/Users", "$select=Id,Number&$top=2&$skip=99998&$count=true");
    assert_eq!((&page["@odata.count"], &page["value"][1]["Id"]), (&json!(100_000), &json!(100_042)));
    let number = page["value"][1]["Number"].as_str().unwrap().to_owned();
    assert_eq!(get(&mut pbx, &format!("/Users(Number='{number}')"), "$select=Id")["Id"], 100_042);
    let users = all(&mut pbx, "/Users", "$select=Id,Number&$orderby=Number");
    assert_eq!(users.len(), 100_000);
    assert!(users.is_sorted_by_key(|u| u["Number"].as_str().unwrap().to_owned()));
    assert_eq!(users.iter().map(|u| u["Id"].as_i64().unwrap()).collect::<HashSet<_>>().len(), 100_000);
    // Nothing else has one of their numbers.
    let others = all(&mut pbx, "/Peers", "$select=Number&$filter=Type ne 'Extension'");
    let numbers: HashSet<&str> = users.iter().map(|u| u["Number"].as_str().unwrap()).collect();
    assert!(others.iter().all(|p| !numbers.contains(p["Number"].as_str().unwrap())));
}

#[test]
fn small_companies_work_too() {
    for users in [0, 1, 15, 101] {
        let mut pbx = pbx(&Options { users, ..Options::default() });
        for resource in Catalog::shipped().resources().iter().filter(|r| r.read.is_some()) {
            // Nobody is signed in where there is nobody.
            if users > 0 || resource.name != "MyUser" {
                get(&mut pbx, &format!("/{}", resource.name), "");
            }
        }
        assert_eq!(get(&mut pbx, "/Users", "$count=true")["@odata.count"], users);
    }
}

#[test]
fn a_seed_file_replaces_rows_exactly() {
    let seed = json!({
        "Users": [
            { "Id": 7, "Number": "70", "FirstName": "Only", "Groups": [{ "GroupId": 5, "Rights": { "RoleName": "users" } }],
              "Phones": [{ "Id": 1, "MacAddress": "AABBCCDDEEFF", "Name": "Snom D785" }] },
            { "Number": "71" },
        ],
        "Groups": [{ "Id": 5, "Number": "GRP0005", "Name": "One", "IsDefault": true }],
        "GeneralSettingsForApps": { "EnableChat": false },
    });
    let mut pbx = pbx(&Options { seed: seed.as_object().cloned(), ..Options::default() });
    let users = get(&mut pbx, "/Users", "$select=Id,Number,FirstName,Mobile,Tags&$expand=Groups($select=Name)");
    assert_eq!(
        users["value"],
        json!([
            { "Groups": [{ "Name": "One" }], "Id": 7, "Number": "70", "FirstName": "Only", "Mobile": null, "Tags": [] },
            { "Groups": [], "Id": 8, "Number": "71", "FirstName": null, "Mobile": null, "Tags": [] },
        ])
    );
    assert_eq!(get(&mut pbx, "/Groups", "$count=true")["@odata.count"], 1);
    assert_eq!(get(&mut pbx, "/Groups(5)/Members", "")["value"][0]["Number"], "70");
    assert_eq!(get(&mut pbx, "/SipDevices", "")["value"].as_array().unwrap().len(), 1);
    assert_eq!(get(&mut pbx, "/GeneralSettingsForApps", "")["EnableChat"], false);
    assert_eq!(get(&mut pbx, "/Users(Number='71')", "$select=Id")["Id"], 8);
}

#[test]
fn a_seed_that_does_not_fit_is_refused_in_a_sentence() {
    for (seed, words) in [
        (json!({ "Nope": [] }), "no entity set"),
        (json!({ "Users": {} }), "array"),
        (json!({ "Users": [1] }), "Row 0"),
        (json!({ "Users": [{ "Nope": 1 }] }), "Nope"),
        (json!({ "Users": [{ "Id": 1 }, { "Id": 1 }] }), "earlier"),
        (json!({ "Playlists": [{}] }), "key"),
        (json!({ "SipDevices": [] }), "made from"),
        (json!({ "GeneralSettingsForApps": [] }), "object"),
    ] {
        let error = build(Catalog::shipped(), &Options { seed: seed.as_object().cloned(), ..Options::default() }, "")
            .unwrap_err();
        assert!(error.to_string().contains(words), "{seed}: {error}");
    }
}
