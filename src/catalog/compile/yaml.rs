//! Reads a document written in YAML into the tree that one written in JSON gives.
//!
//! Owns what a plain word means, after the core schema of YAML 1.2: `No` is a word and no switch, which matters because
//! the document has members spelt so. Knows nothing of OpenAPI. The parser is a crate's; a whole deserializer for one
//! tree would be 0.2 MB of program.

use granit_parser::{Event, Parser, ScalarStyle, ScanError};
use serde_json::{Map, Number, Value};
use std::collections::HashMap;

/// More values than any document has; aliases could make them without end.
const MOST: usize = 4_000_000;

/// A list or an object that is not closed yet.
enum Open {
    List(Vec<Value>),
    /// The members, and the name whose value comes next.
    Object(Map<String, Value>, Option<String>),
}

/// The tree of a document.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let mut open: Vec<(Open, usize)> = Vec::new();
    let mut anchors: HashMap<usize, Value> = HashMap::new();
    let (mut root, mut documents, mut count) = (Value::Null, 0, 0);
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| sentence(&error))?;
        let said = |what: &str| format!("{what} at line {}, column {}", span.start.line(), span.start.col() + 1);
        let (value, anchor) = match event {
            Event::DocumentStart(..) if documents > 0 => return Err(said("a second document begins")),
            Event::DocumentStart(..) => {
                documents += 1;
                continue;
            }
            Event::SequenceStart(_, anchor, _) => {
                open.push((Open::List(Vec::new()), anchor));
                continue;
            }
            Event::MappingStart(_, anchor, _) => {
                open.push((Open::Object(Map::new(), None), anchor));
                continue;
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                match open.last_mut() {
                    Some((Open::Object(_, name @ None), _)) => {
                        *name = Some(text.into_owned());
                        continue;
                    }
                    _ if plain => (word(&text), anchor),
                    _ => (Value::String(text.into_owned()), anchor),
                }
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some((Open::List(elements), anchor)) => (Value::Array(elements), anchor),
                Some((Open::Object(members, _), anchor)) => (Value::Object(members), anchor),
                None => continue,
            },
            Event::Alias(anchor) => match anchors.get(&anchor) {
                Some(value) => {
                    count += size(value);
                    (value.clone(), 0)
                }
                None => return Err(said("an alias stands inside what it repeats")),
            },
            _ => continue,
        };
        count += 1;
        if count > MOST {
            return Err(said("there is more than any document has"));
        }
        if anchor > 0 {
            anchors.insert(anchor, value.clone());
        }
        match open.last_mut() {
            Some((Open::List(elements), _)) => elements.push(value),
            Some((Open::Object(members, name), _)) => match name.take() {
                Some(name) => drop(members.insert(name, value)),
                None => return Err(said("a name is no text")),
            },
            None => root = value,
        }
    }
    Ok(root)
}

fn sentence(error: &ScanError) -> String {
    let at = error.marker();
    format!("{} at line {}, column {}", error.info(), at.line(), at.col() + 1)
}

/// What a word without quotes means.
fn word(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    // `inf` and `nan` are words too.
    let digits = text.trim_start_matches(['+', '-']).trim_start_matches('.');
    let number = || text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from)).ok();
    let fraction = || text.parse::<f64>().ok().and_then(Number::from_f64);
    match digits.starts_with(|c: char| c.is_ascii_digit()) {
        true => number().or_else(fraction).map_or_else(|| Value::from(text), Value::Number),
        false => Value::from(text),
    }
}

/// How many values there are in one.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_words_mean() {
        let text = "a: [No, yes, true, ~, null, '', '1', 1, -7, 18446744073709551615, 1.5, 3.0.4, 1_000, .inf, 007x]\n\
                    'b c': |\n  two\n  lines\nd: {}\n200: !!str 5\ne:\n";
        let wanted = json!({
            "a": ["No", "yes", true, null, null, "", "1", 1, -7, 18446744073709551615u64, 1.5, "3.0.4", "1_000", ".inf", "007x"],
            "b c": "two\nlines\n", "d": {}, "200": "5", "e": null,
        });
        assert_eq!(read(text), Ok(wanted));
        assert_eq!(read(""), Ok(Value::Null));
    }

    #[test]
    fn what_is_repeated_and_what_has_no_end() {
        assert_eq!(read("a: &x [1, 2]\nb: *x\n"), Ok(json!({ "a": [1, 2], "b": [1, 2] })));
        let mut bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n".to_owned();
        for n in 1..10 {
            let before = format!("*a{}", n - 1);
            bomb.push_str(&format!("a{n}: &a{n} [{}]\n", vec![before; 10].join(", ")));
        }
        assert!(read(&bomb).is_err_and(|said| said.starts_with("there is more than any document has at line ")));
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, place) in [
            ("a: [1, 2\nb: }", "line 2"),
            ("a: 1\n---\nb: 2\n", "a second document begins at line 2, column 1"),
            ("[a, b]: c", "a name is no text at line 1"),
            ("a: *b", "line 1, column 4"),
            ("a: &b [*b]", "line 1"),
        ] {
            let said = read(text).expect_err(text);
            assert!(said.contains(place), "{text:?}: {said}");
        }
    }
}
