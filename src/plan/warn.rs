//! What the PBX would take and people would be sorry for.
//!
//! Owns the rules that need more than one field or more than one target. What is odd about which fields is knowledge of
//! the catalog; nothing here stands in the way of anything.

use super::{Columns, Line, Plan, Planned, called_by};
use crate::catalog::{Catalog, Caution, Condition, Resource, Roles, Schema};
use crate::draft::{ChangeSet, ReadPlan, Slot, Verb, read_of};
use serde_json::Value;
use std::collections::BTreeMap;

/// A word before something is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The sentence.
    pub sentence: String,
    /// Whom it is about: places among the lines of the plan.
    pub lines: Vec<usize>,
    /// So many of them at least make it true.
    pub least: usize,
}

impl Warning {
    /// Whom of a plan it is about, but for those who are left out; nobody where it is not true of the others.
    pub fn about<'w>(&'w self, plan: &'w Plan) -> impl Iterator<Item = usize> + 'w {
        let stays = |at: &usize| plan.lines.get(*at).is_some_and(|line| matches!(line.planned, Planned::Change(_)));
        let is_true = self.lines.iter().filter(|at| stays(at)).take(self.least).count() == self.least;
        self.lines.iter().copied().filter(move |at| is_true && stays(at))
    }
}

/// The properties beside the changed ones that have to be read for the warnings, by wire name.
pub fn needs(catalog: &Catalog, schema: &Schema, changed: &[&str]) -> Vec<String> {
    let mut needed: Vec<String> = Vec::new();
    for caution in catalog.cautions(schema).filter(|c| c.when.iter().any(|w| changed.contains(&root(w.field)))) {
        for condition in &caution.when {
            let field = root(condition.field);
            if !changed.contains(&field) && !needed.iter().any(|n| n == field) {
                needed.push(field.to_owned());
            }
        }
    }
    needed
}

fn root(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

/// By which numbers whoever signs in is known to the PBX.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Own<'o> {
    /// The API client.
    pub client: &'o str,
    /// The person's extension, where they have said it: no token tells it.
    pub me: Option<&'o str>,
}

/// What was read of a target beside what is changed: a property by its wire name.
pub type Beside<'b> = dyn Fn(&str) -> Option<Value> + 'b;

/// What is read of each where these fields are changed: they, what it is called by, and what the warnings need.
pub fn asked(catalog: &Catalog, resource: &Resource, schema: &Schema, changed: &[&str]) -> ReadPlan {
    let key = resource.key.iter().map(|key| key.name);
    let names = key.chain(called_by(catalog, resource)).chain(changed.iter().copied());
    let mut fields: Vec<String> = names.map(str::to_owned).collect();
    fields.extend(needs(catalog, schema, changed));
    read_of(catalog, schema, &fields)
}

/// What there is to say before a plan is sent. `read` has what was read of the target of each line.
pub fn warnings(catalog: &Catalog, resource: &Resource, plan: &Plan, read: &Columns, own: Own<'_>) -> Vec<Warning> {
    let mut warner = Warner::new(catalog, resource);
    for (at, line) in plan.lines.iter().enumerate() {
        warner.look(at, line, &|field| read.get(at, field), own);
    }
    warner.end()
}

/// What there is to say before one change is sent by itself. `beside` has what was read of its target.
pub fn alone(
    catalog: &Catalog,
    resource: &Resource,
    changes: &ChangeSet,
    beside: &Beside<'_>,
    own: Own<'_>,
) -> Vec<String> {
    let mut warner = Warner::new(catalog, resource);
    warner.weigh(0, changes, beside, own);
    warner.end().into_iter().map(|warning| warning.sentence).collect()
}

/// Goes through the lines of a plan, one after the other: of thousands as many at a time as anybody wants.
#[derive(Debug)]
pub struct Warner<'c> {
    catalog: &'c Catalog,
    schema: Option<&'c Schema>,
    roles: &'c Roles,
    cautions: Vec<&'c Caution<'static>>,
    /// What is known of a field is looked up once, not for each of thousands.
    known: BTreeMap<String, Known>,
    found: Found,
    /// By field and text: what is given, and to whom.
    unique: BTreeMap<(String, String), (String, Vec<usize>)>,
}

impl<'c> Warner<'c> {
    /// One that has seen no line of a plan for this resource.
    pub fn new(catalog: &'c Catalog, resource: &'c Resource) -> Self {
        let schema = catalog.entity(resource);
        let cautions = schema.map(|schema| catalog.cautions(schema).collect()).unwrap_or_default();
        let (known, unique, found) = (BTreeMap::new(), BTreeMap::new(), Found::default());
        Self { catalog, schema, roles: catalog.roles(resource), cautions, known, found, unique }
    }

    /// Looks at the line in this place.
    pub fn look(&mut self, at: usize, line: &Line, beside: &Beside<'_>, own: Own<'_>) {
        if let Planned::Change(changes) = &line.planned {
            self.weigh(at, changes, beside, own);
        }
    }

    fn weigh(&mut self, at: usize, changes: &ChangeSet, beside: &Beside<'_>, own: Own<'_>) {
        let Some(schema) = self.schema else { return };
        let subject = Subject { changes, beside };
        for caution in self.cautions.iter().filter(|caution| subject.is_odd(caution)) {
            self.found.say(caution.says, at);
        }
        for change in &changes.changes {
            if !self.known.contains_key(&change.field) {
                self.known.insert(change.field.clone(), Known::of(self.catalog, schema, &change.field));
            }
            let Some(Known { title, unique, ordered }) = self.known.get(&change.field) else { continue };
            if *ordered && change.whole.is_some_and(|whole| whole.moved) {
                self.found.say(&format!("{title}: the order changes, and they are tried in this order."), at);
            }
            if !*unique {
                continue;
            }
            if let Some(text) = change.after.shown().as_deref().map(text_of).filter(|text| !text.is_empty()) {
                let entry = self.unique.entry((change.field.clone(), text.to_lowercase()));
                entry.or_insert_with(|| (format!("{title} {text}"), Vec::new())).1.push(at);
            }
        }
        let (mine, sentence) = match self.roles.person {
            true => (own.me, "This is you: a mistake here cuts you off."),
            false => (Some(own.client), "This is the API client you are signed in with: a mistake here locks you out."),
        };
        let known_as = || subject.after(self.roles.number?);
        if mine.is_some_and(|mine| known_as().is_some_and(|number| number == mine)) {
            self.found.say(sentence, at);
        }
    }

    /// What there is to say, once every line was looked at.
    pub fn end(self) -> Vec<Warning> {
        let Self { found: Found(mut found), unique, .. } = self;
        for (what, lines) in unique.into_values().filter(|(_, lines)| lines.len() > 1) {
            let sentence = format!("{what} would be given to several of them, and only one may have it.");
            found.push(Warning { sentence, lines, least: 2 });
        }
        found
    }
}

/// What the warnings need to know of a field.
#[derive(Debug)]
struct Known {
    title: String,
    unique: bool,
    ordered: bool,
}

impl Known {
    fn of(catalog: &Catalog, schema: &Schema, field: &str) -> Self {
        let note = schema.field(field).map(|field| catalog.note(schema, field));
        let unique = note.as_ref().is_some_and(|note| note.unique.is_some());
        let title = note.map_or_else(|| field.to_owned(), |note| note.title.into_owned());
        Self { title, unique, ordered: Slot::of(catalog, schema, field).is_ordered() }
    }
}

/// Warnings, each sentence once.
#[derive(Debug, Default)]
struct Found(Vec<Warning>);

impl Found {
    fn say(&mut self, sentence: &str, line: usize) {
        match self.0.iter_mut().find(|warning| warning.sentence == sentence) {
            Some(warning) if warning.lines.last() == Some(&line) => {}
            Some(warning) => warning.lines.push(line),
            None => self.0.push(Warning { sentence: sentence.to_owned(), lines: vec![line], least: 1 }),
        }
    }
}

/// One target: what is changed, and what was read beside it.
struct Subject<'s> {
    changes: &'s ChangeSet,
    beside: &'s Beside<'s>,
}

impl Subject<'_> {
    fn is_odd(&self, caution: &Caution<'_>) -> bool {
        let touched = |condition: &Condition<'_>| self.is_changed(root(condition.field));
        caution.when.iter().any(touched) && caution.when.iter().all(|condition| self.holds(condition))
    }

    fn is_changed(&self, field: &str) -> bool {
        self.changes.changes.iter().any(|change| change.field == field)
    }

    fn holds(&self, condition: &Condition<'_>) -> bool {
        // Of thousands of lists that only have to be changed none is made a text.
        let among = |wanted: &[&str], text: &dyn Fn() -> Option<String>| {
            wanted.is_empty() || text().is_some_and(|text| wanted.contains(&text.as_str()))
        };
        (!condition.changed || self.is_changed(root(condition.field)))
            && among(&condition.is, &|| self.after(condition.field))
            && among(&condition.was, &|| self.before(condition.field))
    }

    /// The text of a property once the change is made. `None` where it was not read.
    fn after(&self, path: &str) -> Option<String> {
        match self.changes.changes.iter().find(|change| change.field == root(path)) {
            Some(change) => Some(at(change.after.shown().as_deref(), path)),
            None => self.before(path),
        }
    }

    /// The text of a property as it is.
    fn before(&self, path: &str) -> Option<String> {
        if self.changes.verb == Verb::Create {
            return Some(String::new());
        }
        let changed = self.changes.changes.iter().find(|change| change.field == root(path));
        match changed.and_then(|change| change.before.shown()) {
            Some(value) => Some(at(Some(&value), path)),
            None => Some(at(Some(&(self.beside)(root(path))?), path)),
        }
    }
}

fn at(value: Option<&Value>, path: &str) -> String {
    let inner = path.split('/').skip(1).fold(value, |value, part| value?.get(part));
    inner.map(text_of).unwrap_or_default()
}

/// Nothing, null and an empty list are the empty text.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(elements) if elements.is_empty() => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;
    use crate::odata::{EntityKey, PbxId, Target};
    use serde_json::json;
    use std::sync::Arc;

    fn line(resource: &Resource, key: i64, before: Value, after: Value) -> Line {
        let catalog = Catalog::shipped();
        let target = Target { pbx: PbxId::new("acme"), resource: resource.name.into(), key: Some(EntityKey::Int(key)) };
        let schema = catalog.entity(resource).unwrap();
        let before = before.as_object().unwrap().clone();
        let mut draft = Draft::new(catalog, schema, target.clone(), format!("{key}"), before);
        for (field, value) in after.as_object().unwrap() {
            draft.set(field, value.clone());
        }
        let changes = draft.change_set(catalog).unwrap();
        Line { target, label: format!("{key}"), planned: Planned::Change(Arc::new(changes)) }
    }

    /// Before, beside it, after: the sentences.
    fn said(resource: &str, cases: &[(Value, Value, Value)], own: Own<'_>) -> Vec<(String, Vec<usize>)> {
        let catalog = Catalog::shipped();
        let resource = catalog.resource(resource).unwrap();
        let lines = cases.iter().enumerate();
        let lines = lines.map(|(at, (before, _, after))| line(resource, at as i64, before.clone(), after.clone()));
        let plan = Plan { lines: lines.collect(), fields: Vec::new() };
        let read: Columns = cases.iter().map(|(_, beside, _)| beside.as_object().unwrap().clone()).collect();
        let found = warnings(catalog, resource, &plan, &read, own);
        found.into_iter().map(|warning| (warning.sentence, warning.lines)).collect()
    }

    #[test]
    fn voicemail_by_email_without_an_address() {
        let on = |mail: Value| {
            (json!({"VMEmailOptions": "None"}), json!({"EmailAddress": mail}), json!({"VMEmailOptions": "Attachment"}))
        };
        let found = said("Users", &[on(json!("a@x")), on(json!(null)), on(json!(""))], Own::default());
        assert_eq!(found, [("Voicemail goes out by email, and there is no email address.".to_owned(), vec![1, 2])]);
        // The address may be what is taken away.
        let away =
            (json!({"EmailAddress": "a@x"}), json!({"VMEmailOptions": "Notification"}), json!({"EmailAddress": ""}));
        assert_eq!(said("Users", &[away], Own::default()).len(), 1);
        // What was not read is not guessed.
        let unread = (json!({"VMEmailOptions": "None"}), json!({}), json!({"VMEmailOptions": "Attachment"}));
        assert_eq!(said("Users", &[unread], Own::default()), []);
        let catalog = Catalog::shipped();
        let user = catalog.schema(catalog.schema_named("User").unwrap());
        assert_eq!(needs(catalog, user, &["VMEmailOptions"]), ["EmailAddress"]);
        assert_eq!(needs(catalog, user, &["Require2FA"]), [""; 0]);
    }

    #[test]
    fn disabled_and_forwarded_at_once() {
        let profiles = |to: &str| json!([{"Name": "Available", "NoAnswerTimeout": 20, "CustomMessage": to}]);
        let both = (
            json!({"Enabled": true, "ForwardingProfiles": profiles("a")}),
            json!({}),
            json!({"Enabled": false, "ForwardingProfiles": profiles("b")}),
        );
        let found = said("Users", &[both], Own::default());
        assert!(found.len() == 1 && found[0].0.contains("takes no calls"), "{found:?}");
        let one = (json!({"Enabled": true}), json!({}), json!({"Enabled": false}));
        assert_eq!(said("Users", &[one], Own::default()), []);
    }

    #[test]
    fn hours_that_come_from_the_department() {
        let hours = |kind: &str| json!({"Hours": {"Type": kind, "IgnoreHolidays": false, "Periods": []}});
        let case = |was: &str| (hours(was), json!({}), hours("Never"));
        let found = said("Users", &[case("OfficeHours"), case("SpecificHours"), case("OfficeHours")], Own::default());
        assert!(found.len() == 1 && found[0].0.contains("change the department instead"), "{found:?}");
        assert_eq!(found[0].1, [0, 2]);
    }

    #[test]
    fn what_only_one_may_have_is_given_to_two() {
        let mail = |mail: &str| (json!({"EmailAddress": "old@x"}), json!({}), json!({"EmailAddress": mail}));
        let found = said("Users", &[mail("a@x"), mail("b@x"), mail("A@x"), mail("")], Own::default());
        assert_eq!(
            found,
            [("Email a@x would be given to several of them, and only one may have it.".to_owned(), vec![0, 2])]
        );
    }

    #[test]
    fn whoever_is_left_out_is_not_warned_of() {
        let catalog = Catalog::shipped();
        let users = catalog.resource("Users").unwrap();
        let own = Own { client: "900", me: Some("214") };
        let mail = |key: i64| line(users, key, json!({"EmailAddress": "old@x"}), json!({"EmailAddress": "a@x"}));
        let mut plan = Plan { lines: (1..=3).map(mail).collect(), fields: Vec::new() };
        let read: Columns = [json!({"Number": "214"}), json!({}), json!({})]
            .map(|beside| beside.as_object().unwrap().clone())
            .into_iter()
            .collect();
        let found = warnings(catalog, users, &plan, &read, own);
        let about = |plan: &Plan| found.iter().map(|one| one.about(plan).collect::<Vec<_>>()).collect::<Vec<_>>();
        assert_eq!(about(&plan), [vec![0], vec![0, 1, 2]]);
        let leave_out = |plan: &mut Plan, at: usize| {
            let Planned::Change(set) = plan.lines[at].planned.clone() else { panic!("left out already") };
            plan.lines[at].planned = Planned::LeftOut(set);
        };
        leave_out(&mut plan, 0);
        assert_eq!(about(&plan), [vec![], vec![1, 2]]);
        leave_out(&mut plan, 2);
        assert_eq!(about(&plan), [vec![0; 0], vec![]], "one alone may have it");
    }

    #[test]
    fn ones_own_extension() {
        let of = |number: &str| (json!({"Enabled": true}), json!({"Number": number}), json!({"Enabled": false}));
        let own = Own { client: "213", me: Some("214") };
        let found = said("Users", &[of("213"), of("214")], own);
        assert_eq!(found, [("This is you: a mistake here cuts you off.".to_owned(), vec![1])]);
        assert_eq!(said("Users", &[of("214"), of("")], Own { me: None, ..own }), [], "nobody has said who they are");
    }

    #[test]
    fn ones_own_client_and_the_order_of_agents() {
        let own = (json!({"XAPIEnabled": true}), json!({"Number": "900"}), json!({"XAPIEnabled": false}));
        let found = said("ServicePrincipals", &[own], Own { client: "900", me: Some("214") });
        assert!(found.len() == 1 && found[0].0.contains("locks you out"), "{found:?}");
        let agents = |order: [&str; 2]| json!({"Agents": order.map(|n| json!({"Number": n, "SkillGroup": "1"}))});
        let found = said("Queues", &[(agents(["1", "2"]), json!({}), agents(["2", "1"]))], Own::default());
        assert!(found.len() == 1 && found[0].0.contains("the order changes"), "{found:?}");
    }
}
