//! Entities of a list, chosen as the console's filter chooses, with the properties a verb needs.
//!
//! Plain properties come with the pages of the list; lists and objects, which are only whole when each entity is read by
//! itself, cost a read each.

use super::condition;
use super::exit::{NOT_FOUND, Stop};
use super::whom::Session;
use crate::api::ListQuery;
use crate::app::list::{Names, Rows, View, fold};
use crate::catalog::{Catalog, Field, FieldKind, Reference, Resource, Schema, Shape, Type};
use crate::draft::{Draft, Entity, Slot, nearest, read_of, text};
use crate::odata::{Cell, EntityKey, Failure, FailureKind, Page, Target};
use crate::order;
pub use crate::plan::called as label;
use crate::plan::called_by;
use serde_json::Value;
use std::collections::HashMap;

/// As many rows of an event-like list as are read unless more are asked for.
const WINDOW: usize = 1_000;

/// An entity that is there.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which one.
    pub target: Target,
    /// What people call it.
    pub label: String,
    /// The properties that were asked for, as far as the PBX tells them.
    pub entity: Entity,
}

/// Which entities, and what of them.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Filters as in the console; all hold.
    pub filters: Vec<String>,
    /// Properties, by wire name.
    pub fields: Vec<String>,
    /// How many at most.
    pub limit: Option<usize>,
}

/// The resource of a name, as people write it.
///
/// # Errors
/// When there is none, or it has no entity.
pub fn resource<'c>(catalog: &'c Catalog, words: &str) -> Result<(&'c Resource, &'c Schema), Stop> {
    let Some(resource) = catalog.find(words) else {
        let guess = catalog
            .nearest(words)
            .map_or_else(String::new, |r| format!(" Did you mean {} ({})?", r.name, catalog.resource_title(r.name)));
        return Err(Stop::new(NOT_FOUND, format!("The API has no resource '{words}'.{guess}")));
    };
    match catalog.entity(resource) {
        Some(schema) => Ok((resource, schema)),
        None => Err(Stop::usage(format!("{} has functions only: there is nothing to read.", resource.name))),
    }
}

/// The properties of these names, as people write them: by wire name in any case, or by title.
///
/// # Errors
/// When there is no such property.
pub fn fields(catalog: &Catalog, schema: &Schema, names: &[String]) -> Result<Vec<String>, Stop> {
    let names = names.iter().flat_map(|n| n.split(',')).map(str::trim).filter(|n| !n.is_empty());
    names.map(|name| field(catalog, schema, name)).collect()
}

/// The property of a name, as people write it.
///
/// # Errors
/// When there is no such property.
pub fn field(catalog: &Catalog, schema: &Schema, name: &str) -> Result<String, Stop> {
    if let Some((_, field)) = catalog.reach(schema, name) {
        return Ok(if name.contains('/') { name.to_owned() } else { field.name.to_owned() });
    }
    let same = |f: &&crate::catalog::Field| {
        f.name.eq_ignore_ascii_case(name) || catalog.note(schema, f).title.to_lowercase() == name.to_lowercase()
    };
    match schema.fields.iter().find(same) {
        Some(field) => Ok(field.name.to_owned()),
        None => {
            let meant = nearest(name, schema.fields.iter().map(|f| f.name));
            let meant = meant.map_or_else(String::new, |near| format!(" Did you mean {near}?"));
            let mut of =
                catalog.resources().iter().filter(|r| catalog.entity(r).is_some_and(|s| s.name == schema.name));
            // The list of people tells more than the one who is signed in.
            let of = of.clone().find(|r| r.shape == Shape::Collection).or_else(|| of.next());
            let of = of.map_or_else(String::new, |resource| format!(" {}", resource.name));
            Err(Stop::usage(format!("There is no field '{name}'.{meant} `cordboard catalog show{of}` lists them.")))
        }
    }
}

fn root(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

/// How a value of a field is read here.
pub(super) fn reading<'c>(catalog: &'c Catalog, schema: &'c Schema) -> impl Fn(&Field, &Value) -> String + 'c {
    |field, value| text::show(&catalog.kind(schema, field), Some(value))
}

/// Sees that of several some were read.
///
/// # Errors
/// When what failed is the line, or something that holds for all of them.
pub(super) fn seen(catalog: &Catalog, read: &[Result<Entity, Failure>]) -> Result<(), Stop> {
    let is_gone = |failure: &&Failure| failure.kind == FailureKind::NotFound;
    let failed = || read.iter().filter_map(|read| read.as_ref().err()).filter(|failure| !is_gone(failure));
    let nobody = failed().count() == read.len();
    match failed().find(|failure| nobody || !failure.may_be_of_one()) {
        Some(failure) => Err(Stop::failure(catalog, failure)),
        None => Ok(()),
    }
}

/// Comes whole with the page of a list.
pub fn is_plain(schema: &Schema, name: &str) -> bool {
    schema.field(name).is_some_and(|f| !f.navigation && !matches!(f.ty, Type::List(_) | Type::Object(_) | Type::Opaque))
}

/// The chosen entities of a resource, in the order of the list.
///
/// # Errors
/// When the filter makes no sense, or the PBX cannot be read.
pub async fn choose(
    session: &Session,
    resource: &Resource,
    schema: &Schema,
    choice: &Choice,
) -> Result<Vec<Found>, Stop> {
    let catalog = session.catalog();
    let stop = |failure: Failure| Stop::failure(catalog, &failure);
    let mut rows = Rows::new(catalog, resource);
    let (conditions, filters) = condition::split(catalog, schema, &choice.filters)?;
    let filter = filters.join(" ");
    sensible(&rows, &filter)?;
    let mut query = ListQuery::new(resource.name, rows.fields().to_vec());
    let compared = conditions.iter().map(|condition| condition.field.clone());
    let asked = choice.fields.iter().map(|f| root(f)).chain(called_by(catalog, resource));
    let wanted = asked.map(str::to_owned).chain(compared);
    for name in wanted.filter(|name| is_plain(schema, name)) {
        if !query.fields.contains(&name) {
            query.fields.push(name);
        }
    }
    query.limit = choice.limit.filter(|_| filter.is_empty() && conditions.is_empty());
    if catalog.roles(resource).window && query.limit.is_none() {
        query.limit = Some(choice.limit.unwrap_or(WINDOW));
    }
    let mut pages = Vec::new();
    let loaded = session.client.list(&query, |page| pages.push(page)).await.map_err(stop)?;
    if !loaded.complete && query.limit.is_none() {
        return Err(Stop::new(
            super::exit::FAILED,
            "The list changed while it was read, and it is not complete. Try again.",
        ));
    }
    order::by_key(&mut pages, |page: &Page| page.skip);
    let mut entities: HashMap<EntityKey, Entity> = HashMap::new();
    for page in &pages {
        rows.append(page);
        for (at, key) in page.keys.iter().enumerate() {
            entities.insert(key.clone(), of_page(catalog, schema, page, at));
        }
    }
    let names = match filter.is_empty() {
        true => Names::default(),
        false => names(session, &rows).await?,
    };
    let mut shown: Vec<u32> = (0..rows.len() as u32).collect();
    if !filter.is_empty() {
        let mut view = View::default();
        view.grow(&rows, catalog, &names);
        view.set_filter(&filter, &rows, catalog, &names);
        let holds: std::collections::HashSet<u32> = view.shown().iter().copied().collect();
        shown.retain(|row| holds.contains(row));
    }
    let found = shown.into_iter().map(|row| {
        let key = rows.key(row).clone();
        let entity = entities.remove(&key).unwrap_or_default();
        let target = Target { pbx: session.pbx.clone(), resource: resource.name.into(), key: Some(key) };
        Found { label: label(catalog, resource, &target, &entity), target, entity }
    });
    let mut found: Vec<Found> = found.collect();
    for condition in &conditions {
        let called = match condition.reference() {
            Some(reference) => vec![(*reference, called(session, reference).await?)],
            None => Vec::new(),
        };
        let value = condition.value(catalog, &called)?;
        found.retain(|one| condition.holds(&value, one));
    }
    found.truncate(choice.limit.unwrap_or(usize::MAX));
    let whole: Vec<String> = choice.fields.iter().filter(|f| !is_plain(schema, root(f))).cloned().collect();
    if !whole.is_empty() {
        deepen(session, schema, &mut found, &whole).await?;
    }
    Ok(found)
}

/// Reads the lists and objects of each that is there already.
///
/// # Errors
/// When one of them cannot be read.
pub async fn deepen(session: &Session, schema: &Schema, found: &mut [Found], fields: &[String]) -> Result<(), Stop> {
    let catalog = session.catalog();
    let mut there: Vec<&mut Found> = found.iter_mut().filter(|one| one.target.key.is_some()).collect();
    if fields.is_empty() || there.is_empty() {
        return Ok(());
    }
    let plan = read_of(catalog, schema, fields);
    let targets: Vec<Target> = there.iter().map(|one| one.target.clone()).collect();
    let read = session.client.read_several(&targets.iter().collect::<Vec<_>>(), &plan).await;
    for (one, read) in there.iter_mut().zip(read) {
        one.entity.extend(read.map_err(|failure| Stop::failure(catalog, &failure))?);
    }
    Ok(())
}

/// A row of a page, as values.
fn of_page(catalog: &Catalog, schema: &Schema, page: &Page, at: usize) -> Entity {
    let mut entity = Value::Object(Entity::new());
    for (name, column) in page.fields.iter().zip(&page.columns) {
        let Some((owner, field)) = catalog.reach(schema, name) else { continue };
        // A list or an object is only whole when its entity is read by itself.
        if !name.contains('/') && !is_plain(schema, name) {
            continue;
        }
        let value = match column.get(at) {
            Some(Cell::Bool(on)) => Value::Bool(*on),
            Some(Cell::Int(number)) => Value::from(*number),
            Some(Cell::Decimal(number)) => serde_json::Number::from_f64(*number).map_or(Value::Null, Value::Number),
            Some(Cell::Text(text)) => Value::from(&**text),
            // What the PBX leaves out has no value; a secret is left out whatever it has.
            None | Some(Cell::Null | Cell::Absent) if Slot::of(catalog, owner, field.name).is_secret() => continue,
            None | Some(Cell::Null | Cell::Absent) if field.nullable && !name.contains('/') => Value::Null,
            None | Some(Cell::Null | Cell::Absent) => continue,
        };
        let mut home = &mut entity;
        let mut parts = name.split('/').peekable();
        while let Some(part) = parts.next() {
            let Some(members) = home.as_object_mut() else { break };
            if parts.peek().is_none() {
                members.insert(part.to_owned(), value);
                break;
            }
            home = members.entry(part.to_owned()).or_insert_with(|| Value::Object(Entity::new()));
        }
    }
    match entity {
        Value::Object(entity) => entity,
        _ => Entity::new(),
    }
}

/// The value that a path leads to.
pub fn at<'e>(entity: &'e Entity, path: &str) -> Option<&'e Value> {
    path.split('/').skip(1).fold(entity.get(root(path)), |value, part| value?.get(part))
}

/// Whether every `name=value` names a column: one that does not would choose nobody, and say nothing.
fn sensible(rows: &Rows, filter: &str) -> Result<(), Stop> {
    for word in filter.split_whitespace() {
        let Some((name, value)) = word.split_once('=') else { continue };
        let wanted = fold(name.trim_end_matches('!'));
        let has = |shown: &crate::app::list::Shown| {
            fold(&shown.column.title).starts_with(&wanted)
                || shown.column.fields.iter().any(|f| fold(f).starts_with(&wanted))
        };
        if wanted.is_empty() || value.is_empty() || !rows.columns().iter().any(has) {
            let columns: Vec<String> = rows.columns().iter().map(|c| c.column.title.to_string()).collect();
            return Err(Stop::usage(format!(
                "--where '{word}' looks in no column of this list. Its columns are: {}",
                columns.join(", ")
            )));
        }
    }
    Ok(())
}

/// What the entities are called that the columns of a list refer to.
async fn names(session: &Session, rows: &Rows) -> Result<Names, Stop> {
    let mut names = Names::default();
    let mut asked: Vec<Reference> = Vec::new();
    for shown in rows.columns() {
        if let FieldKind::Reference(reference) = &shown.kind
            && !asked.contains(reference)
        {
            asked.push(*reference);
            for (key, name) in called(session, reference).await? {
                names.learn(*reference, &key, &name);
            }
        }
    }
    Ok(names)
}

/// Every entity that a reference can lead to: the value that is stored, and what people call it.
///
/// # Errors
/// When they cannot be read.
pub async fn called(session: &Session, reference: &Reference) -> Result<Vec<(String, String)>, Stop> {
    let catalog = session.catalog();
    let Some(resource) = catalog.resource(reference.resource) else { return Ok(Vec::new()) };
    let roles = catalog.roles(resource);
    let labels: Vec<&str> = roles.label.iter().copied().filter(|l| !l.contains('/')).collect();
    let mut query = ListQuery::new(resource.name, vec![reference.by.to_owned()]);
    query.fields.extend(labels.iter().map(|l| (*l).to_owned()));
    let mut found = Vec::new();
    let text = |cell: Option<&Cell>| match cell {
        Some(Cell::Text(text)) => text.to_string(),
        Some(Cell::Int(number)) => number.to_string(),
        _ => String::new(),
    };
    let collect = |page: Page| {
        for at in 0..page.keys.len() {
            let cell = |name: &str| {
                let column = page.fields.iter().position(|f| f == name);
                text(column.and_then(|c| page.columns[c].get(at)))
            };
            let name: Vec<String> = labels.iter().map(|l| cell(l)).filter(|t| !t.is_empty()).collect();
            found.push((cell(reference.by), name.join(roles.label_join)));
        }
    };
    session.client.list(&query, collect).await.map_err(|failure| Stop::failure(catalog, &failure))?;
    Ok(found)
}

/// One entity by the number people type, by its key, or a singleton where nothing is typed.
///
/// # Errors
/// When there is none.
pub async fn one(session: &Session, resource: &Resource, typed: Option<&str>) -> Result<Target, Stop> {
    let catalog = session.catalog();
    let target = |key| Target { pbx: session.pbx.clone(), resource: resource.name.into(), key };
    let one = catalog.resource_one(resource.name);
    let (typed, key) = match (typed, &resource.key, resource.shape) {
        (None, _, Shape::Singleton) => return Ok(target(None)),
        (Some(typed), _, Shape::Singleton) => {
            return Err(Stop::usage(format!("{} is one thing; leave '{typed}' out.", resource.name)));
        }
        (None, _, _) => return Err(Stop::usage(format!("Say which {one}: its number or its key."))),
        (Some(_), None, _) => {
            return Err(Stop::usage(format!("{} cannot be read one by one.", resource.name)));
        }
        (Some(typed), Some(key), _) => (typed, key),
    };
    if catalog.roles(resource).number.is_some() {
        let found = session.client.find(resource.name, typed).await;
        match found.map_err(|failure| Stop::failure(catalog, &failure))? {
            Some(key) => return Ok(target(Some(key))),
            None => return Err(Stop::new(NOT_FOUND, format!("There is no {one} {typed}."))),
        }
    }
    let value = match (&key.ty, typed.parse::<i64>()) {
        (Type::Integer { .. }, Ok(number)) => Value::from(number),
        (Type::Integer { .. }, Err(_)) => {
            return Err(Stop::usage(format!("The key of a {one} is a whole number, and '{typed}' is none.")));
        }
        _ => Value::from(typed),
    };
    Ok(target(EntityKey::of(&key.ty, &value)))
}

/// Reads one entity: these properties, and what it is called by.
///
/// # Errors
/// When there is none, or it cannot be read.
pub async fn read(
    session: &Session,
    resource: &Resource,
    schema: &Schema,
    target: Target,
    fields: &[String],
) -> Result<Found, Stop> {
    let catalog = session.catalog();
    let mut wanted = fields.to_vec();
    wanted.extend(called_by(catalog, resource).map(str::to_owned));
    let plan = read_of(catalog, schema, &wanted);
    let entity = session.client.read(&target, &plan).await.map_err(|failure| Stop::failure(catalog, &failure))?;
    let label = label(catalog, resource, &target, &entity);
    Ok(Found { target, label, entity })
}

impl Found {
    /// A draft of it.
    pub fn draft(&self, catalog: &Catalog, schema: &Schema) -> Draft {
        Draft::new(catalog, schema, self.target.clone(), self.label.clone(), self.entity.clone())
    }
}
