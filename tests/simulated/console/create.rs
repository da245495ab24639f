//! New entities and deleted ones, from the first key to the last word on the screen.

use super::support::{Bench, simulator};
use cordboard::sim::{Answer, Matcher, Simulator};
use serde_json::json;

/// How many requests of this method were made to a path that begins so.
fn sent(pbx: &Simulator, method: &str, path: &str) -> usize {
    pbx.faults().count(&Matcher::new(method, path))
}

fn posts(pbx: &Simulator) -> usize {
    sent(pbx, "POST", "/xapi/v1/Users")
}

async fn bench(pbx: &Simulator) -> Bench {
    Bench::on(pbx, (120, 40)).await
}

/// The key of the user with this number.
fn id_of(pbx: &Simulator, number: &str) -> Option<String> {
    let number_of = |id: &String| pbx.faults().look("Users", Some(id), "Number");
    (1..4000).map(|id| id.to_string()).find(|id| number_of(id) == Some(json!(number)))
}

#[tokio::test]
async fn a_user_of_whom_nothing_is_said_gets_the_next_number_and_a_row() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("+").await;
    bench.shows(&["Users › new user", "next free: ", "what is left empty the PBX fills in"]);
    bench.keys("ctrl-s").await;
    bench.shows(&["acme: create this user?", "POST /xapi/v1/Users", "are left to the PBX", "{}"]);
    assert_eq!(posts(&pbx), 0, "nothing is sent by a preview");
    bench.keys("y").await;
    bench.shows(&["created and read back"]);
    assert_eq!(posts(&pbx), 1);
    bench.keys("esc").await;
    bench.shows(&["313 of 313"]);
}

#[tokio::test]
async fn a_new_user_is_opened_under_the_name_it_was_given() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("+ / f i r s t enter enter 'Grace enter esc").await;
    bench.keys("/ l a s t enter enter 'Hopper enter esc ctrl-s").await;
    bench.shows(&["Grace", "Hopper"]);
    bench.keys("y").await;
    bench.shows(&["Hopper, Grace", "created and read back"]);
}

#[tokio::test]
async fn a_taken_number_and_a_taken_address_are_said_before_anything_is_sent() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    let mail = pbx.faults().look("Users", Some("57"), "EmailAddress").unwrap();
    let mail = mail.as_str().unwrap().to_uppercase();
    bench.keys("+ / n u m b e r enter enter").await;
    bench.keys("end backspace backspace backspace '214 enter esc ctrl-s").await;
    bench.shows(&[r#""Number": "214""#]);
    bench.keys("y").await;
    bench.shows(&["not sent: Number is already used by 214"]);
    bench.keys("backspace / e m a i l enter enter").await;
    bench.keys(&format!("'{mail} enter esc ctrl-s y")).await;
    bench.shows(&["not sent: Email is already used by 214 Lovelace, Ada"]);
    assert_eq!(posts(&pbx), 0);
}

#[tokio::test]
async fn a_refusal_that_could_not_be_foreseen_stands_at_its_field() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    let refused = vec![("EmailAddress".to_owned(), "WARNINGS.XAPI.ALREADY_IN_USE".to_owned())];
    pbx.faults().answer(Matcher::new("POST", "/xapi/v1/Users"), 1, Answer::Refused(refused));
    bench.keys("+ / e m a i l enter enter 'new@acme.example enter ctrl-s y").await;
    bench.shows(&["not created: Email", "What you typed is kept.", "new@acme.example"]);
}

#[tokio::test]
async fn a_lost_answer_is_searched_for_and_never_sent_again() {
    for (number, words) in [(true, "a search found it"), (false, "could not be searched for")] {
        let pbx = simulator().await;
        let mut bench = bench(&pbx).await;
        pbx.faults().answer(Matcher::new("POST", "/xapi/v1/Users"), 1, Answer::Lost);
        bench.keys("+").await;
        if number {
            bench.keys("/ n u m b e r enter enter enter esc").await;
        }
        bench.keys("ctrl-s y").await;
        bench.shows(&[words]);
        assert_eq!(posts(&pbx), 1);
    }
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    pbx.faults().answer(Matcher::new("POST", "/xapi/v1/Users"), 1, Answer::Cut);
    bench.keys("+ / n u m b e r enter enter enter esc ctrl-s y").await;
    bench.shows(&["not confirmed: the answer was lost, and there is none with these values", "1 changed"]);
    assert_eq!(posts(&pbx), 1);
}

#[tokio::test]
async fn like_this_one_takes_over_no_credentials_and_no_number() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("2 1 4 enter .").await;
    bench.shows(&["New user like this one", "Delete user", "severe"]);
    bench.keys("enter").await;
    bench.shows(&["Users › new user", "Like 214 Lovelace, Ada. Not taken over:"]);
    bench.keys("ctrl-s").await;
    let mut screen = bench.screen();
    for _ in 0..8 {
        bench.keys("pgdn").await;
        screen.push_str(&bench.screen());
    }
    assert!(screen.contains(r#""PrimaryGroupId""#), "{screen}");
    for never in ["Password\"", "\"VMPIN\"", "\"AuthID\"", "\"Id\"", "\"EmailAddress\"", "\"ClickToCallId\"", "\"214\""]
    {
        assert!(!screen.contains(never), "{never}\n{screen}");
    }
    // Numbers of others are where calls go; its own is the PBX's to give.
    assert!(!screen.lines().any(|line| line.starts_with("    \"Number\"")), "{screen}");
    assert!(screen.contains(r#""ForwardingProfiles""#), "{screen}");
    bench.keys("y").await;
    bench.shows(&["created"]);
    assert_eq!(posts(&pbx), 1);
}

#[tokio::test]
async fn a_user_is_deleted_by_the_number_typed_and_by_nothing_else() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("2 1 4 enter esc . d e l e t e enter").await;
    bench.shows(&[
        "acme: delete user 214 Lovelace, Ada?",
        "DELETE /xapi/v1/Users(57)",
        "This cannot be undone.",
        "It is still used.",
        "Inbound rules: ",
        "Users: 212 Martin,",
        "Type 214",
    ]);
    bench.keys("y enter").await;
    bench.shows(&["Nothing was deleted: y is not 214."]);
    assert_eq!(sent(&pbx, "DELETE", ""), 0);
    bench.keys("backspace 2 1 4 enter").await;
    bench.shows(&["deleted, and looked for again: it is gone.", "until the PBX empties its bin", "311 of 311"]);
    assert!(!bench.screen().contains("Lovelace, Ada  "), "{}", bench.screen());
    assert_eq!(sent(&pbx, "DELETE", ""), 1);
    assert_eq!(id_of(&pbx, "214"), None);
}

#[tokio::test]
async fn what_nobody_may_look_at_is_said_before_a_deletion() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    pbx.faults().answer(Matcher::new("GET", "/xapi/v1/InboundRules"), 9, Answer::Forbidden);
    bench.go("Parkings").await;
    bench.keys(". d e l e t e enter").await;
    bench.shows(&["It is still used. Departments: ", "Not looked at to the", "end: Inbound rules."]);
    bench.keys("esc").await;
    assert_eq!(sent(&pbx, "DELETE", ""), 0);
}

#[tokio::test]
async fn a_department_with_members_stays_and_its_row_too() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys(": 'departments enter").await;
    bench.keys("/ s a l e s enter .").await;
    bench.keys("d e l e t e enter").await;
    bench.shows(&["delete department", "It is still used.", "Users: 200 ", " more"]);
    let screen = bench.screen();
    let name = screen.split("Type ").nth(1).and_then(|rest| rest.split(" to delete").next()).unwrap().to_owned();
    bench.keys(&format!("'{} enter", name.replace(' ', " space "))).await;
    bench.shows(&["not deleted.", "Sales"]);
    assert_eq!(sent(&pbx, "DELETE", "/xapi/v1/Groups"), 1);
}

#[tokio::test]
async fn what_is_gone_already_is_said_to_be_and_nothing_is_sent() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("2 1 4 enter . d e l e t e enter").await;
    assert!(pbx.faults().remove("Users", "57"));
    bench.keys("2 1 4 enter").await;
    bench.shows(&["it was gone already; nothing was deleted now.", "311 of 311"]);
    assert_eq!(sent(&pbx, "DELETE", ""), 0);
}

#[tokio::test]
async fn who_was_renamed_meanwhile_is_not_deleted() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("2 1 4 enter . d e l e t e enter").await;
    assert!(pbx.faults().patch("Users", Some("57"), json!({"FirstName": "Grace"}).as_object().unwrap().clone()));
    bench.keys("2 1 4 enter").await;
    bench.shows(&["not deleted: First name is not what you saw any more."]);
    assert_eq!(sent(&pbx, "DELETE", ""), 0);
}

#[tokio::test]
async fn a_lost_answer_to_a_deletion_is_looked_into() {
    for (answer, words) in [(Answer::Lost, "it was looked for and is gone"), (Answer::Cut, "and it is still there")] {
        let pbx = simulator().await;
        let mut bench = bench(&pbx).await;
        pbx.faults().answer(Matcher::new("DELETE", "/xapi/v1/Users"), 1, answer);
        bench.keys("2 1 4 enter . d e l e t e enter 2 1 4 enter").await;
        bench.shows(&[words]);
        assert_eq!(sent(&pbx, "DELETE", ""), 1);
    }
}

#[tokio::test]
async fn a_fax_extension_begins_with_what_the_pbx_proposes() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (80, 24)).await;
    bench.keys(": 'fax enter +").await;
    bench.shows(&["new fax extension", "next free: "]);
    bench.keys("ctrl-s y").await;
    bench.shows(&["created"]);
}
