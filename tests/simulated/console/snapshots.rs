//! The screens as they look, compared letter by letter; colours by role where they are the point.
//!
//! After a wanted change: `INSTA_UPDATE=always cargo test --test simulated snapshots`, then read what git says changed.

use super::states::{all, ascii, look, reach};
use super::support::text;
use cordboard::theme::{Role, Theme};
use ratatui::buffer::Buffer;

/// No port of a simulator stands in a snapshot.
fn without_ports(screen: &str) -> String {
    let mut pieces = screen.split("127.0.0.1:");
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.chars().take_while(char::is_ascii_digit).count();
        whole.push_str(&format!("127.0.0.1:{:9<digits$}{}", "", &piece[digits..]));
    }
    whole
}

fn compare(name: String, what: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, what));
}

#[tokio::test]
async fn wide() {
    for name in all() {
        let scene = reach(name, (120, 40), look()).await;
        compare(format!("{name}-120x40"), &without_ports(&scene.bench.screen()));
    }
}

#[tokio::test]
async fn narrow() {
    for name in all() {
        let scene = reach(name, (80, 24), look()).await;
        compare(format!("{name}-80x24"), &without_ports(&scene.bench.screen()));
    }
}

#[tokio::test]
async fn without_utf8() {
    for name in ["list_filtered", "form_changed", "help", "picker_many", "json_schema", "preview", "conflict"] {
        let scene = reach(name, (80, 24), ascii()).await;
        let screen = scene.bench.screen();
        assert!(screen.is_ascii(), "{name}");
        compare(format!("{name}-ascii"), &screen);
    }
}

#[tokio::test]
async fn too_small() {
    for size in [(30, 8), (1, 1)] {
        let scene = reach("list", size, look()).await;
        compare(format!("small-{}x{}", size.0, size.1), &scene.bench.screen());
    }
}

/// Where which role is, run by run: `4 list.gutter · 12 text`. Drawn with a theme in which no two roles look alike.
#[tokio::test]
async fn colours() {
    for name in [
        "list",
        "list_marked",
        "form_changed",
        "picker",
        "picker_many",
        "table_changed",
        "keys_changed",
        "week",
        "columns",
        "json_syntax",
        "many_form",
        "many_plan",
        "many_held",
        "many_done",
        "drafts",
        "help",
        "action_agreed",
        "answer",
        "answer_json",
        "json_schema",
        "preview",
        "preview_list",
        "conflict",
        "refused",
        "history",
        "undo_conflict",
        "undo_chosen",
        "undo_many",
        "batches_chosen",
        "batches_ended",
    ] {
        let scene = reach(name, (80, 24), look()).await;
        compare(format!("{name}-colours"), &roles(scene.bench.console.model()));
    }
}

/// What every theme makes of a form with a change, a preview and a result: the styles in use, with what they are on.
#[tokio::test]
async fn themes() {
    for name in ["form_changed", "preview", "many_held"] {
        let scene = reach(name, (80, 24), look()).await;
        for theme in Theme::shipped_names() {
            let theme = Theme::find(theme, None).unwrap().0;
            let called = format!("{name}-theme-{}", theme.name());
            compare(called, &styles(scene.bench.console.model(), theme));
        }
    }
}

/// Each style that is drawn, and the first word that has it.
fn styles(model: &cordboard::app::Model, theme: Theme) -> String {
    let mut buffer = Buffer::empty(ratatui::layout::Rect::new(0, 0, model.size.0, model.size.1));
    cordboard::ui::draw(model, &cordboard::ui::Look { theme, ..look() }, buffer.area, &mut buffer);
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut open = None;
    for cell in buffer.content() {
        let style = cell.style();
        let colours = format!("{} on {}", cell.fg, cell.bg);
        let said = if style.add_modifier.is_empty() { colours } else { format!("{colours} {:?}", style.add_modifier) };
        let at = seen.iter().position(|(known, _)| *known == said).unwrap_or_else(|| {
            seen.push((said, String::new()));
            seen.len() - 1
        });
        // The first run of letters, as far as a few.
        let word = &mut seen[at].1;
        if word.trim().is_empty() {
            open = Some(at);
        }
        if open == Some(at) && word.chars().count() < 24 {
            word.push_str(cell.symbol());
        } else if open.is_some_and(|open| open != at) {
            open = None;
        }
    }
    let lines =
        seen.iter().map(|(style, word)| format!("{style}: {}", word.split_whitespace().collect::<Vec<_>>().join(" ")));
    lines.collect::<Vec<_>>().join("\n")
}

/// A theme with a colour of its own for every role.
fn told_apart() -> Theme {
    let styles: Vec<String> =
        Role::ALL.iter().enumerate().map(|(n, role)| format!("\"{}\" = \"#0000{n:02x}\"", role.name())).collect();
    let (theme, notices) = Theme::load("apart", &format!("[roles]\n{}", styles.join("\n"))).unwrap();
    assert!(notices.is_empty(), "{notices:?}");
    theme
}

fn roles(model: &cordboard::app::Model) -> String {
    let look = cordboard::ui::Look { theme: told_apart(), ..look() };
    let mut buffer = Buffer::empty(ratatui::layout::Rect::new(0, 0, model.size.0, model.size.1));
    cordboard::ui::draw(model, &look, buffer.area, &mut buffer);
    let role = |x: u16, y: u16| {
        let style = buffer[(x, y)].style();
        *Role::ALL.iter().find(|role| look.theme.style(**role).fg == style.fg).unwrap_or(&Role::Text)
    };
    let screen = text(&buffer);
    let mut lines = Vec::new();
    for (y, line) in screen.lines().enumerate() {
        let mut runs: Vec<(Role, usize)> = Vec::new();
        for x in 0..buffer.area.width {
            match runs.last_mut() {
                Some((last, cells)) if *last == role(x, y as u16) => *cells += 1,
                _ => runs.push((role(x, y as u16), 1)),
            }
        }
        if runs.last().is_some_and(|(role, _)| *role == Role::Text) {
            runs.pop();
        }
        let runs: Vec<String> = runs.iter().map(|(role, cells)| format!("{cells} {}", role.name())).collect();
        if !line.is_empty() {
            lines.push(format!("{}\n    {}", line, runs.join(" · ")));
        }
    }
    lines.join("\n")
}
