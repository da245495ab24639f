//! How the client spells whom it addresses: `Users(12)`, `Users(Number='O''Brien')`, `Playlists('Lobby')`.
//!
//! Pure strings below `/xapi/v1/`, percent-encoded. Knows nothing of hosts, methods or query options, and shares
//! nothing with the code by which the simulator reads a path.

use super::target::{EntityKey, Target};
use crate::catalog::{Catalog, Key, Operation, Parameter, Place, Resource, Type};
use serde_json::Value;

/// The address cannot be spelt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The catalog has no such resource.
    #[error("this PBX has no resource called {0}")]
    UnknownResource(String),
    /// An entity of a set is addressed by its key.
    #[error("an entity of {0} is addressed by its key, and none was given")]
    KeyMissing(String),
    /// A singleton has no key.
    #[error("{0} is one thing, not a list of things: it takes no key")]
    KeyNotTaken(String),
    /// The catalog has no such function or action.
    #[error("this PBX has no operation called {0}")]
    UnknownOperation(String),
    /// An argument that travels in the path was not given.
    #[error("{0} has to be given")]
    ArgumentMissing(String),
}

/// The path of an entity or singleton, relative to `/xapi/v1/`.
///
/// # Errors
/// When the resource is not known, or the target has a key where none belongs, or lacks one.
pub fn entity_path(catalog: &Catalog, target: &Target) -> Result<String, PathError> {
    let resource = resource(catalog, &target.resource)?;
    match (&resource.key, &target.key) {
        (Some(key), Some(value)) => Ok([&*segment(resource.name), "(", &spelt(key, value), ")"].concat()),
        (None, None) => Ok(segment(resource.name)),
        (Some(_), None) => Err(PathError::KeyMissing(resource.name.to_owned())),
        (None, Some(_)) => Err(PathError::KeyNotTaken(resource.name.to_owned())),
    }
}

/// The path of an entity set, relative to `/xapi/v1/`: where new entities are posted to.
///
/// # Errors
/// When the resource is not known.
pub fn set_path(catalog: &Catalog, name: &str) -> Result<String, PathError> {
    Ok(segment(resource(catalog, name)?.name))
}

/// The path of an entity by an alternate key: `Users(Number='214')`.
pub fn alternate_path(resource: &Resource, property: &str, value: &str) -> String {
    format!("{}({}={})", segment(resource.name), segment(property), quoted(value))
}

/// The path of a function or action about a target, with the arguments that travel in it, relative to `/xapi/v1/`.
///
/// # Errors
/// When the key or an argument is missing.
pub fn call_path(
    catalog: &Catalog,
    operation: &Operation,
    target: &Target,
    given: &[(&str, Value)],
) -> Result<String, PathError> {
    let mut path = String::new();
    let mut rest = operation.path.trim_start_matches('/');
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        path.push_str(before);
        let parameter = operation.parameters.iter().find(|p| p.name == name);
        let value = given.iter().find(|(given, _)| *given == name).map(|(_, value)| value);
        match parameter.map(|p| (p.place, p)) {
            Some((Place::Key, _)) => match (&resource(catalog, operation.resource())?.key, &target.key) {
                (Some(key), Some(value)) => path.push_str(&spelt(key, value)),
                _ => return Err(PathError::KeyMissing(operation.resource().to_owned())),
            },
            Some((_, parameter)) => {
                // Where the template writes the quotes, they stand there already.
                let bare = before.ends_with('\'');
                path.push_str(&argument(parameter, value, bare)?);
            }
            None => return Err(PathError::ArgumentMissing(name.to_owned())),
        }
        rest = after;
    }
    path.push_str(rest);
    let queries = operation.parameters.iter().filter(|p| p.place == Place::Query);
    for parameter in queries {
        if let Some((_, value)) = given.iter().find(|(name, value)| *name == parameter.name && !value.is_null()) {
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(&format!("{}={}", segment(parameter.name), segment(&plain(value))));
        }
    }
    Ok(path)
}

/// An argument as it stands in a path. Text that is not given is empty text.
fn argument(parameter: &Parameter, value: Option<&Value>, bare: bool) -> Result<String, PathError> {
    let quoted = |text: &str| if bare { segment(&text.replace('\'', "''")) } else { quoted(text) };
    match value {
        None | Some(Value::Null) if matches!(parameter.ty, Type::Text { .. }) => Ok(quoted("")),
        None | Some(Value::Null) => Err(PathError::ArgumentMissing(parameter.name.to_owned())),
        Some(value) if parameter.quoted || matches!(parameter.ty, Type::Text { .. }) => Ok(quoted(&plain(value))),
        Some(value) => Ok(percent_encoded(&plain(value), b"':")),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The resource of that name.
///
/// # Errors
/// When the catalog does not have it.
pub fn resource<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c Resource, PathError> {
    catalog.resource(name).ok_or_else(|| PathError::UnknownResource(name.to_owned()))
}

fn spelt(key: &Key, value: &EntityKey) -> String {
    match value {
        EntityKey::Int(n) if key.quoted => quoted(&n.to_string()),
        EntityKey::Int(n) => n.to_string(),
        EntityKey::Text(text) => quoted(text),
        EntityKey::Uuid(text) if key.quoted => quoted(text),
        EntityKey::Uuid(text) => segment(text),
    }
}

/// A text value between single quotes, those within it doubled.
fn quoted(text: &str) -> String {
    format!("'{}'", segment(&text.replace('\'', "''")))
}

/// Percent-encodes what cannot stand in a path segment. Quotes may stand there, and do.
fn segment(text: &str) -> String {
    percent_encoded(text, b"'")
}

/// Percent-encodes everything but letters, digits, `-._~` and these.
pub(super) fn percent_encoded(text: &str, also: &[u8]) -> String {
    let stays = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.contains(&byte);
    if text.bytes().all(stays) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if stays(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for half in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(u32::from(half), 16).map(|c| c.to_ascii_uppercase()));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Shape;
    use proptest::prelude::*;

    fn set(name: &'static str, quoted: bool) -> Resource {
        Resource {
            name,
            tag: name,
            shape: Shape::Collection,
            schema: None,
            key: Some(Key { name: "Id", ty: Type::Opaque, quoted }),
            alternate_keys: Vec::new(),
            read: None,
            get: None,
            create: None,
            update: None,
            delete: None,
            operations: Vec::new(),
        }
    }

    #[test]
    fn keys_are_spelt_by_their_kind() {
        let text = |t: &str| EntityKey::Text(t.into());
        for (quoted, key, path) in [
            (false, EntityKey::Int(12), "12"),
            (false, EntityKey::Int(-1), "-1"),
            (true, text("Lobby"), "'Lobby'"),
            (true, text("O'Brien & Söhne/2 #1?"), "'O''Brien%20%26%20S%C3%B6hne%2F2%20%231%3F'"),
            (true, text("100%"), "'100%25'"),
            (true, text(""), "''"),
            (
                false,
                EntityKey::Uuid("8f14e45f-ceea-467a-9575-1c3d2f3e4a5b".into()),
                "8f14e45f-ceea-467a-9575-1c3d2f3e4a5b",
            ),
        ] {
            let set = set("Things", quoted);
            assert_eq!(set.key.as_ref().map(|k| spelt(k, &key)).as_deref(), Some(path));
        }
        assert_eq!(alternate_path(&set("Users", false), "Number", "O'Brien"), "Users(Number='O''Brien')");
    }

    #[test]
    fn what_cannot_be_addressed_is_said() {
        let catalog = Catalog::shipped();
        let target =
            |resource: &str, key| Target { pbx: crate::odata::PbxId::new("acme"), resource: resource.into(), key };
        let nowhere = entity_path(catalog, &target("Nowhere", None));
        assert_eq!(nowhere, Err(PathError::UnknownResource("Nowhere".to_owned())));
        assert_eq!(nowhere.map_err(|e| e.to_string()), Err("this PBX has no resource called Nowhere".to_owned()));
    }

    /// The document's own templates: what the client spells is what the operation is called.
    #[test]
    fn every_entity_of_the_catalog_is_spelt_as_the_document_has_it() {
        let catalog = Catalog::shipped();
        let mut checked = 0;
        for resource in catalog.resources() {
            let Some(operation) = resource.get.or(resource.update).or(resource.delete) else { continue };
            let template = catalog.operation(operation).path;
            let (key, written) = match resource.key.as_ref().map(|key| (&key.ty, key.quoted)) {
                None => (None, String::new()),
                Some((Type::Text { .. }, true)) => (Some(EntityKey::Text("a b".into())), "('a%20b')".to_owned()),
                Some((Type::Uuid, false)) => (Some(EntityKey::Uuid("1c3d-2f3e".into())), "(1c3d-2f3e)".to_owned()),
                Some((Type::Integer { .. }, false)) => (Some(EntityKey::Int(12)), "(12)".to_owned()),
                Some(other) => panic!("{}: {other:?}", resource.name),
            };
            let name = template.split('(').next().unwrap().trim_start_matches('/');
            let target = Target { pbx: crate::odata::PbxId::new("acme"), resource: resource.name.into(), key };
            assert_eq!(entity_path(catalog, &target), Ok(format!("{name}{written}")), "{template}");
            checked += 1;
        }
        assert!(checked > 60, "{checked}");
    }

    proptest! {
        #[test]
        fn no_value_can_leave_its_quotes(value in ".*") {
            let path = alternate_path(&set("Users", false), "Number", &value);
            let inner = path.strip_prefix("Users(Number='").and_then(|p| p.strip_suffix("')"));
            prop_assert!(inner.is_some());
            let inner = inner.unwrap_or_default();
            prop_assert!(inner.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%'".contains(&b)));
            // Quotes come in pairs only, so none ends the literal.
            prop_assert!(inner.split("''").all(|part| !part.contains('\'')));
        }
    }
}
