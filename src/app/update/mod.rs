//! One event in, effects out. The only place where the model changes.
//!
//! `mod` says which way an event or a command goes; the areas each have a file: `places` (lists, forms, the sidebar),
//! `fields` (editing in a form), `levels` (tables and forms inside a field), `choices` (what can be picked), `texts`
//! (lines, pickers, the palette), `editor` (long texts and JSON), `bulk` (many at once), `create`, `remove` and `call`, `drafts` (what outlives the console),
//! `send` (preview, jobs, conflicts), `papers` and `images` (files), `pointer` (the mouse), `replies`.

mod bulk;
mod call;
mod choices;
mod create;
mod drafts;
mod editor;
mod fields;
mod history;
mod images;
mod leave;
mod levels;
mod papers;
mod places;
mod pointer;
mod remove;
mod replies;
mod send;
mod texts;
mod undo;
mod written;

pub use create::filled_in;
pub(super) use places::{open_resource, read_list};
pub use texts::help_rows;

use super::effect::{Effect, JournalTask, PbxTask};
use super::event::{Event, Timer};
use super::model::{Ask, Layer, Model, Panel, Purpose, SidebarRow, Tone, View};
use super::palette::Palette;
use crate::draft::{Answer, Outcome};
use crate::input::{Command, Context, Key, Lookup};
use leave::{back, close, pop, quit, see_that_a_view_is_left, yes};

/// What the console does first: ask the PBX for a greeting and show the start page.
pub fn start(model: &mut Model) -> Vec<Effect> {
    let pbx = model.pbx().id.clone();
    let ticket = model.ticket(Purpose::Greet(pbx.clone()));
    let mut effects = vec![
        Effect::Pbx(PbxTask::Greet { ticket, pbx: pbx.clone(), again: false }),
        Effect::Journal(JournalTask::LookForLeftOvers(pbx.clone())),
        Effect::Journal(JournalTask::LookForDrafts(pbx)),
    ];
    if let Some(View::List(id)) = model.view() {
        effects.extend(places::load_list(model, &id.clone()));
    }
    effects
}

/// Changes the model by one event.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    model.frame += 1;
    // Pages of a list come by the hundred, and nothing is edited by what is drawn or told.
    let may_edit = !matches!(
        event,
        Event::Page { .. } | Event::Drawn(_) | Event::Requested(_) | Event::Stage { .. } | Event::Resize(..)
    );
    let mut effects = match event {
        Event::Key(key) => press(model, key),
        Event::Mouse { kind, on, .. } => pointer::pointed(model, kind, on),
        Event::Paste(text) => texts::paste(model, &text),
        Event::Run(command) => {
            (model.notice, model.clicked, model.touched) = (None, None, true);
            let context = model.context();
            run(model, context, command)
        }
        Event::Resize(columns, rows) => {
            model.size = (columns, rows);
            // What was drawn for another size has not been seen in this one, even if it reaches the terminal only now.
            model.resized = model.frame;
            Vec::new()
        }
        Event::Drawn(frame) => {
            model.drawn = model.drawn.max(frame);
            Vec::new()
        }
        Event::Timer(Timer::Rest) => places::peek(model),
        Event::Timer(Timer::HideSecrets) => {
            for form in model.forms.values_mut() {
                form.revealed.clear();
            }
            call::hide_secrets(model);
            Vec::new()
        }
        Event::Timer(Timer::GoOn(id)) => bulk::go_on(model, id),
        Event::Timer(Timer::Work(id)) => bulk::work_on(model, id),
        Event::Greeted { ticket, result } => replies::greeted(model, ticket, result),
        Event::Page { ticket, page } => replies::page(model, ticket, &page),
        Event::Listed { ticket, result, at } => replies::listed(model, ticket, result, at),
        Event::Opened { ticket, result, at } => replies::opened(model, ticket, result, at),
        Event::Unfolded(ticket) => levels::unfolded(model, ticket),
        Event::Read { ticket, result, at } => replies::read(model, ticket, result, at),
        Event::ReadSeveral { ticket, results } => replies::read_several(model, ticket, results),
        Event::Revealed { ticket, result } => replies::revealed(model, ticket, result),
        Event::Found { ticket, result } => replies::found(model, ticket, result),
        Event::Proposed { ticket, result } => create::proposed(model, ticket, result),
        Event::Referred { ticket, result } => remove::referred(model, ticket, result),
        Event::Answered { ticket, result, at } => call::answered(model, ticket, result, at),
        Event::Named { ticket, found } => images::named(model, ticket, &found),
        Event::Fetched { ticket, result } => images::fetched(model, ticket, result),
        Event::Thrown { ticket, dice } => fields::made(model, ticket, &dice),
        Event::Begun { ticket, result, at } => send::begun(model, ticket, result, at),
        Event::Told { ticket, result, at } => history::told(model, ticket, result, at),
        Event::Recollected { ticket, result } => history::recollected(model, ticket, result),
        Event::LeftOver { runs, operator } => history::left_over(model, &runs, &operator),
        Event::WrittenDown { job, run, entry } => send::written_down(model, job, run, entry),
        Event::Offered(offered) => drafts::offered(model, offered),
        Event::DraftTaken { ticket, result } => drafts::taken(model, ticket, result),
        Event::Stage { job, stage } => send::stage(model, job, stage),
        Event::Withdrawn { run, jobs } => bulk::withdrawn(model, run, &jobs),
        Event::Ended { job, outcome, at, took } => send::ended(model, job, outcome, at, took),
        Event::EndedTogether { outcomes, proof, at, took } => send::ended_together(model, outcomes, proof, &at, took),
        Event::Copied(result) => papers::copied(model, result),
        Event::PlanRead { path, result } => papers::plan_read(model, &path, result),
        Event::Written { paper, path, result } => papers::written(model, paper, &path, result),
        Event::Edited(result) => editor::take_back(model, result),
        Event::Recalled(memory) => model.recall(memory),
        Event::Requested(request) => {
            replies::requested(model, request);
            Vec::new()
        }
        Event::Say(notice) => {
            model.notice = Some(notice);
            Vec::new()
        }
        Event::Terminate => vec![Effect::Quit],
    };
    written::read(model);
    effects.extend(places::rest(model));
    if may_edit {
        effects.extend(drafts::keep(model));
    }
    effects
}

fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    (model.notice, model.clicked, model.touched) = (None, None, true);
    let context = model.context();
    if context.types(key) {
        model.pending.clear();
        return texts::typed(model, key);
    }
    model.pending.push(key);
    match model.keymap.lookup(context, &model.pending) {
        Lookup::Prefix => Vec::new(),
        Lookup::Command(command) => {
            model.pending.clear();
            let seen = |model: &Model| (model.views.len(), model.layers.len(), model.focus, model.notice.is_some());
            let before = seen(model);
            let effects = run(model, context, command);
            if effects.is_empty() && seen(model) == before && opens(model, context, command) {
                texts::nothing(model, key);
            }
            effects
        }
        Lookup::Unbound => {
            let alone = model.pending.len() == 1;
            model.pending.clear();
            if alone { texts::typed(model, key) } else { press(model, key) }
        }
    }
}

/// A command of which one sees something wherever it does anything: a screen, a question, a sentence.
fn opens(model: &Model, context: Context, command: Command) -> bool {
    use Command as C;
    let is_empty = || model.list().is_some_and(|(_, list)| list.view.shown().is_empty());
    match context {
        Context::List if is_empty() => {
            matches!(command, C::Open | C::Edit | C::Mark | C::MarkRange | C::MarkAll | C::Copy)
        }
        Context::Rows if matches!(model.view(), Some(View::Requests { .. })) => command != C::Open,
        Context::Plan | Context::Run | Context::Rows | Context::Preview => {
            use C::{Attach, Discard, Find, NextPanel, Open, Stop, TakeOver, Undo, UndoOne};
            // Where there is something to go on to, the selection moves and nothing else does.
            let is_still = || undo::choices(model) == 0 && matches!(context, Context::Rows | Context::Preview);
            matches!(command, Open | Discard | Undo | UndoOne | Attach | Find | Stop)
                || command == NextPanel && is_still()
                || command == TakeOver && context == Context::Rows
        }
        _ => false,
    }
}

/// Runs a command where it was called.
fn run(model: &mut Model, context: Context, command: Command) -> Vec<Effect> {
    match command {
        Command::Up => step(model, context, -1),
        Command::Down => step(model, context, 1),
        Command::PageUp => step(model, context, -(model.page() as isize)),
        Command::PageDown => step(model, context, model.page() as isize),
        Command::HalfPageUp => step(model, context, -(model.page() as isize / 2).max(1)),
        Command::HalfPageDown => step(model, context, (model.page() as isize / 2).max(1)),
        Command::Top => step(model, context, -ALL),
        Command::Bottom => step(model, context, ALL),
        Command::Left => sideways(model, context, false),
        Command::Right => sideways(model, context, true),
        Command::Open => open(model, context),
        Command::Edit => edit(model),
        Command::Create => create::create(model),
        Command::Actions if matches!(model.view(), Some(View::Run(_))) => bulk::afterwards(model),
        Command::Actions => remove::menu(model),
        Command::Mark => bulk::mark(model, 1),
        Command::MarkRange => bulk::mark_range(model),
        Command::MarkAll => bulk::mark_all(model, true),
        Command::MarkNone => bulk::mark_all(model, false),
        Command::Values => bulk::values(model),
        Command::LeaveOut => bulk::leave_out(model),
        Command::Batches => bulk::switch_batches(model),
        Command::Pause => bulk::pause(model),
        Command::Stop => bulk::ask_stop(model),
        Command::Retry => bulk::retry(model),
        Command::Back => back(model),
        Command::NextPanel if matches!(context, Context::Run | Context::Plan) => bulk::next_notable(model),
        Command::NextPanel if undo::next_choice(model, 1) => Vec::new(),
        Command::PreviousPanel if undo::next_choice(model, -1) => Vec::new(),
        Command::NextPanel if context == Context::Form => fields::section(model, true),
        Command::PreviousPanel if context == Context::Form => fields::section(model, false),
        Command::NextPanel if context == Context::Preview => Vec::new(),
        Command::NextPanel | Command::PreviousPanel => other_panel(model),
        Command::Find => texts::find(model),
        Command::Palette => {
            let palette = Palette::new(model);
            model.layers.push(Layer::Palette(Box::new(palette)));
            Vec::new()
        }
        Command::Help => {
            model.layers.push(Layer::Help { context, line: super::Line::default(), at: 0 });
            Vec::new()
        }
        Command::Refresh if context == Context::Answer => call::ask_again(model),
        Command::Refresh => places::refresh(model),
        Command::Copy => send::copy(model),
        Command::Ticket => send::ticket(model),
        Command::ToFile => papers::ask(model),
        Command::Resume => bulk::ask(model),
        Command::OpenPlan => papers::ask_plan(model),
        Command::Peek if model.size.0 < Model::WIDE => {
            let words = format!("The panel needs {} columns; this screen has {}.", Model::WIDE, model.size.0);
            model.say(Tone::Plain, words);
            Vec::new()
        }
        Command::Peek => {
            model.peek_on = !model.peek_on;
            model.forget_peek();
            Vec::new()
        }
        Command::SortNext => places::sort(model, false),
        Command::SortReverse => places::sort(model, true),
        Command::Toggle => match context {
            Context::Ticks => texts::tick(model),
            _ => fields::toggle(model),
        },
        Command::NotSet => fields::not_set(model),
        Command::OldValue if context == Context::Table => levels::old_element(model),
        Command::OldValue => fields::old_value(model),
        Command::AddElement => levels::add(model),
        Command::RemoveElement => levels::remove(model),
        Command::MoveUp if context == Context::Ticks => places::move_column(model, -1),
        Command::MoveDown if context == Context::Ticks => places::move_column(model, 1),
        Command::MoveUp => levels::shift(model, -1),
        Command::MoveDown => levels::shift(model, 1),
        Command::Columns => places::choose_columns(model),
        Command::SwitchJson if context == Context::Answer => call::switch(model),
        Command::SwitchJson => levels::switch(model),
        Command::Complete
            if matches!(model.layers.last(), Some(Layer::Line(Ask::Image | Ask::Plan | Ask::Path(_), _))) =>
        {
            images::complete(model)
        }
        Command::Complete if context == Context::Editor => editor::complete(model),
        Command::Complete if matches!(model.layers.last(), Some(Layer::Offers(_))) => texts::choose(model),
        Command::Complete => texts::complete(model),
        Command::ShowSecret if context == Context::Answer => call::show_secrets(model),
        Command::ShowSecret => fields::show_secret(model),
        Command::Generate => fields::make(model),
        Command::Preview => send::preview(model),
        Command::Send if context == Context::Plan => bulk::agree(model),
        Command::Send => send::send(model),
        Command::KeepMine => send::decide(model, true),
        Command::TakeTheirs => send::decide(model, false),
        Command::Format => editor::format(model),
        Command::OwnEditor if context == Context::Editor => editor::hand_over(model),
        Command::OwnEditor => editor::hand_field_over(model),
        Command::UndoText => texts::undo(model, false),
        Command::RedoText => texts::undo(model, true),
        Command::Yes => yes(model),
        Command::Changes => {
            if !matches!(model.view(), Some(View::Changes(_))) {
                model.layers.clear();
                model.views.push(View::Changes(model.ledger.len().saturating_sub(1)));
            }
            Vec::new()
        }
        Command::History => history::open(model),
        Command::Undo => undo::take_back(model),
        Command::UndoOne => undo::take_back_one(model),
        Command::TakeOver => undo::take_over(model),
        Command::Drafts => drafts::show(model),
        Command::Discard => drafts::ask_discard(model),
        Command::Attach => history::ask_ticket(model),
        Command::Compare => super::compare::open(model),
        Command::Requests => {
            if !matches!(model.view(), Some(View::Requests { .. })) {
                model.layers.clear();
                model.views.push(View::Requests { at: model.requests.len().saturating_sub(1), whole: false });
            }
            Vec::new()
        }
        Command::Mouse => pointer::switch(model),
        Command::Redraw => vec![Effect::Redraw],
        Command::Suspend => vec![Effect::Suspend],
        Command::Close => close(model),
        Command::Quit => quit(model),
    }
}

/// Further than any list is long.
const ALL: isize = isize::MAX / 2;

fn stepped(at: usize, by: isize, count: usize) -> usize {
    at.saturating_add_signed(by).min(count.saturating_sub(1))
}

fn step(model: &mut Model, context: Context, by: isize) -> Vec<Effect> {
    let page = model.page();
    match (context, model.layers.last_mut()) {
        (Context::Picker | Context::Ticks, Some(Layer::Picker(picker))) => {
            picker.at = stepped(picker.at, by, picker.shown().len());
        }
        (Context::Ticks, Some(Layer::Columns(columns))) => {
            columns.at = stepped(columns.at, by, columns.shown().len());
        }
        (Context::Picker, Some(Layer::Actions(actions))) => {
            actions.at = stepped(actions.at, by, actions.shown().len());
        }
        (Context::Picker, Some(Layer::Palette(palette))) => {
            palette.at = stepped(palette.at, by, palette.entries.len());
        }
        (Context::Picker, Some(Layer::Offers(offers))) => {
            offers.at = stepped(offers.at, by, offers.shown().len());
        }
        (Context::Picker, Some(Layer::Help { context, line, at })) => {
            *at = stepped(*at, by, texts::help_rows(&model.keymap, *context, line.text()).len());
        }
        (Context::Sidebar, _) => {
            let rows = model.sidebar.rows().len();
            model.sidebar.at = stepped(model.sidebar.at, by, rows);
        }
        (Context::List | Context::Line, _) => match model.views.last() {
            Some(View::List(id)) => {
                if let Some(list) = model.lists.get_mut(id) {
                    list.view.step(by, page);
                }
            }
            // While a value is typed the selection stays with its field.
            Some(View::Form(_)) if !model.layers.is_empty() => fields::step(model, by),
            Some(View::Nested(_)) if !model.layers.is_empty() => levels::step(model, by),
            _ => {}
        },
        (Context::Plan | Context::Run, _) => {
            bulk::step(model, context, by);
        }
        (Context::Form, _) => fields::step(model, by),
        (Context::Table | Context::Part, _) => levels::step(model, by),
        (Context::Rows | Context::Preview | Context::Conflict | Context::Answer, _) => {
            let (jobs, forms, catalog) = (model.ledger.len(), &model.forms, model.catalog());
            match model.views.last_mut() {
                Some(View::Preview(preview) | View::Look(preview)) => {
                    preview.top = preview.top.saturating_add_signed(by.clamp(-9999, 9999))
                }
                Some(View::Answer(answered)) => {
                    answered.top = answered.top.saturating_add_signed(by.clamp(-9999, 9999));
                }
                Some(View::Changes(at)) => *at = stepped(*at, by, jobs),
                Some(View::Compare(compare)) => {
                    compare.top = stepped(compare.top, by, catalog.schema(compare.schema).fields.len());
                }
                Some(View::History(history)) => history.at = stepped(history.at, by, history.runs.len()),
                Some(View::Past(past)) if past.entries.len() > 1 => {
                    past.at = stepped(past.at, by, past.entries.len());
                }
                Some(View::Past(past)) => past.top = past.top.saturating_add_signed(by.clamp(-9999, 9999)),
                Some(View::Drafts(at)) => *at = stepped(*at, by, model.offered.len()),
                Some(View::Requests { at, .. }) => *at = stepped(*at, by, model.requests.len()),
                Some(View::Conflict(target, at)) => {
                    *at = stepped(*at, by, forms.get(target).map_or(0, |f| f.conflicts.len()));
                }
                Some(View::Operations(id, at)) => {
                    *at = stepped(*at, by, catalog.resource(&id.resource).map_or(0, |r| r.operations.len()));
                }
                _ => {}
            }
        }
        _ => {}
    }
    Vec::new()
}

fn sideways(model: &mut Model, context: Context, right: bool) -> Vec<Effect> {
    match (context, right) {
        (Context::Sidebar, _) => match model.sidebar.rows().get(model.sidebar.at) {
            Some(SidebarRow::Group(group)) => {
                if right {
                    model.sidebar.folded.remove(group);
                } else {
                    model.sidebar.folded.insert(*group);
                }
                Vec::new()
            }
            Some(SidebarRow::Resource(_)) if right => open(model, context),
            Some(SidebarRow::Resource(name)) => {
                let group = model.sidebar.groups.iter().position(|g| g.resources.contains(name));
                let rows = model.sidebar.rows();
                model.sidebar.at = rows
                    .iter()
                    .position(|row| matches!(row, SidebarRow::Group(g) if Some(*g) == group))
                    .unwrap_or(model.sidebar.at);
                Vec::new()
            }
            None => Vec::new(),
        },
        (Context::List, false) => other_panel(model),
        _ => Vec::new(),
    }
}

fn other_panel(model: &mut Model) -> Vec<Effect> {
    if model.has_sidebar() {
        model.focus = if model.focus == Panel::Main { Panel::Sidebar } else { Panel::Main };
    } else if let Some(Layer::Sidebar) = model.layers.last() {
        model.layers.pop();
    } else {
        model.layers.push(Layer::Sidebar);
    }
    Vec::new()
}

/// Opens the common form of all that are marked, or the form of the selected one.
fn edit(model: &mut Model) -> Vec<Effect> {
    match model.view() {
        Some(View::List(id)) if model.lists.get(id).is_some_and(|list| !list.marks.is_empty()) => {
            let id = id.clone();
            bulk::open(model, &id)
        }
        _ => open(model, Context::List),
    }
}

fn open(model: &mut Model, context: Context) -> Vec<Effect> {
    match context {
        Context::Sidebar => match model.sidebar.rows().get(model.sidebar.at).copied() {
            Some(SidebarRow::Group(group)) => {
                if !model.sidebar.folded.remove(&group) {
                    model.sidebar.folded.insert(group);
                }
                Vec::new()
            }
            Some(SidebarRow::Resource(name)) => places::open_resource(model, name),
            None => Vec::new(),
        },
        Context::List => places::open_selected(model),
        Context::Form => fields::edit(model),
        Context::Table | Context::Part => levels::open(model),
        Context::Line => texts::accept_line(model),
        Context::Plan => bulk::look(model),
        Context::Run => bulk::open_one(model),
        Context::Picker | Context::Ticks => texts::choose(model),
        Context::Rows => match model.views.last_mut() {
            Some(View::Requests { whole, .. }) => {
                *whole = !*whole;
                Vec::new()
            }
            Some(View::Changes(at)) => match model.ledger.get(*at) {
                Some(job) if matches!(job.outcome, Some((Outcome::Called(ref answer), _)) if *answer != Answer::Done) =>
                {
                    let (call, outcome) = (job.change_set.clone(), job.outcome.clone());
                    if let Some((Outcome::Called(answer), at)) = outcome {
                        call::show(model, (*call).clone(), answer, at);
                    }
                    Vec::new()
                }
                Some(job) => match job.written {
                    Some((_, entry)) => history::look_at_one(model, entry),
                    None => {
                        let (target, label) = (job.change_set.target.clone(), job.change_set.label.clone());
                        places::open_form(model, target, label)
                    }
                },
                None => Vec::new(),
            },
            Some(View::History(_) | View::Past(_)) => history::look(model),
            Some(View::Drafts(_)) => drafts::open(model),
            Some(View::Operations(id, at)) => {
                let (id, at) = (id.clone(), *at);
                call::begin_at(model, &id, at)
            }
            _ => Vec::new(),
        },
        Context::Global
        | Context::Editor
        | Context::Preview
        | Context::Conflict
        | Context::Answer
        | Context::Question => Vec::new(),
    }
}
