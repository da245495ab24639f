//! What was measured, as it is told: a line at once, and at the end the table that stands in the README.

use std::io::{Write as _, stdout};

/// Everything that was measured so far.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<[String; 4]>,
    /// The room that is measured.
    pub(crate) room: &'static str,
}

impl Table {
    /// Tells a figure by its median and its range, and what is wanted of it.
    pub(crate) fn tell(&mut self, what: &str, mut values: Vec<f64>, unit: &str, wanted: &str) {
        values.sort_by(f64::total_cmp);
        let (Some(first), Some(last)) = (values.first(), values.last()) else { return };
        let median = values[values.len() / 2];
        let reached = match short(*first) == short(*last) {
            true => format!("{} {unit}", short(median)),
            false => format!("{} {unit} ({} to {})", short(median), short(*first), short(*last)),
        };
        self.say(what, reached, wanted);
    }

    /// Tells something in words.
    pub(crate) fn say(&mut self, what: &str, reached: String, wanted: &str) {
        let _ = writeln!(stdout(), "{what}: {reached}; wanted: {wanted}");
        let command = format!("`cargo bench --bench terminal -- {}`", self.room);
        self.rows.push([what.to_owned(), reached, wanted.to_owned(), command]);
    }

    /// The table as Markdown.
    pub(crate) fn markdown(&self) -> String {
        let line = |row: &[String; 4]| format!("| {} |\n", row.join(" | "));
        let rows: String = self.rows.iter().map(line).collect();
        format!("| What | Reached | Wanted | Measured by |\n|---|---|---|---|\n{rows}")
    }
}

/// A number with as many digits as say something.
fn short(value: f64) -> String {
    match value {
        value if value >= 1000.0 => {
            let whole = format!("{value:.0}");
            format!("{},{}", &whole[..whole.len() - 3], &whole[whole.len() - 3..])
        }
        value if value >= 20.0 => format!("{value:.0}"),
        value if value >= 2.0 => format!("{value:.1}"),
        value if value.fract() == 0.0 => format!("{value:.0}"),
        value => format!("{value:.2}"),
    }
}
