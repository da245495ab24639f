//! Keys while something is under way: the screen never waits.

use super::super::support::{Bench, page, simulator};
use cordboard::sim::{Matcher, Simulator};

/// A change of 214 that stands at a gate, the form on the screen.
async fn sending(pbx: &Simulator) -> (Bench, cordboard::sim::Gate) {
    let mut bench = Bench::on(pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("VMEnabled").await;
    let mut gate = pbx.faults().hold(Matcher::new("PATCH", "/xapi/v1/"));
    bench.keys("space ctrl-s").await;
    bench.press("y");
    bench.until("214 Lovelace, Ada: sending …").await;
    gate.held(1).await;
    (bench, gate)
}

#[tokio::test]
async fn a_form_goes_on_while_its_change_is_sent() {
    let pbx = simulator().await;
    let (mut bench, gate) = sending(&pbx).await;
    let before = bench.form().field.clone();
    bench.press("down");
    assert_ne!(bench.form().field, before);
    bench.shows(&["sending …", "1 change on its way"]);
    // What is typed meanwhile is neither sent nor lost.
    bench.press("/ 'FirstName enter");
    bench.press("enter 'x enter ctrl-s");
    bench.shows(&["The last change to 214 Lovelace, Ada is still on its way.", "Adax"]);
    gate.release();
    bench.idle().await;
    bench.shows(&["saved and read back: Voicemail", "1 changed · not sent", "Adax   was Ada"]);
}

#[tokio::test]
async fn a_form_that_is_left_tells_its_result_elsewhere() {
    let pbx = simulator().await;
    let (mut bench, gate) = sending(&pbx).await;
    bench.press("/ esc esc");
    bench.shows(&["312 of 312", "1 change on its way"]);
    bench.press("down f4");
    bench.shows(&["Changes of this session", "214 Lovelace, Ada: sending …"]);
    bench.press("esc");
    gate.release();
    bench.idle().await;
    bench.shows(&["312 of 312", "12:00 acme: 214 Lovelace, Ada: saved and read back: Voicemail"]);
    assert!(bench.line("214  Lovelace, Ada").contains("Sales         on "), "{}", bench.screen());
    bench.keys("f4 enter").await;
    bench.shows(&["214 Lovelace, Ada changed: saved", "Voicemail: off → on"]);
    bench.keys("enter").await;
    bench.shows(&["Users › 214 Lovelace, Ada", "saved and read back: Voicemail"]);
}

#[tokio::test]
async fn quitting_while_a_change_is_on_its_way_asks() {
    let pbx = simulator().await;
    let (mut bench, gate) = sending(&pbx).await;
    bench.press("/ esc esc ctrl-c");
    bench.shows(&["A change is still on its way; its result will not be seen.", "y quit"]);
    bench.press("enter");
    assert!(!bench.console.has_quit(), "only y is yes");
    bench.press("esc");
    gate.release();
    bench.idle().await;
    bench.keys("ctrl-c").await;
    assert!(bench.console.has_quit());
}

#[tokio::test]
async fn a_number_whose_page_is_not_loaded_opens() {
    let pbx = simulator().await;
    let mut gate = pbx.faults().hold(page(&pbx, "count=true").await);
    let mut bench = Bench::begin_plain(&pbx, (120, 40));
    gate.held(1).await;
    bench.until("Reading Users from acme").await;
    bench.press("2 1 4 enter");
    bench.until("Looking for 214 on the PBX").await;
    bench.until("Users › 214 Lovelace, Ada").await;
    // No such number is said, and the list is still there.
    bench.press("esc 9 9 9 enter");
    bench.until("acme has no user with the number 999.").await;
    gate.release();
    bench.idle().await;
    bench.shows(&["312 of 312"]);
}

#[tokio::test]
async fn the_screen_moves_while_pages_come_in() {
    let pbx = simulator().await;
    // The last page is held: the others are there, can be walked and filtered.
    let mut gate = pbx.faults().hold(page(&pbx, "skip=300").await);
    let mut bench = Bench::begin_plain(&pbx, (120, 40));
    gate.held(1).await;
    bench.until("300 of 300 · reading 300 of 312").await;
    bench.press("/ 'lovelace enter");
    bench.shows(&["1 of 300 · reading 300 of 312 · filter: lovelace", "214  Lovelace, Ada"]);
    gate.release();
    bench.idle().await;
    bench.shows(&["1 of 312 · filter: lovelace"]);
}
