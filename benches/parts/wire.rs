//! What comes over the wire: a page decoded, a person opened, a page of the simulator.

use crate::desk::{self, Desk, FEW, MANY, runtime, simulator};
use cordboard::api::ListQuery;
use cordboard::app::list::Rows;
use cordboard::catalog::Catalog;
use cordboard::draft::{Draft, conceal};
use cordboard::odata::{EntityKey, Layout, PbxId, Target, envelope};
use divan::Bencher;
use serde_json::json;

/// A page of a hundred people with the columns of the list, decoded.
#[divan::bench]
fn page_decoded(bencher: Bencher<'_, '_>) {
    let rows = Rows::new(Catalog::shipped(), desk::users());
    let page = &desk::pages()[0];
    let value: Vec<_> = (0..page.keys.len())
        .map(|row| {
            let mut entity = serde_json::Map::from_iter([("Id".to_owned(), json!(row))]);
            for (field, column) in page.fields.iter().zip(&page.columns) {
                entity.insert(field.clone(), json!(format!("{:?}", column[row])));
            }
            entity
        })
        .collect();
    let body = json!({ "@odata.count": MANY, "value": value }).to_string();
    let layout = Layout::new(rows.fields().to_vec().into(), desk::users().key.as_ref());
    bencher.bench(|| layout.decode(body.as_bytes(), 0, &mut |_, _| {}).is_ok());
}

/// A person's form without the wire: decoded, concealed, put into a draft.
#[divan::bench]
fn person_decoded(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let simulator = simulator(&runtime, FEW);
    let catalog = Catalog::shipped();
    let schema = catalog.entity(desk::users()).expect("a schema");
    let target = Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: Some(EntityKey::Int(57)) };
    let plan = cordboard::draft::read_whole(catalog, schema);
    let entity = runtime.block_on(desk::client(&simulator).read(&target, &plan)).expect("a person");
    let body = serde_json::Value::Object(entity).to_string();
    bencher.bench(|| {
        let mut entity = envelope::entity(body.as_bytes()).expect("an entity");
        conceal(catalog, schema, &mut entity);
        Draft::new(catalog, schema, target.clone(), String::new(), entity)
    });
}

/// Enter on a person until the form is there, over real HTTP on a kept connection, and back.
#[divan::bench(sample_count = 50)]
fn person_opened(bencher: Bencher<'_, '_>) {
    let mut desk = Desk::of(FEW);
    desk.keys("home");
    bencher.bench_local(|| {
        desk.press("enter");
        desk.rest();
        desk.press("esc");
    });
}

/// A page of a hundred from the simulator, over real HTTP, decoded.
#[divan::bench(args = [FEW, MANY])]
fn simulator_page(bencher: Bencher<'_, '_>, people: usize) {
    let runtime = runtime();
    let simulator = simulator(&runtime, people);
    let client = desk::client(&simulator);
    let fields = Rows::new(Catalog::shipped(), desk::users()).fields().to_vec();
    let query = ListQuery { limit: Some(100), skip: people / 2, ..ListQuery::new("Users", fields) };
    bencher.bench_local(|| runtime.block_on(client.list(&query, drop)).is_ok());
}
