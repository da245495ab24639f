//! Every resource of the API opens, and so does the first of what it lists.

use super::super::support::{Bench, client, simulator};
use cordboard::app::{Load, Tone, View};
use cordboard::catalog::Catalog;
use cordboard::plan::{asked, called};

#[tokio::test]
async fn every_resource_and_its_first_entry_open() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    let (mut lists, mut forms, mut operations, mut wrong) = (0, 0, 0, Vec::new());
    let mut listed_only = 0;
    for resource in Catalog::shipped().resources() {
        bench.go(resource.name).await;
        if let Some(View::List(id)) = bench.console.model().view() {
            lists += 1;
            let list = &bench.console.model().lists[id];
            if !matches!(list.load, Load::Done(_)) || (!list.complete && list.window.is_none()) {
                wrong.push(format!("the list {}: {:?}", resource.name, list.load));
            }
            if list.rows.is_empty() {
                continue;
            }
            bench.keys("enter").await;
        }
        let said = bench.console.model().notice.as_ref().map_or("", |notice| &notice.text);
        if said.contains("no more to see") {
            listed_only += 1;
            continue;
        }
        match bench.console.model().view() {
            Some(View::Form(target)) => {
                forms += 1;
                let form = &bench.console.model().forms[target];
                let complaint = bench.console.model().notice.as_ref().filter(|notice| notice.tone == Tone::Bad);
                if form.draft.is_none() || !matches!(form.load, Load::Done(_)) || complaint.is_some() {
                    wrong.push(format!("the form of {target:?}: {:?} {complaint:?}", form.load));
                }
                if form.is_dirty() || form.draft.as_ref().is_some_and(|d| !d.check(Catalog::shipped()).is_empty()) {
                    wrong.push(format!("the form of {target:?} is edited or complains, untouched"));
                }
            }
            Some(View::Operations(..)) => operations += 1,
            other => wrong.push(format!("{}: {other:?}", resource.name)),
        }
    }
    println!("{lists} lists ({listed_only} with nothing to open), {forms} forms, {operations} with operations only");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(lists > 50 && forms > 80 && lists + forms + operations > 142, "{lists} {forms} {operations}");
}

/// By what somebody is called a plan and a run that was cut off know them again: so a row has to be called as what is
/// read of it is.
#[tokio::test]
async fn whatever_can_be_changed_is_called_by_its_row_as_by_what_is_read_of_it() {
    let pbx = simulator().await;
    let (mut bench, client) = (Bench::on(&pbx, (120, 40)).await, client(&pbx));
    let catalog = Catalog::shipped();
    let mut looked_at = 0;
    for resource in catalog.resources().iter().filter(|resource| resource.update.is_some()) {
        bench.go(resource.name).await;
        let model = bench.console.model();
        let (Some(View::List(id)), Some(schema)) = (model.view(), catalog.entity(resource)) else { continue };
        let rows = &model.lists[id].rows;
        let plan = asked(catalog, resource, schema, &[]);
        for row in 0..rows.len().min(3) as u32 {
            let target = model.target(id, rows.key(row));
            let entity = client.read(&target, &plan).await.unwrap();
            assert_eq!(model.row_label(id, row), called(catalog, resource, &target, &entity), "{}", resource.name);
            looked_at += 1;
        }
    }
    assert!(looked_at > 40, "{looked_at}");
}
