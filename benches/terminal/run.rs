//! Ten thousand people changed together: the plan, the run beside a bare HTTP client, memory, keys meanwhile.

use crate::pty::{NEAR, Simulator, Terminal, spent};
use crate::table::Table;
use reqwest::Client;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const MANY: usize = 10_000;

/// A run after a run of the bare client and before another: how fast a machine is changes from one second to the next.
const ROUNDS: usize = 3;

pub(crate) fn measure(home: &Path, table: &mut Table) {
    let mut told = Told::default();
    let mut bares = vec![bare()];
    let mut ours = Vec::new();
    for _ in 0..ROUNDS {
        ours.push(run(home, &mut told));
        bares.push(bare());
    }
    let rate = |bill: &Bill| MANY as f64 / bill.took.as_secs_f64();
    // Beside the bare client before it and the one after it.
    let beside = |at: usize| (rate(&bares[at]) + rate(&bares[at + 1])) / 2.0;
    let mut rates: Vec<(f64, f64)> = ours.iter().enumerate().map(|(at, bill)| (rate(bill), beside(at))).collect();
    rates.sort_by(|(a, b), (c, d)| (a / b).total_cmp(&(c / d)));
    let percent = |(own, bare): &(f64, f64)| format!("{:.0} %", 100.0 * own / bare);
    let (own, bare) = rates[ROUNDS / 2];
    let median = format!("{own:.0} a second of {bare:.0}: {}", percent(&rates[ROUNDS / 2]));
    let between = format!("({} to {})", percent(&rates[0]), percent(&rates[ROUNDS - 1]));
    let Told { read, planned, memory, keys } = told;
    table.tell("10,000 people read for one change", read, "ms", "");
    table.tell("Their plan", planned, "ms", "1,000 ms");
    table.say(
        "A run over them, two at once, beside a bare client with the same requests",
        format!("{median} {between}"),
        "80 %",
    );
    let each = |bills: &[Bill], part: fn(&Bill) -> u64| {
        let sum: u64 = bills.iter().map(part).sum();
        format!("{:.0}", sum as f64 * 1e3 / (MANY * bills.len()) as f64)
    };
    let [our_own, bare_own] = [&ours, &bares].map(|bills| each(bills, |bill| bill.client));
    let [our_simulator, bare_simulator] = [&ours, &bares].map(|bills| each(bills, |bill| bill.simulator));
    table.say(
        "Processor time of it a person: ours, the bare client's; beside it the simulator's",
        format!("{our_own} µs, {bare_own} µs; {our_simulator} µs, {bare_simulator} µs"),
        "",
    );
    table.say("Memory beyond the list: all read, planned, done", memory, "60 MB");
    table.tell("A key meanwhile", keys, "ms", "16 ms");
}

/// What is told of the runs beside their rate.
#[derive(Default)]
struct Told {
    read: Vec<f64>,
    planned: Vec<f64>,
    /// Of the last one.
    memory: String,
    keys: Vec<f64>,
}

/// Everybody is marked, read, and changed.
fn run(home: &Path, told: &mut Told) -> Bill {
    let simulator = Simulator::start(&["--users", &MANY.to_string()]);
    let mut terminal = Terminal::start(home, &[], &simulator.environment(), NEAR);
    terminal.until(|screen| screen.contains("10,000 of 10,000"));
    terminal.settle();
    let before = terminal.memory().0;
    let mut memory = Vec::new();
    let mut note = |terminal: &Terminal| memory.push(format!("{:.0} MB", terminal.memory().0 - before));
    terminal.press("a");
    told.read.push(terminal.shows("e", |screen| screen.contains("First name")));
    terminal.settle();
    note(&terminal);
    // Nobody has it on: each of them is sent to.
    for keys in ["/", "screening", "\r", " "] {
        terminal.press(keys);
    }
    told.planned.push(terminal.shows("\x13", |screen| screen.contains("10,000 change")));
    terminal.settle();
    note(&terminal);
    terminal.press("y");
    terminal.press(&MANY.to_string());
    let spent = (terminal.spent().0, simulator.spent());
    let began = Instant::now();
    terminal.write("\r");
    // Keys are pressed all the while, and the longest of them counts. What is looked for is the end, at every piece
    // that comes.
    let is_over = |screen: &str| screen.contains("· done");
    while !terminal.comes(Duration::from_millis(200), is_over) {
        told.keys.push(terminal.shows("?", |screen| screen.contains("What can be done here")));
        terminal.watch(Duration::from_millis(20));
        terminal.write("\x1b");
    }
    let took = terminal.last().saturating_duration_since(began);
    let bill = Bill { took, client: terminal.spent().0 - spent.0, simulator: simulator.spent() - spent.1 };
    note(&terminal);
    memory.push(format!("{:.0} MB at most", terminal.memory().1 - before));
    told.memory = memory.join(", ");
    bill
}

pub(crate) async fn token(http: &Client, simulator: &Simulator) -> Arc<str> {
    let form =
        [("client_id", "900"), ("client_secret", simulator.secret.as_str()), ("grant_type", "client_credentials")];
    let url = format!("{}/connect/token", simulator.url);
    let answer = http.post(url).form(&form).send().await.expect("an answer");
    let grant: serde_json::Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
    grant["access_token"].as_str().unwrap_or_default().into()
}

/// How long a run took, and the milliseconds of processor time of both sides.
struct Bill {
    took: Duration,
    client: u64,
    simulator: u64,
}

/// The same three requests for each, two at once, with nothing around them.
fn bare() -> Bill {
    let simulator = Simulator::start(&["--users", &MANY.to_string()]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let base: Arc<str> = format!("{}/xapi/v1", simulator.url).into();
    runtime.block_on(async {
        let http = Client::builder().no_proxy().build().expect("a client");
        let token = token(&http, &simulator).await;
        let next = Arc::new(AtomicUsize::new(0));
        let (before, began) = ((spent(std::process::id()).0, simulator.spent()), Instant::now());
        let workers: Vec<_> = (0..2)
            .map(|_| {
                let (http, token, next, base) = (http.clone(), token.clone(), Arc::clone(&next), base.clone());
                tokio::spawn(async move {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= MANY {
                            break;
                        }
                        change(&http, &token, &format!("{base}/Users({})", at + 50)).await;
                    }
                })
            })
            .collect();
        for worker in workers {
            let _ = worker.await;
        }
        let took = began.elapsed();
        Bill { took, client: spent(std::process::id()).0 - before.0, simulator: simulator.spent() - before.1 }
    })
}

/// Read, changed, read again.
async fn change(http: &Client, token: &str, one: &str) {
    let read = format!("{one}?$select=Id,CallScreening");
    let patch = http.patch(one).header("content-type", "application/json").body("{\"CallScreening\":true}");
    for request in [http.get(&read), patch, http.get(&read)] {
        if let Ok(answer) = request.bearer_auth(token).send().await {
            let _ = answer.bytes().await;
        }
    }
}
