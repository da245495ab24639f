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
    print(value, 0, &mut out);
    out
}

fn print(value: &Value, depth: usize, out: &mut String) {
    let children: Vec<(Option<&str>, &Value)> = match value {
        Value::Array(elements) => elements.iter().map(|v| (None, v)).collect(),
        Value::Object(members) => members.iter().map(|(name, v)| (Some(name.as_str()), v)).collect(),
        _ => Vec::new(),
    };
    let flat = children.iter().all(|(_, v)| !matches!(v, Value::Array(a) if !a.is_empty()) && !is_full_object(v));
    if flat {
        let line = on_one_line(value, &children);
        // The name of a property before it is part of the line already.
        let column = out.rsplit('\n').next().unwrap_or("").chars().count();
        if children.is_empty() || column + line.chars().count() <= WIDTH {
            out.push_str(&line);
            return;
        }
    }
    let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
    out.push(open);
    for (i, (name, child)) in children.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(out, "{comma}\n{:1$}", "", (depth + 1) * 2);
        if let Some(name) = name {
            let _ = write!(out, "{}: ", quoted(name));
        }
        print(child, depth + 1, out);
    }
    let _ = write!(out, "\n{:1$}{close}", "", depth * 2);
}

fn is_full_object(value: &Value) -> bool {
    value.as_object().is_some_and(|members| !members.is_empty())
}

fn on_one_line(value: &Value, children: &[(Option<&str>, &Value)]) -> String {
    if children.is_empty() {
        return value.to_string();
    }
    let parts: Vec<String> = children
        .iter()
        .map(|(name, v)| match name {
            Some(name) => format!("{}: {v}", quoted(name)),
            None => v.to_string(),
        })
        .collect();
    match value {
        Value::Array(_) => format!("[{}]", parts.join(", ")),
        _ => format!("{{ {} }}", parts.join(", ")),
    }
}

fn quoted(name: &str) -> String {
    Value::from(name).to_string()
}
