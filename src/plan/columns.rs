//! The values of many entities, each distinct value held once.
//!
//! Owns the table: for each entity and field which value it has. Thousands of people share nearly all that is inside
//! their profiles, so a value is a tree of numbers that name smaller values, down to single words. Equal values have
//! equal names: how often each occurs is counting, not comparing. Knows no field and judges nothing.

use crate::draft::Entity;
use crate::order;
use indexmap::{Equivalent, IndexMap, IndexSet};
use serde_json::{Map, Number, Value};
use std::collections::HashMap;
use std::hash::{Hash, Hasher};

/// Names a value of one table; equal values have the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueId(u32);

/// The name of no value: the entity was not read, or does not have the field.
const ABSENT: u32 = u32::MAX;

/// A value whose parts are named.
#[derive(Debug, PartialEq, Eq)]
enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(Box<str>),
    List(Box<[u32]>),
    /// The names of the members are a shape of their own: there are few.
    Object(u32, Box<[u32]>),
}

/// A text that is looked for among the values, before anything is made of it.
struct Text<'t>(&'t str);

impl Hash for Node {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Null => state.write_u8(0),
            Self::Bool(switch) => (1_u8, switch).hash(state),
            Self::Number(number) => (2_u8, number).hash(state),
            Self::Text(text) => Text(text).hash(state),
            Self::List(elements) => (4_u8, elements).hash(state),
            Self::Object(shape, members) => (5_u8, shape, members).hash(state),
        }
    }
}

impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (3_u8, self.0).hash(state);
    }
}

impl Equivalent<Node> for Text<'_> {
    fn equivalent(&self, node: &Node) -> bool {
        matches!(node, Node::Text(text) if **text == *self.0)
    }
}

/// The names of the members of an object.
#[derive(Debug, PartialEq, Eq)]
struct Shape(Box<[Box<str>]>);

/// Names that are looked for among the shapes.
struct Names<'m>(&'m Map<String, Value>);

impl Hash for Shape {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.iter().for_each(|name| name.hash(state));
    }
}

impl Hash for Names<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.keys().for_each(|name| name.as_str().hash(state));
    }
}

impl Equivalent<Shape> for Names<'_> {
    fn equivalent(&self, shape: &Shape) -> bool {
        shape.0.iter().map(|name| &**name).eq(self.0.keys().map(String::as_str))
    }
}

/// A table: a row for each entity, a column for each field.
#[derive(Debug, Default)]
pub struct Columns {
    nodes: IndexSet<Node>,
    shapes: IndexSet<Shape>,
    columns: IndexMap<Box<str>, Vec<u32>>,
}

impl Columns {
    /// Puts an entity into a row. What stood there is replaced.
    pub fn put(&mut self, row: usize, entity: Entity) {
        for column in self.columns.values_mut() {
            if let Some(cell) = column.get_mut(row) {
                *cell = ABSENT;
            }
        }
        for (field, value) in &entity {
            let name = self.name(value);
            let at = self.columns.get_index_of(field.as_str());
            let at = at.unwrap_or_else(|| self.columns.insert_full(field.as_str().into(), Vec::new()).0);
            let column = &mut self.columns[at];
            if column.len() <= row {
                column.resize(row + 1, ABSENT);
            }
            column[row] = name;
        }
    }

    /// Everything that stays is made anew: what is left of an answer in between would keep all of its memory.
    fn name(&mut self, value: &Value) -> u32 {
        let node = match value {
            Value::Null => Node::Null,
            Value::Bool(switch) => Node::Bool(*switch),
            Value::Number(number) => Node::Number(number.clone()),
            Value::String(text) => match self.nodes.get_index_of(&Text(text)) {
                Some(known) => return known as u32,
                None => Node::Text(text.as_str().into()),
            },
            Value::Array(elements) => Node::List(elements.iter().map(|element| self.name(element)).collect()),
            Value::Object(members) => {
                let values = members.values().map(|value| self.name(value)).collect();
                Node::Object(self.shape(members), values)
            }
        };
        self.nodes.insert_full(node).0 as u32
    }

    fn shape(&mut self, members: &Map<String, Value>) -> u32 {
        let known = self.shapes.get_index_of(&Names(members));
        let shape = || Shape(members.keys().map(|name| name.as_str().into()).collect());
        known.unwrap_or_else(|| self.shapes.insert_full(shape()).0) as u32
    }

    /// Which value an entity has in a field; `None` where it was not read or has none.
    pub fn id(&self, row: usize, field: &str) -> Option<ValueId> {
        let cell = *self.columns.get(field)?.get(row)?;
        (cell != ABSENT).then_some(ValueId(cell))
    }

    /// What an entity has in a field.
    pub fn get(&self, row: usize, field: &str) -> Option<Value> {
        self.id(row, field).map(|id| self.value(id))
    }

    /// The named value.
    pub fn value(&self, id: ValueId) -> Value {
        match self.nodes.get_index(id.0 as usize) {
            None | Some(Node::Null) => Value::Null,
            Some(Node::Bool(switch)) => Value::Bool(*switch),
            Some(Node::Number(number)) => Value::Number(number.clone()),
            Some(Node::Text(text)) => Value::from(&**text),
            Some(Node::List(elements)) => elements.iter().map(|e| self.value(ValueId(*e))).collect(),
            Some(Node::Object(shape, members)) => {
                let names = self.shapes.get_index(*shape as usize).into_iter().flat_map(|shape| &shape.0);
                let members = members.iter().map(|member| self.value(ValueId(*member)));
                Value::Object(names.map(|name| String::from(&**name)).zip(members).collect::<Map<_, _>>())
            }
        }
    }

    /// These fields of an entity, as far as it has them.
    pub fn entity<'f>(&self, row: usize, fields: impl IntoIterator<Item = &'f str>) -> Entity {
        fields.into_iter().filter_map(|field| Some((field.to_owned(), self.get(row, field)?))).collect()
    }

    /// The fields that anybody has, in the order in which they were met.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(|name| &**name)
    }

    /// The elements that occur in the lists of a field and how many lists have each: those with the same identity are
    /// one, the first that was met; where nothing tells elements apart, equal ones are.
    pub fn elements(&self, field: &str, identity: Option<&str>) -> Vec<(ValueId, usize)> {
        let mut found: IndexMap<u32, (ValueId, usize, usize)> = IndexMap::new();
        for (row, cell) in self.columns.get(field).into_iter().flatten().enumerate() {
            let Some(Node::List(elements)) = self.nodes.get_index(*cell as usize) else { continue };
            for element in elements {
                let told =
                    identity.and_then(|path| path.split('/').try_fold(*element, |at, name| self.member(at, name)));
                let (_, count, last) =
                    found.entry(told.unwrap_or(*element)).or_insert((ValueId(*element), 0, usize::MAX));
                if *last != row {
                    (*count, *last) = (*count + 1, row);
                }
            }
        }
        found.into_values().map(|(id, count, _)| (id, count)).collect()
    }

    fn member(&self, node: u32, name: &str) -> Option<u32> {
        let Node::Object(shape, members) = self.nodes.get_index(node as usize)? else { return None };
        let at = self.shapes.get_index(*shape as usize)?.0.iter().position(|known| **known == *name)?;
        members.get(at).copied()
    }

    /// The values that occur in a field and how often, the most frequent first and else as they were met.
    pub fn spread(&self, field: &str) -> Vec<(ValueId, usize)> {
        let mut found: Vec<(ValueId, usize)> = Vec::new();
        let mut places: HashMap<u32, usize> = HashMap::new();
        for cell in self.columns.get(field).into_iter().flatten().filter(|cell| **cell != ABSENT) {
            let at = *places.entry(*cell).or_insert_with(|| {
                found.push((ValueId(*cell), 0));
                found.len() - 1
            });
            found[at].1 += 1;
        }
        order::by_key(&mut found, |(_, count)| std::cmp::Reverse(*count));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn entity(value: Value) -> Entity {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn equal_values_are_held_once_and_counted() {
        let mut columns = Columns::default();
        for (row, on) in [true, false, true].into_iter().enumerate() {
            let profile = json!({"Name": "Away", "Route": {"To": "VoiceMail", "Number": null}});
            columns.put(row, entity(json!({"Id": row, "On": on, "Profiles": [profile.clone(), profile]})));
        }
        let spread = |field: &str| -> Vec<(Value, usize)> {
            columns.spread(field).into_iter().map(|(id, count)| (columns.value(id), count)).collect()
        };
        assert_eq!(spread("On"), [(json!(true), 2), (json!(false), 1)]);
        assert_eq!(spread("Id"), [(json!(0), 1), (json!(1), 1), (json!(2), 1)]);
        assert_eq!(spread("Profiles").len(), 1);
        assert_eq!(columns.id(0, "Profiles"), columns.id(2, "Profiles"));
        assert_eq!(columns.nodes.len(), 3 + 2 + 3 + 1 + 1 + 1, "three ids, two switches, and one profile in one list");
        assert_eq!(columns.entity(1, ["On", "Nobody"]), entity(json!({"On": false})));
    }

    #[test]
    fn elements_of_all_lists_are_told_apart_by_identity() {
        let mut columns = Columns::default();
        for (row, groups) in [json!([1, 2]), json!([2]), json!([]), json!([2, 3])].into_iter().enumerate() {
            let membership = |id: &Value| json!({"Group": {"Id": id}, "Id": row});
            let groups: Vec<Value> = groups.as_array().unwrap().iter().map(membership).collect();
            columns.put(row, entity(json!({ "Groups": groups })));
        }
        let told = |identity| -> Vec<(Value, usize)> {
            let elements = columns.elements("Groups", identity);
            elements.into_iter().map(|(id, count)| (columns.value(id)["Group"]["Id"].clone(), count)).collect()
        };
        assert_eq!(told(Some("Group/Id")), [(json!(1), 1), (json!(2), 3), (json!(3), 1)]);
        assert_eq!(told(None).len(), 5, "nothing is equal to another's");
    }

    #[test]
    fn a_row_that_is_put_again_forgets_what_it_had() {
        let mut columns = Columns::default();
        columns.put(3, entity(json!({"A": 1, "B": 2})));
        columns.put(3, entity(json!({"A": 5})));
        assert_eq!((columns.get(3, "A"), columns.get(3, "B"), columns.get(0, "A")), (Some(json!(5)), None, None));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9).prop_map(|n: f64| Value::from(n)),
            "[a-c\u{e9}]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec(("[a-c]", inner), 0..4).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_put_comes_out_again(rows in proptest::collection::vec(any_value(), 1..6)) {
            let mut columns = Columns::default();
            for (row, value) in rows.iter().enumerate() {
                columns.put(row, entity(json!({"Field": value})));
            }
            for (row, value) in rows.iter().enumerate() {
                // As text: the order of members is part of what a list sent whole must keep.
                prop_assert_eq!(columns.get(row, "Field").unwrap().to_string(), value.to_string());
            }
        }
    }
}
