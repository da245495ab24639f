//! Taking a run of many back: exactly what was sent, where it is still as it was left; and taking that back.

use super::super::support::{Bench, patch, simulator};
use cordboard::catalog::Catalog;
use cordboard::journal::Journal;
use cordboard::odata::PbxId;
use cordboard::plan::{End, Kind, Past, PastRun, Wanted};
use cordboard::sim::{Answer, Matcher, Simulator};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// 207 to 246 on this PBX.
const IDS: std::ops::Range<u32> = 50..90;
/// The PBX refuses what is sent to this one.
const REFUSED: u32 = 55;
/// Somebody else changes one field of this one, and both of the other.
const IN_PART: u32 = 60;
const OTHERS: u32 = 61;

fn look(pbx: &Simulator, id: u32, field: &str) -> Value {
    pbx.faults().look("Users", Some(&id.to_string()), field).unwrap_or_default()
}

/// All that the PBX has of the forty.
fn everything(pbx: &Simulator) -> BTreeMap<(u32, &'static str), Value> {
    let catalog = Catalog::shipped();
    let schema = catalog.schema(catalog.schema_named("User").unwrap());
    IDS.flat_map(|id| schema.fields.iter().map(move |field| (id, field.name)))
        .map(|(id, field)| ((id, field), look(pbx, id, field)))
        .collect()
}

fn write_to(id: u32) -> Matcher {
    Matcher::new("PATCH", &format!("/xapi/v1/Users({id})"))
}

fn sent(pbx: &Simulator) -> usize {
    pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/"))
}

/// A console that has marked the forty, and its journal.
async fn marked(pbx: &Simulator) -> (Bench, Journal) {
    for id in IDS {
        let values = json!({"VMEnabled": false, "Language": format!("L{id}"), "Mobile": format!("+49 {id}")});
        patch(pbx, "Users", &id.to_string(), values);
    }
    let (mut bench, journal) = (Bench::on(pbx, (120, 40)).await, Journal::in_memory("ada"));
    bench.console.record(journal.clone());
    bench.keys("2 0 7 esc").await;
    for _ in IDS {
        bench.press("space");
    }
    bench.idle().await;
    bench.shows(&["40 marked"]);
    (bench, journal)
}

/// Voicemail on and one language for all forty; one is refused.
async fn run(pbx: &Simulator) -> (Bench, Journal) {
    let (mut bench, journal) = marked(pbx).await;
    bench.keys("e / v m e n enter space / esc").await;
    bench.field("Language").await;
    bench.keys("enter").await;
    bench.press("ctrl-x");
    bench.press("'XX");
    bench.keys("enter ctrl-s y '40 enter").await;
    bench.idle().await;
    (bench, journal)
}

async fn last(journal: &Journal) -> (PastRun, Vec<Past>) {
    journal.settled().await.unwrap();
    let runs = journal.history(Wanted::default()).await.unwrap();
    journal.run(runs[0].id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_run_of_forty_goes_back_but_for_what_others_did_since_and_comes_again() {
    let pbx = simulator().await;
    let refusal = Answer::Refused(vec![("VMEnabled".to_owned(), "WARNINGS.INVALID".to_owned())]);
    pbx.faults().answer(write_to(REFUSED), 1, refusal);
    let (mut bench, journal) = run(&pbx).await;
    bench.shows(&["40 of 40 · saved 39 · not saved 1 · done"]);
    let (first, _) = last(&journal).await;
    patch(&pbx, "Users", &IN_PART.to_string(), json!({"Language": "DE", "Mobile": "theirs"}));
    patch(&pbx, "Users", &OTHERS.to_string(), json!({"Language": "FR", "VMEnabled": null}));
    let before = everything(&pbx);
    pbx.faults().forget_requests();

    bench.keys("u").await;
    bench.shows(&[
        "acme: take 38 users back?",
        "38 back · 1 changed since",
        "Voicemail  VMEnabled  38 back",
        "~ Language  37 back",
    ]);
    let plan = bench.screen();
    assert!(!plan.contains("212"), "who was refused has nothing to be taken back:\n{plan}");
    assert!(bench.line("217 ").contains("; changed since: Language (now DE, before L60)"), "{plan}");
    let others = bench.line("218 ");
    assert!(
        others.contains("218 Berger, Quentin               changed since: Language (now FR, before L61)"),
        "{plan}"
    );
    assert_eq!((sent(&pbx), before == everything(&pbx)), (0, true), "a plan sends nothing");
    bench.keys("y '38 enter").await;
    bench.shows(&["38 of 38 · saved 38 · done"]);

    let after = everything(&pbx);
    for ((id, field), value) in &before {
        let back = match (*id, *field) {
            (REFUSED | OTHERS, _) | (IN_PART, "Language") => value.clone(),
            (_, "VMEnabled") => json!(false),
            (_, "Language") => json!(format!("L{id}")),
            _ => value.clone(),
        };
        assert_eq!(after[&(*id, *field)], back, "{id} {field}");
    }
    assert_eq!(sent(&pbx), 38, "nobody else was sent anything");
    let (undo, entries) = last(&journal).await;
    assert_eq!((undo.kind, undo.undoes, undo.ends), (Kind::Undo, Some(first.id), vec![(Some(End::Saved), 38)]));
    let in_part = entries.iter().find(|past| past.label.starts_with("217")).unwrap();
    let fields: Vec<&str> = in_part.fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["VMEnabled"], "only what was sent stands in the journal");
    let first = journal.run(first.id).await.unwrap().unwrap().0;
    assert_eq!((first.undone_by, first.undone, first.is_undone()), (Some(undo.id), 38, false));

    // Undo of the undo: the same forty again, but for the two.
    bench.keys("u").await;
    bench.shows(&["acme: take 38 users back?"]);
    bench.keys("y '38 enter").await;
    bench.shows(&["38 of 38 · saved 38 · done"]);
    assert_eq!(everything(&pbx), before, "redone");
    let (redo, _) = last(&journal).await;
    assert_eq!((redo.kind, redo.undoes), (Kind::Undo, Some(undo.id)));
    assert!(journal.unfinished(&PbxId::new("acme")).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_of_forty_is_taken_back_alone_from_the_result_and_from_the_history() {
    let pbx = simulator().await;
    let (mut bench, journal) = run(&pbx).await;
    let (first, _) = last(&journal).await;
    let now = |id: u32| (look(&pbx, id, "VMEnabled"), look(&pbx, id, "Language"));
    let was = |id: u32| (json!(false), json!(format!("L{id}")));
    let ours = (json!(true), json!("XX"));
    bench.keys("down down U").await;
    bench.shows(&["acme: take the change of 209", "XX → L52"]);
    bench.keys("y").await;
    assert_eq!((now(51), now(52), now(53)), (ours.clone(), was(52), ours.clone()));
    bench.keys("esc H down enter").await;
    bench.shows(&["1 of 40 taken back", "208 Keller", "Language: L51 → XX; Voicemail: off → on"]);
    bench.keys("down U y").await;
    assert_eq!((now(51), now(52), now(53)), (was(51), was(52), ours.clone()));
    bench.keys("down down down enter").await;
    bench.shows(&["Change 1", "211 ", "Language: L54 → XX"]);
    bench.keys("u y").await;
    assert_eq!((now(53), now(54)), (ours, was(54)));
    let first = journal.run(first.id).await.unwrap().unwrap().0;
    assert_eq!((first.undone, first.is_undone()), (3, false));
    // All of it: the three are back already.
    bench.keys("esc esc H down down down u").await;
    bench.shows(&["acme: take 37 users back?", "37 back · 3 back already"]);
    bench.keys("y '37 enter").await;
    assert!(IDS.into_iter().all(|id| now(id) == was(id)));
    let first = journal.run(first.id).await.unwrap().unwrap().0;
    assert_eq!((first.undone, first.is_undone()), (40, true));
}

#[tokio::test]
async fn in_the_plan_one_can_be_looked_at_left_out_or_overwritten() {
    let pbx = simulator().await;
    let (mut bench, _) = run(&pbx).await;
    patch(&pbx, "Users", &IN_PART.to_string(), json!({"Language": "DE"}));
    patch(&pbx, "Users", &OTHERS.to_string(), json!({"Language": "FR", "VMEnabled": null}));
    bench.keys("u x").await;
    bench.shows(&["38 back · 1 changed since · 1 left out"]);
    for _ in IDS.start..OTHERS {
        bench.press("down");
    }
    bench.keys("enter").await;
    bench.shows(&["acme: take the change of 218", "now FR, before L61", "Nothing is sent as it stands"]);
    bench.keys("tab tab o").await;
    bench.shows(&["that is overwritten", "FR → L61"]);
    bench.keys("esc").await;
    bench.shows(&["39 back · 1 left out", "overwritten: Language (now FR, before L61)"]);
    bench.keys("y").await;
    bench.press("'39");
    bench.keys("enter").await;
    bench.shows(&["39 of 39 · saved 39 · done"]);
    assert_eq!((look(&pbx, OTHERS, "Language"), look(&pbx, OTHERS, "VMEnabled")), (json!("L61"), Value::Null));
    assert_eq!((look(&pbx, IN_PART, "Language"), look(&pbx, IN_PART, "VMEnabled")), (json!("DE"), json!(false)));
    assert_eq!(look(&pbx, IDS.start, "Language"), json!("XX"), "left out");
}

#[tokio::test]
async fn reading_a_run_to_take_it_back_can_be_left_and_what_fails_is_said() {
    let pbx = simulator().await;
    let (mut bench, _) = run(&pbx).await;
    let reads = || Matcher::new("GET", "/xapi/v1/Users");
    let gate = pbx.faults().hold(reads());
    pbx.faults().forget_requests();
    bench.press("u");
    bench.until("Reading 0 of 40").await;
    bench.press("esc");
    gate.release();
    bench.idle().await;
    assert!(pbx.faults().count(&reads()) <= 1, "they are read together");
    bench.shows(&["40 of 40 · saved 40 · done"]);
    // Who does not come with the others is asked for alone.
    pbx.faults().answer(Matcher::new("GET", "/xapi/v1/Users(50)"), 1, Answer::Forbidden);
    assert!(pbx.faults().remove("Users", "50") && pbx.faults().remove("Users", "51"));
    pbx.faults().forget_requests();
    bench.keys("u").await;
    bench.shows(&["38 back · 2 cannot be restored", "it is not there any more"]);
    assert_eq!(pbx.faults().count(&reads()), 3);
    bench.keys("# 'INC-7 enter").await;
    bench.shows(&["Ticket INC-7"]);
    bench.keys("y '38 enter").await;
    bench.shows(&["38 of 38 · saved 38 · done"]);
}

#[tokio::test]
async fn no_word_of_the_planning_stays_over_a_plan_of_lists() {
    let pbx = simulator().await;
    let (mut bench, _) = marked(&pbx).await;
    bench.keys("e").await;
    bench.field("Groups").await;
    bench.keys("enter +").await;
    bench.paste("Management").await;
    bench.keys("enter").await;
    bench.paste("Manager").await;
    bench.keys("enter ctrl-s").await;
    bench.shows(&["change 38 users?"]);
    assert!(!bench.screen().contains("Planning"), "{}", bench.screen());
}

#[tokio::test]
async fn what_was_put_into_lists_comes_out_and_what_others_put_in_stays() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    let ids = [50, 51, 52];
    let before = ids.map(|id| look(&pbx, id, "Groups"));
    bench.keys("2 0 7 esc space space space e").await;
    bench.field("Groups").await;
    bench.keys("enter +").await;
    bench.paste("Management").await;
    bench.keys("enter").await;
    bench.paste("Manager").await;
    bench.keys("enter ctrl-s y").await;
    bench.shows(&["3 of 3 · saved 3 · done"]);
    let ours = ids.map(|id| look(&pbx, id, "Groups"));
    assert!(ours.iter().zip(&before).all(|(ours, before)| ours != before));
    // Somebody takes 208 out of their first department, and puts 209 into one more.
    let mut less = ours[1].as_array().unwrap().clone();
    less.remove(0);
    patch(&pbx, "Users", "51", json!({"Groups": less}));
    let has = |list: &Value| -> Vec<i64> {
        list.as_array().unwrap().iter().map(|group| group["GroupId"].as_i64().unwrap()).collect()
    };
    let mut more = ours[2].as_array().unwrap().clone();
    let other = ours
        .iter()
        .flat_map(|list| list.as_array().unwrap())
        .find(|group| !has(&ours[2]).contains(&group["GroupId"].as_i64().unwrap()));
    more.push(other.unwrap().clone());
    patch(&pbx, "Users", "52", json!({"Groups": more}));
    bench.keys("u").await;
    bench.shows(&["3 back", "1 removed"]);
    bench.keys("y").await;
    bench.shows(&["3 of 3 · saved 3 · done"]);
    let after = ids.map(|id| has(&look(&pbx, id, "Groups")));
    assert_eq!(after[0], has(&before[0]));
    assert_eq!(after[1], has(&before[1])[1..], "what was taken out since is not put in again");
    let mut grown = has(&before[2]);
    grown.extend(has(&Value::Array(more)).last());
    assert_eq!(after[2], grown, "what was put in since stays");
}

#[tokio::test]
async fn a_secret_is_not_restored_and_that_is_said_before() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (80, 24)).await;
    patch(&pbx, "Users", "50", json!({"VMEnabled": false}));
    patch(&pbx, "Users", "51", json!({"VMEnabled": true}));
    bench.keys("2 0 7 esc space space e / v m e n enter space / esc").await;
    bench.field("VMPIN").await;
    bench.keys("enter").await;
    bench.press("'9821");
    bench.keys("enter ctrl-s y").await;
    bench.shows(&["2 of 2 · saved 2 · done"]);
    pbx.faults().forget_requests();
    bench.keys("u").await;
    bench.shows(&[
        "1 back · 1 cannot be restored",
        "Voicemail: on → off; PIN was",
        "PIN was a secret that nobody kept",
    ]);
    bench.keys("x y").await;
    bench.shows(&["Nothing of it goes back as it stands."]);
    assert_eq!(sent(&pbx), 0);
    bench.keys("x y").await;
    bench.shows(&["1 of 1 · saved 1 · done"]);
    assert_eq!((look(&pbx, 50, "VMEnabled"), look(&pbx, 50, "VMPIN")), (json!(false), json!("9821")));
}

/// What others did after an undo was planned is a conflict, and stays theirs however often `r` is pressed; who failed for
/// another reason is tried again.
#[tokio::test]
async fn trying_an_undo_again_repeats_what_failed_and_no_conflict() {
    let pbx = simulator().await;
    for id in 50..53 {
        patch(&pbx, "Users", &id.to_string(), json!({"VMEnabled": false}));
    }
    let (mut bench, journal) = (Bench::on(&pbx, (120, 40)).await, Journal::in_memory("ada"));
    bench.console.record(journal.clone());
    bench.keys("2 0 7 esc space space space e / v m e n enter space ctrl-s y").await;
    bench.shows(&["3 of 3 · saved 3 · done"]);
    bench.keys("u").await;
    bench.shows(&["acme: take 3 users back?", "3 back"]);
    let refusal = Answer::Refused(vec![("VMEnabled".to_owned(), "WARNINGS.INVALID".to_owned())]);
    pbx.faults().answer(write_to(50), 1, refusal);
    patch(&pbx, "Users", "51", json!({"VMEnabled": null}));
    bench.keys("y").await;
    bench.shows(&["3 of 3 · saved 1 · not saved 2 · done"]);
    pbx.faults().forget_requests();
    bench.keys("r").await;
    bench.shows(&["3 of 3 · saved 2 · not saved 1 · done", "Users › taking change 1 back"]);
    assert!(!bench.screen().contains("retry"), "nobody is left to be tried again:\n{}", bench.screen());
    assert_eq!([50, 51, 52].map(|id| pbx.faults().count(&write_to(id))), [1, 0, 0]);
    assert_eq!([50, 51, 52].map(|id| look(&pbx, id, "VMEnabled")), [json!(false), json!(null), json!(false)]);
    // Nobody is left but them: not even a read is made for it.
    pbx.faults().forget_requests();
    bench.keys("r").await;
    bench.shows(&["There is nobody to try again."]);
    assert_eq!(pbx.faults().count(&Matcher::new("GET", "/xapi/v1/Users(51)")), 0);
    let (undo, _) = last(&journal).await;
    assert_eq!((undo.open(), undo.ends), (0, vec![(Some(End::Saved), 2), (Some(End::Conflict), 1)]));
}
