//! How the client writes a `$filter`: literals by type, quotes doubled, the few comparisons that are known to work.
//!
//! Pure strings, not percent-encoded: `query` does that. Knows nothing of resources or of what a user typed.

use super::target::EntityKey;
use crate::catalog::Type;
use serde_json::Value;

/// A literal: text between single quotes (quotes within doubled), everything else bare.
pub fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// A literal of a known type: instants, dates, times and UUIDs are written bare, durations with their prefix.
pub fn typed_literal(ty: &Type, value: &Value) -> String {
    match (ty, value) {
        (Type::DateTime | Type::Date | Type::Time | Type::Uuid, Value::String(text)) if is_bare(text) => text.clone(),
        (Type::Duration, Value::String(text)) if is_bare(text) => format!("duration'{text}'"),
        _ => literal(value),
    }
}

/// `Number eq '214'`
pub fn eq(name: &str, value: &Value) -> String {
    format!("{name} eq {}", literal(value))
}

/// `tolower(EmailAddress) eq 'ada@acme.example'`: the same text, whatever its case. Numbers have none.
pub fn eq_folded(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().any(char::is_alphabetic) => {
            format!("tolower({name}) eq {}", literal(&Value::from(text.to_lowercase())))
        }
        _ => eq(name, value),
    }
}

/// `Phones/any(x:tolower(x/MacAddress) eq '0a')`: an element of a list has this text, whatever its case.
pub fn any(list: &str, member: &str, value: &Value) -> String {
    format!("{list}/any(x:{})", eq_folded(&format!("x/{member}"), value))
}

/// `Id eq 12`, with the key as the key of its entity.
pub fn eq_key(name: &str, key: &EntityKey) -> String {
    match key {
        EntityKey::Int(n) => format!("{name} eq {n}"),
        EntityKey::Uuid(text) if is_bare(text) => format!("{name} eq {text}"),
        EntityKey::Text(text) | EntityKey::Uuid(text) => format!("{name} eq '{}'", text.replace('\'', "''")),
    }
}

/// `Id in (12,13)`: one of these keys.
pub fn in_keys<'k>(name: &str, keys: impl IntoIterator<Item = &'k EntityKey>) -> String {
    let literal = |key: &EntityKey| match key {
        EntityKey::Int(n) => n.to_string(),
        EntityKey::Uuid(text) if is_bare(text) => text.to_string(),
        EntityKey::Text(text) | EntityKey::Uuid(text) => format!("'{}'", text.replace('\'', "''")),
    };
    format!("{name} in ({})", keys.into_iter().map(literal).collect::<Vec<_>>().join(","))
}

/// `contains(tolower(FirstName),'ada')`; the caller gives the text in lower case.
pub fn contains(name: &str, text: &str) -> String {
    format!("contains(tolower({name}),'{}')", text.replace('\'', "''"))
}

/// All of these; `None` where there are none.
pub fn all(parts: &[String]) -> Option<String> {
    match parts {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(several.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(" and ")),
    }
}

/// Nothing in it could end a bare literal and begin something else.
fn is_bare(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-:+.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_are_written_by_type() {
        for (ty, value, text) in [
            (Type::Text { max: None }, json!("O'Brien"), "'O''Brien'"),
            (Type::Text { max: None }, json!("x' or 1 eq 1 or '"), "'x'' or 1 eq 1 or '''"),
            (Type::Integer { min: 0, max: 9 }, json!(7), "7"),
            (Type::Bool, json!(false), "false"),
            (Type::Text { max: None }, json!(null), "null"),
            (Type::DateTime, json!("2026-01-01T00:00:00+01:00"), "2026-01-01T00:00:00+01:00"),
            (Type::DateTime, json!("now or 1 eq 1"), "'now or 1 eq 1'"),
            (Type::Duration, json!("PT1M"), "duration'PT1M'"),
            (Type::Uuid, json!("8f14e45f-ceea-467a-9575-1c3d2f3e4a5b"), "8f14e45f-ceea-467a-9575-1c3d2f3e4a5b"),
            (Type::Decimal, json!(1.5), "1.5"),
        ] {
            assert_eq!(typed_literal(&ty, &value), text);
        }
    }

    #[test]
    fn comparisons_read_as_odata() {
        assert_eq!(eq("Number", &json!("214")), "Number eq '214'");
        assert_eq!(eq_key("Id", &EntityKey::Int(12)), "Id eq 12");
        assert_eq!(eq_key("Name", &EntityKey::Text("it's".into())), "Name eq 'it''s'");
        let keys = [EntityKey::Int(12), EntityKey::Text("it's".into())];
        assert_eq!(in_keys("Id", &keys), "Id in (12,'it''s')");
        assert_eq!(contains("LastName", "o'b"), "contains(tolower(LastName),'o''b')");
        assert_eq!(all(&[]), None);
        assert_eq!(all(&["a eq 1".into()]).as_deref(), Some("a eq 1"));
        assert_eq!(
            all(&["a eq 1".into(), "b eq 2 or c eq 3".into()]).as_deref(),
            Some("(a eq 1) and (b eq 2 or c eq 3)")
        );
    }
}
