//! The screens of what was done: history, undo, what was cut off. Their times are those of a journal that was made ready,
//! so that they look the same each day.

use super::bulk::write_plan;
use super::states::Scene;
use super::support::{Bench, client, patch};
use cordboard::catalog::Catalog;
use cordboard::draft::{ChangeSet, Draft};
use cordboard::journal::Journal;
use cordboard::odata::{EntityKey, PbxId, Target};
use cordboard::plan::{Intent, Kind};
use cordboard::shell::connected;
use cordboard::sim::{Answer, Matcher, Simulator};
use cordboard::ui::Look;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// Every screen by name.
pub(super) const ALL: &[&str] = &[
    "history",
    "history_found",
    "past",
    "past_many",
    "undo",
    "undo_conflict",
    "undo_chosen",
    "undo_many",
    "undo_many_one",
    "cut_off",
    "resume",
    "plan_warned",
    "preview_warned",
    "plan_file",
];

/// Reaches a screen.
pub(super) async fn reach(name: &str, pbx: Simulator, size: (u16, u16), look: Look) -> Scene {
    let home = tempfile::tempdir().unwrap();
    match name {
        "cut_off" => cut_off(home.path(), "grace").await,
        "resume" => cut_off(home.path(), "ada").await,
        _ => {}
    }
    if name == "resume" {
        patch(&pbx, "Users", "52", json!({"VMEnabled": true}));
        patch(&pbx, "Users", "53", json!({"VMEnabled": null}));
    }
    let mut bench = Bench::unread(connected(client(&pbx)), size, look);
    let journal = Journal::own(home.path(), "ada");
    bench.console.record(journal.clone());
    bench.console.start();
    bench.idle().await;
    match name {
        "cut_off" | "resume" => {}
        "preview_warned" => {
            // Without an address, and by email.
            patch(&pbx, "Users", "57", json!({"EmailAddress": ""}));
            bench.keys("2 1 4 enter / v m e m a i l enter enter").await;
            bench.keys("'attachment enter ctrl-s").await;
        }
        "plan_warned" => {
            bench.keys("2 0 7 esc space space space e").await;
            bench.field("EmailAddress").await;
            bench.keys("enter").await;
            bench.paste("all@acme.example").await;
            bench.keys("enter ctrl-s").await;
        }
        "plan_file" => from_file(&mut bench, &pbx, home.path()).await,
        _ => {
            some_changes(&pbx, &mut bench).await;
            journal.settled().await.unwrap();
            set_clock(home.path());
            look_back(name, &pbx, &mut bench).await;
        }
    }
    Scene::new(bench, Some(pbx), None, Some(home))
}

/// Another first and last name, a voicemail for four of whom one is refused, and the name taken back.
async fn some_changes(pbx: &Simulator, bench: &mut Bench) {
    for id in 50..54 {
        patch(pbx, "Users", &id.to_string(), json!({"VMEnabled": false}));
    }
    bench.keys("2 2 2 enter").await;
    bench.retype("Mobile", "+49 170 555 0199").await;
    bench.keys("ctrl-s # 'INC-4711 enter y esc").await;
    let refused = Answer::Refused(vec![("VMEnabled".to_owned(), "WARNINGS.LIMIT_REACHED".to_owned())]);
    pbx.faults().answer(Matcher::new("PATCH", "/xapi/v1/Users(53)"), 1, refused);
    bench.keys("2 0 7 esc space space space space e / 'vmen enter space / esc ctrl-s y esc").await;
    bench.keys("2 2 2 esc u").await;
    bench.keys("esc 2 1 4 enter").await;
    bench.retype("FirstName", "Augusta").await;
    bench.retype("LastName", "Byron").await;
    bench.keys("ctrl-s y esc").await;
}

/// Every run began on one day, at a time of its own.
fn set_clock(home: &Path) {
    let file = rusqlite::Connection::open(home.join("journal.sqlite")).unwrap();
    file.execute("UPDATE runs SET at = printf('2026-11-22T13:%02d:00.000Z', id)", []).unwrap();
}

async fn look_back(name: &str, pbx: &Simulator, bench: &mut Bench) {
    match name {
        "history" => bench.keys("H").await,
        "history_found" => bench.keys("H / 'voicemail enter").await,
        "past" => bench.keys("H down down enter").await,
        "past_many" => bench.keys("H down enter down").await,
        "undo" => bench.keys("u").await,
        "undo_conflict" | "undo_chosen" => {
            patch(pbx, "Users", "57", json!({"LastName": "King"}));
            bench.keys(if name == "undo_chosen" { "u o" } else { "u" }).await;
        }
        "undo_many" | "undo_many_one" => {
            patch(pbx, "Users", "51", json!({"VMEnabled": null}));
            assert!(pbx.faults().remove("Users", "52"));
            bench.keys("H down u").await;
            if name == "undo_many_one" {
                bench.keys("down enter").await;
            }
        }
        _ => panic!("no state {name}"),
    }
}

/// A run of six that a console left behind when it was cut off.
async fn cut_off(home: &Path, operator: &str) {
    let catalog = Catalog::shipped();
    let schema = catalog.schema(catalog.schema_named("User").unwrap());
    let people =
        [(50, "207 Bauer, Jürgen"), (51, "208 Keller, Xenia"), (52, "209 O'Neill, Greta"), (53, "210 Sørensen, Paul")];
    let change = |(id, label): (i64, &str)| -> Arc<ChangeSet> {
        let target = Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: Some(EntityKey::Int(id)) };
        let before = json!({"VMEnabled": false}).as_object().unwrap().clone();
        let mut draft = Draft::new(catalog, schema, target, label.to_owned(), before);
        draft.set("VMEnabled", json!(true));
        Arc::new(draft.change_set(catalog).unwrap())
    };
    let journal = Journal::own(home, operator);
    let intent = Intent { ticket: Some("INC-4711".to_owned()), ..Intent::of(Kind::Many) };
    journal.begin(intent, "900", people.into_iter().map(change).collect()).await.unwrap();
    journal.settled().await.unwrap();
    set_clock(home);
    let file = rusqlite::Connection::open(home.join("journal.sqlite")).unwrap();
    file.execute("UPDATE consoles SET born = 'another boot', process = 4000000", []).unwrap();
}

/// A plan from a file: three that were to be changed and two new ones. One of the three is called otherwise by now, one was
/// changed.
async fn from_file(bench: &mut Bench, pbx: &Simulator, home: &Path) {
    let path = home.join("plan.json");
    bench.keys("2 0 7 esc space space space space space e / 'vmen enter space ctrl-s w").await;
    for _ in 0..40 {
        bench.press("backspace");
    }
    bench.paste(path.to_str().unwrap()).await;
    bench.keys("enter esc esc esc y esc").await;
    let mut file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let new = |number: &str, name: &str| json!({"new": true, "label": format!("{number} {name}"), "after": {"Number": number, "FirstName": name}});
    file["changes"].as_array_mut().unwrap().extend([new("998", "Alan"), new("996", "Edith")]);
    write_plan(&path, &file);
    patch(pbx, "Users", "50", json!({"LastName": "King"}));
    patch(pbx, "Users", "51", json!({"VMEnabled": null}));
    bench.keys("P").await;
    bench.paste(path.to_str().unwrap()).await;
    bench.keys("enter").await;
}
