//! What the word that is being typed of a filter may become.

use super::filter::column_named;
use super::fold::fold;
use super::rows::{Rows, Shown};
use super::view::Names;
use crate::catalog::Catalog;
use crate::order;
use std::collections::HashMap;

/// So many completions are enough.
const MOST: usize = 50;

impl Rows {
    /// The name of a column, or a value that stands in one, the most frequent first.
    pub fn completions(&self, word: &str, catalog: &Catalog, names: &Names) -> Vec<String> {
        let Some((name, value)) = word.split_once('=') else {
            let begun = fold(word);
            let plain = |shown: &Shown| fold(shown.column.title.split(' ').next().unwrap_or_default());
            let mut found: Vec<String> =
                self.columns().iter().map(plain).filter(|title| title.starts_with(&begun)).collect();
            found.dedup();
            return found.into_iter().map(|title| format!("{title}=")).collect();
        };
        let Some(column) = column_named(&fold(name), self.columns()) else { return Vec::new() };
        let begun = fold(value);
        let mut counts: HashMap<String, usize> = HashMap::new();
        for row in 0..self.len() as u32 {
            let reading = self.reading(catalog, names, row, column);
            // A filter is told apart by its blanks: of a value with some, the first word is enough.
            let first = reading.split_whitespace().next().unwrap_or_default();
            if !first.is_empty() && fold(first).starts_with(&begun) {
                *counts.entry(first.to_owned()).or_default() += 1;
            }
        }
        let mut found: Vec<(String, usize)> = counts.into_iter().collect();
        order::by(&mut found, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.into_iter().take(MOST).map(|(value, _)| format!("{name}={value}")).collect()
    }
}
