//! Text as a table: a heading and rows, each with the line it begins on.
//!
//! Owns delimiters, quotes and what a row has too many or too few of. Knows no field.

use super::Complaint;

/// A larger file is no list of people.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// More rows than any PBX has users.
pub const MOST_ROWS: usize = 100_000;
/// More columns than any schema has fields.
const MOST_COLUMNS: usize = 1_000;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line of the file it begins on, from 1.
    pub line: u64,
    /// Its cells, as many as the heading has.
    pub cells: csv::StringRecord,
}

/// A heading and rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The heading.
    pub heading: Vec<String>,
    /// The line of the file that it stands on, from 1.
    pub line: u64,
    /// The rows in which anything stands, as far as they can be read.
    pub rows: Vec<Record>,
    /// All that is wrong with its form.
    pub complaints: Vec<Complaint>,
}

/// Reads a table.
pub fn read(text: &str) -> Table {
    let (text, told) = match first_line(text).strip_prefix("sep=") {
        // Excel's own way to name the delimiter. Its line stays, empty, so that lines are counted as in the file.
        Some(sign) if sign.trim_end().len() == 1 => (&text[first_line(text).len()..], sign.bytes().next()),
        _ => (text, None),
    };
    let delimiter = told.unwrap_or_else(|| delimiter(text));
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut table = Table::default();
    loop {
        let at = reader.position().clone();
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                table.complaints.push(Complaint::line(at.line(), format!("This cannot be read: {error}.")));
                break;
            }
        }
        // The position is that before blank lines, which are skipped unseen.
        let blank = text.as_bytes()[at.byte() as usize..].iter().take_while(|b| matches!(b, b'\r' | b'\n'));
        let line = at.line() + blank.filter(|b| **b == b'\n').count() as u64;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if table.heading.is_empty() {
            table.line = line;
            table.heading = record.iter().map(|cell| cell.trim().to_owned()).collect();
            while table.heading.last().is_some_and(String::is_empty) {
                table.heading.pop();
            }
            if table.heading.len() > MOST_COLUMNS {
                table.complaints.push(Complaint::line(line, format!("There are more than {MOST_COLUMNS} columns.")));
                break;
            }
            continue;
        }
        if table.rows.len() == MOST_ROWS {
            // Of the file as a whole, so that it stands before whatever else is wrong with it.
            let sentence =
                format!("There are more than {MOST_ROWS} rows (line {line} is one too many): divide the file.");
            table.complaints.push(Complaint::file(sentence));
            break;
        }
        match fitted(&record, table.heading.len()) {
            Ok(cells) => table.rows.push(Record { line, cells }),
            Err(sentence) => table.complaints.push(Complaint::line(line, sentence)),
        }
    }
    if let Some(line) = left_open(text, delimiter) {
        table.complaints.push(Complaint::line(line, "A quote is opened here and closed nowhere."));
    }
    if table.heading.is_empty() && table.complaints.is_empty() {
        table.complaints.push(Complaint::file("There is nothing in the file, not even a heading."));
    }
    table
}

fn first_line(text: &str) -> &str {
    text.split(['\r', '\n']).next().unwrap_or_default()
}

/// The sign that stands most often in the first line, outside of quotes.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |sign: char| {
        let mut quoted = false;
        let outside = |c: &char| {
            quoted ^= *c == '"';
            !quoted
        };
        first.chars().filter(outside).filter(|c| *c == sign).count()
    };
    let mut best = (b',', count(','));
    for sign in [';', '\t'] {
        let found = count(sign);
        if found > best.1 {
            best = (sign as u8, found);
        }
    }
    best.0
}

/// The cells of a row, as many as the heading has. Empty ones at the end may be missing or too many.
fn fitted(record: &csv::StringRecord, wanted: usize) -> Result<csv::StringRecord, String> {
    let has = record.len();
    let filled = (0..has).rev().find(|at| !record[*at].trim().is_empty()).map_or(0, |at| at + 1);
    if filled > wanted {
        return Err(format!(
            "This row has {filled} cells, and the heading {wanted}. A comma inside a cell needs quotes around the cell."
        ));
    }
    // One cell in a table of several is another delimiter, or a line that broke.
    if has == 1 && wanted > 1 && record.iter().any(|cell| cell.contains([';', '\t', ','])) {
        return Err(format!("This row has one cell, and the heading {wanted}: it is divided by another sign."));
    }
    Ok(record.iter().chain(std::iter::repeat("")).take(wanted).collect())
}

/// The line on which a quote opens that nothing closes: the reader takes the rest of the file for the cell.
fn left_open(text: &str, delimiter: u8) -> Option<u64> {
    if text.bytes().filter(|b| *b == b'"').count().is_multiple_of(2) {
        return None;
    }
    // The state of the reader at the end, by the rules it reads by: a quote opens at the beginning of a cell only.
    let mut line = 1;
    let mut opened = 0;
    let (mut inside, mut fresh) = (false, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if inside && bytes.peek() == Some(&b'"') => drop(bytes.next()),
            b'"' if inside => inside = false,
            b'"' if fresh => (inside, opened) = (true, line),
            _ => {}
        }
        line += u64::from(byte == b'\n');
        fresh = !inside && (byte == delimiter || byte == b'\n' || byte == b'\r');
    }
    inside.then_some(opened)
}
