//! Answers to reads: lists, entities, singletons and what navigation properties lead to.
//!
//! Owns paging, the default page size, the ceiling on `$top`, `$search`, and the envelopes. Knows the store, the views
//! and queries; not sockets.

use super::query::bind::Node;
use super::query::eval::{Datum, Fields};
use super::query::options::Query;
use super::query::project::{Projection, Selection};
use super::refusal::Refusal;
use super::store::{Handle, State, VIEWS};
use super::views::{self, Entity};
use crate::catalog::{Resource, Schema};
use serde_json::{Map, Value};

/// What differs between builds, or is not known of any.
#[derive(Debug, Clone)]
pub struct Behaviour {
    /// `expires_in` of a token: minutes in older builds (60), seconds in newer ones (3600).
    pub expires_in: u64,
    /// Greatest `$top` allowed.
    pub page_limit: usize,
    /// Rows of a list read without `$top`; `None` for all.
    pub default_page: Option<usize>,
    /// Whether a list that was cut says where it goes on.
    pub next_link: bool,
    /// Whether a bulk call that meets a refused item changes nothing at all.
    pub bulk_atomic: bool,
    /// A nested object in a PATCH changes the members it has and keeps the others, and does not replace the whole.
    /// Which of the two a real one does is not known.
    pub nested_merge: bool,
    /// Exports and downloads of lists answer JSON, as the document says, and not CSV, as the console of a PBX gets.
    pub downloads_as_json: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            expires_in: 60,
            page_limit: 100,
            default_page: Some(50),
            next_link: false,
            bulk_atomic: false,
            nested_merge: false,
            downloads_as_json: false,
        }
    }
}

/// Properties that `$search` looks into, where an entity has them.
const SEARCHED: [&str; 14] = [
    "Number",
    "Name",
    "FirstName",
    "LastName",
    "DisplayName",
    "EmailAddress",
    "Email",
    "Mobile",
    "PhoneNumber",
    "Mobile2",
    "CompanyName",
    "RuleName",
    "Message",
    "CallerId",
];

/// The context of answers: state, behaviour and the address the PBX is known by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'s> {
    /// The state.
    pub(crate) state: &'s State,
    /// What differs between builds.
    pub(crate) behaviour: &'s Behaviour,
    /// Scheme, host and port.
    pub(crate) base: &'s str,
}

impl Reader<'_> {
    fn context(&self, what: &str) -> Value {
        Value::from(format!("{}/xapi/v1/$metadata#{what}", self.base))
    }

    fn limits(&self, query: &Query) -> Result<(usize, usize), Refusal> {
        let limit = self.behaviour.page_limit;
        if let Some(top) = query.top.filter(|top| *top > limit) {
            return Err(Refusal::query(&format!(
                "The limit of '{limit}' for Top query has been exceeded. The value from the incoming request is '{top}'."
            )));
        }
        let page = query.top.or(self.behaviour.default_page).unwrap_or(usize::MAX);
        Ok((query.skip.unwrap_or(0), page))
    }

    /// `GET /Set`
    ///
    /// # Errors
    /// When the query is not valid.
    pub(crate) fn list(
        &self,
        resource: &'static Resource,
        schema: &'static Schema,
        raw: &str,
    ) -> Result<Value, Refusal> {
        let set = resource.name;
        let query = Query::read(raw).map_err(|e| Refusal::query(&e))?;
        let catalog = self.state.catalog;
        let projection = Projection::bind(catalog, schema, &query).map_err(|e| Refusal::query(&e))?;
        let selection = Selection::bind(catalog, schema, &query).map_err(|e| Refusal::query(&e))?;
        let (skip, page) = self.limits(&query)?;

        let plain_order = match &query.orderby {
            None => true,
            Some(by) => set == "Users" && matches!(by.as_str(), "Id" | "Id asc"),
        };
        let (chosen, total): (Vec<Handle>, usize) =
            if query.filter.is_none() && query.search.is_none() && plain_order && !VIEWS.contains(&set) {
                let chosen = self.state.handles(set).skip(skip).take(page).collect();
                (chosen, self.state.len(set))
            } else {
                let question = format!("{set}\n{:?}\n{:?}\n{:?}", query.filter, query.orderby, query.search);
                let all = self.state.selection(&question, || self.select(set, &selection, query.search.as_deref()));
                (all.iter().skip(skip).take(page).copied().collect(), all.len())
            };
        let rows: Vec<Value> = chosen
            .iter()
            .filter_map(|h| views::entity(self.state, set, *h))
            .map(|entity| Value::Object(projection.render(catalog, &entity)))
            .collect();
        let mut out = Map::new();
        out.insert("@odata.context".to_owned(), self.context(&described(set, &query, &projection)));
        if query.count {
            out.insert("@odata.count".to_owned(), Value::from(total));
        }
        let more = query.top.is_none() && skip + rows.len() < total;
        let next = skip + rows.len();
        out.insert("value".to_owned(), Value::Array(rows));
        if more && self.behaviour.next_link {
            let kept: Vec<&str> =
                raw.split('&').filter(|p| !p.starts_with("$skip") && !p.starts_with("%24skip")).collect();
            let link = format!("{}/xapi/v1/{set}?{}&$skip={next}", self.base, kept.join("&"));
            out.insert("@odata.nextLink".to_owned(), Value::from(link));
        }
        Ok(Value::Object(out))
    }

    fn select(&self, set: &'static str, selection: &Selection, search: Option<&str>) -> Vec<Handle> {
        let words: Vec<String> =
            search.unwrap_or_default().replace('"', "").split_whitespace().map(str::to_lowercase).collect();
        let schema = self.state.resource(set).and_then(|r| self.state.schema(r));
        let searched: Vec<&str> =
            SEARCHED.into_iter().filter(|name| schema.is_some_and(|s| s.field(name).is_some())).collect();
        let wanted = |h: &Handle| {
            if selection.filter.is_none() && words.is_empty() {
                return true;
            }
            views::entity(self.state, set, *h).is_some_and(|e| selection.wants(&e) && mentions(&e, &searched, &words))
        };
        let kept: Vec<Handle> = match self.keyed(set, selection) {
            Some(few) => few.into_iter().filter(wanted).collect(),
            None => views::handles(self.state, set).filter(wanted).collect(),
        };
        selection.sort(kept, |h, give| {
            if let Some(entity) = views::entity(self.state, set, *h) {
                give(&entity);
            }
        })
    }

    /// The rows that a list of keys names, where that is all the filter asks for: nobody else has to be looked at.
    fn keyed(&self, set: &'static str, selection: &Selection) -> Option<Vec<Handle>> {
        let key = self.state.resource(set)?.key.as_ref().filter(|_| !VIEWS.contains(&set))?;
        let Some(Node::In(left, members)) = &selection.filter else { return None };
        match &**left {
            Node::Path { scope: 0, names, .. } if matches!(names.as_slice(), [name] if name == key.name) => {}
            _ => return None,
        }
        let handle = |member: &Datum<'static>| match member {
            Datum::Integer(id) => Some(self.state.find(set, &id.to_string())),
            Datum::Text(text) => Some(self.state.find(set, text)),
            _ => None,
        };
        let found: Option<Vec<Option<Handle>>> = members.iter().map(handle).collect();
        let mut found: Vec<Handle> = found?.into_iter().flatten().collect();
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    /// `GET /Set(key)`, `GET /Singleton` and what a create answers.
    ///
    /// # Errors
    /// When the query is not valid.
    pub(crate) fn entity(
        &self,
        entity: &Entity<'_>,
        schema: &'static Schema,
        what: &str,
        raw: &str,
    ) -> Result<Value, Refusal> {
        let query = Query::read(raw).map_err(|e| Refusal::query(&e))?;
        let projection = Projection::bind(self.state.catalog, schema, &query).map_err(|e| Refusal::query(&e))?;
        let mut out = Map::new();
        out.insert("@odata.context".to_owned(), self.context(what));
        out.extend(projection.render(self.state.catalog, entity));
        Ok(Value::Object(out))
    }

    /// A list that is not a set: what a navigation property or a function leads to.
    ///
    /// # Errors
    /// When the query is not valid.
    pub(crate) fn values(
        &self,
        values: &Value,
        schema: &'static Schema,
        what: &str,
        raw: &str,
    ) -> Result<Value, Refusal> {
        let query = Query::read(raw).map_err(|e| Refusal::query(&e))?;
        let catalog = self.state.catalog;
        let projection = Projection::bind(catalog, schema, &query).map_err(|e| Refusal::query(&e))?;
        let selection = Selection::bind(catalog, schema, &query).map_err(|e| Refusal::query(&e))?;
        let (skip, page) = self.limits(&query)?;
        let rows = values.as_array().map_or(&[][..], Vec::as_slice);
        let kept: Vec<&Map<String, Value>> =
            rows.iter().filter_map(Value::as_object).filter(|m| selection.wants(*m)).collect();
        let total = kept.len();
        let sorted = selection.sort(kept, |m, give| give(*m));
        let rows = sorted.into_iter().skip(skip).take(page).map(|m| Value::Object(projection.render(catalog, m)));
        let mut out = Map::new();
        out.insert("@odata.context".to_owned(), self.context(what));
        if query.count {
            out.insert("@odata.count".to_owned(), Value::from(total));
        }
        out.insert("value".to_owned(), rows.collect());
        Ok(Value::Object(out))
    }

    /// One object that is no row.
    pub(crate) fn object(&self, object: &Map<String, Value>, schema: &'static Schema) -> Value {
        let mut out = Map::new();
        out.insert("@odata.context".to_owned(), self.context(schema.name));
        out.extend(Projection::plain(schema).render(self.state.catalog, object));
        Value::Object(out)
    }

    /// One plain value.
    pub(crate) fn scalar(&self, value: Value) -> Value {
        Value::Object(Map::from_iter([("@odata.context".to_owned(), self.context("Edm")), ("value".to_owned(), value)]))
    }
}

fn mentions(entity: &Entity<'_>, names: &[&str], words: &[String]) -> bool {
    words.iter().all(|word| {
        names.iter().any(|name| entity.value(name).as_str().is_some_and(|text| text.to_lowercase().contains(word)))
    })
}

fn described(set: &str, query: &Query, projection: &Projection) -> String {
    if query.select.is_none() {
        return set.to_owned();
    }
    let names: Vec<&str> = projection.names().collect();
    format!("{set}({})", names.join(","))
}
