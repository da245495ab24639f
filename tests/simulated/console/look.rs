//! How it looks and what it listens to: themes switched while it runs.

use super::support::{Bench, simulator};
use cordboard::theme::Theme;
use ratatui::style::Color;

#[tokio::test]
async fn a_theme_is_switched_from_the_palette_and_a_broken_one_is_a_sentence() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    let find = |name: &str| {
        let own = (name == "mine").then_some(("themes/mine.toml", "[roles]\ntext = \"gren\"\n"));
        Theme::find(name, own)
    };
    bench.console.offer(vec!["dark".to_owned(), "mine".to_owned()], Box::new(find));
    let ink = |bench: &Bench| bench.console.backend().buffer()[(1, 1)].fg;
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
