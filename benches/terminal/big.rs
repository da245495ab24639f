//! An answer of five megabytes: shown, looked through, edited as text.

use crate::pty::{NEAR, Simulator, Terminal, milliseconds};
use crate::run::token;
use crate::table::Table;
use reqwest::Client;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

/// What is said of them; the PBX answers five megabytes, with all that is not said.
const BIG: usize = 3_200_000;

/// Somebody with five megabytes of forwarding rules.
fn seed() -> Value {
    let mut profiles = Vec::new();
    let mut size = 0;
    while size < BIG {
        let at = profiles.len();
        let one = json!({
            "Id": at + 1, "Name": format!("Away {at}"), "CustomName": format!("Away {at}"),
            "CustomMessage": "Back at nine, please call the front desk", "NoAnswerTimeout": 20,
            "RingMyMobile": false, "AcceptMultipleCalls": true,
        });
        size += one.to_string().len();
        profiles.push(one);
    }
    json!({ "Users": [
        { "Id": 57, "Number": "214", "FirstName": "Ada", "LastName": "Lovelace", "ForwardingProfiles": profiles },
    ] })
}

pub(crate) fn measure(home: &Path, table: &mut Table) {
    let path = home.join("seed.json");
    std::fs::write(&path, seed().to_string()).expect("a file");
    let simulator = Simulator::start(&["--seed", &path.display().to_string()]);
    let (mut opened, mut tables, mut keys, mut editors, mut typed) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut read, mut shown, mut unfolded, mut stalls) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        let mut terminal = Terminal::start(home, &[], &simulator.environment(), NEAR);
        terminal.until(|screen| screen.contains("1 of 1"));
        terminal.settle();
        opened.push(terminal.shows("\r", |screen| screen.contains("First name")));
        terminal.settle();
        read.push(terminal.memory().1);
        terminal.press("/");
        terminal.press("forwardingprof");
        terminal.press("\r");
        let began = terminal.spent().0;
        editors.push(terminal.shows("\x1bOQ", |screen| screen.contains("\"CustomMessage\"")));
        stalls.push((terminal.spent().0 - began) as f64);
        terminal.settle();
        for key in ["\x1b[B", "\x1b[6~", "\x1b[1;5F"] {
            typed.push(terminal.key(key).0);
        }
        shown.push(terminal.memory().1);
        terminal.press("\x1b");
        tables.push(terminal.shows("\r", |screen| screen.contains("kept") && screen.contains("Away 1")));
        terminal.settle();
        for _ in 0..5 {
            keys.push(terminal.key("\x1b[B").0);
        }
        unfolded.push(terminal.memory().1);
    }
    let (bytes, took) = bare(&simulator);
    let what = format!("An answer of {:.1} MB, from Enter to its form; the PBX takes {took:.0} ms of it", bytes / 1e6);
    table.tell(&what, opened, "ms", "50 ms beyond the PBX's");
    table.tell("The memory it takes at most", read, "MB", "40 MB");
    table.tell("Its JSON opened", editors, "ms", "50 ms");
    table.tell("Processor time of that", stalls, "ms", "16 ms");
    table.tell("A key, a page and the end of its JSON", typed, "ms", "16 ms");
    table.tell("The memory it took at most by then", shown, "MB", "40 MB");
    table.tell("Its table opened, for which a tree is made", tables, "ms", "50 ms");
    table.tell("A key in its table", keys, "ms", "16 ms");
    table.tell("The memory it took at most by then, with the tree", unfolded, "MB", "");
}

/// How much the PBX answers, and how long it takes for that.
fn bare(simulator: &Simulator) -> (f64, f64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let http = Client::builder().no_proxy().build().expect("a client");
        let token = token(&http, simulator).await;
        let url = format!("{}/xapi/v1/Users(57)?$select=Id&$expand=ForwardingProfiles", simulator.url);
        let mut times = Vec::new();
        let mut bytes = 0;
        for _ in 0..5 {
            let began = Instant::now();
            let answer = http.get(&url).bearer_auth(&*token).send().await.expect("an answer");
            bytes = answer.bytes().await.expect("a body").len();
            times.push(milliseconds(began.elapsed()));
        }
        times.sort_by(f64::total_cmp);
        (bytes as f64, times[2])
    })
}
