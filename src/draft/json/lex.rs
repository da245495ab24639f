//! Cuts text into JSON tokens, whatever the text is.
//!
//! Owns the tolerant view: never fails, and the tokens cover the text without a gap, so that a half-typed value can
//! be coloured. Whether the tokens make sense is the parser's business.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// White space.
    Space,
    /// `{`
    OpenObject,
    /// `}`
    CloseObject,
    /// `[`
    OpenList,
    /// `]`
    CloseList,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// Text in quotes before a colon.
    Key,
    /// Text in quotes.
    Text,
    /// What starts like a number.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
    /// Anything else, and text whose closing quote is missing.
    Wrong,
}

/// A token: the bytes `start..end` of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
}

const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// The tokens of a text, in order and without gaps.
pub fn tokens(text: &str) -> Vec<Token> {
    std::iter::successors(token(text, 0), |last| token(text, last.end)).collect()
}

/// The token that begins here, unless the text has ended.
pub(super) fn token(text: &str, start: usize) -> Option<Token> {
    let rest = &text[start..];
    let (kind, length) = one(rest, rest.chars().next()?);
    let is_key = kind == TokenKind::Text && rest[length..].trim_start_matches(SPACE).starts_with(':');
    Some(Token { kind: if is_key { TokenKind::Key } else { kind }, start, end: start + length })
}

fn one(rest: &str, first: char) -> (TokenKind, usize) {
    let while_ = |accept: fn(char) -> bool| rest.find(|c| !accept(c)).unwrap_or(rest.len());
    match first {
        '{' => (TokenKind::OpenObject, 1),
        '}' => (TokenKind::CloseObject, 1),
        '[' => (TokenKind::OpenList, 1),
        ']' => (TokenKind::CloseList, 1),
        ':' => (TokenKind::Colon, 1),
        ',' => (TokenKind::Comma, 1),
        '"' => quoted(rest),
        c if SPACE.contains(&c) => (TokenKind::Space, while_(|c| SPACE.contains(&c))),
        '-' | '0'..='9' => (TokenKind::Number, while_(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))),
        c if c.is_alphanumeric() || c == '_' => {
            let length = while_(|c| c.is_alphanumeric() || c == '_');
            match &rest[..length] {
                "true" | "false" => (TokenKind::Bool, length),
                "null" => (TokenKind::Null, length),
                _ => (TokenKind::Wrong, length),
            }
        }
        c => (TokenKind::Wrong, c.len_utf8()),
    }
}

/// Text in quotes ends at its quote, or is wrong up to the end of its line: the lines below keep their colours.
fn quoted(rest: &str) -> (TokenKind, usize) {
    let mut at = 1;
    // A value of megabytes is one text: only what means something in it is looked at.
    while let Some(next) = memchr::memchr3(b'"', b'\\', b'\n', &rest.as_bytes()[at..]) {
        at += next;
        match rest.as_bytes()[at] {
            b'\n' => return (TokenKind::Wrong, at),
            b'"' => return (TokenKind::Text, at + 1),
            // What comes next is part of the text, but for the end of the line.
            _ => at += if rest.as_bytes().get(at + 1) == Some(&b'\n') { 1 } else { 2 },
        }
        if at >= rest.len() {
            break;
        }
    }
    (TokenKind::Wrong, rest.len())
}
