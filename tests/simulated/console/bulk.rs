//! Many people at once: marks, the common form, the plan, the run, a result for each.

use super::support::{Bench, simulator};
use cordboard::app::Pointer;
use cordboard::catalog::Catalog;
use cordboard::odata::PbxId;
use cordboard::plan;
use cordboard::sim::{self, Answer, Matcher, Simulator};
use serde_json::{Value, json};
use std::path::Path;

async fn bench(pbx: &cordboard::sim::Simulator) -> Bench {
    Bench::on(pbx, (120, 40)).await
}

fn voicemail(pbx: &cordboard::sim::Simulator, id: u32) -> Value {
    pbx.faults().look("Users", Some(&id.to_string()), "VMEnabled").unwrap()
}

/// 207, 208, 209: off, off, on. Their ids on this PBX.
const IDS: [u32; 3] = [50, 51, 52];

async fn marked(pbx: &cordboard::sim::Simulator) -> Bench {
    let mut bench = bench(pbx).await;
    bench.keys("2 0 7 esc space space space").await;
    bench.shows(&["312 of 312 · 3 marked"]);
    bench
}

#[tokio::test]
async fn three_people_get_a_voicemail_and_each_has_a_result() {
    let pbx = simulator().await;
    let before = IDS.map(|id| voicemail(&pbx, id));
    assert_eq!(before, [json!(false), json!(false), json!(true)]);
    let mut bench = marked(&pbx).await;
    bench.keys("e / v m e n enter").await;
    bench.shows(&["Users › 3 users", "off (2), on (1)"]);
    bench.keys("space ctrl-s").await;
    bench.shows(&["acme: change 2 users?", "2 change · 1 already so", "off (2), on (1) → on", "already so"]);
    let patches = || pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/Users"));
    assert_eq!(patches(), 0, "a plan sends nothing");
    bench.keys("y").await;
    bench.shows(&["2 of 2 · saved 2 · done", "saved and read back", "nothing to send"]);
    assert_eq!(patches(), 2, "one request for each who changes");
    assert_eq!(IDS.map(|id| voicemail(&pbx, id)), [json!(true), json!(true), json!(true)]);
    bench.keys("esc").await;
    bench.shows(&["312 of 312"]);
    assert!(!bench.screen().contains("marked"), "who is done is not marked any more:\n{}", bench.screen());
}

#[tokio::test]
async fn one_refused_does_not_stop_the_others_and_only_that_one_is_tried_again() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys("e / m o b i l e enter enter").await;
    bench.press("'123");
    bench.keys("enter ctrl-s").await;
    bench.shows(&["3 change"]);
    let refusal = Answer::Refused(vec![("Mobile".to_owned(), "WARNINGS.INVALID".to_owned())]);
    pbx.faults().answer(Matcher::new("PATCH", "/xapi/v1/Users(51)"), 1, refusal);
    bench.keys("y").await;
    bench.shows(&["3 of 3 · saved 2 · not saved 1 · done", "refused: Mobile"]);
    pbx.faults().forget_requests();
    bench.keys("r").await;
    bench.shows(&["3 of 3 · saved 3 · done"]);
    assert_eq!(pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/Users")), 1);
}

#[tokio::test]
async fn tab_goes_to_whoever_did_not_get_it() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    let refusal = Answer::Refused(vec![("VMEnabled".to_owned(), "WARNINGS.INVALID".to_owned())]);
    pbx.faults().answer(Matcher::new("PATCH", &format!("/xapi/v1/Users({})", IDS[1])), 1, refusal);
    voicemail_for_six(&pbx, &mut bench).await;
    bench.shows(&["6 of 6 · saved 5 · not saved 1 · done", "next failed"]);
    bench.keys("tab enter").await;
    bench.shows(&["Users › 208 Keller, Xenia"]);
    bench.keys("esc r tab").await;
    bench.shows(&["6 of 6 · saved 6 · done", "So far there is nobody who did not get it."]);
}

#[tokio::test]
async fn somebody_changed_meanwhile_is_a_conflict_and_is_left_alone() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys("e / v m e m enter").await;
    bench.keys("enter a t t enter ctrl-s").await;
    pbx.faults().patch("Users", Some("51"), json!({"VMEmailOptions": "Notification"}).as_object().unwrap().clone());
    bench.keys("y").await;
    bench.shows(&["not saved 1", "changed meanwhile: Send by email"]);
    assert_eq!(pbx.faults().look("Users", Some("51"), "VMEmailOptions"), Some(json!("Notification")));
}

#[tokio::test]
async fn one_can_be_left_out_and_looked_at_but_not_sent_from_there() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys("e / v m e n enter space ctrl-s x").await;
    bench.shows(&["1 change · 1 already so · 1 left out", "acme: change 1 user?"]);
    bench.keys("down enter").await;
    bench.shows(&["PATCH /xapi/v1/Users(51)", "to look at"]);
    bench.keys("y").await;
    assert_eq!(pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/")), 0);
    bench.keys("esc y").await;
    bench.shows(&["1 of 1 · saved 1 · done"]);
    assert_eq!(IDS.map(|id| voicemail(&pbx, id)), [json!(false), json!(true), json!(true)]);
}

#[tokio::test]
async fn forty_are_changed_only_after_their_number_was_typed() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("/").await;
    bench.press("'dep=sup");
    bench.keys("enter a").await;
    let marked = bench.console.model().list().unwrap().1.marks.len();
    assert!(marked > 20, "{marked}");
    bench.keys("esc").await;
    bench.shows(&[&format!("{marked} marked")]);
    bench.keys("e / l a n g u enter enter").await;
    bench.press("ctrl-x");
    bench.press("'XX");
    bench.keys("enter ctrl-s y").await;
    bench.shows(&["type how many are sent to"]);
    bench.press("'7");
    bench.keys("enter").await;
    assert_eq!(pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/")), 0, "a wrong number sends nothing");
    bench.shows(&["Nothing was sent"]);
    bench.keys("y").await;
    bench.press(&format!("'{marked}"));
    bench.keys("enter").await;
    bench.shows(&[&format!("{marked} of {marked} · saved {marked} · done")]);
}

#[tokio::test]
async fn other_screens_stay_usable_while_a_run_is_held_and_its_result_waits() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys("e / v m e n enter space ctrl-s").await;
    let gate = pbx.faults().hold(Matcher::new("PATCH", "/xapi/v1/Users"));
    bench.press("y");
    bench.until("sending").await;
    bench.press("p");
    bench.shows(&["paused"]);
    bench.press("p esc esc");
    bench.press("down down");
    bench.shows(&["changes on their way"]);
    gate.release();
    bench.idle().await;
    assert_eq!(IDS.map(|id| voicemail(&pbx, id)), [json!(true), json!(true), json!(true)]);
}

#[tokio::test]
async fn the_text_for_a_ticket_says_who_what_and_what_it_came_to() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys("e / v m e n enter space ctrl-s y t").await;
    let copied = bench.tty.copied.borrow().concat();
    assert_eq!(
        copied,
        "acme: VMEnabled changed for 3\n207 Bauer, Jürgen: saved and read back\n208 Keller, Xenia: saved and read back\n\
         209 O'Neill, Greta: nothing to send\n"
    );
    bench.keys("esc 2 0 7 enter / v m p i n enter enter").await;
    bench.press("'9821");
    bench.keys("enter ctrl-s y t").await;
    let copied = bench.tty.copied.borrow().last().cloned().unwrap();
    assert!(copied.contains("PIN (VMPIN): •••••• → ••••••"), "{copied}");
    assert!(!copied.contains("9821"), "{copied}");
}

/// Types the name of a file in the place of the one that is proposed.
pub(super) async fn call_it(bench: &mut Bench, path: &Path) {
    for _ in 0..40 {
        bench.press("backspace");
    }
    bench.paste(path.to_str().unwrap()).await;
    bench.keys("enter").await;
}

#[tokio::test]
async fn the_results_of_a_run_are_written_to_a_file_that_takes_the_place_of_another_only_after_a_yes() {
    let folder = tempfile::tempdir().unwrap();
    let pbx = simulator().await;
    super::support::patch(
        &pbx,
        "Users",
        &IDS[0].to_string(),
        json!({"FirstName": "=HYPERLINK(1)", "LastName": "Say \"x\""}),
    );
    let mut bench = marked(&pbx).await;
    bench.keys("e / v m e n enter space ctrl-s y w").await;
    bench.shows(&["write to: acme-users.csv"]);
    let path = folder.path().join("result.csv");
    call_it(&mut bench, &path).await;
    bench.shows(&["Written to", "only you can read it"]);
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[1].contains("saved and read back") && lines[1].contains("VMEnabled: off → on"), "{text}");
    assert!(lines[3].contains("nothing to send"), "{text}");
    bench.keys("w").await;
    call_it(&mut bench, &path).await;
    bench.shows(&["is there already", "y write over it"]);
    bench.keys("esc").await;
    bench.shows(&["write to:", "result.csv"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    call_it(&mut bench, &folder.path().join("result.json")).await;
    let json: Value = serde_json::from_slice(&std::fs::read(folder.path().join("result.json")).unwrap()).unwrap();
    assert_eq!(json["results"][0]["state"], "saved");
    assert_eq!(json["results"][0]["changes"], json!([{"field": "VMEnabled", "before": false, "after": true}]));
}

#[tokio::test]
async fn a_ticket_that_the_clipboard_does_not_take_can_be_written_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    *bench.tty.refuses.borrow_mut() = Some("That is too long for a terminal's clipboard.".to_owned());
    bench.keys("e / v m e n enter space ctrl-s y t").await;
    bench.shows(&["That is too long", "write to: ticket.txt"]);
    call_it(&mut bench, &folder.path().join("ticket.txt")).await;
    let text = std::fs::read_to_string(folder.path().join("ticket.txt")).unwrap();
    assert!(text.contains("207 Bauer, Jürgen: saved and read back"), "{text}");
}

#[tokio::test]
async fn lines_of_a_plan_and_a_run_are_selected_and_opened_by_clicks() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys("e / v m e n enter space ctrl-s").await;
    super::look::point(&mut bench, "208 Keller", Pointer::Click).await;
    super::look::point(&mut bench, "208 Keller", Pointer::Click).await;
    bench.shows(&["Keller, Xenia", "VMEnabled"]);
    bench.keys("esc y").await;
    super::look::point(&mut bench, "209 O'Neill", Pointer::Click).await;
    super::look::point(&mut bench, "209 O'Neill", Pointer::Click).await;
    assert_eq!(bench.form().label, "209 O'Neill, Greta");
}

/// Sends a voicemail to six people who have none.
async fn voicemail_for_six(pbx: &cordboard::sim::Simulator, bench: &mut Bench) {
    for id in IDS[0]..IDS[0] + 6 {
        super::support::patch(pbx, "Users", &id.to_string(), json!({"VMEnabled": false}));
    }
    bench.keys("2 0 7 esc space space space space space space e / v m e n enter space ctrl-s y").await;
}

pub(super) fn patches(pbx: &cordboard::sim::Simulator) -> usize {
    pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/Users"))
}

#[tokio::test]
async fn a_dropped_line_holds_the_run_and_nobody_is_called_failed() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    // The reads before the sends: the second person cannot be read, three tries long.
    bench.keys("2 0 7 esc space space space e / v m e n enter space ctrl-s").await;
    let read = Matcher::new("GET", &format!("/xapi/v1/Users({})", IDS[1]));
    pbx.faults().answer(read, 6, Answer::Cut);
    bench.keys("y").await;
    bench.shows(&["1 of 2 · saved 1 · paused", "Held:", "p goes on once the PBX answers again", "waits"]);
    assert!(!bench.screen().contains("not saved"), "{}", bench.screen());
    // Left, it is not lost: what it did is in the list, and there is a way back.
    bench.keys("esc").await;
    bench.shows(&["a run waits with 1 left", "It waits; R in the list shows it again."]);
    assert!(bench.line("207  Bauer").contains("on "), "{}", bench.screen());
    // Asked again in vain, that is seen.
    bench.keys("R p").await;
    bench.shows(&["1 of 2 · saved 1 · paused", "paused", "Tried 2"]);
    bench.keys("p").await;
    bench.shows(&["2 of 2 · saved 2 · done"]);
    assert_eq!((patches(&pbx), IDS.map(|id| voicemail(&pbx, id))), (2, [json!(true), json!(true), json!(true)]));
}

#[tokio::test]
async fn three_failures_alike_hold_the_run_until_somebody_lets_it_go_on() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    let refusal = || Answer::Refused(vec![("VMEnabled".to_owned(), "WARNINGS.INVALID".to_owned())]);
    pbx.faults().answer(Matcher::new("PATCH", "/xapi/v1/Users"), 3, refusal());
    voicemail_for_six(&pbx, &mut bench).await;
    bench.shows(&["not saved 3 · paused", "Held after 3 failures alike in a row", "p goes on with the others"]);
    let sent = patches(&pbx);
    assert!(sent <= 4, "one may have been under way: {sent}");
    bench.keys("p").await;
    bench.shows(&["not saved 3 · done"]);
    bench.keys("r").await;
    bench.shows(&["6 of 6 · saved 6 · done"]);
}

#[tokio::test]
async fn a_busy_pbx_is_given_its_rest_and_everybody_is_served() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    pbx.faults().answer(Matcher::new("PATCH", "/xapi/v1/Users"), 2, Answer::Busy { retry_after: Some(7) });
    voicemail_for_six(&pbx, &mut bench).await;
    bench.shows(&["6 of 6 · saved 6 · done"]);
    assert_eq!(patches(&pbx), 8);
}

#[tokio::test]
async fn a_token_that_was_taken_is_fetched_once_more_and_the_run_goes_on() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("2 0 7 esc space space space e / v m e n enter space ctrl-s").await;
    pbx.faults().expire_token();
    bench.keys("y").await;
    bench.shows(&["2 of 2 · saved 2 · done"]);
}

#[tokio::test]
async fn a_run_whose_sign_in_was_refused_is_signed_in_by_p() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("2 0 7 esc space space space e / v m e n enter space ctrl-s").await;
    pbx.faults().expire_token();
    pbx.faults().reject_tokens(2);
    let tokens = Matcher::path("/connect/token");
    let before = pbx.faults().count(&tokens);
    bench.keys("y").await;
    bench.shows(&[
        "0 of 2",
        "paused",
        "Held: The PBX refused the sign-in as 900. Check id and key",
        "p tries once more",
    ]);
    assert_eq!((pbx.faults().count(&tokens), patches(&pbx)), (before + 1, 0));
    bench.keys("p").await;
    bench.shows(&["0 of 2", "Held: The PBX refused the sign-in as 900.", "Tried 2 times so far."]);
    assert_eq!((pbx.faults().count(&tokens), patches(&pbx)), (before + 2, 0), "once for each p");
    bench.keys("p").await;
    bench.shows(&["2 of 2 · saved 2 · done"]);
    assert_eq!(pbx.faults().count(&tokens), before + 3);
}

#[tokio::test]
async fn a_lost_answer_is_looked_into_before_anything_is_sent_again() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("2 0 7 esc space space space e / v m e n enter space ctrl-s").await;
    pbx.faults().answer(Matcher::new("PATCH", &format!("/xapi/v1/Users({})", IDS[0])), 1, Answer::Lost);
    pbx.faults().answer(Matcher::new("PATCH", &format!("/xapi/v1/Users({})", IDS[1])), 1, Answer::Cut);
    bench.keys("y").await;
    bench.shows(&["2 of 2 · saved 1 · not saved 1 · done", "not confirmed: the answer was lost"]);
    bench.shows(&["the answer was lost; the PBX has the old values"]);
    assert_eq!(patches(&pbx), 2, "the first was found applied, the second is not sent again by itself");
    // To whoever did not get it, and not a word that nothing came of it.
    bench.keys("tab").await;
    assert!(!bench.screen().contains("does nothing here"), "{}", bench.screen());
    bench.keys("r").await;
    bench.shows(&["2 of 2 · saved 2 · done"]);
    assert_eq!(patches(&pbx), 3);
}

#[tokio::test]
async fn everybody_gets_a_department_into_a_list_of_their_own() {
    let pbx = simulator().await;
    let groups = |id: u32| -> Vec<i64> {
        let list = pbx.faults().look("Users", Some(&id.to_string()), "Groups").unwrap();
        list.as_array().unwrap().iter().map(|group| group["GroupId"].as_i64().unwrap()).collect()
    };
    let before = IDS.map(groups);
    let mut bench = bench(&pbx).await;
    bench.keys("2 0 7 esc space space space e").await;
    bench.field("Groups").await;
    bench.keys("enter").await;
    bench.shows(&["who has it", "Everybody keeps a list of their own"]);
    bench.keys("+").await;
    bench.paste("Management").await;
    bench.keys("enter").await;
    bench.paste("Manager").await;
    bench.keys("enter").await;
    bench.shows(&["for all"]);
    bench.keys("ctrl-s").await;
    bench.shows(&["put in"]);
    bench.keys("y").await;
    bench.shows(&["done"]);
    let after = IDS.map(groups);
    for (before, after) in before.iter().zip(&after) {
        assert!(after.starts_with(before), "nobody lost one: {before:?} {after:?}");
        assert_eq!(after.len(), before.len() + 1, "{before:?} {after:?}");
    }
    assert_ne!(after[0], after[2], "and nobody got the list of another: {after:?}");
}

#[tokio::test]
async fn elements_are_not_moved_in_lists_that_everybody_keeps() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys(":").await;
    bench.paste("queues").await;
    bench.keys("enter space space e").await;
    bench.field("Agents").await;
    bench.keys("enter down <").await;
    bench.shows(&["Everybody keeps an order of their own; F2 gives all of them one list, in one order."]);
    assert!(!bench.screen().contains("not sent"), "{}", bench.screen());
}

#[tokio::test]
async fn whoever_leaves_while_the_many_are_read_stops_the_reading() {
    let pbx = simulator().await;
    let mut bench = bench(&pbx).await;
    bench.keys("a").await;
    let gate = pbx.faults().hold(Matcher::new("GET", "/xapi/v1/Users("));
    pbx.faults().forget_requests();
    bench.press("e");
    bench.until("Reading 0 of 312").await;
    bench.press("esc");
    gate.release();
    bench.idle().await;
    bench.shows(&["312 of 312 · 312 marked"]);
    let read = pbx.faults().count(&Matcher::new("GET", "/xapi/v1/Users("));
    assert!(read <= 4, "{read}");
    assert!(bench.console.model().bulks.is_empty());
}

#[tokio::test]
async fn one_text_is_another_for_each() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys("e / m o b i l e enter enter").await;
    for (typed, why) in [
        ("+49{Nummer}", "There is no property Nummer"),
        ("+49{AuthPassword}", "is a secret"),
        ("+49{Number", "is not closed"),
    ] {
        bench.paste(typed).await;
        bench.keys("enter").await;
        bench.shows(&[why]);
        for _ in typed.chars() {
            bench.press("backspace");
        }
    }
    bench.paste("+4930123{Number}").await;
    bench.keys("enter ctrl-s").await;
    bench.shows(&["3 change", "+4930123{Number} (each with their own)"]);
    bench.keys("y").await;
    bench.shows(&["3 of 3 · saved 3 · done"]);
    let mobile = |id: u32| pbx.faults().look("Users", Some(&id.to_string()), "Mobile").unwrap();
    assert_eq!(IDS.map(mobile), ["+4930123207", "+4930123208", "+4930123209"]);
}

#[tokio::test]
async fn a_plan_says_what_people_would_be_sorry_for() {
    let pbx = simulator().await;
    super::support::patch(&pbx, "Users", &IDS[0].to_string(), json!({"EmailAddress": "", "VMEmailOptions": "None"}));
    let mut bench = marked(&pbx).await;
    bench.keys("e").await;
    bench.field("EmailAddress").await;
    bench.keys("enter").await;
    bench.paste("all@acme.example").await;
    bench.keys("enter ctrl-s").await;
    bench.shows(&["all@acme.example would be given to several of them, and only one may have it."]);
    assert_eq!(patches(&pbx), 0);
}

#[tokio::test]
async fn a_plan_is_written_to_a_file_opened_again_and_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("voicemail.json");
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys("e / v m e n enter space ctrl-s w").await;
    bench.shows(&["write to: acme-users.plan.json"]);
    call_it(&mut bench, &path).await;
    bench.shows(&["Written to"]);
    bench.keys("esc esc esc y").await;
    // One is changed by somebody else before the plan is sent, and one file is cut off.
    super::support::patch(&pbx, "Users", &IDS[0].to_string(), json!({"VMEnabled": null}));
    let text = std::fs::read_to_string(&path).unwrap();
    let cut = folder.path().join("cut.json");
    std::fs::write(&cut, &text[..text.len() / 2]).unwrap();
    bench.keys("P").await;
    bench.paste(cut.to_str().unwrap()).await;
    bench.keys("enter").await;
    bench.shows(&["This is no JSON", "open the plan:", "cut.json"]);
    // Another goal, a secret, another PBX, another catalog.
    for (from, to, words) in [
        ("\"VMEnabled\": true", "\"VMEnabled\": null", "This plan was edited since it was made: make it again"),
        ("\"VMEnabled\"", "\"VMPIN\"", "VMPIN is a secret: a plan file changes none."),
        ("\"address\": \"", "\"address\": \"https://other.example/", "The plan was made for acme at https://other"),
        ("\"catalog\": \"", "\"catalog\": \"x", "make it again."),
    ] {
        std::fs::write(&cut, text.replace(from, to)).unwrap();
        call_it(&mut bench, &cut).await;
        bench.shows(&[words, "open the plan:", "cut.json"]);
    }
    assert_eq!(patches(&pbx), 0);
    call_it(&mut bench, &path).await;
    bench.shows(&["acme: change 1 user?", "1 change · 1 blocked", "207 Bauer, Jürgen", "blocked: changed since"]);
    bench.keys("y").await;
    bench.shows(&["saved 1", "done"]);
    assert_eq!(patches(&pbx), 1);
}

/// The list again after a plan of those who are marked was written to a file, and what stands in it.
async fn with_a_plan(pbx: &Simulator, path: &Path) -> (Bench, Value) {
    let mut bench = marked(pbx).await;
    bench.keys("e / v m e n enter space ctrl-s w").await;
    call_it(&mut bench, path).await;
    bench.keys("esc esc esc y").await;
    (bench, serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

/// Writes a plan that was edited as if it had been made so.
pub(super) fn write_plan(path: &Path, file: &Value) {
    let file = plan::file::read(Catalog::shipped(), &PbxId::new("acme"), &file.to_string()).unwrap();
    std::fs::write(path, file.to_text()).unwrap();
}

#[tokio::test]
async fn a_plan_with_new_ones_is_sent_and_what_was_made_can_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("starters.json");
    let pbx = simulator().await;
    let (mut bench, mut file) = with_a_plan(&pbx, &path).await;
    let new = |number: &str, name: &str| json!({"new": true, "label": format!("{number} {name}"), "after": {"Number": number, "FirstName": name}});
    // 214 is taken.
    file["changes"].as_array_mut().unwrap().extend([new("998", "Alan"), new("214", "Grace"), new("996", "Edith")]);
    write_plan(&path, &file);
    bench.keys("P").await;
    bench.paste(path.to_str().unwrap()).await;
    bench.keys("enter").await;
    bench.shows(&[
        "acme: change 2, make 3 new users?",
        "2 change · 3 new",
        "998 Alan",
        "new, with 2 fields",
        "is free",
    ]);
    bench.keys("down down enter").await;
    bench.shows(&["create this user?", "\"Number\": \"998\""]);
    bench.keys("esc y").await;
    bench.shows(&["5 of 5 · saved 4 · not saved 1 · done", "created"]);
    let made = |number: &str| {
        let people = pbx.faults().count(&Matcher::new("POST", "/xapi/v1/Users"));
        (people, bench.line(number).contains("created"))
    };
    assert_eq!((made("998 Alan"), made("214 Grace"), made("996 Edith")), ((2, true), (2, false), (2, true)));
    bench.keys("down down enter").await;
    bench.shows(&["Users › 998 Alan"]);
    bench.keys("esc r").await;
    bench.shows(&["5 of 5 · saved 4 · not saved 1 · done"]);
    assert_eq!(pbx.faults().count(&Matcher::new("POST", "/xapi/v1/Users")), 2, "what is there is not made twice");
    bench.keys("H enter").await;
    bench.shows(&["998 Alan", "created"]);
    bench.keys("esc esc u").await;
    bench.shows(&["acme: take 2 users back?", "2 back · 2 made then", "made then; Enter asks whether to delete it"]);
    // Looked at, one of them is asked about as when it is taken back alone, and the other is not touched.
    bench.keys("down down enter").await;
    bench.shows(&["acme: delete user 998 Alan?", "This cannot be undone.", "Type 998 to delete it"]);
    bench.keys("esc").await;
    bench.shows(&["2 back · 2 made then"]);
    let deletions = Matcher::new("DELETE", "/xapi/v1/Users");
    assert_eq!(pbx.faults().count(&deletions), 0, "nothing is deleted without a yes");
    bench.keys("enter '998 enter").await;
    bench.shows(&["998 Alan: deleted", "2 back · 1 back already · 1 made then"]);
    assert_eq!(pbx.faults().count(&deletions), 1);
    // The yes to the plan is for those who go back.
    bench.keys("y").await;
    bench.shows(&["2 of 2 · saved 2 · done"]);
    assert_eq!(pbx.faults().count(&deletions), 1, "a run never deletes");
    // What was deleted was taken back too.
    bench.keys("esc H").await;
    bench.shows(&["undo: deleted"]);
    bench.keys("down down enter").await;
    bench.shows(&["3 of 4 taken back"]);
}

#[tokio::test]
async fn of_a_run_that_only_made_new_ones_each_can_be_deleted_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("starters.json");
    let pbx = simulator().await;
    let (mut bench, mut file) = with_a_plan(&pbx, &path).await;
    let new = |number: &str| json!({"new": true, "label": number, "after": {"Number": number, "FirstName": "New"}});
    file["changes"] = json!([new("996"), new("998")]);
    write_plan(&path, &file);
    bench.keys("P").await;
    bench.paste(path.to_str().unwrap()).await;
    bench.keys("enter y").await;
    bench.shows(&["2 of 2 · saved 2 · done"]);
    // Somebody else deletes one of them.
    let id = |number: &str| {
        (1..1000).find(|id: &u32| pbx.faults().look("Users", Some(&id.to_string()), "Number") == Some(json!(number)))
    };
    assert!(pbx.faults().remove("Users", &id("996").unwrap().to_string()));
    bench.keys("u").await;
    bench.shows(&["acme: nothing goes back as it stands", "0 back · 1 back already · 1 made then"]);
    bench.keys("enter").await;
    bench.shows(&["996 was made then, and is not there any more."]);
    bench.keys("y").await;
    bench.shows(&["Nothing of it goes back as it stands."]);
    // As it is called now.
    bench.keys("down enter").await;
    bench.shows(&["acme: delete user 998 New?"]);
    // As from the line of the run.
    bench.keys("esc esc down U").await;
    bench.shows(&["acme: delete user 998"]);
    assert_eq!(pbx.faults().count(&Matcher::new("DELETE", "/xapi/v1/Users")), 0);
}

#[tokio::test]
async fn somebody_deleted_meanwhile_is_said_and_the_others_are_served() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys("e / v m e n enter space ctrl-s").await;
    assert!(pbx.faults().remove("Users", &IDS[0].to_string()));
    bench.keys("y").await;
    bench.shows(&["2 of 2 · saved 1 · not saved 1 · done", "not sent:"]);
    assert_eq!(patches(&pbx), 1);
}

#[tokio::test]
async fn a_plan_for_many_is_made_in_pieces_and_keys_are_taken_in_between() {
    let pbx = sim::start(sim::Options { users: 620, ..sim::Options::default() }).await.unwrap();
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("a e / v m e n enter space").await;
    bench.press("ctrl-s");
    bench.shows(&["Planning ", " of 620 …"]);
    bench.press("ctrl-p");
    bench.idle().await;
    bench.keys("esc").await;
    assert!(
        !bench.screen().contains("already so"),
        "nothing comes up under the fingers of somebody who does something else"
    );
    bench.keys("ctrl-s").await;
    bench.shows(&["already so", "change"]);
    assert!(!bench.screen().contains("Planning"));
    assert_eq!(patches(&pbx), 0);
}
