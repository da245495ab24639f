//! Values as text that is pleasant to read and to edit.
//!
//! Owns the layout: two spaces a level, the order of properties as it is, and short lists and objects that hold no
//! others on one line. What is printed parses back to the same value.

use serde_json::Value;
use std::fmt::Write;

/// What fits on one line with its indentation stays on one line.
const WIDTH: usize = 80;

/// A value as indented JSON, without a line break at the end.
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    print(value, 0, 0, &mut out);
    out
}

/// Prints a value on a line of its own, `depth` levels in.
pub(in crate::draft) fn indented(value: &Value, depth: usize, out: &mut String) {
    let line = out.len();
    indent(depth, out);
    print(value, depth, line, out);
}

/// Prints a value; `line` is where the line begins that it stands on.
fn print(value: &Value, depth: usize, mut line: usize, out: &mut String) {
    let start = out.len();
    if is_flat(value) {
        // Tried first: what turns out too long is taken back.
        let short = one_line(value, line, out);
        if short {
            return;
        }
        out.truncate(start);
    }
    let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
    out.push(open);
    let mut first = true;
    let mut begin = |out: &mut String| {
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        out.push('\n');
        line = out.len();
        indent(depth + 1, out);
        line
    };
    match value {
        Value::Array(elements) => {
            for element in elements {
                let line = begin(out);
                print(element, depth + 1, line, out);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let line = begin(out);
                plain(name, out);
                out.push_str(": ");
                print(member, depth + 1, line, out);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    out.push('\n');
    indent(depth, out);
    out.push(close);
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Nothing in it has anything in it.
fn is_flat(value: &Value) -> bool {
    let is_empty = |value: &Value| match value {
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => true,
    };
    match value {
        Value::Array(elements) => elements.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
        _ => true,
    }
}

/// Prints a flat value; says whether it may stay so. The name of a property before it is part of the line already.
fn one_line(value: &Value, line: usize, out: &mut String) -> bool {
    // Characters are never more than bytes, so few bytes need not be counted.
    let fits = |out: &String| out.len() - line <= WIDTH || out[line..].chars().take(WIDTH + 1).count() <= WIDTH;
    match value {
        Value::Array(elements) if !elements.is_empty() => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                scalar(element, out);
                if !fits(out) {
                    return false;
                }
            }
            out.push(']');
            fits(out)
        }
        Value::Object(members) if !members.is_empty() => {
            out.push_str("{ ");
            for (at, (name, member)) in members.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                plain(name, out);
                out.push_str(": ");
                scalar(member, out);
                if !fits(out) {
                    return false;
                }
            }
            out.push_str(" }");
            fits(out)
        }
        scalar => {
            self::scalar(scalar, out);
            true
        }
    }
}

fn scalar(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::String(text) => plain(text, out),
        other => drop(write!(out, "{other}")),
    }
}

/// A text in quotes.
fn plain(text: &str, out: &mut String) {
    if text.bytes().any(|b| b < b' ' || matches!(b, b'"' | b'\\')) {
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", Value::from(text));
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}
