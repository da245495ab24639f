//! Decisions by table: keys and replies in, effects and state out. No runtime, no PBX.

mod create;

use super::model::Tone;
use super::*;
use crate::draft::Outcome;
use crate::input::{Context, Key};
use crate::odata::{Cell, EntityKey, Failure, FailureKind, Page};
use serde_json::json;
use std::sync::Arc;

pub(super) fn model() -> Model {
    let pbx = Pbx { address: "https://pbx.acme.example".into(), client: "900".into(), ..Pbx::unheard("acme") };
    Model::new(pbx, (120, 40))
}

/// Presses keys; each finds the screen drawn.
pub(super) fn keys(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in keys.split(' ') {
        let drawn = model.frame;
        update(model, Event::Drawn(drawn));
        effects.extend(update(model, Event::Key(Key::parse(key).unwrap())));
    }
    effects
}

fn list_ticket(effects: &[Effect], of: &str) -> Ticket {
    effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Pbx(PbxTask::List { ticket, resource, .. }) if resource == of => Some(*ticket),
            _ => None,
        })
        .unwrap_or_else(|| panic!("no list of {of} is asked for: {effects:?}"))
}

pub(super) fn read_ticket(effects: &[Effect]) -> Ticket {
    effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Pbx(PbxTask::Read { ticket, .. } | PbxTask::Open { ticket, .. }) => Some(*ticket),
            _ => None,
        })
        .unwrap_or_else(|| panic!("nothing is read: {effects:?}"))
}

fn find_ticket(effects: &[Effect]) -> (Ticket, String) {
    effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Pbx(PbxTask::Find { ticket, number, .. }) => Some((*ticket, number.clone())),
            _ => None,
        })
        .unwrap_or_else(|| panic!("no number is looked up: {effects:?}"))
}

fn page(model: &Model, numbers: &[&str]) -> Page {
    let (_, list) = model.list().unwrap();
    let fields: Arc<[String]> = list.rows.fields().to_vec().into();
    let column = |field: &String| {
        numbers.iter().map(|n| if field == "Number" { Cell::Text((*n).into()) } else { Cell::Null }).collect()
    };
    Page {
        skip: 0,
        total: Some(numbers.len() as u64),
        keys: numbers.iter().map(|n| EntityKey::Int(n.parse().unwrap())).collect(),
        columns: fields.iter().map(column).collect(),
        fields,
        keyless: 0,
    }
}

pub(super) fn at() -> Clock {
    Clock("12:00".into())
}

/// A model whose start page is read.
pub(super) fn with_list(numbers: &[&str]) -> Model {
    let mut model = model();
    let effects = start(&mut model);
    let ticket = list_ticket(&effects, "Users");
    let page = page(&model, numbers);
    update(&mut model, Event::Page { ticket, page });
    let result = Ok(Loaded { count: Some(numbers.len() as u64), complete: true });
    update(&mut model, Event::Listed { ticket, result, at: at() });
    model
}

/// A model with the form of 214 open and read.
fn with_form() -> Model {
    with_entity(json!({"Id": 214, "Number": "214", "FirstName": "Ada", "LastName": "Lovelace", "VMEnabled": false,
        "VMEmailOptions": "None", "EmailAddress": null, "ForwardingProfiles": [{"Id": 1, "Name": "Available"}]}))
}

/// A model with a form open in which this was read.
pub(super) fn with_entity(entity: serde_json::Value) -> Model {
    let mut model = with_list(&["214", "215"]);
    let effects = keys(&mut model, "enter");
    let result = Ok(entity.as_object().unwrap().clone());
    update(&mut model, Event::Read { ticket: read_ticket(&effects), result, at: at() });
    model
}

pub(super) fn select(model: &mut Model, field: &str) {
    let form = model.form_mut().unwrap();
    field.clone_into(&mut form.field);
}

pub(super) fn notice(model: &Model) -> &str {
    model.notice.as_ref().map_or("", |notice| &notice.text)
}

#[test]
fn the_start_asks_for_a_greeting_the_people_and_the_names_they_refer_to() {
    let mut model = model();
    let effects = start(&mut model);
    assert!(matches!(effects[0], Effect::Pbx(PbxTask::Greet { again: false, .. })));
    list_ticket(&effects, "Users");
    list_ticket(&effects, "Groups");
    assert!(effects.iter().all(|effect| match effect {
        Effect::Pbx(PbxTask::List { fields, .. }) =>
            !fields.iter().any(|f| f.contains("Password") || f.contains("PIN")),
        _ => true,
    }));
}

#[test]
fn a_page_of_a_list_that_was_read_again_since_is_dropped() {
    let mut model = with_list(&["214"]);
    let first = list_ticket(&keys(&mut model, "r"), "Users");
    let effects = keys(&mut model, "r");
    assert!(effects.contains(&Effect::Cancel(first)), "{effects:?}");
    let stale = page(&model, &["999"]);
    update(&mut model, Event::Page { ticket: first, page: stale });
    let (_, list) = model.list().unwrap();
    assert!(list.next.as_ref().unwrap().is_empty());
    assert_eq!(list.rows.len(), 1, "the rows on the screen stay");
}

#[test]
fn going_away_and_back_again_does_not_take_the_first_answer() {
    let mut model = with_list(&["214", "215"]);
    let first = read_ticket(&update(&mut model, Event::Timer(Timer::Rest)));
    keys(&mut model, "down");
    read_ticket(&update(&mut model, Event::Timer(Timer::Rest)));
    keys(&mut model, "up");
    let again = read_ticket(&update(&mut model, Event::Timer(Timer::Rest)));
    let entity = |name: &str| Ok(json!({"FirstName": name}).as_object().unwrap().clone());
    update(&mut model, Event::Read { ticket: first, result: entity("old"), at: at() });
    assert!(model.peek.as_ref().unwrap().entity.is_none(), "an answer to an older question was taken");
    update(&mut model, Event::Read { ticket: again, result: entity("new"), at: at() });
    assert_eq!(model.peek.as_ref().unwrap().entity.as_ref().unwrap()["FirstName"], "new");
}

#[test]
fn a_number_opens_its_form_whether_its_page_is_loaded_or_not() {
    let mut model = with_list(&["214", "215"]);
    read_ticket(&keys(&mut model, "2 1 5 enter"));
    assert_eq!(model.form().unwrap().target.key, Some(EntityKey::Int(215)));

    let mut model = with_list(&["214", "215"]);
    let effects = keys(&mut model, "7 7 enter");
    let (ticket, number) = find_ticket(&effects);
    assert_eq!(number, "77");
    update(&mut model, Event::Found { ticket, result: Ok(Some(EntityKey::Int(4711))) });
    assert_eq!(model.form().unwrap().target.key, Some(EntityKey::Int(4711)));

    let mut model = with_list(&["214"]);
    let effects = keys(&mut model, "9 enter");
    let (ticket, _) = find_ticket(&effects);
    update(&mut model, Event::Found { ticket, result: Ok(None) });
    assert_eq!(notice(&model), "acme has no user with the number 9.");
}

#[test]
fn yes_counts_only_once_the_preview_was_on_the_terminal() {
    let mut model = with_form();
    select(&mut model, "VMEnabled");
    keys(&mut model, "space");
    update(&mut model, Event::Key(Key::ctrl('s')));
    assert_eq!(model.context(), Context::Preview);
    let typed_ahead = update(&mut model, Event::Key(Key::char('y')));
    assert_eq!(typed_ahead, [], "typed ahead of the preview");
    let drawn = model.frame;
    update(&mut model, Event::Drawn(drawn));
    let effects = update(&mut model, Event::Key(Key::char('y')));
    let [Effect::Pbx(PbxTask::Save { change_set, .. })] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(change_set.body_shown(), json!({"VMEnabled": true}));
}

#[test]
fn yes_counts_only_where_there_was_room_to_show_what_it_is_said_to() {
    let mut model = with_form();
    select(&mut model, "VMEnabled");
    keys(&mut model, "space ctrl-s");
    update(&mut model, Event::Resize(20, 3));
    assert_eq!(keys(&mut model, "y"), []);
    update(&mut model, Event::Resize(80, 24));
    assert!(matches!(keys(&mut model, "y").as_slice(), [Effect::Pbx(PbxTask::Save { .. })]));
}

#[test]
fn a_frame_for_another_size_that_arrives_late_has_not_been_seen() {
    let mut model = with_form();
    select(&mut model, "VMEnabled");
    keys(&mut model, "space");
    update(&mut model, Event::Key(Key::ctrl('s')));
    let before = model.frame;
    update(&mut model, Event::Resize(90, 30));
    update(&mut model, Event::Drawn(before));
    assert_eq!(update(&mut model, Event::Key(Key::char('y'))), []);
    assert!(
        matches!(keys(&mut model, "y y").as_slice(), [Effect::Pbx(PbxTask::Save { .. })]),
        "in the new size it has"
    );
}

#[test]
fn no_other_key_than_y_sends() {
    for key in ["enter", "space", "ctrl-s", "ctrl-y", "Y", "tab", "u", "a", "1", "ctrl-p", "esc", "q"] {
        let mut model = with_form();
        select(&mut model, "VMEnabled");
        keys(&mut model, "space ctrl-s");
        let effects = keys(&mut model, key);
        assert!(!effects.iter().any(|e| matches!(e, Effect::Pbx(PbxTask::Save { .. }))), "{key}");
    }
}

#[test]
fn toggling_back_leaves_nothing_to_send() {
    let mut model = with_form();
    select(&mut model, "VMEnabled");
    keys(&mut model, "space space ctrl-s");
    assert_eq!(model.context(), Context::Form);
    assert_eq!(notice(&model), "Nothing is changed, so there is nothing to send.");
}

#[test]
fn three_states_are_set_and_taken_back() {
    let mut model = with_form();
    select(&mut model, "VMEmailOptions");
    keys(&mut model, "del");
    assert_eq!(model.form().unwrap().draft.as_ref().unwrap().value("VMEmailOptions"), Some(&json!(null)));
    keys(&mut model, "backspace");
    assert!(!model.form().unwrap().is_dirty());
    select(&mut model, "Id");
    keys(&mut model, "del");
    assert!(notice(&model).contains("set by the PBX"), "{}", notice(&model));
    select(&mut model, "Number");
    keys(&mut model, "enter");
    assert!(notice(&model).contains("cannot be changed"), "{}", notice(&model));
}

#[test]
fn an_enum_is_chosen_by_its_first_letters() {
    let mut model = with_form();
    select(&mut model, "VMEmailOptions");
    keys(&mut model, "enter a t t enter");
    let draft = model.form().unwrap().draft.as_ref().unwrap();
    assert_eq!(draft.value("VMEmailOptions"), Some(&json!("Attachment")));
}

#[test]
fn text_that_is_no_value_is_kept_and_stands_in_the_way_of_a_send() {
    let mut model = with_form();
    select(&mut model, "ForwardingProfiles");
    keys(&mut model, "f2");
    assert_eq!(model.context(), Context::Editor);
    update(&mut model, Event::Paste("{ ".into()));
    let View::Editor(editor) = model.view().unwrap() else { panic!() };
    assert!(!editor.issues.is_empty());
    keys(&mut model, "esc ctrl-s");
    assert_eq!(model.context(), Context::Form, "nothing is previewed");
    assert!(notice(&model).starts_with("Not valid JSON yet: line 1"), "{}", notice(&model));
    keys(&mut model, "enter");
    let View::Editor(editor) = model.view().unwrap() else { panic!() };
    assert!(editor.area.line(0).starts_with("{ "), "what was typed is lost: {:?}", editor.area.text());
}

#[test]
fn leaving_a_form_with_changes_asks_once_and_loses_nothing() {
    let mut model = with_form();
    select(&mut model, "VMEnabled");
    keys(&mut model, "space esc");
    assert!(matches!(model.layers.last(), Some(Layer::Question(Asked::Leave(_)))));
    keys(&mut model, "enter");
    assert!(!model.layers.is_empty(), "Enter is no yes");
    keys(&mut model, "esc");
    assert_eq!(model.context(), Context::Form, "the safe answer stays");
    keys(&mut model, "esc y");
    assert_eq!((model.context(), model.unsent()), (Context::List, 1));
    keys(&mut model, "enter");
    assert!(model.form().unwrap().is_dirty(), "the form is as it was left");
}

#[test]
fn quitting_asks_where_something_would_be_lost() {
    assert_eq!(keys(&mut with_list(&["214"]), "ctrl-c"), [Effect::Quit]);
    let mut model = with_form();
    select(&mut model, "VMEnabled");
    keys(&mut model, "space esc y");
    assert!(!keys(&mut model, "ctrl-c").contains(&Effect::Quit));
    assert!(keys(&mut model, "y").contains(&Effect::Quit));
    assert!(!keys(&mut with_form(), "ctrl-c").contains(&Effect::Quit), "only from the top");
    assert!(keys(&mut with_list(&["214"]), "q y").contains(&Effect::Quit));
}

#[test]
fn an_outcome_finds_its_form_even_after_it_was_left() {
    let mut model = with_form();
    select(&mut model, "VMEnabled");
    let effects = keys(&mut model, "space ctrl-s y");
    let Some(Effect::Pbx(PbxTask::Save { job, .. })) = effects.last() else { panic!("{effects:?}") };
    keys(&mut model, "esc");
    assert_eq!(model.context(), Context::List, "a form whose change is on its way is left without a question");
    let failure = Failure::new(FailureKind::NoRights, "PATCH /xapi/v1/Users(214)");
    update(
        &mut model,
        Event::Ended { job: *job, outcome: Outcome::Refused(failure), at: at(), took: Default::default() },
    );
    assert!(notice(&model).contains("not saved"), "{}", notice(&model));
    assert_eq!(model.notice.as_ref().unwrap().tone, Tone::Bad);
    keys(&mut model, "enter");
    assert!(model.form().unwrap().is_dirty(), "the edits are kept");
}

#[test]
fn a_paste_outside_an_input_is_searched_for_and_never_taken_for_keys() {
    let mut model = with_list(&["214"]);
    let effects = update(&mut model, Event::Paste("+49 30 q y\n".into()));
    assert!(!effects.iter().any(|e| matches!(e, Effect::Quit | Effect::Pbx(PbxTask::Save { .. }))));
    assert!(matches!(model.layers.last(), Some(Layer::Palette(p)) if p.line.text() == "+49 30 q y"));
}

#[test]
fn a_wrong_key_is_answered() {
    let mut model = with_list(&["214"]);
    keys(&mut model, "x");
    assert_eq!(notice(&model), "x does nothing here; ? shows what does.");
}

#[test]
fn every_command_is_reachable_by_palette_and_help_with_its_key() {
    let mut model = with_form();
    for context in [Context::List, Context::Form, Context::Editor, Context::Preview, Context::Sidebar] {
        for row in model.keymap.rows(context) {
            assert!(help_rows(&model.keymap, context, row.name).iter().any(|r| r.name == row.name), "{}", row.name);
        }
    }
    keys(&mut model, ":");
    for typed in ["preview", "show-secret", "suspend", "changes"] {
        let Some(Layer::Palette(palette)) = model.layers.last_mut() else { panic!() };
        palette.line = Line::new(typed);
        let Some(Layer::Palette(mut palette)) = model.layers.pop() else { panic!() };
        palette.narrow(&model);
        assert!(palette.entries.iter().any(|e| e.detail.starts_with(typed)), "{typed}");
        model.layers.push(Layer::Palette(palette));
    }
}

#[test]
fn a_secret_is_fetched_only_when_it_is_asked_for_and_hidden_again() {
    let mut model = with_form();
    select(&mut model, "VMPIN");
    let effects = keys(&mut model, "s");
    let Some(Effect::Pbx(PbxTask::Reveal { ticket, field, .. })) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(field, "VMPIN");
    update(&mut model, Event::Revealed { ticket: *ticket, result: Ok(Some(Shown("1234".into()))) });
    assert!(model.form().unwrap().revealed.contains_key("VMPIN"));
    assert!(!format!("{:?}", model.form().unwrap().revealed).contains("1234"));
    update(&mut model, Event::Timer(Timer::HideSecrets));
    assert!(model.form().unwrap().revealed.is_empty());
}

#[test]
fn a_refused_sign_in_is_asked_about_once_and_not_by_every_list() {
    let mut model = model();
    let effects = start(&mut model);
    let failure = || Failure::new(FailureKind::SignInRefused, "POST /connect/token");
    for effect in effects {
        match effect {
            Effect::Pbx(PbxTask::Greet { ticket, .. }) => {
                update(&mut model, Event::Greeted { ticket, result: Err(failure()) })
            }
            Effect::Pbx(PbxTask::List { ticket, .. }) => {
                update(&mut model, Event::Listed { ticket, result: Err(failure()), at: at() })
            }
            _ => Vec::new(),
        };
    }
    let effects = keys(&mut model, "r");
    let [Effect::Pbx(PbxTask::Greet { ticket, again: true, .. })] = effects.as_slice() else { panic!("{effects:?}") };
    let hello =
        Hello { build: Some("20.0.10".into()), address: String::new(), client: "900".into(), roles: Vec::new() };
    let effects = update(&mut model, Event::Greeted { ticket: *ticket, result: Ok(hello) });
    list_ticket(&effects, "Users");
}
