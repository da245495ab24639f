//! What the many have, and what is planned for each.

use super::work::MOST_ELEMENTS;
use super::*;
use crate::app::event::JobId;
use crate::draft::{Outcome, Payload};
use crate::odata::PbxId;
use crate::plan::{Counts, EntryId, Halt, Own, Planned, Tempo, Unlike};
use serde_json::json;

fn bulk(entities: &[Value]) -> Bulk {
    let catalog = Catalog::shipped();
    let list = ListId { pbx: PbxId::new("acme"), resource: "Users".to_owned() };
    let ones = entities
        .iter()
        .enumerate()
        .map(|(at, _)| One {
            target: Target { pbx: list.pbx.clone(), resource: "Users".into(), key: Some(EntityKey::Int(at as i64)) },
            label: format!("20{at}"),
            read: Reading::Waiting,
        })
        .collect();
    let mut bulk = Bulk::new(BulkId(1), list, catalog.schema_named("User").unwrap(), ones);
    for (at, entity) in entities.iter().enumerate() {
        bulk.take(at, entity.as_object().cloned().ok_or_else(|| Failure::misconfigured("gone")));
    }
    bulk
}

#[test]
fn a_plan_says_who_changes_who_is_so_already_and_who_is_blocked() {
    let catalog = Catalog::shipped();
    let mut bulk = bulk(&[
        json!({"Number": "200", "VMEnabled": false, "Language": "EN"}),
        json!({"Number": "201", "VMEnabled": true, "Language": "EN"}),
        json!("unreadable"),
        json!({"Number": "203", "VMEnabled": false, "Language": "EN"}),
    ]);
    let common = bulk.compare(catalog);
    assert_eq!(common.get("Language"), Some(&json!("EN")));
    assert_eq!(common.get("VMEnabled"), None, "a mixed value is nobody's baseline");
    let spread: Vec<_> = bulk.spread["VMEnabled"].iter().map(|(id, n)| (bulk.columns.value(*id), *n)).collect();
    assert_eq!(spread, [(json!(false), 2), (json!(true), 1)]);
    let mut plan = bulk.plan(catalog, &[("VMEnabled".into(), Edit::Whole(json!(true)))]);
    assert_eq!(plan.counts(), Counts { change: 2, already: 1, blocked: 1, left_out: 0 });
    let Planned::Change(changes) = &plan.lines[0].planned else { panic!("{:?}", plan.lines) };
    assert_eq!(changes.body_shown(), json!({"VMEnabled": true}), "only what differs is sent");
    plan.leave_out(0);
    assert_eq!(plan.counts().left_out, 1);
    assert_eq!(Run::new(&plan, Tempo::default()).tally.waiting, 1);
    plan.leave_out(0);
    assert_eq!(Run::new(&plan, Tempo::default()).tally.waiting, 2);
}

#[test]
fn however_much_is_not_as_it_should_be_the_keys_to_go_on_are_told() {
    let catalog = Catalog::shipped();
    let schema = catalog.schema(catalog.schema_named("User").unwrap());
    let unlike = |(field, wanted, is): (&str, Value, Value)| {
        let slot = Slot::of(catalog, schema, field);
        let of = |value| Payload::new(catalog, &slot, Some(value));
        Unlike { field: field.to_owned(), wanted: of(wanted), is: of(is) }
    };
    let told = |all: &[(&str, Value, Value)]| {
        let halt = Halt::Unlike(all.iter().cloned().map(unlike).collect());
        halt_words(catalog, schema, &halt)
    };
    let cases = [
        ("Mobile", json!("+49 2"), json!(null)),
        ("AuthPassword", json!("an old one"), json!("a new one")),
        ("Groups", json!([]), json!([{"GroupId": 1}])),
        ("VMEnabled", json!(true), json!(false)),
        ("FirstName", json!("Ada"), json!("")),
    ];
    let said = told(&cases[..3]);
    assert!(said.contains("Mobile is not set, not +49 2; SIP password; Departments. That ends"), "{said}");
    let said = told(&cases);
    assert!(said.contains("; 2 more (F4). That ends the batches: p goes on"), "{said}");
    assert!(told(&cases[3..]).contains("Voicemail is off, not on; First name is empty, not Ada."), "{said}");
}

#[test]
fn a_wrong_value_blocks_everybody_and_sends_nothing() {
    let catalog = Catalog::shipped();
    let mut bulk = bulk(&[json!({"VMEmailOptions": "None"}), json!({"VMEmailOptions": "Attachment"})]);
    bulk.compare(catalog);
    let plan = bulk.plan(catalog, &[("VMEmailOptions".into(), Edit::Whole(json!("Carrier pigeon")))]);
    assert_eq!(plan.counts(), Counts { blocked: 2, ..Counts::default() });
}

#[test]
fn of_thousands_of_elements_only_what_several_have_is_listed_and_everybody_keeps_the_others() {
    let catalog = Catalog::shipped();
    let phone = |at: usize| json!({"MacAddress": format!("{at:012X}"), "Interface": "eth0"});
    let shared = phone(999_999);
    let all: Vec<Value> = (0..=MOST_ELEMENTS).map(|at| json!({ "Phones": [phone(at), shared] })).collect();
    let mut bulk = bulk(&all);
    let common = bulk.compare(catalog);
    assert_eq!(common["Phones"], json!([shared]));
    assert_eq!((bulk.holders["Phones"].as_slice(), bulk.unlisted["Phones"]), (&[all.len()][..], all.len()));

    let schema = catalog.schema(bulk.schema);
    let slot = Slot::of(catalog, schema, "Phones");
    let edit = Edit::Elements(ListEdit::between(&slot, std::slice::from_ref(&shared), &[]));
    let plan = bulk.plan(catalog, &[("Phones".into(), edit)]);
    assert_eq!(plan.counts().change, all.len());
    let Planned::Change(changes) = &plan.lines[7].planned else { panic!("{:?}", plan.lines[7]) };
    assert_eq!(changes.body_shown(), json!({ "Phones": [phone(7)] }));
}

#[test]
fn what_was_handed_over_and_not_begun_has_its_turn_again_or_is_skipped() {
    let catalog = Catalog::shipped();
    let mut bulk = bulk(&vec![json!({"VMEnabled": false}); 100]);
    bulk.compare(catalog);
    let plan = bulk.plan(catalog, &[("VMEnabled".into(), Edit::Whole(json!(true)))]);
    let mut run = Run::new(&plan, Tempo::default());
    run.begun((0..100).map(EntryId).collect());
    let mut handed = Vec::new();
    while let Some(at) = run.next() {
        let job = JobId(at as u64);
        handed.push((job, run.hand_over(at, job)));
    }
    assert!(handed.len() > 2 && handed.iter().all(|(job, begins)| *begins == (job.0 < 2)), "{handed:?}");
    assert_eq!((run.tally.waiting, run.open.len()), (98, 2), "whoever is not begun waits");
    assert_eq!(run.began(JobId(2)), Some(2));
    let good = Outcome::Saved { fields: Vec::new(), answer_was_lost: false };
    run.ended(JobId(0), &good, false);
    run.paused = true;
    let back: Vec<JobId> = handed.iter().map(|(job, _)| *job).filter(|job| job.0 > 2).collect();
    run.withdrawn(&back);
    assert_eq!((run.tally.waiting, run.tally.good, run.next()), (97, 1, None));
    run.go_on();
    assert_eq!(run.next(), Some(3), "in the order of their turns");
    run.hand_over(3, JobId(103));
    run.stop();
    run.withdrawn(&[JobId(103)]);
    assert_eq!((run.tally.waiting, run.tally.skipped, run.is_over()), (0, 97, false));
    run.ended(JobId(1), &good, false);
    run.ended(JobId(2), &Outcome::Conflict(Vec::new()), true);
    assert_eq!((run.tally.skipped, run.is_over()), (98, true), "whoever is stopped is not tried again");
    assert_eq!(run.tally.over(), run.tally.all);
}

#[test]
fn a_plan_that_is_worked_out_in_pieces_is_the_plan_that_is_worked_out_at_once() {
    let catalog = Catalog::shipped();
    let one = |at: usize| match at % 3 {
        0 => json!({"VMEnabled": false, "FirstName": "Ada"}),
        1 => json!({"VMEnabled": true, "FirstName": format!("Ada {at}")}),
        _ => json!("unreadable"),
    };
    let mut bulk = bulk(&(0..100).map(one).collect::<Vec<_>>());
    bulk.compare(catalog);
    let edits =
        [("VMEnabled".to_owned(), Edit::Whole(json!(true))), ("FirstName".to_owned(), Edit::Whole(json!("Eve")))];
    let mut planning = Planning::of(Source::Edits(edits.to_vec(), Vec::new()));
    let (mut pieces, mut before) = (1, 0);
    while !bulk.plan_more(catalog, &mut planning, 7, Own::default()) {
        let piece = planning.lines.len() - before;
        assert!((1..=7).contains(&piece), "{piece}");
        (pieces, before) = (pieces + 1, planning.lines.len());
    }
    assert!(pieces >= 15, "{pieces}");
    let (plan, of, _) = planning.end();
    assert_eq!(of, edits);
    assert_eq!(plan, bulk.plan(catalog, &edits));
}

#[test]
fn thousands_are_compared_in_pieces_and_come_to_what_a_few_do() {
    let catalog = Catalog::shipped();
    let one = json!({"Language": "EN", "VMEnabled": true, "Groups": [{"GroupId": 1, "Name": "SALES"}]});
    let (mut few, mut many) = (bulk(&vec![one.clone(); 2]), bulk(&vec![one; 2_000]));
    let mut comparing = Comparing::default();
    let mut pieces = 1;
    while !many.compare_more(catalog, &mut comparing) {
        pieces += 1;
    }
    assert!(pieces > 2, "{pieces}");
    assert_eq!(comparing.common, few.compare(catalog));
    assert_eq!((many.holders["Groups"].as_slice(), many.spread["Language"].len()), (&[2_000][..], 1));
}
