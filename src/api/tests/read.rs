//! One entity, one secret, one number: how each is asked for, and that secrets stay behind.

use super::server::{Pbx, Reply};
use super::*;
use crate::api::Patience;
use crate::draft::{ReadPlan, read_whole};
use crate::odata::FailureKind;
use secrecy::ExposeSecret;
use serde_json::json;
use std::time::Duration;

fn plan(select: &[&str], expand: &[&str]) -> ReadPlan {
    ReadPlan { select: names(select), expand: names(expand) }
}

#[tokio::test]
async fn an_entity_is_read_by_its_key_and_its_secrets_stay_behind() {
    let pbx = Pbx::open(|_| {
        Reply::Json(
            200,
            json!({"@odata.context": "c", "Id": 57, "Number": "214", "AuthPassword": "pw1", "VMPIN": "1234",
                   "Phones": [{"Id": 1, "MacAddress": "00", "PhoneWebPassword": "pw2"}], "BrandNewToken": "pw3"}),
        )
    })
    .await;
    let client = client(&pbx);
    let entity = client.read(&user(57), &plan(&["Id", "Number"], &["Phones"])).await.unwrap();
    let text = serde_json::Value::Object(entity.clone()).to_string();
    assert_eq!((entity.get("Id"), entity.get("Number")), (Some(&json!(57)), Some(&json!("214"))));
    for secret in ["pw1", "1234", "pw2", "pw3"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(pbx.lines(), ["GET /xapi/v1/Users(57)?$select=Id,Number&$expand=Phones"]);
}

#[tokio::test]
async fn a_whole_user_is_asked_for_without_secrets() {
    let pbx = Pbx::open(|_| Reply::Json(200, json!({"Id": 57}))).await;
    let catalog = Catalog::shipped();
    let schema = catalog.entity(catalog.resource("Users").unwrap()).unwrap();
    client(&pbx).read(&user(57), &read_whole(catalog, schema)).await.unwrap();
    let line = pbx.lines().remove(0);
    assert!(line.contains("Groups($expand=") && line.contains("FirstName"), "{line}");
    for secret in ["AuthPassword", "VMPIN", "DeskphonePassword", "AccessPassword"] {
        assert!(!line.contains(secret), "{line}");
    }
}

#[tokio::test]
async fn a_secret_is_fetched_alone_and_only_when_asked_for() {
    let pbx = Pbx::open(|r| {
        let pin = if r.target.contains("(57)") { json!("1234") } else { json!(null) };
        Reply::Json(200, json!({"VMPIN": pin}))
    })
    .await;
    let client = client(&pbx);
    let pin = client.reveal(&user(57), "VMPIN").await.unwrap();
    assert_eq!(pin.as_ref().map(|s| s.expose_secret()), Some("1234"));
    assert!(!format!("{pin:?}").contains("1234"));
    assert!(client.reveal(&user(58), "VMPIN").await.unwrap().is_none());
    assert_eq!(pbx.lines()[0], "GET /xapi/v1/Users(57)?$select=VMPIN");
}

#[tokio::test]
async fn text_keys_are_quoted_and_singletons_have_none() {
    let pbx = Pbx::open(|_| Reply::Json(200, json!({}))).await;
    let client = client(&pbx);
    let at = |resource: &str, key: Option<&str>| Target {
        pbx: PbxId::new("acme"),
        resource: resource.into(),
        key: key.map(|k| EntityKey::Text(k.into())),
    };
    client.read(&at("Playlists", Some("Bob's 80/90s")), &plan(&["Name"], &[])).await.unwrap();
    client.read(&at("DialCodeSettings", None), &plan(&[], &[])).await.unwrap();
    assert_eq!(
        pbx.lines(),
        ["GET /xapi/v1/Playlists('Bob''s%2080%2F90s')?$select=Name", "GET /xapi/v1/DialCodeSettings"]
    );
    let wrong = client.read(&at("Users", None), &plan(&[], &[])).await.unwrap_err();
    assert!(matches!(wrong.kind, FailureKind::Misconfigured(_)), "{wrong:?}");
    let unknown = client.read(&at("Nowhere", None), &plan(&[], &[])).await.unwrap_err();
    assert!(matches!(unknown.kind, FailureKind::Misconfigured(_)), "{unknown:?}");
    assert_eq!(pbx.lines().len(), 2);
}

#[tokio::test]
async fn a_set_that_cannot_be_read_by_key_is_filtered() {
    let catalog = Catalog::shipped();
    let set = catalog
        .resources()
        .iter()
        .find(|r| {
            r.get.is_none()
                && r.key.as_ref().is_some_and(|k| !k.quoted)
                && r.read.is_some_and(|id| {
                    let list = catalog.operation(id);
                    list.collection && list.options.filter && list.options.page
                })
        })
        .unwrap();
    let key = set.key.as_ref().unwrap().name;
    let pbx = Pbx::open(move |r| match r.option("$filter").is_some_and(|f| f.ends_with("%207")) {
        true => Reply::Json(200, json!({"value": [{key: 7, "Name": "seven"}]})),
        false => Reply::Json(200, json!({"value": []})),
    })
    .await;
    let client = client(&pbx);
    let at = |id| Target { pbx: PbxId::new("acme"), resource: set.name.into(), key: Some(EntityKey::Int(id)) };
    let found = client.read(&at(7), &plan(&[key, "Name"], &[])).await.unwrap();
    assert_eq!(found.get("Name"), Some(&json!("seven")));
    let line = format!("GET /xapi/v1/{}?$select={key},Name&$filter={key}%20eq%207&$top=1", set.name);
    assert_eq!(pbx.lines(), [line]);
    let none = client.read(&at(8), &plan(&[key], &[])).await.unwrap_err();
    assert_eq!((none.kind, none.request), (FailureKind::NotFound, format!("GET /xapi/v1/{}(8)", set.name)));
}

#[tokio::test]
async fn a_number_is_found_by_alternate_key_and_on_older_builds_by_filter() {
    let new = Pbx::open(|_| Reply::Json(200, json!({"Id": 57}))).await;
    assert_eq!(client(&new).find("Users", "214").await.unwrap(), Some(EntityKey::Int(57)));
    assert_eq!(new.lines(), ["GET /xapi/v1/Users(Number='214')?$select=Id"]);

    let old = Pbx::open(|r| match r.target.contains("Users(Number") {
        true => Reply::status(404),
        false if r.target.contains("%27214%27") => Reply::Json(200, json!({"value": [{"Id": 57}]})),
        false => Reply::Json(200, json!({"value": []})),
    })
    .await;
    let client = client(&old);
    assert_eq!(client.find("Users", "214").await.unwrap(), Some(EntityKey::Int(57)));
    assert_eq!(old.lines()[1], "GET /xapi/v1/Users?$select=Id&$filter=Number%20eq%20%27214%27&$top=1");
    assert_eq!(client.find("Users", "999").await.unwrap(), None);
}

#[tokio::test]
async fn what_the_pbx_says_no_to_arrives_as_a_failure_with_its_request() {
    let pbx = Pbx::open(|_| Reply::status(403)).await;
    let failure = client(&pbx).read(&user(57), &plan(&["Id"], &[])).await.unwrap_err();
    assert_eq!((failure.kind, failure.request.as_str()), (FailureKind::NoRights, "GET /xapi/v1/Users(57)"));
}

#[tokio::test]
async fn who_does_not_come_whole_in_a_page_is_read_alone() {
    let pbx = Pbx::open(|request| {
        let one = |id: u32| json!({"Id": id, "Mobile": null, "Groups": []});
        match request.target.split('?').next().and_then(|path| path.rsplit('/').next()) {
            // The second comes without its list, the third not at all; nobody asked for the fourth.
            Some("Users") => Reply::Json(200, json!({"value": [one(1), {"Id": 2, "Mobile": "2"}, one(4)]})),
            Some("Users(2)") => Reply::Json(200, one(2)),
            _ => Reply::status(404),
        }
    })
    .await;
    let plan = plan(&["Id", "Mobile"], &["Groups($expand=Rights)"]);
    let (client, targets) = (client(&pbx), [user(1), user(2), user(3)]);
    let read = client.read_several(&targets.iter().collect::<Vec<_>>(), &plan).await;
    let told: Vec<_> =
        read.iter().map(|read| read.as_ref().map(|one| one["Id"].clone()).map_err(|no| no.kind.clone())).collect();
    assert_eq!(told, [Ok(json!(1)), Ok(json!(2)), Err(FailureKind::NotFound)]);
    assert!(read[1].as_ref().unwrap().contains_key("Groups"));
    assert_eq!(pbx.lines().len(), 3, "{:?}", pbx.lines());
}

/// What a page and single reads of the numbers 1 to 9 come to: who is there, and how many requests were made.
async fn read_nine(page: fn() -> Reply, one: fn(u32) -> Reply) -> (Vec<Result<(), FailureKind>>, usize) {
    let pbx = Pbx::open(move |request| {
        let key = request.target.split(['(', ')']).nth(1).and_then(|key| key.parse().ok());
        key.map_or_else(page, one)
    })
    .await;
    let mut connection = connection(&pbx.base);
    connection.patience = Patience { pause: Duration::ZERO, ..Patience::default() };
    let client = Client::new(connection, Catalog::shipped());
    let targets: Vec<Target> = (1..=9).map(user).collect();
    let read = client.read_several(&targets.iter().collect::<Vec<_>>(), &plan(&["Id"], &[])).await;
    (read.into_iter().map(|read| read.map(drop).map_err(|no| no.kind)).collect(), pbx.lines().len())
}

#[tokio::test]
async fn what_is_wrong_with_one_of_a_page_stands_in_nobody_elses_way() {
    let cut = || Reply::Cut("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{".to_owned());
    // The fifth breaks whatever it is in.
    let one = |id: u32| match id {
        5 => Reply::Cut("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{".to_owned()),
        7 => Reply::status(404),
        id => Reply::Json(200, json!({"Id": id})),
    };
    let (read, requests) = read_nine(cut, one).await;
    let wanted: Vec<_> = (1..=9)
        .map(|id| match id {
            5 => Err(FailureKind::Truncated),
            7 => Err(FailureKind::NotFound),
            _ => Ok(()),
        })
        .collect();
    // What breaks off is tried three times.
    assert_eq!((read, requests), (wanted, 3 + 8 + 3));
}

#[tokio::test]
async fn a_line_that_is_down_is_not_asked_for_each_of_a_page() {
    let broken = || Reply::status(500);
    let (read, requests) = read_nine(broken, |_| Reply::status(500)).await;
    assert!(read.iter().all(|read| *read == Err(FailureKind::ServerError)), "{read:?}");
    assert!((4..=7).contains(&requests), "the page and a few: {requests}");
    let (read, requests) = read_nine(|| Reply::status(429), |_| Reply::status(429)).await;
    assert!(read.iter().all(|read| *read == Err(FailureKind::Busy)), "{read:?}");
    assert_eq!(requests, 3, "only the page, and that three times");
}
