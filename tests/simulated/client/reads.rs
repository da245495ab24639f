//! Lists, entities and numbers: whatever the catalog offers to read, the simulator answers as the client expects.

use super::demo::{columns, keys, lists, start, target};
use cordboard::api::ListQuery;
use cordboard::catalog::Catalog;
use cordboard::draft::{conceal, read_whole};
use cordboard::odata::{Cell, FailureKind};
use cordboard::sim::{Answer, Matcher};
use std::collections::HashSet;

#[tokio::test]
async fn every_list_of_the_catalog_loads_with_its_columns() {
    let (_sim, client) = start(312).await;
    let mut wrong = Vec::new();
    for resource in lists() {
        let query = ListQuery { limit: Some(250), ..ListQuery::new(resource.name, columns(resource)) };
        let mut wide = true;
        match client.list(&query, |page| wide &= page.columns.iter().all(|c| c.len() == page.keys.len())).await {
            Ok(loaded) if loaded.complete && wide => {}
            other => wrong.push(format!("{}: {other:?}", resource.name)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_entity_and_singleton_is_read_whole_and_without_secrets() {
    let (_sim, client) = start(30).await;
    let catalog = Catalog::shipped();
    let (mut wrong, mut read) = (Vec::new(), 0);
    for resource in catalog.resources() {
        let Some(schema) = catalog.entity(resource) else { continue };
        let keys = match resource.read.map(|id| catalog.operation(id)) {
            Some(list)
                if list.collection && resource.key.is_some() && (resource.get.is_some() || list.options.filter) =>
            {
                keys(&client, resource.name).await.into_iter().take(2).map(Some).collect()
            }
            Some(list) if !list.collection => vec![None],
            _ => Vec::new(),
        };
        for key in keys {
            let entity = match client.read(&target(resource.name, key.clone()), &read_whole(catalog, schema)).await {
                Ok(entity) => entity,
                Err(failure) => {
                    wrong.push(format!("{} {key:?}: {failure:?}", resource.name));
                    continue;
                }
            };
            let mut again = entity.clone();
            conceal(catalog, schema, &mut again);
            assert_eq!(again, entity, "{}", resource.name);
            read += 1;
        }
    }
    assert!(wrong.is_empty() && read > 80, "{read} read; {}", wrong.join("\n"));
}

#[tokio::test]
async fn people_are_found_by_number() {
    let (_sim, client) = start(30).await;
    let mut numbers = Vec::new();
    let query = ListQuery::new("Users", vec!["Number".to_owned()]);
    client.list(&query, |page| numbers.extend(page.keys.into_iter().zip(page.columns[0].clone()))).await.unwrap();
    let (key, Cell::Text(number)) = numbers[7].clone() else { panic!("{numbers:?}") };
    assert_eq!(client.find("Users", &number).await.unwrap(), Some(key));
    assert_eq!(client.find("Users", "99999999").await.unwrap(), None);
}

#[tokio::test]
async fn twelve_thousand_users_come_each_once() {
    let (sim, client) = start(12_345).await;
    let mut seen = HashSet::new();
    let query = ListQuery::new("Users", vec!["Number".to_owned(), "Groups".to_owned()]);
    let loaded = client.list(&query, |page| seen.extend(page.keys)).await.unwrap();
    assert!(loaded.complete && loaded.count == Some(12_345) && seen.len() == 12_345, "{loaded:?}");
    assert_eq!(sim.faults().count(&Matcher::path("/xapi/v1/Users")), 124);
    assert_eq!(sim.faults().count(&Matcher::path("/connect/token")), 1);
}

#[tokio::test]
async fn a_second_program_with_the_same_client_id_is_survived_once() {
    let (sim, client) = start(30).await;
    assert!(client.hello().await.is_ok());
    sim.faults().expire_token();
    assert!(client.hello().await.is_ok());
    sim.faults().answer(Matcher::path("/xapi"), 2, Answer::Unauthorized);
    assert_eq!(client.hello().await.unwrap_err().kind, FailureKind::TokenTaken);
    assert!(client.hello().await.is_ok(), "and the next request signs in once more");
}
