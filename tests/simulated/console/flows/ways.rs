//! The ways to everything: the palette, help, the sidebar, and pasting.

use super::super::support::{Bench, simulator};
use cordboard::app::{Goal, Layer};
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

#[tokio::test]
async fn the_palette_begins_a_new_one_of_whatever_can_be_made() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys(": 'new space 'fax enter").await;
    bench.shows(&["Fax extensions › new fax extension", "what is left empty the PBX fills in"]);
    bench.keys("esc").await;
    bench.shows(&["312 of 312"]);
    let catalog = bench.console.model().catalog();
    let groups = &bench.console.model().sidebar.groups;
    let names: Vec<&str> = groups.iter().flat_map(|group| group.resources.iter().copied()).collect();
    for name in names {
        bench.keys("ctrl-p").await;
        bench.paste(&format!("new {}", catalog.resource_one(name))).await;
        let Some(Layer::Palette(palette)) = bench.console.model().layers.last() else { panic!("no palette") };
        let at = palette.entries.iter().position(|entry| entry.goal == Goal::New(name));
        let can = catalog.resource(name).is_some_and(|resource| resource.create.is_some());
        assert_eq!(at.is_some(), can, "{name}");
        bench.keys("esc").await;
    }
}

#[tokio::test]
async fn where_one_stands_is_told_in_titles() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("ForwardingProfiles").await;
    bench.keys("enter enter").await;
    bench.row("AvailableRoute/NoAnswerExternal").await;
    bench.keys("enter").await;
    bench.shows(&["Users › 214 › Forwarding by status › Available › When at work › No answer, external"]);
    bench.keys("esc esc f2").await;
    bench.shows(&["Users › 214 Lovelace, Ada › Forwarding by status"]);
    bench.keys("esc . 'new space 'pass enter").await;
    bench.shows(&["Users › 214 Lovelace, Ada › New passwords › What to make anew"]);
    bench.keys("esc esc").await;
    bench.keys(": 'reprovision space 'phone enter").await;
    bench.shows(&[" Users › Reprovision phone"]);
}

#[tokio::test]
async fn who_has_a_number_is_told_without_bare_switches() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter esc").await;
    bench.paste("+49 30 1234 214").await;
    let line = bench.line("214 Lovelace, Ada  ");
    let line = bench.screen().lines().find(|l| l.contains("Users · +49301234214")).unwrap_or(&line).to_owned();
    assert!(line.contains("Users · +49301234214 · Sales │"), "{}", bench.screen());
}
