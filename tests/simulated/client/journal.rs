//! The journal beside the PBX: whatever goes wrong in between, what it says is what is there, and what was done can be
//! taken back.

use super::demo::{keys, start, target};
use cordboard::api::Client;
use cordboard::draft::{Draft, Held, read_whole, undo};
use cordboard::journal::Journal;
use cordboard::odata::Target;
use cordboard::plan::{End, Intent, Kind, Past, Progress, Wanted};
use cordboard::sim::{Answer, Matcher, Simulator};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn look(sim: &Simulator, at: &Target, field: &str) -> Value {
    sim.faults().look(&at.resource, Some(&at.key.as_ref().unwrap().to_string()), field).unwrap()
}

async fn draft(client: &Client, at: &Target) -> Draft {
    let catalog = client.catalog();
    let schema = catalog.entity(catalog.resource(&at.resource).unwrap()).unwrap();
    let entity = client.read(at, &read_whole(catalog, schema)).await.unwrap();
    Draft::new(catalog, schema, at.clone(), "it".to_owned(), entity)
}

/// Sends another mobile number past the journal.
async fn write(client: &Client, journal: &Journal, at: &Target, mobile: &str) {
    let mut draft = draft(client, at).await;
    draft.set("Mobile", json!(mobile));
    let changes = draft.change_set(client.catalog()).unwrap();
    client.save(&changes, &journal.gate_of_one(Intent::of(Kind::One), "900"), |_| {}).await;
}

async fn last(journal: &Journal) -> Option<Past> {
    journal.history(Wanted { limit: 1, ..Wanted::default() }).await.unwrap().pop().map(|run| run.first)
}

#[tokio::test]
async fn whatever_goes_wrong_the_journal_says_what_is_there() {
    let (sim, client) = start(10).await;
    let journal = Journal::in_memory("ada");
    let people = keys(&client, "Users").await;
    let refused = || Answer::Refused(vec![("Mobile".into(), "WARNINGS.XAPI.INVALID".into())]);
    let patches = || Matcher::new("PATCH", "/xapi/v1/Users");
    let mut ends = Vec::new();
    for round in 0..40 {
        let at = target("Users", people.get(round % 3).cloned());
        let before = look(&sim, &at, "Mobile");
        let mobile = format!("+49 30 {round}");
        let answer = match (round * 5) % 9 {
            0 => Some(refused()),
            1 => Some(Answer::Lost),
            2 => Some(Answer::Cut),
            3 => Some(Answer::Unauthorized),
            4 => Some(Answer::Busy { retry_after: None }),
            5 => Some(Answer::Broken),
            6 => Some(Answer::BadGateway),
            7 => Some(Answer::Truncated),
            _ => None,
        };
        answer.into_iter().for_each(|answer| sim.faults().answer(patches(), 1, answer));
        write(&client, &journal, &at, &mobile).await;
        let there = look(&sim, &at, "Mobile");
        let past = last(&journal).await.unwrap();
        assert_eq!((&past.target, past.progress), (&at, Progress::Ended), "round {round}");
        let field = &past.fields[0];
        assert_eq!(
            (&field.before, &field.after),
            (&Some(Held::Here(before.clone())), &Some(Held::Here(json!(mobile)))),
            "round {round}"
        );
        let end = past.end.unwrap();
        match end {
            End::Saved | End::Found => assert_eq!(there, json!(mobile), "round {round}: {end:?}"),
            End::Refused | End::NotSent | End::NotApplied => assert_eq!(there, before, "round {round}: {end:?}"),
            other => panic!("round {round}: {other:?} {}", past.words),
        }
        if field.now.is_some() {
            assert_eq!(field.now, Some(Held::Here(there)), "round {round}");
        }
        ends.push(end);
    }
    for end in [End::Saved, End::Refused, End::NotApplied] {
        assert!(ends.contains(&end), "{end:?} was never met: {ends:?}");
    }
}

#[tokio::test]
async fn what_was_done_is_taken_back_unless_somebody_else_was_there_since() {
    let (sim, client) = start(10).await;
    let journal = Journal::in_memory("ada");
    let people: Vec<Target> = keys(&client, "Users").await.into_iter().map(|key| target("Users", Some(key))).collect();
    let people = &people[..6];
    let before: Vec<Value> = people.iter().map(|at| look(&sim, at, "Mobile")).collect();
    for at in people {
        write(&client, &journal, at, "+49 171 1").await;
    }
    for at in people.iter().step_by(2) {
        let theirs = json!({"Mobile": "theirs"}).as_object().unwrap().clone();
        assert!(sim.faults().patch("Users", Some(&at.key.as_ref().unwrap().to_string()), theirs));
    }
    let catalog = client.catalog();
    let schema = catalog.schema(catalog.schema_named("User").unwrap());
    for run in journal.history(Wanted::default()).await.unwrap() {
        let past = run.first;
        let fresh = client.read(&past.target, &read_whole(catalog, schema)).await.unwrap();
        let back =
            undo(catalog, schema, (past.target.clone(), past.label.clone()), &past.changed(), &BTreeSet::new(), fresh);
        let changes = back.draft.change_set(catalog).unwrap();
        assert_eq!(changes.is_empty(), !back.left.is_empty());
        if !changes.is_empty() {
            let intent = Intent { undoes: Some(run.id), ..Intent::of(Kind::Undo) };
            client.save(&changes, &journal.gate_of_one(intent, "900"), |_| {}).await;
        }
    }
    for (n, (at, before)) in people.iter().zip(&before).enumerate() {
        let there = look(&sim, at, "Mobile");
        assert_eq!(there, if n % 2 == 0 { json!("theirs") } else { before.clone() }, "{at:?}");
    }
    let undone = journal.history(Wanted::default()).await.unwrap().iter().filter(|run| run.undone_by.is_some()).count();
    assert_eq!(undone, 3);
}
