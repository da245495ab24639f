//! How it looks and what it listens to: themes switched while it runs.

use super::support::{Bench, client, simulator};
use cordboard::api::{Client, Connection};
use cordboard::app::{Event, Pointer};
use cordboard::catalog::Catalog;
use cordboard::odata::PbxId;
use cordboard::shell::{RequestLog, connected};
use cordboard::sim;
use cordboard::theme::Theme;
use cordboard::ui::{Look, glyphs::UTF8};
use ratatui::style::Color;
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
async fn a_theme_is_switched_from_the_palette_and_a_broken_one_is_a_sentence() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    let find = |name: &str| {
        let own = (name == "mine").then_some(("themes/mine.toml", "[roles]\ntext = \"gren\"\n"));
        Theme::find(name, own)
    };
    bench.console.offer(vec!["dark".to_owned(), "mine".to_owned()], Box::new(find));
    let ink = |bench: &Bench| bench.console.screen().buffer()[(1, 1)].fg;
    assert_eq!(ink(&bench), Color::Reset);
    bench.press(": 'dark");
    bench.shows(&["Theme: dark"]);
    bench.keys("enter").await;
    bench.shows(&["Theme dark"]);
    assert_eq!(ink(&bench), Color::Rgb(0xd7, 0xd7, 0xd0));
    bench.press(": 'mine enter");
    bench.idle().await;
    bench.shows(&["themes/mine.toml:2:8: `gren` is no colour; did you mean `green`?"]);
    assert_eq!(ink(&bench), Color::Rgb(0xd7, 0xd7, 0xd0), "the theme that was there stays");
}

/// The mouse on the first cell that shows a text.
pub(super) async fn point(bench: &mut Bench, text: &str, kind: Pointer) {
    let screen = bench.screen();
    let found = screen.lines().enumerate().find_map(|(y, line)| Some((line.find(text)?, y, line)));
    let (at, y, line) = found.unwrap_or_else(|| panic!("{text:?} is not on the screen:\n{screen}"));
    let x = cordboard::ui::text::width(&line[..at]);
    bench.console.take(Event::Mouse { at: (x as u16, y as u16), kind, on: None });
    bench.idle().await;
}

#[tokio::test]
async fn the_mouse_selects_opens_scrolls_and_never_sends() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    let selected = |bench: &Bench| {
        let (_, list) = bench.console.model().list().unwrap();
        list.view.position().unwrap()
    };
    point(&mut bench, "203", Pointer::Click).await;
    assert_eq!(selected(&bench), 3);
    point(&mut bench, "205", Pointer::WheelDown).await;
    assert_eq!(selected(&bench), 6);
    point(&mut bench, "205", Pointer::WheelUp).await;
    assert_eq!(selected(&bench), 3);
    point(&mut bench, "Name", Pointer::Click).await;
    bench.shows(&["Name ▲"]);
    point(&mut bench, "Number", Pointer::Click).await;
    point(&mut bench, "Lovelace, Ada   ", Pointer::Click).await;
    bench.shows(&["312 of 312"]);
    point(&mut bench, "Lovelace, Ada   ", Pointer::Click).await;
    bench.shows(&["Users › 214 Lovelace, Ada"]);
    point(&mut bench, "Forwarding", Pointer::Click).await;
    assert_eq!(bench.console.model().form().unwrap().field, "CurrentProfileName");
    bench.keys("/").await;
    bench.press("'vmen");
    bench.keys("enter").await;
    point(&mut bench, "off", Pointer::Click).await;
    assert_eq!(bench.console.model().unsent(), 0, "one click changes nothing");
    point(&mut bench, "off", Pointer::Click).await;
    bench.shows(&["1 changed · not sent"]);
    bench.keys("ctrl-s").await;
    for text in ["off → on", "send", "PATCH"] {
        point(&mut bench, text, Pointer::Click).await;
        point(&mut bench, text, Pointer::Click).await;
    }
    bench.shows(&["nothing is sent yet"]);
}

#[tokio::test]
async fn a_click_in_the_sidebar_goes_there_and_one_on_a_question_answers_nothing() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    point(&mut bench, "Call handling", Pointer::Click).await;
    point(&mut bench, "Queues", Pointer::Click).await;
    assert_eq!(bench.console.model().list().unwrap().0.resource, "Queues");
    bench.keys("q").await;
    bench.shows(&["Quit cordboard?"]);
    point(&mut bench, "quit", Pointer::Click).await;
    assert!(!bench.console.has_quit());
    bench.shows(&["Quit cordboard?"]);
}

#[tokio::test]
async fn a_click_on_what_floats_is_not_one_on_what_lies_below() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.press(": 'queues");
    point(&mut bench, "People", Pointer::Click).await;
    bench.shows(&["Anything by name"]);
    let entry = "Call handling · Queues";
    point(&mut bench, entry, Pointer::Click).await;
    bench.shows(&["Anything by name"]);
    point(&mut bench, entry, Pointer::Click).await;
    assert_eq!(bench.console.model().list().unwrap().0.resource, "Queues");
}

#[tokio::test]
async fn the_mouse_is_left_alone_when_asked() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("f6 f6").await;
    assert_eq!(*bench.tty.mouse.borrow(), [true, false]);
    bench.shows(&["The mouse is the terminal's own now"]);
}

#[tokio::test]
async fn the_requests_are_told_with_their_status_and_without_what_is_secret() {
    let pbx = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let log = RequestLog::in_folder(home.path());
    let mut connection = Connection::new(
        PbxId::new("acme"),
        pbx.url().to_owned(),
        pbx.client_id().to_owned(),
        secrecy::SecretString::from(sim::Options::default().client_secret),
    );
    connection.observer = Some(log.observer());
    let client = Client::new(connection, Catalog::shipped());
    let mut bench = Bench::with(connected(client), (120, 40)).await;
    bench.console.listen(&log);
    bench.keys("2 1 4 enter / v m p i n enter enter").await;
    bench.press("'9821");
    bench.keys("enter ctrl-s y f5").await;
    bench.shows(&["Requests of this session", "PATCH      204", "/xapi/v1/Users(57)", "log"]);
    // The line of a read is longer than there is room: its end is a key away.
    let paths: Vec<String> = bench.console.model().requests.iter().map(|request| request.path.clone()).collect();
    let (at, asked) = paths.iter().enumerate().max_by_key(|(_, path)| path.len()).unwrap();
    bench.keys(&format!("home{}", " down".repeat(at))).await;
    let end = &asked[asked.len() - 12..];
    assert!(asked.len() > 300 && !bench.screen().contains(end), "{asked}");
    bench.shows(&["⏎ whole line"]);
    bench.keys("enter").await;
    bench.shows(&[end]);
    bench.keys("enter").await;
    assert!(!bench.screen().contains(end), "{}", bench.screen());
    let file = std::fs::read_to_string(log.path().unwrap()).unwrap();
    assert!(file.contains(" acme POST /connect/token 200 "), "{file}");
    assert!(file.contains(" GET /xapi/v1/Users?$select=Id,Number"), "{file}");
    let secret = sim::Options::default().client_secret;
    for text in [file, bench.screen()] {
        assert!(!text.contains("9821") && !text.contains(&secret) && !text.contains("Bearer"), "{text}");
    }
    let rows = bench.console.model().requests.len();
    assert!(rows > 3, "{rows}");
    bench.keys("esc r f5 up").await;
    assert!(bench.console.model().requests.len() > rows);
}

fn plain() -> Look {
    Look { theme: Theme::default(), glyphs: &UTF8 }
}

#[tokio::test]
async fn the_next_run_begins_as_the_last_one_ended_after_its_first_frame() {
    let pbx = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("cordboard");
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.console.keep(folder.clone());
    bench.keys("o O p").await;
    bench.shows(&["Name ▼"]);
    bench.press(": 'queues");
    bench.keys("enter").await;
    bench.console.leave();
    let file = folder.join("places").join("acme.json");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&folder)), (0o600, 0o700));

    let mut bench = Bench::unread(connected(client(&pbx)), (120, 40), plain());
    bench.console.keep(folder.clone());
    bench.console.start();
    assert_eq!(bench.console.model().list().unwrap().0.resource, "Users", "the first frame waits for no file");
    bench.idle().await;
    assert_eq!(bench.console.model().list().unwrap().0.resource, "Queues");
    assert!(!bench.console.model().peek_on);
    bench.press(": 'users");
    bench.keys("enter").await;
    bench.shows(&["Name ▼", "▾ Call handling", "▸ System"]);

    std::fs::write(&file, "{ broken").unwrap();
    let mut bench = Bench::unread(connected(client(&pbx)), (120, 40), plain());
    bench.console.keep(folder);
    bench.console.start();
    bench.idle().await;
    bench.shows(&["acme.json cannot be understood", "312 of 312"]);
}

#[tokio::test]
async fn two_that_are_marked_are_compared() {
    let pbx = simulator().await;
    for size in [(120, 40), (80, 24)] {
        let mut bench = Bench::on(&pbx, size).await;
        bench.keys("space =").await;
        bench.shows(&["Two are compared; 1 is marked."]);
        bench.keys("esc 2 1 4 esc space 2 2 0 esc space").await;
        bench.shows(&["= compare"]);
        bench.keys("=").await;
        bench.shows(&[
            "two side by side",
            "214 Lovelace, Ada",
            "220 Dubois",
            "First name",
            "are the same, secrets aside.",
        ]);
        bench.keys("end").await;
        bench.keys("esc").await;
        bench.shows(&["2 marked"]);
    }
}
