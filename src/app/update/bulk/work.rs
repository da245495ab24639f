//! The next piece of what is worked out of many, between two keys.
//!
//! Owns when it goes on, whether anybody still wants it, and what comes of it once it is whole. The pieces themselves are
//! `app::bulk`'s.

use super::super::super::bulk::{BulkId, Comparing, PIECE, Planning, Proposed, Source, Telling, Work};
use super::super::super::effect::Effect;
use super::super::super::event::{Clock, Timer};
use super::super::super::model::{Load, Model, Tone, View};
use super::super::super::papers::{Contents, Paper, Told};
use super::super::drafts;
use super::{back, batch, bulk_mut, calls, resume};
use crate::draft::Draft;
use std::time::Duration;

/// What became of so many is put into words between two keys.
const WORDS: usize = 100;

/// Works out more, and shows it once it is whole. Whoever has left does not want it.
pub(in crate::app::update) fn go_on(model: &mut Model, id: BulkId) -> Vec<Effect> {
    match bulk_mut(model, id).and_then(|bulk| bulk.work.take()) {
        Some(Work::Comparing(comparing)) => compare(model, id, comparing),
        Some(Work::Planning(planning)) => plan(model, id, planning),
        Some(Work::Telling(telling)) => tell_more(model, id, telling),
        None => Vec::new(),
    }
}

/// What became of each is put into words, and then written to this file.
pub(in crate::app::update) fn tell(model: &mut Model, id: BulkId, path: &str, over: bool) -> Vec<Effect> {
    let Some(bulk) = bulk_mut(model, id) else { return Vec::new() };
    let telling = Telling { path: path.to_owned(), over, told: Told::begin(bulk, path) };
    tell_more(model, id, telling)
}

fn tell_more(model: &mut Model, id: BulkId, mut telling: Telling) -> Vec<Effect> {
    let Some((bulk, run)) = model.bulk(id).and_then(|bulk| Some((bulk, bulk.run.as_ref()?))) else {
        return Vec::new();
    };
    if !telling.told.more(model, bulk, run, WORDS) {
        return later(model, id, Work::Telling(telling));
    }
    let Telling { path, over, told } = telling;
    vec![Effect::Write { paper: Paper::Results(id), path, contents: Contents::Told(told), over }]
}

/// The rest of it comes as soon as nothing else does.
pub(super) fn later(model: &mut Model, id: BulkId, work: Work) -> Vec<Effect> {
    if let Some(bulk) = bulk_mut(model, id) {
        bulk.work = Some(work);
    }
    vec![Effect::Start { timer: Timer::Work(id), after: Duration::ZERO }]
}

/// Puts more of the values of all beside each other; then their common form is there.
fn compare(model: &mut Model, id: BulkId, mut comparing: Comparing) -> Vec<Effect> {
    let Some(at) = model.bulks.iter().position(|bulk| bulk.id == id) else { return Vec::new() };
    let catalog = model.pbx_of(&model.bulks[at].list.pbx).catalog;
    let bulk = &mut model.bulks[at];
    if !bulk.compare_more(catalog, &mut comparing) {
        return later(model, id, Work::Comparing(comparing));
    }
    let (target, schema) = (id.target(&bulk.list), catalog.schema(bulk.schema));
    if let Some(form) = model.forms.get_mut(&target) {
        form.load = Load::Done(Clock::default());
        form.draft = Some(Draft::new(catalog, schema, target, form.label.clone(), comparing.common));
    }
    drafts::lay_upon_many(model, id);
    Vec::new()
}

fn plan(model: &mut Model, id: BulkId, mut planning: Planning) -> Vec<Effect> {
    let (since, goes_on) = (model.frame, !planning.lines.is_empty());
    if !is_wanted(model, id, &planning) {
        model.say(Tone::Plain, "The plan was left before it was whole; nothing was sent.");
        return vec![Effect::let_go(planning)];
    }
    let piece = match planning.source {
        Source::Lines(_) | Source::Back | Source::Resumed => weigh(model, id, &mut planning),
        Source::Edits(..) | Source::Calls(_) => PIECE,
    };
    let Some(at) = model.bulks.iter().position(|bulk| bulk.id == id) else { return Vec::new() };
    let pbx = model.pbx_of(&model.bulks[at].list.pbx);
    let (catalog, client, me) = (pbx.catalog, pbx.client.clone(), pbx.me.clone());
    let own = crate::plan::Own { client: &client, me: me.as_deref() };
    let is_whole = match planning.source {
        Source::Calls(_) => calls::more(&model.bulks[at], catalog, &mut planning, piece),
        Source::Edits(..) | Source::Lines(_) | Source::Back | Source::Resumed => {
            model.bulks[at].plan_more(catalog, &mut planning, piece, own)
        }
    };
    let all = model.bulks[at].ones.len();
    if !is_whole {
        model.say(Tone::Plain, format!("Planning {} of {all} …", planning.lines.len()));
        return later(model, id, Work::Planning(planning));
    }
    if goes_on {
        model.notice = None;
    }
    let is_resumed = matches!(planning.source, Source::Resumed);
    let (plan, edits, warnings) = planning.end();
    let counts = plan.counts();
    if is_resumed && counts.change == 0 {
        model.say(Tone::Plain, "Nothing of it is left to send: y ends it as it stands, Esc leaves it for now.");
    }
    let shown = Proposed { plan, edits, warnings, since, at: 0, offer: None };
    let before = bulk_mut(model, id).and_then(|bulk| bulk.plan.replace(shown));
    if !model.views.iter().any(|view| matches!(view, View::Plan(shown) if *shown == id)) {
        model.views.push(View::Plan(id));
    }
    // All of it is there: nobody has to say anything to that.
    if is_resumed && counts.already > 0 && counts.already == all {
        return resume::end(model, id);
    }
    batch::offer(model, id);
    before.map(Effect::let_go).into_iter().collect()
}

/// How so many more stand that were planned or changed once, from this one on: as much as is worked out at one go.
fn weigh(model: &mut Model, id: BulkId, planning: &mut Planning) -> usize {
    let (first, all) = (planning.lines.len(), model.bulk(id).map_or(0, |bulk| bulk.ones.len()));
    let (mut at, mut done) = (first, 0);
    while at < all && done < PIECE {
        let alike = &mut planning.alike;
        let cost = match &mut planning.source {
            Source::Lines(lines) => {
                let line = lines.as_mut_slice().get_mut(at - first);
                line.and_then(|line| resume::compare(model, id, at, line))
            }
            _ => back::weigh(model, id, at, alike).or_else(|| resume::weigh(model, id, at, alike)),
        };
        done += cost.unwrap_or(1);
        at += 1;
    }
    at - first
}

/// What is planned is what stands on the screen. A plan that came from no form is there as long as its many are.
fn is_wanted(model: &Model, id: BulkId, planning: &Planning) -> bool {
    let Some(bulk) = model.bulk(id) else { return false };
    if !matches!(planning.source, Source::Edits(..)) {
        return true;
    }
    let target = id.target(&bulk.list);
    let on_screen = matches!(model.view(), Some(View::Form(top)) if *top == target)
        || matches!(model.view(), Some(View::Nested(nested)) if nested.target == target);
    let draft = model.forms.get(&target).and_then(|form| form.draft.as_ref());
    on_screen && model.layers.is_empty() && draft.is_some_and(|draft| planning.is_of(draft))
}
