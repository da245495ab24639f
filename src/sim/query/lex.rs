//! Cuts the text of `$filter` and `$orderby` into tokens.
//!
//! Owns the lexical rules of OData literals: quoted text with doubled quotes, numbers, instants, names. Knows nothing
//! of schemas or of what the tokens mean together.

use std::fmt;

/// A token of an OData expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// A name: a property, an operator word, a function, a range variable; may hold dots (`Pbx.PeerType`).
    Name(String),
    /// Quoted text, its quotes undone.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or an exponent.
    Decimal(f64),
    /// A bare literal that starts with a digit and is no number: date, instant, time of day, uuid.
    Bare(String),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `/`
    Slash,
    /// `:`
    Colon,
    /// `*`
    Star,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(s) | Self::Bare(s) => f.write_str(s),
            Self::Text(s) => write!(f, "'{s}'"),
            Self::Integer(n) => write!(f, "{n}"),
            Self::Decimal(n) => write!(f, "{n}"),
            Self::Open => f.write_str("("),
            Self::Close => f.write_str(")"),
            Self::Comma => f.write_str(","),
            Self::Slash => f.write_str("/"),
            Self::Colon => f.write_str(":"),
            Self::Star => f.write_str("*"),
        }
    }
}

/// Cuts an expression into tokens, each with its character position.
///
/// # Errors
/// A sentence naming the position, when the text is not an OData expression.
pub(crate) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let start = at;
        let token = match c {
            ' ' | '\t' => {
                at += 1;
                continue;
            }
            '(' => single(&mut at, Token::Open),
            ')' => single(&mut at, Token::Close),
            ',' => single(&mut at, Token::Comma),
            '/' => single(&mut at, Token::Slash),
            ':' => single(&mut at, Token::Colon),
            '*' => single(&mut at, Token::Star),
            '\'' => quoted(&chars, &mut at)?,
            '-' | '+' | '0'..='9' => number(&chars, &mut at)?,
            c if c.is_alphabetic() || c == '_' || c == '$' || c == '@' => name(&chars, &mut at)?,
            c => return Err(format!("Syntax error: character '{c}' is not valid at position {start} in '{text}'.")),
        };
        out.push((token, start));
    }
    Ok(out)
}

fn single(at: &mut usize, token: Token) -> Token {
    *at += 1;
    token
}

fn quoted(chars: &[char], at: &mut usize) -> Result<Token, String> {
    let start = *at;
    *at += 1;
    let mut text = String::new();
    while let Some(&c) = chars.get(*at) {
        *at += 1;
        if c != '\'' {
            text.push(c);
        } else if chars.get(*at) == Some(&'\'') {
            text.push('\'');
            *at += 1;
        } else {
            return Ok(Token::Text(text));
        }
    }
    Err(format!("There is an unterminated string literal at position {start}."))
}

fn name(chars: &[char], at: &mut usize) -> Result<Token, String> {
    let start = *at;
    while chars.get(*at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '@')) {
        *at += 1;
    }
    let word: String = chars[start..*at].iter().collect();
    // duration'PT1M' and Pbx.PeerType'Extension' are one literal each.
    if chars.get(*at) == Some(&'\'') {
        return quoted(chars, at);
    }
    // A uuid may start with a letter; a name never holds a hyphen.
    if chars.get(*at) == Some(&'-') && word.len() == 8 && word.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(bare(chars, start, at));
    }
    Ok(Token::Name(word))
}

fn bare(chars: &[char], start: usize, at: &mut usize) -> Token {
    while chars.get(*at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | ':' | '.' | '+')) {
        *at += 1;
    }
    Token::Bare(chars[start..*at].iter().collect())
}

fn number(chars: &[char], at: &mut usize) -> Result<Token, String> {
    let start = *at;
    *at += 1;
    let Token::Bare(text) = bare(chars, start, at) else { return Err("Syntax error.".to_owned()) };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if digits.is_empty() || !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(format!("Syntax error at position {start}: '{text}'."));
    }
    if let Ok(n) = text.parse::<i64>() {
        return Ok(Token::Integer(n));
    }
    let plain = text.trim_end_matches(['d', 'D', 'f', 'F', 'm', 'M', 'L', 'l']);
    if digits.chars().all(|c| {
        c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+' | 'd' | 'D' | 'm' | 'M' | 'f' | 'F' | 'L' | 'l')
    }) && let Ok(n) = plain.parse::<f64>()
    {
        return Ok(Token::Decimal(n));
    }
    Ok(Token::Bare(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_names_are_told_apart() {
        let cut = |s: &str| tokens(s).unwrap().into_iter().map(|(t, _)| t).collect::<Vec<_>>();
        assert_eq!(
            cut("Number eq '100'"),
            [Token::Name("Number".into()), Token::Name("eq".into()), Token::Text("100".into())]
        );
        assert_eq!(cut("'O''Brien'"), [Token::Text("O'Brien".into())]);
        assert_eq!(cut("''"), [Token::Text(String::new())]);
        assert_eq!(cut("-5"), [Token::Integer(-5)]);
        assert_eq!(cut("1.5"), [Token::Decimal(1.5)]);
        assert_eq!(cut("1e3"), [Token::Decimal(1000.0)]);
        assert_eq!(cut("2026-01-01T00:00:00Z"), [Token::Bare("2026-01-01T00:00:00Z".into())]);
        assert_eq!(cut("2026-01-01T00:00:00+02:00"), [Token::Bare("2026-01-01T00:00:00+02:00".into())]);
        assert_eq!(cut("08:30:00"), [Token::Bare("08:30:00".into())]);
        assert_eq!(
            cut("abcdef01-0000-0000-0000-000000000000"),
            [Token::Bare("abcdef01-0000-0000-0000-000000000000".into())]
        );
        assert_eq!(cut("duration'PT1M'"), [Token::Text("PT1M".into())]);
        assert_eq!(cut("Pbx.PeerType'Queue'"), [Token::Text("Queue".into())]);
        assert_eq!(cut("'日本 ☎'"), [Token::Text("日本 ☎".into())]);
        assert_eq!(cut("a/any(x:x)").len(), 8);
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in ["'open", "a ; b", "-", "a = 1", "!x", "\"x\""] {
            assert!(tokens(bad).is_err(), "{bad}");
        }
    }
}
