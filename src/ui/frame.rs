//! What frames every screen: the title line, the place line, the footer, and what has to be said.

use super::canvas::Canvas;
use super::{is_covered, text};
use crate::app::bulk::{Bulk, BulkId, Run, has_failed};
use crate::app::{Ask, Form, Greeting, Layer, Load, Model, Paper, Tone, View};
use crate::catalog::{Catalog, FieldKind, number};
use crate::draft::{ChangeSet, Verb};
use crate::input::{Command, Context, Row};
use crate::odata::{FailureKind, Target};
use crate::theme::Role;

/// Which PBX this is, and whether it answers.
pub(super) fn title(model: &Model, canvas: &mut Canvas<'_>) {
    let pbx = model.pbx();
    let width = canvas.width();
    let saved = model.ledger.iter().filter(|job| job.is_saved()).count();
    let running = model.running();
    let right = match (running, saved) {
        (0, _) if model.waiting() > 0 => format!("a run waits with {} left ", number(model.waiting())),
        (0, 0) => String::new(),
        (0, 1) => "1 change saved ".to_owned(),
        (0, n) => format!("{} changes saved ", number(n)),
        (1, _) => "1 change on its way ".to_owned(),
        (n, _) => format!("{} changes on their way ", number(n)),
    };
    let room = canvas.put_right(width, 0, &right, Role::Title);
    let mut x = canvas.put_in(1, 0, &pbx.id.0, Role::TitlePbx, room);
    let dot = canvas.glyphs().dot;
    // The simulator's port is of no interest, and another one each time.
    let address = if pbx.demo { "simulator" } else { pbx.address.as_str() };
    let address = address.trim_start_matches("https://").trim_start_matches("http://");
    let mut parts = if *address == *pbx.id.0 { Vec::new() } else { vec![format!(" {dot} {address}")] };
    match &pbx.greeting {
        Greeting::Waiting => parts.push("   connecting".to_owned()),
        Greeting::Here(Some(build)) => parts.push(format!("   {build}")),
        Greeting::Here(None) => {}
        Greeting::Failed(failure) => parts.push(match failure.kind {
            FailureKind::SignInRefused | FailureKind::TokenTaken | FailureKind::Misconfigured(_) => {
                "   not signed in".to_owned()
            }
            FailureKind::NoRights => "   no rights".to_owned(),
            FailureKind::ServerError | FailureKind::Busy => "   not ready".to_owned(),
            _ => "   offline".to_owned(),
        }),
    }
    if !pbx.client.is_empty() {
        parts.push(format!("   API client {}", pbx.client));
        if let Some(role) = highest(pbx.catalog, &pbx.roles) {
            parts.push(format!(" {dot} {role}"));
        }
    }
    // What is at the right stays apart; what does not fit whole beside it is not begun.
    let room = if right.is_empty() { room } else { room.saturating_sub(2) };
    for (nth, part) in parts.into_iter().enumerate() {
        // But for the address, which is cut: its beginning tells it from others.
        if nth > 0 && usize::from(x) + text::width(&part) > usize::from(room) {
            break;
        }
        x = canvas.put_in(x, 0, &part, Role::Title, room.saturating_sub(x));
    }
    if pbx.insecure {
        canvas.put_in(x, 0, "   certificate not checked", Role::Danger, room.saturating_sub(x));
    }
}

/// The highest of the roles that help desks know, as the web console calls it.
fn highest(catalog: &Catalog, roles: &[String]) -> Option<&'static str> {
    let known = catalog.choices("roles");
    known.iter().find(|(wire, _)| roles.iter().any(|r| r == wire)).map(|(_, title)| *title)
}

/// Where on the PBX this is, and how complete what is shown is.
pub(super) fn place(model: &Model, canvas: &mut Canvas<'_>) {
    let width = canvas.width();
    let (place, state, role) = match model.view() {
        Some(View::List(id)) => (title_of(model, &id.resource), list_state(model), Role::Muted),
        Some(View::Operations(id, _)) => {
            (title_of(model, &id.resource), "no list; what can be called".to_owned(), Role::Muted)
        }
        Some(View::Form(target)) => {
            let form = model.forms.get(target);
            let changed = form.map_or(0, |f| f.changed());
            let (place, state, role) = match (form.map(|f| &f.load), changed) {
                (_, 0) if form.is_some_and(Form::is_new) => {
                    (path(model, target, ""), "what is left empty the PBX fills in".to_owned(), Role::Muted)
                }
                (Some(Load::Loading(_)), 0) => (path(model, target, ""), "reading".to_owned(), Role::Muted),
                (Some(Load::Done(at)), 0) if !at.0.is_empty() => {
                    (path(model, target, ""), format!("as of {}", at.0), Role::Muted)
                }
                (_, 0) => (path(model, target, ""), String::new(), Role::Muted),
                (_, n) => {
                    (path(model, target, ""), format!("{n} changed {} not sent", canvas.glyphs().dot), Role::FieldDirty)
                }
            };
            (place, narrowed(state, form.map_or("", |form| &form.find), canvas), role)
        }
        Some(View::Nested(nested)) => {
            let state = match model.forms.get(&nested.target).map_or(0, |form| form.changed()) {
                0 => String::new(),
                n => format!("{n} changed {} not sent", canvas.glyphs().dot),
            };
            (super::nested::crumbs(model, nested), narrowed(state, &nested.find, canvas), Role::FieldDirty)
        }
        Some(View::Editor(editor)) => {
            let state = match editor.issues.len() {
                0 if editor.area.is_long() => "too long to be typed in".to_owned(),
                0 => String::new(),
                1 => "1 problem".to_owned(),
                n => format!("{n} problems"),
            };
            let role = if editor.issues.is_empty() { Role::Muted } else { Role::NoticeError };
            (path(model, &editor.target, &field_title(model, &editor.target, &editor.field)), state, role)
        }
        Some(View::Preview(preview)) if preview.change_set.verb == Verb::Call => {
            (called(model, &preview.change_set), "nothing is sent yet".to_owned(), Role::Muted)
        }
        Some(View::Preview(preview)) => {
            let set = &preview.change_set;
            (path_of(model, &set.target, [&set.label, "preview"]), "nothing is sent yet".to_owned(), Role::Muted)
        }
        Some(View::Conflict(target, _)) => {
            (path(model, target, "changed on the PBX meanwhile"), "nothing was sent".to_owned(), Role::NoticeError)
        }
        Some(View::Look(preview)) => {
            (path(model, &preview.change_set.target, &preview.change_set.label), "to look at".to_owned(), Role::Muted)
        }
        Some(View::Plan(id)) => (many(model, *id), "nothing is sent yet".to_owned(), Role::Muted),
        Some(View::Run(id)) => (many(model, *id), String::new(), Role::Muted),
        Some(View::Compare(compare)) => (
            format!("{} › two side by side", title_of(model, &compare.sides[0].target.resource)),
            String::new(),
            Role::Muted,
        ),
        Some(View::Answer(answered)) => {
            let state = match &answered.load {
                Load::Loading(_) => "asking".to_owned(),
                Load::Done(at) if !at.0.is_empty() => format!("as of {}", at.0),
                Load::Done(_) | Load::Failed(_) => String::new(),
            };
            (called(model, &answered.call), state, Role::Muted)
        }
        Some(View::Requests { .. }) => ("Requests of this session".to_owned(), String::new(), Role::Muted),
        Some(View::History(history)) => {
            ("What was done".to_owned(), format!("{} shown", history.runs.len()), Role::Muted)
        }
        Some(View::Drafts(_)) => {
            let count = match model.offered.len() {
                1 => "1 kept".to_owned(),
                n => format!("{n} kept"),
            };
            ("Edits that were not sent".to_owned(), count, Role::Muted)
        }
        Some(View::Past(past)) => (format!("What was done › {}", past.run.about()), String::new(), Role::Muted),
        Some(View::Changes(_)) => ("Changes of this session".to_owned(), String::new(), Role::Muted),
        None => (String::new(), String::new(), Role::Muted),
    };
    let state_at = canvas.put_right(width.saturating_sub(1), 1, &state, role);
    let room = usize::from(state_at.saturating_sub(2));
    // Where one stands is at the end: what does not fit is left out at the beginning.
    let mut rest = place.as_str();
    while !text::fits(rest, room.saturating_sub(4))
        && !text::fits(&place, room)
        && let Some((_, behind)) = rest.split_once(" › ")
    {
        rest = behind;
    }
    let cut = if rest.len() < place.len() { format!("{} › {rest}", canvas.glyphs().ellipsis) } else { place.clone() };
    canvas.put_in(1, 1, &cut, Role::Title, room as u16);
}

/// The state of a form, and what its fields are narrowed to: as a list says it of its filter. Whoever talks in lines has
/// said so and need not hear it with each answer.
fn narrowed(state: String, find: &str, canvas: &Canvas<'_>) -> String {
    match (find.is_empty() || canvas.is_aloud(), state.is_empty()) {
        (true, _) => state,
        (false, true) => format!("find: {find}"),
        (false, false) => format!("{state} {} find: {find}", canvas.glyphs().dot),
    }
}

/// What people call a field of a form.
pub(super) fn field_title(model: &Model, target: &Target, field: &str) -> String {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let schema = model.forms.get(target).map(|form| catalog.schema(form.schema));
    let known = schema.and_then(|schema| Some((schema, schema.field(field)?)));
    known.map_or_else(|| field.to_owned(), |(schema, field)| catalog.note(schema, field).title.into_owned())
}

fn many(model: &Model, id: BulkId) -> String {
    model.bulk(id).map_or_else(String::new, |bulk| {
        let (catalog, count) = (model.pbx_of(&bulk.list.pbx).catalog, bulk.ones.len());
        let title = catalog.resource_title(&bulk.list.resource);
        match (&bulk.undoing, &bulk.resumed) {
            (Some(undoing), _) => format!("{title} › taking change {} back", undoing.run.0),
            (_, Some(resumed)) => format!("{title} › going on with change {}", resumed.run.0),
            (None, None) => format!("{title} › {} together", catalog.so_many(&bulk.list.resource, count)),
        }
    })
}

fn title_of(model: &Model, resource: &str) -> String {
    model.catalog().resource_title(resource).into_owned()
}

/// Which operation of what this is.
fn called(model: &Model, call: &ChangeSet) -> String {
    let catalog = model.pbx_of(&call.target.pbx).catalog;
    let title = call.operation(catalog).map_or_else(String::new, |o| catalog.operation_title(o).into_owned());
    let place = catalog.resource_title(&call.target.resource);
    match call.label == *place {
        true => format!("{place} › {title}"),
        false => format!("{place} › {} › {title}", call.label),
    }
}

fn path(model: &Model, target: &Target, last: &str) -> String {
    path_of(model, target, [model.forms.get(target).map_or("", |f| &f.label), last])
}

fn path_of(model: &Model, target: &Target, parts: [&str; 2]) -> String {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let resource = catalog.call(&target.resource).map_or(&*target.resource, |operation| operation.resource());
    let mut path = catalog.resource_title(resource).into_owned();
    let mut before = path.clone();
    for part in parts {
        if !part.is_empty() && *part != before {
            path = format!("{path} › {part}");
            part.clone_into(&mut before);
        }
    }
    path
}

fn list_state(model: &Model) -> String {
    let Some((_, list)) = model.list() else { return String::new() };
    let shown = list.view.shown().len();
    let loaded = list.rows.len();
    let mut state = match (&list.load, list.count, list.window) {
        (Load::Failed(_), _, _) if loaded == 0 => return "not read".to_owned(),
        (Load::Loading(_), _, _) if list.next.is_some() => {
            format!("{} of {} · reading again", number(shown), number(loaded))
        }
        (Load::Loading(_), Some(count), _) => format!(
            "{} of {} · reading {} of {}",
            number(shown),
            number(loaded),
            number(loaded),
            number(count as usize)
        ),
        (Load::Loading(_), None, _) => "reading".to_owned(),
        (Load::Failed(_), _, _) if loaded == 0 => return "not read".to_owned(),
        (_, _, Some(_)) => format!("{} of the newest {}", number(shown), number(loaded)),
        (Load::Done(_), Some(count), _) if !list.complete => {
            format!("{} of {} · not complete: the PBX counts {}", number(shown), number(loaded), number(count as usize))
        }
        (Load::Done(_), None, _) if !list.complete => {
            format!("{} of {} · not complete: the PBX does not say how many", number(shown), number(loaded))
        }
        _ => format!("{} of {}", number(shown), number(loaded)),
    };
    match list.marked() {
        (0, _) => {}
        (n, 0) => state.push_str(&format!(" · {} marked", number(n))),
        (n, hidden) => state.push_str(&format!(" · {} marked, {} hidden by the filter", number(n), number(hidden))),
    }
    if let Load::Failed(_) = list.load {
        state.push_str(" · not complete");
    }
    let filter = list.view.filter();
    if !filter.is_empty() {
        state.push_str(&format!(" · filter: {filter}"));
    }
    state
}

/// The keys that matter now; or the line that is being typed.
pub(super) fn footer(model: &Model, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let y = canvas.height() - 1;
    let mut x = 1;
    let cursor = None;
    if let Some(Layer::Line(ask, line)) = model.layers.last() {
        let (name, after) = match ask {
            Ask::Filter => ("filter: ", "   ⏎ keep   Esc clear   Tab complete   name=value looks in one column"),
            Ask::Field => ("find: ", "   ⏎ keep   Esc all fields"),
            Ask::Count(_) => ("type how many are sent to: ", "   ⏎ send   Esc back"),
            Ask::Image => ("image file: ", "   ⏎ read   Tab complete   Esc keep the old"),
            Ask::Path(Paper::Results(_)) => ("write to: ", "   ⏎ write   Esc back   .csv or .json"),
            Ask::Path(_) => ("write to: ", "   ⏎ write   Esc back"),
            Ask::Plan => ("open the plan: ", "   ⏎ open   Esc back   sends nothing"),
            Ask::Search => ("search: ", "   ⏎ search   Esc back   person, field, day, ticket"),
            Ask::Ticket => ("ticket: ", "   ⏎ keep   Esc back"),
            Ask::Number => ("go to number: ", "   ⏎ open   Esc stay"),
        };
        let (before, behind) = line.split();
        x = canvas.put(x, y, name, Role::FooterKey);
        x = canvas.put(x, y, before, Role::Text);
        let cursor = canvas.on_screen(x, y);
        x = canvas.put(x, y, behind, Role::Text);
        canvas.put(x + 1, y, &canvas.glyphs().hint(after), Role::FooterText);
        return cursor;
    }
    let context = model.context();
    let mut hints: Vec<(String, &str, Command)> = Vec::new();
    for row in model.keymap.footer(context) {
        if let Some(key) = model.keymap.hint(context, row).filter(|_| worth_showing(model, row.command)) {
            let key = canvas.glyphs().hint(&key).into_owned();
            hints.push((key, hint_title(model, context, row), row.command));
        }
    }
    if context == Context::List {
        hints.push(("0-9".to_owned(), "go to number", Command::Open));
    }
    // The way back is never the hint that finds no room.
    let needed = |(key, title, _): &(String, &str, Command)| text::width(key) + text::width(title) + 4;
    let back: usize = hints.iter().filter(|(_, _, c)| *c == Command::Back).map(needed).sum();
    // Behind the last one there need be no gap.
    let room = (usize::from(canvas.width()) + 2).saturating_sub(back);
    let mut used = 0;
    hints.retain(|hint| {
        let fits = hint.2 == Command::Back || used + needed(hint) <= room;
        used += if fits && hint.2 != Command::Back { needed(hint) } else { 0 };
        fits
    });
    for (key, title, _) in &hints {
        x = canvas.put(x, y, key, Role::FooterKey);
        x = canvas.put(x + 1, y, title, Role::FooterText) + 3;
    }
    cursor
}

/// What a key does, in the words of the place where it is shown.
fn hint_title(model: &Model, context: Context, row: &Row) -> &'static str {
    match (row.command, model.layers.last()) {
        (Command::Yes | Command::Open, Some(Layer::Consent(consent))) => match consent.change_set.verb {
            Verb::Call => "run",
            Verb::Change | Verb::Create | Verb::Delete => "delete",
        },
        (Command::Back, Some(Layer::Consent(consent))) => match consent.change_set.verb {
            Verb::Call => "leave it",
            Verb::Change | Verb::Create | Verb::Delete => "keep it",
        },
        (Command::Yes, Some(Layer::Question(asked))) => asked.words(model).1,
        (Command::Back, Some(Layer::Question(asked))) => asked.words(model).2,
        (Command::SwitchJson, _) if super::nested::is_markup(model) => match context {
            Context::Editor => "as table",
            _ => "as text",
        },
        (Command::Open, _) if context == Context::Form && super::nested::opens(model) => "open",
        (Command::Open, _) if matches!(model.view(), Some(View::Requests { .. })) => "whole line",
        (Command::Edit, _) if model.list().is_some_and(|(_, list)| !list.marks.is_empty()) => "edit the marked",
        (Command::Batches, _) if is_in_batches(model) => "one by one",
        (Command::Pause, _) if is_held(model) => "go on",
        (Command::Send, _) if context == Context::Plan && !is_to_send(model) => "end it",
        (Command::Back, _) if context == Context::Editor => "back (kept)",
        (Command::Back, _) if context == Context::Preview && is_undo(model) => "leave it",
        (Command::Back, _) if context == Context::Preview => "keep editing",
        (Command::TakeOver, _) if is_taken(model) => "leave it alone",
        (Command::Back, None) if is_narrowed(model) => "all fields",
        (Command::Back, _) if context == Context::Form => "leave",
        (Command::Back, _) if matches!(context, Context::Table | Context::Part) => "up",
        (Command::Back, _) if context == Context::List => "clear",
        _ => row.title,
    }
}

/// The fields of the form or level on the screen are narrowed: the first Esc shows them all.
fn is_narrowed(model: &Model) -> bool {
    match model.view() {
        Some(View::Form(target)) => model.forms.get(target).is_some_and(|form| !form.find.is_empty()),
        Some(View::Nested(nested)) => !nested.find.is_empty(),
        _ => false,
    }
}

/// The preview is that of a change that is taken back.
fn is_undo(model: &Model) -> bool {
    model.aside.as_ref().is_some_and(|aside| aside.intent.undoes.is_some())
}

/// The selected field goes back over what somebody else did.
fn is_taken(model: &Model) -> bool {
    let left = model.aside.as_ref().and_then(|aside| aside.left.get(aside.choice()?));
    left.is_some_and(|left| left.taken)
}

/// What the run on the screen did is a change of something, which can be taken back.
fn can_be_undone(model: &Model) -> bool {
    let Some(View::Run(id)) = model.view() else { return false };
    let is_change = |bulk: &Bulk| bulk.operation(model.pbx_of(&bulk.list.pbx).catalog).is_none();
    is_over(model) && model.bulk(*id).is_some_and(is_change)
}

/// The plan on the screen sends something.
fn is_to_send(model: &Model) -> bool {
    matches!(model.view(), Some(View::Plan(id)) if model.bulk(*id).is_some_and(has_some))
}

/// The plan on the screen is to go in batches.
fn is_in_batches(model: &Model) -> bool {
    let Some(View::Plan(id)) = model.view() else { return false };
    let offer = model.bulk(*id).and_then(|bulk| bulk.plan.as_ref()?.offer);
    offer.is_some_and(|offer| offer.taken)
}

fn has_some(bulk: &Bulk) -> bool {
    bulk.plan.as_ref().is_some_and(|shown| shown.plan.changes().next().is_some())
}

/// Somebody in the run on the screen did not get it, and can be sent to again.
fn can_be_retried(model: &Model) -> bool {
    matches!(model.view(), Some(View::Run(id)) if model.bulk(*id).is_some_and(|bulk| has_failed(model, bulk)))
}

/// The run on the screen waits for a key.
fn is_held(model: &Model) -> bool {
    let Some(View::Run(id)) = model.view() else { return false };
    let run = model.bulk(*id).and_then(|bulk| bulk.run.as_ref());
    run.is_some_and(|run| run.paused || run.halt.is_some())
}

/// The run on the screen has come to its end.
fn is_over(model: &Model) -> bool {
    let Some(View::Run(id)) = model.view() else { return false };
    model.bulk(*id).and_then(|bulk| bulk.run.as_ref()).is_some_and(Run::is_over)
}

fn worth_showing(model: &Model, command: Command) -> bool {
    let (is_list, context) = (matches!(model.view(), Some(View::List(_))), model.context());
    match command {
        // Esc in a list only clears the filter: no hint without one.
        Command::Back if is_list && context == Context::List => {
            model.list().is_some_and(|(_, l)| !l.view.filter().is_empty() || !l.marks.is_empty())
        }
        // What the PBX does not offer is no hint.
        Command::Create | Command::Edit if context == Context::List && !is_offered(model, command) => false,
        // Of what is not there nothing can be opened or marked.
        Command::Open | Command::Edit | Command::Mark if context == Context::List => {
            model.list().is_some_and(|(_, list)| !list.view.shown().is_empty())
        }
        Command::Open if context == Context::Sidebar => true,
        Command::Generate => model.layers.is_empty() && super::form::types_secret(model),
        Command::ShowSecret if context == Context::Answer => super::answer::has_secret(model),
        Command::ShowSecret => model.form().is_some_and(|form| {
            let catalog = model.pbx_of(&form.target.pbx).catalog;
            let schema = catalog.schema(form.schema);
            schema.field(&form.field).is_some_and(|field| catalog.note(schema, field).secret)
        }),
        Command::Ticket => match model.view() {
            Some(View::Form(target)) => model.forms.get(target).is_some_and(|form| form.job.is_some()),
            Some(View::Changes(_)) => !model.ledger.is_empty(),
            Some(View::Run(_)) => true,
            _ => false,
        },
        Command::Open if matches!(model.view(), Some(View::Compare(_) | View::Look(_))) => false,
        Command::Undo if context == Context::Rows => {
            matches!(model.view(), Some(View::History(_) | View::Past(_) | View::Changes(_)))
        }
        Command::UndoOne => match model.view() {
            Some(View::Past(past)) => past.entries.len() > 1,
            _ => can_be_undone(model),
        },
        // While the many are read there is nothing to be sent, looked at or left out.
        Command::Send if context == Context::Plan => {
            let Some(View::Plan(id)) = model.view() else { return true };
            // Where nothing is left of what was cut off, that is said with the same key.
            model.bulk(*id).is_some_and(|bulk| has_some(bulk) || bulk.plan.is_some() && bulk.resumed.is_some())
        }
        Command::Open | Command::LeaveOut | Command::ToFile if context == Context::Plan => {
            let Some(View::Plan(id)) = model.view() else { return true };
            let is_file = |bulk: &Bulk| command != Command::ToFile || bulk.operation(model.catalog()).is_none();
            model.bulk(*id).is_some_and(|bulk| bulk.plan.is_some() && is_file(bulk))
        }
        Command::Batches => {
            let Some(View::Plan(id)) = model.view() else { return false };
            model.bulk(*id).and_then(|bulk| bulk.plan.as_ref()).is_some_and(|shown| shown.offer.is_some())
        }
        Command::Undo if context == Context::Run => can_be_undone(model),
        Command::Actions if context == Context::Run => match model.view() {
            Some(View::Run(id)) => model.bulk(*id).is_some_and(|bulk| bulk.afterwards(model.catalog()).is_some()),
            _ => false,
        },
        Command::Retry if context == Context::Run => can_be_retried(model),
        Command::Pause | Command::Stop => !is_over(model),
        Command::NextPanel if context == Context::Run => match model.view() {
            Some(View::Run(id)) => model.bulk(*id).and_then(|b| b.run.as_ref()).is_some_and(|r| r.tally.bad > 0),
            _ => false,
        },
        Command::NextPanel if context == Context::Plan => match model.view() {
            Some(View::Plan(id)) => model
                .bulk(*id)
                .and_then(|bulk| bulk.plan.as_ref())
                .is_some_and(|shown| !shown.warnings.is_empty() || shown.plan.counts().blocked > 0),
            _ => false,
        },
        Command::TakeOver | Command::NextPanel => {
            let shown = matches!(model.view(), Some(View::Preview(_) | View::Look(_)));
            let count = model.aside.as_ref().map_or(0, |aside| aside.choices().count());
            shown && count > usize::from(command == Command::NextPanel)
        }
        Command::Attach => matches!(
            model.view(),
            Some(View::History(_) | View::Past(_) | View::Changes(_) | View::Plan(_) | View::Run(_))
        ),
        Command::Discard => matches!(model.view(), Some(View::Drafts(_))),
        Command::Find if context == Context::Rows => matches!(model.view(), Some(View::History(_))),
        Command::Compare => model.list().is_some_and(|(_, list)| list.marks.len() == 2),
        Command::Values => model.form().is_some_and(|form| form.many.is_some()),
        // Where there is little room every key is one that does something here.
        Command::Toggle if context != Context::Ticks => super::nested::selected(model) == Some(FieldKind::Bool),
        Command::OldValue if context == Context::Form => model.form().is_some_and(Form::is_field_changed),
        Command::MoveUp | Command::MoveDown => super::nested::is_ordered(model),
        Command::SwitchJson => super::nested::has_text(model),
        Command::Format | Command::Complete if context == Context::Editor => {
            matches!(model.view(), Some(View::Editor(editor)) if editor.json.is_some())
        }
        _ => true,
    }
}

/// The PBX makes new ones of the list on the screen, or takes changes of them.
fn is_offered(model: &Model, command: Command) -> bool {
    let resource = model.list().and_then(|(id, _)| model.resource(id));
    resource.is_some_and(|resource| match command {
        Command::Create => resource.create.is_some(),
        _ => resource.update.is_some(),
    })
}

/// A line for people, above the footer; long ones take more lines.
pub(super) fn notice(model: &Model, canvas: &mut Canvas<'_>) {
    let Some(notice) = &model.notice else { return };
    if is_covered(model) && notice.tone == Tone::Plain {
        return;
    }
    let role = match notice.tone {
        Tone::Good => Role::Good,
        Tone::Plain => Role::NoticeInfo,
        Tone::Bad => Role::NoticeError,
    };
    let words = canvas.glyphs().hint(&notice.text);
    let lines = text::wrap(&canvas.glyphs().text(&words), usize::from(canvas.width()).saturating_sub(4));
    let lines = &lines[..lines.len().min(5)];
    let top = canvas.height().saturating_sub(1 + lines.len() as u16);
    for (at, line) in lines.iter().enumerate() {
        let y = top + at as u16;
        let width = canvas.width();
        canvas.part(ratatui::layout::Rect { x: 0, y, width, height: 1 }).clear(Role::Text);
        canvas.put(1, y, line, role);
    }
}
