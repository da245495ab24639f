//! What refers to an entity, asked of the PBX before it is deleted.
//!
//! Owns how far is looked: the first rows of each place. What cannot be read is named, and stops nothing: it is an answer
//! to a question, not a condition.

use super::Client;
use super::read::{fitting, with_query};
use crate::draft::{Aim, Place, Referrers};
use crate::odata::{Failure, Target, envelope};
use serde_json::Value;

/// The largest page a PBX gives.
const TOP: usize = 100;
/// Pages that are looked at of one resource; a question waits for the answer.
const PAGES: usize = 10;

impl Client {
    /// Looks for what refers to an entity: a line for each resource that can.
    ///
    /// # Errors
    /// When the entity belongs to another PBX.
    pub async fn referring(&self, target: &Target, number: Option<&str>) -> Result<Vec<Referrers>, Failure> {
        self.see_that_own(target)?;
        let Some(aim) = Aim::of(self.catalog(), target, number) else { return Ok(Vec::new()) };
        // One after the other: a question is no reason to press a PBX.
        let mut found = Vec::new();
        for place in aim.places() {
            found.push(self.look_in(&aim, &place).await);
        }
        Ok(found)
    }

    async fn look_in(&self, aim: &Aim<'_>, place: &Place<'static>) -> Referrers {
        let mut found = Referrers { resource: place.resource.name, labels: Vec::new(), whole: false };
        let Some(list) = place.resource.read.map(|id| self.catalog().operation(id)) else { return found };
        let roles = self.catalog().roles(place.resource);
        let plain = |field: &&str| !field.contains('/');
        let label: Vec<&str> = roles.label.iter().copied().filter(plain).collect();
        let mut select: Vec<&str> = place.plan.select.iter().map(String::as_str).collect();
        let known = place.resource.key.as_ref().map(|key| key.name);
        for field in known.into_iter().chain(roles.number).chain(label.iter().copied()) {
            if !select.contains(&field) {
                select.push(field);
            }
        }
        for page in 0..PAGES {
            let mut query = fitting(list.options, select.clone(), place.plan.expand.clone());
            if list.options.page {
                (query.top, query.skip) = (Some(TOP), (page > 0).then_some(page * TOP));
            }
            query.orderby = known.filter(|_| list.options.orderby).map(str::to_owned).into_iter().collect();
            let tail = with_query(place.resource.name, &query);
            let Ok(body) = self.get_json(&tail).await else { return found };
            let Ok(rows) = self.decoded(&tail, envelope::entities(&body)) else { return found };
            let last = rows.len() < TOP || !list.options.page;
            for row in rows.iter().filter(|row| !aim.is_self(place.resource, row) && aim.is_in(place, row)) {
                let text = |field: &str| row.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
                let name: Vec<&str> = label.iter().filter_map(|field| text(field)).collect();
                let name = name.join(roles.label_join);
                let words =
                    roles.number.and_then(text).into_iter().chain(Some(name.as_str()).filter(|n| !n.is_empty()));
                found.labels.push(words.collect::<Vec<_>>().join(" "));
            }
            if last {
                found.whole = true;
                break;
            }
        }
        found
    }
}
