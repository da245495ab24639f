//! Many that are changed alike by one call for several of them: whether a plan can go so, and what that gives up.
//!
//! Owns the rule: everybody gets exactly the same plain values, and nothing that only one may have. Which call there is
//! the catalog tells. Also owns what the end of a batch means for the pace. Sends nothing.

use super::pace::{alike, failure_of};
use super::{Next, Pace, Plan};
use crate::catalog::{Catalog, Schema, Type};
use crate::draft::{ChangeSet, Outcome, Payload, Slot, Verb};
use crate::odata::Failure;
use std::time::Duration;

/// For fewer nothing is gained: the first one goes alone, and each batch is read before and after.
const FEWEST: usize = 3;

/// A plan that can go in batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batches {
    /// How many go together.
    pub at_once: usize,
}

/// A field that is not as it should be after the first one.
#[derive(Debug, Clone, PartialEq)]
pub struct Unlike {
    /// The property.
    pub field: String,
    /// What was sent; or, where nothing was, what was there before.
    pub wanted: Payload,
    /// What is there.
    pub is: Payload,
}

/// What the first one shows of a call that changes several.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// Nobody looked, or nothing came of it that could be looked at.
    Open,
    /// All of it is as it should be, and everything else as it was.
    Good,
    /// These fields are not as they should be.
    Unlike(Vec<Unlike>),
}

impl Batches {
    /// What is gained and what is given up, for people.
    pub fn words(self) -> String {
        format!(
            "In batches of {}, after the first one alone, of whom everything is compared. The PBX then answers for a \
             batch, not for each: if it refuses one, others of that batch may be left out. All of them are read before \
             their batch and again after it; between batches it can be paused.",
            self.at_once
        )
    }
}

impl Plan {
    /// Whether all that is sent can go in batches.
    ///
    /// # Errors
    /// Why not, as a sentence.
    pub fn batches(&self, catalog: &Catalog, resource: &str) -> Result<Batches, String> {
        let title = catalog.resource_many(resource, 0);
        let known = catalog.resource(resource);
        let Some((many, schema)) = known.and_then(|r| Some((catalog.change_many(r)?, catalog.entity(r)?))) else {
            return Err(format!("The PBX has no call that changes several {title} at once."));
        };
        let count = self.changes().count();
        let Some(first) = self.changes().next().filter(|_| count >= FEWEST) else {
            return Err(format!("That pays for {FEWEST} or more, and {count} would be sent."));
        };
        if let Some(other) = self.changes().find(|set| set.verb != Verb::Change || set.target.key.is_none()) {
            return Err(format!("{} is no change of what is there already; that goes one by one.", other.label));
        }
        for field in first.fields() {
            if let Some(why) = unfit(catalog, schema, field) {
                let title = schema.field(field).map(|known| catalog.note(schema, known).title.into_owned());
                return Err(format!("{} {why}; that goes one by one.", title.unwrap_or_else(|| field.to_owned())));
            }
        }
        if let Some(other) = self.changes().find(|set| !same(first, set)) {
            return Err(format!("{} gets something else than {}; that goes one by one.", other.label, first.label));
        }
        Ok(Batches { at_once: many.at_once })
    }
}

/// Why a field cannot be given to several at once.
fn unfit(catalog: &Catalog, schema: &Schema, name: &str) -> Option<&'static str> {
    let Some(field) = schema.field(name) else { return Some("is not known to the catalog") };
    let note = catalog.note(schema, field);
    let plain = match &field.ty {
        Type::Object(_) | Type::List(_) | Type::Binary | Type::Opaque => false,
        Type::Bool
        | Type::Integer { .. }
        | Type::Decimal
        | Type::Text { .. }
        | Type::DateTime
        | Type::Date
        | Type::Time
        | Type::Duration
        | Type::Uuid
        | Type::Enum(_) => !note.image && note.markup.is_none() && !field.navigation,
    };
    if Slot::of(catalog, schema, name).is_secret() {
        Some("is a secret")
    } else if !plain {
        Some("is no plain value")
    } else if note.unique.is_some() || note.free.is_some() {
        Some("may belong to one only")
    } else {
        None
    }
}

/// The same is sent to both.
fn same(a: &ChangeSet, b: &ChangeSet) -> bool {
    a.schema == b.schema
        && a.changes.len() == b.changes.len()
        && a.changes.iter().zip(&b.changes).all(|(a, b)| a.field == b.field && a.after.value() == b.after.value())
}

impl Pace {
    /// A batch has ended: what follows, and which of its members have their turn again. The PBX answers a batch once, so
    /// what went wrong counts once, whomever it befell.
    pub fn note_batch(&mut self, took: Duration, outcomes: &[&Outcome]) -> (Next, Vec<bool>) {
        let mut noted: Vec<(&Failure, Next)> = Vec::new();
        let mut left = outcomes.len();
        for outcome in outcomes {
            let Some(failure) = failure_of(outcome) else { continue };
            if !noted.iter().any(|(known, _)| alike(known, failure)) {
                // Its time is that of all of them.
                let (count, took) = if noted.is_empty() { (left, took) } else { (0, Duration::ZERO) };
                noted.push((failure, self.note_together(count, took, outcome)));
                left = 0;
            }
        }
        if let (true, Some(first)) = (noted.is_empty(), outcomes.first()) {
            let good = outcomes.iter().find(|outcome| outcome.is_good()).unwrap_or(first);
            self.note_together(left, took, good);
        }
        let again = |outcome: &&Outcome| {
            let failure = failure_of(outcome);
            failure.is_some_and(|f| noted.iter().any(|(known, next)| next.again && alike(known, f)))
        };
        let again = outcomes.iter().map(again).collect();
        let mut all = Next::default();
        for (_, next) in noted {
            all.wait = all.wait.max(next.wait);
            all.halt = all.halt.or(next.halt);
            all.again |= next.again;
        }
        (all, again)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Halt, Line, Planned, Tempo};
    use super::*;
    use crate::draft::{Draft, Seen};
    use crate::odata::{EntityKey, FailureKind, PbxId, Reach, Target};
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn line(resource: &str, key: i64, before: &Value, after: &Value) -> Line {
        let catalog = Catalog::shipped();
        let schema = catalog.entity(catalog.resource(resource).unwrap()).unwrap();
        let target = Target { pbx: PbxId::new("acme"), resource: resource.into(), key: Some(EntityKey::Int(key)) };
        let mut baseline = before.as_object().unwrap().clone();
        baseline.insert("Id".to_owned(), json!(key));
        let mut draft = Draft::new(catalog, schema, target.clone(), format!("2{key}"), baseline);
        for (field, value) in after.as_object().unwrap() {
            draft.set(field, value.clone());
        }
        let set = draft.change_set(catalog).unwrap();
        let planned = if set.is_empty() { Planned::AlreadySo } else { Planned::Change(Arc::new(set)) };
        Line { target, label: format!("2{key}"), planned }
    }

    fn plan(resource: &str, all: &[(Value, Value)]) -> Plan {
        Plan::of((50..).zip(all).map(|(key, (before, after))| line(resource, key, before, after)).collect())
    }

    /// Of each what was there and what is to be.
    type Lines = Vec<(Value, Value)>;

    #[test]
    fn the_same_plain_values_for_three_or_more_can_go_in_batches() {
        let off = json!({"VMEnabled": false, "Mobile": "1"});
        let on = json!({"VMEnabled": true, "Mobile": "1"});
        let to = json!({"VMEnabled": true});
        let both = json!({"VMEnabled": true, "Mobile": "2"});
        let cases: [(&str, Lines, Result<usize, &str>); 10] = [
            ("Users", vec![(off.clone(), to.clone()); 3], Ok(50)),
            ("Users", [vec![(off.clone(), both.clone()); 3], vec![(on.clone(), to.clone())]].concat(), Ok(50)),
            // Who has a part of it already would be sent less than the others.
            (
                "Users",
                [vec![(off.clone(), both.clone()); 3], vec![(on.clone(), both.clone())]].concat(),
                Err("253 gets something else than 250"),
            ),
            ("Users", vec![(off.clone(), to.clone()); 2], Err("3 or more, and 2 would be sent")),
            ("Users", vec![(on, to.clone()); 9], Err("3 or more, and 0 would be sent")),
            (
                "Users",
                ["a", "b", "c"].map(|to| (json!({"FirstName": "x"}), json!({"FirstName": to}))).to_vec(),
                Err("251 gets something else"),
            ),
            ("Users", vec![(json!({}), json!({"VMPIN": "1234"})); 3], Err("is a secret")),
            ("Users", vec![(json!({"Tags": []}), json!({"Tags": ["AI"]})); 3], Err("Tags is no plain value")),
            (
                "Users",
                vec![(json!({"EmailAddress": "a@x"}), json!({"EmailAddress": "b@x"})); 3],
                Err("may belong to one only"),
            ),
            (
                "Groups",
                vec![(json!({"Language": "EN"}), json!({"Language": "DE"})); 3],
                Err("no call that changes several departments"),
            ),
        ];
        for (resource, lines, wanted) in cases {
            let got = plan(resource, &lines).batches(Catalog::shipped(), resource);
            match (wanted, &got) {
                (Ok(at_once), Ok(batches)) => assert_eq!(batches.at_once, at_once),
                (Err(words), Err(why)) => assert!(why.contains(words), "{why}"),
                _ => panic!("{wanted:?} {got:?}"),
            }
        }
        let mut plan = plan("Users", &vec![(off, to); 3]);
        plan.leave_out(1);
        assert!(plan.batches(Catalog::shipped(), "Users").is_err(), "who is left out does not count");
    }

    #[test]
    fn new_ones_go_one_by_one() {
        let catalog = Catalog::shipped();
        let mut plan = plan("Users", &vec![(json!({"VMEnabled": false}), json!({"VMEnabled": true})); 4]);
        let Planned::Change(set) = &mut plan.lines[2].planned else { panic!() };
        Arc::make_mut(set).target.key = None;
        Arc::make_mut(set).verb = Verb::Create;
        assert!(plan.batches(catalog, "Users").unwrap_err().contains("no change of what is there"));
    }

    fn saved() -> Outcome {
        Outcome::Saved { fields: Vec::new(), answer_was_lost: false }
    }

    fn failed(kind: FailureKind) -> Failure {
        Failure::new(kind, "POST /xapi/v1/Users/Pbx.BulkUpdate")
    }

    const QUICK: Duration = Duration::from_millis(100);

    #[test]
    fn a_refused_batch_counts_once_whomever_it_befell() {
        let mut pace = Pace::new(Tempo { at_once: 1, stop_after: 3 });
        let refused = Outcome::Refused(failed(FailureKind::Refused).with_status(400));
        let (good, conflict) = (saved(), Outcome::Conflict(Vec::new()));
        let batch = [&good, &conflict, &refused, &refused, &refused, &refused];
        for _ in 0..2 {
            assert_eq!(pace.note_batch(QUICK, &batch), (Next::default(), vec![false; 6]));
        }
        assert!(matches!(pace.note_batch(QUICK, &batch).0.halt, Some(Halt::Alike(3, _))));
        pace.go_on();
        pace.note_batch(QUICK, &batch);
        assert_eq!(pace.note_batch(QUICK, &[&good, &conflict]).0, Next::default());
        pace.note_batch(QUICK, &batch);
        assert_eq!(pace.note_batch(QUICK, &batch).0.halt, None, "a good batch came in between");
        assert_eq!((pace.ended(), pace.rate()), (38, Some(38.0 / 0.7)), "everybody counts in the rate");
    }

    #[test]
    fn a_busy_pbx_and_a_dropped_line_give_those_they_befell_another_turn() {
        let mut pace = Pace::new(Tempo { at_once: 1, stop_after: 3 });
        let mut busy = failed(FailureKind::Busy).with_status(429);
        busy.retry_after = Some(Duration::from_secs(7));
        let (good, busy, none) = (saved(), Outcome::Refused(busy), Outcome::Conflict(Vec::new()));
        let (next, again) = pace.note_batch(QUICK, &[&good, &busy, &none, &busy]);
        assert_eq!((next.wait, next.halt, again), (Some(Duration::from_secs(7)), None, vec![false, true, false, true]));
        let down = Outcome::NotSent(failed(FailureKind::Unreachable(Reach::Refused)));
        let (next, again) = pace.note_batch(QUICK, &[&down, &none]);
        assert!(matches!(next.halt, Some(Halt::Line(_))), "{next:?}");
        assert_eq!(again, [true, false]);
        let unseen = Seen::Unreadable(failed(FailureKind::Truncated));
        let lost = Outcome::NotConfirmed { failure: failed(FailureKind::Lost), seen: unseen };
        assert_eq!(pace.note_batch(QUICK, &[&good, &lost]).1, [false, true], "read first, then sent");
    }
}
