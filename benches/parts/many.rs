//! Ten thousand changed together: what was read of them, their plan, and the run beside a bare HTTP client.

use crate::desk::{Desk, client, runtime, simulator, users};
use cordboard::app::View;
use cordboard::catalog::Catalog;
use cordboard::draft::{Change, Entity, ListEdit, Payload, SharedShelf, Verb, read_whole};
use cordboard::odata::{EntityKey, PbxId, Target};
use cordboard::plan::{Alike, Columns, Edit, EntryId, Field, Line, Maker, Past, Planned, Progress, Way, called};
use divan::Bencher;
use reqwest::Client as Bare;
use serde_json::{Value, json};
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// As many as are promised to be changed together.
const TEN_THOUSAND: usize = 10_000;

fn target(at: usize) -> Target {
    Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: Some(EntityKey::Int(at as i64)) }
}

/// Whole people as a PBX answers them, as many as are asked for: no two have the same numbers and names.
fn people() -> Vec<Entity> {
    let runtime = runtime();
    let simulator = simulator(&runtime, 200);
    let catalog = Catalog::shipped();
    let plan = read_whole(catalog, catalog.entity(users()).expect("a schema"));
    let client = client(&simulator);
    let read = |at: usize| runtime.block_on(client.read(&target(at), &plan)).ok();
    let few: Vec<Entity> = (40..200).filter_map(read).collect();
    let mut all = Vec::with_capacity(TEN_THOUSAND);
    for at in 0..TEN_THOUSAND {
        let mut one = Value::Object(few[at % few.len()].clone());
        renumber(&mut one, at);
        all.extend(one.as_object().cloned());
    }
    all
}

/// Gives everything that is an identity another one.
fn renumber(value: &mut Value, at: usize) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), &*value) {
                    ("Id", Value::Number(_)) => *value = json!(at * 100 + value.as_u64().unwrap_or(0) as usize),
                    (
                        "Number" | "FirstName" | "LastName" | "EmailAddress" | "Mobile" | "MacAddress",
                        Value::String(s),
                    ) => {
                        *value = json!(format!("{s}{at}"));
                    }
                    _ => renumber(value, at),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| renumber(element, at)),
        _ => {}
    }
}

/// What is held of ten thousand that were read; the greatest allocation is the memory they cost.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn held(bencher: Bencher<'_, '_>) {
    let people = people();
    bencher.bench_local(|| people.iter().cloned().collect::<Columns>());
}

/// The lines of a plan for ten thousand, and what they cost; of a list both what each has and what each gets is in them.
#[divan::bench(args = ["switches", "departments", "forwarding"], sample_count = 3, sample_size = 1)]
fn planned(bencher: Bencher<'_, '_>, what: &str) {
    let people = people();
    let edits = edits(what, &people);
    let catalog = Catalog::shipped();
    let (columns, schema) = (people.into_iter().collect::<Columns>(), catalog.entity(users()).expect("a schema"));
    bencher.bench_local(|| {
        let mut maker = Maker::new(catalog, schema, &columns, &edits, Some("Id"));
        let lines: Vec<Line> =
            (0..TEN_THOUSAND).map(|row| maker.line(row, target(row), format!("{row} Lovelace, Ada"))).collect();
        assert!(lines.iter().filter(|line| line.changes().is_some()).count() > TEN_THOUSAND / 2, "{:?}", lines[0]);
        lines
    });
}

/// A run of ten thousand as the journal tells it, and what those it was about are like `now`: as it left them, or as they
/// were before it.
fn written(what: &str, is_left: bool) -> (Vec<Past>, Columns) {
    let people = people();
    let edits = edits(what, &people);
    let catalog = Catalog::shipped();
    let (shelf, schema) = (SharedShelf::default(), catalog.entity(users()).expect("a schema"));
    let mut now = Columns::on(shelf.clone());
    let columns = people.into_iter().collect::<Columns>();
    let mut maker = Maker::new(catalog, schema, &columns, &edits, Some("Id"));
    let mut all = Vec::new();
    for row in 0..TEN_THOUSAND {
        let mut fresh = columns.entity(row, ["Id", "Number", "FirstName", "LastName"]);
        let line = maker.line(row, target(row), called(catalog, users(), &target(row), &fresh));
        let Some(changes) = line.changes() else { continue };
        let value = |payload: &Payload| payload.value().map(|value| value.into_owned());
        let field = |change: &Change| {
            let (before, after) = (value(&change.before), value(&change.after));
            fresh.extend(if is_left { &after } else { &before }.clone().map(|now| (change.field.clone(), now)));
            let [before, after] = [before, after].map(|value| value.map(|value| shelf.hold(value)));
            Field { field: change.field.clone(), before, after: after.clone(), now: after, secret: false }
        };
        let fields = changes.changes.iter().map(field).collect();
        now.put(all.len(), fresh);
        all.push(Past {
            id: EntryId(row as i64),
            verb: Verb::Change,
            target: line.target.clone(),
            label: line.label.clone(),
            schema: changes.schema.clone(),
            revision: changes.revision.clone(),
            progress: Progress::Sent,
            end: None,
            words: String::new(),
            ended: None,
            together: None,
            fields,
            shelf: shelf.clone(),
        });
    }
    assert!(all.len() > TEN_THOUSAND / 2, "hardly anybody was changed: {}", all.len());
    (all, now)
}

/// The lines of the plan that takes a run of ten thousand back.
#[divan::bench(args = ["switches", "departments", "forwarding"], sample_count = 3, sample_size = 1)]
fn taken_back(bencher: Bencher<'_, '_>, what: &str) {
    let (all, now) = written(what, true);
    let catalog = Catalog::shipped();
    let schema = catalog.entity(users()).expect("a schema");
    bencher.bench_local(|| {
        let mut alike = Alike::default();
        let way = |(row, past): (usize, &Past)| {
            alike.way((catalog, schema), (past, past.label.clone()), (&now, row), &|_, value| value.to_string()).0
        };
        let ways: Vec<Way> = all.iter().enumerate().map(way).collect();
        assert!(ways.iter().all(|way| matches!(way.planned, Some(Planned::Change(_)))), "{:?}", ways[0]);
        ways
    });
}

/// The lines of the plan with which a run of ten thousand is gone on with that was cut off before the first.
#[divan::bench(args = ["switches", "departments", "forwarding"], sample_count = 3, sample_size = 1)]
fn gone_on_with(bencher: Bencher<'_, '_>, what: &str) {
    let (all, now) = written(what, false);
    let catalog = Catalog::shipped();
    let schema = catalog.entity(users()).expect("a schema");
    bencher.bench_local(|| {
        let mut alike = Alike::default();
        let standing = |(row, past): (usize, &Past)| {
            alike.standing((catalog, schema), past, Ok((&now, row)), &|_, value| value.to_string()).0
        };
        let lines: Vec<Planned> = all.iter().enumerate().map(standing).collect();
        assert!(lines.iter().all(|line| matches!(line, Planned::Change(_))), "{:?}", lines[0]);
        lines
    });
}

/// What is made of all of them.
fn edits(what: &str, people: &[Entity]) -> Vec<(String, Edit)> {
    let element = |field: &str| {
        let lists = people.iter().filter_map(|one| one.get(field)?.as_array()?.first());
        lists.max_by_key(|element| element.to_string().len()).cloned().unwrap_or_default()
    };
    let lists = |field: &str, edit: ListEdit| vec![(field.to_owned(), Edit::Elements(edit))];
    match what {
        "departments" => {
            // One that nobody is in, with all that a membership holds.
            let mut added = element("Groups");
            added["GroupId"] = json!(987_654);
            lists("Groups", ListEdit { added: vec![added], ..ListEdit::default() })
        }
        "forwarding" => {
            let was = element("ForwardingProfiles");
            let mut now = was.clone();
            now["NoAnswerTimeout"] = json!(59);
            lists("ForwardingProfiles", ListEdit { changed: vec![(was, now)], ..ListEdit::default() })
        }
        _ => [("VMEnabled", json!(true)), ("Language", json!("DE"))]
            .map(|(field, value)| (field.to_owned(), Edit::Whole(value)))
            .into(),
    }
}

/// Tells what came of the run: how long it took beside a bare client, and the longest time the screen stood still.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn run(bencher: Bencher<'_, '_>) {
    let mut desk = Desk::of(TEN_THOUSAND);
    desk.keys("a e / v m e n enter space ctrl-s");
    bencher.bench_local(|| {
        let many = {
            let model = desk.console.model();
            let Some(View::Plan(id)) = model.view() else { return };
            model.bulk(*id).and_then(|bulk| bulk.plan.as_ref()).map_or(0, |shown| shown.plan.counts().change)
        };
        desk.press("y");
        many.to_string().chars().for_each(|digit| desk.press(&digit.to_string()));
        let began = Instant::now();
        desk.press("enter");
        let longest = desk.watch();
        let ours = began.elapsed();
        let bare = bare(many);
        let rate = |took: Duration| many as f64 / took.as_secs_f64();
        let _ = writeln!(
            std::io::stderr(),
            "\n{many} changed in {:.1} s ({:.0}/s); a bare client does the same in {:.1} s ({:.0}/s): {:.0} %; longest stall {:.1} ms",
            ours.as_secs_f64(),
            rate(ours),
            bare.as_secs_f64(),
            rate(bare),
            100.0 * rate(ours) / rate(bare),
            longest.as_secs_f64() * 1000.0,
        );
    });
}

/// The same three requests for each, two at once, with nothing around them.
fn bare(many: usize) -> Duration {
    let runtime = runtime();
    let simulator = simulator(&runtime, TEN_THOUSAND);
    let base = simulator.url().to_owned();
    runtime.block_on(async move {
        let http = Bare::builder().no_proxy().build().expect("a client");
        let options = cordboard::sim::Options::default();
        let form = [
            ("client_id", options.client_id.as_str()),
            ("client_secret", options.client_secret.as_str()),
            ("grant_type", "client_credentials"),
        ];
        let answer = http.post(format!("{base}/connect/token")).form(&form).send().await.expect("an answer");
        let grant: Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
        let token: Arc<str> = grant["access_token"].as_str().unwrap_or_default().into();
        let (next, base): (Arc<AtomicUsize>, Arc<str>) = (Arc::default(), base.into());
        let began = Instant::now();
        let workers = (0..2).map(|_| {
            let (http, token, next, base) = (http.clone(), token.clone(), next.clone(), base.clone());
            tokio::spawn(async move {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= many {
                        break;
                    }
                    let one = format!("{base}/xapi/v1/Users({})", at + 50);
                    let read = format!("{one}?$select=Id,VMEnabled");
                    for (method, url) in [("GET", &read), ("PATCH", &one), ("GET", &read)] {
                        let request = match method {
                            "GET" => http.get(url),
                            _ => {
                                http.patch(url).header("content-type", "application/json").body("{\"VMEnabled\":true}")
                            }
                        };
                        if let Ok(answer) = request.bearer_auth(&token).send().await {
                            let _ = answer.bytes().await;
                        }
                    }
                }
            })
        });
        let workers: Vec<_> = workers.collect();
        for worker in workers {
            let _ = worker.await;
        }
        began.elapsed()
    })
}
