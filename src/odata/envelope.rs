//! What lies around the values in an answer.
//!
//! Owns OData's wrappers: `@odata.` annotations around an entity, `value` around a function's result. Knows nothing
//! of lists (see `page`) nor of what the properties mean.

use serde_json::{Map, Value};

/// A body is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It broke off.
    #[error("the answer broke off at line {line}, column {column}")]
    Truncated {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// It is of another form.
    #[error("{0}")]
    Form(String),
}

impl From<serde_json::Error> for DecodeError {
    fn from(error: serde_json::Error) -> Self {
        if error.is_eof() {
            Self::Truncated { line: error.line(), column: error.column() }
        } else {
            // The message of a syntax error holds a position and no value; that of a type error may quote one.
            Self::Form(format!("unexpected JSON at line {}, column {}", error.line(), error.column()))
        }
    }
}

/// The properties of an entity, its annotations taken off. Within it `@odata.type` stays: it belongs to the value.
///
/// # Errors
/// When the body broke off or is not an object.
pub fn entity(body: &[u8]) -> Result<Map<String, Value>, DecodeError> {
    match serde_json::from_slice(body)? {
        Value::Object(mut entity) => {
            entity.retain(|name, _| !has_odata(name));
            entity.values_mut().for_each(strip);
            Ok(entity)
        }
        _ => Err(DecodeError::Form("the answer is not an object".to_owned())),
    }
}

/// The rows of a list answer as whole entities.
///
/// # Errors
/// When the body broke off or has no list under `value`.
pub fn entities(body: &[u8]) -> Result<Vec<Map<String, Value>>, DecodeError> {
    let Value::Array(rows) = scalar(body)? else {
        return Err(DecodeError::Form("there is no list in the answer".to_owned()));
    };
    rows.into_iter()
        .map(|row| match row {
            Value::Object(mut entity) => {
                entity.retain(|name, _| !has_odata(name));
                Ok(entity)
            }
            _ => Err(DecodeError::Form("a row of the list is not an object".to_owned())),
        })
        .collect()
}

/// What stands under `value`: a function's result, a list.
///
/// # Errors
/// When the body broke off or has nothing there.
pub fn scalar(body: &[u8]) -> Result<Value, DecodeError> {
    let Value::Object(mut envelope) = serde_json::from_slice(body)? else {
        return Err(DecodeError::Form("the answer is not an object".to_owned()));
    };
    let mut value =
        envelope.swap_remove("value").ok_or_else(|| DecodeError::Form("there is no value in the answer".to_owned()))?;
    strip(&mut value);
    Ok(value)
}

/// Whether a member of an object is an annotation that says nothing of it: all but its type.
pub(crate) fn is_annotation(name: &str) -> bool {
    name != "@odata.type" && has_odata(name)
}

/// Most names have no such sign, and a byte is found sooner than a word.
fn has_odata(name: &str) -> bool {
    name.contains('@') && name.contains("@odata.")
}

/// Takes the annotations off a value, but for its type.
pub(crate) fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|name, _| !is_annotation(name));
            object.values_mut().for_each(strip);
        }
        Value::Array(elements) => elements.iter_mut().for_each(strip),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn annotations_are_taken_off() {
        let body =
            br##"{"@odata.context":"https://pbx/xapi/v1/$metadata#Users/$entity","Id":12,"Groups@odata.context":"x",
            "Groups":[{"@odata.type":"#Pbx.UserGroup","@odata.id":"y","GroupId":28}]}"##;
        assert_eq!(
            entity(body).map(Value::Object),
            Ok(json!({"Id": 12, "Groups": [{"@odata.type": "#Pbx.UserGroup", "GroupId": 28}]}))
        );
        assert_eq!(scalar(br#"{"@odata.context":"c","value":true}"#), Ok(json!(true)));
        let rows = entities(br#"{"value":[{"Id":1,"@odata.etag":"e"}]}"#);
        assert_eq!(rows.map(|r| r.into_iter().map(Value::Object).collect()), Ok(vec![json!({"Id": 1})]));
    }

    #[test]
    fn what_broke_off_is_told_from_what_is_something_else() {
        assert_eq!(entity(br#"{"Id":12,"#), Err(DecodeError::Truncated { line: 1, column: 9 }));
        assert!(matches!(entity(b""), Err(DecodeError::Truncated { .. })));
        for body in [&b"[]"[..], b"12", b"{]", b"null"] {
            assert!(matches!(entity(body), Err(DecodeError::Form(_))), "{}", String::from_utf8_lossy(body));
        }
        for body in [&br#"{"Id":1}"#[..], br#"{"value":{}}"#, br#"{"value":[1]}"#] {
            assert!(matches!(entities(body), Err(DecodeError::Form(_))), "{}", String::from_utf8_lossy(body));
        }
    }
}
