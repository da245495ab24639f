//! Loading a list, page by page.
//!
//! Owns how many pages are asked for, in which order and how many at once, when a list is at its end, and whether it
//! was complete. Every page is handed on as it arrives and kept nowhere here.

use super::Client;
use super::decode::{conceal_at, is_secret};
use super::read::with_query;
use crate::catalog::{Options, Resource, Schema};
use crate::odata::{EntityKey, Failure, Layout, Page, Query};
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::HashSet;
use std::sync::Arc;

/// The largest page a PBX gives.
const TOP: usize = 100;
/// How many rows beyond the announced count are followed, when rows are added while we read.
const SLACK: usize = 10 * TOP;
/// Where a list that announces no count and never ends is left.
const END: usize = 1_000_000;

/// Which rows and columns to load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// The resource, by wire name.
    pub resource: Arc<str>,
    /// The properties wanted; `A/B` reaches into a complex value. Secrets among them come back absent.
    pub fields: Vec<String>,
    /// A `$filter`, as `odata::filter` writes it.
    pub filter: Option<String>,
    /// `$orderby`. Empty for the order of the keys, or newest first where the catalog says so.
    pub orderby: Vec<String>,
    /// How many rows to leave out in front.
    pub skip: usize,
    /// How many rows to load at most; `None` for all.
    pub limit: Option<usize>,
    /// How many pages are under way at once.
    pub in_flight: usize,
}

impl ListQuery {
    /// All rows of a resource, these columns.
    pub fn new(resource: &str, fields: Vec<String>) -> Self {
        Self {
            resource: resource.into(),
            fields,
            filter: None,
            orderby: Vec::new(),
            skip: 0,
            limit: None,
            in_flight: 4,
        }
    }
}

/// How the loading of a list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Loaded {
    /// Rows that came, those among them that came twice or without a key.
    pub rows: usize,
    /// How many rows the PBX said there are.
    pub count: Option<u64>,
    /// Rows handed on: each key once.
    pub distinct: usize,
    /// Every row there is (or was asked for) was handed on. If not, the list changed while it was read, or the PBX
    /// does not page as it should.
    pub complete: bool,
}

impl Client {
    /// Loads a list and hands on each page as it arrives, not necessarily in order. No key is handed on twice.
    ///
    /// # Errors
    /// The first failure of a page; pages that were handed on before it are good.
    pub async fn list(&self, query: &ListQuery, mut page: impl FnMut(Page) + Send) -> Result<Loaded, Failure> {
        let resource = self.resource(&query.resource)?;
        let plan = Plan::new(self, resource, query)?;
        let mut end = Tally { seen: HashSet::new(), loaded: Loaded::default() };
        let wanted = query.limit.unwrap_or(usize::MAX);
        let top = TOP.min(wanted);
        if wanted == 0 {
            return Ok(Loaded { complete: true, ..Loaded::default() });
        }

        let first = plan.fetch(query.skip, top, true).await?;
        let count = first.total;
        let received = first.received();
        end.hand_on(first, &mut page);
        end.loaded.count = count;
        if !plan.options.page {
            end.loaded.complete = end.all(count.map(|c| c as usize));
            return Ok(end.loaded);
        }

        let after = |skip: usize| usize::try_from(count.unwrap_or(u64::MAX)).unwrap_or(usize::MAX).saturating_sub(skip);
        let expected = after(query.skip).min(wanted);
        // A PBX may give less than was asked for: then that is the size of its pages.
        let step = if received > 0 && received < top && received < expected { received } else { top };
        let mut next = if received == 0 { top } else { received };
        let mut pages = FuturesUnordered::new();
        let in_flight = if count.is_some() { query.in_flight.max(1) } else { 1 };
        let mut short = count.is_none() && received < top;
        let mut overflow = false;
        loop {
            while pages.len() < in_flight && !short {
                let known = next < expected && next < END;
                let beyond = overflow && next < expected.saturating_add(SLACK).min(wanted);
                if !(known || beyond && pages.is_empty()) {
                    break;
                }
                let size = step.min(wanted - next);
                let at = next;
                next += size;
                let plan = &plan;
                pages.push(async move { (at, size, plan.fetch(query.skip + at, size, false).await) });
            }
            let Some((at, size, fetched)) = pages.next().await else { break };
            let fetched = fetched?;
            let received = fetched.received();
            let fresh = end.hand_on(fetched, &mut page);
            if count.is_none() || at >= expected {
                // Without a count, and beyond it, a page that is short or brings nothing new is the last.
                short = received < size || fresh == 0;
            } else if at + received > expected && received >= size && query.limit.is_none() {
                // The last page is full, and fuller than was announced: rows were added, perhaps more than these.
                overflow = true;
            }
        }
        end.loaded.complete = match count {
            Some(_) => end.all(Some(expected)),
            None => short && end.all(None) || end.loaded.distinct >= wanted,
        };
        Ok(end.loaded)
    }
}

/// What was handed on so far.
struct Tally {
    seen: HashSet<EntityKey>,
    loaded: Loaded,
}

impl Tally {
    /// Hands a page on without the rows that were handed on before. Returns how many rows of it were new.
    fn hand_on(&mut self, mut page: Page, to: &mut impl FnMut(Page)) -> usize {
        self.loaded.rows += page.received();
        page.drop_seen(&mut self.seen);
        let fresh = page.keys.len();
        self.loaded.distinct += fresh;
        to(page);
        fresh
    }

    /// Nothing came twice or without a key, and the number is right where it is known.
    fn all(&self, expected: Option<usize>) -> bool {
        self.loaded.rows == self.loaded.distinct && expected.is_none_or(|expected| expected == self.loaded.distinct)
    }
}

/// How the pages of one list are asked for and decoded.
struct Plan<'a> {
    client: &'a Client,
    resource: &'a Resource,
    schema: Option<&'a Schema>,
    options: Options,
    layout: Layout,
    query: Query<'a>,
}

impl<'a> Plan<'a> {
    fn new(client: &'a Client, resource: &'a Resource, wanted: &'a ListQuery) -> Result<Self, Failure> {
        let catalog = client.catalog();
        let title = catalog.resource_title(resource.name);
        let Some(list) = resource.read.map(|id| catalog.operation(id)).filter(|list| list.collection) else {
            return Err(Failure::misconfigured(format!("{title} is not a list.")));
        };
        let options = list.options;
        if wanted.filter.is_some() && !options.filter {
            return Err(Failure::misconfigured(format!("The PBX does not filter {title}.")));
        }
        let schema = resource.schema.map(|id| catalog.schema(id));
        let mut query = Query { filter: wanted.filter.clone(), ..Query::default() };
        let key = resource.key.as_ref();
        let mut roots: Vec<&str> = key.map(|key| key.name).into_iter().collect();
        for field in wanted.fields.iter().filter(|field| !is_secret(catalog, schema, field)) {
            let root = field.split('/').next().unwrap_or(field);
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        for root in roots {
            match schema.and_then(|s| s.field(root)) {
                Some(field) if field.navigation && options.expand => query.expand.push(root.to_owned()),
                Some(field) if field.navigation => {}
                _ if options.select => query.select.push(root),
                _ => {}
            }
        }
        if options.orderby {
            let roles = catalog.roles(resource);
            query.orderby = match roles.newest.filter(|_| roles.window && wanted.orderby.is_empty()) {
                Some(newest) => vec![format!("{newest} desc")],
                None => wanted.orderby.clone(),
            };
            // Pages fit together only if no two rows are equal to the order.
            let is_key = |term: &String| key.is_some_and(|key| term.split(' ').next() == Some(key.name));
            if !roles.window && !query.orderby.iter().any(is_key) {
                query.orderby.extend(key.map(|key| key.name.to_owned()));
            }
        } else if !wanted.orderby.is_empty() {
            return Err(Failure::misconfigured(format!("The PBX does not sort {title}.")));
        }
        let layout = Layout::new(wanted.fields.iter().cloned().collect(), key);
        Ok(Self { client, resource, schema, options, layout, query })
    }

    async fn fetch(&self, skip: usize, top: usize, first: bool) -> Result<Page, Failure> {
        let mut query = self.query.clone();
        if self.options.page {
            query.top = Some(top);
            query.skip = Some(skip);
        }
        query.count = first && self.options.count;
        let tail = with_query(self.resource.name, &query);
        let body = self.client.get_json(&tail).await?;
        let catalog = self.client.catalog();
        let mut hide = |path: &str, value: &mut serde_json::Value| conceal_at(catalog, self.schema, path, value);
        let mut page = self.client.decoded(&tail, self.layout.decode(&body, skip, &mut hide))?;
        // An operation without $select answers every property: a secret that nobody asked for stays out.
        let fields = page.fields.clone();
        for (column, field) in page.columns.iter_mut().zip(fields.iter()) {
            if is_secret(catalog, self.schema, field) {
                column.fill(crate::odata::Cell::Absent);
            }
        }
        Ok(page)
    }
}
