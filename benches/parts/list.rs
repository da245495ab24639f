//! A list of a hundred thousand people: loading, filtering, sorting, finding.

use crate::desk::{self, Desk, FEW, MANY};
use cordboard::app::list::{Names, Order, Rows, View};
use cordboard::catalog::Catalog;
use cordboard::odata::Cell;
use divan::Bencher;

/// One page of a hundred, taken into a list that has all the others.
#[divan::bench(sample_count = 30)]
fn page_appended(bencher: Bencher<'_, '_>) {
    let (last, before) = desk::pages().split_last().expect("pages");
    let mut rows = Rows::new(Catalog::shipped(), desk::users());
    let mut view = View::default();
    before.iter().for_each(|page| {
        rows.append(page);
    });
    view.rebuild(&rows, Catalog::shipped(), &Names::default());
    bencher.with_inputs(|| (rows.clone(), view.clone())).bench_refs(|(rows, view)| {
        rows.append(last);
        view.grow(rows, Catalog::shipped(), &Names::default());
    });
}

/// Everything, page by page; the greatest allocation is the memory it costs.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn all_pages_appended(bencher: Bencher<'_, '_>) {
    let pages = desk::pages();
    bencher.bench(|| {
        let mut rows = Rows::new(Catalog::shipped(), desk::users());
        let mut view = View::default();
        for page in pages {
            rows.append(page);
            view.grow(&rows, Catalog::shipped(), &Names::default());
        }
        (rows, view)
    });
}

/// The keys of `/`: the first, one more, one that leaves few, and back.
#[divan::bench(args = ["→a", "a→an", "an→ann", "ann→an", "→dep=sales", "→meyer7"], sample_count = 20)]
fn filter(bencher: Bencher<'_, '_>, step: &str) {
    let (before, after) = step.split_once('→').expect("a step");
    let names = Names::default();
    let mut view = desk::view();
    view.set_filter(before, desk::rows(), Catalog::shipped(), &names);
    bencher
        .with_inputs(|| view.clone())
        .bench_refs(|view| view.set_filter(after, desk::rows(), Catalog::shipped(), &names));
}

/// By each column; the number is the column's place.
#[divan::bench(args = columns(), sample_count = 10)]
fn sort(bencher: Bencher<'_, '_>, column: &Column) {
    let names = Names::default();
    let order = Order { column: column.0, reverse: false };
    let view = desk::view();
    bencher.with_inputs(|| view.clone()).bench_refs(|view| view.set_order(order, desk::rows(), &names));
}

#[divan::bench(args = ["Number"], sample_count = 10)]
fn sort_reversed(bencher: Bencher<'_, '_>, _column: &str) {
    let (names, view) = (Names::default(), desk::view());
    let order = Order { column: 0, reverse: true };
    bencher.with_inputs(|| view.clone()).bench_refs(|view| view.set_order(order, desk::rows(), &names));
}

/// A hundred thousand of whom hardly two have the same name: nothing can be counted out.
#[divan::bench(args = ["Name", "Name, the last first"], sample_count = 10)]
fn sort_all_different(bencher: Bencher<'_, '_>, way: &str) {
    let mut rows = Rows::new(Catalog::shipped(), desk::users());
    let mut made = 0_u64;
    for page in desk::pages() {
        let mut page = page.clone();
        for (field, column) in page.fields.iter().zip(&mut page.columns) {
            if matches!(field.as_str(), "FirstName" | "LastName") {
                for cell in column {
                    made += 1;
                    *cell = Cell::Text(name(made).into());
                }
            }
        }
        rows.append(&page);
    }
    let (names, mut view) = (Names::default(), View::default());
    view.rebuild(&rows, Catalog::shipped(), &names);
    let column = columns().into_iter().find(|column| column.1 == "Name").map_or(0, |column| column.0);
    let order = Order { column, reverse: way != "Name" };
    bencher.with_inputs(|| view.clone()).bench_refs(|view| view.set_order(order, &rows, &names));
}

/// A name like `Gotavimu`, another for each number.
fn name(number: u64) -> String {
    let (mut left, mut name) = (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20, String::new());
    for _ in 0..4 {
        name.push(char::from(b"bdfgklmnprstvz"[left as usize % 14]));
        name.push(char::from(b"aeiou"[(left >> 6) as usize % 5]));
        left >>= 10;
    }
    name[..1].make_ascii_uppercase();
    name
}

/// A column, by its place and its title.
struct Column(usize, String);

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.1)
    }
}

fn columns() -> Vec<Column> {
    let rows = Rows::new(Catalog::shipped(), desk::users());
    rows.columns().iter().enumerate().map(|(at, shown)| Column(at, shown.column.title.to_string())).collect()
}

/// A key in the list, drawn: one row down and one up again.
#[divan::bench(args = [FEW, MANY], sample_count = 50)]
fn key(bencher: Bencher<'_, '_>, people: usize) {
    let mut desk = Desk::of(people);
    desk.keys("end");
    bencher.bench_local(|| desk.press("up down"));
}

/// A key of the filter in the console, drawn.
#[divan::bench(args = [FEW, MANY], sample_count = 20)]
fn filter_key(bencher: Bencher<'_, '_>, people: usize) {
    let mut desk = Desk::of(people);
    desk.keys("/ a");
    bencher.bench_local(|| desk.press("n backspace"));
}

/// A key in the palette: over resources, operations, fields, commands and all people who are loaded.
#[divan::bench(args = [FEW, MANY], sample_count = 20)]
fn palette_key(bencher: Bencher<'_, '_>, people: usize) {
    let mut desk = Desk::of(people);
    desk.keys("ctrl-p r");
    bencher.bench_local(|| desk.press("e backspace"));
}
