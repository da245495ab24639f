//! The one state of the simulated PBX: rows, singletons, and what was changed.
//!
//! Owns where a row lives. Users are computed from their index until somebody changes them, other sets are made when
//! first asked for, so that a population of any size costs nothing at the start. Knows no request and no rule.

use super::seed::{self, FIRST_ID, People};
use crate::catalog::{Catalog, Resource, Schema, Shape};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Collections whose rows are made from other rows.
pub(crate) const VIEWS: [&str; 3] = ["SipDevices", "Peers", "DidNumbers"];

/// Orders and filters of big sets kept between the pages of one reader.
const KEPT_SELECTIONS: usize = 8;

/// Stands for a row in its set, as long as the row is there.
pub(crate) type Handle = i64;

/// A row, wherever it lives.
#[derive(Debug)]
pub(crate) enum Row<'s> {
    /// A user nobody has changed.
    Person(&'s People, usize),
    /// A stored row.
    Stored(&'s Map<String, Value>),
    /// A row made for the occasion.
    Made(Map<String, Value>),
}

impl Row<'_> {
    /// A stored property, without what views add.
    pub(crate) fn raw(&self, name: &str) -> Cow<'_, Value> {
        match self {
            Self::Person(people, index) => Cow::Owned(people.field(*index, name)),
            Self::Stored(map) => map.get(name).map_or(Cow::Owned(Value::Null), Cow::Borrowed),
            Self::Made(map) => map.get(name).map_or(Cow::Owned(Value::Null), Cow::Borrowed),
        }
    }
}

/// The rows of one collection.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<Handle, Map<String, Value>>,
    index: HashMap<String, Handle>,
    next: Handle,
}

impl Table {
    fn of(rows: Vec<Map<String, Value>>, key: Option<&str>) -> Self {
        let mut table = Self::default();
        for row in rows {
            table.insert(row, key);
        }
        table
    }

    fn insert(&mut self, row: Map<String, Value>, key: Option<&str>) -> Handle {
        let handle = self.next;
        self.next += 1;
        if let Some(key) = key.and_then(|k| row.get(k)) {
            self.index.insert(key_text(key), handle);
        }
        self.rows.insert(handle, row);
        handle
    }
}

/// How a key value is written in a path, quotes aside.
pub(crate) fn key_text(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

/// A selection of rows: the question it answers, the revision of the state, the rows.
type Kept = (String, u64, Arc<[Handle]>);

/// Everything the PBX knows.
#[derive(Debug)]
pub(crate) struct State {
    /// What the API is.
    pub(crate) catalog: &'static Catalog,
    /// The people, as they were.
    people: People,
    client_id: String,
    changed: BTreeMap<i64, Option<Map<String, Value>>>,
    numbers: HashMap<String, i64>,
    tables: HashMap<&'static str, OnceCell<Table>>,
    singles: HashMap<&'static str, OnceCell<Map<String, Value>>>,
    revision: u64,
    next_id: i64,
    selections: RefCell<Vec<Kept>>,
    destinations: HashSet<&'static str>,
}

impl State {
    /// A fresh PBX.
    pub(crate) fn new(catalog: &'static Catalog, people: People, client_id: &str) -> Self {
        let mut tables = HashMap::new();
        let mut singles = HashMap::new();
        for resource in catalog.resources() {
            match resource.shape {
                Shape::Collection => drop(tables.insert(resource.name, OnceCell::new())),
                Shape::Singleton => drop(singles.insert(resource.name, OnceCell::new())),
                Shape::Functions => {}
            }
        }
        Self {
            catalog,
            people,
            client_id: client_id.to_owned(),
            changed: BTreeMap::new(),
            numbers: HashMap::new(),
            tables,
            singles,
            revision: 0,
            next_id: FIRST_ID + people.len() as i64,
            selections: RefCell::default(),
            destinations: super::views::schemas_with_destinations(catalog),
        }
    }

    /// The random seed.
    pub(crate) fn rng(&self) -> u64 {
        self.people.rng()
    }

    /// The people as generated.
    pub(crate) fn people(&self) -> &People {
        &self.people
    }

    /// The client id that signs in.
    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Schemas that are, or hold, a destination.
    pub(crate) fn with_destinations(&self) -> &HashSet<&'static str> {
        &self.destinations
    }

    /// The schema of a resource's entity.
    pub(crate) fn schema(&self, resource: &Resource) -> Option<&'static Schema> {
        resource.schema.map(|id| self.catalog.schema(id))
    }

    /// The resource of that name.
    pub(crate) fn resource(&self, name: &str) -> Option<&'static Resource> {
        self.catalog.resource(name)
    }

    /// An Id nobody has.
    pub(crate) fn take_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    /// Puts rows in the place of those a set has; the caller has checked them.
    pub(crate) fn replace(&mut self, resource: &'static Resource, rows: Vec<Map<String, Value>>) {
        for id in rows.iter().filter_map(|r| r.get("Id").and_then(Value::as_i64)) {
            self.next_id = self.next_id.max(id + 1);
        }
        self.revision += 1;
        if resource.name == "Users" {
            self.people = People::new(0, self.people.rng());
            for row in rows {
                self.put_user(row);
            }
            return;
        }
        let key = resource.key.as_ref().map(|k| k.name);
        if let Some(cell) = self.tables.get_mut(resource.name) {
            *cell = OnceCell::from(Table::of(rows, key));
        }
    }

    /// Puts a singleton in the place of the one there is.
    pub(crate) fn replace_single(&mut self, name: &'static str, map: Map<String, Value>) {
        self.revision += 1;
        self.singles.insert(name, OnceCell::from(map));
    }

    fn table(&self, set: &str) -> Option<&Table> {
        let cell = self.tables.get(set)?;
        Some(cell.get_or_init(|| match self.catalog.resource(set) {
            Some(resource) => {
                let rows = seed::rows(self.catalog, resource, &self.people, &self.client_id);
                Table::of(rows, resource.key.as_ref().map(|k| k.name))
            }
            None => Table::default(),
        }))
    }

    fn table_mut(&mut self, set: &str) -> Option<&mut Table> {
        self.table(set)?;
        self.revision += 1;
        self.tables.get_mut(set).and_then(OnceCell::get_mut)
    }

    /// A singleton's stored values.
    pub(crate) fn single(&self, name: &str) -> Option<&Map<String, Value>> {
        let cell = self.singles.get(name)?;
        let resource = self.catalog.resource(name)?;
        Some(cell.get_or_init(|| seed::singleton(self.catalog, resource, &self.people)))
    }

    /// Writes properties of a singleton.
    pub(crate) fn patch_single(&mut self, name: &str, patch: Map<String, Value>) {
        self.revision += 1;
        if self.single(name).is_some()
            && let Some(map) = self.singles.get_mut(name).and_then(OnceCell::get_mut)
        {
            map.extend(patch);
        }
    }

    /// The rows of a stored set (not a view), in their own order.
    pub(crate) fn handles<'s>(&'s self, set: &str) -> Box<dyn Iterator<Item = Handle> + 's> {
        if set == "Users" {
            return self.user_ids();
        }
        match self.table(set) {
            Some(table) => Box::new(table.rows.keys().copied()),
            None => Box::new(std::iter::empty()),
        }
    }

    fn user_ids<'s>(&'s self) -> Box<dyn Iterator<Item = Handle> + 's> {
        let base = FIRST_ID..FIRST_ID + self.people.len() as i64;
        if self.changed.is_empty() {
            return Box::new(base);
        }
        // Two ascending runs, the changed one deciding where both have an Id.
        let (mut base, mut changed) = (base.peekable(), self.changed.iter().peekable());
        Box::new(std::iter::from_fn(move || {
            loop {
                match (base.peek().copied(), changed.peek().copied()) {
                    (Some(id), Some((&other, _))) if id < other => return base.next(),
                    (_, Some((&other, row))) => {
                        changed.next();
                        base.next_if_eq(&other);
                        if row.is_some() {
                            return Some(other);
                        }
                    }
                    (_, None) => return base.next(),
                }
            }
        }))
    }

    /// How many rows a stored set has.
    pub(crate) fn len(&self, set: &str) -> usize {
        if set != "Users" {
            return self.table(set).map_or(0, |t| t.rows.len());
        }
        let within = |id: i64| self.people.index_of_id(id).is_some();
        let gone = self.changed.iter().filter(|(id, row)| row.is_none() && within(**id)).count();
        let new = self.changed.iter().filter(|(id, row)| row.is_some() && !within(**id)).count();
        self.people.len() - gone + new
    }

    /// A stored row.
    pub(crate) fn row(&self, set: &str, handle: Handle) -> Option<Row<'_>> {
        if set != "Users" {
            return self.table(set)?.rows.get(&handle).map(Row::Stored);
        }
        match self.changed.get(&handle) {
            Some(Some(map)) => Some(Row::Stored(map)),
            Some(None) => None,
            None => self.people.index_of_id(handle).map(|i| Row::Person(&self.people, i)),
        }
    }

    /// The row with this key, as written in a path.
    pub(crate) fn find(&self, set: &str, key: &str) -> Option<Handle> {
        if set == "Users" {
            let id: i64 = key.parse().ok()?;
            return self.row(set, id).map(|_| id);
        }
        self.table(set)?.index.get(key).copied()
    }

    /// The user with this number.
    pub(crate) fn user_numbered(&self, number: &str) -> Option<Handle> {
        if let Some(id) = self.numbers.get(number) {
            return Some(*id);
        }
        let id = FIRST_ID + self.people.index_of_number(number)? as i64;
        // Somebody changed keeps the number; somebody deleted has given it back.
        self.row("Users", id).map(|_| id)
    }

    /// Users somebody has changed or made.
    pub(crate) fn changed_users(&self) -> impl Iterator<Item = Handle> + '_ {
        self.changed.iter().filter(|(_, row)| row.is_some()).map(|(id, _)| *id)
    }

    /// The row with this value in a property, by looking at each.
    pub(crate) fn find_by(&self, set: &str, name: &str, value: &str) -> Option<Handle> {
        if set == "Users" && name == "Number" {
            return self.user_numbered(value);
        }
        self.handles(set).find(|&h| self.row(set, h).is_some_and(|r| r.raw(name).as_str() == Some(value)))
    }

    /// A copy of a row with all its stored properties.
    pub(crate) fn whole(&self, set: &str, handle: Handle) -> Option<Map<String, Value>> {
        Some(match self.row(set, handle)? {
            Row::Stored(map) => map.clone(),
            Row::Made(map) => map,
            Row::Person(people, index) => {
                let schema = self.schema(self.resource(set)?)?;
                schema.fields.iter().map(|f| (f.name.to_owned(), people.field(index, f.name))).collect()
            }
        })
    }

    /// Writes properties of a row.
    pub(crate) fn patch(&mut self, set: &str, handle: Handle, patch: Map<String, Value>) {
        if set == "Users" {
            let Some(mut row) = self.whole(set, handle) else { return };
            row.extend(patch);
            self.put_user(row);
        } else if let Some(row) = self.table_mut(set).and_then(|t| t.rows.get_mut(&handle)) {
            row.extend(patch);
        }
    }

    fn put_user(&mut self, row: Map<String, Value>) -> Handle {
        self.revision += 1;
        let id = row.get("Id").and_then(Value::as_i64).unwrap_or_default();
        if let Some(number) = row.get("Number").and_then(Value::as_str) {
            self.numbers.insert(number.to_owned(), id);
        }
        self.changed.insert(id, Some(row));
        id
    }

    /// Adds a row that has its key already.
    pub(crate) fn insert(&mut self, resource: &'static Resource, row: Map<String, Value>) -> Handle {
        if resource.name == "Users" {
            return self.put_user(row);
        }
        let key = resource.key.as_ref().map(|k| k.name);
        self.table_mut(resource.name).map_or(0, |t| t.insert(row, key))
    }

    /// Takes a row away.
    pub(crate) fn remove(&mut self, set: &str, handle: Handle) {
        if set == "Users" {
            let number = self.row(set, handle).map(|r| r.raw("Number").into_owned());
            if let Some(Value::String(number)) = number {
                self.numbers.remove(&number);
            }
            self.revision += 1;
            self.changed.insert(handle, None);
        } else if let Some(table) = self.table_mut(set) {
            table.rows.remove(&handle);
            table.index.retain(|_, h| *h != handle);
        }
    }

    /// A selection of rows, kept until anything changes: the pages of one reader ask for the same again and again.
    pub(crate) fn selection(&self, question: &str, make: impl FnOnce() -> Vec<Handle>) -> Arc<[Handle]> {
        let mut kept = self.selections.borrow_mut();
        kept.retain(|(_, revision, _)| *revision == self.revision);
        if let Some((_, _, found)) = kept.iter().find(|(q, ..)| q == question) {
            return found.clone();
        }
        drop(kept);
        let made: Arc<[Handle]> = make().into();
        let mut kept = self.selections.borrow_mut();
        if kept.len() == KEPT_SELECTIONS {
            kept.remove(0);
        }
        kept.push((question.to_owned(), self.revision, made.clone()));
        made
    }
}
