//! Which columns a list has: shown, hidden, moved, and kept from one run to the next.

use super::support::{Bench, client, simulator};
use cordboard::shell::connected;
use cordboard::theme::Theme;
use cordboard::ui::{Look, glyphs::UTF8};

#[tokio::test]
async fn columns_are_hidden_added_moved_and_kept() {
    let pbx = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let begin = || {
        let look = Look { theme: Theme::default(), glyphs: &UTF8 };
        let mut bench = Bench::unread(connected(client(&pbx)), (120, 40), look);
        bench.console.keep(folder.path().to_owned());
        bench.console.start();
        bench
    };
    let mut bench = begin();
    bench.idle().await;
    bench.shows(&["Esc takes these two lines away."]);
    bench.keys("esc").await;
    assert!(!bench.screen().contains("Esc takes"), "{}", bench.screen());
    bench.keys("o C").await;
    bench.shows(&["Columns", "[x] Department", "[ ] Email"]);
    // The department goes, the address comes, and stands where it was put.
    bench.keys("'depart space ctrl-x").await;
    for _ in 0.."depart".len() {
        bench.press("backspace");
    }
    bench.keys("'email space").await;
    for _ in 0.."email".len() {
        bench.press("backspace");
    }
    bench.keys("enter").await;
    let head = bench.line("Number");
    assert!(head.contains("Email") && !head.contains("Department"), "{head}");
    bench.shows(&["Name ▲", "anna.schmidt@", "312 of 312"]);
    bench.keys("C down shift-up enter").await;
    let head = bench.line("Number");
    assert!(head.find("Name").unwrap() < head.find("Number").unwrap(), "{head}");
    bench.console.leave();

    let mut bench = begin();
    bench.idle().await;
    let head = bench.line("Number");
    assert!(head.contains("Email") && head.find("Name").unwrap() < head.find("Number").unwrap(), "{head}");
    assert!(!bench.screen().contains("Esc takes"), "hints are for the first time:\n{}", bench.screen());
}

#[tokio::test]
async fn the_last_column_stays() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (80, 24)).await;
    bench.keys("C").await;
    for _ in 0..6 {
        bench.press("space down");
    }
    bench.keys("enter").await;
    assert!(bench.line("Reg.").contains("Reg."), "{}", bench.screen());
    bench.shows(&["312 of 312"]);
}
