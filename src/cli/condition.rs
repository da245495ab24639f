//! `--where` for scripts: exactly this value, or any other. What is not exact is the console's own filter.
//!
//! `Field==value` and `Field!=value` hold for whole values, of any plain field; the rest of the grammar, which finds
//! what begins so, is read elsewhere. Compares as people write values: switches, members and names of departments.

use super::exit::Stop;
use super::found::{Found, field, is_plain};
use super::setting::{Called, look_up};
use crate::catalog::{Catalog, FieldKind, Reference, Schema};
use crate::draft::{Slot, text};
use serde_json::Value;

/// One condition on one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The property.
    pub field: String,
    kind: FieldKind,
    wanted: String,
    is: bool,
}

/// The exact conditions among filters, and the filters that are left.
///
/// # Errors
/// When a condition names no field that can be compared.
pub fn split(catalog: &Catalog, schema: &Schema, filters: &[String]) -> Result<(Vec<Condition>, Vec<String>), Stop> {
    let mut conditions = Vec::new();
    let mut rest = Vec::new();
    for filter in filters {
        let Some((name, is, wanted)) = parts(filter) else {
            rest.push(filter.clone());
            continue;
        };
        let name = field(catalog, schema, name)?;
        let known = schema.field(&name).filter(|_| is_plain(schema, &name));
        let Some(known) = known.filter(|_| !Slot::of(catalog, schema, &name).is_secret()) else {
            return Err(Stop::usage(format!("{name} cannot be compared: only plain fields that are no secrets can.")));
        };
        let kind = catalog.kind(schema, known);
        conditions.push(Condition { field: name, kind, wanted: wanted.trim().to_owned(), is });
    }
    Ok((conditions, rest))
}

/// Name, whether it is to be so, and value, where the filter is an exact one.
fn parts(filter: &str) -> Option<(&str, bool, &str)> {
    let at = filter.find(['=', '!'])?;
    let (name, rest) = filter.split_at(at);
    let is_name = !name.trim().is_empty() && name.trim().chars().all(|c| c.is_alphanumeric() || c == '_');
    let (is, wanted) = match (rest.strip_prefix("=="), rest.strip_prefix("!=")) {
        (Some(wanted), _) => (true, wanted),
        (_, Some(wanted)) => (false, wanted),
        _ => return None,
    };
    is_name.then_some((name.trim(), is, wanted))
}

impl Condition {
    /// What its values refer to, if they are entities elsewhere.
    pub fn reference(&self) -> Option<&Reference> {
        match &self.kind {
            FieldKind::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// The value as the PBX spells it.
    ///
    /// # Errors
    /// When no value is written like that.
    pub fn value(&self, catalog: &Catalog, called: &Called) -> Result<Value, Stop> {
        let wrong = |sentence: String| Stop::usage(format!("--where {}: {sentence}", self.field));
        if self.wanted.is_empty() {
            return Ok(Value::Null);
        }
        let key = match self.reference() {
            Some(reference) => look_up(called, reference, &self.wanted).map_err(wrong)?,
            None => None,
        };
        text::parse(catalog, &self.kind, true, key.as_deref().unwrap_or(&self.wanted)).map_err(wrong)
    }

    /// Whether it holds of an entity. Nothing, null and empty text are the same here.
    pub fn holds(&self, value: &Value, one: &Found) -> bool {
        let is_nothing = |value: Option<&Value>| value.is_none_or(|v| v.is_null() || v.as_str() == Some(""));
        let found = one.entity.get(&self.field);
        let same = match (value, found) {
            (Value::Null, found) => is_nothing(found),
            (Value::String(wanted), Some(Value::String(found))) => wanted.to_lowercase() == found.to_lowercase(),
            (wanted, found) => Some(wanted) == found,
        };
        same == self.is
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::{PbxId, Target};
    use serde_json::json;

    #[test]
    fn exact_conditions_are_told_from_the_filter_of_the_console() {
        let catalog = Catalog::shipped();
        let schema = catalog.schema(catalog.schema_named("User").unwrap());
        let one = |entity: Value| Found {
            target: Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: None },
            label: String::new(),
            entity: entity.as_object().unwrap().clone(),
        };
        let ada =
            one(json!({"Number": "21", "FirstName": "Ada", "VMEnabled": true, "PrimaryGroupId": 28, "Mobile": null}));
        let departments = Reference { resource: "Groups", by: "Id" };
        let called: Called =
            vec![(departments, vec![("28".into(), "Customer Care".into()), ("29".into(), "Sales".into())])];
        for (filter, holds) in [
            ("Number==21", true),
            ("number==2", false),
            ("Number!=2", true),
            ("FirstName==ada", true),
            ("VMEnabled==on", true),
            ("VMEnabled!=1", false),
            ("Department==Customer Care", true),
            ("Department==28", true),
            ("Department!=Sales", true),
            ("Mobile==", true),
            ("FirstName!=", true),
        ] {
            let (conditions, rest) = split(catalog, schema, &[filter.to_owned()]).unwrap();
            assert_eq!((conditions.len(), rest.len()), (1, 0), "{filter}");
            let value = conditions[0].value(catalog, &called).unwrap();
            assert_eq!(conditions[0].holds(&value, &ada), holds, "{filter}");
        }
        for filter in ["dep=Sales", "ada", "dep=Sales vm=on", "a b==c", ""] {
            let (conditions, rest) = split(catalog, schema, &[filter.to_owned()]).unwrap();
            assert_eq!((conditions.len(), rest.len()), (0, 1), "{filter}");
        }
        for (filter, words) in [
            ("Numbr==1", "Did you mean Number?"),
            ("VMPIN==1", "cannot be compared"),
            ("Groups==1", "cannot be compared"),
        ] {
            assert!(split(catalog, schema, &[filter.to_owned()]).unwrap_err().sentence.contains(words), "{filter}");
        }
    }
}
