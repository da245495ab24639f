//! A change of a list that is made to many at once, each of whom has a list of its own.
//!
//! Owns the difference between the elements that any of them has and what somebody made of those, and how it is
//! carried into one own list: put in what is new, take out what is gone, change what is there. Elements are found by
//! identity. Nobody gets the list of another.

use super::elements::{identity, label, pair};
use super::value::same_json;
use super::{Entity, Slot};
use serde_json::Value;

/// What is made of the elements that any of many has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListEdit {
    /// Put into each list that has none like it.
    pub added: Vec<Value>,
    /// Taken out of each list that has one like it.
    pub gone: Vec<Value>,
    /// Changed where there is one like it: what it was, and what was made of it.
    pub changed: Vec<(Value, Value)>,
}

impl ListEdit {
    /// What leads from the elements that any of them has to these.
    pub fn between(slot: &Slot<'_>, any: &[Value], now: &[Value]) -> Self {
        let pairs = pair(slot, any, now);
        let kept = |at: usize| pairs.iter().flatten().any(|p| p.base == at);
        let mut edit = Self {
            gone: any.iter().enumerate().filter(|(at, _)| !kept(*at)).map(|(_, e)| e.clone()).collect(),
            ..Self::default()
        };
        for (at, found) in pairs.iter().enumerate() {
            match found {
                None => edit.added.push(now[at].clone()),
                Some(p) if same_json(&any[p.base], &now[at]) => {}
                Some(p) => edit.changed.push((any[p.base].clone(), now[at].clone())),
            }
        }
        edit
    }

    /// Nothing is made of them: at most they stand in another order.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }

    /// Carries the change into a list of one's own.
    pub fn apply(&self, slot: &Slot<'_>, own: &[Value]) -> Vec<Value> {
        self.apply_by(own, |one, element| like(slot, one, element))
    }

    /// The same, where something else says which element of the list is which.
    pub(super) fn apply_by(&self, own: &[Value], like: impl Fn(&Value, &Value) -> bool) -> Vec<Value> {
        let mut list: Vec<Value> =
            own.iter().filter(|element| !self.gone.iter().any(|gone| like(gone, element))).cloned().collect();
        for (was, now) in &self.changed {
            for element in list.iter_mut().filter(|element| like(was, element)) {
                carry(was, now, element);
            }
        }
        for added in &self.added {
            if !list.iter().any(|element| like(added, element)) {
                list.push(added.clone());
            }
        }
        list
    }

    /// How the elements are called that are put in, taken out and changed.
    pub fn labels(&self, slot: &Slot<'_>) -> [Vec<String>; 3] {
        let named = |elements: &mut dyn Iterator<Item = &Value>| elements.map(|e| label(slot, e, 0)).collect();
        [
            named(&mut self.added.iter()),
            named(&mut self.gone.iter()),
            named(&mut self.changed.iter().map(|(was, _)| was)),
        ]
    }
}

/// Whether two elements of two lists are the same one.
fn like(slot: &Slot<'_>, a: &Value, b: &Value) -> bool {
    match slot.identity.map(|path| (identity(path, a), identity(path, b))) {
        Some((Some(a), Some(b))) => a == b,
        Some((None, Some(_)) | (Some(_), None)) => false,
        Some((None, None)) | None => same_json(a, b),
    }
}

/// Makes of a value what was made of another: only the members that were changed there are changed here.
fn carry(was: &Value, now: &Value, own: &mut Value) {
    match (was, now, own) {
        (Value::Object(was), Value::Object(now), Value::Object(own)) => carry_members(was, now, own),
        (was, now, own) if !same_json(was, now) => *own = now.clone(),
        _ => {}
    }
}

fn carry_members(was: &Entity, now: &Entity, own: &mut Entity) {
    for name in was.keys().filter(|name| !now.contains_key(*name)) {
        own.shift_remove(name);
    }
    for (name, value) in now {
        match (was.get(name), own.get_mut(name)) {
            (Some(was), Some(own)) => carry(was, value, own),
            (Some(was), None) if same_json(was, value) => {}
            _ => drop(own.insert(name.clone(), value.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use serde_json::json;

    fn list(value: Value) -> Vec<Value> {
        value.as_array().unwrap().clone()
    }

    #[test]
    fn each_keeps_a_list_of_its_own() {
        let catalog = Catalog::shipped();
        let user = catalog.schema(catalog.schema_named("User").unwrap());
        let slot = Slot::of(catalog, user, "Groups");
        let any = list(json!([{"GroupId": 1, "Id": 10, "Rights": {"RoleName": "users"}}, {"GroupId": 2, "Id": 20}]));
        let mut now = any.clone();
        now[0]["Rights"]["RoleName"] = json!("managers");
        now.remove(1);
        now.push(json!({"GroupId": 3}));
        let edit = ListEdit::between(&slot, &any, &now);
        assert_eq!(edit.labels(&slot), [vec!["3"], vec!["2"], vec!["1"]]);
        for (own, becomes) in [
            (json!([]), json!([{"GroupId": 3}])),
            (json!([{"GroupId": 2, "Id": 77}, {"GroupId": 9}]), json!([{"GroupId": 9}, {"GroupId": 3}])),
            (json!([{"GroupId": 3, "Id": 5}]), json!([{"GroupId": 3, "Id": 5}])),
            (
                json!([{"GroupId": 1, "Id": 99, "Rights": {"RoleName": "users", "Mine": true}}]),
                json!([{"GroupId": 1, "Id": 99, "Rights": {"RoleName": "managers", "Mine": true}}, {"GroupId": 3}]),
            ),
        ] {
            assert_eq!(edit.apply(&slot, &list(own.clone())), list(becomes), "{own}");
        }
        assert!(ListEdit::between(&slot, &any, &any).is_empty());
    }

    #[test]
    fn what_is_taken_out_of_an_element_leaves_the_rest_in_its_order() {
        let anything = crate::catalog::Type::List(Box::new(crate::catalog::Type::Opaque));
        let slot = Slot { identity: Some("Id"), ..Slot::typed(&anything, false) };
        let edit = ListEdit { changed: vec![(json!({"Id": 1, "A": 1}), json!({"Id": 1}))], ..ListEdit::default() };
        let list = edit.apply(&slot, &list(json!([{"Id": 1, "A": 1, "B": 2, "C": 3, "D": 4}])));
        assert_eq!(Value::from(list).to_string(), r#"[{"Id":1,"B":2,"C":3,"D":4}]"#);
    }

    #[test]
    fn what_nobody_told_apart_is_found_by_being_equal() {
        let anything = crate::catalog::Type::List(Box::new(crate::catalog::Type::Opaque));
        let slot = Slot::typed(&anything, false);
        let edit = ListEdit::between(&slot, &list(json!(["a", "b"])), &list(json!(["b", "c", "d"])));
        assert_eq!(edit.apply(&slot, &list(json!(["x", "a", "d"]))), list(json!(["x", "d", "c"])));
    }
}
