//! Lists: how many, in which order, and what of them.

use super::super::support::{Bench, client, simulator};
use cordboard::shell::connected;
use cordboard::sim::{self, Options};
use std::collections::HashSet;

#[tokio::test]
async fn a_filter_says_how_many_of_how_many() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("/").await;
    for (typed, says, row) in [
        ("lovelace", "1 of 312 · filter: lovelace", "214  Lovelace, Ada"),
        ("JURGEN bauer", "1 of 312 · filter: JURGEN bauer", "207  Bauer, Jürgen"),
        ("dep=sales vm=off", "31 of 312 · filter: dep=sales vm=off", "219  O'Brien, Siân"),
        ("nobody at all", "0 of 312", "Nothing matches “nobody at all”; Esc shows all."),
    ] {
        bench.keys("esc /").await;
        bench.paste(typed).await;
        bench.shows(&[says, row]);
    }
    assert!(!bench.screen().contains("Mobile"), "nobody is looked at:\n{}", bench.screen());
    bench.keys("enter esc").await;
    bench.shows(&["312 of 312", "200  van den Berg"]);
}

#[tokio::test]
async fn the_selection_stays_with_the_person() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 esc o").await;
    bench.shows(&["Name ▲", "▌     214  Lovelace, Ada"]);
    bench.keys("O").await;
    bench.shows(&["Name ▼", "▌     214  Lovelace, Ada"]);
    bench.keys("home").await;
    let first = bench.selected();
    bench.keys("O home").await;
    assert_ne!(bench.selected(), first);
    bench.keys("r").await;
    bench.shows(&["Name ▲", "312 of 312"]);
}

#[tokio::test]
async fn ten_thousand_people_load_each_once() {
    let pbx = sim::start(Options { users: 10_000, ..Options::default() }).await.unwrap();
    let mut bench = Bench::with(connected(client(&pbx)), (120, 40)).await;
    bench.shows(&["10,000 of 10,000"]);
    let (_, list) = bench.console.model().list().unwrap();
    let keys: HashSet<_> = (0..list.rows.len() as u32).map(|row| list.rows.key(row).clone()).collect();
    assert_eq!((list.rows.len(), keys.len(), list.complete), (10_000, 10_000, true));
    bench.keys("2 1 4 enter").await;
    bench.shows(&["214 Lovelace, Ada"]);
}

#[tokio::test]
async fn a_person_who_is_gone_is_said_to_be() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    assert!(pbx.faults().remove("Users", "57"));
    bench.keys("2 1 4 enter").await;
    bench.shows(&["The PBX does not have it.", "Load the list again to see what is there now."]);
    bench.keys("esc r").await;
    bench.shows(&["311 of 311"]);
    assert!(!bench.screen().contains("Lovelace"));
}

#[tokio::test]
async fn the_panel_follows_the_selection_and_folds_away() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 esc").await;
    bench.shows(&["ada@acme.example"]);
    bench.keys("down").await;
    assert!(!bench.screen().contains("ada@acme.example"));
    bench.keys("up p").await;
    assert!(!bench.screen().contains("ada@acme.example"));
    bench.keys("c").await;
    assert_eq!(*bench.tty.copied.borrow(), ["214 Lovelace, Ada"]);
}

#[tokio::test]
async fn the_panel_and_the_columns_say_what_the_form_says() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    // A long value takes of the room that its title leaves.
    bench.shows(&["│ Email maire.van-den-berg.200@a…", "│ Mobile         +49 170 556 0000"]);
    bench.go("Groups").await;
    assert!(bench.line("Außendienst ").contains("By the clock"), "{}", bench.screen());
    bench.keys("enter").await;
    let members = bench.line("   Members  ");
    assert!(members.contains("28: ") && !members.contains("Außendienst"), "{members}");
    bench.go("EventLogs").await;
    bench.keys("down up").await;
    bench.shows(&["Time generated 2026-03-02 08:00"]);
    bench.go("ServicePrincipals").await;
    bench.keys("down up").await;
    bench.shows(&["Configuration API on", "Belongs to the PBX off"]);
}

#[tokio::test]
async fn a_wide_screen_cuts_no_name_in_the_panels() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (180, 50)).await;
    bench.shows(&[" maire.van-den-berg.200@acme.example"]);
    bench.keys("tab end up up up up up up right").await;
    bench.shows(&["Digital receptionists", "All extensions and numbers"]);
}

#[tokio::test]
async fn a_panel_for_which_there_is_no_room_says_so() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (80, 24)).await;
    bench.keys("p").await;
    bench.shows(&["The panel needs 110 columns; this screen has 80."]);
    bench.resize((120, 40)).await;
    bench.shows(&["│ Mobile         +49 170 556 0000"]);
}

#[tokio::test]
async fn what_a_list_does_not_offer_is_no_hint() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.shows(&["⏎ open   e edit", "+ new"]);
    bench.go("EventLogs").await;
    let footer = bench.line("⏎ open");
    assert!(!footer.contains("e edit") && !footer.contains("+ new"), "{footer}");
}

#[tokio::test]
async fn how_long_something_took_is_told_in_words() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("CallHistoryView").await;
    bench.keys("down").await;
    bench.shows(&["Call time        "]);
    assert!(!bench.screen().contains("PT"), "{}", bench.screen());
    bench.keys("enter").await;
    bench.field("CallTime").await;
    assert!(!bench.line("▌   Call time").contains("PT"), "{}", bench.screen());
}
