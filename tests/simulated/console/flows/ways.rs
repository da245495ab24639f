//! The ways to everything: the palette, help, the sidebar, and pasting.

use super::super::support::{Bench, simulator};
use cordboard::app::Goal;
use cordboard::input::Command;

#[tokio::test]
async fn the_palette_finds_people_resources_fields_and_commands() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys(": 'lovelace enter").await;
    bench.shows(&["Users › 214 Lovelace, Ada"]);
    bench.keys("ctrl-p 'mobile enter").await;
    assert_eq!(bench.form().field, "Mobile");
    // A resource stands above the people whose rows hold the same letters.
    bench.keys("ctrl-p 'de").await;
    assert_eq!(bench.palette(&Goal::Resource("Groups")), 0, "{}", bench.screen());
    bench.keys("esc esc").await;
    bench.keys(": 'panel").await;
    let at = bench.palette(&Goal::Command(Command::Peek));
    for _ in 0..at {
        bench.press("down");
    }
    bench.keys("enter").await;
    assert!(!bench.console.model().peek_on, "the command ran");
}

#[tokio::test]
async fn help_shows_the_keys_and_runs_them() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("? 'sort").await;
    bench.shows(&["What can be done here", "o       Sort by the next column"]);
    bench.keys("enter").await;
    bench.shows(&["Name ▲"]);
    bench.keys("2 1 4 enter f1 'preview").await;
    bench.shows(&["^S      Show exactly what would be sent; sends nothing"]);
    bench.keys("enter").await;
    bench.shows(&["Nothing is changed, so there is nothing to send."]);
}

#[tokio::test]
async fn pasted_text_is_never_taken_for_keys() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.paste("lovelace\r\nq\ny\n").await;
    bench.shows(&["› lovelace q y"]);
    bench.keys("esc").await;
    assert!(!bench.console.has_quit());
    bench.paste("214").await;
    bench.keys("enter").await;
    bench.shows(&["Users › 214 Lovelace, Ada"]);
}

#[tokio::test]
async fn the_sidebar_leads_everywhere_at_both_sizes() {
    let pbx = simulator().await;
    for size in [(120, 40), (80, 24)] {
        let mut bench = Bench::on(&pbx, size).await;
        bench.keys("tab down enter").await;
        bench.shows(&[" Departments ", "9 of 9", "Sales"]);
        // The groups are folded until one opens them.
        bench.keys("tab").await;
        assert!(!bench.screen().contains("Queues"));
        bench.keys("end up up up up up up right down").await;
        bench.shows(&["Queues"]);
    }
}

#[tokio::test]
async fn q_and_esc_lead_out_and_never_by_accident() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (80, 24)).await;
    bench.keys("2 1 4 enter q").await;
    bench.shows(&["312 of 312"]);
    bench.keys("esc esc q").await;
    bench.shows(&["Quit cordboard?"]);
    bench.keys("n enter").await;
    assert!(!bench.console.has_quit());
    bench.keys("y").await;
    assert!(bench.console.has_quit());
}

#[tokio::test]
async fn the_terminal_may_change_its_size_at_any_time() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    for size in [(80, 24), (30, 8), (1, 1), (200, 60), (120, 40)] {
        bench.resize(size).await;
        assert_eq!(bench.form().field, "Number");
    }
    bench.shows(&["Users › 214 Lovelace, Ada"]);
}
