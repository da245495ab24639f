//! Two entities side by side: which fields differ.

use super::effect::{Effect, PbxTask};
use super::event::Clock;
use super::model::{Load, Model, Purpose, Tone, View};
use crate::catalog::{Catalog, SchemaId};
use crate::draft::{Entity, alike, read_whole};
use crate::odata::{Failure, Target};

/// Two entities of one list.
#[derive(Debug)]
pub struct Compare {
    /// Their schema.
    pub schema: SchemaId,
    /// The two, in the order of the list.
    pub sides: [Side; 2],
    /// The first line drawn.
    pub top: usize,
}

/// One of the two.
#[derive(Debug)]
pub struct Side {
    /// Which entity.
    pub target: Target,
    /// What it is called.
    pub label: String,
    /// How far the read has come.
    pub load: Load,
    /// What was read, secrets concealed.
    pub entity: Option<Entity>,
}

/// What two entities come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The fields that differ, in the order of the form.
    pub differ: Vec<&'static str>,
    /// How many are the same.
    pub same: usize,
}

impl Compare {
    /// Which fields differ; nothing before both are read.
    pub fn result(&self, catalog: &'static Catalog) -> Option<Compared> {
        let [a, b] = self.sides.each_ref().map(|side| side.entity.as_ref());
        let (a, b, schema) = (a?, b?, catalog.schema(self.schema));
        let sections = catalog.sections(schema);
        let known = |name: &&str| a.contains_key(*name) || b.contains_key(*name);
        let fields: Vec<&'static str> =
            sections.iter().flat_map(|section| section.fields.iter().copied()).filter(known).collect();
        let differs = |name: &&str| !alike(catalog, schema, name, a.get(*name), b.get(*name));
        let differ: Vec<&'static str> = fields.iter().copied().filter(differs).collect();
        Some(Compared { same: fields.len() - differ.len(), differ })
    }
}

/// Opens the two that are marked, side by side.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some((id, list)) = model.list() else { return Vec::new() };
    let id = id.clone();
    let marked: Vec<u32> = (0..list.rows.len() as u32).filter(|row| list.marks.contains(list.rows.key(*row))).collect();
    let [a, b] = marked[..] else {
        let words = match marked.len() {
            0 => "Mark two to compare them.".to_owned(),
            n => format!("Two are compared; {n} {} marked.", if n == 1 { "is" } else { "are" }),
        };
        model.say(Tone::Plain, words);
        return Vec::new();
    };
    let catalog = model.pbx_of(&id.pbx).catalog;
    let Some(schema) = model.resource(&id).and_then(|resource| resource.schema) else { return Vec::new() };
    let plan = read_whole(catalog, catalog.schema(schema));
    let mut effects = Vec::new();
    let sides = [a, b].map(|row| {
        let key = model.lists.get(&id).map(|list| list.rows.key(row).clone());
        let target = Target { pbx: id.pbx.clone(), resource: id.resource.as_str().into(), key };
        let label = model.row_label(&id, row);
        let ticket = model.ticket(Purpose::Compare(target.clone()));
        effects.push(Effect::Pbx(PbxTask::Read { ticket, target: target.clone(), plan: plan.clone() }));
        Side { target, label, load: Load::Loading(ticket), entity: None }
    });
    model.views.push(View::Compare(Box::new(Compare { schema, sides, top: 0 })));
    effects
}

/// One of the two was read.
pub(super) fn read(model: &mut Model, target: &Target, result: Result<Entity, Failure>, at: Clock) {
    let Some(View::Compare(compare)) = model.views.iter_mut().rev().find(|view| matches!(view, View::Compare(_)))
    else {
        return;
    };
    if let Some(side) = compare.sides.iter_mut().find(|side| side.target == *target) {
        match result {
            Ok(entity) => (side.entity, side.load) = (Some(entity), Load::Done(at)),
            Err(failure) => side.load = Load::Failed(failure),
        }
    }
}
