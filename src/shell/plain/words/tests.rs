//! What lines mean, as a table: over a list, as an answer, as a value.

use super::*;
use crate::app::Pbx;

fn model() -> Model {
    Model::new(Pbx::unheard("acme"), (99, 26))
}

/// Steps in few words.
fn told(meaning: &Meaning) -> String {
    let step = |step: &Step| match step {
        Step::Event(event) => match &**event {
            Event::Run(command) => format!("{command:?}"),
            Event::Mouse { on: Some(spot), .. } => format!("{spot:?}"),
            Event::Mouse { on: None, .. } => "-".to_owned(),
            Event::Key(key) => key.to_string(),
            other => format!("{other:?}"),
        },
        Step::Type(text) => format!("'{text}'"),
        Step::Accept => "Accept".to_owned(),
    };
    match meaning {
        Meaning::Do(steps) => steps.iter().map(step).collect::<Vec<_>>().join(" "),
        Meaning::Turn(on) => (if *on { "more" } else { "less" }).to_owned(),
        Meaning::Again => "again".to_owned(),
        Meaning::Tell => "tell".to_owned(),
        Meaning::Nothing(why) => format!("! {why}"),
    }
}

#[test]
fn a_line_over_a_list() {
    let model = model();
    for (line, means) in [
        ("3", "- Row(2) Row(2)"),
        ("214", "2 '214' Accept"),
        ("400", "4 '400' Accept"),
        ("1 2", "! One number at a time; a command takes several, such as mark 1-3."),
        ("go 214", "2 '214' Accept"),
        ("go away", "! go takes the number of an entry, such as go 214."),
        ("edit", "Edit"),
        ("new", "Create"),
        ("edit 2", "- Row(1) Edit"),
        ("mark 1-2, 5", "- Row(0) Mark - Row(1) Mark - Row(4) Mark"),
        ("mark 999", "! There is no row 999 here."),
        ("mark-all", "MarkAll"),
        ("mark all", "MarkAll"),
        ("Mark Twain", "Find 'mark Twain' Accept"),
        ("filter dep=Sales", "Find 'dep=Sales' Accept"),
        ("/ dep=Sales ", "Find 'dep=Sales' Accept"),
        ("lovelace", "Find 'lovelace' Accept"),
        (":sales", "Palette 'sales'"),
        ("anything sales", "Palette 'sales'"),
        (".", "Actions"),
        ("^P", "Palette"),
        ("ctrl-p", "Palette"),
        ("Esc", "Back"),
        ("f5", "Requests"),
        ("", "more"),
        ("more", "more"),
        ("previous", "less"),
        ("again", "again"),
        ("?", "tell"),
        ("0", "Find '0' Accept"),
    ] {
        assert_eq!(told(&meaning(&model, Rows { total: 312, said: 20 }, line)), means, "{line:?}");
    }
}

#[test]
fn only_a_yes_is_a_yes() {
    let mut model = model();
    model.layers.push(Layer::Question(crate::app::Asked::Quit));
    for (line, means) in
        [("y", "Yes"), ("Yes", "Yes"), ("", "again"), ("n", "Back"), ("yess", "Back"), ("1", "Back"), ("quit", "Back")]
    {
        assert_eq!(told(&meaning(&model, Rows { total: 0, said: 0 }, line)), means, "{line:?}");
    }
    assert_eq!(prompt(&model), "y or n: ");
}

#[test]
fn a_value_is_taken_as_it_stands() {
    let mut model = model();
    model.layers.push(Layer::Line(Ask::Number, Line::new("21")));
    for (line, means) in [
        ("214", "'214' Accept"),
        ("", "Back"),
        ("back", "Back"),
        ("=back", "'back' Accept"),
        ("=", "'' Accept"),
        ("help", "'help' Accept"),
    ] {
        assert_eq!(told(&meaning(&model, Rows { total: 312, said: 20 }, line)), means, "{line:?}");
    }
    model.layers = vec![Layer::Line(Ask::Filter, Line::new("dep=Sales"))];
    assert_eq!(told(&meaning(&model, Rows { total: 312, said: 20 }, "")), "Accept", "a filter that is there stays");
}
