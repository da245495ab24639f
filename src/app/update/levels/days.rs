//! The week as a grid: the times of a day typed, taken away, put back.
//!
//! A day is a row of a level; what its periods are in the list beneath is known to `app::nested` alone.

use super::super::super::form::Typing;
use super::super::super::line::Line;
use super::super::super::model::Model;
use super::super::super::nested::Row;
use super::super::fields;
use super::{changeable, level};
use crate::draft::week::{Times, shown};

/// Types the times of the selected day.
pub(super) fn type_day(model: &mut Model, day: &str) {
    let Some(level) = level(model) else { return };
    let line = Line::new(&shown(&level.times(level.value, day)));
    let (field, steps) = (level.nested.field.clone(), level.row().map(|row| level.steps(row)).unwrap_or_default());
    if let Some(form) = model.form_mut() {
        form.typing = Some(Typing { field, steps, line, masked: false, issue: None });
    }
}

/// Enter on the times of a day: they become its periods. Says whether it was a day.
pub(in super::super) fn accept_day(model: &mut Model) -> bool {
    let Some(level) = level(model) else { return false };
    let (Some(Row::Day(day)), Some(typing)) = (level.row(), &level.form.typing) else { return false };
    let (days, times) = level.read_days(typing.line.text());
    match level.read_times(times) {
        Ok(times) => {
            let days = if days.is_empty() { vec![day] } else { days };
            days.into_iter().for_each(|day| set_day(model, day, &times));
            if let Some(form) = model.form_mut() {
                form.typing = None;
            }
        }
        Err(issue) => {
            if let Some(typing) = model.form_mut().and_then(|form| form.typing.as_mut()) {
                typing.issue = Some(issue);
            }
        }
    }
    true
}

fn set_day(model: &mut Model, day: &str, times: &Times) {
    let Some(level) = level(model) else { return };
    if level.times(level.value, day) == *times {
        return;
    }
    let (target, field, steps) = (level.nested.target.clone(), level.nested.field.clone(), level.periods_steps());
    let periods = level.with_times(day, times);
    fields::put(model, &target, &field, &steps, periods);
}

/// Takes every time of the selected day away, or brings back those that were read. Says whether it was a day.
pub(in super::super) fn reset_day(model: &mut Model, old: bool) -> bool {
    let Some(level) = level(model) else { return false };
    let Some(Row::Day(day)) = level.row() else { return false };
    let times = if old { level.times(level.original, day) } else { Vec::new() };
    if old || changeable(model) {
        set_day(model, day, &times);
    }
    true
}
