//! Who has a number: the lists that hold numbers people dial, searched by the digits at their ends.
//!
//! Owns what counts as a number and when two are the same. Which properties hold some is the catalog's to say.

use super::model::{ListId, Model};
use super::palette::{Entry, entry};
use crate::catalog::{FieldKind, Roles};
use crate::order;
use std::cmp::Reverse;

/// Digits from which on a text is taken for a number that somebody dials.
const DIALLED: usize = 5;

/// The digits of a text that somebody dials, without what says only from where: `+`, `00`, a leading `0`.
pub(super) fn digits(text: &str) -> Option<String> {
    let is_number = text.chars().all(|c| c.is_ascii_digit() || " +-()/.*#".contains(c));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (is_number && digits.len() >= DIALLED).then(|| digits.trim_start_matches('0').to_owned())
}

/// Where a number is at home, in every list of this PBX that is loaded: the longest common end first.
pub(super) fn hits(model: &Model, typed: &str) -> Vec<Entry> {
    let Some(wanted) = digits(typed) else { return Vec::new() };
    let wanted = wanted.as_str();
    let lists = model.lists.iter().filter(|(id, _)| id.pbx == model.pbx().id);
    let hits = lists.flat_map(move |(id, list)| {
        let fields = roles_of(model, id).map(|roles| roles.dialled.iter()).unwrap_or_default();
        let cells: Vec<_> = fields.filter_map(|field| Some((*field, list.rows.cells(field)?))).collect();
        (0..list.rows.len()).filter_map(move |row| {
            let (common, field) = cells
                .iter()
                .filter_map(|(field, cells)| Some((common_end(wanted, &cells.text(row))?, *field)))
                .max_by_key(|(common, _)| *common)?;
            let mut entry = entry(model, id, row as u32);
            entry.detail = format!("{} · {}", entry.detail, where_to(model, id, row as u32, field));
            // Where the number itself is the entry, that is who has it.
            let is_it = roles_of(model, id).is_some_and(|roles| roles.number == Some(field));
            Some((2 * common + usize::from(is_it), entry))
        })
    });
    let mut hits: Vec<(usize, Entry)> = hits.collect();
    order::by_key(&mut hits, |(score, entry)| (Reverse(*score), entry.detail.clone(), entry.title.clone()));
    hits.into_iter().map(|(_, entry)| entry).collect()
}

fn roles_of<'m>(model: &'m Model, id: &ListId) -> Option<&'m Roles> {
    model.resource(id).map(|resource| model.catalog().roles(resource))
}

/// How many digits two numbers have in common at their ends, if one of them ends with the other. A `*` stands for any
/// digits before.
fn common_end(wanted: &str, held: &str) -> Option<usize> {
    let any = held.trim_start().starts_with('*');
    let digits = || held.bytes().filter(u8::is_ascii_digit);
    let count = digits().skip_while(|digit| *digit == b'0').count();
    let (least, common) = (if any { 2 } else { DIALLED }, count.min(wanted.len()));
    let fits = count >= least && (count <= wanted.len() || !any);
    (fits && digits().rev().zip(wanted.bytes().rev()).take(common).all(|(held, wanted)| held == wanted))
        .then_some(common)
}

/// What else the list says of a row: for a number, where it leads.
fn where_to(model: &Model, id: &ListId, row: u32, field: &str) -> String {
    let Some(list) = model.lists.get(id) else { return String::new() };
    let (catalog, names) = (model.catalog(), &model.pbx().names);
    let label = model.row_label(id, row);
    let parts = list.rows.columns().iter().enumerate().filter(|(_, shown)| {
        // A bare on or off says nothing without its heading.
        shown.column.fields.as_slice() != [field] && !matches!(shown.kind, FieldKind::Bool)
    });
    let parts = parts.map(|(at, _)| list.rows.reading(catalog, names, row, at).into_owned());
    let told: Vec<String> = parts.filter(|part| !part.is_empty() && !label.contains(part.as_str())).take(3).collect();
    let number = list.rows.joined_fields(row, &[field], "").into_owned();
    let number = Some(number).filter(|number| !label.contains(number.as_str()));
    number.into_iter().chain(told).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_that_end_alike() {
        for (wanted, held, common) in [
            ("301234567", "+49 30 1234567", Some(9)),
            ("49301234567", "030/1234567", Some(9)),
            ("301234567", "030 1234567", Some(9)),
            ("301234567", "+49 30 1234568", None),
            ("301234567", "*567", Some(3)),
            ("301234567", "*67", Some(2)),
            ("301234567", "*7", None),
            ("34567", "*1234567", None),
            ("301234567", "4567", None),
            ("301234567", "34567", Some(5)),
            ("301234567", "00034567", Some(5)),
            ("301234567", "00000", None),
            ("301234567", "", None),
        ] {
            assert_eq!(common_end(wanted, held), common, "{wanted} {held}");
        }
    }
}
