//! Filter, order, selection and growth of lists, over the users of the shipped catalog.

use super::*;
use crate::catalog::{Catalog, Reference};
use crate::odata::{Cell, EntityKey, Page};
use proptest::prelude::*;
use std::cmp::Ordering;
use std::sync::Arc;

fn names() -> Names {
    let mut names = Names::default();
    for (key, name) in [("1", "Sales"), ("2", "Überblick"), ("3", "Admin")] {
        names.learn(Reference { resource: "Groups", by: "Id" }, key, name);
    }
    names
}

/// (number, last name, department, voicemail)
type Person<'a> = (&'a str, &'a str, i64, bool);

fn page(rows: &Rows, first: i64, people: &[Person<'_>]) -> Page {
    let fields: Arc<[String]> = rows.fields().to_vec().into();
    let columns = fields
        .iter()
        .map(|field| {
            people
                .iter()
                .map(|(number, last, group, voicemail)| match field.as_str() {
                    "Number" => Cell::Text((*number).into()),
                    "LastName" => Cell::Text((*last).into()),
                    "FirstName" => Cell::Text("Ada".into()),
                    "PrimaryGroupId" => Cell::Int(*group),
                    "VMEnabled" => Cell::Bool(*voicemail),
                    _ => Cell::Null,
                })
                .collect()
        })
        .collect();
    let keys = (0..people.len() as i64).map(|at| EntityKey::Int(first + at)).collect();
    Page { skip: 0, total: None, keys, columns, fields, keyless: 0 }
}

fn rows() -> Rows {
    let catalog = Catalog::shipped();
    Rows::new(catalog, catalog.resource("Users").unwrap())
}

const PEOPLE: &[Person<'_>] = &[
    ("1000", "Zoë", 1, true),
    ("200", "Müller", 2, false),
    ("214", "O'Brien", 1, true),
    ("99", "muller", 3, false),
    ("", "明", 9, true),
];

fn loaded() -> (Rows, View) {
    let (mut rows, mut view) = (rows(), View::default());
    let page = page(&rows, 1, PEOPLE);
    rows.append(&page);
    view.grow(&rows, Catalog::shipped(), &names());
    (rows, view)
}

fn numbers(rows: &Rows, view: &View) -> Vec<String> {
    view.shown().iter().map(|&row| rows.joined_fields(row, &["Number"], "").into_owned()).collect()
}

#[test]
fn numbers_stand_in_the_order_of_their_value_and_empty_ones_last_either_way() {
    let (rows, mut view) = loaded();
    assert_eq!(numbers(&rows, &view), ["99", "200", "214", "1000", ""]);
    view.set_order(Order { column: 0, reverse: true }, &rows, &names());
    assert_eq!(numbers(&rows, &view), ["1000", "214", "200", "99", ""]);
}

#[test]
fn a_filter_finds_words_without_accents_and_values_by_column() {
    let (rows, mut view) = loaded();
    for (filter, expect) in [
        ("muller", vec!["99", "200"]),
        ("MÜLLER 20", vec!["200"]),
        ("明", vec![""]),
        ("o'b", vec!["214"]),
        ("sales", vec!["214", "1000"]),
        ("uber", vec!["200"]),
        ("dep=sal vm=on", vec!["214", "1000"]),
        ("vm=off", vec!["99", "200"]),
        ("VMEnabled=on muller", vec![]),
        ("vm=", vec!["99", "200", "214", "1000", ""]),
        ("nosuch=1", vec![]),
        ("", vec!["99", "200", "214", "1000", ""]),
    ] {
        view.set_filter(filter, &rows, Catalog::shipped(), &names());
        assert_eq!(numbers(&rows, &view), expect, "{filter:?}");
    }
}

#[test]
fn the_selection_follows_its_row_through_sort_and_filter() {
    let (rows, mut view) = loaded();
    view.step(2, 10);
    let selected = view.selected();
    assert_eq!(rows.joined_fields(selected.unwrap(), &["Number"], ""), "214");
    view.set_order(Order { column: 1, reverse: false }, &rows, &names());
    assert_eq!(view.selected(), selected);
    view.set_filter("o'b", &rows, Catalog::shipped(), &names());
    assert_eq!(view.selected(), selected);
    view.set_filter("muller", &rows, Catalog::shipped(), &names());
    assert_eq!(view.selected(), view.shown().first().copied(), "a filtered-out row cannot stay selected");
}

#[test]
fn going_to_a_number_selects_the_first_that_begins_with_it() {
    let (rows, mut view) = loaded();
    for (typed, selected, exact) in
        [("2", "200", false), ("21", "214", false), ("214", "214", true), ("7", "214", false)]
    {
        let found = view.go_to(typed, &rows, "Number");
        assert_eq!(rows.joined_fields(view.selected().unwrap(), &["Number"], ""), selected, "{typed}");
        assert_eq!(found.is_some(), exact, "{typed}");
    }
}

#[test]
fn a_row_given_twice_is_one_row() {
    let (mut rows, mut view) = loaded();
    let again = page(&rows, 3, &PEOPLE[2..]);
    rows.append(&again);
    view.grow(&rows, Catalog::shipped(), &names());
    assert_eq!((rows.len(), view.shown().len()), (PEOPLE.len(), PEOPLE.len()));
}

#[test]
fn a_renewed_row_is_found_by_its_new_text_only() {
    let (mut rows, mut view) = loaded();
    let row = rows.find(&EntityKey::Int(3)).unwrap();
    let entity = serde_json::json!({"LastName": "Lovelace", "VMEnabled": false, "Groups": []});
    assert!(rows.renew(row, entity.as_object().unwrap()));
    assert!(!rows.renew(row, entity.as_object().unwrap()), "the second time nothing is new");
    view.rebuild(&rows, Catalog::shipped(), &names());
    for (filter, hits) in [("lovelace", 1), ("o'b", 0), ("vm=off", 3)] {
        view.set_filter(filter, &rows, Catalog::shipped(), &names());
        assert_eq!(view.shown().len(), hits, "{filter}");
    }
}

#[test]
fn the_selected_row_is_always_on_the_screen() {
    let (mut rows, mut view) = (rows(), View::default());
    let numbers: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    let people: Vec<Person<'_>> = numbers.iter().map(|n| (n.as_str(), "Name", 1, true)).collect();
    let page = page(&rows, 1, &people);
    rows.append(&page);
    view.grow(&rows, Catalog::shipped(), &names());
    let height = 20;
    for by in [1, 1, 20, 20, 300, -1, -20, 5, -500, isize::MAX / 2, -(isize::MAX / 2)] {
        view.step(by, height);
        let (at, top) = (view.position().unwrap(), view.top(height));
        assert!((top..top + height).contains(&at), "after {by}: {at} is not in {top}..");
        for smaller in [1, 3, 7] {
            let top = view.top(smaller);
            assert!((top..top + smaller).contains(&at), "at height {smaller}");
        }
    }
}

#[test]
fn a_hundred_thousand_that_all_match_are_shown_found_and_completed() {
    let mut rows = rows();
    for first in (0..100_000).step_by(5000) {
        let page = page(&rows, first, &[("7", "Lovelace", 1, true); 5000]);
        rows.append(&page);
    }
    let (mut view, names) = (View::default(), names());
    view.grow(&rows, Catalog::shipped(), &names);
    for filter in ["l", "lo", "lo vm=on", "dep=sales"] {
        view.set_filter(filter, &rows, Catalog::shipped(), &names);
        assert_eq!(view.shown().len(), 100_000, "{filter}");
    }
    for column in 0..5 {
        view.set_order(Order { column, reverse: true }, &rows, &names);
        assert_eq!((view.shown().len(), view.selected()), (100_000, Some(0)));
    }
    assert_eq!(rows.having(&["love".to_owned()], 50).len(), 50);
    assert_eq!(rows.completions("name=lo", Catalog::shipped(), &names), ["name=Lovelace,"]);
}

/// The order as it is meant, in the plainest words: numbers by value, then texts by their folded form, then what is empty;
/// of those that are the same, the first to come first.
fn plainly_sorted(rows: &Rows, order: Order, names: &Names) -> Vec<u32> {
    let read = |row: &u32| fold(&rows.reading(Catalog::shipped(), names, *row, order.column));
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.len() <= 18);
    let mut sorted: Vec<u32> = (0..rows.len() as u32).collect();
    sorted.sort_by(|a, b| {
        let (a, b) = (read(a), read(b));
        let ordering = match (number(&a), number(&b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            (a_is, b_is) => b_is.is_some().cmp(&a_is.is_some()).then_with(|| a.cmp(&b)),
        };
        let turned = if order.reverse { ordering.reverse() } else { ordering };
        a.is_empty().cmp(&b.is_empty()).then(if a.is_empty() || b.is_empty() { Ordering::Equal } else { turned })
    });
    sorted
}

#[test]
fn long_names_with_one_beginning_and_one_for_everybody_stand_in_order() {
    let long = |n: usize| format!("{}{:03}", "A name that never ends ".repeat(5), n * 7 % 100);
    let same = "x".repeat(5000);
    let last: Vec<String> = (0..200).map(|n| if n % 5 == 0 { same.clone() } else { long(n) }).collect();
    let people: Vec<Person<'_>> = last.iter().map(|last| ("", last.as_str(), 1, true)).collect();
    let mut rows = rows();
    let page = page(&rows, 1, &people);
    rows.append(&page);
    for reverse in [false, true] {
        let (mut view, order) = (View::default(), Order { column: 1, reverse });
        view.grow(&rows, Catalog::shipped(), &names());
        view.set_order(order, &rows, &names());
        assert_eq!(view.shown(), plainly_sorted(&rows, order, &names()));
    }
}

#[test]
fn a_column_of_few_values_that_turn_out_to_be_many_loses_nothing() {
    let last: Vec<String> = (0..20_000).map(|n| format!("N{}", n * 7919 % 20_000)).collect();
    let mut rows = rows();
    for (at, part) in last.chunks(1000).enumerate() {
        let people: Vec<Person<'_>> = part.iter().map(|last| ("", last.as_str(), 1, true)).collect();
        let page = page(&rows, at as i64 * 1000, &people);
        rows.append(&page);
    }
    for row in [0_usize, 999, 16_000, 16_400, 19_999] {
        assert_eq!(rows.joined_fields(row as u32, &["LastName"], ""), last[row]);
    }
    assert!(rows.renew(16_000, serde_json::json!({ "LastName": "Lovelace" }).as_object().unwrap()));
    assert_eq!(rows.joined_fields(16_000, &["LastName"], ""), "Lovelace");
    assert_eq!(rows.joined_fields(16_001, &["LastName"], ""), last[16_001]);
    assert_eq!(rows.having(&["lovelace".to_owned()], 9), [16_000]);
}

proptest! {
    /// Rows shared by few values or by none, short and long, with and without accents: all in the order that is meant.
    #[test]
    fn every_column_stands_in_the_order_that_is_meant(
        people in prop::collection::vec(
            ("[0-9]{0,3}|[a-c0]{1,2}", "[ab]{0,2}|[A-Cé, ]{0,30}|[0-9]{1,3}", 0i64..5, any::<bool>()), 0..120),
        column in 0usize..5,
        reverse in any::<bool>(),
    ) {
        let people: Vec<Person<'_>> =
            people.iter().map(|(n, l, g, v)| (n.as_str(), l.as_str(), *g, *v)).collect();
        let (names, order, mut rows, mut view) = (names(), Order { column, reverse }, rows(), View::default());
        let page = page(&rows, 1, &people);
        rows.append(&page);
        view.grow(&rows, Catalog::shipped(), &names);
        let selected = view.selected();
        view.set_order(order, &rows, &names);
        prop_assert_eq!(view.shown(), plainly_sorted(&rows, order, &names));
        prop_assert_eq!(view.selected(), selected);
    }

    /// A row that is renewed stands where it would had everything been put in order again.
    #[test]
    fn a_renewed_row_stands_where_it_belongs(
        people in prop::collection::vec(("[0-9]{0,3}", "[A-Cé]{0,3}", 0i64..4, any::<bool>()), 1..40),
        which in any::<prop::sample::Index>(),
        last in "[A-Cé]{0,3}",
        column in 0usize..5,
        reverse in any::<bool>(),
        filter in prop::sample::select(vec!["", "a", "vm=on", "sales"]),
    ) {
        let people: Vec<Person<'_>> =
            people.iter().map(|(n, l, g, v)| (n.as_str(), l.as_str(), *g, *v)).collect();
        let (catalog, names, mut rows, mut view) = (Catalog::shipped(), names(), rows(), View::default());
        let page = page(&rows, 1, &people);
        rows.append(&page);
        view.set_order(Order { column, reverse }, &rows, &names);
        view.set_filter(filter, &rows, catalog, &names);
        let row = which.index(people.len()) as u32;
        let entity = serde_json::json!({ "LastName": last, "Number": "7", "VMEnabled": last.is_empty() });
        rows.renew(row, entity.as_object().unwrap());
        let mut built = view.clone();
        view.move_row(row, &rows, catalog, &names);
        built.rebuild(&rows, catalog, &names);
        prop_assert_eq!(view.shown(), built.shown());
        prop_assert_eq!(view.position(), built.position());
        prop_assert_eq!(rows.with("Number", "7").is_some(), true);
    }

    /// However the rows arrive, the view is what it would be had they arrived at once.
    #[test]
    fn growing_page_by_page_is_the_same_as_building_at_once(
        people in prop::collection::vec(("[0-9]{0,4}", "[A-Za-zé ]{0,6}", 0i64..4, any::<bool>()), 0..60),
        cut in 1usize..20,
        column in 0usize..5,
        reverse in any::<bool>(),
        filter in prop::sample::select(vec!["", "a", "sales", "vm=on", "e 1"]),
    ) {
        let people: Vec<Person<'_>> =
            people.iter().map(|(n, l, g, v)| (n.as_str(), l.as_str(), *g, *v)).collect();
        let (catalog, names, order) = (Catalog::shipped(), names(), Order { column, reverse });
        let (mut rows, mut grown) = (rows(), View::default());
        grown.set_order(order, &rows, &names);
        grown.set_filter(filter, &rows, catalog, &names);
        for (at, part) in people.chunks(cut).enumerate() {
            let page = page(&rows, (at * cut) as i64, part);
            rows.append(&page);
            grown.grow(&rows, catalog, &names);
        }
        let mut built = View::default();
        built.set_order(order, &rows, &names);
        built.set_filter(filter, &rows, catalog, &names);
        built.rebuild(&rows, catalog, &names);
        prop_assert_eq!(grown.shown(), built.shown());
    }
}
