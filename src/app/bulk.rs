//! Many entities changed alike: their values beside each other, a plan with a line for each, and a run with a result
//! for each.
//!
//! Owns the spread of values, the plan that stands on the screen, and how far a run has come. Pure: who is read and
//! sent when is decided in `update::bulk`, what a plan is and how fast a run goes in `crate::plan`; drawn in `ui`.

use super::event::{JobId, Ticket};
use super::model::{ListId, Model, Tone};
use super::outcome::{Headline, brief};
use crate::catalog::{Catalog, SchemaId};
use crate::draft::{Draft, Entity, Severity};
use crate::odata::{EntityKey, Failure, Target};
use crate::plan::{Line, Pace, Plan, Planned};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Names one change of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BulkId(pub u64);

impl BulkId {
    /// The target of the form that stands for all of them. Its key is no key of any PBX and is never sent.
    pub fn target(self, list: &ListId) -> Target {
        let key = EntityKey::Text(format!("* {}", self.0).into());
        Target { pbx: list.pbx.clone(), resource: list.resource.as_str().into(), key: Some(key) }
    }
}

/// One of the many.
#[derive(Debug, Clone, PartialEq)]
pub struct One {
    /// Which entity.
    pub target: Target,
    /// What it is called.
    pub label: String,
    /// What was read of it.
    pub read: Reading,
}

/// How far the read of one has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Not asked for yet.
    Waiting,
    /// Asked for.
    Asked(Ticket),
    /// Here.
    Here(Entity),
    /// Not to be had.
    Failed(Failure),
}

/// Many entities that are changed alike.
#[derive(Debug)]
pub struct Bulk {
    /// Its name.
    pub id: BulkId,
    /// The list they were marked in.
    pub list: ListId,
    /// Their schema.
    pub schema: SchemaId,
    /// The entities, frozen when the form was opened, in the order of the list.
    pub ones: Vec<One>,
    /// Values by field, the most frequent first, once all are read.
    pub spread: HashMap<String, Vec<(Value, usize)>>,
    /// What would be sent, once it was asked for.
    pub plan: Option<Proposed>,
    /// What was sent.
    pub run: Option<Run>,
}

/// A plan on the screen.
#[derive(Debug)]
pub struct Proposed {
    /// What would be sent.
    pub plan: Plan,
    /// The frame from which on it can have been seen.
    pub since: u64,
    /// The selected line.
    pub at: usize,
}

/// How one of a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It waits for its turn.
    Waiting,
    /// It was handed over; the ledger knows the rest.
    Job(JobId),
    /// Nothing was to be sent.
    Nothing,
    /// The run was stopped before its turn came.
    Skipped,
}

/// What was sent: a result for each entity, which stays.
#[derive(Debug)]
pub struct Run {
    /// For each of the many, in their order.
    pub lines: Vec<Sent>,
    /// How fast it goes.
    pub pace: Pace,
    /// No new ones are started.
    pub paused: bool,
    /// The selected line.
    pub at: usize,
}

impl Bulk {
    /// How many are read, whether or not they could be.
    pub fn read(&self) -> usize {
        self.ones.iter().filter(|one| matches!(one.read, Reading::Here(_) | Reading::Failed(_))).count()
    }

    /// Puts the values of all beside each other, and returns what they have in common: the baseline of the common form.
    pub fn compare(&mut self, catalog: &Catalog) -> Entity {
        let mut common = Entity::new();
        let entities: Vec<&Entity> = self
            .ones
            .iter()
            .filter_map(|one| if let Reading::Here(entity) = &one.read { Some(entity) } else { None })
            .collect();
        for field in &catalog.schema(self.schema).fields {
            let mut values: Vec<(Value, usize)> = Vec::new();
            let mut known: HashMap<String, usize> = HashMap::new();
            for value in entities.iter().filter_map(|entity| entity.get(field.name)) {
                let at = *known.entry(value.to_string()).or_insert_with(|| {
                    values.push((value.clone(), 0));
                    values.len() - 1
                });
                values[at].1 += 1;
            }
            values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            if let [(value, count)] = values.as_slice()
                && *count == entities.len()
            {
                common.insert(field.name.to_owned(), value.clone());
            }
            if !values.is_empty() {
                self.spread.insert(field.name.to_owned(), values);
            }
        }
        common
    }

    /// What would be sent to each if `edits` were made to all.
    pub fn plan(&self, catalog: &Catalog, edits: &[(String, Value)]) -> Plan {
        let schema = catalog.schema(self.schema);
        let planned = |one: &One| {
            let entity = match &one.read {
                Reading::Here(entity) => entity.clone(),
                Reading::Failed(failure) => return Planned::Blocked(failure.problem(catalog, Some(schema)).what),
                Reading::Waiting | Reading::Asked(_) => return Planned::Blocked("It has not been read.".to_owned()),
            };
            let mut draft = Draft::new(catalog, schema, one.target.clone(), one.label.clone(), entity);
            for (field, value) in edits {
                draft.set(field, value.clone());
            }
            match draft.change_set(catalog) {
                Ok(changes) if changes.is_empty() => Planned::AlreadySo,
                Ok(changes) => Planned::Change(Arc::new(changes)),
                Err(issues) => {
                    let first = issues.into_iter().find(|issue| issue.severity == Severity::Error);
                    Planned::Blocked(first.map_or_else(String::new, |issue| issue.message))
                }
            }
        };
        let line = |one: &One| Line { target: one.target.clone(), label: one.label.clone(), planned: planned(one) };
        let lines = self.ones.iter().map(line).collect();
        Plan { lines, fields: edits.iter().map(|(field, _)| field.clone()).collect() }
    }
}

impl Run {
    /// A run of what a plan says, with nothing sent yet.
    pub fn new(plan: &Plan) -> Self {
        let line = |line: &Line| match line.planned {
            Planned::Change(_) => Sent::Waiting,
            Planned::AlreadySo | Planned::Blocked(_) | Planned::LeftOut(_) => Sent::Nothing,
        };
        Self { lines: plan.lines.iter().map(line).collect(), pace: Pace::default(), paused: false, at: 0 }
    }

    /// How many wait for their turn.
    pub fn waiting(&self) -> usize {
        self.lines.iter().filter(|line| **line == Sent::Waiting).count()
    }
}

/// What became of one of many, in few words.
pub fn result(model: &Model, catalog: &Catalog, line: Sent) -> Headline {
    let plain = |text: &str| Headline { tone: Tone::Plain, text: text.to_owned() };
    match line {
        Sent::Waiting => plain("waits"),
        Sent::Nothing => plain("nothing to send"),
        Sent::Skipped => Headline { tone: Tone::Bad, text: "skipped: the run was stopped".to_owned() },
        Sent::Job(id) => model.job(id).map_or_else(|| plain(""), |job| brief(job, catalog)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::PbxId;
    use crate::plan::Counts;
    use serde_json::json;

    fn bulk(entities: &[Value]) -> Bulk {
        let catalog = Catalog::shipped();
        let list = ListId { pbx: PbxId::new("acme"), resource: "Users".to_owned() };
        let ones = entities
            .iter()
            .enumerate()
            .map(|(at, entity)| One {
                target: Target {
                    pbx: list.pbx.clone(),
                    resource: "Users".into(),
                    key: Some(EntityKey::Int(at as i64)),
                },
                label: format!("20{at}"),
                read: match entity {
                    Value::Object(entity) => Reading::Here(entity.clone()),
                    _ => Reading::Failed(Failure::misconfigured("gone")),
                },
            })
            .collect();
        let schema = catalog.schema_named("User").unwrap();
        Bulk { id: BulkId(1), list, schema, ones, spread: HashMap::new(), plan: None, run: None }
    }

    #[test]
    fn a_plan_says_who_changes_who_is_so_already_and_who_is_blocked() {
        let catalog = Catalog::shipped();
        let mut bulk = bulk(&[
            json!({"Number": "200", "VMEnabled": false, "Language": "EN"}),
            json!({"Number": "201", "VMEnabled": true, "Language": "EN"}),
            json!("unreadable"),
            json!({"Number": "203", "VMEnabled": false, "Language": "EN"}),
        ]);
        let common = bulk.compare(catalog);
        assert_eq!(common.get("Language"), Some(&json!("EN")));
        assert_eq!(common.get("VMEnabled"), None, "a mixed value is nobody's baseline");
        assert_eq!(bulk.spread["VMEnabled"], [(json!(false), 2), (json!(true), 1)]);
        let mut plan = bulk.plan(catalog, &[("VMEnabled".into(), json!(true))]);
        assert_eq!(plan.counts(), Counts { change: 2, already: 1, blocked: 1, left_out: 0 });
        let Planned::Change(changes) = &plan.lines[0].planned else { panic!("{:?}", plan.lines) };
        assert_eq!(changes.body_shown(), json!({"VMEnabled": true}), "only what differs is sent");
        plan.leave_out(0);
        assert_eq!(plan.counts().left_out, 1);
        assert_eq!(Run::new(&plan).waiting(), 1);
        plan.leave_out(0);
        assert_eq!(Run::new(&plan).waiting(), 2);
    }

    #[test]
    fn a_wrong_value_blocks_everybody_and_sends_nothing() {
        let catalog = Catalog::shipped();
        let mut bulk = bulk(&[json!({"VMEmailOptions": "None"}), json!({"VMEmailOptions": "Attachment"})]);
        bulk.compare(catalog);
        let plan = bulk.plan(catalog, &[("VMEmailOptions".into(), json!("Carrier pigeon"))]);
        assert_eq!(plan.counts(), Counts { blocked: 2, ..Counts::default() });
    }
}
