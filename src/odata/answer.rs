//! What an answer that is no success says.
//!
//! Owns the error bodies: OData's own, OAuth's at the token endpoint, web pages, and none at all. Turns status and
//! body into a [`Failure`]; knows nothing of connections, tokens or retries.

use super::envelope::DecodeError;
use super::failure::{Detail, Failure, FailureKind};
use super::text;
use super::warnings::key_in;
use serde::Deserialize;

#[derive(Deserialize)]
struct Body {
    error: Option<ErrorBody>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ErrorBody {
    code: Option<String>,
    message: Option<String>,
    target: Option<String>,
    details: Option<Vec<DetailBody>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DetailBody {
    code: Option<String>,
    message: Option<String>,
    target: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SignInBody {
    error: Option<String>,
    error_description: Option<String>,
}

impl Failure {
    /// What an answer of the API with this status and body means. `request` is the line without the query.
    pub fn answered(request: &str, status: u16, content_type: Option<&str>, body: &[u8]) -> Self {
        let parsed = serde_json::from_slice::<Body>(body).ok().and_then(|b| b.error);
        let details = parsed.as_ref().map(complaints).unwrap_or_default();
        let page = parsed.is_none() && is_web_page(content_type, body);
        let write = !request.starts_with("GET");
        let kind = match status {
            300..=399 => FailureKind::Redirected,
            400 if details.is_empty() && !write && !page => FailureKind::BadQuery,
            401 => FailureKind::TokenTaken,
            403 => FailureKind::NoRights,
            404 | 405 if page => FailureKind::NotJson,
            404 => FailureKind::NotFound,
            405 => FailureKind::NotOffered,
            408 => FailureKind::TimedOut,
            413 => FailureKind::TooLarge,
            429 => FailureKind::Busy,
            400..=499 if page => FailureKind::NotJson,
            400..=499 => FailureKind::Refused,
            500..=599 => FailureKind::ServerError,
            _ if page => FailureKind::NotJson,
            _ => FailureKind::Malformed,
        };
        let said = match &parsed {
            Some(error) => error.message.clone().or_else(|| error.code.clone()).unwrap_or_default(),
            None if page => page_title(body),
            None if kind == FailureKind::Malformed => format!("it answered with the status {status}"),
            None => plain(content_type, body),
        };
        let mut failure = Self::new(kind, request).with_status(status).with_text(&said);
        failure.details = details;
        failure
    }

    /// What an answer of the token endpoint means that carries no token.
    pub fn sign_in(request: &str, status: u16, content_type: Option<&str>, body: &[u8]) -> Self {
        if !matches!(status, 400 | 401 | 403) {
            return match Self::answered(request, status, content_type, body) {
                // Another shape of refusal cannot be about fields: there are none.
                failure if failure.kind == FailureKind::Refused => Self { kind: FailureKind::Malformed, ..failure },
                failure => failure,
            };
        }
        let said = match serde_json::from_slice::<SignInBody>(body) {
            Ok(SignInBody { error_description: Some(words), .. }) if !words.trim().is_empty() => words,
            Ok(SignInBody { error: Some(code), .. }) => code,
            _ => String::new(),
        };
        Self::new(FailureKind::SignInRefused, request).with_status(status).with_text(&said)
    }

    /// A success whose body cannot be decoded.
    pub fn undecodable(request: &str, status: u16, error: &DecodeError) -> Self {
        let kind = match error {
            DecodeError::Truncated { .. } => FailureKind::Truncated,
            DecodeError::Form(_) => FailureKind::Malformed,
        };
        Self::new(kind, request).with_status(status).with_text(&error.to_string())
    }

    /// A success whose body is not JSON, if that is what it is.
    pub fn not_json(request: &str, status: u16, content_type: Option<&str>, body: &[u8]) -> Option<Self> {
        let json =
            content_type.is_some_and(|t| t.starts_with("application/json") || t.to_ascii_lowercase().contains("json"));
        if json {
            return None;
        }
        let looks = body.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| matches!(b, b'{' | b'['));
        if looks && !is_web_page(content_type, body) {
            return None;
        }
        let said = if is_web_page(content_type, body) { page_title(body) } else { plain(content_type, body) };
        Some(Self::new(FailureKind::NotJson, request).with_status(status).with_text(&said))
    }
}

/// The complaints of an error body, one by one. Where the list is missing the message is read: `Field:\nKEY`.
fn complaints(error: &ErrorBody) -> Vec<Detail> {
    let listed = error.details.as_deref().unwrap_or_default();
    if !listed.is_empty() {
        return listed.iter().map(|d| complaint(&d.code, &d.message, &d.target)).collect();
    }
    let whole = complaint(&error.code, &error.message, &error.target);
    if whole.target.is_some() || !whole.code.is_empty() {
        return vec![whole];
    }
    Vec::new()
}

fn complaint(code: &Option<String>, message: &Option<String>, target: &Option<String>) -> Detail {
    let (code, message) = (code.as_deref().unwrap_or_default().trim(), message.as_deref().unwrap_or_default().trim());
    let target = target.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let short = |foreign: &str| text::excerpt(foreign, 200);
    let (key, around) = match (key_in(message), key_in(code)) {
        (Some((key, around)), _) => (key, around),
        (None, Some((key, _))) => (key, message.to_owned()),
        // A status in place of a code says nothing.
        (None, None) if code.chars().all(|c| c.is_ascii_digit()) => ("", message.to_owned()),
        (None, None) => (code, message.to_owned()),
    };
    // The message repeats its target in front of a key: `EmailAddress:\nWARNINGS.XAPI.ALREADY_IN_USE`.
    let (named, rest) = match around.split_once(':') {
        Some((name, rest)) if !key.is_empty() && is_name(name) => (Some(name.trim()), rest.trim()),
        _ => (None, around.as_str()),
    };
    Detail { target: target.or(named).map(short), code: short(key), message: short(rest) }
}

fn is_name(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '[' | ']'))
}

fn is_web_page(content_type: Option<&str>, body: &[u8]) -> bool {
    let start: String = String::from_utf8_lossy(&body[..body.len().min(256)]).trim_start().to_ascii_lowercase();
    content_type.is_some_and(|t| t.to_ascii_lowercase().contains("html"))
        || ["<!doctype", "<html", "<head", "<body"].iter().any(|tag| start.starts_with(tag))
}

/// The title of a web page, which says more than its first words.
fn page_title(body: &[u8]) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(8192)]).into_owned();
    let lower = start.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|open| {
        let from = open + lower[open..].find('>')? + 1;
        let to = from + lower[from..].find("</title")?;
        start.get(from..to)
    });
    title.unwrap_or_default().trim().to_owned()
}

/// A body that is plain text is worth quoting; anything else is not.
fn plain(content_type: Option<&str>, body: &[u8]) -> String {
    match content_type {
        Some(kind) if kind.starts_with("text/plain") => String::from_utf8_lossy(&body[..body.len().min(1024)]).into(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
