//! How the PBX says no: status and body.
//!
//! Owns the shapes of error answers (OData's for the API, OAuth's for the token endpoint). Knows nothing of why.

use crate::sim::record::json;
use serde_json::Value;

/// A refusal: a status, and a body where the PBX sends one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The JSON body, if any.
    pub(crate) body: Option<Value>,
    /// The methods offered, where the one used is not.
    pub(crate) allow: Vec<&'static str>,
}

impl Refusal {
    /// Nothing but a status.
    pub(crate) fn bare(status: u16) -> Self {
        Self { status, body: None, allow: Vec::new() }
    }

    /// An OData error without details.
    pub(crate) fn said(status: u16, message: &str) -> Self {
        let body = json!({ "error": { "code": "", "message": message, "details": [] } });
        Self { status, body: Some(body), allow: Vec::new() }
    }

    /// A query that cannot be answered.
    pub(crate) fn query(why: &str) -> Self {
        Self::said(400, &format!("The query specified in the URI is not valid. {why}"))
    }

    /// A body that cannot be read as what the operation takes.
    pub(crate) fn unbindable(parameter: &str, why: &str) -> Self {
        let words = format!("The {parameter} field is required.");
        let body = json!({ "error": {
            "code": "",
            "message": format!("The input was not valid:\n{parameter}:\n{words}"),
            "details": [
                { "code": "", "message": why, "target": "" },
                { "code": "", "message": words, "target": parameter },
            ],
        }});
        Self { status: 400, body: Some(body), allow: Vec::new() }
    }

    /// Fields that were refused: target and warning key each.
    pub(crate) fn fields(fields: &[(String, &str)]) -> Self {
        let message: Vec<String> = fields.iter().map(|(target, key)| format!("{target}:\n{key}")).collect();
        let details: Vec<Value> =
            fields.iter().map(|(target, key)| json!({ "code": "", "message": key, "target": target })).collect();
        let body = json!({ "error": { "code": "", "message": message.join("\n"), "details": details } });
        Self { status: 400, body: Some(body), allow: Vec::new() }
    }

    /// One field that was refused.
    pub(crate) fn field(target: &str, key: &str) -> Self {
        Self::fields(&[(target.to_owned(), key)])
    }

    /// A refusal of the whole, by warning key.
    pub(crate) fn warning(key: &str) -> Self {
        let body = json!({ "error": { "code": "", "message": key, "details": [{ "code": "", "message": key, "target": "" }] } });
        Self { status: 400, body: Some(body), allow: Vec::new() }
    }

    /// The entity is not there.
    pub(crate) fn not_found() -> Self {
        Self::said(404, "The requested resource was not found.")
    }

    /// The path exists, the method does not.
    pub(crate) fn not_offered(allow: Vec<&'static str>) -> Self {
        Self { status: 405, body: None, allow }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fact 4.1, verbatim.
    #[test]
    fn a_refused_field_reads_as_on_a_pbx() {
        let body = Refusal::field("EmailAddress", "WARNINGS.XAPI.ALREADY_IN_USE").body.map(|b| b.to_string());
        assert_eq!(
            body.as_deref(),
            Some(
                r#"{"error":{"code":"","message":"EmailAddress:\nWARNINGS.XAPI.ALREADY_IN_USE","details":[{"code":"","message":"WARNINGS.XAPI.ALREADY_IN_USE","target":"EmailAddress"}]}}"#
            )
        );
    }
}
