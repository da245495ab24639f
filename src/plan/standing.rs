//! How somebody stands for whom something was meant: whether it can still be sent.
//!
//! Owns the one rule for plans from files and for runs that were cut off: who has the key now, what is there, what was
//! there. And what entities are called, by which they are known again. The words are the caller's. Reads nothing.

use super::{Planned, Said, since_words};
use crate::catalog::{Catalog, Resource, Schema, Shape};
use crate::draft::{ChangeSet, Conflict, Entity, Verb, conflicts, is_there};
use crate::odata::{Failure, FailureKind, Target};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// What is said of one that somebody else has deleted.
pub const GONE: &str = "it is not there any more";
/// What is said of one whose deletion was cut off, and came to nothing.
const STILL_THERE: &str = "it is still there; a deletion is not gone on with: look at it, and delete it again";

/// How somebody stands for whom something was meant.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// As it was meant: it can be sent.
    AsMeant,
    /// It is so already.
    There,
    /// There is no such entity any more.
    Gone,
    /// The key belongs to another one by now, who is called like this.
    Another(String),
    /// Somebody else has changed these since.
    Since(Vec<Conflict>),
    /// It could not be read.
    Unread(Failure),
}

impl Standing {
    /// How one stands of whom this was read.
    pub fn of(catalog: &Catalog, resource: &Resource, set: &ChangeSet, read: Result<&Entity, &Failure>) -> Self {
        let fresh = match read {
            Ok(fresh) => fresh,
            Err(failure) if failure.kind != FailureKind::NotFound => return Self::Unread(failure.clone()),
            Err(_) if set.verb == Verb::Delete => return Self::There,
            Err(_) => return Self::Gone,
        };
        let before = |name: &str| {
            let changes = set.changes.iter().filter(|_| set.verb == Verb::Change);
            let change = changes.into_iter().find(|change| change.field == name)?;
            change.before.shown().map(Cow::into_owned)
        };
        let now = |name: &str| fresh.get(name).cloned();
        if !is_meant(catalog, resource, (&set.target, &set.label), before, now) {
            return Self::Another(called(catalog, resource, &set.target, fresh));
        }
        if set.verb != Verb::Change {
            return Self::AsMeant;
        }
        // What somebody else has done meanwhile needs no sending; the PBX may have completed what was sent.
        if is_there(catalog, set, fresh) {
            return Self::There;
        }
        let others = conflicts(catalog, set, fresh);
        if others.is_empty() { Self::AsMeant } else { Self::Since(others) }
    }

    /// What that comes to for this one.
    pub fn planned(self, catalog: &Catalog, schema: &Schema, set: &Arc<ChangeSet>, said: &Said<'_>) -> Planned {
        Planned::Blocked(match self {
            // What is to be done away with has to be agreed to by whoever sees it.
            Self::AsMeant if set.verb == Verb::Delete => STILL_THERE.to_owned(),
            Self::AsMeant => return Planned::Change(Arc::clone(set)),
            Self::There => return Planned::AlreadySo,
            Self::Gone => GONE.to_owned(),
            Self::Another(called) => format!("with this key the PBX has {called} now, not {}", set.label),
            Self::Since(others) => format!("changed since: {}", since_words(catalog, schema, &others, said)),
            Self::Unread(failure) => failure.problem(catalog, Some(schema)).what,
        })
    }
}

/// Whether this is who was meant, by its name: whose name was to be changed is nobody else because it was.
pub(super) fn is_meant(
    catalog: &Catalog,
    resource: &Resource,
    (target, label): (&Target, &str),
    before: impl Fn(&str) -> Option<Value>,
    now: impl Fn(&str) -> Option<Value>,
) -> bool {
    let value = |name: &str| Some((name.to_owned(), before(name).or_else(|| now(name))?));
    called(catalog, resource, target, &called_by(catalog, resource).filter_map(value).collect()) == label
}

/// The properties by which people call an entity: its number, and the parts of its name.
pub fn called_by<'c>(catalog: &'c Catalog, resource: &Resource) -> impl Iterator<Item = &'c str> {
    let roles = catalog.roles(resource);
    let paths = roles.number.into_iter().chain(roles.label.iter().copied());
    paths.filter_map(|path| path.split('/').next())
}

/// What an entity is called: its number and its name; by its key where it has neither.
pub fn called(catalog: &Catalog, resource: &Resource, target: &Target, entity: &Entity) -> String {
    if resource.shape == Shape::Singleton {
        return catalog.resource_title(resource.name).into_owned();
    }
    let roles = catalog.roles(resource);
    let text = |path: &&str| {
        let mut parts = path.split('/');
        let first = entity.get(parts.next()?)?;
        said(parts.try_fold(first, |value, part| value.get(part))?)
    };
    let name = roles.label.iter().filter_map(text).collect::<Vec<String>>().join(roles.label_join);
    let number = roles.number.as_ref().and_then(text).unwrap_or_default();
    number_and_name(&number, &name).unwrap_or_else(|| target.key.as_ref().map(ToString::to_string).unwrap_or_default())
}

/// A number and a name in one; `None` where there is neither.
pub fn number_and_name(number: &str, name: &str) -> Option<String> {
    match (number, name) {
        ("", "") => None,
        (number, "") => Some(number.to_owned()),
        ("", name) => Some(name.to_owned()),
        (number, name) if number == name => Some(name.to_owned()),
        (number, name) => Some(format!("{number} {name}")),
    }
}

fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;
    use crate::odata::{EntityKey, PbxId};
    use serde_json::json;

    fn entity(value: Value) -> Entity {
        value.as_object().unwrap().clone()
    }

    /// What was meant for 214, of whom this was known.
    fn meant(edits: Value) -> ChangeSet {
        let catalog = Catalog::shipped();
        let schema = catalog.schema(catalog.schema_named("User").unwrap());
        let target = Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: Some(EntityKey::Int(57)) };
        let mut draft = Draft::new(catalog, schema, target, "214 Lovelace, Ada".to_owned(), entity(ada()));
        entity(edits).into_iter().for_each(|(field, value)| draft.set(&field, value));
        draft.change_set(catalog).unwrap()
    }

    fn ada() -> Value {
        json!({"Id": 57, "Number": "214", "FirstName": "Ada", "LastName": "Lovelace", "VMEnabled": false})
    }

    fn stands(set: &ChangeSet, now: Value) -> Standing {
        let catalog = Catalog::shipped();
        let mut fresh = entity(ada());
        fresh.extend(entity(now));
        Standing::of(catalog, catalog.resource("Users").unwrap(), set, Ok(&fresh))
    }

    #[test]
    fn who_has_the_key_now_is_seen_before_what_is_there() {
        let voicemail = meant(json!({"VMEnabled": true}));
        assert_eq!(stands(&voicemail, json!({})), Standing::AsMeant);
        assert_eq!(stands(&voicemail, json!({"VMEnabled": true})), Standing::There);
        assert!(matches!(stands(&voicemail, json!({"VMEnabled": null})), Standing::Since(_)));
        // The number belongs to somebody else, or the key to another number: whatever is there.
        for (now, called) in [
            (json!({"FirstName": "Grace", "LastName": "Hopper"}), "214 Hopper, Grace"),
            (json!({"Number": "299"}), "299 Lovelace, Ada"),
            (json!({"Number": "299", "VMEnabled": true}), "299 Lovelace, Ada"),
        ] {
            assert_eq!(stands(&voicemail, now), Standing::Another(called.to_owned()));
        }
    }

    #[test]
    fn who_was_to_be_renamed_is_nobody_else_once_that_is_done() {
        let renamed = meant(json!({"LastName": "Byron"}));
        assert_eq!(stands(&renamed, json!({})), Standing::AsMeant);
        assert_eq!(stands(&renamed, json!({"LastName": "Byron"})), Standing::There);
        assert!(matches!(stands(&renamed, json!({"LastName": "King"})), Standing::Since(_)));
        let another = json!({"FirstName": "Grace", "LastName": "Byron"});
        assert_eq!(stands(&renamed, another), Standing::Another("214 Byron, Grace".to_owned()));
    }

    #[test]
    fn of_a_deletion_it_is_seen_whether_it_is_done_and_nothing_is_sent() {
        let catalog = Catalog::shipped();
        let (users, schema) = (catalog.resource("Users").unwrap(), catalog.schema_named("User").unwrap());
        let deletion = Arc::new(ChangeSet { verb: Verb::Delete, ..meant(json!({"VMEnabled": true})) });
        let gone = Failure::new(FailureKind::NotFound, "GET /xapi/v1/Users(57)");
        let broken = Failure::new(FailureKind::ServerError, "GET /xapi/v1/Users(57)").with_status(500);
        let of = |set: &ChangeSet, failure: &Failure| Standing::of(catalog, users, set, Err(failure));
        assert_eq!(
            (of(&deletion, &gone), of(&meant(json!({"VMEnabled": true})), &gone)),
            (Standing::There, Standing::Gone)
        );
        assert_eq!(of(&deletion, &broken), Standing::Unread(broken));
        let schema = catalog.schema(schema);
        let planned = stands(&deletion, json!({})).planned(catalog, schema, &deletion, &|_, _| String::new());
        assert_eq!(planned, Planned::Blocked(STILL_THERE.to_owned()));
    }

    #[test]
    fn what_has_neither_number_nor_name_is_called_by_its_key() {
        let catalog = Catalog::shipped();
        let of = |resource: &str, now: Value| {
            let target = Target { pbx: PbxId::new("acme"), resource: resource.into(), key: Some(EntityKey::Int(7)) };
            called(catalog, catalog.resource(resource).unwrap(), &target, &entity(now))
        };
        assert_eq!(of("Users", json!({"Id": 7})), "7");
        assert_eq!(of("Users", json!({"Number": "214", "LastName": "Lovelace"})), "214 Lovelace");
        assert_eq!(of("Trunks", json!({"Number": "10000", "Gateway": {"Name": "Provider"}})), "10000 Provider");
    }
}
