//! The ends a change can have, each told apart on the screen and on the PBX.

use super::super::support::{Bench, patch, simulator};
use cordboard::sim::{Answer, Matcher, Permission, Simulator};
use serde_json::{Value, json};

fn patches() -> Matcher {
    Matcher::new("PATCH", "/xapi/v1/")
}

fn ada(pbx: &Simulator, field: &str) -> Value {
    pbx.faults().look("Users", Some("57"), field).unwrap()
}

/// The form of 214 with another first name typed.
async fn edited(pbx: &Simulator) -> Bench {
    let mut bench = Bench::on(pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.retype("FirstName", "Augusta").await;
    bench
}

#[tokio::test]
async fn saved() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    // "A caller at 214 cannot leave voicemail": 15 keys; the script this is measured by counts 16, because there the
    // person is opened and edited in two steps.
    bench.keys("2 1 4 enter / v m enter space j enter a enter ctrl-s").await;
    bench.shows(&[
        "acme: send to 214 Lovelace, Ada?",
        "PATCH /xapi/v1/Users(57)",
        "off → on",
        "None → Attachment",
        r#"{ "VMEmailOptions": "Attachment", "VMEnabled": true }"#,
    ]);
    assert_eq!(pbx.faults().count(&patches()), 0, "a preview sends nothing");
    bench.keys("y").await;
    assert_eq!(bench.pressed, 15);
    bench.shows(&["saved and read back: Send by email, Voicemail", "as of 12:00", "1 change saved"]);
    assert_eq!((ada(&pbx, "VMEnabled"), ada(&pbx, "VMEmailOptions")), (json!(true), json!("Attachment")));
    assert_eq!(pbx.faults().count(&patches()), 1);
    bench.keys("esc esc").await;
    let row = bench.screen().lines().find(|l| l.contains("214  Lovelace")).unwrap().to_owned();
    assert!(row.contains("Sales         on   on"), "the list knows it without being read again: {row}");
}

#[tokio::test]
async fn nothing_changed_is_not_sent() {
    let pbx = simulator().await;
    let mut bench = edited(&pbx).await;
    bench.retype("FirstName", "Ada").await;
    bench.keys("ctrl-s").await;
    bench.shows(&["Nothing is changed, so there is nothing to send."]);
    bench.keys("esc esc").await;
    assert_eq!(bench.console.model().unsent(), 0);
    assert_eq!(pbx.faults().count(&patches()), 0);
}

#[tokio::test]
async fn changed_by_the_pbx() {
    let pbx = simulator().await;
    let mut bench = edited(&pbx).await;
    pbx.faults().alter("Users", "FirstName", json!("AUGUSTA"));
    bench.keys("ctrl-s y").await;
    bench.shows(&["accepted, but the PBX changed it: First name is AUGUSTA", "214 Lovelace, AUGUSTA"]);
    assert!(!bench.form().is_dirty(), "what the PBX made of it is the truth now");
}

#[tokio::test]
async fn refused() {
    let pbx = simulator().await;
    let mut bench = edited(&pbx).await;
    let refused = vec![("EmailAddress".to_owned(), "WARNINGS.XAPI.ALREADY_IN_USE".to_owned())];
    pbx.faults().answer(patches(), 1, Answer::Refused(refused));
    bench.retype("EmailAddress", "greta.angelo@acme.example").await;
    bench.field("Mobile").await;
    bench.keys("ctrl-s y").await;
    bench.shows(&["not saved: Email is already used by something else on this PBX", "Your edits are kept."]);
    assert_eq!(bench.form().field, "EmailAddress", "the field it is about is selected");
    let field = bench.line("~  Email");
    assert!(field.contains("greta.angelo@") && field.contains("! is already used"), "{field}");
    bench.shows(&["2 changed · not sent", "Augusta   was Ada"]);
    assert_eq!(ada(&pbx, "FirstName"), "Ada");
    // Typing another value takes the complaint away, and what was kept goes through.
    bench.retype("EmailAddress", "augusta@acme.example").await;
    assert!(!bench.screen().contains("! is already used"), "{}", bench.screen());
    bench.keys("ctrl-s y").await;
    bench.shows(&["saved and read back: Email, First name"]);
}

#[tokio::test]
async fn what_only_one_may_have_is_asked_for_before_it_is_sent() {
    let pbx = simulator().await;
    let mut bench = edited(&pbx).await;
    bench.retype("EmailAddress", "Greta.Angelo.201@acme.example").await;
    bench.keys("ctrl-s y").await;
    bench.shows(&["not sent: Email is already used by 201 ", "2 changed · not sent"]);
    assert_eq!(pbx.faults().count(&patches()), 0);
    // One's own in other letters is nobody else's.
    bench.retype("EmailAddress", "ADA@acme.example").await;
    bench.keys("ctrl-s y").await;
    bench.shows(&["saved and read back: Email, First name"]);
}

#[tokio::test]
async fn the_mac_of_another_phone_is_found_before_it_is_sent() {
    let pbx = simulator().await;
    let theirs = pbx.faults().look("Users", Some("44"), "Phones").unwrap()[0]["MacAddress"].clone();
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("Phones").await;
    bench.keys("enter +").await;
    bench.paste(theirs.as_str().unwrap()).await;
    bench.keys("enter ctrl-s y").await;
    bench.shows(&["not sent: ", "is already used by 201 "]);
    assert_eq!(pbx.faults().count(&patches()), 0);
    bench.field("Phones").await;
    bench.keys("enter end enter").await;
    bench.row("MacAddress").await;
    bench.keys("enter backspace 'F enter ctrl-s y").await;
    bench.shows(&["saved and read back: Phones"]);
}

#[tokio::test]
async fn a_conflict_keeps_mine() {
    let pbx = simulator().await;
    let mut bench = edited(&pbx).await;
    patch(&pbx, "Users", "57", json!({ "FirstName": "Adelaide", "Mobile": "+49 1" }));
    bench.keys("ctrl-s y").await;
    bench.shows(&["First name  FirstName", "on the PBX now      Adelaide", "yours               Augusta"]);
    bench.shows(&["when you opened it  Ada", "Nothing was sent."]);
    assert!(!bench.screen().contains("Mobile"), "what was not edited is no conflict");
    assert_eq!(pbx.faults().count(&patches()), 0);
    bench.keys("m").await;
    assert_eq!(pbx.faults().count(&patches()), 0, "a decision sends nothing");
    bench.keys("ctrl-s").await;
    bench.shows(&["Adelaide → Augusta", r#"{ "FirstName": "Augusta" }"#]);
    bench.keys("y").await;
    bench.shows(&["saved and read back: First name"]);
    assert_eq!((ada(&pbx, "FirstName"), ada(&pbx, "Mobile")), (json!("Augusta"), json!("+49 1")));
}

#[tokio::test]
async fn a_conflict_takes_theirs() {
    let pbx = simulator().await;
    let mut bench = edited(&pbx).await;
    bench.retype("LastName", "King").await;
    patch(&pbx, "Users", "57", json!({ "FirstName": "Adelaide", "LastName": "Byron" }));
    bench.keys("ctrl-s y t").await;
    bench.shows(&["Last name  LastName", "Byron", "King"]);
    // Esc decides nothing; the preview comes back to what is left to decide.
    bench.keys("esc ctrl-s t").await;
    bench.shows(&["Nothing of yours is left to send", "Adelaide", "Byron"]);
    assert!(!bench.form().is_dirty());
    assert_eq!(pbx.faults().count(&patches()), 0);
}

#[tokio::test]
async fn an_answer_lost_on_the_way_back() {
    let pbx = simulator().await;
    let mut bench = edited(&pbx).await;
    pbx.faults().answer(patches(), 1, Answer::Lost);
    bench.keys("ctrl-s y").await;
    bench.shows(&["saved and read back: First name (the PBX's answer was lost; the change is there)"]);
    assert_eq!((pbx.faults().count(&patches()), ada(&pbx, "FirstName")), (1, json!("Augusta")));
}

#[tokio::test]
async fn a_change_lost_on_the_way_there() {
    let pbx = simulator().await;
    let mut bench = edited(&pbx).await;
    pbx.faults().answer(patches(), 1, Answer::Cut);
    bench.keys("ctrl-s y").await;
    bench.shows(&["not confirmed: the answer was lost, and the PBX still has the old values.", "1 changed · not sent"]);
    assert_eq!((pbx.faults().count(&patches()), ada(&pbx, "FirstName")), (1, json!("Ada")), "never sent twice");
    bench.keys("ctrl-s y").await;
    bench.shows(&["saved and read back: First name"]);
    assert_eq!((pbx.faults().count(&patches()), ada(&pbx, "FirstName")), (2, json!("Augusta")));
}

#[tokio::test]
async fn no_rights_any_more() {
    let pbx = simulator().await;
    let mut bench = edited(&pbx).await;
    pbx.faults().permit(Permission::User);
    bench.keys("ctrl-s y").await;
    bench.shows(&[
        "not sent. The PBX does not let API client 900 do this.",
        "1 changed · not sent",
        "Augusta   was Ada",
    ]);
    assert_eq!((pbx.faults().count(&patches()), ada(&pbx, "FirstName")), (0, json!("Ada")));
    pbx.faults().permit(Permission::SystemOwner);
    bench.keys("ctrl-s y").await;
    bench.shows(&["saved and read back: First name"]);
}

#[tokio::test]
async fn the_pbx_is_gone() {
    let pbx = simulator().await;
    let mut bench = edited(&pbx).await;
    pbx.stop().await;
    bench.keys("ctrl-s y").await;
    bench.shows(&["not sent. 127.0.0.1:", "refused the connection.", "Nothing was sent.", "1 changed · not sent"]);
    // Off to the list: its rows are still there, with the sign of what is not sent, and r says how things are.
    bench.keys("esc y").await;
    assert!(bench.line("214  Lovelace, Ada").contains('~'), "{}", bench.screen());
    bench.keys("r").await;
    bench.shows(&["refused the connection. What is shown is from before; r tries again.", "214  Lovelace, Ada"]);
}
