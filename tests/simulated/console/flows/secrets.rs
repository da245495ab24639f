//! Secrets: dots until asked for, dots again soon, and never in what is printed.

use super::super::support::{Bench, simulator};
use cordboard::sim::Simulator;
use serde_json::json;

const NEW: &str = "8642";

async fn at_the_pin(pbx: &Simulator) -> (Bench, String) {
    let pin = pbx.faults().look("Users", Some("57"), "VMPIN").unwrap().as_str().unwrap().to_owned();
    let mut bench = Bench::on(pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("VMPIN").await;
    (bench, pin)
}

#[tokio::test]
async fn a_secret_is_shown_by_s_and_hidden_by_time_or_s() {
    let pbx = simulator().await;
    let (mut bench, pin) = at_the_pin(&pbx).await;
    assert!(bench.line("  PIN ").contains("••••••"));
    assert!(pbx.faults().requests().iter().all(|seen| !seen.path.contains("VMPIN")), "it was not even asked for");
    bench.press("s");
    bench.until(&pin).await;
    assert!(!format!("{:?}", bench.console.model()).contains(&pin));
    bench.press("s");
    assert!(!bench.screen().contains(&pin));
    bench.press("s");
    bench.until(&pin).await;
    // The time that a secret is shown is over when nothing else is left to wait for.
    bench.idle().await;
    assert!(bench.line("  PIN ").contains("••••••"), "{}", bench.screen());
    bench.press("s");
    bench.until(&pin).await;
    bench.press("esc esc 2 1 4 enter");
    assert!(!bench.screen().contains(&pin), "leaving hides it");
}

#[tokio::test]
async fn a_new_secret_is_typed_and_sent_in_dots() {
    let pbx = simulator().await;
    let (mut bench, _) = at_the_pin(&pbx).await;
    bench.press("enter");
    for key in NEW.chars() {
        bench.press(&format!("'{key}"));
        assert!(!bench.screen().contains(NEW));
    }
    let unseen = |bench: &Bench, place: &str| {
        assert!(!bench.screen().contains(NEW), "on the screen {place}:\n{}", bench.screen());
        assert!(!format!("{:?}", bench.console.model()).contains(NEW), "in the printed state {place}");
    };
    unseen(&bench, "while typing");
    bench.keys("enter").await;
    unseen(&bench, "as a draft");
    bench.keys("ctrl-s").await;
    bench.shows(&["•••••• → ••••••", r#"{ "VMPIN": "••••••" }"#]);
    unseen(&bench, "in the preview");
    bench.keys("c").await;
    let copied = bench.tty.copied.borrow().concat();
    assert!(copied.contains("curl -X PATCH") && !copied.contains(NEW), "{copied}");
    bench.keys("y").await;
    unseen(&bench, "when it is saved");
    bench.shows(&["PIN"]);
    assert_eq!(pbx.faults().look("Users", Some("57"), "VMPIN"), Some(json!(NEW)));
    bench.keys("f4").await;
    unseen(&bench, "among the changes");
}

#[tokio::test]
async fn nothing_typed_over_a_secret_keeps_it() {
    let pbx = simulator().await;
    let (mut bench, _) = at_the_pin(&pbx).await;
    bench.keys("enter enter").await;
    assert!(!bench.form().is_dirty());
    bench.field("AccessPassword").await;
    bench.keys("s").await;
    bench.shows(&["The PBX takes Web client password but never shows it."]);
    bench.keys("enter").await;
    bench.paste("Tr0ub4dor&3xyz").await;
    bench.keys("enter ctrl-s y").await;
    bench.shows(&["accepted, cannot be checked: Web client password"]);
    assert!(!bench.screen().contains("Tr0ub4"));
}

#[tokio::test]
async fn a_pin_is_made_at_random_and_seen_once() {
    let pbx = simulator().await;
    let (mut bench, old) = at_the_pin(&pbx).await;
    bench.keys("enter ctrl-g").await;
    let made = bench.form().typing.as_ref().unwrap().line.text().to_owned();
    assert!(made.len() == 6 && made.chars().all(|c| c.is_ascii_digit()), "{made}");
    bench.shows(&[&made, "shown only now"]);
    assert!(!format!("{:?}", bench.console.model()).contains(&made));
    bench.keys("ctrl-g").await;
    let other = bench.form().typing.as_ref().unwrap().line.text().to_owned();
    bench.keys("enter ctrl-s").await;
    bench.shows(&["•••••• → ••••••"]);
    assert!(!bench.screen().contains(&other));
    bench.keys("y").await;
    let new = pbx.faults().look("Users", Some("57"), "VMPIN").unwrap();
    assert_eq!(new.as_str(), Some(other.as_str()));
    assert_ne!(new.as_str(), Some(old.as_str()));
    bench.field("Mobile").await;
    bench.keys("enter ctrl-g").await;
    bench.shows(&["Only passwords, PINs and keys are made at random."]);
}
