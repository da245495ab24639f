//! Change sets from a draft to the simulator and back: what was previewed arrives, and every end is told apart.

use super::demo::{keys, start, target};
use cordboard::api::{Client, Unrecorded};
use cordboard::catalog::{Catalog, FieldKind};
use cordboard::draft::{Draft, Entity, Outcome, Seen, Verdict, read_whole};
use cordboard::odata::{FailureKind, Target};
use cordboard::sim::{Answer, Matcher};
use serde_json::{Value, json};

/// Opens an entity, changes what `edit` says, and saves.
async fn change(client: &Client, target: &Target, edit: impl FnOnce(&mut Draft, &Entity)) -> Outcome {
    let draft = open(client, target, edit).await;
    let changes = draft.change_set(client.catalog()).unwrap();
    assert!(!changes.is_empty());
    client.save(&changes, &Unrecorded, |_| {}).await
}

async fn open(client: &Client, target: &Target, edit: impl FnOnce(&mut Draft, &Entity)) -> Draft {
    let catalog = client.catalog();
    let schema = catalog.entity(catalog.resource(&target.resource).unwrap()).unwrap();
    let entity = client.read(target, &read_whole(catalog, schema)).await.unwrap();
    let mut draft = Draft::new(catalog, schema, target.clone(), "it".to_owned(), entity.clone());
    edit(&mut draft, &entity);
    draft
}

fn saved(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Saved { fields, answer_was_lost: false }
        if fields.iter().all(|f| f.verdict == Verdict::AsSent))
}

#[tokio::test]
async fn plain_fields_and_whole_arrays_are_saved_and_read_back() {
    let (sim, client) = start(30).await;
    let at = target("Users", keys(&client, "Users").await.first().cloned());
    let outcome = change(&client, &at, |draft, entity| {
        draft.set("FirstName", json!("Zoë \"O'Brien\""));
        draft.set("VMEnabled", json!(!entity["VMEnabled"].as_bool().unwrap()));
        draft.set("Mobile", Value::Null);
    })
    .await;
    assert!(saved(&outcome), "{outcome:?}");
    let outcome = change(&client, &at, |draft, entity| {
        let mut profiles = entity["ForwardingProfiles"].clone();
        profiles[0]["NoAnswerTimeout"] = json!(37);
        draft.set("ForwardingProfiles", profiles);
    })
    .await;
    assert!(saved(&outcome), "{outcome:?}");
    assert_eq!(sim.faults().count(&Matcher::new("PATCH", "/xapi/v1/Users")), 2);
}

#[tokio::test]
async fn a_switch_can_be_turned_on_every_thing_that_has_one() {
    let (_sim, client) = start(30).await;
    let catalog = Catalog::shipped();
    let (mut wrong, mut done) = (Vec::new(), 0);
    for resource in catalog.resources().iter().filter(|r| r.update.is_some()) {
        let Some(schema) = catalog.entity(resource) else { continue };
        let key = match resource.key {
            Some(_) if resource.read.is_some() => match keys(&client, resource.name).await.into_iter().next() {
                Some(key) => Some(key),
                None => continue,
            },
            Some(_) => continue,
            None if resource.read.is_some() => None,
            None => continue,
        };
        let switch = schema.fields.iter().find(|field| {
            let note = catalog.note(schema, field);
            catalog.kind(schema, field) == FieldKind::Bool && !note.read_only && !note.fixed && !note.secret
        });
        let Some(switch) = switch else { continue };
        let outcome = change(&client, &target(resource.name, key), |draft, entity| {
            let on = entity.get(switch.name).and_then(Value::as_bool).unwrap_or_default();
            draft.set(switch.name, json!(!on));
        })
        .await;
        if !saved(&outcome) {
            wrong.push(format!("{}.{}: {outcome:?}", resource.name, switch.name));
        }
        done += 1;
    }
    assert!(wrong.is_empty() && done > 20, "{done} done; {}", wrong.join("\n"));
}

#[tokio::test]
async fn a_refusal_names_the_field_and_leaves_everything_as_it_was() {
    let (sim, client) = start(30).await;
    let keys = keys(&client, "Users").await;
    let (one, other) = (target("Users", Some(keys[0].clone())), target("Users", Some(keys[1].clone())));
    let taken = open(&client, &other, |_, _| {}).await.original("EmailAddress").cloned().unwrap();
    // Whether it is free was asked, and somebody was faster.
    let refused = vec![("EmailAddress".to_owned(), "WARNINGS.XAPI.ALREADY_IN_USE".to_owned())];
    sim.faults().answer(Matcher::new("PATCH", "/"), 1, Answer::Refused(refused));
    let blocked = change(&client, &one, |draft, _| draft.set("EmailAddress", taken)).await;
    assert!(matches!(blocked, Outcome::Blocked(_)), "{blocked:?}");
    let taken = json!("nobody.yet@acme.example");
    let outcome = change(&client, &one, |draft, _| draft.set("EmailAddress", taken)).await;
    let Outcome::Refused(failure) = &outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.kind, FailureKind::Refused);
    let catalog = client.catalog();
    let schema = catalog.entity(catalog.resource("Users").unwrap());
    let problem = failure.problem(catalog, schema);
    assert_eq!(problem.fields[0].0, "EmailAddress");
    assert!(problem.why.contains("already used"), "{problem:?}");
}

#[tokio::test]
async fn a_change_from_elsewhere_is_a_conflict() {
    let (sim, client) = start(30).await;
    let at = target("Users", keys(&client, "Users").await.first().cloned());
    let draft = open(&client, &at, |draft, _| draft.set("LastName", json!("Mine"))).await;
    let key = at.key.as_ref().unwrap().to_string();
    let theirs = json!({"LastName": "Theirs"}).as_object().unwrap().clone();
    assert!(sim.faults().patch("Users", Some(&key), theirs));
    let outcome = client.save(&draft.change_set(client.catalog()).unwrap(), &Unrecorded, |_| {}).await;
    let Outcome::Conflict(conflicts) = &outcome else { panic!("{outcome:?}") };
    assert_eq!(conflicts[0].on_pbx.shown().as_deref(), Some(&json!("Theirs")));
    assert_eq!(sim.faults().count(&Matcher::new("PATCH", "/")), 0);
}

#[tokio::test]
async fn a_lost_answer_is_told_from_a_write_that_never_arrived() {
    let (sim, client) = start(30).await;
    let at = target("Users", keys(&client, "Users").await.first().cloned());
    let patches = Matcher::new("PATCH", "/xapi/v1/Users");
    sim.faults().answer(patches.clone(), 1, Answer::Lost);
    let outcome = change(&client, &at, |draft, _| draft.set("LastName", json!("Applied"))).await;
    assert!(matches!(outcome, Outcome::Saved { answer_was_lost: true, .. }), "{outcome:?}");
    sim.faults().answer(patches.clone(), 1, Answer::Cut);
    let outcome = change(&client, &at, |draft, _| draft.set("LastName", json!("Lost"))).await;
    assert!(matches!(outcome, Outcome::NotConfirmed { seen: Seen::NotApplied, .. }), "{outcome:?}");
    assert_eq!(sim.faults().count(&patches), 2, "neither was sent again");
}

#[tokio::test]
async fn what_the_pbx_stores_instead_is_told() {
    let (sim, client) = start(30).await;
    let at = target("Users", keys(&client, "Users").await.first().cloned());
    sim.faults().alter("Users", "LastName", json!("LOUD"));
    let outcome = change(&client, &at, |draft, _| draft.set("LastName", json!("quiet"))).await;
    let Outcome::Altered { fields, .. } = &outcome else { panic!("{outcome:?}") };
    let Verdict::PbxChangedIt { got } = &fields[0].verdict else { panic!("{fields:?}") };
    assert_eq!(got.shown().as_deref(), Some(&json!("LOUD")));
}
