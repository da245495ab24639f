//! A page of a list, in columns.
//!
//! Owns cells, pages and the decoding of a list answer straight into them: of each row only the wanted fields are
//! kept, the rest is skipped unread. Knows nothing of how pages are asked for, or of what a secret is: complex
//! values pass through the caller's hands before they become text.

use super::envelope::DecodeError;
use super::target::EntityKey;
use crate::catalog::{Key, Type};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor, value};
use serde_json::Value;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// One value of one column of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// The row does not have the property.
    Absent,
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, or too large for [`Cell::Int`].
    Decimal(f64),
    /// Text; objects and lists as compact JSON.
    Text(Box<str>),
}

/// Some rows of a list, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// How many rows of the list come before the first one here.
    pub skip: usize,
    /// How many rows the whole list has, where the PBX said so.
    pub total: Option<u64>,
    /// The key of each row.
    pub keys: Vec<EntityKey>,
    /// One column for each of `fields`, each as long as `keys`.
    pub columns: Vec<Vec<Cell>>,
    /// What was asked for; `A/B` reaches into a complex value.
    pub fields: Arc<[String]>,
    /// Rows that are left out here because they came without their key.
    pub keyless: usize,
}

impl Page {
    /// Leaves out the rows whose key was seen before, and notes the others as seen. Returns how many were left out.
    pub fn drop_seen(&mut self, seen: &mut HashSet<EntityKey>) -> usize {
        let fresh: Vec<bool> = self.keys.iter().map(|key| seen.insert(key.clone())).collect();
        let dropped = fresh.iter().filter(|&&new| !new).count();
        if dropped > 0 {
            let mut flags = fresh.iter();
            self.keys.retain(|_| flags.next().copied().unwrap_or(true));
            for column in &mut self.columns {
                let mut flags = fresh.iter();
                column.retain(|_| flags.next().copied().unwrap_or(true));
            }
        }
        dropped
    }

    /// How many rows the answer had, those without a key among them.
    pub fn received(&self) -> usize {
        self.keys.len() + self.keyless
    }
}

/// Which fields of a row go into which column, and which one is the key.
#[derive(Debug, Clone)]
pub struct Layout {
    fields: Arc<[String]>,
    root: Node,
    key: Option<Type>,
}

/// A property of a row, or of a complex value in it.
#[derive(Debug, Clone, Default)]
struct Node {
    columns: Vec<usize>,
    key: bool,
    inner: Vec<(String, Node)>,
}

impl Layout {
    /// The layout for these fields. Without a key, rows are known by their place in the list.
    pub fn new(fields: Arc<[String]>, key: Option<&Key>) -> Self {
        let mut root = Node::default();
        for (column, path) in fields.iter().enumerate() {
            root.at(path).columns.push(column);
        }
        if let Some(key) = key {
            root.at(key.name).key = true;
        }
        Self { fields, root, key: key.map(|k| k.ty.clone()) }
    }

    /// Decodes a list answer: an object with the rows under `value`. `complex` sees the path and value of every
    /// object or list that is about to become text, and may change it.
    ///
    /// # Errors
    /// When the answer broke off, or is not a list.
    pub fn decode(
        &self,
        body: &[u8],
        skip: usize,
        complex: &mut dyn FnMut(&str, &mut Value),
    ) -> Result<Page, DecodeError> {
        let mut rows = Rows {
            layout: self,
            complex,
            page: Page {
                skip,
                total: None,
                keys: Vec::new(),
                columns: vec![Vec::new(); self.fields.len()],
                fields: self.fields.clone(),
                keyless: 0,
            },
            key: None,
        };
        let mut json = serde_json::Deserializer::from_slice(body);
        let list = Envelope(&mut rows).deserialize(&mut json)?;
        json.end()?;
        if list { Ok(rows.page) } else { Err(DecodeError::Form("there is no list in the answer".to_owned())) }
    }
}

impl Node {
    fn at(&mut self, path: &str) -> &mut Node {
        path.split('/').fold(self, |node, part| {
            let place = node.inner.iter().position(|(name, _)| name == part).unwrap_or_else(|| {
                node.inner.push((part.to_owned(), Node::default()));
                node.inner.len() - 1
            });
            &mut node.inner[place].1
        })
    }

    fn get(&self, name: &str) -> Option<&Node> {
        self.inner.iter().find(|(own, _)| own == name).map(|(_, node)| node)
    }
}

/// The page while it is filled.
struct Rows<'a> {
    layout: &'a Layout,
    complex: &'a mut dyn FnMut(&str, &mut Value),
    page: Page,
    key: Option<EntityKey>,
}

impl Rows<'_> {
    fn begin(&mut self) {
        self.page.columns.iter_mut().for_each(|column| column.push(Cell::Absent));
        self.key = None;
    }

    fn end(&mut self) {
        let key = match &self.layout.key {
            Some(_) => self.key.take(),
            None => i64::try_from(self.page.skip + self.page.keys.len()).ok().map(EntityKey::Int),
        };
        match key {
            Some(key) => self.page.keys.push(key),
            None => {
                self.page.keyless += 1;
                for column in &mut self.page.columns {
                    column.pop();
                }
            }
        }
    }

    /// A plain value for a property; a complex one has become text already.
    fn put(&mut self, node: &Node, cell: Cell) {
        if node.key {
            self.key = match (&self.layout.key, &cell) {
                (_, Cell::Int(n)) => Some(EntityKey::Int(*n)),
                (Some(Type::Uuid), Cell::Text(text)) => Some(EntityKey::Uuid(text.clone())),
                (_, Cell::Text(text)) => Some(EntityKey::Text(text.clone())),
                _ => None,
            };
        }
        // What lies within a value that is null is null too.
        if cell == Cell::Null {
            for (_, inner) in &node.inner {
                self.put(inner, Cell::Null);
            }
        }
        let Some((&last, others)) = node.columns.split_last() else { return };
        for &column in others {
            self.place(column, cell.clone());
        }
        self.place(last, cell);
    }

    fn place(&mut self, column: usize, cell: Cell) {
        if let Some(last) = self.page.columns[column].last_mut() {
            *last = cell;
        }
    }

    fn put_value(&mut self, node: &Node, mut value: Value) {
        for (name, inner) in &node.inner {
            if let Some(part) = value.get(name) {
                self.put_value(inner, part.clone());
            }
        }
        let Some(&column) = node.columns.first() else { return };
        let cell = match &mut value {
            Value::Null => Cell::Null,
            Value::Bool(b) => Cell::Bool(*b),
            Value::Number(n) => n.as_i64().map_or_else(|| Cell::Decimal(n.as_f64().unwrap_or(f64::NAN)), Cell::Int),
            Value::String(text) => Cell::Text(std::mem::take(text).into()),
            Value::Array(_) | Value::Object(_) => {
                (self.complex)(&self.layout.fields[column], &mut value);
                Cell::Text(value.to_string().into())
            }
        };
        self.put(node, cell);
    }
}

/// The object around the rows. Tells whether there were any rows to find.
struct Envelope<'r, 'a>(&'r mut Rows<'a>);

impl<'de> DeserializeSeed<'de> for Envelope<'_, '_> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_, '_> {
    type Value = bool;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list in it")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut list = false;
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match &*name {
                "value" => {
                    map.next_value_seed(List(self.0))?;
                    list = true;
                }
                "@odata.count" => self.0.page.total = count(&map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(list)
    }
}

/// A count is a number; with large-number compatibility it travels as text.
fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

struct List<'r, 'a>(&'r mut Rows<'a>);

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let root = &self.0.layout.root;
        loop {
            self.0.begin();
            if seq.next_element_seed(Properties { rows: self.0, node: root })?.is_none() {
                // The row that was begun never came.
                self.0.page.columns.iter_mut().for_each(|column| drop(column.pop()));
                return Ok(());
            }
            self.0.end();
        }
    }
}

/// The name of a property: only looked at, of most rows never kept.
struct Name<'n>(&'n Node);

impl<'de, 'n> DeserializeSeed<'de> for Name<'n> {
    type Value = Option<&'n Node>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'n> Visitor<'_> for Name<'n> {
    type Value = Option<&'n Node>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a property")
    }
    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.get(name))
    }
}

/// The value of one property (or a whole row): descends into objects where a field lies within.
struct Properties<'r, 'a, 'n> {
    rows: &'r mut Rows<'a>,
    node: &'n Node,
}

impl<'de> DeserializeSeed<'de> for Properties<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Properties<'_, '_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        self.rows.put(self.node, Cell::Null);
        Ok(())
    }
    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.rows.put(self.node, Cell::Bool(value));
        Ok(())
    }
    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.rows.put(self.node, Cell::Int(value));
        Ok(())
    }
    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.rows.put(self.node, i64::try_from(value).map_or(Cell::Decimal(value as f64), Cell::Int));
        Ok(())
    }
    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.rows.put(self.node, Cell::Decimal(value));
        Ok(())
    }
    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.rows.put(self.node, Cell::Text(value.into()));
        Ok(())
    }
    fn visit_string<E>(self, value: String) -> Result<(), E> {
        self.rows.put(self.node, Cell::Text(value.into()));
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if !self.node.columns.is_empty() {
            let whole = Value::deserialize(value::MapAccessDeserializer::new(map))?;
            self.rows.put_value(self.node, whole);
            return Ok(());
        }
        while let Some(node) = map.next_key_seed(Name(self.node))? {
            match node {
                Some(node) => map.next_value_seed(Properties { rows: self.rows, node })?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.node.columns.is_empty() && !self.node.key {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        let mut whole = Vec::new();
        while let Some(element) = seq.next_element::<Value>()? {
            whole.push(element);
        }
        if self.node.key {
            return Err(A::Error::custom("the key of a row is a list"));
        }
        self.rows.put_value(self.node, Value::Array(whole));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
