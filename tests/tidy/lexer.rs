//! Rust source as tokens: as much of the language as the rules need, and no more.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a keyword.
    Word,
    /// The content of a text literal, escapes as written.
    Text,
    /// `::`
    Colons,
    /// Any other single sign.
    Sign,
    /// A number, a character or a lifetime.
    Other,
}

/// A token and the line it begins on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Token {
    /// Whether this is that name or sign.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text && !matches!(self.kind, Kind::Text | Kind::Other)
    }
}

/// The tokens of a file, comments left out.
pub(crate) fn lex(source: &str) -> Vec<Token> {
    let mut lexer = Lexer { chars: source.chars().collect(), at: 0, line: 1, tokens: Vec::new() };
    while lexer.step() {}
    lexer.tokens
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn next(&mut self) -> char {
        let c = self.peek(0);
        self.line += usize::from(c == '\n');
        self.at += 1;
        c
    }

    fn push(&mut self, kind: Kind, text: impl Into<String>, line: usize) {
        self.tokens.push(Token { kind, text: text.into(), line });
    }

    fn step(&mut self) -> bool {
        if self.at >= self.chars.len() {
            return false;
        }
        let line = self.line;
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => {
                while !matches!(self.peek(0), '\n' | '\0') {
                    self.next();
                }
            }
            ('/', '*') => self.block_comment(),
            ('"', _) => self.text(line),
            (c, _) if self.is_raw_text() => {
                debug_assert!(matches!(c, 'r' | 'b' | 'c'));
                self.raw_text(line);
            }
            ('b' | 'c', '"') => {
                self.next();
                self.text(line);
            }
            ('b', '\'') => {
                self.next();
                self.quote(line);
            }
            ('\'', _) => self.quote(line),
            (':', ':') => {
                self.at += 2;
                self.push(Kind::Colons, "::", line);
            }
            (c, _) if c.is_alphabetic() || c == '_' => {
                let word = self.word();
                // A raw name: r#type.
                if word == "r" && self.peek(0) == '#' {
                    self.next();
                    let word = self.word();
                    self.push(Kind::Word, word, line);
                } else {
                    self.push(Kind::Word, word, line);
                }
            }
            (c, _) if c.is_ascii_digit() => {
                let mut number = self.word();
                if self.peek(0) == '.' && self.peek(1).is_ascii_digit() {
                    self.next();
                    number = format!("{number}.{}", self.word());
                }
                self.push(Kind::Other, number, line);
            }
            (c, _) => {
                self.next();
                if !c.is_whitespace() {
                    self.push(Kind::Sign, c, line);
                }
            }
        }
        true
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while self.peek(0).is_alphanumeric() || self.peek(0) == '_' {
            word.push(self.next());
        }
        word
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                ('\0', _) => return,
                _ => {
                    self.next();
                    continue;
                }
            }
            self.at += 2;
            if depth == 0 {
                return;
            }
        }
    }

    fn text(&mut self, line: usize) {
        let mut text = String::new();
        self.next();
        loop {
            match self.next() {
                '"' | '\0' => break,
                '\\' => {
                    text.push('\\');
                    text.push(self.next());
                }
                c => text.push(c),
            }
        }
        self.push(Kind::Text, text, line);
    }

    fn is_raw_text(&self) -> bool {
        let mut ahead = match (self.peek(0), self.peek(1)) {
            ('r', _) => 1,
            ('b' | 'c', 'r') => 2,
            _ => return false,
        };
        while self.peek(ahead) == '#' {
            ahead += 1;
        }
        self.peek(ahead) == '"'
    }

    fn raw_text(&mut self, line: usize) {
        while matches!(self.peek(0), 'r' | 'b' | 'c') {
            self.next();
        }
        let mut hashes = 0;
        while self.next() == '#' {
            hashes += 1;
        }
        let mut text = String::new();
        while self.at < self.chars.len() {
            if self.peek(0) == '"' && (1..=hashes).all(|i| self.peek(i) == '#') {
                self.at += 1 + hashes;
                break;
            }
            text.push(self.next());
        }
        self.push(Kind::Text, text, line);
    }

    /// A character or a lifetime.
    fn quote(&mut self, line: usize) {
        self.next();
        if self.peek(0) != '\\' && self.peek(1) != '\'' {
            let name = self.word();
            self.push(Kind::Other, format!("'{name}"), line);
            return;
        }
        let mut text = String::new();
        loop {
            match self.next() {
                '\'' | '\0' => break,
                '\\' => {
                    text.push('\\');
                    text.push(self.next());
                }
                c => text.push(c),
            }
        }
        self.push(Kind::Other, text, line);
    }
}

#[test]
fn code_is_told_from_comments_and_texts() {
    let source = r##"
// use crate::a;
/* use /* nested */ crate::b; */
fn f<'a>(x: &'a str) -> char { let _ = ("crate::c \" //", r#"crate"::d"#, b"e", '"', '\'', 'x'); 1.0; 1..2; }
"##;
    let tokens = lex(source);
    let words: Vec<&str> = tokens.iter().filter(|t| t.kind == Kind::Word).map(|t| t.text.as_str()).collect();
    assert_eq!(words, ["fn", "f", "x", "str", "char", "let", "_"]);
    let texts: Vec<&str> = tokens.iter().filter(|t| t.kind == Kind::Text).map(|t| t.text.as_str()).collect();
    assert_eq!(texts, ["crate::c \\\" //", "crate\"::d", "e"]);
    assert!(tokens.iter().all(|t| t.line == 4));
}
