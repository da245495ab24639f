//! The journal as a program meets it: a folder, a disk, other consoles, and an end at any moment.

use super::store::FILE;
use super::*;
use crate::api::{Gate, Record};
use crate::catalog::Catalog;
use crate::draft::{Draft, Entity, FieldResult, Held, Outcome, Payload, Slot, Verdict};
use crate::odata::{EntityKey, FailureKind, Reach, Target};
use crate::plan::{Closing, End, Kind, Progress};
use serde_json::{Value, json};
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::Duration;

/// As it looks when whoever wrote was another process that is gone.
const BURY: &str = "UPDATE consoles SET born = 'another boot', process = 4000000";

fn target(id: i64) -> Target {
    Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: Some(EntityKey::Int(id)) }
}

fn entity(value: Value) -> Entity {
    value.as_object().cloned().unwrap()
}

fn changes(id: i64, label: &str, before: Value, edits: Value) -> Arc<ChangeSet> {
    let catalog = Catalog::shipped();
    let schema = catalog.schema(catalog.schema_named("User").unwrap());
    let mut draft = Draft::new(catalog, schema, target(id), label.to_owned(), entity(before));
    edits.as_object().unwrap().iter().for_each(|(field, value)| draft.set(field, value.clone()));
    Arc::new(draft.change_set(catalog).unwrap())
}

fn ada() -> Arc<ChangeSet> {
    changes(57, "214 Lovelace, Ada", json!({"Number": "214", "VMEnabled": false}), json!({"VMEnabled": true}))
}

fn held(value: Value) -> Option<Held> {
    Some(Held::Here(value))
}

fn saved(field: &str) -> Outcome {
    let fields = vec![FieldResult { field: field.to_owned(), verdict: Verdict::AsSent }];
    Outcome::Saved { fields, answer_was_lost: false }
}

fn journal(folder: &Path) -> Journal {
    Journal::own(folder, "ada")
}

fn going_on(run: &PastRun) -> Intent {
    Intent { goes_on: Some((run.id, run.console)), ..Intent::of(Kind::Many) }
}

async fn save_through(gate: &JournalGate, set: &Arc<ChangeSet>, outcome: &Outcome) {
    let before = set.changes.iter().filter_map(|c| Some((c.field.clone(), c.before.shown()?.into_owned()))).collect();
    let recorded = gate.record(Record { changes: set, before: &before, together: 1 }).await.unwrap();
    let after: Entity =
        set.changes.iter().filter_map(|c| Some((c.field.clone(), c.after.shown()?.into_owned()))).collect();
    gate.answered(&recorded);
    gate.settle(recorded, outcome, Some(&after)).await;
}

#[tokio::test]
async fn a_write_is_told_with_what_was_there_and_what_became_of_it() {
    let home = tempfile::tempdir().unwrap();
    let journal = journal(home.path());
    let gate = journal.gate_of_one(Intent::of(Kind::One), "900");
    save_through(&gate, &ada(), &saved("VMEnabled")).await;
    let runs = journal.history(Wanted::default()).await.unwrap();
    let [run] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!((run.kind, run.client.as_str(), run.operator.as_str()), (Kind::One, "900", "ada"));
    assert_eq!(
        (run.ends.as_slice(), run.fields.as_slice()),
        (&[(Some(End::Saved), 1)][..], &["VMEnabled".to_owned()][..])
    );
    assert!(run.at.len() == 24 && run.at.ends_with('Z'), "{}", run.at);
    let (_, entries) = journal.run(run.id).await.unwrap().unwrap();
    assert_eq!(entries[0], run.first);
    let past = &entries[0];
    assert_eq!((&past.target, past.label.as_str(), past.progress), (&target(57), "214 Lovelace, Ada", Progress::Ended));
    let field = &past.fields[0];
    assert_eq!(
        (&field.before, &field.after, &field.now),
        (&held(json!(false)), &held(json!(true)), &held(json!(true)))
    );
    assert_eq!(past.change_set(Catalog::shipped()).changes, ada().changes, "it can be shown and sent again");
}

#[tokio::test]
async fn a_run_is_written_down_whole_before_and_told_one_by_one_after() {
    let home = tempfile::tempdir().unwrap();
    let (mine, other) = (journal(home.path()), journal(home.path()));
    let sets: Vec<_> = (0..40)
        .map(|at| changes(at, &format!("{at} Person"), json!({"VMEnabled": false}), json!({"VMEnabled": true})))
        .collect();
    let intent = Intent { ticket: Some("4711".into()), ..Intent::of(Kind::Many) };
    let (run, entries) = mine.begin(intent, "900", sets.clone()).await.unwrap();
    assert_eq!(entries.len(), 40);
    let seen = other.run(run).await.unwrap().unwrap();
    assert_eq!((seen.0.open(), seen.0.ticket.as_deref()), (40, Some("4711")), "another console sees it at once");
    save_through(&mine.gate(entries[0]), &sets[0], &saved("VMEnabled")).await;
    mine.gate(entries[1]).unsent(&Outcome::NotSent(Failure::misconfigured("gone")));
    // The line is down: it has its turn again, so it has not ended.
    let down = FailureKind::Unreachable(Reach::Refused);
    mine.gate(entries[2]).unsent(&Outcome::NotSent(Failure::new(down, "GET /xapi/v1/Users(57)")));
    mine.settled().await.unwrap();
    let (seen, past) = other.run(run).await.unwrap().unwrap();
    assert_eq!((seen.count(), seen.open()), (40, 38));
    assert_eq!(past[0].end, Some(End::Saved));
    assert_eq!((past[1].end, past[1].words.as_str()), (Some(End::NotSent), "gone"));
    assert_eq!(past[2].progress, Progress::Intended);
    // This process lives: nothing of it is unfinished business for others.
    assert_eq!(other.unfinished(&PbxId::new("acme")).await.unwrap(), []);
    let before = Entity::new();
    let record = Record { changes: &sets[6], before: &before, together: 1 };
    mine.gate(entries[6]).record(record).await.unwrap();
    let closings = entries.iter().map(|entry| Closing { at_goal: *entry == entries[5], ..Closing::unseen(*entry) });
    mine.close(closings.collect());
    mine.settled().await.unwrap();
    let (left, past) = other.run(run).await.unwrap().unwrap();
    assert_eq!((left.open(), past[4].end, past[5].end), (0, Some(End::Left), Some(End::AtGoal)));
    assert_eq!(past[6].end, Some(End::Unknown), "it was sent, so it may be there");
    assert!(past[6].may_have_changed() && !past[4].may_have_changed());
}

#[tokio::test]
async fn what_a_dead_console_left_is_unfinished() {
    let home = tempfile::tempdir().unwrap();
    let before = journal(home.path());
    let (run, entries) = before.begin(Intent::of(Kind::Many), "900", vec![ada(), ada()]).await.unwrap();
    save_through(&before.gate(entries[0]), &ada(), &saved("VMEnabled")).await;
    before.settled().await.unwrap();
    let file = rusqlite::Connection::open(home.path().join(FILE)).unwrap();
    file.execute(BURY, []).unwrap();
    let after = journal(home.path());
    let left = after.unfinished(&PbxId::new("acme")).await.unwrap();
    assert_eq!(left.iter().map(|run| (run.id, run.open(), run.count())).collect::<Vec<_>>(), [(run, 1, 2)]);
    assert_eq!(after.unfinished(&PbxId::new("other")).await.unwrap(), []);
    after.close(entries.into_iter().map(Closing::unseen).collect());
    assert_eq!(after.unfinished(&PbxId::new("acme")).await.unwrap(), []);
    let (run, _) = after.run(run).await.unwrap().unwrap();
    assert_eq!(run.ends, [(Some(End::Left), 1), (Some(End::Saved), 1)]);
}

#[tokio::test]
async fn a_run_that_was_cut_off_is_gone_on_with_by_one_console_alone() {
    let home = tempfile::tempdir().unwrap();
    let pbx = PbxId::new("acme");
    let asleep = journal(home.path());
    let (_, entries) = asleep.begin(Intent::of(Kind::Many), "900", vec![ada(), ada()]).await.unwrap();
    let file = rusqlite::Connection::open(home.path().join(FILE)).unwrap();
    file.execute(BURY, []).unwrap();
    let (mine, theirs) = (journal(home.path()), journal(home.path()));
    // Both see it before either goes on with it.
    let (seen, also) = (mine.unfinished(&pbx).await.unwrap(), theirs.unfinished(&pbx).await.unwrap());
    mine.begin(going_on(&seen[0]), "900", vec![ada()]).await.unwrap();
    let refused = theirs.begin(going_on(&also[0]), "900", vec![ada()]).await.unwrap_err();
    let says = |failure: Failure| failure.problem(Catalog::shipped(), None).what;
    assert_eq!(says(refused), "Another console goes on with this run.");
    assert_eq!(theirs.unfinished(&pbx).await.unwrap(), [], "it is under way");
    let (late, _) = theirs.run(seen[0].id).await.unwrap().unwrap();
    let refused = theirs.begin(going_on(&late), "900", vec![ada()]).await.unwrap_err();
    assert_eq!(says(refused), "Another console goes on with this run.");
    // Whoever had it wakes up, late, and wants to send.
    let doubts = |store: &mut Store| {
        store.ahead.doubt();
        Ok(())
    };
    asleep.ask(doubts).await.unwrap();
    let before = Entity::new();
    let record = |changes| Record { changes, before: &before, together: 1 };
    let (set, late) = (ada(), asleep.gate(entries[0]));
    assert_eq!(says(late.record(record(&set)).await.unwrap_err()), "Another console goes on with this run.");
    let (_, past) = theirs.run(seen[0].id).await.unwrap().unwrap();
    assert_eq!(past[0].progress, Progress::Intended, "nothing of it was sent");
    save_through(&mine.gate(entries[0]), &set, &saved("VMEnabled")).await;
    mine.settled().await.unwrap();
    let (_, past) = theirs.run(seen[0].id).await.unwrap().unwrap();
    assert_eq!(past[0].end, Some(End::Saved));
}

#[tokio::test]
async fn what_is_noted_ahead_stands_in_the_journal_soon_whatever_becomes_of_the_console() {
    let home = tempfile::tempdir().unwrap();
    let (mine, other) = (journal(home.path()), journal(home.path()));
    let sets: Vec<_> = (0..4).map(|_| ada()).collect();
    let (run, entries) = mine.begin(Intent::of(Kind::Many), "900", sets.clone()).await.unwrap();
    let files = || {
        let names =
            std::fs::read_dir(home.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("journal.sent-")).collect::<Vec<_>>()
    };
    let progress = async || {
        let (_, past) = other.run(run).await.unwrap().unwrap();
        past.iter().map(|past| past.progress).collect::<Vec<_>>()
    };
    let planned = entity(json!({"VMEnabled": false}));
    let record = |at: usize| {
        let gate = mine.gate(entries[at]);
        let (set, planned) = (&sets[at], &planned);
        async move { gate.record(Record { changes: set, before: planned, together: 1 }).await.unwrap() }
    };
    assert_eq!(progress().await, [Progress::Intended; 4]);
    // Somebody else writes all the while: what is noted does not wait for that.
    let file = rusqlite::Connection::open(home.path().join(FILE)).unwrap();
    file.execute_batch("BEGIN IMMEDIATE").unwrap();
    let first = record(0).await;
    assert_eq!(files().len(), 1);
    assert_eq!(std::fs::metadata(home.path().join(&files()[0])).unwrap().mode() & 0o777, 0o600);
    assert_eq!(progress().await, [Progress::Intended; 4], "the journal has it soon");
    // The console is gone, with what it had noted.
    file.execute(BURY, []).unwrap();
    file.execute_batch("COMMIT").unwrap();
    let left = other.unfinished(&PbxId::new("acme")).await.unwrap();
    assert_eq!((left.len(), files().len()), (1, 0));
    assert_eq!(progress().await[..2], [Progress::Sent, Progress::Intended]);
    // It is not gone after all, and tells what became of the first.
    let gate = mine.gate(entries[0]);
    gate.answered(&first);
    gate.settle(first, &saved("VMEnabled"), None).await;
    record(2).await;
    mine.settled().await.unwrap();
    let expect = [Progress::Ended, Progress::Intended, Progress::Sent, Progress::Intended];
    assert_eq!(progress().await, expect);
    let (sent, answered): (Option<String>, Option<String>) = file
        .query_row("SELECT sent, answered FROM entries WHERE id = ?1", [entries[0].0], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert!(sent.is_some_and(|sent| answered.is_some_and(|answered| sent <= answered)));
}

#[tokio::test]
async fn while_it_cannot_be_told_what_was_sent_nothing_is_concluded() {
    let home = tempfile::tempdir().unwrap();
    let (mine, pbx) = (journal(home.path()), PbxId::new("acme"));
    assert_eq!(mine.unfinished(&pbx).await.unwrap(), []);
    let left = home.path().join("journal.sent-999");
    std::fs::write(&left, b"\xff").unwrap();
    let said = mine.unfinished(&pbx).await.unwrap_err();
    assert!(said.what.contains("journal.sent-999"), "{said:?}");
    assert!(left.exists(), "it is not thrown away unread");
    std::fs::write(&left, "").unwrap();
    assert_eq!(mine.unfinished(&pbx).await.unwrap(), []);
    assert!(!left.exists());
}

#[tokio::test]
async fn no_secret_is_ever_written_down() {
    let home = tempfile::tempdir().unwrap();
    let journal = journal(home.path());
    let set = changes(
        57,
        "214",
        json!({"Number": "214", "AuthPassword": "0ld-secret"}),
        json!({"AuthPassword": "n3w-secret", "VMPIN": "8642975"}),
    );
    let gate = journal.gate_of_one(Intent::of(Kind::One), "900");
    save_through(&gate, &set, &saved("AuthPassword")).await;
    let run = journal.history(Wanted::default()).await.unwrap().remove(0);
    assert!(run.first.fields.iter().all(|field| field.secret), "{:?}", run.first.fields);
    assert!(run.first.had_secrets());
    journal.settled().await.unwrap();
    for name in std::fs::read_dir(home.path()).unwrap() {
        let bytes = std::fs::read(name.unwrap().path()).unwrap();
        for secret in ["0ld-secret", "n3w-secret", "8642975"] {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret}");
        }
    }
}

#[tokio::test]
async fn what_the_pbx_made_of_it_is_kept() {
    let journal = Journal::in_memory("ada");
    let catalog = Catalog::shipped();
    let slot = Slot::of(catalog, catalog.schema(catalog.schema_named("User").unwrap()), "FirstName");
    let set = changes(57, "214", json!({"FirstName": "Ada"}), json!({"FirstName": "Augusta Ada"}));
    let got = Payload::new(catalog, &slot, Some(json!("Augusta")));
    let fields = vec![FieldResult { field: "FirstName".into(), verdict: Verdict::PbxChangedIt { got } }];
    let gate = journal.gate_of_one(Intent::of(Kind::One), "900");
    let recorded =
        gate.record(Record { changes: &set, before: &entity(json!({"FirstName": "Ada"})), together: 1 }).await.unwrap();
    gate.settle(recorded, &Outcome::Altered { fields, answer_was_lost: false }, None).await;
    let run = journal.history(Wanted::default()).await.unwrap().remove(0);
    let field = &run.first.fields[0];
    assert_eq!((&field.after, &field.now), (&held(json!("Augusta Ada")), &held(json!("Augusta"))));
}

#[tokio::test]
async fn a_new_entity_gets_its_key_and_a_deleted_one_leaves_all_that_could_be_seen() {
    let journal = Journal::in_memory("ada");
    let mut set = (*changes(0, "230 New", json!({}), json!({"Number": "230"}))).clone();
    (set.verb, set.target.key) = (crate::draft::Verb::Create, None);
    let gate = journal.gate_of_one(Intent::of(Kind::One), "900");
    let recorded = gate.record(Record { changes: &set, before: &Entity::new(), together: 1 }).await.unwrap();
    let outcome = Outcome::Created { key: Some(EntityKey::Int(99)), fields: Vec::new(), answer_was_lost: false };
    gate.settle(recorded, &outcome, None).await;
    let made = journal.history(Wanted::default()).await.unwrap().remove(0).first;
    assert_eq!((made.verb, made.target, made.end), (crate::draft::Verb::Create, target(99), Some(End::Created)));

    let catalog = Catalog::shipped();
    let schema = catalog.schema(catalog.schema_named("User").unwrap());
    let set = ChangeSet::deletion(catalog, schema, target(99), "230 New".into(), vec![("Number", json!("230"))]);
    let before = entity(json!({"Number": "230", "FirstName": "New", "VMEnabled": true}));
    let recorded = gate.record(Record { changes: &set, before: &before, together: 1 }).await.unwrap();
    gate.settle(recorded, &Outcome::Deleted(crate::draft::Gone::ReadBack), None).await;
    let gone = journal.history(Wanted::default()).await.unwrap().remove(0).first;
    let kept: Vec<_> = gone.fields.iter().map(|f| (f.field.as_str(), f.before.clone(), f.after.clone())).collect();
    assert_eq!(
        kept,
        [("Number", "230".into()), ("FirstName", "New".into()), ("VMEnabled", json!(true))].map(|(field, before)| (
            field,
            held(before),
            None
        ))
    );
}

#[tokio::test]
async fn the_history_is_found_by_person_field_day_ticket_and_operator() {
    let home = tempfile::tempdir().unwrap();
    let (ada_s, grace_s) = (Journal::own(home.path(), "ada"), Journal::own(home.path(), "grace"));
    let umlaut = changes(58, "215 Übel, Jörg", json!({"Mobile": ""}), json!({"Mobile": "+49 171 1"}));
    save_through(&ada_s.gate_of_one(Intent::of(Kind::One), "900"), &ada(), &saved("VMEnabled")).await;
    let intent = Intent { ticket: Some("INC-50%".into()), ..Intent::of(Kind::One) };
    save_through(&grace_s.gate_of_one(intent, "901"), &umlaut, &saved("Mobile")).await;
    ada_s.settled().await.unwrap();
    grace_s.settled().await.unwrap();
    let find = async |wanted: Wanted| -> Vec<String> {
        ada_s.history(wanted).await.unwrap().into_iter().map(|run| run.first.label).collect()
    };
    let any = |word: &str| Wanted { words: vec![(word.to_owned(), Vec::new())], ..Wanted::default() };
    for (word, found) in [
        ("lovelace", &["214 Lovelace, Ada"][..]),
        ("ÜBEL", &["215 Übel, Jörg"]),
        ("mobil", &["215 Übel, Jörg"]),
        ("50%", &["215 Übel, Jörg"]),
        ("%", &["215 Übel, Jörg"]),
        ("grace", &["215 Übel, Jörg"]),
        ("nobody", &[]),
        ("users", &["215 Übel, Jörg", "214 Lovelace, Ada"]),
    ] {
        assert_eq!(find(any(word)).await, found, "{word}");
    }
    let titled = Wanted { words: vec![("voicemail".into(), vec!["VMEnabled".into()])], ..Wanted::default() };
    assert_eq!(find(titled).await, ["214 Lovelace, Ada"]);
    let today = now()[..10].to_owned();
    for (wanted, count) in [
        (Wanted { who: Some("214".into()), ..Wanted::default() }, 1),
        (Wanted { fields: vec!["Mobile".into()], ..Wanted::default() }, 1),
        (Wanted { operator: Some("ada".into()), ..Wanted::default() }, 1),
        (Wanted { ticket: Some("INC-50%".into()), ..Wanted::default() }, 1),
        (Wanted { since: Some(today.clone()), ..Wanted::default() }, 2),
        (Wanted { until: Some(today), ..Wanted::default() }, 0),
        (Wanted { pbx: Some(PbxId::new("other")), ..Wanted::default() }, 0),
        (Wanted { limit: 1, ..Wanted::default() }, 1),
        (Wanted { before: Some(RunId(2)), ..Wanted::default() }, 1),
    ] {
        assert_eq!(find(wanted.clone()).await.len(), count, "{wanted:?}");
    }
    ada_s.attach(RunId(1), Some("INC-1".into())).await.unwrap();
    assert_eq!(find(any("inc-1")).await, ["214 Lovelace, Ada"]);
    let last = ada_s.last(&PbxId::new("acme")).await.unwrap().unwrap();
    assert_eq!(last.0.id, RunId(1), "mine, not the last of all");
}

#[tokio::test]
async fn what_is_old_is_forgotten_and_what_is_unfinished_is_not() {
    let home = tempfile::tempdir().unwrap();
    let first = journal(home.path());
    save_through(&first.gate_of_one(Intent::of(Kind::One), "900"), &ada(), &saved("VMEnabled")).await;
    first.begin(Intent::of(Kind::One), "900", vec![ada()]).await.unwrap();
    save_through(&first.gate_of_one(Intent::of(Kind::One), "900"), &ada(), &saved("VMEnabled")).await;
    first.settled().await.unwrap();
    let file = rusqlite::Connection::open(home.path().join(FILE)).unwrap();
    file.execute("UPDATE runs SET at = '2020-01-01T00:00:00.000Z' WHERE id < 3", []).unwrap();
    let later = journal(home.path()).keeping(400);
    let left: Vec<i64> = later.history(Wanted::default()).await.unwrap().iter().map(|run| run.id.0).collect();
    assert_eq!(left, [3, 2]);
    let orphans: i64 = file
        .query_row("SELECT count(*) FROM changes WHERE entry NOT IN (SELECT id FROM entries)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(orphans, 0);
}

#[tokio::test]
async fn the_file_is_private_unless_the_folder_is_a_groups() {
    let home = tempfile::tempdir().unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o7777;
    let own = home.path().join("state/cordboard");
    journal(&own).history(Wanted::default()).await.unwrap();
    assert_eq!((mode(&own), mode(&own.join(FILE))), (0o700, 0o600));
    // Rights that are too wide are taken back.
    std::fs::set_permissions(own.join(FILE), Permissions::from_mode(0o644)).unwrap();
    journal(&own).history(Wanted::default()).await.unwrap();
    assert_eq!(mode(&own.join(FILE)), 0o600);

    let team = home.path().join("team");
    std::fs::create_dir(&team).unwrap();
    std::fs::set_permissions(&team, Permissions::from_mode(0o770)).unwrap();
    let trouble = Journal::given(&team, "ada").history(Wanted::default()).await.unwrap_err();
    assert!(trouble.next.contains("chmod g+s"), "{trouble}");
    std::fs::set_permissions(&team, Permissions::from_mode(0o2770)).unwrap();
    let journal = Journal::given(&team, "ada");
    journal.begin(Intent::of(Kind::One), "900", vec![ada()]).await.unwrap();
    for name in std::fs::read_dir(&team).unwrap() {
        assert_eq!(mode(&name.unwrap().path()) & 0o777, 0o660);
    }
}

/// What is said when a write cannot be written down, and that it is not sent.
async fn refusal(journal: &Journal) -> String {
    let gate = journal.gate_of_one(Intent::of(Kind::One), "900");
    let one = gate.record(Record { changes: &ada(), before: &Entity::new(), together: 1 }).await.unwrap_err();
    let many = journal.begin(Intent::of(Kind::Many), "900", vec![ada()]).await.unwrap_err();
    assert!(matches!(one.kind, FailureKind::NotRecorded(_)), "{one:?}");
    assert_eq!(one, many);
    let problem = one.problem(Catalog::shipped(), None);
    assert!(problem.what.ends_with('.') && problem.next.ends_with('.'), "{problem:?}");
    format!("{} {}", problem.what, problem.next)
}

#[tokio::test]
async fn a_journal_that_cannot_be_used_says_why_and_stops_the_write() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| {
        let folder = home.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        folder
    };
    let damaged = at("damaged");
    std::fs::write(damaged.join(FILE), "This was a database once. ".repeat(100)).unwrap();
    let said = refusal(&journal(&damaged)).await;
    let path = damaged.join(FILE).display().to_string();
    assert!(said.contains(&format!("{path} is damaged")) && said.contains(&format!("mv {path} ")), "{said}");

    let torn = at("torn");
    journal(&torn).begin(Intent::of(Kind::Many), "900", vec![ada(); 200]).await.unwrap();
    while torn.join(format!("{FILE}-wal")).exists() {
        tokio::task::yield_now().await;
    }
    let mut bytes = std::fs::read(torn.join(FILE)).unwrap();
    bytes.truncate(4096);
    bytes[200..].fill(0xaa);
    std::fs::write(torn.join(FILE), bytes).unwrap();
    assert!(refusal(&journal(&torn)).await.contains("is damaged"));

    let newer = at("newer");
    journal(&newer).history(Wanted::default()).await.unwrap();
    rusqlite::Connection::open(newer.join(FILE)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(refusal(&journal(&newer)).await.contains("by a newer cordboard (its form is 99"));

    let foreign = at("foreign");
    rusqlite::Connection::open(foreign.join(FILE)).unwrap().execute("CREATE TABLE theirs (a)", []).unwrap();
    assert!(refusal(&journal(&foreign)).await.contains("of another program"));

    let missing = home.path().join("missing");
    assert!(refusal(&Journal::given(&missing, "ada")).await.contains("Make that folder"));
    let file = home.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(refusal(&Journal::given(&file, "ada")).await.contains("is no folder"));
    assert!(refusal(&journal(&file.join("below"))).await.contains("cannot be kept at"));
    assert!(refusal(&Journal::nowhere("ada")).await.contains("HOME is not set"));
}

#[tokio::test]
async fn what_was_written_stands_in_the_file_itself_at_the_end_and_a_file_that_was_emptied_is_no_new_one() {
    let home = tempfile::tempdir().unwrap();
    let mine = journal(home.path());
    mine.end().await.unwrap();
    let (run, _) = mine.begin(Intent::of(Kind::Many), "900", vec![ada(); 3]).await.unwrap();
    let beside = |name: &str| home.path().join(format!("{FILE}{name}"));
    mine.end().await.unwrap();
    // A copy of the file alone has all of it.
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(beside(""), copy.path().join(FILE)).unwrap();
    let (told, entries) = journal(copy.path()).run(run).await.unwrap().unwrap();
    assert_eq!((told.open(), entries.len()), (3, 3));
    // What is not in it yet is not thrown away because the file was emptied.
    let cut = tempfile::tempdir().unwrap();
    mine.begin(Intent::of(Kind::Many), "900", vec![ada(); 3]).await.unwrap();
    std::fs::copy(beside("-wal"), cut.path().join(format!("{FILE}-wal"))).unwrap();
    std::fs::write(cut.path().join(FILE), "").unwrap();
    let said = refusal(&journal(cut.path())).await;
    assert!(said.contains("is empty") && said.contains("it was cut off. Put that file back"), "{said}");
    assert!(std::fs::metadata(cut.path().join(format!("{FILE}-wal"))).unwrap().len() > 0, "it is left as it is");
}

#[tokio::test]
async fn a_disk_that_is_full_stops_the_write_and_what_ended_is_written_once_there_is_room() {
    let home = tempfile::tempdir().unwrap();
    let full = journal(home.path());
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    full.listen(move |trouble| ear.lock().unwrap().push(trouble));
    let (run, entries) = full.begin(Intent::of(Kind::Many), "900", vec![ada(); 50]).await.unwrap();
    let pages = |limit: &'static str| {
        let full = full.clone();
        async move {
            full.ask(move |store| {
                store.connection.query_row(&format!("PRAGMA max_page_count = {limit}"), [], |_| Ok(()))
            })
            .await
        }
    };
    pages("1").await.unwrap();
    let big = changes(1, &"x".repeat(20_000), json!({"VMEnabled": false}), json!({"VMEnabled": true}));
    let failure = full.begin(Intent::of(Kind::Many), "900", vec![big; 20]).await.unwrap_err();
    assert!(failure.problem(Catalog::shipped(), None).what.contains("the disk is full"), "{failure:?}");
    // A long sentence of the PBX does not fit either.
    let refused = Failure { kind: FailureKind::Refused, ..Failure::misconfigured("") };
    for entry in &entries {
        full.tell(News::Ended(Box::new(writes::Ending::of(*entry, &Outcome::Refused(refused.clone()), None, |_| {
            "y".repeat(9_000)
        }))));
    }
    assert!(full.settled().await.is_err());
    // Nobody asks: the news is told to whoever listens, by and by.
    assert!(full.run(run).await.is_err(), "nothing is told that is not true");
    rusqlite::Connection::open(home.path().join(FILE)).unwrap();
    drop(told);
    let file = rusqlite::Connection::open(home.path().join(FILE)).unwrap();
    let open: i64 =
        file.query_row("SELECT count(*) FROM entries WHERE progress <> 'ended'", [], |row| row.get(0)).unwrap();
    assert_eq!(open, 50, "all or none");
}

#[tokio::test]
async fn another_writer_is_waited_for_and_a_stubborn_one_is_named() {
    let home = tempfile::tempdir().unwrap();
    let mine = journal(home.path());
    mine.ask(|store| store.connection.busy_timeout(Duration::from_millis(1))).await.unwrap();
    let other = rusqlite::Connection::open(home.path().join(FILE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let said = refusal(&mine).await;
    assert!(said.contains("in use by another program"), "{said}");
    other.execute_batch("ROLLBACK").unwrap();
    mine.begin(Intent::of(Kind::One), "900", vec![ada()]).await.unwrap();
}

#[tokio::test]
async fn many_consoles_write_at_once_and_none_is_lost() {
    let home = tempfile::tempdir().unwrap();
    let one = |at: usize| {
        let journal = Journal::own(home.path(), &format!("operator {at}"));
        async move {
            for _ in 0..5 {
                save_through(&journal.gate_of_one(Intent::of(Kind::One), "900"), &ada(), &saved("VMEnabled")).await;
            }
            journal.settled().await.unwrap();
        }
    };
    futures_util::future::join_all((0..6).map(one)).await;
    let all = journal(home.path()).history(Wanted::default()).await.unwrap();
    assert_eq!(all.len(), 30);
    assert!(all.iter().all(|run| run.ends == [(Some(End::Saved), 1)]));
}

#[tokio::test]
async fn a_journal_in_memory_leaves_nothing_behind() {
    let journal = Journal::in_memory("ada");
    save_through(&journal.gate_of_one(Intent::of(Kind::One), "900"), &ada(), &saved("VMEnabled")).await;
    assert_eq!(journal.history(Wanted::default()).await.unwrap().len(), 1);
    assert_eq!(journal.path(), None);
    assert!(!Path::new("in memory").exists());
}

fn kept(id: i64, edits: Value) -> Kept {
    let catalog = Catalog::shipped();
    let schema = catalog.schema(catalog.schema_named("User").unwrap());
    let mut draft = Draft::new(catalog, schema, target(id), format!("{id}"), entity(json!({"Mobile": "1"})));
    edits.as_object().unwrap().iter().for_each(|(field, value)| draft.set(field, value.clone()));
    Kept::of(catalog, &draft, std::iter::empty(), Vec::new())
}

/// As the journal looks when every console that wrote it is gone.
fn bury(home: &Path) {
    let file = rusqlite::Connection::open(home.join(FILE)).unwrap();
    file.execute(BURY, []).unwrap();
}

#[tokio::test]
async fn a_draft_is_offered_to_its_editor_alone_and_once_its_console_is_gone() {
    let home = tempfile::tempdir().unwrap();
    let acme = PbxId::new("acme");
    let (mine, other) = (journal(home.path()), journal(home.path()));
    mine.keep(kept(57, json!({"Mobile": "2"})));
    mine.keep(kept(57, json!({"Mobile": "3"})));
    mine.keep(kept(58, json!({"Mobile": "4"})));
    mine.keep(kept(59, json!({"Mobile": "5"})));
    mine.drop_draft(target(59));
    mine.settled().await.unwrap();
    assert_eq!(other.drafts(&acme).await.unwrap(), [], "they are being edited");
    drop((mine, other));
    bury(home.path());
    assert_eq!(Journal::own(home.path(), "eve").drafts(&acme).await.unwrap(), [], "they are somebody else's");
    let (next, rival) = (journal(home.path()), journal(home.path()));
    let offered = next.drafts(&acme).await.unwrap();
    let mut found: Vec<_> = offered.iter().map(|o| (o.kept.label.as_str(), &o.kept.edits[0].value)).collect();
    found.sort_by_key(|(label, _)| *label);
    assert_eq!(found, [("57", &json!("3")), ("58", &json!("4"))], "as they were last");
    assert_eq!(next.drafts(&PbxId::new("other")).await.unwrap(), []);
    // Who takes it first has it.
    assert_eq!(rival.drafts(&acme).await.unwrap().len(), 2);
    let first = &offered[0];
    assert!(next.take_draft(first.console, first.kept.target.clone()).await.unwrap());
    assert!(!rival.take_draft(first.console, first.kept.target.clone()).await.unwrap());
    assert_eq!(rival.drafts(&acme).await.unwrap().len(), 1);
    // It is not lost before it is edited again.
    drop((next, rival));
    bury(home.path());
    assert_eq!(journal(home.path()).drafts(&acme).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_was_being_sent_is_no_draft_any_more_unless_it_was_refused() {
    let acme = PbxId::new("acme");
    for (outcome, offered) in
        [(None, 0), (Some(saved("VMEnabled")), 0), (Some(Outcome::Refused(Failure::misconfigured("no"))), 1)]
    {
        let home = tempfile::tempdir().unwrap();
        let mine = journal(home.path());
        mine.keep(kept(57, json!({"VMEnabled": true})));
        mine.settled().await.unwrap();
        let gate = mine.gate_of_one(Intent::of(Kind::One), "900");
        let before = entity(json!({"VMEnabled": false}));
        let recorded = gate.record(Record { changes: &ada(), before: &before, together: 1 }).await.unwrap();
        if let Some(outcome) = &outcome {
            gate.settle(recorded, outcome, None).await;
        }
        mine.settled().await.unwrap();
        drop((gate, mine));
        bury(home.path());
        assert_eq!(journal(home.path()).drafts(&acme).await.unwrap().len(), offered, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_draft_that_cannot_be_kept_stands_in_nobodys_way() {
    let nowhere = Journal::nowhere("ada");
    nowhere.keep(kept(57, json!({"Mobile": "2"})));
    nowhere.drop_draft(target(57));
    assert!(nowhere.drafts(&PbxId::new("acme")).await.is_err());
    // A write that comes with it is not called written down.
    nowhere.keep(kept(57, json!({"Mobile": "2"})));
    let (ada, before) = (ada(), entity(json!({"VMEnabled": false})));
    let record = Record { changes: &ada, before: &before, together: 1 };
    assert!(nowhere.gate(EntryId(1)).record(record).await.is_err());
}

#[tokio::test]
async fn a_file_of_before_gets_a_place_for_what_went_together() {
    let home = tempfile::tempdir().unwrap();
    let (sets, before) = (vec![ada(), ada(), ada()], entity(json!({"VMEnabled": false})));
    let old = journal(home.path());
    let (run, entries) = old.begin(Intent::of(Kind::Many), "900", sets).await.unwrap();
    old.settled().await.unwrap();
    drop(old);
    let file = rusqlite::Connection::open(home.path().join(FILE)).unwrap();
    file.execute_batch("ALTER TABLE entries DROP COLUMN together").unwrap();
    file.execute(BURY, []).unwrap();
    drop(file);
    let mine = journal(home.path());
    let together =
        |(run, past): (PastRun, Vec<Past>)| (run.together, past.iter().map(|p| p.together).collect::<Vec<_>>());
    let was = mine.run(run).await.unwrap().unwrap();
    mine.begin(going_on(&was.0), "900", Vec::new()).await.unwrap();
    assert_eq!(together(was), (None, vec![None; 3]));
    for (entry, count) in [(entries[0], 1), (entries[1], 2), (entries[2], 2)] {
        let (ada, gate) = (ada(), mine.gate(entry));
        gate.record(Record { changes: &ada, before: &before, together: count }).await.unwrap();
    }
    assert_eq!(together(mine.run(run).await.unwrap().unwrap()), (Some(2), vec![None, Some(2), Some(2)]));
}
