//! A value of five megabytes: read, formatted, coloured and shown, and a plan for many.

use crate::desk::{Desk, FEW};
use cordboard::draft::json;
use divan::Bencher;
use serde_json::{Value, json};

/// As many bytes as the largest answer that is promised to be shown at once.
const BIG: usize = 5_000_000;

/// A list of objects as a PBX has them, on one line.
fn text() -> String {
    let mut text = String::from("[");
    let mut at = 0;
    while text.len() < BIG {
        let one = json!({
            "Id": at, "Name": format!("Away {at}"), "CustomMessage": "Back at nine, please call the front desk",
            "AvailableRoute": { "NoAnswerExternal": { "To": "VoiceMail", "Number": "214" }, "NoAnswerAllCalls": true },
        });
        if at > 0 {
            text.push(',');
        }
        text.push_str(&one.to_string());
        at += 1;
    }
    text.push(']');
    text
}

#[divan::bench(sample_count = 10)]
fn parsed(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.bench(|| serde_json::from_str::<Value>(&text).is_ok());
}

#[divan::bench(sample_count = 10)]
fn formatted(bencher: Bencher<'_, '_>) {
    let value: Value = serde_json::from_str(&text()).expect("JSON");
    bencher.bench(|| json::pretty(&value));
}

/// What the check of the editor does at every key.
#[divan::bench(sample_count = 10)]
fn checked(bencher: Bencher<'_, '_>) {
    let value: Value = serde_json::from_str(&text()).expect("JSON");
    let text = json::pretty(&value);
    bencher.bench(|| json::parse(&text).is_ok());
}

/// A plan of so many, from the marks to the screen.
#[divan::bench(args = [10, 100, 300], sample_count = 10)]
fn plan(bencher: Bencher<'_, '_>, many: usize) {
    let mut desk = Desk::of(FEW);
    desk.keys("home");
    for _ in 0..many {
        desk.press("space");
    }
    desk.keys("e / v m enter space");
    bencher.bench_local(|| {
        desk.press("ctrl-s");
        desk.rest();
        desk.press("esc");
    });
}
