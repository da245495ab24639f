//! Reads the path of a request: `/xapi/v1/Users(12)/Pbx.Regenerate`.
//!
//! Owns percent-decoding and the grammar of segments, keys and function arguments. Knows nothing of the catalog: what
//! a segment means is decided by the routes.

/// A literal in a key or argument list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Literal {
    /// The text, its quotes undone.
    pub(crate) text: String,
    /// It stood between single quotes.
    pub(crate) quoted: bool,
}

/// What stands between the parentheses of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arguments {
    /// There are no parentheses.
    None,
    /// `()`
    Empty,
    /// `(12)` or `('Lobby')`
    Key(Literal),
    /// `(Number='100')` or `(a=1,b='x')`, in order.
    Named(Vec<(String, Literal)>),
}

/// One segment of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// The name before the parentheses.
    pub(crate) name: String,
    /// What they hold.
    pub(crate) arguments: Arguments,
}

/// Undoes percent-encoding; in queries a plus sign is a space.
pub(crate) fn decode(text: &str, query: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok());
        match (b, hex.and_then(|h| u8::from_str_radix(h, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) if query => out.push(b' '),
            _ => out.push(b),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Cuts the path below `/xapi/v1` into segments; `None` when it is not spelt like one.
pub(crate) fn segments(raw: &str) -> Option<Vec<Segment>> {
    let trimmed = raw.trim_matches('/');
    if trimmed.is_empty() {
        return Some(Vec::new());
    }
    trimmed.split('/').map(|part| segment(&decode(part, false))).collect()
}

fn segment(text: &str) -> Option<Segment> {
    let Some((name, rest)) = text.split_once('(') else {
        return (!text.is_empty() && !text.contains([')', '\'']))
            .then(|| Segment { name: text.to_owned(), arguments: Arguments::None });
    };
    let inner = rest.strip_suffix(')')?;
    if name.is_empty() {
        return None;
    }
    Some(Segment { name: name.to_owned(), arguments: arguments(inner)? })
}

fn arguments(inner: &str) -> Option<Arguments> {
    if inner.trim().is_empty() {
        return Some(Arguments::Empty);
    }
    let parts = split(inner)?;
    if let [only] = parts.as_slice()
        && name_and_value(only).is_none()
    {
        return Some(Arguments::Key(literal(only)?));
    }
    parts
        .iter()
        .map(|part| {
            let (name, value) = name_and_value(part)?;
            Some((name.to_owned(), literal(value)?))
        })
        .collect::<Option<Vec<_>>>()
        .map(Arguments::Named)
}

/// `Number='100'` apart; a key such as `'a=b'` is no such pair.
fn name_and_value(part: &str) -> Option<(&str, &str)> {
    let (name, value) = part.split_once('=')?;
    let name = name.trim();
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')).then_some((name, value))
}

fn split(inner: &str) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in inner.chars() {
        if c == '\'' {
            quoted = !quoted;
        }
        if c == ',' && !quoted {
            parts.push(String::new());
        } else {
            parts.last_mut()?.push(c);
        }
    }
    (!quoted).then_some(parts)
}

fn literal(text: &str) -> Option<Literal> {
    let text = text.trim();
    match text.strip_prefix('\'') {
        Some(rest) => {
            let inner = rest.strip_suffix('\'')?;
            // An odd quote inside would have ended the text early.
            let undone = inner.replace("''", "\u{0}");
            (!undone.contains('\'')).then(|| Literal { text: undone.replace('\u{0}', "'"), quoted: true })
        }
        None => (!text.is_empty() && !text.contains('\'')).then(|| Literal { text: text.to_owned(), quoted: false }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str, quoted: bool) -> Arguments {
        Arguments::Key(Literal { text: text.to_owned(), quoted })
    }

    #[test]
    fn segments_keys_and_arguments() {
        let one = |raw: &str| segments(raw).and_then(|s| s.into_iter().next_back());
        let arguments = |raw: &str| one(raw).map(|s| s.arguments);
        assert_eq!(segments(""), Some(Vec::new()));
        assert_eq!(one("Users").map(|s| s.name), Some("Users".to_owned()));
        assert_eq!(arguments("Users"), Some(Arguments::None));
        assert_eq!(arguments("Users(12)"), Some(key("12", false)));
        assert_eq!(arguments("Users%28Number%3D%27100%27%29"), arguments("Users(Number='100')"));
        assert_eq!(arguments("Playlists('a=b')"), Some(key("a=b", true)));
        assert_eq!(arguments("Playlists('O''Brien')"), Some(key("O'Brien", true)));
        assert_eq!(arguments("PhoneTemplates('a%2Fb+c')"), Some(key("a/b+c", true)));
        assert_eq!(arguments("Users(12)/Pbx.HasDuplicatedEmail()"), Some(Arguments::Empty));
        let Some(Arguments::Named(named)) = arguments("X/Pbx.F(a=2026-01-01T00:00:00Z,b='x,y',c=true)") else {
            unreachable!("named arguments")
        };
        assert_eq!(
            named.iter().map(|(n, l)| (n.as_str(), l.text.as_str())).collect::<Vec<_>>(),
            [("a", "2026-01-01T00:00:00Z"), ("b", "x,y"), ("c", "true")]
        );
    }

    #[test]
    fn misspelt_paths_are_none() {
        for bad in ["Users(12", "Users('12)", "Users(12)x", "(12)", "Users('a'b')", "Users//x"] {
            assert_eq!(segments(bad), None, "{bad}");
        }
    }

    #[test]
    fn decoding_is_different_in_queries() {
        assert_eq!(decode("a+b%20c%27", true), "a b c'");
        assert_eq!(decode("a+b%20c%27", false), "a+b c'");
        assert_eq!(decode("100%", true), "100%");
        assert_eq!(decode("%C3%A9%E2%82%AC", true), "é€");
    }
}
