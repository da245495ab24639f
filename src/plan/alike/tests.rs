//! What is worked out with lean lists is what is worked out with whole ones, for any lists and whatever became of them.

use super::*;
use crate::draft::{ListEdit, MASK, SharedShelf, conceal};
use crate::odata::{EntityKey, PbxId, Target};
use crate::plan::{Edit, EntryId, Maker, Progress};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Fields with lists, and what tells their elements apart: texts, numbers, and numbers that the PBX gives.
const LISTS: [(&str, &str); 3] =
    [("ForwardingProfiles", "Name"), ("Groups", "GroupId"), ("ForwardingExceptions", "Id")];

fn catalog() -> &'static Catalog {
    Catalog::shipped()
}

fn schema() -> &'static Schema {
    catalog().schema(catalog().schema_named("User").unwrap())
}

/// What can stand in an element beside what tells it apart: known and unknown, plain and nested, good and bad.
fn any_members() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let member = prop_oneof![
        (0..3).prop_map(|n| ("NoAnswerTimeout", json!(n))),
        (0..3).prop_map(|n| ("CustomMessage", [json!("a"), json!("b"), Value::Null][n as usize].clone())),
        (0..2).prop_map(|n| ("Rights", [json!({"RoleName": "users"}), Value::Null][n as usize].clone())),
        (0..3).prop_map(|n| ("AvailableRoute", json!({"NoAnswerAllCalls": n > 0, "Odd": n}))),
        (0..2).prop_map(|n| ("OfNobody", json!(n))),
        (0..2).prop_map(|n| ("SomePassword", [json!("secret"), json!("other")][n as usize].clone())),
        (0..4).prop_map(|n| (
            "OverrideOfficeHours",
            [json!(true), json!(false), json!("wrong"), json!(1)][n as usize].clone()
        )),
    ];
    proptest::collection::vec(member, 0..4)
}

fn any_identity() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => (0..4).prop_map(|n| json!(["A", "B", "C", "D"][n as usize])),
        8 => (1..5).prop_map(|n| json!(n)),
        1 => (0..7).prop_map(|n| [json!(""), json!(0), json!("1"), json!(1.5), json!(true), Value::Null, json!(MASK)][n as usize].clone()),
    ]
}

fn any_element(identity: &'static str) -> impl Strategy<Value = Value> {
    (proptest::option::weighted(0.95, any_identity()), any_members()).prop_map(move |(told, members)| {
        let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
        Value::Object(told.map(|told| (identity.to_owned(), told)).into_iter().chain(members).collect())
    })
}

/// Mostly a list of elements that are told apart by one kind of value.
fn any_list(identity: &'static str) -> impl Strategy<Value = Value> {
    let usual = (any::<bool>(), proptest::collection::vec((0..4_usize, any_members()), 0..5));
    let usual = usual.prop_map(move |(texts, elements)| {
        let mut list: Vec<Value> = Vec::new();
        for (n, members) in elements {
            let told = if texts { json!(["A", "B", "C", "D"][n]) } else { json!(n + 1) };
            if list.iter().all(|element| element[identity] != told) {
                let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
                list.push(Value::Object([(identity.to_owned(), told)].into_iter().chain(members).collect()));
            }
        }
        Value::Array(list)
    });
    prop_oneof![
        12 => usual,
        2 => proptest::collection::vec(any_element(identity), 0..5).prop_map(Value::from),
        1 => prop_oneof![Just(Value::Null), Just(json!([1, "x"])), Just(json!("text"))],
    ]
}

/// What somebody does to a list: an element taken out, put in, changed, or moved.
#[derive(Debug, Clone)]
enum Step {
    Out(usize),
    In(Value),
    Change(usize, &'static str, Value),
    Drop(usize, usize),
    Swap(usize, usize),
}

fn any_steps(identity: &'static str) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..4_usize).prop_map(Step::Out),
        any_element(identity).prop_map(Step::In),
        (0..4_usize, any_members()).prop_map(|(at, members)| match members.into_iter().next() {
            Some((name, value)) => Step::Change(at, name, value),
            None => Step::Drop(at, 1),
        }),
        (0..4_usize, any_members()).prop_map(|(at, members)| match members.into_iter().next() {
            Some((name, value)) => Step::Change(at, name, value),
            None => Step::Swap(at, 0),
        }),
        (0..4_usize, 0..4_usize).prop_map(|(at, member)| Step::Drop(at, member)),
        (0..4_usize, 0..4_usize).prop_map(|(at, to)| Step::Swap(at, to)),
    ];
    proptest::collection::vec(step, 0..3)
}

fn done(list: &Value, steps: &[Step]) -> Value {
    let Some(mut list) = list.as_array().cloned() else { return list.clone() };
    for step in steps {
        match step {
            Step::Out(at) if *at < list.len() => drop(list.remove(*at)),
            Step::In(element) => list.push(element.clone()),
            Step::Change(at, name, value) => {
                if let Some(members) = list.get_mut(*at).and_then(Value::as_object_mut) {
                    members.insert((*name).to_owned(), value.clone());
                }
            }
            Step::Drop(at, member) => {
                if let Some(members) = list.get_mut(*at).and_then(Value::as_object_mut)
                    && let Some(name) = members.keys().nth(*member).cloned()
                {
                    members.remove(&name);
                }
            }
            Step::Swap(at, to) if *at < list.len() && *to < list.len() => list.swap(*at, *to),
            Step::Out(_) | Step::Swap(..) => {}
        }
    }
    Value::Array(list)
}

fn target(row: usize) -> Target {
    Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: Some(EntityKey::Int(row as i64)) }
}

/// An entity as it is read: without its secrets.
fn read(row: usize, field: &str, list: &Value, name: &str) -> Entity {
    let entity = json!({"Id": row + 1, "Number": format!("{row}"), "FirstName": name, "VMEnabled": true, field: list});
    let mut entity = entity.as_object().unwrap().clone();
    conceal(catalog(), schema(), &mut entity);
    entity
}

/// A payload with its masks. The order of members is no part of what they say.
fn text(payload: &Payload) -> String {
    let sorted = |mut value: Value| {
        value.sort_all_objects();
        value
    };
    let [value, shown] = [payload.value(), payload.shown()].map(|value| value.map(|value| sorted(value.into_owned())));
    format!("{value:?} {shown:?}")
}

/// What is planned.
fn told(planned: &Planned) -> String {
    let Planned::Change(set) = planned else { return format!("{planned:?}") };
    let change = |change: &crate::draft::Change| {
        format!("{}: {} {} {:?}", change.field, text(&change.before), text(&change.after), change.whole)
    };
    let values: Vec<String> = set.changes.iter().map(change).collect();
    format!("{:?} {:?} {} {} {values:?}", set.verb, set.target, set.label, set.unchanged)
}

/// The same of each way.
fn told_way(way: &Way) -> String {
    let left =
        way.left.iter().map(|l| format!("{} {:?} {} {} {}", l.field, l.why, text(&l.before), text(&l.now), l.forced));
    format!("{:?} {:?}", way.planned.as_ref().map(told), left.collect::<Vec<_>>())
}

/// A field, what became of it, and each who had a list of their own: before, then somebody else's change since.
type Story = (usize, Vec<Step>, Vec<(Value, Vec<Step>)>);

fn any_story() -> impl Strategy<Value = Story> {
    (0..LISTS.len()).prop_flat_map(|field| {
        let identity = LISTS[field].1;
        let steps = prop_oneof![3 => Just(Vec::new()), 1 => any_steps(identity)];
        let people = proptest::collection::vec((any_list(identity), steps), 1..6);
        (Just(field), any_steps(identity), people)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_of_many_comes_to_what_it_comes_to_for_each((field, steps, people) in any_story()) {
        let (field, identity) = LISTS[field];
        let (catalog, schema) = (catalog(), schema());
        let columns: Columns =
            people.iter().enumerate().map(|(row, (list, _))| read(row, field, list, "Ada")).collect();
        let elements = columns.elements(field, Some(identity)).into_iter();
        let any = Value::Array(elements.map(|(id, _)| columns.value(id)).collect());
        let now = done(&any, &steps);
        let slot = Slot::of(catalog, schema, field);
        let edit = ListEdit::between(&slot, any.as_array().unwrap(), now.as_array().unwrap());
        let edits = [(field.to_owned(), Edit::Elements(edit)), ("FirstName".to_owned(), Edit::Whole(json!("Ada")))];
        let mut maker = Maker::new(catalog, schema, &columns, &edits, Some("Id"));
        for row in 0..people.len() {
            let quick = maker.line(row, target(row), format!("{row}")).planned;
            let by_trees = maker.alone(row, &target(row), &format!("{row}"));
            prop_assert_eq!(told(&quick), told(&by_trees));
        }
    }

    #[test]
    fn going_back_and_going_on_come_to_what_they_come_to_for_each(
        (field, steps, people) in any_story(),
        gave in any_steps("Id"),
        is_read_back in any::<bool>(),
        is_there in any::<bool>(),
    ) {
        let field = LISTS[field].0;
        let (catalog, schema) = (catalog(), schema());
        let (users, shelf) = (catalog.resource("Users").unwrap(), SharedShelf::default());
        let mut columns = Columns::on(shelf.clone());
        let mut pasts = Vec::new();
        for (row, (list, since)) in people.iter().enumerate() {
            let of = |list: &Value| read(row, field, list, "Ada");
            let (before, sent) = (of(list), of(&done(list, &steps)));
            let there = of(&done(&done(list, &steps), &gave));
            let held = |entity: &Entity, field: &str| entity.get(field).map(|value| shelf.hold(value.clone()));
            let one = |name: &str| Field {
                field: name.to_owned(),
                before: held(&before, name),
                after: held(&sent, name),
                now: held(&there, name).filter(|_| is_read_back),
                secret: false,
            };
            columns.put(row, of(&done(&there[field], if is_there { since } else { &steps })));
            if !is_there && since.is_empty() {
                columns.put(row, before.clone());
            }
            pasts.push(Past {
                id: EntryId(row as i64),
                verb: Verb::Change,
                target: target(row),
                // Somebody else may have the key by now.
                label: if row == 3 { "another".to_owned() } else { called(catalog, users, &target(row), &before) },
                schema: schema.name.to_owned(),
                revision: catalog.revision().to_owned(),
                progress: Progress::Sent,
                end: None,
                words: String::new(),
                ended: None,
                together: None,
                fields: vec![one(field), one("VMEnabled")],
                shelf: shelf.clone(),
            });
        }
        let (mut back, mut on) = (Alike::default(), Alike::default());
        let said = |_: &crate::catalog::Field, value: &Value| value.to_string();
        for (row, past) in pasts.iter().enumerate() {
            let fresh = || columns.entity(row, columns.fields());
            let quick = back.way((catalog, schema), (past, "as now".to_owned()), (&columns, row), &said).0;
            let by_trees = Way::of(catalog, schema, (past, "as now".to_owned()), BTreeSet::new(), fresh(), &said);
            prop_assert_eq!(told_way(&quick), told_way(&by_trees));
            let quick = on.standing((catalog, schema), past, Ok((&columns, row)), &said).0;
            prop_assert_eq!(told(&quick), told(&stands((catalog, schema), past, Ok(&fresh()), &said)));
        }
    }
}
