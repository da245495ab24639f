//! The values of many entities, each distinct value held once.
//!
//! Owns the table: for each entity and field which value it has. The values lie on a shelf, and how often each occurs is
//! counting, not comparing. Knows no field and judges nothing.

use crate::draft::{Entity, SharedShelf, ValueId};
use crate::order;
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::HashMap;

/// The name of no value: the entity was not read, or does not have the field.
const ABSENT: u32 = u32::MAX;

/// A table: a row for each entity, a column for each field.
#[derive(Debug, Default)]
pub struct Columns {
    shelf: SharedShelf,
    columns: IndexMap<Box<str>, Vec<u32>>,
    /// As many rows are expected.
    rows: usize,
}

impl FromIterator<Entity> for Columns {
    fn from_iter<I: IntoIterator<Item = Entity>>(entities: I) -> Self {
        let mut columns = Self::default();
        entities.into_iter().enumerate().for_each(|(row, entity)| columns.put(row, entity));
        columns
    }
}

impl Columns {
    /// An empty table whose values lie where others lie already: what is equal has one name.
    pub fn on(shelf: SharedShelf) -> Self {
        Self { shelf, ..Self::default() }
    }

    /// An empty table that has room for so many rows.
    pub fn for_rows(rows: usize) -> Self {
        Self { rows, ..Self::default() }
    }

    /// Where the values lie.
    pub fn shelf(&self) -> &SharedShelf {
        &self.shelf
    }

    /// Puts an entity into a row. What stood there is replaced.
    pub fn put(&mut self, row: usize, entity: Entity) {
        for column in self.columns.values_mut() {
            if let Some(cell) = column.get_mut(row) {
                *cell = ABSENT;
            }
        }
        let mut shelf = self.shelf.write();
        for (field, value) in &entity {
            let name = shelf.name(value).0;
            let at = self.columns.get_index_of(field.as_str());
            let at = at.unwrap_or_else(|| self.columns.insert_full(field.as_str().into(), Vec::new()).0);
            let column = &mut self.columns[at];
            if column.len() <= row {
                column.reserve_exact(self.rows.saturating_sub(column.len()));
                column.resize(row + 1, ABSENT);
            }
            column[row] = name;
        }
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
        self.shelf.read().value(id)
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
        let shelf = self.shelf.read();
        for (row, cell) in self.columns.get(field).into_iter().flatten().enumerate() {
            let Some(elements) = shelf.elements(ValueId(*cell)) else { continue };
            for element in elements {
                let member = |at, name| shelf.member(at, name);
                let told = identity.and_then(|path| path.split('/').try_fold(ValueId(*element), member));
                let name = told.filter(|told| shelf.tells(*told)).map_or(*element, |told| told.0);
                let (_, count, last) = found.entry(name).or_insert((ValueId(*element), 0, usize::MAX));
                if *last != row {
                    (*count, *last) = (*count + 1, row);
                }
            }
        }
        found.into_values().map(|(id, count, _)| (id, count)).collect()
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
        found.shrink_to_fit();
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
        assert_eq!(
            columns.shelf.read().count(),
            2 + 3 + 1 + 1 + 1,
            "two switches, and one profile in one list; ids need no place"
        );
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
    fn elements_that_nothing_tells_apart_are_told_apart_by_what_they_are() {
        let away = |id: Value, to: u32| json!({"Id": id, "To": to});
        let lists = [
            json!([away(json!(0), 1), away(json!(0), 2), away(Value::Null, 1), away(Value::Null, 2)]),
            json!([away(json!(""), 1), away(json!(""), 2), away(json!(crate::draft::MASK), 1), away(json!(0), 1)]),
        ];
        let columns: Columns = lists.into_iter().map(|list| entity(json!({ "List": list }))).collect();
        let counts: Vec<usize> = columns.elements("List", Some("Id")).into_iter().map(|(_, count)| count).collect();
        assert_eq!(counts, [2, 1, 1, 1, 1, 1, 1], "the first is there twice");
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
