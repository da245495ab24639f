//! What help desks do all day, measured: how many keys each takes through the real loop, and what it came to.
//!
//! A typed word counts its letters, Enter counts, and so does each answer. Whatever makes a task longer fails here.

use super::support::{Bench, merging, simulator};
use cordboard::sim::Simulator;
use serde_json::{Value, json};

fn ada(pbx: &Simulator, field: &str) -> Value {
    pbx.faults().look("Users", Some("57"), field).unwrap()
}

/// The key of somebody in the department of T5.
fn id_of_251(pbx: &Simulator) -> String {
    let number = |id: &String| pbx.faults().look("Users", Some(id), "Number");
    (1..4000).map(|id| id.to_string()).find(|id| number(id) == Some(json!("251"))).unwrap()
}

/// Says what a task took, and holds it to that.
fn took(bench: &Bench, task: &str, most: usize) {
    println!("{task}: {} keys", bench.pressed);
    assert_eq!(bench.pressed, most, "{task}");
}

#[tokio::test]
async fn t1_a_caller_cannot_leave_voicemail() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter / v m enter space j enter a enter ctrl-s y").await;
    bench.shows(&["saved and read back: Send by email, Voicemail"]);
    assert_eq!((ada(&pbx, "VMEnabled"), ada(&pbx, "VMEmailOptions")), (json!(true), json!("Attachment")));
    took(&bench, "T1 voicemail for 214", 15);
}

#[tokio::test]
async fn t2_2fa_for_everybody_in_sales() {
    for (way, most) in [
        // A name and a filter in one line, the same with completion, and from the list that is there already.
        (": 'users space / 'group=Sales enter", 33),
        (": 'us space / 'dep=sa tab enter", 26),
        ("/ 'dep=sa enter", 21),
    ] {
        let pbx = simulator().await;
        let mut bench = Bench::on(&pbx, (120, 40)).await;
        bench.keys(way).await;
        bench.keys("a e / '2fa enter space ctrl-s").await;
        bench.shows(&["36 change · 22 already so", "off (36), on (22) → on"]);
        bench.keys("y '36 enter").await;
        bench.shows(&["36 of 36 · saved 36 · done"]);
        took(&bench, &format!("T2 2FA for Sales, {way}"), most);
    }
}

#[tokio::test]
async fn t3_a_new_starter_like_219() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 9 enter . enter enter").await;
    bench.paste("Grace").await;
    bench.keys("enter down enter").await;
    bench.paste("Hopper").await;
    bench.keys("enter down down enter").await;
    bench.paste("grace@acme.example").await;
    bench.keys("enter ctrl-s").await;
    bench.shows(&["acme: create this user?", "more lines"]);
    bench.keys("y").await;
    bench.shows(&["Hopper, Grace", "created"]);
    took(&bench, "T3 new starter like 219, beside the names and the address", 17);
}

/// Without a recipe: what somebody who leaves needs first, a status that forwards; then no access.
#[tokio::test]
async fn t4_the_first_parts_of_a_leaver() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter / 'stat enter enter 'out enter ctrl-s y").await;
    bench.shows(&["saved and read back: Status"]);
    assert_eq!(ada(&pbx, "CurrentProfileName"), json!("Out of office"));
    took(&bench, "T4 leaver: calls go where Out of office says", 17);
}

#[tokio::test]
async fn t5_own_hours_for_a_department() {
    for pbx in [simulator().await, merging().await] {
        let mut bench = Bench::on(&pbx, (120, 40)).await;
        bench.keys("/ 'dep=it enter a e / 'hours enter enter").await;
        bench.keys("enter 'own enter down down enter '9-17 enter").await;
        bench.keys("ctrl-s").await;
        bench.shows(&["acme: change 17 users?", "17 change"]);
        bench.keys("y").await;
        bench.shows(&["17 of 17 · saved 17 · done"]);
        let hours = pbx.faults().look("Users", Some(&id_of_251(&pbx)), "Hours").unwrap();
        assert_eq!(hours["Type"], json!("SpecificHours"));
        assert_eq!(hours["Periods"].as_array().unwrap().len(), 1, "{hours}");
        took(&bench, "T5 own hours for a department, one day of the week", 33);
    }
}

#[tokio::test]
async fn t6_a_malformed_forwarding_profile() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter / 'forw enter enter enter down enter").await;
    bench.shows(&["› When at work › No answer, external"]);
    bench.keys("enter 'ext enter '231 enter ctrl-s y").await;
    bench.shows(&["saved and read back: Forwarding by status"]);
    let route = |pbx: &Simulator| ada(pbx, "ForwardingProfiles")[0]["AvailableRoute"]["NoAnswerExternal"].clone();
    assert_eq!(route(&pbx)["Number"], json!("231"));
    took(&bench, "T6 one destination of one status, eight of them the destination", 25);
}

#[tokio::test]
async fn t7_who_has_this_number() {
    let pbx = simulator().await;
    // However it is written: with the country, as dialled inside it, with the digits of a person alone.
    for pasted in ["+49 30 1234 214", "0049301234214", "030 1234-214", "  (030) 1234214\n"] {
        let mut bench = Bench::on(&pbx, (120, 40)).await;
        bench.paste(pasted).await;
        bench.shows(&[
            "DID numbers · Ada Lovelace · Extension",
            "Inbound rules · +49301234214",
            "Users · +49301234214",
        ]);
        bench.keys("enter").await;
        bench.shows(&["DID numbers › +49301234214"]);
        took(&bench, "T7 who has this number, after one paste", 1);
    }
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.paste("+49 30 999999").await;
    bench.shows(&["Nothing matches what is typed."]);
    // Wherever nothing is typed, in a form as well; never where something is.
    bench.keys("esc 2 1 4 enter").await;
    bench.paste("+49301234214").await;
    bench.shows(&["Anything by name", "DID numbers"]);
    bench.keys("esc / 'mob enter enter").await;
    bench.paste("+49301234214").await;
    assert!(!bench.screen().contains("Anything by name"), "{}", bench.screen());
}

/// The phones are found and marked; what can be done with many of them at once is counted where it can be done.
#[tokio::test]
async fn t8_the_phones_of_a_model_are_marked() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys(": 'phones space / 'mod=t54 enter a").await;
    let (_, list) = bench.console.model().list().unwrap();
    assert!(list.marks.len() > 20 && list.marks.len() < list.rows.len(), "{}", bench.screen());
    took(&bench, "T8 the phones of a model, marked", 18);
}

#[tokio::test]
async fn a_filter_is_completed_by_columns_and_by_what_stands_in_them() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    for (typed, becomes) in [("dep", "department="), ("dep=sup", "dep=Support"), ("ada vm=of", "ada vm=off")] {
        bench.keys("/").await;
        bench.paste(typed).await;
        bench.keys("tab").await;
        bench.shows(&[&format!("filter: {becomes}    ⏎ keep")]);
        bench.keys("esc").await;
    }
    bench.keys("/ 'zzz tab").await;
    bench.shows(&["0 of 312 · filter: zzz", "Nothing here would complete that."]);
}

#[tokio::test]
async fn a_value_that_is_typed_stays_with_its_field() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter / 'mobile enter enter down '9 enter").await;
    assert_eq!(bench.form().field, "Mobile");
    bench.shows(&["+49 170 555 01019"]);
}
