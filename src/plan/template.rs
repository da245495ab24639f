//! One text that is another for each: `+4930123{Number}` with each one's own properties.
//!
//! Owns the braces: `{Name}` is a property of the entity that is changed, `{{` and `}}` are braces. What is not there,
//! is null, is hidden or is no plain value is said in a sentence. Knows nothing of who is changed.

use crate::catalog::{Catalog, FieldKind, Schema, Type};
use crate::draft::{Entity, Slot, nearest};
use serde_json::Value;

/// A text with places for properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Property(String),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A sentence, where a brace stands alone or a place has no name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let from = &rest[at..];
            if let Some(after) = from.strip_prefix("{{") {
                plain.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix("}}") {
                plain.push('}');
                rest = after;
            } else if from.starts_with('}') {
                return Err("A } stands alone: write }} for the sign itself.".to_owned());
            } else {
                let inner = &from[1..];
                let Some(end) = inner.find(['{', '}']).filter(|end| inner[*end..].starts_with('}')) else {
                    return Err("A { is not closed: write {{ for the sign itself.".to_owned());
                };
                let name = inner[..end].trim();
                if name.is_empty() {
                    return Err("Between { and } stands the name of a property.".to_owned());
                }
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Property(name.to_owned()));
                rest = &inner[end + 1..];
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// Whether a field of this kind takes templates. In JSON braces are its own.
    pub fn fits(kind: &FieldKind) -> bool {
        !matches!(kind, FieldKind::Object(_) | FieldKind::List(_) | FieldKind::Opaque)
    }

    /// The properties it asks for, by wire name as written.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Property(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// Whether it is the same text for everybody.
    pub fn is_plain(&self) -> bool {
        self.properties().next().is_none()
    }

    /// Looks at the properties before anybody is read.
    ///
    /// # Errors
    /// A sentence about the first that is unknown, hidden or no plain value.
    pub fn check(&self, catalog: &Catalog, schema: &Schema) -> Result<(), String> {
        for name in self.properties() {
            let Some(field) = schema.field(name) else {
                let meant = nearest(name, schema.fields.iter().map(|f| f.name));
                let meant = meant.map_or_else(String::new, |near| format!(" Did you mean {{{near}}}?"));
                return Err(format!("There is no property {name} to put in the place of {{{name}}}.{meant}"));
            };
            if Slot::of(catalog, schema, name).is_secret() {
                return Err(format!("{name} is a secret, and a secret is not put into another field."));
            }
            if matches!(field.ty, Type::Object(_) | Type::List(_) | Type::Opaque) {
                return Err(format!("{name} is no plain value: only text, numbers and switches can be put in a text."));
            }
        }
        Ok(())
    }

    /// The text for one entity.
    ///
    /// # Errors
    /// A sentence, where a property of the entity is null or was not read.
    pub fn fill(&self, entity: &Entity) -> Result<String, String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Property(name) => match entity.get(name) {
                    Some(Value::String(value)) if value.is_empty() => {
                        return Err(format!("{name} is empty here, and it is asked for by {{{name}}}."));
                    }
                    Some(Value::String(value)) => text.push_str(value),
                    Some(Value::Number(number)) => text.push_str(&number.to_string()),
                    Some(Value::Bool(on)) => text.push_str(if *on { "true" } else { "false" }),
                    None | Some(Value::Null) => {
                        return Err(format!("{name} is not set here, and it is asked for by {{{name}}}."));
                    }
                    Some(Value::Array(_) | Value::Object(_)) => {
                        return Err(format!("{name} is no plain value, and it is asked for by {{{name}}}."));
                    }
                },
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn user() -> &'static Schema {
        let catalog = Catalog::shipped();
        catalog.schema(catalog.schema_named("User").unwrap())
    }

    fn ada() -> Entity {
        let ada = json!({"Number": "214", "FirstName": "Ada", "LastName": null, "Mobile": "", "Id": 57,
            "VMEnabled": true, "Groups": []});
        ada.as_object().unwrap().clone()
    }

    #[test]
    fn a_template_is_filled_with_ones_own_properties() {
        for (template, filled) in [
            ("+4930123{Number}", Ok("+4930123214")),
            ("{FirstName}.{ Id }@acme.example", Ok("Ada.57@acme.example")),
            ("{VMEnabled}", Ok("true")),
            ("no place at all", Ok("no place at all")),
            ("", Ok("")),
            ("{{{Number}}} costs {{}}", Ok("{214} costs {}")),
            ("{LastName}", Err("LastName is not set here")),
            ("{Mobile}", Err("Mobile is empty here")),
            ("{Nobody}", Err("Nobody is not set here")),
            ("{Groups}", Err("Groups is no plain value")),
        ] {
            let result = Template::parse(template).unwrap().fill(&ada());
            match (filled, result) {
                (Ok(wanted), Ok(text)) => assert_eq!(text, wanted, "{template}"),
                (Err(words), Err(sentence)) => assert!(sentence.starts_with(words), "{template}: {sentence}"),
                (wanted, got) => panic!("{template}: {wanted:?} {got:?}"),
            }
        }
    }

    #[test]
    fn braces_that_make_no_sense_are_explained() {
        for (template, words) in [
            ("a}", "stands alone"),
            ("a{b", "not closed"),
            ("{a{b}}", "not closed"),
            ("{}", "the name of a property"),
            ("{ }", "name"),
        ] {
            assert!(Template::parse(template).unwrap_err().contains(words), "{template}");
        }
    }

    #[test]
    fn a_property_that_cannot_be_used_is_refused_before_anybody_is_read() {
        let check = |template: &str| Template::parse(template).unwrap().check(Catalog::shipped(), user());
        assert_eq!(check("{Number}{FirstName}"), Ok(()));
        for (template, words) in [
            ("{Numbr}", "Did you mean {Number}?"),
            ("{AuthPassword}", "is a secret"),
            ("{AccessPassword}", "is a secret"),
            ("{Groups}", "no plain value"),
            ("{Hours}", "no plain value"),
        ] {
            assert!(check(template).unwrap_err().contains(words), "{template}");
        }
    }

    proptest! {
        #[test]
        fn a_text_with_its_braces_doubled_is_itself(text in "\\PC*") {
            let doubled = text.replace('{', "{{").replace('}', "}}");
            let template = Template::parse(&doubled).unwrap();
            prop_assert!(template.is_plain());
            prop_assert_eq!(template.fill(&Entity::new()).unwrap(), text);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[{}a-c ]{0,12}") {
            if let Ok(template) = Template::parse(&text) {
                let _ = template.fill(&ada());
                let _ = template.check(Catalog::shipped(), user());
            }
        }
    }
}
