//! A week inside an object: its days, the times of each, and a day with other times.
//!
//! Owns how times of a day are written on one line (`09:00-12:00, 13:00-17:00`). A period that stays keeps whatever
//! else the PBX has in it; nothing is written of a day that nobody touched.

use super::super::list::fold;
use super::Level;
use crate::catalog::{FieldKind, Week};
use crate::draft::week::{Times, shown};
use crate::draft::{Slot, Step, blank, text};
use crate::order;
use serde_json::Value;

impl Level<'_> {
    /// Where the parts of a week lie, if this is one.
    pub fn week(&self) -> Option<Week> {
        self.catalog.week(self.schema()?).filter(|_| !self.nested.table)
    }

    /// The days by wire name, in the order in which people count them.
    pub fn days(&self) -> Vec<&'static str> {
        let Some((week, slot)) = self.week().zip(self.periods()) else { return Vec::new() };
        let day = slot.element().member(self.catalog, week.day);
        let crate::catalog::Type::Enum(id) = day.ty() else { return Vec::new() };
        let mut days = self.catalog.enumeration(*id).members.clone();
        // The wire's week begins with the day of rest.
        if !days.is_empty() {
            days.rotate_left(1);
        }
        days
    }

    /// What people call a day.
    pub fn day_title(&self, day: &str) -> String {
        let slot = self.week().zip(self.periods()).map(|(week, p)| p.element().member(self.catalog, week.day));
        match slot.map(|slot| slot.ty()) {
            Some(crate::catalog::Type::Enum(id)) => self.catalog.member_title(*id, day).into_owned(),
            _ => day.to_owned(),
        }
    }

    /// The list of periods.
    fn periods(&self) -> Option<Slot<'static>> {
        Some(self.slot.member(self.catalog, self.week()?.periods))
    }

    /// The times of a day, of what stands here or of what the PBX had.
    pub fn times(&self, value: Option<&Value>, day: &str) -> Times {
        let Some(week) = self.week() else { return Vec::new() };
        let all = value.and_then(|v| v.get(week.periods)).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let text = |period: &Value, name: &str| period.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let of_day = all.iter().filter(|p| p.get(week.day).and_then(Value::as_str) == Some(day));
        let mut times: Times = of_day.map(|p| (text(p, week.start), text(p, week.end))).collect();
        order::by(&mut times, Ord::cmp);
        times
    }

    /// The list of periods with other times on a day.
    pub fn with_times(&self, day: &str, times: &Times) -> Option<Value> {
        let (week, slot) = self.week().zip(self.periods())?;
        let all = self.value.and_then(|v| v.get(week.periods)).and_then(Value::as_array);
        let mut old: Vec<Value> = all.cloned().unwrap_or_default();
        let is_day = |p: &Value| p.get(week.day).and_then(Value::as_str) == Some(day);
        let same = |p: &Value, (start, end): &(String, String)| {
            p.get(week.start).and_then(Value::as_str) == Some(start)
                && p.get(week.end).and_then(Value::as_str) == Some(end)
        };
        old.retain(|p| !is_day(p) || times.iter().any(|t| same(p, t)));
        for time in times {
            if old.iter().any(|p| is_day(p) && same(p, time)) {
                continue;
            }
            let mut new = blank(self.catalog, &slot.element());
            for (name, text) in [(week.day, day), (week.start, &time.0), (week.end, &time.1)] {
                if let Some(members) = new.as_object_mut() {
                    members.insert(name.to_owned(), Value::from(text));
                }
            }
            let behind = old.iter().rposition(is_day).map_or(old.len(), |at| at + 1);
            old.insert(behind, new);
        }
        Some(Value::Array(old))
    }

    /// The way to the list of periods, from the field.
    pub fn periods_steps(&self) -> Vec<Step> {
        let mut steps = self.nested.steps.clone();
        steps.extend(self.week().map(|week| Step::Member(week.periods.to_owned())));
        steps
    }

    /// The days that stand before the times or behind them: `Mon-Fri 9-17`, `10-12 Sat, Sun`, `all 8-20`; and the times.
    pub fn read_days<'t>(&self, typed: &'t str) -> (Vec<&'static str>, &'t str) {
        let typed = typed.trim();
        let digit = |c: char| c.is_ascii_digit();
        let (first, last) = (typed.find(digit).unwrap_or(typed.len()), typed.rfind(digit).map_or(0, |at| at + 1));
        let (before, behind) = (&typed[..first], &typed[last.max(first)..]);
        let (names, times) = match before.trim().is_empty() {
            true => (behind, &typed[first..last.max(first)]),
            false => (before, &typed[first..]),
        };
        let days = self.days();
        let named = |name: &str| {
            let name = fold(name.trim());
            let is = |day: &&'static str| fold(day).starts_with(&name) || fold(&self.day_title(day)).starts_with(&name);
            if name.chars().count() < 2 { None } else { days.iter().position(is) }
        };
        let mut found: Vec<&'static str> = Vec::new();
        for piece in names.split([',', ' ']).map(|piece| piece.trim_matches([':', ' '])).filter(|p| !p.is_empty()) {
            let range = match piece.split_once(['-', '–']) {
                _ if fold(piece) == "all" => Some((0, days.len().saturating_sub(1))),
                Some((first, last)) => named(first).zip(named(last)),
                None => named(piece).map(|day| (day, day)),
            };
            match range {
                Some((first, last)) if first <= last => found.extend(&days[first..=last]),
                // From Saturday to Monday goes over the end of the week.
                Some((first, last)) => found.extend(days[first..].iter().chain(&days[..=last])),
                // No day: it is said what belongs there.
                None => return (Vec::new(), typed),
            }
        }
        (found, times)
    }

    /// What is typed for a day, as times.
    ///
    /// # Errors
    /// A sentence that says what belongs there.
    pub fn read_times(&self, typed: &str) -> Result<Times, String> {
        let mut times: Times = Vec::new();
        for piece in typed.split([',', ';']).map(str::trim).filter(|piece| !piece.is_empty()) {
            let Some((from, to)) = piece.split_once(['-', '–']) else {
                return Err(format!("From and to, please, such as 09:00-17:00: \"{piece}\" is not that."));
            };
            let read = |text: &str| {
                let text = text.trim();
                let text = if text.contains(':') { text.to_owned() } else { format!("{text}:00") };
                let value = text::parse(self.catalog, &FieldKind::Time, false, &text)?;
                Ok::<String, String>(value.as_str().unwrap_or_default().to_owned())
            };
            let (from, to) = (read(from)?, read(to)?);
            if from >= to {
                return Err(format!("{} does not end after it begins.", piece));
            }
            times.push((from, to));
        }
        order::by(&mut times, Ord::cmp);
        match times.windows(2).find(|two| two[0].1 > two[1].0) {
            Some(two) => Err(format!("{} and {} overlap.", shown(&two[..1].to_vec()), shown(&two[1..].to_vec()))),
            None => Ok(times),
        }
    }
}

/// For each half hour of the day whether a time covers any of it.
pub fn bar(times: &Times) -> [bool; 48] {
    let half = |time: &str| {
        let mut parts = time.split(':').map(|part| part.parse::<usize>().unwrap_or(0));
        (parts.next().unwrap_or(0) * 60 + parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    };
    let mut bar = [false; 48];
    for (from, to) in times {
        let ((from, _), (to, seconds)) = (half(from), half(to));
        let last = (to * 60 + seconds).div_ceil(1800).min(48);
        bar[(from / 30).min(48)..last.max(from / 30).min(48)].fill(true);
    }
    bar
}
