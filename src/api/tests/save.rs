//! Writes: the order of things, every end a send can have, and that nothing is sent twice.

use super::server::{Pbx, Reply, Request};
use super::*;
use crate::api::{Gate, Patience, Record, Recorded, Stage, Unrecorded};
use crate::draft::{ChangeSet, Draft, Outcome, Seen, Verdict};
use crate::odata::{Failure, FailureKind};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;

/// A PBX with one user who can be read and patched. `answer` says what becomes of a PATCH.
struct Entity {
    now: Mutex<Map<String, Value>>,
}

impl Entity {
    fn patch(&self, body: &str) {
        let patch: Map<String, Value> = serde_json::from_str(body).unwrap();
        self.now.lock().unwrap().extend(patch);
    }
}

async fn serve(now: Value, answer: impl Fn(&Entity, &Request, usize) -> Reply + Send + Sync + 'static) -> Pbx {
    let entity = Entity { now: Mutex::new(now.as_object().unwrap().clone()) };
    let patches = Mutex::new(0);
    Pbx::open(move |request| match request.method.as_str() {
        "PATCH" => {
            let mut count = patches.lock().unwrap();
            *count += 1;
            answer(&entity, request, *count)
        }
        _ => Reply::Json(200, Value::Object(entity.now.lock().unwrap().clone())),
    })
    .await
}

fn base() -> Value {
    json!({"Id": 57, "VMEnabled": false, "VMEmailOptions": "None", "FirstName": "Ada",
           "Phones": [{"Id": 1, "MacAddress": "001122334455", "Name": "desk", "PhoneWebPassword": "s3cret-web"}]})
}

fn changes(baseline: Value, edits: Value) -> ChangeSet {
    let catalog = Catalog::shipped();
    let schema = catalog.entity(catalog.resource("Users").unwrap()).unwrap();
    let baseline = baseline.as_object().unwrap().clone();
    let mut draft = Draft::new(catalog, schema, user(57), "214 Lovelace, Ada".to_owned(), baseline);
    for (field, value) in edits.as_object().unwrap() {
        draft.set(field, value.clone());
    }
    draft.change_set(catalog).unwrap()
}

async fn save(pbx: &Pbx, changes: &ChangeSet) -> (Outcome, Vec<Stage>) {
    let mut stages = Vec::new();
    let outcome = client(pbx).save(changes, &Unrecorded, |stage| stages.push(stage)).await;
    (outcome, stages)
}

fn patches(pbx: &Pbx) -> Vec<Request> {
    pbx.requests().into_iter().filter(|r| r.method == "PATCH").collect()
}

fn as_sent(outcome: &Outcome, lost: bool) -> bool {
    match outcome {
        Outcome::Saved { fields, answer_was_lost } => {
            *answer_was_lost == lost && fields.iter().all(|f| f.verdict == Verdict::AsSent)
        }
        _ => false,
    }
}

#[tokio::test]
async fn a_change_is_read_sent_once_and_read_back() {
    let pbx = serve(base(), |entity, request, _| {
        entity.patch(&request.body);
        Reply::status(204)
    })
    .await;
    let (outcome, stages) =
        save(&pbx, &changes(base(), json!({"VMEnabled": true, "VMEmailOptions": "Attachment"}))).await;
    assert!(as_sent(&outcome, false), "{outcome:?}");
    assert_eq!(stages, [Stage::Reading, Stage::Recording, Stage::Sending, Stage::Checking]);
    let read = "GET /xapi/v1/Users(57)?$select=Id,VMEnabled,VMEmailOptions";
    let lines = pbx.lines();
    assert_eq!(lines.len(), 3);
    assert_eq!((lines[0].as_str(), lines[1].as_str()), (lines[2].as_str(), "PATCH /xapi/v1/Users(57)"));
    assert!(lines[0].len() == read.len() && lines[0].contains("VMEmailOptions"), "{}", lines[0]);
    let sent: Value = serde_json::from_str(&patches(&pbx)[0].body).unwrap();
    assert_eq!(sent, json!({"VMEnabled": true, "VMEmailOptions": "Attachment"}));
}

#[tokio::test]
async fn somebody_elses_change_to_the_same_field_stops_it() {
    let pbx = serve(json!({"Id": 57, "VMEnabled": false, "FirstName": "Grace"}), |_, _, _| Reply::status(204)).await;
    let (outcome, _) = save(&pbx, &changes(base(), json!({"FirstName": "Augusta"}))).await;
    let Outcome::Conflict(conflicts) = outcome else { panic!("{outcome:?}") };
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].on_pbx.shown().as_deref(), Some(&json!("Grace")));
    assert!(patches(&pbx).is_empty());
    // To another field it does not.
    let (outcome, _) = save(&pbx, &changes(base(), json!({"VMEnabled": true}))).await;
    assert!(!matches!(outcome, Outcome::Conflict(_)), "{outcome:?}");
}

#[tokio::test]
async fn hidden_values_are_filled_on_the_way_out_and_shown_nowhere() {
    let pbx = serve(base(), |entity, request, _| {
        entity.patch(&request.body);
        Reply::status(204)
    })
    .await;
    let read = client(&pbx)
        .read(&user(57), &crate::draft::ReadPlan { select: names(&["Id"]), expand: names(&["Phones"]) })
        .await
        .unwrap();
    let mut phones = read["Phones"].clone();
    phones[0]["Name"] = json!("kitchen");
    let set = changes(Value::Object(read), json!({ "Phones": phones }));
    let (outcome, _) = save(&pbx, &set).await;
    assert!(as_sent(&outcome, false), "{outcome:?}");
    assert!(patches(&pbx)[0].body.contains("s3cret-web"));
    assert!(!format!("{outcome:?} {set:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_refusal_carries_its_fields_and_none_of_the_secrets() {
    let pbx = serve(base(), |_, request, _| {
        let sent: Value = serde_json::from_str(&request.body).unwrap();
        let said = format!("WARNINGS.XAPI.INVALID_PIN_NUMBER {}", sent["VMPIN"].as_str().unwrap_or_default());
        Reply::Json(
            400,
            json!({"error": {"code": "", "message": format!("VMPIN:\n{said}"),
            "details": [{"code": "", "message": said, "target": "VMPIN"}]}}),
        )
    })
    .await;
    let (outcome, stages) = save(&pbx, &changes(base(), json!({"VMPIN": "8642"}))).await;
    let Outcome::Refused(failure) = &outcome else { panic!("{outcome:?}") };
    assert_eq!((failure.kind.clone(), failure.request.as_str()), (FailureKind::Refused, "PATCH /xapi/v1/Users(57)"));
    assert_eq!(failure.details[0].target.as_deref(), Some("VMPIN"));
    assert!(!format!("{outcome:?}").contains("8642"), "{outcome:?}");
    assert_eq!(stages.last(), Some(&Stage::Sending));
    assert_eq!(pbx.lines().len(), 2, "a refused change is not read back");
}

#[tokio::test]
async fn what_the_pbx_made_of_it_is_told() {
    let pbx = serve(base(), |entity, _, _| {
        entity.patch(r#"{"FirstName":"ADA"}"#);
        Reply::status(204)
    })
    .await;
    let (outcome, _) = save(&pbx, &changes(base(), json!({"FirstName": "Augusta"}))).await;
    let Outcome::Altered { fields, answer_was_lost: false } = outcome else { panic!("{outcome:?}") };
    let Verdict::PbxChangedIt { got } = &fields[0].verdict else { panic!("{fields:?}") };
    assert_eq!(got.shown().as_deref(), Some(&json!("ADA")));
}

#[tokio::test]
async fn a_lost_answer_is_looked_after_and_never_sent_again() {
    let cut = || Reply::Cut(String::new());
    // Applied, and the answer cut off.
    let pbx = serve(base(), move |entity, request, _| {
        entity.patch(&request.body);
        cut()
    })
    .await;
    let (outcome, stages) = save(&pbx, &changes(base(), json!({"FirstName": "Augusta"}))).await;
    assert!(as_sent(&outcome, true), "{outcome:?}");
    assert_eq!((patches(&pbx).len(), stages.last()), (1, Some(&Stage::Checking)));
    // Not applied.
    let pbx = serve(base(), move |_, _, _| cut()).await;
    let (outcome, _) = save(&pbx, &changes(base(), json!({"FirstName": "Augusta"}))).await;
    let Outcome::NotConfirmed { failure, seen: Seen::NotApplied } = outcome else { panic!("{outcome:?}") };
    assert_eq!((failure.kind, patches(&pbx).len()), (FailureKind::Lost, 1));
    // Applied in part.
    let pbx = serve(base(), move |entity, _, _| {
        entity.patch(r#"{"FirstName":"Augusta"}"#);
        cut()
    })
    .await;
    let (outcome, _) = save(&pbx, &changes(base(), json!({"FirstName": "Augusta", "VMEnabled": true}))).await;
    assert!(matches!(outcome, Outcome::Altered { answer_was_lost: true, .. }), "{outcome:?}");
    assert_eq!(patches(&pbx).len(), 1);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_looked_after_too() {
    let pbx = serve(base(), |entity, request, _| {
        entity.patch(&request.body);
        Reply::Silence
    })
    .await;
    let patience = Patience { write: Duration::from_millis(50), ..Patience::default() };
    let client = Client::new(crate::api::Connection { patience, ..connection(&pbx.base) }, Catalog::shipped());
    let outcome = client.save(&changes(base(), json!({"FirstName": "Augusta"})), &Unrecorded, |_| {}).await;
    assert!(as_sent(&outcome, true), "{outcome:?}");
    assert_eq!(patches(&pbx).len(), 1);
}

#[tokio::test]
async fn server_errors_are_judged_by_what_is_there_afterwards() {
    for (status, applies, expected) in [
        (500, false, "refused"),
        (500, true, "applied"),
        (504, false, "not applied"),
        (504, true, "saved"),
        (429, false, "refused"),
    ] {
        let pbx = serve(base(), move |entity, request, _| {
            if applies {
                entity.patch(&request.body);
            }
            Reply::status(status)
        })
        .await;
        let (outcome, _) = save(&pbx, &changes(base(), json!({"FirstName": "Augusta"}))).await;
        let found = match &outcome {
            Outcome::Refused(failure) if failure.status == Some(status) => "refused",
            Outcome::Saved { answer_was_lost: true, .. } => "saved",
            Outcome::NotConfirmed { seen: Seen::Applied, .. } => "applied",
            Outcome::NotConfirmed { seen: Seen::NotApplied, .. } => "not applied",
            _ => "something else",
        };
        assert_eq!(found, expected, "{status} {applies}: {outcome:?}");
        assert_eq!(patches(&pbx).len(), 1);
    }
}

#[tokio::test]
async fn a_dead_token_is_renewed_and_the_write_sent_once_more() {
    let pbx = serve(base(), |entity, request, _| match request.authorization.as_deref() {
        Some("Bearer t1") => Reply::status(401),
        _ => {
            entity.patch(&request.body);
            Reply::status(204)
        }
    })
    .await;
    let (outcome, _) = save(&pbx, &changes(base(), json!({"FirstName": "Augusta"}))).await;
    assert!(as_sent(&outcome, false), "{outcome:?}");
    assert_eq!((patches(&pbx).len(), pbx.sign_ins()), (2, 2));
}

#[tokio::test]
async fn a_write_that_met_a_dead_token_and_no_new_one_was_not_sent() {
    // Once to read, then never again.
    let tokens = Mutex::new(0);
    let pbx = Pbx::raw(move |request| {
        let mut given = tokens.lock().unwrap();
        match (request.method.as_str(), request.is_token(), *given) {
            (_, true, 0) => {
                *given += 1;
                super::server::grant("t1")
            }
            (_, true, _) => Reply::Cut(String::new()),
            ("PATCH", ..) => Reply::status(401),
            _ => Reply::Json(200, base()),
        }
    })
    .await;
    let (outcome, stages) = save(&pbx, &changes(base(), json!({"FirstName": "Augusta"}))).await;
    assert!(matches!(&outcome, Outcome::NotSent(f) if f.request == "POST /connect/token"), "{outcome:?}");
    assert_eq!((patches(&pbx).len(), stages.last()), (1, Some(&Stage::Sending)));
}

#[tokio::test]
async fn a_sign_in_page_that_answers_200_is_no_confirmation() {
    let pbx = serve(base(), |_, _, _| {
        let page = "<html><title>Hotel Wi-Fi</title></html>".to_owned();
        Reply::Text(200, vec![("Content-Type", "text/html".to_owned())], page)
    })
    .await;
    let (outcome, _) = save(&pbx, &changes(base(), json!({"FirstName": "Augusta"}))).await;
    assert!(matches!(outcome, Outcome::NotConfirmed { seen: Seen::NotApplied, .. }), "{outcome:?}");
}

#[tokio::test]
async fn what_never_reached_the_pbx_is_not_sent() {
    let pbx = Pbx::raw(|_| Reply::Json(401, json!({"error": "invalid_client"}))).await;
    let (outcome, stages) = save(&pbx, &changes(base(), json!({"FirstName": "Augusta"}))).await;
    assert!(matches!(&outcome, Outcome::NotSent(f) if f.kind == FailureKind::SignInRefused), "{outcome:?}");
    assert_eq!(stages, [Stage::Reading]);
}

#[tokio::test]
async fn nothing_goes_to_another_pbx_and_nothing_goes_for_nothing() {
    let pbx = serve(base(), |_, _, _| Reply::status(204)).await;
    let mut elsewhere = changes(base(), json!({"FirstName": "Augusta"}));
    elsewhere.target.pbx = PbxId::new("other");
    let mut empty = changes(base(), json!({"FirstName": "Augusta"}));
    empty.changes.clear();
    for set in [elsewhere, empty] {
        let (outcome, _) = save(&pbx, &set).await;
        assert!(
            matches!(&outcome, Outcome::NotSent(f) if matches!(f.kind, FailureKind::Misconfigured(_))),
            "{outcome:?}"
        );
    }
    assert!(pbx.requests().is_empty());
}

/// Notes the order of things; may refuse.
struct Book {
    notes: Arc<Mutex<Vec<String>>>,
    full: bool,
}

impl Gate for Book {
    fn record<'a>(&'a self, record: Record<'a>) -> BoxFuture<'a, Result<Recorded, Failure>> {
        Box::pin(async move {
            self.notes.lock().unwrap().push(format!("record {record:?}"));
            if self.full {
                Err(Failure::misconfigured("The disk is full."))
            } else {
                Ok(Recorded { entry: Some(7), verb: record.changes.verb })
            }
        })
    }
    fn answered(&self, recorded: &Recorded) {
        self.notes.lock().unwrap().push(format!("answered {:?}", recorded.entry));
    }
    fn settle<'a>(
        &'a self,
        recorded: Recorded,
        outcome: &'a Outcome,
        after: Option<&'a crate::draft::Entity>,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            self.notes.lock().unwrap().push(format!("settle {:?} {outcome:?} {after:?}", recorded.entry));
        })
    }
    fn unsent(&self, outcome: &Outcome) {
        self.notes.lock().unwrap().push(format!("unsent {outcome:?}"));
    }
}

#[tokio::test]
async fn every_write_is_recorded_before_and_settled_after() {
    for full in [false, true] {
        let notes = Arc::new(Mutex::new(Vec::new()));
        let log = notes.clone();
        let pbx = serve(base(), move |entity, request, _| {
            log.lock().unwrap().push("patch".to_owned());
            entity.patch(&request.body);
            Reply::status(204)
        })
        .await;
        let gate = Book { notes: notes.clone(), full };
        let set = changes(base(), json!({"FirstName": "Augusta", "VMPIN": "8642"}));
        let outcome = client(&pbx).save(&set, &gate, |_| {}).await;
        let notes = notes.lock().unwrap();
        assert!(notes[0].starts_with("record "), "{notes:?}");
        assert!(!notes.iter().any(|note| note.contains("8642") || note.contains("s3cret")), "{notes:?}");
        if full {
            assert!(matches!(outcome, Outcome::NotSent(_)) && notes.len() == 1, "{outcome:?}");
        } else {
            assert!(notes[1] == "patch" && notes[2] == "answered Some(7)", "{notes:?}");
            assert!(
                notes[3].starts_with("settle Some(7) Saved") && notes[3].contains("\"FirstName\": String(\"Augusta\")"),
                "{notes:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_write_runs_to_its_end_when_nobody_waits_for_it() {
    let (done, mut finished) = tokio::sync::mpsc::unbounded_channel();
    let pbx = serve(base(), move |entity, request, _| {
        entity.patch(&request.body);
        done.send(()).unwrap();
        Reply::status(204)
    })
    .await;
    let client = client(&pbx);
    let set = changes(base(), json!({"FirstName": "Augusta"}));
    let (begun, began) = tokio::sync::oneshot::channel();
    let mut begun = Some(begun);
    {
        let save = client.save(&set, &Unrecorded, |stage| {
            if stage == Stage::Sending {
                begun.take().into_iter().for_each(|b| b.send(()).unwrap());
            }
        });
        tokio::pin!(save);
        tokio::select! {
            biased;
            _ = &mut save => panic!("the save ended before it was dropped"),
            _ = began => {}
        }
    }
    assert_eq!(finished.recv().await, Some(()));
    assert_eq!(patches(&pbx).len(), 1);
}

#[tokio::test]
async fn who_has_no_turn_has_no_request_under_way_and_every_turn_comes_back() {
    let turns = Arc::new(Semaphore::new(1));
    let (left, seen) = (Arc::clone(&turns), Arc::new(Mutex::new(Vec::new())));
    let log = Arc::clone(&seen);
    let pbx = serve(base(), move |entity, request, count| {
        log.lock().unwrap().push(left.available_permits());
        match count {
            2 => Reply::Cut(String::new()),
            3 => Reply::status(401),
            _ => {
                entity.patch(&request.body);
                Reply::status(204)
            }
        }
    })
    .await;
    let client = client(&pbx).in_turn(Arc::clone(&turns));
    let set = changes(base(), json!({"FirstName": "Augusta"}));
    let save = || client.save(&set, &Unrecorded, |_| {});
    let outcomes = tokio::join!(save(), save(), save(), save());
    let outcomes = [outcomes.0, outcomes.1, outcomes.2, outcomes.3];
    assert!(outcomes.iter().any(|outcome| as_sent(outcome, false)), "{outcomes:?}");
    let seen = seen.lock().unwrap();
    assert!(seen.len() >= 4 && seen.iter().all(|left| *left == 0), "each was sent in its turn: {seen:?}");
    assert_eq!(turns.available_permits(), 1);
}
