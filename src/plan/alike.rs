//! Writes of the past that are alike: what becomes of one is worked out once for all of them.
//!
//! Owns what taking one back, or going on with it, depends on: of a list what is not the same before, after and now. Each
//! still gets its own lists, by name. How it is worked out for one is told elsewhere; whoever is like nobody is worked out
//! alone.

use super::make::for_another;
use super::standing::is_meant;
use super::{Columns, Field, Past, Planned, Said, Standing, ValueId, Way, cost};
use crate::catalog::{Catalog, Schema};
use crate::draft::{Entity, Lean, Payload, Slot, Verb, Why};
use crate::odata::Failure;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// More than these are not remembered; beyond that everybody's own is worked out.
const REMEMBERED: usize = 256;
/// So many elements of a list are as much work to look at as what is known already.
const LOOKED_AT: usize = 4;

/// For each field which one, and what it was before, after and now.
type Key = Vec<(usize, [Option<ValueId>; 3])>;

/// What was worked out already; `None` where it is not the same for others.
#[derive(Debug, Default)]
pub struct Alike<'c> {
    fields: Vec<(String, bool, Option<Lean<'c>>)>,
    known: HashMap<Key, Option<Way>>,
}

/// What is done with a write of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Back,
    On,
}

/// What one depends on, with its whole lists and with lean ones.
struct Cut {
    whole: Key,
    lean: Key,
    elements: usize,
}

impl<'c> Alike<'c> {
    /// What taking one back comes to that is called like this and is as in this row; and about how much work that was.
    pub fn way(
        &mut self,
        (catalog, schema): (&'c Catalog, &'c Schema),
        (past, label): (&Past, String),
        (columns, row): (&Columns, usize),
        said: &Said<'_>,
    ) -> (Way, usize) {
        let known = self.known((catalog, schema), past, (columns, row), Turn::Back, |past, fresh| {
            let way = Way::of(catalog, schema, (past, label.clone()), BTreeSet::new(), fresh, said);
            way.left.iter().all(|left| left.why == Why::Already).then_some(way)
        });
        let (cost, known) = known;
        let whole = known.and_then(|(cut, mut way)| {
            way.planned = way.planned.map(|planned| for_another(&planned, &past.target, &label));
            self.grow(&mut way, &cut, columns, Turn::Back)?;
            for left in &mut way.left {
                let slot = Slot::of(catalog, schema, &left.field);
                let before = past.fields.iter().find(|field| field.field == left.field)?.before.as_ref();
                left.before = Payload::new(catalog, &slot, before.map(|held| held.get().into_owned()));
                left.now = Payload::new(catalog, &slot, columns.get(row, &left.field));
                left.lay(columns.shelf());
            }
            Some(way)
        });
        if let Some(way) = whole {
            return (way, cost);
        }
        let fresh = columns.entity(row, columns.fields());
        let way = Way::of(catalog, schema, (past, label), BTreeSet::new(), fresh, said);
        let cost = cost + way.planned.as_ref().map_or(0, self::cost);
        (way, cost)
    }

    /// How one stands that was not ended, if it could be read: as in this row; and about how much work it was to see that.
    pub fn standing(
        &mut self,
        (catalog, schema): (&'c Catalog, &'c Schema),
        past: &Past,
        read: Result<(&Columns, usize), &Failure>,
        said: &Said<'_>,
    ) -> (Planned, usize) {
        let resource = catalog.resource(&past.target.resource);
        let is_meant = |(columns, row): (&Columns, usize)| {
            let before = |name: &str| {
                let field = past.fields.iter().find(|field| field.field == name)?;
                field.before.as_ref().map(|held| held.get().into_owned())
            };
            let (meant, now) = ((&past.target, &*past.label), |name: &str| columns.get(row, name));
            resource.is_some_and(|resource| is_meant(catalog, resource, meant, before, now))
        };
        let may_go_on = past.verb == Verb::Change && past.may_go_on(catalog).is_ok();
        let like = read.ok().filter(|row| may_go_on && is_meant(*row));
        let known = like.map(|(columns, row)| {
            let known = self.known((catalog, schema), past, (columns, row), Turn::On, |past, fresh| {
                let planned = stands((catalog, schema), past, Ok(&fresh), said);
                // Whose change is in the way is said with both values.
                let is_same = !matches!(planned, Planned::Blocked(_));
                is_same.then(|| Way { planned: Some(planned), ..Way::default() })
            });
            (columns, known)
        });
        let whole = known.and_then(|(columns, (cost, known))| {
            let (cut, mut way) = known?;
            way.planned = way.planned.map(|planned| for_another(&planned, &past.target, &past.label));
            self.grow(&mut way, &cut, columns, Turn::On)?;
            Some((way.planned?, cost))
        });
        whole.unwrap_or_else(|| {
            let fresh = read.map(|(columns, row)| columns.entity(row, columns.fields()));
            let planned = stands((catalog, schema), past, fresh.as_ref().map_err(|failure| *failure), said);
            let cost = self::cost(&planned);
            (planned, cost)
        })
    }

    /// What is known of one that is like this, or becomes known by working it out with lean lists.
    fn known(
        &mut self,
        (catalog, schema): (&'c Catalog, &'c Schema),
        past: &Past,
        (columns, row): (&Columns, usize),
        turn: Turn,
        work_out: impl FnOnce(&Past, Entity) -> Option<Way>,
    ) -> (usize, Option<(Cut, Way)>) {
        let Some(cut) = self.cut((catalog, schema), past, (columns, row), turn) else { return (1, None) };
        let cost = 1 + cut.elements / LOOKED_AT;
        if let Some(known) = self.known.get(&cut.lean) {
            return (cost, known.clone().map(|way| (cut, way)));
        }
        let shelf = columns.shelf();
        let held = |id: Option<ValueId>| id.map(|id| shelf.held(id));
        let mut fresh =
            columns.entity(row, columns.fields().filter(|name| !past.fields.iter().any(|f| f.field == **name)));
        let mut fields = Vec::with_capacity(past.fields.len());
        for (field, (_, [before, after, now])) in past.fields.iter().zip(&cut.lean) {
            fields.push(Field { before: held(*before), after: held(*after), now: None, ..field.clone() });
            fresh.extend(now.map(|now| (field.field.clone(), shelf.read().value(now))));
        }
        let way = work_out(&Past { fields, ..past.clone() }, fresh);
        if self.known.len() < REMEMBERED {
            self.known.insert(cut.lean.clone(), way.clone());
        }
        let cost = cost + way.as_ref().and_then(|way| way.planned.as_ref()).map_or(0, self::cost);
        (cost, way.map(|way| (cut, way)))
    }

    /// What it depends on. `None` where it has to be worked out alone.
    fn cut(
        &mut self,
        (catalog, schema): (&'c Catalog, &'c Schema),
        past: &Past,
        (columns, row): (&Columns, usize),
        turn: Turn,
    ) -> Option<Cut> {
        let shelf = columns.shelf();
        let unknown = |field: &str| schema.field(field).is_none() && columns.id(row, field).is_some();
        if !shelf.is(&past.shelf) || columns.fields().any(unknown) {
            return None;
        }
        let mut cut = Cut { whole: Vec::new(), lean: Vec::new(), elements: 0 };
        for field in &past.fields {
            let at = self.fields.iter().position(|(name, ..)| *name == field.field).unwrap_or_else(|| {
                let slot = Slot::of(catalog, schema, &field.field);
                self.fields.push((field.field.clone(), slot.is_secret(), Lean::of(catalog, &slot)));
                self.fields.len() - 1
            });
            let (_, is_secret, lean) = &self.fields[at];
            if field.secret || *is_secret {
                return None;
            }
            let after = field.now.as_ref().filter(|_| turn == Turn::Back).or(field.after.as_ref());
            let [before, after] = [field.before.as_ref(), after].map(|held| held.map(|held| shelf.id(held)));
            let whole = [before, after, columns.id(row, &field.field)];
            let versions = lean.as_ref().zip(before).zip(after).zip(whole[2]);
            let versions = versions.and_then(|(((lean, before), after), now)| {
                let mut shelf = shelf.write();
                cut.elements += shelf.elements(now).map_or(0, <[u32]>::len);
                lean.versions(&mut shelf, [before, after, now])
            });
            cut.whole.push((at, whole));
            cut.lean.push((at, versions.map_or(whole, |lean| lean.map(Some))));
        }
        Some(cut)
    }

    /// Puts whole lists in the place of lean ones.
    fn grow(&self, way: &mut Way, cut: &Cut, columns: &Columns, turn: Turn) -> Option<()> {
        let Some(Planned::Change(changes)) = &mut way.planned else { return Some(()) };
        for ((at, whole), (_, lean)) in cut.whole.iter().zip(&cut.lean).filter(|(whole, lean)| whole != lean) {
            let (name, _, by) = &self.fields[*at];
            let from = if turn == Turn::Back { 2 } else { 0 };
            let after = whole[1].filter(|_| turn == Turn::On);
            let (by, own, cut) = (by.as_ref()?, whole[from]?, lean[from]?);
            let changes = Arc::make_mut(changes).changes.iter_mut();
            for change in changes.filter(|change| change.field == *name) {
                change.grow(columns.shelf(), by, [own, cut], after).then_some(())?;
            }
        }
        Some(())
    }
}

/// How one stands that was not ended, worked out alone.
fn stands(
    (catalog, schema): (&Catalog, &Schema),
    past: &Past,
    read: Result<&Entity, &Failure>,
    said: &Said<'_>,
) -> Planned {
    let set = match past.again(catalog) {
        Ok(set) => set,
        Err(why) => return Planned::Blocked(why.to_owned()),
    };
    match catalog.resource(&set.target.resource) {
        Some(resource) => Standing::of(catalog, resource, &set, read).planned(catalog, schema, &Arc::new(set), said),
        None => Planned::of(set),
    }
}

#[cfg(test)]
mod tests;
