//! Bad input at the console: a journal that is no good, nobody who is chosen, thousands for a yes. A sentence says what is
//! wrong, and nothing is sent.

use super::bulk::write_plan;
use super::cut_off::{console, die_at, write_of};
use super::support::{Bench, patch, simulator};
use cordboard::app::View;
use cordboard::catalog::Catalog;
use cordboard::journal::Journal;
use cordboard::odata::PbxId;
use cordboard::plan::Wanted;
use cordboard::sim::{self, Simulator};
use rusqlite::Connection;
use serde_json::json;
use std::path::Path;

/// What is wrong with a file, and what is said of it.
const TROUBLES: [(&str, &str); 5] = [
    ("damaged", "is damaged"),
    ("torn", "is damaged"),
    ("newer", "was made by a newer cordboard (its form is 99, this one knows 1)."),
    ("foreign", "is a database of another program."),
    ("locked", "is in use by another program, and stayed so."),
];

/// Makes a journal bad; whoever holds it lets it go with what is handed back.
fn spoil(home: &Path, how: &str) -> Option<Connection> {
    let path = home.join("journal.sqlite");
    let open = || Connection::open(&path).unwrap();
    let lay_down = || {
        open().execute_batch("PRAGMA wal_checkpoint").unwrap();
        ["-wal", "-shm"].iter().for_each(|end| drop(std::fs::remove_file(home.join(format!("journal.sqlite{end}")))));
    };
    match how {
        "damaged" => {
            lay_down();
            std::fs::write(&path, "This was a database once. ".repeat(100)).unwrap();
        }
        "torn" => {
            lay_down();
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.truncate(4096);
            bytes[200..].fill(0xaa);
            std::fs::write(&path, bytes).unwrap();
        }
        "newer" => open().pragma_update(None, "user_version", 99).unwrap(),
        "foreign" => {
            std::fs::remove_file(&path).unwrap();
            open().execute_batch("CREATE TABLE theirs (a)").unwrap();
        }
        "locked" => {
            let file = open();
            file.execute_batch("BEGIN EXCLUSIVE").unwrap();
            return Some(file);
        }
        how => panic!("{how}"),
    }
    None
}

/// The screen as one line.
fn words(bench: &Bench) -> String {
    bench.screen().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn writes(pbx: &Simulator) -> usize {
    let is_write = |method: &str, path: &str| method != "GET" && path.starts_with("/xapi/v1/");
    pbx.faults().requests().iter().filter(|seen| is_write(&seen.method, &seen.path)).count()
}

/// One alone, many, an action for many, a deletion, several deletions, what was done and what was cut off.
const WAYS: [&str; 7] = [
    "2 1 4 enter / 'vmen enter space ctrl-s y",
    "2 0 7 esc space space space e / 'vmen enter space ctrl-s y",
    "2 0 7 esc space space space . 'welcome enter y",
    "2 1 4 esc . 'delete enter '214 enter",
    "2 0 7 esc space space . 'marked enter '2 enter",
    "u",
    "R",
];

#[test]
fn a_journal_that_cannot_be_used_is_named_and_nothing_is_sent() {
    for (how, says) in TROUBLES {
        let home = tempfile::tempdir().unwrap();
        let world = cordboard::shell::Aside::start().unwrap();
        let pbx = world.block_on(simulator());
        // There is something in it to be taken back and to be gone on with.
        die_at(&pbx, home.path(), (write_of(52), 0), "y");
        let held = spoil(home.path(), how);
        // Each of these waits for whoever holds it: one is enough.
        let ways = if how == "locked" { &WAYS[1..2] } else { &WAYS[..] };
        for way in ways {
            pbx.faults().forget_requests();
            super::cut_off::runtime().block_on(async {
                let (mut bench, _) = console(&pbx, home.path()).await;
                bench.keys(way).await;
                assert!(words(&bench).contains(says), "{how}, {way}:\n{}", bench.screen());
                assert_eq!(writes(&pbx), 0, "{how}, {way}:\n{}", bench.screen());
            });
        }
        drop(held);
    }
}

#[tokio::test]
async fn a_journal_that_becomes_bad_under_way_holds_what_was_not_sent() {
    for (how, says) in TROUBLES.into_iter().filter(|(how, _)| ["damaged", "locked"].contains(how)) {
        let home = tempfile::tempdir().unwrap();
        let pbx = simulator().await;
        for id in 50..53 {
            patch(&pbx, "Users", &id.to_string(), json!({"VMEnabled": false}));
        }
        let (mut bench, journal) = console(&pbx, home.path()).await;
        bench.keys("2 0 7 esc space space space e / 'vmen enter space ctrl-s").await;
        journal.settled().await.unwrap();
        // The plan is on the screen when somebody else takes the file.
        let held = spoil(home.path(), how);
        pbx.faults().forget_requests();
        bench.keys("y").await;
        match held {
            Some(held) => {
                assert!(words(&bench).contains(says), "{how}:\n{}", bench.screen());
                assert_eq!(writes(&pbx), 0, "{how}:\n{}", bench.screen());
                // Once they let it go, all of it can be sent.
                held.execute_batch("ROLLBACK").unwrap();
                bench.keys("r").await;
                bench.shows(&["saved 3", "done"]);
                let runs = Journal::own(home.path(), "bob").history(Wanted::default()).await.unwrap();
                assert_eq!((runs.len(), runs[0].count()), (1, 3));
                assert!(journal.unfinished(&PbxId::new("acme")).await.unwrap().is_empty());
            }
            // What is open already may be written, or is told to be bad; never is anything sent that is not.
            None => {
                let sent = writes(&pbx);
                assert!(sent == 0 || sent == 3, "{sent}:\n{}", bench.screen());
                assert!(sent == 3 || words(&bench).contains(says), "{}", bench.screen());
            }
        }
    }
}

#[tokio::test]
async fn where_nobody_is_chosen_or_left_nothing_is_sent() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    // A filter that finds nobody, and all of them marked: there is nobody to edit.
    bench.keys("/ 'zzzzzz enter a e").await;
    assert!(matches!(bench.console.model().view(), Some(View::List(_))), "{}", bench.screen());
    bench.keys("esc 2 0 7 esc space space e / 'vmen enter space ctrl-s x down x y").await;
    bench.shows(&["Nobody is left to send to."]);
    assert_eq!(writes(&pbx), 0);
    // A plan in which nothing stands.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.json");
    let catalog = Catalog::shipped().revision();
    let file = json!({"cordboard": "plan", "version": 1, "pbx": {"id": "acme", "address": "acme"},
        "catalog": catalog, "resource": "Users", "changes": []});
    write_plan(&path, &file);
    bench.keys("esc esc esc y P").await;
    bench.paste(path.to_str().unwrap()).await;
    bench.keys("enter").await;
    bench.shows(&["There is nothing to send in this plan."]);
    assert_eq!(writes(&pbx), 0);
}

#[tokio::test]
async fn ten_thousand_are_sent_to_by_their_number_alone() {
    let pbx = sim::start(sim::Options { users: 10_000, ..sim::Options::default() }).await.unwrap();
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("a . 'welcome enter").await;
    bench.shows(&["Send welcome email for 10,000 users?"]);
    for typed in ["y", "'yes", "'9999", "'1"] {
        bench.keys(&format!("y {typed} enter")).await;
        bench.shows(&["Nothing was sent: it would go to 10,000, and that is not what was typed."]);
    }
    assert_eq!(writes(&pbx), 0);
}
