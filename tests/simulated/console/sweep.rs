//! Every screen that the API makes, at every size, with hostile text in it: nothing panics, nothing invisible is drawn.

use super::support::{Bench, patch, simulator};
use cordboard::app::{Event, View};
use cordboard::catalog::{Catalog, FieldKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::json;
use std::collections::HashSet;

const SIZES: [(u16, u16); 4] = [(1, 1), (40, 10), (200, 60), (80, 24)];
/// Would clear the screen, turn the line around, ring, hide and move the cursor.
const HOSTILE: &str = "\u{1b}[2JEve\u{202e}\u{7}\u{200b}\r\nx";
const SHOWN: &str = "␛[2JEve⇄␇\u{fffd}⏎x";

/// What was drawn, each at every size.
#[derive(Debug, Default)]
struct Sweep {
    screens: usize,
    lists: usize,
    forms: usize,
    json: usize,
    previews: usize,
    creates: usize,
    /// Forms that can be written and in which nothing could be changed by `change`, by schema.
    unchanged: Vec<&'static str>,
}

impl Sweep {
    /// Draws what is on the screen at every size.
    fn draw(&mut self, bench: &mut Bench) {
        for (width, height) in SIZES {
            bench.console.take(Event::Resize(width, height));
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
            cordboard::ui::draw(bench.console.model(), &bench.look, buffer.area, &mut buffer);
            let wrong = buffer.content.iter().find(|cell| cell.symbol().chars().any(moves_the_cursor));
            assert!(wrong.is_none(), "{wrong:?} at {width}x{height}:\n{}", super::support::text(&buffer));
            self.screens += 1;
        }
    }

    /// Every field of the form on the screen, as it is edited, and as JSON where it has some; and what would be sent of
    /// the first that can be changed.
    fn form(&mut self, bench: &mut Bench, catalog: &Catalog) {
        let schema = catalog.schema(bench.form().schema);
        let mut previewed = false;
        bench.send("home");
        for _ in 0..schema.fields.len() {
            let field = schema.field(&bench.form().field).unwrap();
            bench.send("enter");
            let is_form = |bench: &Bench| matches!(bench.console.model().view(), Some(View::Form(_)));
            if !is_form(bench) || !bench.console.model().layers.is_empty() || bench.form().typing.is_some() {
                self.draw(bench);
                bench.send("esc");
            }
            let kind = catalog.kind(schema, field);
            if matches!(kind, FieldKind::Object(_) | FieldKind::List(_) | FieldKind::Opaque) {
                bench.send("f2");
                assert!(
                    matches!(bench.console.model().view(), Some(View::Editor(_))),
                    "{}.{} has no JSON:\n{}",
                    schema.name,
                    field.name,
                    bench.screen()
                );
                self.draw(bench);
                self.json += 1;
                bench.send("esc");
            }
            if !previewed {
                change(bench);
            }
            if !previewed && bench.form().is_dirty() {
                bench.send("ctrl-s");
                if matches!(bench.console.model().view(), Some(View::Preview(_))) {
                    self.draw(bench);
                    self.previews += 1;
                    bench.send("esc");
                    previewed = true;
                }
            }
            bench.send("backspace");
            assert!(!bench.form().is_dirty(), "{}.{} was only looked at", schema.name, field.name);
            bench.send("down");
        }
        if !previewed && bench.form().writable && !bench.form().is_new() {
            self.unchanged.push(schema.name);
        }
    }
}

/// Changes the selected field, if that can be done by a key or two whatever its kind.
fn change(bench: &mut Bench) {
    for first in ["del", "space", "enter"] {
        if bench.form().is_dirty() {
            return;
        }
        bench.send(first);
        if bench.form().typing.is_some() {
            bench.send("1 enter");
        } else if !bench.console.model().layers.is_empty() {
            bench.send("down enter");
        }
        let home = |bench: &Bench| matches!(bench.console.model().view(), Some(View::Form(_)));
        while !home(bench) || !bench.console.model().layers.is_empty() || bench.form().typing.is_some() {
            bench.send("esc");
        }
    }
}

fn moves_the_cursor(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[tokio::test]
async fn every_screen_at_every_size() {
    let pbx = simulator().await;
    for (set, key, field) in [
        ("Users", "57", "FirstName"),
        ("Groups", "29", "Name"),
        ("Users", "57", "CurrentProfileName"),
        ("Users", "57", "VMEmailOptions"),
        ("Users", "57", "Blfs"),
    ] {
        patch(&pbx, set, key, json!({ field: HOSTILE }));
    }
    let catalog = Catalog::shipped();
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    let (mut sweep, mut forms) = (Sweep::default(), HashSet::new());
    for resource in catalog.resources() {
        bench.resize((120, 40)).await;
        bench.go(resource.name).await;
        sweep.draw(&mut bench);
        sweep.lists += 1;
        bench.resize((120, 40)).await;
        if matches!(bench.console.model().view(), Some(View::List(_))) {
            bench.keys(if resource.name == "Users" { "2 1 4 enter" } else { "enter" }).await;
        }
        if matches!(bench.console.model().view(), Some(View::Form(_))) {
            sweep.draw(&mut bench);
            sweep.forms += 1;
            if forms.insert(bench.form().schema) {
                bench.resize((120, 40)).await;
                sweep.form(&mut bench, catalog);
            }
        }
    }
    println!("{sweep:?} of {} resources and {} schemas", catalog.resources().len(), forms.len());
    assert!(sweep.screens > 2500 && forms.len() > 80, "{sweep:?}, {} schemas", forms.len());
    assert!(sweep.lists == catalog.resources().len() && sweep.json > 100, "{sweep:?}");
    // Nothing but lists stands in these two: what is sent of a list the flows of nested values look at.
    assert_eq!(sweep.unchanged, ["Pbx.CodecsSettings", "Pbx.CountryCodes"], "forms without a preview");
}

#[tokio::test]
async fn every_form_of_a_new_entry_at_every_size() {
    let pbx = simulator().await;
    let catalog = Catalog::shipped();
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    let (mut sweep, mut forms) = (Sweep::default(), 0);
    for resource in catalog.resources().iter().filter(|resource| resource.create.is_some()) {
        bench.resize((120, 40)).await;
        bench.go(resource.name).await;
        bench.keys("+").await;
        let Some(View::Form(_)) = bench.console.model().view() else { continue };
        sweep.draw(&mut bench);
        bench.resize((120, 40)).await;
        if bench.form().is_call() {
            // It is asked first what the new one begins with; the flows of operations go on from here.
            continue;
        }
        assert!(bench.form().is_new(), "{}:\n{}", resource.name, bench.screen());
        sweep.draw(&mut bench);
        bench.resize((120, 40)).await;
        sweep.form(&mut bench, catalog);
        // What a yes would send, with nothing filled in.
        bench.keys("ctrl-s").await;
        sweep.draw(&mut bench);
        sweep.previews += 1;
        bench.resize((120, 40)).await;
        bench.keys("esc").await;
        let said = cordboard::ui::aloud(bench.console.model(), &bench.look, 0..1000);
        let fields = bench.form().rows(catalog).len();
        assert_eq!(said.lines.iter().filter(|line| line.number.is_some()).count(), fields, "{}", resource.name);
        forms += 1;
        bench.keys("esc y").await;
    }
    sweep.creates = forms;
    println!("{sweep:?} of new entries");
    assert!(forms > 20, "{sweep:?}");
}

#[tokio::test]
async fn hostile_names_are_shown_as_marks() {
    let pbx = simulator().await;
    patch(&pbx, "Users", "57", json!({ "FirstName": HOSTILE }));
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    assert!(bench.line("First name").contains(SHOWN), "{}", bench.screen());
    bench.field("FirstName").await;
    bench.keys("del ctrl-s").await;
    bench.shows(&[&format!("{SHOWN} → not set")]);
    bench.keys("esc backspace / esc esc").await;
    assert!(bench.line("214  Lovelace, ").contains("␛[2JEv"), "{}", bench.screen());
}
