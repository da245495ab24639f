//! Lists, entities, singletons and navigation, as a reader meets them.

use super::*;
use crate::catalog::{Catalog, Shape};
use crate::sim::shape;

fn column(body: &Value, name: &str) -> Vec<String> {
    let rows = body["value"].as_array().unwrap();
    rows.iter().map(|r| r[name].as_str().map_or_else(|| r[name].to_string(), str::to_owned)).collect()
}

#[tokio::test]
async fn everything_that_can_be_read_reads_and_fits_its_schema() {
    let pbx = Caller::default().await;
    let catalog = Catalog::shipped();
    let mut shapes = (0, 0);
    for resource in catalog.resources().iter().filter(|r| r.read.is_some()) {
        let body = pbx.ok(resource.name).await;
        let schema = catalog.entity(resource).unwrap();
        let objects: Vec<&Value> = match resource.shape {
            Shape::Collection => body["value"].as_array().unwrap().iter().collect(),
            _ => vec![&body],
        };
        match resource.shape {
            Shape::Collection => shapes.0 += 1,
            _ => shapes.1 += 1,
        }
        for object in objects {
            let map = object.as_object().unwrap();
            shape::fits(catalog, schema, map).unwrap_or_else(|why| panic!("{}: {why}", resource.name));
            for field in &schema.fields {
                assert_ne!(map.contains_key(field.name), field.navigation, "{} {}", resource.name, field.name);
            }
        }
    }
    assert!(shapes.0 > 45 && shapes.1 > 38, "{shapes:?}");
}

#[tokio::test]
async fn lists_page_count_select_and_order() {
    let pbx = Caller::default().await;
    let page = pbx.ok("Users?$top=3&$skip=2&$select=Id,Number&$count=true").await;
    assert_eq!(page["@odata.count"], 312);
    assert_eq!(page["value"], json!([{"Id":45,"Number":"202"},{"Id":46,"Number":"203"},{"Id":47,"Number":"204"}]));
    assert!(page.get("@odata.nextLink").is_none());
    assert_eq!(pbx.ok("Users?$select=Id").await["value"].as_array().unwrap().len(), 50);
    assert_eq!(pbx.ok("Users?$select=Id&$top=100&$skip=300").await["value"].as_array().unwrap().len(), 12);
    assert_eq!(pbx.ok("Users?$select=Id&$top=0&$count=true").await["@odata.count"], 312);
    // Text order: 1000 before 200.
    assert_eq!(column(&pbx.ok("Users?$orderby=Number&$top=2&$select=Number").await, "Number"), ["1000", "200"]);
    assert_eq!(column(&pbx.ok("Users?$orderby=Number%20desc&$top=2&$select=Number").await, "Number"), ["511", "510"]);
    let by_two = pbx.ok("Users?$orderby=PrimaryGroupId+desc,Number+asc&$top=100&$select=Number,PrimaryGroupId").await;
    let rows = by_two["value"].as_array().unwrap();
    assert!(
        rows.is_sorted_by_key(|r| (-r["PrimaryGroupId"].as_i64().unwrap(), r["Number"].as_str().unwrap().to_owned()))
    );
    // The encoded spelling of the official client.
    assert_eq!(column(&pbx.ok("Users?%24select=Id&%24filter=Number+eq+%27214%27").await, "Id"), ["57"]);
}

#[tokio::test]
async fn filters_reach_values_views_and_lists() {
    let pbx = Caller::default().await;
    for (filter, numbers) in [
        ("Number eq '214'", vec!["214"]),
        ("contains(LastName,'O''Brien')", vec!["219"]),
        ("contains(LastName,'o''brien')", vec![]),
        ("contains(tolower(LastName),'o''brien')", vec!["219"]),
        ("FirstName eq '明' or LastName eq '山田'", vec!["211", "251"]),
        ("EmailAddress eq '' and Number lt '240'", vec!["233"]),
        ("Number in ('207','211','9999')", vec!["207", "211"]),
        ("Id ge 57 and Id le 58", vec!["214", "215"]),
        ("not (Id ne 57)", vec!["214"]),
        ("VMEmailOptions eq 'VmailToMembers' and Id le 150 and Id ge 145", vec!["304"]),
        ("Groups/any(g: g/GroupId eq 29 and g/Name eq 'Sales') and Number in ('214','230')", vec!["214"]),
        ("Groups/all(g: g/GroupId eq 29) and Number in ('214','230')", vec!["214"]),
        ("Phones/any() and Id eq 57", vec!["214"]),
        ("Groups/any(g: g/Rights/Invalid eq true)", vec!["260"]),
        ("Phones/any(p: p/MacAddress eq '02005E000038')", vec!["214"]),
        ("length(LastName) gt 40", vec!["250"]),
        ("HotdeskingAssignment eq null", vec![]),
        ("endswith(EmailAddress,'@acme.example') and startswith(FirstName,'Siân')", vec!["219"]),
    ] {
        let query: String = filter.bytes().map(|b| format!("%{b:02X}")).collect();
        let body = pbx.ok(&format!("Users?$select=Number&$count=true&$filter={query}")).await;
        assert_eq!(column(&body, "Number"), numbers, "{filter}");
        assert_eq!(body["@odata.count"], numbers.len(), "{filter}");
    }
    assert_eq!(pbx.ok("Users?$search=o'brien&$select=Number").await["value"], json!([{"Number":"219"}]));
    let newer = pbx
        .ok("EventLogs?$filter=TimeGenerated ge 2026-03-02T06:00:00Z and Type ne 'Error'&$orderby=TimeGenerated desc")
        .await;
    assert!(newer["value"].as_array().unwrap().iter().all(|e| e["TimeGenerated"].as_str().unwrap() >= "2026-03-02T06"));
}

#[tokio::test]
async fn navigation_properties_are_absent_unless_expanded() {
    let pbx = Caller::default().await;
    let user = pbx.ok("Users(57)?$select=Id&$expand=Groups($select=Name;$expand=Rights($select=RoleName))").await;
    assert_eq!(user["Groups"], json!([{"Rights":{"RoleName":"users"},"Name":"Sales"}]));
    let user = pbx.ok("Users(57)?$expand=Groups($expand=Rights,GroupRights),ForwardingProfiles,Phones").await;
    assert_eq!(user["Groups"][0]["GroupRights"]["RoleName"], "users");
    assert_eq!(user["ForwardingProfiles"].as_array().unwrap().len(), 5);
    assert_eq!(user["ForwardingProfiles"][0]["AvailableRoute"]["NoAnswerExternal"]["Name"], "Front desk");
    assert_eq!(user["Phones"].as_array().unwrap().len(), 2);
    assert!(pbx.ok("Users(57)?$expand=Groups").await["Groups"][0].get("Rights").is_none());
    assert_eq!(
        pbx.ok("Users(57)/ForwardingProfiles?$filter=Name eq 'Away'").await["value"].as_array().unwrap().len(),
        1
    );
    assert_eq!(pbx.ok("Groups(29)/Members?$top=2&$count=true").await["value"].as_array().unwrap().len(), 2);
    assert_eq!(pbx.ok("Defs?$expand=TimeZones&$select=Id").await["TimeZones"].as_array().unwrap().len(), 6);
    assert_eq!(pbx.ok("MyUser?$select=Number").await["Number"], "214");
    let queue = pbx.ok("Queues(Number='800')?$expand=Agents").await;
    assert_eq!(queue["Agents"][0]["Number"], "214");
    assert_eq!(queue["Agents"][0]["Name"], "Ada Lovelace");
}

#[tokio::test]
async fn what_is_not_there_or_not_valid_is_refused() {
    let pbx = Caller::default().await;
    for (path, status) in [
        ("Users?$top=101", 400),
        ("Users?$top=x", 400),
        ("Users?$select=Nope", 400),
        ("Users?$select=Hours/Nope", 400),
        ("Users?$filter=Nope eq 1", 400),
        ("Users?$filter=Number eq 214", 400),
        ("Users?$filter=Number eq", 400),
        ("Users?$filter=VMEmailOptions eq 'Nope'", 400),
        ("Users?$filter=Groups/any(g: g/Nope eq 1)", 400),
        ("Users?$filter=nope(Number,'1')", 400),
        ("Users?$orderby=Nope", 400),
        ("Users?$expand=Nope", 400),
        ("Users?$expand=Hours", 400),
        ("Users?$expand=Groups($expand=Nope)", 400),
        ("Users?$nope=1", 400),
        ("Users?$count=yes", 400),
        ("Users(57)?$select=Nope", 400),
        ("Users(99999)", 404),
        ("Users(abc)", 404),
        ("Users('57')", 404),
        ("Users(Number='9')", 404),
        ("Users(Number=214)", 404),
        ("Nope", 404),
        ("users", 404),
        ("Users/214", 404),
        ("Users/Pbx.Nope()", 404),
        ("Users/Pbx.GetPhoneRegistrar()", 404),
        ("Users/Pbx.GetPhoneRegistrar(nope='1')", 404),
        ("Users(99999)/Groups", 404),
        (
            "ReportAbandonedQueueCalls/Pbx.GetAbandonedQueueCallsData(periodFrom=x,periodTo=y,queueDns='800',waitInterval='0')",
            500,
        ),
    ] {
        let (got, body) = pbx.get(path).await;
        assert_eq!(got, status, "{path}: {body}");
        match status {
            400 => assert!(body["error"]["message"].is_string() && body["error"]["code"] == "", "{path}: {body}"),
            500 => assert!(body.is_null(), "{path}: {body}"),
            _ => {}
        }
    }
    let said = pbx.get("Users?$top=250").await.1;
    let words = said["error"]["message"].as_str().unwrap();
    assert!(
        words.contains("not valid") && words.contains("'100'") && words.contains("Top") && words.contains("'250'"),
        "{words}"
    );
}

#[tokio::test]
async fn functions_and_actions_all_answer() {
    let pbx = Caller::default().await;
    let catalog = Catalog::shipped();
    let mut met = 0;
    for operation in &catalog.facts().operations {
        use crate::catalog::{Method, Place, Role, Type};
        let mut path = operation.path.trim_start_matches('/').to_owned();
        if operation.role != Role::Function || operation.method != Method::Get {
            continue;
        }
        for p in operation.parameters.iter().filter(|p| matches!(p.place, Place::Key | Place::Argument)) {
            let text = match &p.ty {
                Type::Bool => "true".to_owned(),
                Type::Integer { .. } if p.place == Place::Key => "57".to_owned(),
                Type::Integer { .. } | Type::Decimal => "1".to_owned(),
                Type::DateTime => "2026-01-01T00:00:00Z".to_owned(),
                Type::Uuid => "00000000-0000-4000-8000-000000000001".to_owned(),
                _ if p.quoted => "'x'".to_owned(),
                _ => "x".to_owned(),
            };
            path = path.replace(&format!("{{{}}}", p.name), &text);
        }
        let (status, body) = pbx.get(&path).await;
        // 404: the entity meant is not there; everything else has an answer of its shape.
        assert!(matches!(status, 200 | 204 | 404), "{path} {status} {body}");
        if status == 200 && operation.collection {
            let sheet = ["Download", "Export"].iter().any(|begin| operation.name.starts_with(begin));
            assert!(if sheet { body.is_string() } else { body["value"].is_array() }, "{path} {body}");
        }
        met += usize::from(status != 404);
    }
    assert!(met > 140, "{met}");
}
