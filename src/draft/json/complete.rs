//! What can stand at a place of half-typed JSON.
//!
//! Owns the way from a cursor to a slot, by tokens alone, so that it works while the text is broken. Names of
//! properties that are not there yet, members of enums, true, false and null; never free text.

use super::lex::{Token, TokenKind, tokens};
use crate::catalog::{Catalog, Type};
use crate::draft::Slot;

/// What may replace the bytes `start..end` of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// First byte of what has been typed of it.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// JSON to put there; those that begin with what was typed first, then those that contain it.
    pub offers: Vec<String>,
}

/// An object or list that is open at the cursor.
struct Open<'c> {
    slot: Slot<'c>,
    object: bool,
    names: Vec<String>,
    /// The property whose value comes next.
    name: Option<String>,
}

/// What can stand at byte `cursor` of a text that stands for a value in this slot.
pub fn complete(catalog: &Catalog, slot: &Slot<'_>, text: &str, cursor: usize) -> Completion {
    let cursor = text.floor_char_boundary(cursor);
    let all: Vec<Token> = tokens(text).into_iter().filter(|t| t.kind != TokenKind::Space).collect();
    let is_word = |t: &&Token| {
        use TokenKind as K;
        matches!(t.kind, K::Key | K::Text | K::Number | K::Bool | K::Null | K::Wrong)
    };
    let under = all.iter().filter(is_word).find(|t| t.start < cursor && cursor <= t.end);
    let (start, end) = under.map_or((cursor, cursor), |t| (t.start, end_of_word(text, t)));
    let typed = text[start..cursor].trim_start_matches('"').to_lowercase();

    let mut open: Vec<Open<'_>> = Vec::new();
    for token in all.iter().take_while(|t| t.end <= start) {
        step(catalog, slot, text, *token, &mut open);
    }
    let expected = next_slot(catalog, slot, open.last());
    let offers = match open.last() {
        Some(inner) if inner.object && inner.name.is_none() => {
            let already = names_after(text, &all, end);
            let schema = inner.slot.schema(catalog);
            let fields = schema.into_iter().flat_map(|schema| schema.fields.iter().map(|f| f.name));
            let fresh = fields.filter(|f| !inner.names.iter().chain(&already).any(|n| n == f));
            let colon = text[end..].trim_start().starts_with(':');
            fresh.map(|name| if colon { format!("\"{name}\"") } else { format!("\"{name}\": ") }).collect()
        }
        _ => values(catalog, &expected),
    };
    Completion { start, end, offers: fitting(offers, &typed) }
}

/// A quote that was never closed swallows the rest of its line; what is being typed ends before that.
fn end_of_word(text: &str, token: &Token) -> usize {
    let word = &text[token.start..token.end];
    if token.kind != TokenKind::Wrong || !word.starts_with('"') {
        return token.end;
    }
    let length = word[1..].find(|c: char| !c.is_alphanumeric() && c != '_').map_or(word.len(), |at| at + 1);
    token.start + length
}

fn step<'c>(catalog: &'c Catalog, root: &Slot<'c>, text: &str, token: Token, open: &mut Vec<Open<'c>>) {
    match token.kind {
        TokenKind::OpenObject | TokenKind::OpenList => {
            let slot = next_slot(catalog, root, open.last());
            let object = token.kind == TokenKind::OpenObject;
            open.push(Open { slot, object, names: Vec::new(), name: None });
        }
        TokenKind::CloseObject | TokenKind::CloseList => drop(open.pop()),
        TokenKind::Key => {
            let name: Option<String> = serde_json::from_str(&text[token.start..token.end]).ok();
            if let (Some(inner), Some(name)) = (open.last_mut(), name) {
                inner.names.push(name.clone());
                inner.name = Some(name);
            }
        }
        TokenKind::Comma => open.last_mut().into_iter().for_each(|inner| inner.name = None),
        _ => {}
    }
}

/// The slot of the value that comes next.
fn next_slot<'c>(catalog: &'c Catalog, root: &Slot<'c>, inner: Option<&Open<'c>>) -> Slot<'c> {
    match inner {
        None => *root,
        Some(Open { object: false, slot, .. }) => slot.element(),
        Some(Open { name: Some(name), slot, .. }) => slot.member(catalog, name),
        Some(Open { name: None, .. }) => Slot::unknown(catalog, ""),
    }
}

/// Names of the same object that stand after the cursor.
fn names_after(text: &str, all: &[Token], end: usize) -> Vec<String> {
    let mut depth = 0usize;
    let mut names = Vec::new();
    for token in all.iter().filter(|t| t.start >= end) {
        match token.kind {
            TokenKind::OpenObject | TokenKind::OpenList => depth += 1,
            TokenKind::CloseObject | TokenKind::CloseList if depth == 0 => break,
            TokenKind::CloseObject | TokenKind::CloseList => depth -= 1,
            TokenKind::Key if depth == 0 => names.extend(serde_json::from_str::<String>(&text[token.start..token.end])),
            _ => {}
        }
    }
    names
}

fn values(catalog: &Catalog, slot: &Slot<'_>) -> Vec<String> {
    let mut offers: Vec<String> = match slot.ty {
        Type::Enum(id) => catalog.enumeration(*id).members.iter().map(|m| format!("\"{m}\"")).collect(),
        Type::Bool => vec!["true".to_owned(), "false".to_owned()],
        Type::Object(_) => vec!["{".to_owned()],
        Type::List(_) => vec!["[".to_owned()],
        _ => Vec::new(),
    };
    if slot.known && slot.nullable {
        offers.push("null".to_owned());
    }
    offers
}

fn fitting(offers: Vec<String>, typed: &str) -> Vec<String> {
    let plain = |offer: &String| offer.trim_start_matches('"').to_lowercase();
    let (first, rest): (Vec<_>, Vec<_>) = offers.into_iter().partition(|o| plain(o).starts_with(typed));
    first.into_iter().chain(rest.into_iter().filter(|o| plain(o).contains(typed))).collect()
}
