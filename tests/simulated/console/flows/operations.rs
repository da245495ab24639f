//! Operations: found in the menu and the palette, agreed to in the measure of their danger, sent once, answered.

use super::super::support::{Bench, simulator};
use cordboard::app::View;
use cordboard::sim::{Answer, Matcher, Simulator};

fn sent(pbx: &Simulator, path: &str) -> usize {
    pbx.faults().count(&Matcher::new("POST", path))
}

const MAIL: &str = "/xapi/v1/Users(57)/Pbx.SendWelcomeEmail";
const ANEW: &str = "/xapi/v1/Users(57)/Pbx.Regenerate";

#[tokio::test]
async fn a_yes_runs_what_is_moderate_and_the_form_tells_what_it_came_to() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter . 'welcome enter").await;
    bench.shows(&["acme: Send welcome email · 214 Lovelace, Ada?", "POST /xapi/v1/Users(57)/Pbx.SendWelcomeEmail"]);
    bench.shows(&["cannot be undone", "Esc leave it", "y run"]);
    bench.keys("enter").await;
    assert_eq!(sent(&pbx, MAIL), 0, "Enter agrees to nothing");
    bench.keys("y").await;
    assert_eq!(sent(&pbx, MAIL), 1);
    bench.shows(&["214 Lovelace, Ada: Send welcome email: done"]);
    bench.keys("f4").await;
    bench.shows(&["Send welcome email: done"]);
}

#[tokio::test]
async fn what_is_severe_is_shown_and_wants_the_name() {
    let pbx = simulator().await;
    let pin = pbx.faults().look("Users", Some("57"), "VMPIN");
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter . 'new space 'pass enter").await;
    bench.shows(&["New passwords", "SIP login and password", "Voicemail PIN"]);
    bench.row("VoicemailPIN").await;
    bench.keys("space ctrl-s").await;
    bench.shows(&[r#""VoicemailPIN": true"#, r#""SendWelcomeEmail": false"#, "cannot be undone"]);
    bench.keys("y").await;
    assert_eq!(sent(&pbx, ANEW), 0, "a yes is not enough");
    bench.shows(&["Type 214 to run it:"]);
    bench.keys("'215 enter").await;
    bench.shows(&["Nothing was run: 215 is not 214."]);
    bench.keys("backspace '4 enter").await;
    assert_eq!(sent(&pbx, ANEW), 1);
    bench.shows(&["New passwords: done"]);
    assert_ne!(pbx.faults().look("Users", Some("57"), "VMPIN"), pin);
    assert!(matches!(bench.console.model().view(), Some(View::Form(target)) if *target.resource == *"Users"));
}

#[tokio::test]
async fn what_a_phone_can_do_is_offered_at_the_phone() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("SipDevices").await;
    bench.keys("/ '214 enter .").await;
    bench.shows(&["Update firmware", "Reboot phone", "Reprovision phone"]);
    bench.keys("'reprov enter").await;
    bench.shows(&["Users › 214 Ada Lovelace › Reprovision phone", "MAC address", "Of the phone:"]);
    bench.keys("ctrl-s").await;
    bench.shows(&["POST /xapi/v1/Users/Pbx.ReprovisionPhone", r#"{ "mac": ""#]);
    bench.keys("y").await;
    assert_eq!(sent(&pbx, "/xapi/v1/Users/Pbx.ReprovisionPhone"), 1);
    bench.shows(&["Reprovision phone: done"]);
}

#[tokio::test]
async fn what_is_missing_is_said_at_its_field_and_nothing_is_sent() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter . 'make space 'a space 'call enter").await;
    bench.keys("ctrl-s").await;
    assert_eq!(sent(&pbx, "/xapi/v1/Users/Pbx.MakeCall"), 0);
    bench.shows(&["This has to be given."]);
    bench.keys("esc").await;
    assert!(bench.screen().contains("Lovelace"), "{}", bench.screen());
}

#[tokio::test]
async fn a_refusal_keeps_what_was_given_and_a_lost_answer_says_so() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    let refused = vec![("days".to_owned(), "WARNINGS.XAPI.OUT_OF_THE_RANGE".to_owned())];
    let watch = Matcher::new("POST", "/xapi/v1/Users(57)/Pbx.SetMonitorStatus");
    pbx.faults().answer(watch.clone(), 1, Answer::Refused(refused));
    bench.keys("2 1 4 enter . 'watch enter enter '9999 enter ctrl-s").await;
    bench.shows(&[r#""days": 9999"#]);
    bench.keys("y").await;
    bench.shows(&["not done", "9999"]);
    pbx.faults().answer(watch.clone(), 1, Answer::Lost);
    bench.keys("ctrl-s y").await;
    bench.shows(&["Whether it was done nobody can tell"]);
    assert_eq!(pbx.faults().count(&watch), 2, "nothing is sent again by itself");
}

#[tokio::test]
async fn a_function_is_asked_at_once_and_answers_a_table() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("ctrl-p 'SystemExtensions enter").await;
    bench.shows(&["System status › System extensions", "rows", "Number"]);
    bench.keys("f2").await;
    bench.shows(&[r#""Number": "#]);
    bench.keys("c").await;
    assert!(bench.tty.copied.borrow().concat().contains("\"Number\""));
    let before = pbx.faults().requests().len();
    bench.keys("r").await;
    assert_eq!(pbx.faults().requests().len(), before + 1);
    bench.keys("q").await;
    bench.shows(&["312 of 312"]);
}

#[tokio::test]
async fn a_new_key_is_shown_only_when_asked_for() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("ServicePrincipals").await;
    bench.keys("end . 'key enter").await;
    let client = bench.selected();
    bench.keys(&format!("'{client} enter")).await;
    bench.shows(&["New client key", "••••••"]);
    bench.keys("c").await;
    assert!(bench.tty.copied.borrow().concat().contains("••••••"), "a mask is copied while it is masked");
    bench.press("s c");
    let key = bench.tty.copied.borrow().last().cloned().unwrap();
    assert!(key.len() > 8 && !key.contains('•'), "{key}");
    assert!(bench.screen().contains(&key));
    assert!(!format!("{:?}", bench.console.model()).contains(&key));
    bench.idle().await;
    assert!(!bench.screen().contains(&key), "hidden again after a while");
}

#[tokio::test]
async fn what_concerns_everybody_wants_the_name_of_the_pbx() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("EventLogs").await;
    bench.keys(". 'PurgeEventLog enter").await;
    assert_eq!(sent(&pbx, "/xapi/v1/EventLogs/Pbx.PurgeEventLog"), 0);
    bench.keys("esc . 'purge enter").await;
    bench.shows(&["Type acme to run it:"]);
    bench.keys("'acme enter").await;
    assert_eq!(sent(&pbx, "/xapi/v1/EventLogs/Pbx.PurgeEventLog"), 1);
    bench.shows(&["0 of the newest 0"]);
}

#[tokio::test]
async fn the_palette_knows_what_is_about_one() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("Queues").await;
    bench.keys("ctrl-p 'SendWelcomeEmail enter").await;
    bench.shows(&["Send welcome email is about one user: select it, then . runs it."]);
    bench.keys("2 1 4 enter ctrl-p 'SendWelcomeEmail enter").await;
    bench.shows(&["acme: Send welcome email · 214 Lovelace, Ada?"]);
}

#[tokio::test]
async fn those_that_are_marked_are_deleted_together_and_each_refusal_is_told() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("space space . 'marked enter").await;
    bench.shows(&["2 are deleted: 200 ", "Type 2 to run it:", "POST /xapi/v1/Users/Pbx.BatchDelete"]);
    bench.keys("'3 enter").await;
    bench.shows(&["Nothing was run: 3 is not 2."]);
    bench.keys("backspace '2 enter").await;
    bench.shows(&["310 of 310", "2 deleted, says the PBX.", "until the PBX empties its bin"]);
    assert_eq!(sent(&pbx, "/xapi/v1/Users/Pbx.BatchDelete"), 1);
}

#[tokio::test]
async fn those_that_an_operation_is_for_are_chosen_by_name() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("ctrl-p 'reprovisionall enter").await;
    bench.keys("enter").await;
    bench.shows(&["[x]  200 van den Berg", "[ ]  201 "]);
    bench.paste("lovelace").await;
    bench.keys("space ctrl-x").await;
    for _ in 0.."lovelace".len() {
        bench.press("backspace");
    }
    bench.paste("219").await;
    bench.keys("space enter").await;
    bench.shows(&["200 van den Berg, Máire · 214 Lovelace, Ada · 219 O'Brien, Siân"]);
    bench.keys("ctrl-s").await;
    bench.shows(&["57", "62"]);
}

#[tokio::test]
async fn what_was_answered_goes_into_a_file_and_over_another_only_after_a_yes() {
    let folder = tempfile::tempdir().unwrap();
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("ctrl-p 'exportextensions enter").await;
    bench.keys("w").await;
    bench.shows(&["write to: "]);
    bench.keys("ctrl-backspace ctrl-backspace ctrl-backspace ctrl-backspace").await;
    let path = folder.path().join("all.csv");
    bench.paste(path.to_str().unwrap()).await;
    bench.keys("enter").await;
    bench.shows(&["Written to ", "only you can read it."]);
    assert!(!std::fs::read(&path).unwrap().is_empty());
    bench.keys("w ctrl-backspace ctrl-backspace ctrl-backspace ctrl-backspace").await;
    bench.paste(path.to_str().unwrap()).await;
    bench.keys("enter").await;
    // A file that is there is written over only after a yes; Esc asks for another name.
    bench.shows(&["is there already (", "y write over it", "Esc another name"]);
    std::fs::write(&path, "mine").unwrap();
    bench.keys("esc").await;
    bench.shows(&["write to: "]);
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    bench.keys("enter").await;
    bench.shows(&["is there already (4 bytes)"]);
    bench.keys("y").await;
    bench.shows(&["Written to ", "only you can read it."]);
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("Id,Number,"));
}

#[tokio::test]
async fn a_row_without_a_key_opens_as_it_was_read() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    for set in ["LastCdrAndChatMessageTimestamp", "ChatHistoryView"] {
        bench.go(set).await;
        bench.keys("enter").await;
        bench.shows(&["These rows have no key"]);
        bench.keys("enter").await;
        bench.shows(&["this can only be read"]);
        bench.keys("esc").await;
    }
}

#[tokio::test]
async fn after_new_keys_of_a_phone_its_settings_are_offered_again() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    let again = "/xapi/v1/Users/Pbx.ReprovisionAllPhones";
    bench.keys("2 1 4 enter").await;
    bench.field("Blfs").await;
    bench.keys("enter + 'line enter ctrl-s y").await;
    bench.shows(&["saved and read back: BLF keys", "Reprovision", "It is saved.", "y run"]);
    assert_eq!(sent(&pbx, again), 0, "it is only offered");
    bench.keys("y").await;
    assert_eq!(sent(&pbx, again), 1);
    bench.shows(&["done"]);
    // Nothing of the kind is asked after another change.
    bench.keys("/ 'mobile enter enter").await;
    bench.keys("ctrl-s").await;
    bench.keys("esc esc").await;
    assert_eq!(sent(&pbx, again), 1);
}

#[tokio::test]
async fn a_link_is_asked_for_before_it_is_sent() {
    let pbx = simulator().await;
    let taken = pbx.faults().look("Users", Some("58"), "WebMeetingFriendlyName").unwrap();
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.retype("WebMeetingFriendlyName", taken.as_str().unwrap()).await;
    bench.keys("ctrl-s y").await;
    bench.shows(&["is not free, says the PBX"]);
    assert_eq!(pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/Users(57)")), 0);
    bench.retype("WebMeetingFriendlyName", "ada-meets").await;
    bench.keys("ctrl-s y").await;
    bench.shows(&["saved and read back"]);
}

#[tokio::test]
async fn a_new_trunk_begins_with_a_template() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("Trunks").await;
    bench.keys("+").await;
    bench.shows(&["Template", "template"]);
    bench.keys("enter").await;
    bench.keys("enter ctrl-s").await;
    bench.shows(&["Trunks › new trunk"]);
    assert!(bench.form().draft.as_ref().is_some_and(|draft| draft.is_dirty()), "{}", bench.screen());
}
