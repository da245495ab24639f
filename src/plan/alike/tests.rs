//! What is worked out with lean lists is what is worked out with whole ones, for any lists and whatever became of them.

use super::*;
use crate::catalog::Resource;
use crate::draft::{ListEdit, MASK, SharedShelf, conceal};
use crate::odata::{EntityKey, PbxId, Target};
use crate::plan::{Edit, EntryId, Maker, Progress, called};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Lists, and what tells their elements apart: texts, numbers, numbers that the PBX gives, and where the order counts.
const LISTS: [(&str, &str, &str); 4] = [
    ("Users", "ForwardingProfiles", "Name"),
    ("Users", "Groups", "GroupId"),
    ("Users", "ForwardingExceptions", "Id"),
    ("Queues", "Agents", "Number"),
];

/// What tells elements apart by a text, whatever stands in it.
const TEXTS: [&str; 4] = ["A", "a", "2", "\"B\"\n\\ \u{e9}"];

fn catalog() -> &'static Catalog {
    Catalog::shipped()
}

fn schema(resource: &str) -> (&'static Resource, &'static Schema) {
    let resource = catalog().resource(resource).unwrap();
    (resource, catalog().entity(resource).unwrap())
}

/// What can stand in an element beside what tells it apart: known and unknown, plain and nested, good and bad.
fn any_member() -> impl Strategy<Value = (&'static str, Value)> {
    let one = |name, values: Vec<Value>| proptest::sample::select(values).prop_map(move |value| (name, value));
    prop_oneof![
        one("NoAnswerTimeout", vec![json!(0), json!(1), json!(1.0), json!("1")]),
        one("CustomMessage", vec![json!("a"), json!("b \"\n"), json!(7), Value::Null]),
        one("Rights", vec![json!({"RoleName": "users"}), Value::Null]),
        one("AvailableRoute", vec![json!({"NoAnswerAllCalls": false, "Odd": 0}), json!({"NoAnswerAllCalls": true})]),
        one("OfNobody", vec![json!(0), json!([1, {"Id": 1}, {"Id": 1.0}]), json!([])]),
        one("SomePassword", vec![json!("secret"), json!("other")]),
        one("OverrideOfficeHours", vec![json!(true), json!(false), json!("wrong"), json!(1)]),
    ]
}

fn any_members() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    proptest::collection::vec(any_member(), 0..5)
}

fn any_identity() -> impl Strategy<Value = Value> {
    let odd = vec![json!(""), json!(0), json!("1"), json!(1.5), json!(1.0), json!(true), Value::Null, json!(MASK)];
    prop_oneof![
        8 => (0..4_usize).prop_map(|n| json!(TEXTS[n])),
        8 => (1..5).prop_map(|n| json!(n)),
        1 => proptest::sample::select(odd),
    ]
}

fn element(identity: &str, told: Option<Value>, members: Vec<(&'static str, Value)>) -> Value {
    let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
    Value::Object(told.map(|told| (identity.to_owned(), told)).into_iter().chain(members).collect())
}

fn any_element(identity: &'static str) -> impl Strategy<Value = Value> {
    let parts = (proptest::option::weighted(0.9, any_identity()), any_members());
    parts.prop_map(move |(told, members)| element(identity, told, members))
}

/// Mostly a list of elements that are told apart by one kind of value.
fn any_list(identity: &'static str) -> impl Strategy<Value = Value> {
    let usual = (any::<bool>(), proptest::collection::vec((0..4_usize, any_members()), 0..5));
    let usual = usual.prop_map(move |(texts, elements)| {
        let mut list: Vec<Value> = Vec::new();
        for (n, members) in elements {
            let told = if texts { json!(TEXTS[n]) } else { json!(n + 1) };
            if list.iter().all(|element| element[identity] != told) {
                list.push(element(identity, Some(told), members));
            }
        }
        Value::Array(list)
    });
    prop_oneof![
        12 => usual,
        2 => proptest::collection::vec(any_element(identity), 0..5).prop_map(Value::from),
        1 => proptest::sample::select(vec![Value::Null, json!([1, "x"]), json!("text"), json!(ABSENT)]),
    ]
}

/// Stands for a list that an entity does not have at all.
const ABSENT: &str = "absent";

/// What somebody does to a list: an element taken out, put in, changed, or moved; or all of it taken away.
#[derive(Debug, Clone)]
enum Step {
    Out(usize),
    In(Value),
    Change(usize, &'static str, Value),
    Drop(usize, usize),
    Swap(usize, usize),
    Clear,
}

fn any_steps(identity: &'static str) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..4_usize).prop_map(Step::Out),
        3 => any_element(identity).prop_map(Step::In),
        6 => (0..4_usize, any_member()).prop_map(|(at, (name, value))| Step::Change(at, name, value)),
        3 => (0..4_usize, 0..5_usize).prop_map(|(at, member)| Step::Drop(at, member)),
        3 => (0..4_usize, 0..4_usize).prop_map(|(at, to)| Step::Swap(at, to)),
        1 => Just(Step::Clear),
    ];
    prop_oneof![4 => proptest::collection::vec(step.clone(), 0..3), 1 => proptest::collection::vec(step, 3..6)]
}

fn done(list: &Value, steps: &[Step]) -> Value {
    let mut list = list.clone();
    for step in steps {
        match (step, &mut list) {
            (Step::Clear, list) => *list = Value::Null,
            (Step::In(element), list @ Value::Null) => *list = json!([element]),
            (Step::In(element), Value::Array(list)) => list.push(element.clone()),
            (Step::Out(at), Value::Array(list)) if *at < list.len() => drop(list.remove(*at)),
            (Step::Swap(at, to), Value::Array(list)) if *at.max(to) < list.len() => list.swap(*at, *to),
            (Step::Change(at, name, value), Value::Array(list)) => {
                if let Some(members) = list.get_mut(*at).and_then(Value::as_object_mut) {
                    members.insert((*name).to_owned(), value.clone());
                }
            }
            (Step::Drop(at, member), Value::Array(list)) => {
                if let Some(members) = list.get_mut(*at).and_then(Value::as_object_mut)
                    && let Some(name) = members.keys().nth(*member).cloned()
                {
                    members.shift_remove(&name);
                }
            }
            _ => {}
        }
    }
    list
}

fn target(resource: &str, row: usize) -> Target {
    Target { pbx: PbxId::new("acme"), resource: resource.into(), key: Some(EntityKey::Int(row as i64)) }
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

/// What became of one list of many: what was done to all of them, and each with what somebody else has done since.
#[derive(Debug, Clone)]
struct Side {
    field: &'static str,
    identity: &'static str,
    steps: Vec<Step>,
    lists: Vec<(Value, Vec<Step>)>,
}

/// Most of them had nearly the same: else nobody would be like anybody.
fn any_side((_, field, identity): (&'static str, &'static str, &'static str)) -> impl Strategy<Value = Side> {
    let own = prop_oneof![
        1 => any_list(identity).prop_map(Ok),
        2 => any_steps(identity).prop_map(Err),
        1 => Just(Err(Vec::new())),
    ];
    let since = prop_oneof![3 => Just(Vec::new()), 1 => any_steps(identity)];
    let all = (any_list(identity), any_steps(identity), proptest::collection::vec((own, since), MANY));
    all.prop_map(move |(base, steps, lists)| {
        let of = |own: Result<Value, Vec<Step>>| own.unwrap_or_else(|steps| done(&base, &steps));
        let lists = lists.into_iter().map(|(own, since)| (of(own), since)).collect();
        Side { field, identity, steps, lists }
    })
}

/// How many there are at most.
const MANY: usize = 6;

/// One list of many, or two.
fn any_story() -> impl Strategy<Value = (&'static str, Vec<Side>)> {
    let lists = prop_oneof![4 => (0..LISTS.len()).prop_map(|n| vec![n]), 1 => Just(vec![0, 1]), 1 => Just(vec![2, 0])];
    lists.prop_flat_map(|lists| {
        let sides: Vec<_> = lists.iter().map(|n| any_side(LISTS[*n])).collect();
        (Just(LISTS[lists[0]].0), sides)
    })
}

/// An entity as it is read: without its secrets.
fn read(resource: &str, row: usize, lists: &[(&str, Value)], name: &str) -> Entity {
    let (resource, schema) = schema(resource);
    let label = catalog().roles(resource).label[0];
    let mut entity = Entity::from_iter([
        ("Id".to_owned(), json!(row + 1)),
        ("Number".to_owned(), json!(row.to_string())),
        (label.to_owned(), json!(name)),
    ]);
    let lists = lists.iter().filter(|(_, list)| *list != ABSENT);
    entity.extend(lists.map(|(field, list)| ((*field).to_owned(), list.clone())));
    conceal(catalog(), schema, &mut entity);
    entity
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_of_many_comes_to_what_it_comes_to_for_each((resource, sides) in any_story(), count in 1..=MANY) {
        let (catalog, (_, schema)) = (catalog(), schema(resource));
        let of = |row: usize| {
            let lists: Vec<_> = sides.iter().map(|side| (side.field, side.lists[row].0.clone())).collect();
            read(resource, row, &lists, "Ada")
        };
        let columns: Columns = (0..count).map(of).collect();
        let mut edits = vec![(catalog.roles(self::schema(resource).0).label[0].to_owned(), Edit::Whole(json!("Ada")))];
        for Side { field, identity, steps, .. } in &sides {
            let elements = columns.elements(field, Some(identity)).into_iter();
            let any = Value::Array(elements.map(|(id, _)| columns.value(id)).collect());
            let now = done(&any, steps);
            let slot = Slot::of(catalog, schema, field);
            let elements = |list: &Value| list.as_array().cloned().unwrap_or_default();
            let edit = ListEdit::between(&slot, &elements(&any), &elements(&now));
            edits.push(((*field).to_owned(), Edit::Elements(edit)));
        }
        let mut maker = Maker::new(catalog, schema, &columns, &edits, Some("Id"));
        for row in 0..count {
            let quick = maker.line(row, target(resource, row), format!("{row}")).planned;
            let by_trees = maker.alone(row, &target(resource, row), &format!("{row}"));
            prop_assert_eq!(told(&quick), told(&by_trees));
        }
    }

    #[test]
    fn going_back_and_going_on_come_to_what_they_come_to_for_each(
        (resource, sides) in any_story(),
        count in 1..=MANY,
        gave in any_steps("Id"),
        (is_read_back, is_there, renames, is_odd) in any::<(bool, bool, bool, bool)>(),
    ) {
        let (catalog, (_, schema)) = (catalog(), schema(resource));
        let (resource, shelf) = (self::schema(resource).0, SharedShelf::default());
        let name = catalog.roles(resource).label[0];
        let mut columns = Columns::on(shelf.clone());
        let mut pasts = Vec::new();
        for row in 0..count {
            let of = |called: &str, list: &dyn Fn(&Side, &Value) -> Value| {
                let lists: Vec<_> = sides.iter().map(|side| (side.field, list(side, &side.lists[row].0))).collect();
                read(resource.name, row, &lists, called)
            };
            let sent_name = if renames { "Eve" } else { "Ada" };
            let before = of("Ada", &|_, list| list.clone());
            let sent = of(sent_name, &|side, list| done(list, &side.steps));
            let given = |side: &Side, list: &Value| done(&done(list, &side.steps), &gave);
            let there = of(sent_name, &given);
            let held = |entity: &Entity, field: &str| entity.get(field).map(|value| shelf.hold(value.clone()));
            let one = |name: &str| Field {
                field: name.to_owned(),
                before: held(&before, name),
                after: held(&sent, name),
                now: held(&there, name).filter(|_| is_read_back),
                secret: false,
            };
            let has_since = sides.iter().any(|side| !side.lists[row].1.is_empty());
            let now_name = match (row, is_there) {
                // Somebody else has renamed them, or has the key.
                (2, _) => "Zoe",
                (_, true) => sent_name,
                (_, false) => "Ada",
            };
            let mut now = of(now_name, &|side, list| match (is_there, has_since) {
                (true, _) => done(&given(side, list), &side.lists[row].1),
                (false, true) => done(&given(side, list), &side.steps),
                (false, false) => list.clone(),
            });
            if is_odd && row % 2 == 1 {
                now.insert("OddOne".to_owned(), json!(row));
            }
            columns.put(row, now);
            let fields = sides.iter().map(|side| one(side.field));
            pasts.push(Past {
                id: EntryId(row as i64),
                verb: Verb::Change,
                target: target(resource.name, row),
                label: if row == 3 { "another".to_owned() } else { called(catalog, resource, &target(resource.name, row), &before) },
                schema: schema.name.to_owned(),
                revision: catalog.revision().to_owned(),
                progress: Progress::Sent,
                end: None,
                words: String::new(),
                ended: None,
                together: None,
                fields: fields.chain(renames.then(|| one(name))).collect(),
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
