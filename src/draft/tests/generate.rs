//! Valid values for any schema, from a number. Knows the catalog; shares no code with what it tests.

use super::super::Slot;
use crate::catalog::{Catalog, Schema, Type};
use serde_json::{Map, Value, json};

/// SplitMix64: the same number gives the same values everywhere.
pub(super) struct Seed(pub(super) u64);

impl Seed {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

pub(super) fn entity(catalog: &Catalog, schema: &Schema, seed: &mut Seed, depth: usize) -> Map<String, Value> {
    let field = |f: &crate::catalog::Field| {
        let slot = Slot::of(catalog, schema, f.name);
        (f.name.to_owned(), value(catalog, &slot, seed, depth))
    };
    schema.fields.iter().map(field).collect()
}

pub(super) fn value(catalog: &Catalog, slot: &Slot<'_>, seed: &mut Seed, depth: usize) -> Value {
    if slot.nullable && (depth > 2 || seed.below(5) == 0) {
        return Value::Null;
    }
    let n = seed.next() as u32;
    match slot.ty {
        Type::Bool => Value::Bool(n & 1 == 0),
        Type::Integer { min, max } => {
            let (low, high) = ((*min).max(-1000), (*max).min(1_000_000));
            json!(low + i64::from(n) % (high - low + 1).max(1))
        }
        Type::Decimal => json!(f64::from(n) / 8.0),
        // What is no XML is refused where a text has to be a table.
        Type::Text { .. } if slot.markup().is_some() => {
            let keys: String = (0..n % 3).map(|at| format!("<BLF BLFNo=\"{}\" x=\"{n}\"/>", at + 1)).collect();
            json!(format!("<PhoneDevice><BLFS>{keys}</BLFS></PhoneDevice>"))
        }
        Type::Text { max } => {
            let text = ["", "Köln", "明 \"x\"\n", "O'Brien & Söhne", "214"][seed.below(5)].to_owned() + &n.to_string();
            json!(text.chars().take(max.map_or(99, |m| m as usize)).collect::<String>())
        }
        Type::DateTime => json!(format!("2026-07-{:02}T09:30:{:02}+02:00", 1 + n % 28, n % 60)),
        Type::Date => json!(format!("2026-07-{:02}", 1 + n % 28)),
        Type::Time => json!(format!("{:02}:30:{:02}", n % 24, n % 60)),
        Type::Duration => json!(format!("PT{}M{}S", 1 + n % 50, n % 60)),
        Type::Uuid => json!(format!("{n:08x}-4f89-11d3-9a0c-0305e82c3301")),
        Type::Binary => json!("AQID"),
        Type::Enum(id) => {
            let members = &catalog.enumeration(*id).members;
            json!(members[seed.below(members.len())])
        }
        Type::Object(id) if depth > 2 => {
            let _ = id;
            json!({})
        }
        Type::Object(id) => Value::Object(entity(catalog, catalog.schema(*id), seed, depth + 1)),
        Type::List(_) if depth > 2 => json!([]),
        Type::List(_) => {
            let mut elements: Vec<Value> =
                (0..seed.below(4)).map(|_| value(catalog, &slot.element(), seed, depth + 1)).collect();
            tell_apart(catalog, slot, &mut elements);
            Value::Array(elements)
        }
        Type::Opaque => json!({ "anything": [n, null] }),
    }
}

/// Gives each element another identity, where the overlay names one.
fn tell_apart(catalog: &Catalog, slot: &Slot<'_>, elements: &mut Vec<Value>) {
    let Some(path) = slot.identity else { return };
    let (mut inner, names) = (slot.element(), path.split('/'));
    for name in names {
        inner = inner.member(catalog, name);
    }
    if let Type::Enum(id) = inner.ty {
        elements.truncate(catalog.enumeration(*id).members.len());
    }
    for (i, element) in elements.iter_mut().enumerate() {
        let place = path.split('/').try_fold(element, |at, name| at.get_mut(name));
        let Some(place) = place else { continue };
        *place = match inner.ty {
            Type::Integer { .. } => json!(i + 1),
            Type::Enum(id) => json!(catalog.enumeration(*id).members[i]),
            Type::Uuid => json!(format!("{i:08x}-4f89-11d3-9a0c-0305e82c3301")),
            _ => json!(format!("id {i}")),
        };
    }
}

/// Changes one plain value inside, the first there is that neither is a secret nor tells elements apart. Made on a
/// concealed value and on the same value unconcealed, it is the same change.
pub(super) fn nudge(catalog: &Catalog, slot: &Slot<'_>, value: &mut Value) -> bool {
    nudge_unless(catalog, slot, value, "")
}

fn nudge_unless(catalog: &Catalog, slot: &Slot<'_>, value: &mut Value, identity: &str) -> bool {
    if slot.secret || slot.write_only || slot.read_only {
        return false;
    }
    match (slot.ty, &mut *value) {
        (_, Value::Array(elements)) => {
            let identity = slot.identity.unwrap_or("");
            let element = slot.element();
            matches!(element.ty, Type::Object(_))
                && elements.iter_mut().rev().any(|e| nudge_unless(catalog, &element, e, identity))
        }
        (_, Value::Object(members)) => members.iter_mut().any(|(name, value)| {
            identity.split('/').next() != Some(name) && nudge_unless(catalog, &slot.member(catalog, name), value, "")
        }),
        (Type::Bool, Value::Bool(b)) => {
            *b = !*b;
            true
        }
        (Type::Integer { max, .. }, Value::Number(n)) => {
            let n = n.as_i64().unwrap();
            *value = json!(if n < *max { n + 1 } else { n - 1 });
            true
        }
        (Type::Text { .. }, Value::String(text)) if slot.markup().is_some() => {
            text.push_str("<!--!-->");
            true
        }
        (Type::Text { max }, Value::String(text)) if max.is_none_or(|max| max > 90) => {
            text.push('!');
            true
        }
        (Type::Time, Value::String(text)) => {
            *text = if text == "11:11:11" { "22:22:22".into() } else { "11:11:11".into() };
            true
        }
        _ => false,
    }
}
