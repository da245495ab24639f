//! Drawing: what one frame costs where nothing changed, and where something did.

use crate::desk::{Desk, FEW, SIZE, look};
use cordboard::ui;
use divan::{Bencher, black_box};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A screen, the keys that lead to it, and two keys that change it and change it back.
struct Screen(&'static str, &'static str, &'static str);

impl std::fmt::Display for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

const SCREENS: [Screen; 4] = [
    Screen("list", "home", "pgdn pgup"),
    Screen("form", "2 1 4 enter", "down up"),
    Screen("preview", "2 1 4 enter / v m enter space ctrl-s", "down up"),
    Screen("help", "?", "down up"),
];

fn at(screen: &Screen) -> Desk {
    let mut desk = Desk::of(FEW);
    desk.keys(screen.1);
    desk
}

/// The cells of a screen, made from the model.
#[divan::bench(args = SCREENS)]
fn cells(bencher: Bencher<'_, '_>, screen: &Screen) {
    let desk = at(screen);
    let (look, area) = (look(), Rect::new(0, 0, SIZE.0, SIZE.1));
    bencher.bench_local(|| {
        let mut buffer = Buffer::empty(area);
        ui::draw(desk.console.model(), &look, area, &mut buffer);
        black_box(buffer)
    });
}

/// A frame of the console that is the same as the one before.
#[divan::bench(args = SCREENS)]
fn unchanged(bencher: Bencher<'_, '_>, screen: &Screen) {
    let mut desk = at(screen);
    bencher.bench_local(|| desk.console.draw());
}

/// Two keys, each with its frame.
#[divan::bench(args = SCREENS)]
fn changed(bencher: Bencher<'_, '_>, screen: &Screen) {
    let mut desk = at(screen);
    bencher.bench_local(|| desk.press(screen.2));
}
