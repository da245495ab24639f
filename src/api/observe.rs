//! What goes over the wire, told to whoever watches: plain data, never a body, a token or a secret value.
//!
//! Owns what of a request line may be shown. Knows nothing of who listens.

use crate::odata::PbxId;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One request and what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// To which PBX.
    pub pbx: PbxId,
    /// The method.
    pub method: String,
    /// The path and what of the query may be shown.
    pub path: String,
    /// The status; none where no answer came.
    pub status: Option<u16>,
    /// How long it took.
    pub took: Duration,
    /// Bytes of the answer's body.
    pub size: usize,
}

/// Somebody who is told of every request, in the task that made it.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(Exchange) + Send + Sync>);

impl Observer {
    /// Tells this function.
    pub fn new(tell: impl Fn(Exchange) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(super) fn tell(&self, exchange: Exchange) {
        (self.0)(exchange);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// Parts of names whose values are nobody's business.
const SECRET: [&str; 7] = ["password", "passwd", "secret", "token", "pin", "apikey", "auth"];

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// What of a request's path and query may be shown: of the query only the options of OData, and no value of anything
/// that is called like a secret.
pub(super) fn shown(tail: &str) -> String {
    let (path, query) = tail.split_once('?').map_or((tail, None), |(path, query)| (path, Some(query)));
    let mut text = String::with_capacity(tail.len() + 1);
    text.push('/');
    text.push_str(&arguments(path));
    for (at, option) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let name = readable(name);
        let selects = matches!(&*name, "$select" | "$expand" | "$orderby");
        let known = name.starts_with('$') && (selects || !is_secret(value));
        text.push(if at == 0 { '?' } else { '&' });
        text.push_str(&name);
        text.push('=');
        text.push_str(&if known { readable(value) } else { "…".into() });
    }
    text
}

/// The path with the arguments of functions that are called like secrets left out.
fn arguments(path: &str) -> Cow<'_, str> {
    if !path.contains('=') {
        return readable(path);
    }
    let mut text = String::new();
    for (at, part) in path.split_inclusive(['(', ',', ')']).enumerate() {
        match part.split_once('=') {
            Some((name, value)) if at > 0 && is_secret(name) => {
                let end = value.chars().last().filter(|c| matches!(c, ',' | ')')).map_or(String::new(), String::from);
                text.push_str(&format!("{name}=…{end}"));
            }
            _ => text.push_str(part),
        }
    }
    readable(&text).into_owned().into()
}

/// The few escapes that make a query hard to read, undone. Nothing that could move a cursor is.
fn readable(text: &str) -> Cow<'_, str> {
    const SIGNS: [(&str, char); 7] =
        [("%20", ' '), ("%24", '$'), ("%27", '\''), ("%2C", ','), ("%28", '('), ("%29", ')'), ("%3D", '=')];
    if !text.contains(['+', '%']) {
        return text.into();
    }
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['+', '%']) {
        read.push_str(&rest[..at]);
        rest = &rest[at..];
        let sign = SIGNS.iter().find(|(escape, _)| rest.starts_with(escape));
        let (sign, length) = match sign {
            Some((escape, sign)) => (*sign, escape.len()),
            None => (if rest.starts_with('+') { ' ' } else { '%' }, 1),
        };
        read.push(sign);
        rest = &rest[length..];
    }
    read.push_str(rest);
    read.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_line_is_shown_without_what_is_secret() {
        for (tail, expect) in [
            ("xapi/v1/Users(12)", "/xapi/v1/Users(12)"),
            (
                "xapi/v1/Users?%24select=Id,AuthPassword&$top=100&$filter=Number%20eq%20%27214%27",
                "/xapi/v1/Users?$select=Id,AuthPassword&$top=100&$filter=Number eq '214'",
            ),
            ("xapi/v1/Users?$filter=AuthPassword%20eq%20'x1'", "/xapi/v1/Users?$filter=…"),
            ("xapi/v1/Users?access_token=abc&x=1", "/xapi/v1/Users?access_token=…&x=…"),
            ("xapi/v1/F(number='1',pin='2345')", "/xapi/v1/F(number='1',pin=…)"),
            ("connect/token", "/connect/token"),
        ] {
            assert_eq!(shown(tail), expect);
        }
    }
}
