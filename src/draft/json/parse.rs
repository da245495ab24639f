//! Text to a tree whose nodes know where they stand.
//!
//! Owns what JSON is and the sentences for text that is not. Stops at the first mistake of form; mistakes of content
//! are found afterwards, on the tree.

use super::lex::{Token, TokenKind, token};
use super::{JsonIssue, Severity};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Deeper than anything a PBX sends, and shallow enough for any stack.
const DEEPEST: usize = 100;

/// Parsed text. What is printed of it for debugging is where nodes stand, not what they are: it may hold a secret that
/// somebody just typed.
#[derive(Clone, PartialEq)]
pub struct Parsed {
    /// The outermost value.
    pub root: Node,
    pub(super) text: Box<str>,
}

/// A value and the bytes `start..end` it stands in.
#[derive(Clone, PartialEq)]
pub struct Node {
    /// Its first byte.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Clone, PartialEq)]
pub enum Kind {
    /// Null, true, false, a number or text.
    Scalar(Value),
    /// A list.
    List(Vec<Node>),
    /// An object, with its properties as written: in order, and twice where they are written twice.
    Object(Vec<Member>),
}

/// A property of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// First byte of the name, at its quote.
    pub start: usize,
    /// The byte after the name's closing quote.
    pub end: usize,
    /// Its value.
    pub node: Node,
}

impl fmt::Debug for Parsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Parsed").field(&self.root).finish()
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({}..{})", self.start, self.end)
    }
}

impl Parsed {
    /// The plain value. Of a property written twice the last one counts.
    pub fn value(&self) -> Value {
        self.root.value()
    }
}

impl Node {
    /// The plain value of this node.
    pub fn value(&self) -> Value {
        match &self.kind {
            Kind::Scalar(value) => value.clone(),
            Kind::List(nodes) => nodes.iter().map(Self::value).collect(),
            Kind::Object(members) => {
                Value::Object(members.iter().map(|m| (m.name.clone(), m.node.value())).collect::<Map<_, _>>())
            }
        }
    }
}

/// Parses text as one JSON value.
///
/// # Errors
/// The first place where the text is not JSON, with a sentence that says what is wrong there.
pub fn parse(text: &str) -> Result<Parsed, JsonIssue> {
    Ok(Parsed { root: outline(text, usize::MAX)?, text: text.into() })
}

/// The same without what is inside of lists and objects that are so deep: all of it is JSON, and where they stand is
/// known. The tree of a long text is many times as large.
///
/// # Errors
/// The same.
pub fn outline(text: &str, deep: usize) -> Result<Node, JsonIssue> {
    let mut parser = Parser { text, ahead: None, end: 0, deep };
    parser.advance();
    let root = parser.value(0)?;
    match parser.ahead {
        None => Ok(root),
        Some(token) => Err(parser.wrong(token, "The value ends before this: one value, please.")),
    }
}

struct Parser<'t> {
    text: &'t str,
    /// The next token that is no white space.
    ahead: Option<Token>,
    /// Where the one before it ends.
    end: usize,
    deep: usize,
}

impl Parser<'_> {
    fn advance(&mut self) {
        self.end = self.ahead.map_or(0, |token| token.end);
        let next = token(self.text, self.end);
        self.ahead = match next {
            Some(space) if space.kind == TokenKind::Space => token(self.text, space.end),
            next => next,
        };
    }

    /// Takes the next token if it is of this kind.
    fn take(&mut self, kind: TokenKind) -> Option<Token> {
        let token = self.ahead.filter(|t| t.kind == kind)?;
        self.advance();
        Some(token)
    }

    fn wrong(&self, token: Token, message: &str) -> JsonIssue {
        JsonIssue::at(self.text, token.start, token.end, Severity::Error, message.to_owned())
    }

    /// What is missing is missing after the token before, not where the next line happens to begin.
    fn missing(&self, what: &str) -> JsonIssue {
        if let Some(token) = self.ahead.filter(|t| t.kind == TokenKind::Wrong) {
            return self.odd(token);
        }
        JsonIssue::at(self.text, self.end, self.end, Severity::Error, format!("{what} is missing here."))
    }

    fn odd(&self, token: Token) -> JsonIssue {
        let text = &self.text[token.start..token.end];
        let message = match text.chars().next() {
            Some('"') => "The closing quote is missing.".to_owned(),
            Some('\'' | '“' | '”' | '‘' | '’') => "Text stands between straight double quotes (\").".to_owned(),
            Some('/') => "Comments are not part of JSON.".to_owned(),
            Some(c) if c.is_alphanumeric() || c == '_' => match text.to_lowercase().as_str() {
                lower @ ("true" | "false" | "null") => format!("Write {lower} in small letters."),
                _ => "Text stands between double quotes (\").".to_owned(),
            },
            _ => "This character has no meaning here.".to_owned(),
        };
        self.wrong(token, &message)
    }

    fn value(&mut self, depth: usize) -> Result<Node, JsonIssue> {
        let Some(token) = self.ahead else { return Err(self.missing("A value")) };
        if depth > DEEPEST {
            return Err(self.wrong(token, "This is nested too deeply."));
        }
        let kind = match token.kind {
            TokenKind::OpenObject | TokenKind::OpenList => {
                self.advance();
                let is_list = token.kind == TokenKind::OpenList;
                return if is_list { self.list(token, depth) } else { self.object(token, depth) };
            }
            TokenKind::Text => Value::String(self.unquoted(token)?),
            TokenKind::Number => Value::Number(self.number(token)?),
            TokenKind::Bool => Value::Bool(&self.text[token.start..token.end] == "true"),
            TokenKind::Null => Value::Null,
            TokenKind::Wrong => return Err(self.odd(token)),
            TokenKind::Key => return Err(self.wrong(token, "A property needs an object around it: { … }.")),
            TokenKind::Colon | TokenKind::Comma | TokenKind::CloseObject | TokenKind::CloseList | TokenKind::Space => {
                return Err(self.missing("A value"));
            }
        };
        self.advance();
        Ok(Node { start: token.start, end: token.end, kind: Kind::Scalar(kind) })
    }

    fn list(&mut self, open: Token, depth: usize) -> Result<Node, JsonIssue> {
        let (mut nodes, mut comma) = (Vec::new(), None);
        loop {
            if let Some(close) = self.take(TokenKind::CloseList) {
                return match comma {
                    None => Ok(Node { start: open.start, end: close.end, kind: Kind::List(nodes) }),
                    Some(comma) => Err(self.wrong(comma, "One comma too many before the \"]\".")),
                };
            }
            let node = self.value(depth + 1)?;
            nodes.extend((depth < self.deep).then_some(node));
            if let Some(close) = self.take(TokenKind::CloseList) {
                return Ok(Node { start: open.start, end: close.end, kind: Kind::List(nodes) });
            }
            comma = Some(self.take(TokenKind::Comma).ok_or_else(|| self.missing("A comma or \"]\""))?);
        }
    }

    fn object(&mut self, open: Token, depth: usize) -> Result<Node, JsonIssue> {
        let (mut members, mut comma) = (Vec::new(), None);
        loop {
            if let Some(close) = self.take(TokenKind::CloseObject) {
                return match comma {
                    None => Ok(Node { start: open.start, end: close.end, kind: Kind::Object(members) }),
                    Some(comma) => Err(self.wrong(comma, "One comma too many before the \"}\".")),
                };
            }
            let member = self.member(depth)?;
            members.extend((depth < self.deep).then_some(member));
            if let Some(close) = self.take(TokenKind::CloseObject) {
                return Ok(Node { start: open.start, end: close.end, kind: Kind::Object(members) });
            }
            comma = Some(self.take(TokenKind::Comma).ok_or_else(|| self.missing("A comma or \"}\""))?);
        }
    }

    fn member(&mut self, depth: usize) -> Result<Member, JsonIssue> {
        let Some(key) = self.take(TokenKind::Key) else {
            return Err(match self.take(TokenKind::Text) {
                Some(_) => self.missing("A colon (:) after the name"),
                None => self.missing("A property name in quotes, or the \"}\","),
            });
        };
        let name = self.unquoted(key)?;
        // A name is a key only because a colon follows.
        self.take(TokenKind::Colon).ok_or_else(|| self.missing("A colon (:) after the name"))?;
        Ok(Member { name, start: key.start, end: key.end, node: self.value(depth + 1)? })
    }

    fn number(&self, token: Token) -> Result<Number, JsonIssue> {
        let text = &self.text[token.start..token.end];
        // serde_json reads fractions fast and sometimes one bit off; they are to come back as they were typed.
        let exact = |number: Number| match number.is_f64() {
            true => text.parse().ok().and_then(Number::from_f64).unwrap_or(number),
            false => number,
        };
        text.parse().map(exact).map_err(|_| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let message = match digits.strip_prefix('0').is_some_and(|d| d.starts_with(|c: char| c.is_ascii_digit())) {
                true => "A number does not begin with 0; a telephone number stands in quotes.",
                false => "This is not a number.",
            };
            self.wrong(token, message)
        })
    }

    fn unquoted(&self, token: Token) -> Result<String, JsonIssue> {
        let quoted = &self.text[token.start..token.end];
        serde_json::from_str(quoted).map_err(|_| {
            let message = match quoted.find(|c: char| c < ' ') {
                Some(_) => "Tabs and other control characters are written \\t, \\r or \\u00XX inside text.",
                None => "After \\ only \" \\ / b f n r t and u with four hexadecimal digits have a meaning.",
            };
            self.wrong(token, message)
        })
    }
}
