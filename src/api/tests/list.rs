//! Pages: how many, in which order, when a list is at its end, and when it was not whole.

use super::server::{Pbx, Reply, Request};
use super::*;
use crate::api::{ListQuery, Loaded};
use crate::odata::{Cell, Failure, FailureKind, Page};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn rows(ids: impl IntoIterator<Item = usize>) -> Vec<Value> {
    ids.into_iter().map(|id| json!({"Id": id, "Number": id.to_string(), "FirstName": null})).collect()
}

/// A list that pages as it should over this many users.
fn paged(total: usize) -> impl Fn(&Request) -> Reply {
    move |request| {
        let (skip, top) = (request.number("$skip"), request.number("$top"));
        let mut body = json!({"value": rows(skip..total.min(skip + top))});
        if request.option("$count") == Some("true") {
            body["@odata.count"] = json!(total);
        }
        Reply::Json(200, body)
    }
}

async fn load(pbx: &Pbx, query: &ListQuery) -> (Result<Loaded, Failure>, Vec<Page>) {
    let mut pages = Vec::new();
    let loaded = client(pbx).list(query, |page| pages.push(page)).await;
    (loaded, pages)
}

fn users() -> ListQuery {
    ListQuery::new("Users", names(&["Number", "FirstName"]))
}

fn distinct(pages: &[Page]) -> usize {
    let keys: Vec<_> = pages.iter().flat_map(|p| &p.keys).collect();
    let set: HashSet<_> = keys.iter().collect();
    assert_eq!(set.len(), keys.len(), "no key is handed on twice");
    keys.len()
}

#[tokio::test]
async fn twelve_thousand_rows_come_in_pages_of_a_hundred_each_once() {
    let pbx = Pbx::open(paged(12_345)).await;
    let (loaded, pages) = load(&pbx, &users()).await;
    let whole = Loaded { rows: 12_345, count: Some(12_345), distinct: 12_345, complete: true };
    assert_eq!((loaded, distinct(&pages)), (Ok(whole), 12_345));
    assert_eq!((pages.len(), pbx.lines().len()), (124, 124));
    let lines = pbx.lines();
    assert_eq!(lines[0], "GET /xapi/v1/Users?$select=Id,Number,FirstName&$orderby=Id&$top=100&$count=true");
    assert!(lines[1..].iter().all(|line| !line.contains("$count")));
    assert!(
        lines.contains(&"GET /xapi/v1/Users?$select=Id,Number,FirstName&$orderby=Id&$top=100&$skip=12300".to_owned())
    );
    for page in &pages {
        let first = Cell::Text(page.skip.to_string().into());
        assert_eq!((&page.columns[0][0], &page.columns[1][0]), (&first, &Cell::Null));
        assert_eq!(page.keys[0], EntityKey::Int(i64::try_from(page.skip).unwrap()));
    }
    assert_eq!(pbx.sign_ins(), 1);
}

#[tokio::test]
async fn sizes_at_the_edge_of_a_page_take_no_page_too_many() {
    for (total, requests) in [(0, 1), (1, 1), (99, 1), (100, 1), (101, 2), (200, 2), (201, 3)] {
        let pbx = Pbx::open(paged(total)).await;
        let (loaded, pages) = load(&pbx, &users()).await;
        let loaded = loaded.unwrap();
        assert!(loaded.complete && loaded.distinct == total, "{total}: {loaded:?}");
        assert_eq!((pbx.lines().len(), distinct(&pages)), (requests, total));
    }
}

#[tokio::test]
async fn pages_are_asked_for_side_by_side_and_not_too_many() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let serve = paged(2_000);
    let counts = (now.clone(), most.clone());
    let pbx = Pbx::open(move |request| {
        // The script runs when a request is complete; those that wait for it are in flight too.
        counts.1.fetch_max(counts.0.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let reply = serve(request);
        counts.0.fetch_sub(1, Ordering::SeqCst);
        reply
    })
    .await;
    for in_flight in [0, 1, 4] {
        let (loaded, _) = load(&pbx, &ListQuery { in_flight, ..users() }).await;
        assert!(loaded.unwrap().complete);
    }
    assert!(most.load(Ordering::SeqCst) <= 4);
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read_is_reported() {
    // Somebody in front is deleted after the first page: everybody moves up, one is never seen.
    let pbx = Pbx::open(|r| match r.number("$skip") {
        0 => Reply::Json(200, json!({"@odata.count": 250, "value": rows(0..100)})),
        skip => Reply::Json(200, json!({"value": rows(skip + 1..250.min(skip + 101))})),
    })
    .await;
    let (loaded, pages) = load(&pbx, &users()).await;
    assert_eq!(loaded, Ok(Loaded { rows: 249, count: Some(250), distinct: 249, complete: false }));
    assert_eq!(distinct(&pages), 249);

    // Somebody is added in front: one row comes twice, the last one moves to a page of its own.
    let pbx = Pbx::open(|r| match r.number("$skip") {
        0 => Reply::Json(200, json!({"@odata.count": 200, "value": rows(0..100)})),
        skip => Reply::Json(200, json!({"value": rows(skip - 1..200.min(skip + 99))})),
    })
    .await;
    let (loaded, pages) = load(&pbx, &users()).await;
    assert_eq!(loaded, Ok(Loaded { rows: 200, count: Some(200), distinct: 199, complete: false }));
    assert_eq!(distinct(&pages), 199);
}

#[tokio::test]
async fn rows_beyond_the_count_are_followed_within_bounds() {
    // 150 were announced; by the time the second page is asked for it is full.
    let pbx = Pbx::open(|r| match r.number("$skip") {
        0 => Reply::Json(200, json!({"@odata.count": 150, "value": rows(0..100)})),
        skip => Reply::Json(200, json!({"value": rows(skip..(skip + 100).min(330))})),
    })
    .await;
    let (loaded, pages) = load(&pbx, &users()).await;
    assert_eq!(loaded, Ok(Loaded { rows: 330, count: Some(150), distinct: 330, complete: false }));
    assert_eq!(distinct(&pages), 330);

    // And a list that never ends is left.
    let pbx = Pbx::open(|r| {
        let skip = r.number("$skip");
        Reply::Json(200, json!({"@odata.count": 150, "value": rows(skip..skip + 100)}))
    })
    .await;
    let (loaded, _) = load(&pbx, &users()).await;
    let loaded = loaded.unwrap();
    assert!(!loaded.complete && loaded.rows <= 1_300, "{loaded:?}");
}

#[tokio::test]
async fn without_a_count_a_short_page_is_the_last() {
    let pbx = Pbx::open(|r| {
        let skip = r.number("$skip");
        Reply::Json(200, json!({"value": rows(skip..(skip + 100).min(230))}))
    })
    .await;
    let (loaded, pages) = load(&pbx, &users()).await;
    assert_eq!(loaded, Ok(Loaded { rows: 230, count: None, distinct: 230, complete: true }));
    assert_eq!((pbx.lines().len(), distinct(&pages)), (3, 230));
}

#[tokio::test]
async fn a_pbx_that_ignores_the_page_is_found_out() {
    // It answers the same page for ever, and announces nothing.
    let pbx = Pbx::open(|_| Reply::Json(200, json!({"value": rows(0..100)}))).await;
    let (loaded, pages) = load(&pbx, &users()).await;
    assert_eq!(loaded, Ok(Loaded { rows: 200, count: None, distinct: 100, complete: false }));
    assert_eq!((pbx.lines().len(), distinct(&pages)), (2, 100));
    // It answers everything at once.
    let pbx = Pbx::open(|_| Reply::Json(200, json!({"@odata.count": 312, "value": rows(0..312)}))).await;
    let (loaded, _) = load(&pbx, &users()).await;
    assert_eq!(loaded, Ok(Loaded { rows: 312, count: Some(312), distinct: 312, complete: true }));
    assert_eq!(pbx.lines().len(), 1);
    // It gives fifty at most.
    let pbx = Pbx::open(|r| {
        let skip = r.number("$skip");
        Reply::Json(200, json!({"@odata.count": 180, "value": rows(skip..(skip + 50.min(r.number("$top"))).min(180))}))
    })
    .await;
    let (loaded, pages) = load(&pbx, &users()).await;
    assert_eq!(loaded, Ok(Loaded { rows: 180, count: Some(180), distinct: 180, complete: true }));
    assert_eq!((pbx.lines().len(), distinct(&pages)), (4, 180));
}

#[tokio::test]
async fn a_window_is_one_page_at_a_time() {
    let pbx = Pbx::open(paged(500)).await;
    let query = ListQuery { skip: 200, limit: Some(50), ..users() };
    let (loaded, pages) = load(&pbx, &query).await;
    assert_eq!(loaded, Ok(Loaded { rows: 50, count: Some(500), distinct: 50, complete: true }));
    assert_eq!((pages.len(), pages[0].skip, pages[0].keys[0].clone()), (1, 200, EntityKey::Int(200)));
    let (loaded, pages) = load(&pbx, &ListQuery { skip: 450, limit: Some(250), ..users() }).await;
    assert_eq!(loaded, Ok(Loaded { rows: 50, count: Some(500), distinct: 50, complete: true }));
    assert_eq!(pages.len(), 1);
    let (loaded, _) = load(&pbx, &ListQuery { skip: 0, limit: Some(250), ..users() }).await;
    assert_eq!(loaded, Ok(Loaded { rows: 250, count: Some(500), distinct: 250, complete: true }));
    let (loaded, _) = load(&pbx, &ListQuery { limit: Some(0), ..users() }).await;
    assert_eq!(loaded, Ok(Loaded { complete: true, ..Loaded::default() }));

    let catalog = Catalog::shipped();
    let window = catalog.resources().iter().find(|r| {
        let roles = catalog.roles(r);
        roles.window && roles.newest.is_some() && r.read.is_some_and(|id| catalog.operation(id).options.orderby)
    });
    if let Some(window) = window {
        let newest = catalog.roles(window).newest.unwrap();
        let query = ListQuery { limit: Some(100), ..ListQuery::new(window.name, names(&[newest])) };
        let (loaded, _) = load(&pbx, &query).await;
        assert!(loaded.is_ok());
        let line = pbx.lines().pop().unwrap();
        assert!(line.contains(&format!("$orderby={newest}%20desc&$top=100")), "{line}");
    }
}

#[tokio::test]
async fn order_filter_and_fields_are_spelt_and_secrets_are_not_asked_for() {
    let pbx = Pbx::open(|_| {
        Reply::Json(
            200,
            json!({"@odata.count": 1, "value": [{"Id": 1, "VMPIN": "1234", "Hours": {"Type": "OfficeHours"},
                   "Phones": [{"Id": 3, "PhoneWebPassword": "hidden"}]}]}),
        )
    })
    .await;
    let query = ListQuery {
        filter: Some("LastName eq 'O''Brien'".to_owned()),
        orderby: names(&["LastName"]),
        ..ListQuery::new("Users", names(&["VMPIN", "Hours/Type", "Phones"]))
    };
    let (loaded, pages) = load(&pbx, &query).await;
    assert!(loaded.unwrap().complete);
    assert_eq!(
        pbx.lines(),
        ["GET /xapi/v1/Users?$select=Id,Hours&$expand=Phones&$filter=LastName%20eq%20%27O%27%27Brien%27\
          &$orderby=LastName,Id&$top=100&$count=true"]
    );
    assert_eq!(pages[0].columns[0], [Cell::Absent]);
    assert_eq!(pages[0].columns[1], [Cell::Text("OfficeHours".into())]);
    assert!(!format!("{pages:?}").contains("hidden") && !format!("{pages:?}").contains("1234"));
}

#[tokio::test]
async fn the_first_failure_ends_the_list_and_what_came_before_stays() {
    let serve = paged(1_000);
    let pbx = Pbx::open(move |r| if r.number("$skip") == 300 { Reply::status(500) } else { serve(r) }).await;
    let (loaded, pages) = load(&pbx, &users()).await;
    let failure = loaded.unwrap_err();
    assert_eq!((failure.kind, failure.request.as_str()), (FailureKind::ServerError, "GET /xapi/v1/Users"));
    assert!(!pages.is_empty() && distinct(&pages) >= 100);
}

#[tokio::test]
async fn what_is_no_list_is_not_asked_for() {
    let pbx = Pbx::open(|_| Reply::status(500)).await;
    let (loaded, _) = load(&pbx, &ListQuery::new("DialCodeSettings", Vec::new())).await;
    assert!(matches!(loaded.unwrap_err().kind, FailureKind::Misconfigured(_)));
    assert!(pbx.requests().is_empty());
}
