//! The way of a change: preview, yes, job, outcome; and conflicts that wait for a decision.

use super::super::bulk::{self, Sent};
use super::super::effect::{Effect, PbxTask};
use super::super::event::{Clock, JobId, Stage, Ticket};
use super::super::model::{Job, Model, Preview, Purpose, Tone, View};
use super::super::outcome::{self, headline};
use super::{call, create, editor, fields, history, levels, places, remove};
use crate::draft::{Change, ChangeSet, Draft, Outcome, Severity, Verb};
use crate::odata::Failure;
use crate::plan::{EntryId, Intent, Kind, Proof, RunId, alone};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Shows exactly what would be sent, or says what stands in the way.
pub(super) fn preview(model: &mut Model) -> Vec<Effect> {
    if matches!(model.view(), Some(View::Editor(_))) {
        editor::keep_editor(model);
        model.views.pop();
    }
    let Some(form) = model.form() else { return Vec::new() };
    let target = form.target.clone();
    if let Some(many) = form.many.filter(|_| form.unfinished.is_empty()) {
        return super::bulk::plan(model, many);
    }
    if form.is_call() && form.unfinished.is_empty() {
        return call::preview(model, &target);
    }
    if !form.conflicts.is_empty() {
        model.views.push(View::Conflict(target, 0));
        return Vec::new();
    }
    if let Some((field, unfinished)) = form.unfinished.iter().next() {
        let (field, text) = (field.clone(), format!("Not valid JSON yet: {}", unfinished.issue));
        fields::go_to(model, &field);
        model.say(Tone::Bad, text);
        return Vec::new();
    }
    if form.job.and_then(|id| model.job(id)).is_some_and(|job| job.outcome.is_none()) {
        model.say(Tone::Plain, format!("The last change to {} is still on its way.", form.label));
        return Vec::new();
    }
    let catalog = model.pbx_of(&target.pbx).catalog;
    match form.draft.as_ref().map(|draft| draft.change_set(catalog)) {
        None => model.say(Tone::Plain, "Nothing to send: this is still being read."),
        Some(Ok(change_set)) if change_set.is_empty() => {
            model.say(Tone::Plain, "Nothing is changed, so there is nothing to send.");
        }
        Some(Ok(change_set)) => {
            let pbx = model.pbx_of(&target.pbx);
            let resource = catalog.resource(&target.resource).filter(|_| change_set.verb != Verb::Call);
            let beside = |field: &str| model.forms.get(&target)?.draft.as_ref()?.original(field).cloned();
            let warnings = resource.map(|resource| alone(catalog, resource, &change_set, &beside, pbx.own()));
            let warnings = warnings.unwrap_or_default();
            model.aside = None;
            let preview = Preview { warnings, ..Preview::of(change_set, model.frame) };
            model.views.push(View::Preview(Box::new(preview)));
        }
        Some(Err(issues)) => {
            let first = issues.iter().find(|i| i.severity == Severity::Error).or(issues.first());
            if let Some((field, message)) = first.map(|i| (i.field.clone(), i.message.clone())) {
                fields::go_to(model, &field);
                model.say(Tone::Bad, message);
            }
        }
    }
    Vec::new()
}

/// Yes to the preview: counts only if the preview had reached the terminal before the key was read.
pub(super) fn send(model: &mut Model) -> Vec<Effect> {
    let Some(View::Preview(preview)) = model.views.last() else { return Vec::new() };
    if !model.was_seen(preview.since) {
        model.say(Tone::Plain, "Here is what would be sent; y sends it.");
        return Vec::new();
    }
    let change_set = preview.change_set.clone();
    if change_set.is_empty() {
        model.say(Tone::Plain, "Nothing is chosen to go back, so there is nothing to send.");
        return Vec::new();
    }
    if call::is_grave(model.pbx_of(&change_set.target.pbx).catalog, &change_set) {
        call::consent(model, change_set);
        return Vec::new();
    }
    model.views.pop();
    agreed(model, change_set, None)
}

/// Hands a write over that was agreed to, with what there is to say of it.
pub(super) fn agreed(model: &mut Model, change_set: ChangeSet, undoes: Option<RunId>) -> Vec<Effect> {
    let aside = model.aside.take().filter(|aside| aside.is_about(&change_set));
    match undoes.map(|run| Intent { undoes: Some(run), ..Intent::of(Kind::Undo) }).or(aside.map(|aside| aside.intent)) {
        Some(intent) => dispatch_as(model, change_set, intent),
        None => dispatch(model, change_set),
    }
}

/// Hands a write over: from here on the ledger has it.
pub(super) fn dispatch(model: &mut Model, change_set: ChangeSet) -> Vec<Effect> {
    let (job, change_set) = hand_over(model, change_set);
    vec![Effect::Pbx(PbxTask::Save { job, change_set, entry: None, of_run: None })]
}

/// The same with something to say of it: that is written down first.
fn dispatch_as(model: &mut Model, change_set: ChangeSet, intent: Intent) -> Vec<Effect> {
    let (job, change_set) = hand_over(model, change_set);
    let (ticket, pbx) = (model.ticket(Purpose::BeginOne(job)), change_set.target.pbx.clone());
    vec![Effect::Pbx(PbxTask::Begin { ticket, pbx, intent, changes: vec![change_set] })]
}

/// What was to be written down before it is sent is written down, or is not and may not be sent.
pub(super) fn begun(
    model: &mut Model,
    ticket: Ticket,
    result: Result<(RunId, Vec<EntryId>), Failure>,
    at: Clock,
) -> Vec<Effect> {
    let id = match model.accept(ticket, true) {
        Some(Purpose::BeginOne(id)) => id,
        Some(Purpose::Begin(bulk)) => return super::bulk::begun(model, bulk, result),
        _ => return Vec::new(),
    };
    match result {
        Ok((run, entries)) => {
            let Some(job) = model.job_mut(id) else { return Vec::new() };
            job.written = entries.first().map(|entry| (run, *entry));
            let change_set = Arc::clone(&job.change_set);
            let entry = entries.first().copied();
            vec![Effect::Pbx(PbxTask::Save { job: id, change_set, entry, of_run: None })]
        }
        Err(failure) => ended(model, id, Outcome::NotSent(failure), at, Duration::ZERO),
    }
}

fn hand_over(model: &mut Model, change_set: ChangeSet) -> (JobId, Arc<ChangeSet>) {
    // What it came to is told in the form.
    let form = call::form_target(model, &change_set);
    levels::leave_all(model, &form);
    model.views.retain(|view| !matches!(view, View::Preview(preview) if preview.change_set == change_set));
    model.next += 1;
    let id = JobId(model.next);
    if let Some(form) = model.forms.get_mut(&form) {
        form.job = Some(id);
        form.refused.clear();
        form.revealed.clear();
    }
    let change_set = Arc::new(change_set);
    model.ledger.push(Job {
        id,
        change_set: Arc::clone(&change_set),
        stage: Stage::Waiting,
        outcome: None,
        written: None,
    });
    model.hints.clear();
    (id, change_set)
}

/// A write stands in the journal under this name.
pub(super) fn written_down(model: &mut Model, id: JobId, run: RunId, entry: EntryId) -> Vec<Effect> {
    if let Some(job) = model.job_mut(id) {
        job.written = Some((run, entry));
    }
    Vec::new()
}

/// A write has come further.
pub(super) fn stage(model: &mut Model, id: JobId, stage: Stage) -> Vec<Effect> {
    super::bulk::has_begun(model, id);
    if let Some(job) = model.job_mut(id) {
        job.stage = stage;
    }
    Vec::new()
}

/// A write has ended. The ledger keeps what it came to; the form takes what concerns it.
pub(super) fn ended(model: &mut Model, id: JobId, outcome: Outcome, at: Clock, took: Duration) -> Vec<Effect> {
    super::bulk::has_begun(model, id);
    let Some(job) = model.job_mut(id) else { return Vec::new() };
    job.outcome = Some((outcome.clone(), at.clone()));
    let change_set = job.change_set.clone();
    let target = change_set.target.clone();
    let catalog = model.pbx_of(&target.pbx).catalog;
    let in_run = super::bulk::is_sending(model, id);
    let home = call::form_target(model, &change_set);
    let on_screen = matches!(model.view(), Some(View::Form(top)) if *top == home);
    let mut effects = super::bulk::ended(model, id, &outcome, took);
    match outcome {
        Outcome::Created { key, .. } if in_run => super::bulk::created(model, id, key),
        Outcome::Created { key, .. } => effects.extend(create::created(model, id, &target, key)),
        Outcome::Deleted(gone) => remove::deleted(model, &target, &gone),
        Outcome::Called(_) if in_run => {}
        Outcome::Called(answer) => {
            effects.extend(call::called(model, &change_set, answer, &at));
            // Where the entity is on the screen, it is told there.
            if let Some(form) = model.forms.get_mut(&target) {
                form.job = Some(id);
            }
        }
        // Of those who were to be deleted some may be gone.
        Outcome::NotConfirmed { .. } if outcome::is_deletion(catalog, &change_set) => {
            effects.extend(call::renew(model, &target));
        }
        outcome => effects.extend(into_form(model, change_set, outcome, on_screen)),
    }
    let told_by_form = on_screen && matches!(model.view(), Some(View::Form(_) | View::Conflict(..)));
    if !told_by_form
        && !in_run
        && let Some(job) = model.job(id)
    {
        let line = headline(job, catalog);
        model.say(line.tone, line.text);
        effects.extend(history::again(model));
    }
    effects
}

/// Writes that were sent together have ended, each with what became of it.
pub(super) fn ended_together(
    model: &mut Model,
    outcomes: Vec<(JobId, Outcome)>,
    proof: Proof,
    at: &Clock,
    took: Duration,
) -> Vec<Effect> {
    for (id, outcome) in &outcomes {
        if let Some(job) = model.job_mut(*id) {
            job.outcome = Some((outcome.clone(), at.clone()));
        }
    }
    let mut effects = super::bulk::ended_together(model, &outcomes, proof, took);
    for (id, outcome) in outcomes {
        let Some(change_set) = model.job(id).map(|job| Arc::clone(&job.change_set)) else { continue };
        let on_screen = matches!(model.view(), Some(View::Form(top)) if *top == change_set.target);
        effects.extend(into_form(model, change_set, outcome, on_screen));
    }
    effects
}

/// What a write came to, in the form it was sent from.
fn into_form(model: &mut Model, change_set: Arc<ChangeSet>, outcome: Outcome, on_screen: bool) -> Vec<Effect> {
    let target = call::form_target(model, &change_set);
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(form) = model.forms.get_mut(&target) else { return Vec::new() };
    match outcome {
        Outcome::Saved { .. } | Outcome::Altered { .. } => {
            form.conflicts.clear();
            form.settled = Some(Arc::clone(&change_set));
            if on_screen {
                call::offer(model, &change_set);
            }
            return places::read_form(model, &target);
        }
        Outcome::NotConfirmed { .. } => return places::read_form(model, &target),
        Outcome::Refused(failure) | Outcome::NotSent(failure) => {
            let mut refused = failure.problem(catalog, Some(catalog.schema(form.schema))).fields;
            for (field, words) in &mut refused {
                // A complaint about something inside a value belongs to the field that holds it.
                if catalog.schema(form.schema).field(field).is_none()
                    && let Some(holder) = change_set.holding(field)
                {
                    *words = format!("{field}: {words}");
                    holder.clone_into(field);
                }
            }
            if let Some((first, _)) = refused.iter().find(|(f, _)| catalog.schema(form.schema).field(f).is_some()) {
                form.find.clear();
                form.field.clone_from(first);
            }
            form.refused = refused;
        }
        // What was to be deleted is something else by now: there is nothing to decide, only to look at.
        Outcome::Conflict(_) if change_set.verb == Verb::Delete => return places::read_form(model, &target),
        Outcome::Conflict(conflicts) => {
            form.conflicts = conflicts;
            if on_screen {
                model.views.push(View::Conflict(target, 0));
            }
        }
        Outcome::Blocked(issues) => {
            if let Some(first) = issues.first() {
                form.find.clear();
                form.field.clone_from(&first.field);
            }
            form.refused = issues.into_iter().map(|i| (i.field, i.message)).collect();
        }
        Outcome::Created { .. } | Outcome::Deleted(_) | Outcome::Called(_) => {}
    }
    Vec::new()
}

impl ChangeSet {
    /// The field whose new value has a member of this name somewhere inside; the only field there is, otherwise.
    fn holding(&self, member: &str) -> Option<&str> {
        fn has(value: &Value, member: &str) -> bool {
            match value {
                Value::Object(map) => map.iter().any(|(name, v)| name == member || has(v, member)),
                Value::Array(all) => all.iter().any(|v| has(v, member)),
                _ => false,
            }
        }
        let inside = |change: &&Change| change.after.shown().is_some_and(|value| has(&value, member));
        let only = self.changes.first().filter(|_| self.changes.len() == 1);
        Some(self.changes.iter().find(inside).or(only)?.field.as_str())
    }
}

impl Draft {
    /// Forgets the edits that were sent and not edited again since: what the PBX made of them is the truth now.
    pub(in crate::app) fn settle(&mut self, sent: &ChangeSet) {
        for change in &sent.changes {
            if self.value(&change.field) == change.after.value().as_deref() {
                self.revert(&change.field);
            }
        }
    }
}

/// Decides the selected conflict: keep mine, or take what is on the PBX.
pub(super) fn decide(model: &mut Model, mine: bool) -> Vec<Effect> {
    let Some(View::Conflict(target, at)) = model.views.last_mut() else { return Vec::new() };
    let target = target.clone();
    let Some(form) = model.forms.get_mut(&target) else { return Vec::new() };
    if *at < form.conflicts.len() {
        let conflict = form.conflicts.remove(*at);
        *at = (*at).min(form.conflicts.len().saturating_sub(1));
        if !mine && let Some(draft) = &mut form.draft {
            draft.revert(&conflict.field);
        }
    }
    if !form.conflicts.is_empty() {
        return Vec::new();
    }
    let left = form.changed();
    model.views.pop();
    let next = match left {
        0 => "Nothing of yours is left to send; this is how it is on the PBX now.",
        _ => "Read afresh; ^S shows what would be sent now.",
    };
    model.say(Tone::Plain, next);
    places::read_form(model, &target)
}

/// Copies what was done as text for a ticket.
pub(super) fn ticket(model: &mut Model) -> Vec<Effect> {
    let job = match model.view() {
        Some(View::Form(target)) => model.forms.get(target).and_then(|form| form.job).and_then(|id| model.job(id)),
        Some(View::Changes(at)) => model.ledger.get(*at),
        _ => None,
    };
    let text = match (model.view(), job) {
        (_, Some(job)) => Some(outcome::ticket(model, job)),
        (Some(View::Run(id)), None) => {
            model.bulk(*id).and_then(|bulk| Some((bulk, bulk.run.as_ref()?))).map(|(bulk, run)| {
                let pbx = model.pbx_of(&bulk.list.pbx);
                let first = run.lines.iter().find_map(|line| match line {
                    Sent::Job(id) => model.job(*id),
                    _ => None,
                });
                let mut text = first.map_or_else(String::new, |job| {
                    let fields: Vec<&str> = job.change_set.fields().collect();
                    format!("{}: {} changed for {}\n", pbx.id, fields.join(", "), bulk.ones.len())
                });
                for (one, line) in bulk.ones.iter().zip(&run.lines) {
                    text.push_str(&format!("{}: {}\n", one.label, bulk::result(model, pbx.catalog, *line).text));
                }
                text
            })
        }
        _ => None,
    };
    match text {
        Some(text) => {
            model.not_copied = Some(text.clone());
            vec![Effect::Copy(text)]
        }
        None => {
            let words = match model.view() {
                Some(View::History(_) | View::Past(_)) => "Of what this console sent F4 has the text for a ticket (t).",
                _ => "Nothing was sent from here yet, so there is nothing for a ticket.",
            };
            model.say(Tone::Plain, words);
            Vec::new()
        }
    }
}

/// Copies what is selected.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    let text = match model.view() {
        Some(View::List(id)) => model.lists.get(id).and_then(|l| l.view.selected()).map(|row| model.row_label(id, row)),
        Some(View::Form(_)) => fields::selected(model).and_then(|selected| {
            let form = model.form()?;
            if selected.note.secret {
                return form.revealed.get(selected.field.name)?.as_ref().map(|shown| shown.0.clone());
            }
            match form.draft.as_ref()?.value(selected.field.name)? {
                Value::String(text) => Some(text.clone()),
                value => Some(value.to_string()),
            }
        }),
        Some(View::Preview(preview)) => Some(curl(model, &preview.change_set)),
        Some(View::Answer(answered)) => call::copy(answered, model.catalog()),
        _ => None,
    };
    model.not_copied = None;
    match text {
        Some(text) => vec![Effect::Copy(text)],
        None => {
            model.say(Tone::Plain, "There is nothing to copy here.");
            Vec::new()
        }
    }
}

/// The request as a curl command: the token is the reader's to put in, secrets stay dots.
fn curl(model: &Model, change_set: &ChangeSet) -> String {
    let pbx = model.pbx_of(&change_set.target.pbx);
    let path = change_set.path(pbx.catalog).unwrap_or_default();
    let body = change_set.previewed_body(pbx.catalog);
    let quote = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let body = body.map_or_else(String::new, |body| {
        format!(" -H 'Content-Type: application/json' -d {}", quote(&body.to_string()))
    });
    format!(
        "curl -X {} {} -H \"Authorization: Bearer $TOKEN\"{body}",
        change_set.method(pbx.catalog),
        quote(&format!("{}/xapi/v1/{}", pbx.address, path.trim_start_matches('/'))),
    )
}
