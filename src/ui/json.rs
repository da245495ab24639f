//! JSON in colours: in the editor, in a preview, in an answer.

use crate::draft::json::{TokenKind, pretty, tokens};
use crate::theme::Role;
use serde_json::Value;

/// For each line, the pieces of it with their roles.
pub(super) fn roles(lines: &[&str]) -> Vec<Vec<(usize, usize, Role)>> {
    let whole = lines.join("\n");
    let mut starts = Vec::with_capacity(lines.len());
    let mut at = 0;
    for line in lines {
        starts.push(at);
        at += line.len() + 1;
    }
    let mut pieces = vec![Vec::new(); lines.len()];
    for token in tokens(&whole) {
        let role = match token.kind {
            TokenKind::Key => Role::JsonKey,
            TokenKind::Text => Role::JsonString,
            TokenKind::Number => Role::JsonNumber,
            TokenKind::Bool | TokenKind::Null => Role::JsonWord,
            TokenKind::OpenObject
            | TokenKind::CloseObject
            | TokenKind::OpenList
            | TokenKind::CloseList
            | TokenKind::Colon
            | TokenKind::Comma => Role::JsonPunct,
            TokenKind::Wrong => Role::JsonError,
            TokenKind::Space => continue,
        };
        let line = starts.partition_point(|&start| start <= token.start).saturating_sub(1);
        let (start, end) = (token.start - starts[line], (token.end - starts[line]).min(lines[line].len()));
        pieces[line].push((start, end, role));
    }
    pieces
}

/// A value as JSON: its lines, each in pieces of text with their roles.
pub(super) fn lines(value: &Value) -> Vec<Vec<(String, Role)>> {
    let text = pretty(value);
    let lines: Vec<&str> = text.lines().collect();
    let pieces = roles(&lines);
    let coloured = |(line, pieces): (&&str, Vec<(usize, usize, Role)>)| {
        let mut parts = Vec::new();
        let mut at = 0;
        for (start, end, role) in pieces {
            if at < start {
                parts.push((line[at..start].to_owned(), Role::Text));
            }
            parts.push((line[start..end].to_owned(), role));
            at = end;
        }
        if at < line.len() {
            parts.push((line[at..].to_owned(), Role::Text));
        }
        parts
    };
    lines.iter().zip(pieces).map(coloured).collect()
}
