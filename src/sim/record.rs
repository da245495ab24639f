//! Objects as JSON is written, for the many rows that are made up here.
//!
//! Owns the shape of what is written, as `serde_json::json!` does. That one asks every single value to serialize itself and
//! looks whether it could: four hundred bytes of program for each member, and there are a thousand here.

use serde_json::{Map, Value};
use std::borrow::Cow;

/// What can stand in a row.
pub(crate) trait Plain {
    /// It as a value.
    fn plain(&self) -> Value;
}

impl Plain for str {
    fn plain(&self) -> Value {
        Value::String(self.to_owned())
    }
}

impl Plain for String {
    fn plain(&self) -> Value {
        self.as_str().plain()
    }
}

impl Plain for Value {
    fn plain(&self) -> Value {
        self.clone()
    }
}

impl Plain for Map<String, Value> {
    fn plain(&self) -> Value {
        Value::Object(self.clone())
    }
}

impl<T: Plain + ?Sized> Plain for &T {
    fn plain(&self) -> Value {
        (**self).plain()
    }
}

impl<T: Plain + ToOwned + ?Sized> Plain for Cow<'_, T> {
    fn plain(&self) -> Value {
        (**self).plain()
    }
}

impl<T: Plain> Plain for Option<T> {
    fn plain(&self) -> Value {
        self.as_ref().map_or(Value::Null, Plain::plain)
    }
}

impl<T: Plain> Plain for [T] {
    fn plain(&self) -> Value {
        self.iter().map(Plain::plain).collect()
    }
}

impl<T: Plain> Plain for Vec<T> {
    fn plain(&self) -> Value {
        self.as_slice().plain()
    }
}

impl<T: Plain, const N: usize> Plain for [T; N] {
    fn plain(&self) -> Value {
        self.as_slice().plain()
    }
}

macro_rules! plain {
    ($($kind:ty),+) => {
        $(impl Plain for $kind {
            fn plain(&self) -> Value {
                Value::from(*self)
            }
        })+
    };
}
plain!(bool, i32, i64, u8, u16, u32, u64, usize, f64);

/// An object of these members.
pub(crate) fn object(members: Vec<(&str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A value as JSON is written; what is no literal is what it is as a value.
macro_rules! json {
    (@members [$($done:expr),*]) => { $crate::sim::record::object(vec![$($done),*]) };
    (@members [$($done:expr),*] $name:tt : null $(, $($rest:tt)*)?) => {
        json!(@members [$($done,)* ($name, serde_json::Value::Null)] $($($rest)*)?)
    };
    (@members [$($done:expr),*] $name:tt : [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        json!(@members [$($done,)* ($name, json!([$($inner)*]))] $($($rest)*)?)
    };
    (@members [$($done:expr),*] $name:tt : {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        json!(@members [$($done,)* ($name, json!({$($inner)*}))] $($($rest)*)?)
    };
    (@members [$($done:expr),*] $name:tt : $value:expr $(, $($rest:tt)*)?) => {
        json!(@members [$($done,)* ($name, $crate::sim::record::Plain::plain(&$value))] $($($rest)*)?)
    };
    (@elements [$($done:expr),*]) => { serde_json::Value::Array(vec![$($done),*]) };
    (@elements [$($done:expr),*] null $(, $($rest:tt)*)?) => {
        json!(@elements [$($done,)* serde_json::Value::Null] $($($rest)*)?)
    };
    (@elements [$($done:expr),*] [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        json!(@elements [$($done,)* json!([$($inner)*])] $($($rest)*)?)
    };
    (@elements [$($done:expr),*] {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        json!(@elements [$($done,)* json!({$($inner)*})] $($($rest)*)?)
    };
    (@elements [$($done:expr),*] $value:expr $(, $($rest:tt)*)?) => {
        json!(@elements [$($done,)* $crate::sim::record::Plain::plain(&$value)] $($($rest)*)?)
    };
    (null) => { serde_json::Value::Null };
    ({$($members:tt)*}) => { json!(@members [] $($members)*) };
    ([$($elements:tt)*]) => { json!(@elements [] $($elements)*) };
    ($value:expr) => { $crate::sim::record::Plain::plain(&$value) };
}
pub(crate) use json;

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};
    use std::borrow::Cow;

    #[test]
    fn it_is_what_serde_json_makes_of_it() {
        let (name, key, some, none) = (String::from("Zoë"), "n", Some("x"), None::<i64>);
        let (list, cow, map) =
            (vec![Value::Null, 2.into()], Cow::Borrowed("c"), Map::from_iter([("k".to_owned(), 1.into())]));
        macro_rules! both {
            ($($value:tt)+) => { assert_eq!(json!($($value)+), serde_json::json!($($value)+)) };
        }
        both!(null);
        both!([]);
        both!({});
        both!(name);
        both!([1, -2, 1.5, "a", null, [true], { "a": [] }, name.len() + 1,]);
        both!({
            "a": null, "b": { "c": [null, { "d": 1u8 }] }, key: &name, "some": some, "none": none, "list": list,
            "cow": cow, "map": map, "sum": 1 + 2, "array": ["x", "y"], "call": name.starts_with('Z'), "slice": &list[..1],
        });
        let order: Vec<String> =
            json!({ "z": 1, "a": 2 }).as_object().into_iter().flatten().map(|(k, _)| k.clone()).collect();
        assert_eq!(order, ["z", "a"]);
    }
}
