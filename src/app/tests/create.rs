//! New entities and the end of old ones, as decisions: no runtime, no PBX.

use super::*;
use crate::draft::{Gone, Proposal, Verb};

/// A model with the form of a new user open, a number proposed.
fn with_new() -> Model {
    let mut model = with_list(&["214", "215"]);
    let effects = keys(&mut model, "+");
    let ticket = effects.iter().find_map(|effect| match effect {
        Effect::Pbx(PbxTask::Propose { ticket, .. }) => Some(*ticket),
        _ => None,
    });
    let proposal = Proposal { number: Some("216".into()), ..Proposal::default() };
    update(&mut model, Event::Proposed { ticket: ticket.unwrap(), result: Ok(proposal) });
    model
}

/// The write that is handed over, and its job.
fn saved(effects: &[Effect]) -> (JobId, crate::draft::ChangeSet) {
    effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Pbx(PbxTask::Save { job, change_set, .. }) => Some((*job, (**change_set).clone())),
            _ => None,
        })
        .unwrap_or_else(|| panic!("nothing is sent: {effects:?}"))
}

fn end(model: &mut Model, job: JobId, outcome: Outcome) -> Vec<Effect> {
    update(model, Event::Ended { job, outcome, at: at(), took: std::time::Duration::ZERO })
}

/// Deletes 214 up to the question.
fn asked() -> Model {
    let mut model = with_list(&["214", "215"]);
    keys(&mut model, ". d e l e t e enter");
    model
}

#[test]
fn a_new_one_is_sent_as_it_was_previewed_and_only_what_was_given() {
    let mut model = with_new();
    assert!(!model.form().unwrap().is_dirty(), "a proposal is no edit");
    select(&mut model, "FirstName");
    keys(&mut model, "enter A d a enter ctrl-s");
    let (_, set) = saved(&keys(&mut model, "y"));
    assert_eq!((set.verb, set.target.key.as_ref()), (Verb::Create, None));
    assert_eq!(set.body_shown(), json!({"FirstName": "Ada"}));
}

#[test]
fn typing_a_number_begins_with_the_proposed_one() {
    let mut model = with_new();
    select(&mut model, "Number");
    keys(&mut model, "enter enter");
    assert_eq!(model.form().unwrap().draft.as_ref().unwrap().value("Number"), Some(&json!("216")));
}

#[test]
fn a_proposal_does_not_undo_what_was_typed_meanwhile() {
    let mut model = with_list(&["214"]);
    let effects = keys(&mut model, "+");
    let Some(Effect::Pbx(PbxTask::Propose { ticket, .. })) =
        effects.iter().find(|e| matches!(e, Effect::Pbx(PbxTask::Propose { .. })))
    else {
        panic!("{effects:?}")
    };
    select(&mut model, "FirstName");
    keys(&mut model, "enter A d a enter");
    let values = json!({"FirstName": "Nobody", "VMEnabled": true, "Id": 0, "Number": "216"});
    let proposal = Proposal { number: None, values: values.as_object().unwrap().clone() };
    update(&mut model, Event::Proposed { ticket: *ticket, result: Ok(proposal) });
    let draft = model.form().unwrap().draft.as_ref().unwrap();
    assert_eq!(draft.value("FirstName"), Some(&json!("Ada")));
    assert_eq!(draft.value("VMEnabled"), Some(&json!(true)));
    assert_eq!((draft.value("Id"), draft.value("Number")), (None, None));
}

#[test]
fn what_was_begun_is_there_again_and_is_not_overwritten_by_a_likeness() {
    let mut model = with_new();
    select(&mut model, "FirstName");
    keys(&mut model, "enter A d a enter esc y +");
    assert!(notice(&model).starts_with("This is the one you began before"), "{}", notice(&model));
    keys(&mut model, "esc y");
    let effects = keys(&mut model, ". enter");
    let result = Ok(json!({"Id": 214, "FirstName": "Bob", "VMEnabled": true}).as_object().unwrap().clone());
    update(&mut model, Event::Read { ticket: read_ticket(&effects), result, at: at() });
    let draft = model.form().unwrap().draft.as_ref().unwrap();
    assert_eq!((draft.value("FirstName"), draft.value("VMEnabled")), (Some(&json!("Ada")), None));
}

#[test]
fn the_new_one_takes_the_place_of_its_form_and_gets_a_row() {
    let mut model = with_new();
    let (job, _) = saved(&keys(&mut model, "ctrl-s y"));
    let outcome = Outcome::Created { key: Some(EntityKey::Int(9)), fields: Vec::new(), answer_was_lost: false };
    let effects = end(&mut model, job, outcome);
    let entity = json!({"Id": 9, "Number": "216"});
    let result = Ok(entity.as_object().unwrap().clone());
    update(&mut model, Event::Read { ticket: read_ticket(&effects), result, at: at() });
    assert_eq!(model.form().unwrap().target.key, Some(EntityKey::Int(9)));
    assert_eq!(model.forms.len(), 1, "the form of the new one is gone");
    let (_, list) = model.list().unwrap();
    assert_eq!((list.rows.len(), list.count), (3, Some(3)));
    let headline = headline(&model.ledger[0], model.catalog());
    assert_eq!(headline.text, "12:00 acme: 216: created and read back");
}

#[test]
fn a_deletion_needs_the_number_and_a_question_that_was_seen() {
    for (typed, sent) in [("enter", false), ("y enter", false), ("2 1 5 enter", false), ("2 1 4 enter", true)] {
        let effects = keys(&mut asked(), typed);
        assert_eq!(effects.iter().any(|e| matches!(e, Effect::Pbx(PbxTask::Save { .. }))), sent, "{typed}");
    }
    let mut model = asked();
    for key in "2 1 4 enter".split(' ') {
        // The question has not reached the terminal.
        let effects = update(&mut model, Event::Key(Key::parse(key).unwrap()));
        model.drawn = 0;
        assert!(!effects.iter().any(|e| matches!(e, Effect::Pbx(PbxTask::Save { .. }))));
    }
    let mut model = asked();
    update(&mut model, Event::Paste("214".into()));
    assert!(
        !keys(&mut model, "enter").iter().any(|e| matches!(e, Effect::Pbx(PbxTask::Save { .. }))),
        "pasted is not typed"
    );
}

#[test]
fn what_is_gone_leaves_the_list_and_its_neighbour_is_selected() {
    for (gone, left) in [(Gone::ReadBack, 1), (Gone::Already, 1), (Gone::StillThere, 2)] {
        let mut model = asked();
        let (job, set) = saved(&keys(&mut model, "2 1 4 enter"));
        assert_eq!((set.verb, set.body_shown()), (Verb::Delete, json!({})));
        end(&mut model, job, Outcome::Deleted(gone));
        let (_, list) = model.list().unwrap();
        assert_eq!(list.rows.len(), left);
        let selected = list.view.selected().map(|row| list.rows.key(row).clone());
        assert_eq!(selected, Some(EntityKey::Int(if left == 1 { 215 } else { 214 })));
    }
}

#[test]
fn a_form_is_closed_with_what_it_showed() {
    let mut model = with_form();
    keys(&mut model, ". d e l e t e enter");
    let (job, _) = saved(&keys(&mut model, "2 1 4 enter"));
    end(&mut model, job, Outcome::Deleted(Gone::ReadBack));
    assert_eq!(model.context(), Context::List);
    assert!(notice(&model).contains("it is gone"), "{}", notice(&model));
    assert!(notice(&model).contains("empties its bin"), "{}", notice(&model));
}
