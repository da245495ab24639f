//! Files that people write by hand: where a mistake is, and which word was probably meant.
//!
//! Owns what settings and themes have in common when they complain. Knows nothing of either, and does no IO.

use std::fmt;
use std::ops::Range;

/// A place in a text, counted from 1 as editors do; columns are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Place {
    /// The place of a byte offset.
    pub fn at(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        Self { line, column }
    }

    /// The place where a span begins; the first of the text when there is none.
    pub fn of(text: &str, span: Option<Range<usize>>) -> Self {
        Self::at(text, span.map_or(0, |s| s.start))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The word that was probably meant: the candidate with the fewest wrong letters, if they are few enough.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|c| (distance(&word.to_lowercase(), &c.to_lowercase()), c))
        .filter(|&(far, _)| far <= limit)
        .min_by_key(|&(far, _)| far)
        .map(|(_, c)| c)
}

/// "; did you mean `green`?", or nothing.
pub fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |c| format!("; did you mean `{c}`?"))
}

/// Letters to add, drop, replace or swap with the next to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if swapped { best.min(rows[i - 2][j - 2] + 1) } else { best }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_editors_do() {
        let text = "ä = 1\nb = 2\n";
        for (offset, line, column) in [(0, 1, 1), (1, 1, 1), (2, 1, 2), (7, 2, 1), (11, 2, 5), (99, 3, 1)] {
            assert_eq!(Place::at(text, offset), Place { line, column }, "{offset}");
        }
        assert_eq!(Place::of(text, None).to_string(), "1:1");
    }

    #[test]
    fn the_nearest_word_is_found() {
        let words = ["client_id", "client_secret_file", "ca_file", "url"];
        for (typed, meant) in [
            ("clientid", Some("client_id")),
            ("Client_ID", Some("client_id")),
            ("cafile", Some("ca_file")),
            ("ulr", Some("url")),
            ("client_secret_fiel", Some("client_secret_file")),
            ("banana", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, words), meant, "{typed}");
        }
    }

    #[test]
    fn swapping_counts_once() {
        for (a, b, far) in [("url", "ulr", 1), ("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0)] {
            assert_eq!(distance(a, b), far, "{a} {b}");
        }
    }
}
