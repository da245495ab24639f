//! Levels inside a field: the same value as table, form and JSON, and nothing written by looking.

use super::super::tests::{at, keys, notice, read_ticket, select, with_entity, with_list};
use super::super::{Effect, Event, Model, View, update};
use super::{Level, Row};
use crate::catalog::Catalog;
use crate::draft::{Fetched, MASK, Step};
use crate::input::Context;
use serde_json::{Value, json};

fn destination(number: &str) -> Value {
    json!({"To": "Extension", "Number": number, "External": null, "Name": "Desk", "Type": "Extension", "Tags": [],
        "Newer": {"kept": [1]}})
}

fn entity() -> Value {
    let profile = |id: i64, name: &str| {
        json!({"Id": id, "Name": name, "NoAnswerTimeout": 20, "RingMyMobile": false, "CustomName": "",
            "AvailableRoute": {"BusyAllCalls": true, "NoAnswerExternal": destination("230"), "BusyExternal": null},
            "AwayRoute": null, "Newer": "kept"})
    };
    json!({"Id": 214, "Number": "214", "FirstName": "Ada",
        "ForwardingProfiles": [profile(1, "Available"), profile(2, "Away"), profile(3, "Out of office")],
        "Groups": [{"GroupId": 28, "Id": 7, "Rights": {"RoleName": "users", "CanBargeIn": false}, "GroupRights": null}],
        "Hours": {"Type": "OfficeHours", "IgnoreHolidays": false, "Periods": []},
        "Phones": [{"Id": 1, "MacAddress": "AA", "Name": "T46", "ProvisioningLinkExt": MASK,
            "Settings": {"Secret": MASK, "PhoneLanguage": "EN", "Codecs": ["PCMU", "PCMA"]}}],
        "Tags": []})
}

fn on(field: &str) -> Model {
    let mut model = with_entity(entity());
    select(&mut model, field);
    keys(&mut model, "enter");
    model
}

fn level(model: &Model) -> Level<'_> {
    let Some(View::Nested(nested)) = model.view() else { panic!("no level: {:?}", model.view()) };
    Level::of(model, nested).unwrap()
}

fn value<'m>(model: &'m Model, field: &str) -> &'m Value {
    model.form().unwrap().draft.as_ref().unwrap().value(field).unwrap()
}

fn dirty(model: &Model) -> bool {
    model.form().unwrap().is_dirty()
}

fn row(model: &mut Model, path: &str) {
    keys(model, "home");
    while level(model).row().is_none_or(|row| row != Row::Member(leaked(path))) {
        let before = level(model).nested.at;
        keys(model, "down");
        assert_ne!(level(model).nested.at, before, "no row {path}");
    }
}

fn leaked(text: &str) -> &'static str {
    text.to_owned().leak()
}

/// Goes into every row of every level, opens what opens, and leaves it again.
fn visit(model: &mut Model, depth: usize, visited: &mut usize) {
    assert!(depth < 8, "levels without end");
    let count = level(model).rows().len();
    for at in 0..count {
        keys(model, "home");
        for _ in 0..at {
            keys(model, "down");
        }
        let row = level(model).row();
        if matches!(row, Some(Row::Member(path)) if level(model).member(level(model).value, path).unwrap().kind == crate::catalog::FieldKind::Bool)
        {
            continue;
        }
        let views = model.views.len();
        keys(model, "enter");
        *visited += 1;
        if model.views.len() > views && matches!(model.view(), Some(View::Nested(_))) {
            visit(model, depth + 1, visited);
        }
        while model.views.len() > views || !model.layers.is_empty() || model.context() == Context::Line {
            keys(model, "esc");
        }
    }
}

#[test]
fn opening_and_leaving_any_level_changes_nothing() {
    let mut visited = 0;
    for field in ["ForwardingProfiles", "Groups", "Hours", "Phones"] {
        let mut model = on(field);
        visit(&mut model, 0, &mut visited);
        assert!(!dirty(&model), "{field}");
        assert_eq!(value(&model, field), &entity()[field], "{field}");
    }
    assert!(visited > 100, "{visited} rows were opened");
}

#[test]
fn a_value_typed_in_a_form_and_the_same_in_the_json_agree() {
    for (path, typed, new) in [("NoAnswerTimeout", "5", json!(205)), ("CustomName", "Desk", json!("Desk"))] {
        let mut by_form = on("ForwardingProfiles");
        keys(&mut by_form, "down enter");
        row(&mut by_form, path);
        keys(&mut by_form, "enter");
        update(&mut by_form, Event::Paste(typed.into()));
        keys(&mut by_form, "enter esc esc");
        let mut by_json = on("ForwardingProfiles");
        keys(&mut by_json, "f2");
        let mut wanted = entity()["ForwardingProfiles"].clone();
        wanted[1][path] = new;
        let Some(View::Editor(editor)) = by_json.views.last_mut() else { panic!("no editor") };
        editor.area.swap(wanted.to_string());
        keys(&mut by_json, "esc");
        assert_eq!(value(&by_form, "ForwardingProfiles"), &wanted, "{path}");
        assert_eq!(value(&by_form, "ForwardingProfiles"), value(&by_json, "ForwardingProfiles"), "{path}");
    }
}

#[test]
fn what_nobody_knows_and_what_is_hidden_stays_as_it_is() {
    let mut model = on("Phones");
    keys(&mut model, "enter");
    row(&mut model, "Settings");
    keys(&mut model, "enter");
    row(&mut model, "PhoneLanguage");
    keys(&mut model, "enter");
    update(&mut model, Event::Paste("X".into()));
    keys(&mut model, "enter esc esc esc");
    let mut wanted = entity()["Phones"].clone();
    wanted[0]["Settings"]["PhoneLanguage"] = json!("ENX");
    assert_eq!(value(&model, "Phones"), &wanted);
    let draft = model.form().unwrap().draft.as_ref().unwrap();
    assert!(draft.change_set(model.catalog()).is_ok(), "the masks are bound to their element");
}

#[test]
fn elements_are_added_taken_out_and_put_back() {
    let mut model = on("ForwardingProfiles");
    keys(&mut model, "down del");
    assert_eq!(level(&model).rows(), [Row::Element(0), Row::Element(1), Row::Gone(1)]);
    assert_eq!((level(&model).whole().kept, level(&model).whole().removed), (2, 1));
    keys(&mut model, "end enter");
    assert!(notice(&model).contains("puts it back"), "{}", notice(&model));
    keys(&mut model, "backspace");
    assert!(!dirty(&model), "it stands where it stood");
    keys(&mut model, "+");
    assert_eq!(model.context(), Context::Line, "its name is asked for");
    keys(&mut model, "esc");
    assert!(!dirty(&model), "nothing was added");
    keys(&mut model, "+ X enter");
    let added = &value(&model, "ForwardingProfiles")[3];
    assert_eq!(added["Name"], json!("X"));
    let schema = model.catalog().schema(model.catalog().schema_named("ForwardingProfile").unwrap());
    assert!(schema.fields.iter().all(|f| added.get(f.name).is_some()), "every member is present: {added}");
    keys(&mut model, "backspace");
    assert!(notice(&model).starts_with("This one is new"), "{}", notice(&model));
    keys(&mut model, "del");
    assert!(!dirty(&model));
}

#[test]
fn an_old_value_comes_back_at_its_own_depth() {
    let mut model = on("ForwardingProfiles");
    for _ in 0..2 {
        keys(&mut model, "enter");
        row(&mut model, "RingMyMobile");
        keys(&mut model, "space esc down");
    }
    assert_eq!(level(&model).whole().changed, 2);
    keys(&mut model, "home backspace");
    assert_eq!(level(&model).whole().changed, 1, "of the element alone");
    keys(&mut model, "down enter");
    row(&mut model, "RingMyMobile");
    keys(&mut model, "backspace");
    assert!(!dirty(&model), "of the property alone");
}

#[test]
fn elements_are_moved_only_where_the_order_means_something() {
    let mut model = on("ForwardingProfiles");
    keys(&mut model, ">");
    assert_eq!(notice(&model), "The order means nothing in this list.");
    assert!(!dirty(&model));
}

#[test]
fn a_role_is_chosen_by_the_words_of_the_console() {
    let mut model = on("Groups");
    keys(&mut model, "enter");
    row(&mut model, "Rights/RoleName");
    keys(&mut model, "enter D e p a r t enter");
    assert_eq!(value(&model, "Groups")[0]["Rights"]["RoleName"], json!("group_admins"));
    assert_eq!(value(&model, "Groups")[0]["Rights"]["CanBargeIn"], json!(false));
}

#[test]
fn an_object_that_is_not_there_is_made_whole_by_the_first_edit() {
    let mut model = on("ForwardingProfiles");
    keys(&mut model, "enter");
    row(&mut model, "AwayRoute");
    keys(&mut model, "enter");
    assert!(!dirty(&model));
    row(&mut model, "AllHoursExternal");
    keys(&mut model, "space");
    let away = &value(&model, "ForwardingProfiles")[0]["AwayRoute"];
    assert_eq!(away, &json!({"AllHoursExternal": true, "AllHoursInternal": null, "External": null, "Internal": null}));
}

#[test]
fn a_fresh_read_never_puts_another_element_under_what_is_open() {
    let mut model = with_entity(entity());
    select(&mut model, "ForwardingProfiles");
    let effects = keys(&mut model, "r");
    keys(&mut model, "enter down enter");
    assert_eq!(level(&model).nested.steps, [Step::Element(1)]);
    let mut fresh = entity();
    fresh["ForwardingProfiles"].as_array_mut().unwrap().rotate_left(1);
    let result = Ok(fresh.as_object().unwrap().clone());
    update(&mut model, Event::Read { ticket: read_ticket(&effects), result, at: at() });
    assert_eq!(model.context(), Context::Form);
    assert!(notice(&model).contains("has changed on the PBX"), "{}", notice(&model));
}

/// The tree that is asked for is made, as the shell makes it.
fn unfold(effects: &[Effect]) -> Event {
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Unfold { ticket, list } => Some((ticket, list)),
        _ => None,
    });
    let (ticket, list) = asked.unwrap_or_else(|| panic!("no tree is asked for: {effects:?}"));
    assert!(!list.is_unfolded());
    list.value();
    Event::Unfolded(*ticket)
}

#[test]
fn a_fresh_read_under_a_long_list_that_is_open_waits_until_its_tree_is_made() {
    let catalog = Catalog::shipped();
    let schema = catalog.schema(catalog.schema_named("User").unwrap());
    let fetched = |mut entity: Value, note: &str| {
        entity["ForwardingProfiles"][0]["CustomMessage"] = json!(note.repeat(1 << 18));
        Ok(Fetched::decode(catalog, schema, entity.to_string().as_bytes()).unwrap())
    };
    let mut turned = entity();
    turned["ForwardingProfiles"].as_array_mut().unwrap().rotate_left(1);
    for (fresh, stays) in [(fetched(entity(), "b"), true), (fetched(turned, "a"), false)] {
        let mut model = with_list(&["214", "215"]);
        let ticket = read_ticket(&keys(&mut model, "enter"));
        update(&mut model, Event::Opened { ticket, result: fetched(entity(), "a"), at: at() });
        select(&mut model, "ForwardingProfiles");
        let again = read_ticket(&keys(&mut model, "r"));
        let made = unfold(&keys(&mut model, "enter"));
        update(&mut model, made);
        keys(&mut model, "down enter");
        let here = [Step::Element(1)];
        let before = value(&model, "ForwardingProfiles").clone();
        let effects = update(&mut model, Event::Opened { ticket: again, result: fresh, at: at() });
        assert_eq!((value(&model, "ForwardingProfiles"), level(&model).nested.steps.as_slice()), (&before, &here[..]));
        update(&mut model, unfold(&effects));
        let draft = model.form().unwrap().draft.as_ref().unwrap();
        let list = draft.long("ForwardingProfiles").unwrap();
        assert!(list.is_unfolded() && *list.value() != before && !draft.is_dirty());
        match stays {
            true => assert_eq!(level(&model).nested.steps, here, "{}", notice(&model)),
            false => assert!(notice(&model).contains("has changed on the PBX"), "{}", notice(&model)),
        }
        assert_eq!(model.context() == Context::Form, !stays);
    }
}

#[test]
fn the_times_of_a_day_are_typed_on_its_row() {
    for (typed, told, periods) in [
        ("9-12, 13:00-17:30", "", json!([["Tuesday", "09:00:00", "12:00:00"], ["Tuesday", "13:00:00", "17:30:00"]])),
        ("", "", json!([])),
        ("9", "From and to, please", json!([])),
        ("17-9", "does not end after it begins", json!([])),
        ("9-13, 12-17", "overlap", json!([])),
        ("9-25", "time of day", json!([])),
    ] {
        let mut model = on("Hours");
        keys(&mut model, "home");
        while level(&model).row() != Some(Row::Day("Tuesday")) {
            keys(&mut model, "down");
        }
        keys(&mut model, "enter");
        update(&mut model, Event::Paste(typed.into()));
        keys(&mut model, "enter");
        let issue = model.form().unwrap().typing.as_ref().and_then(|t| t.issue.clone()).unwrap_or_default();
        assert!(issue.contains(told) && issue.is_empty() == told.is_empty(), "{typed}: {issue:?}");
        let got: Vec<Value> = value(&model, "Hours")["Periods"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| json!([p["DayOfWeek"], p["Start"], p["Stop"]]))
            .collect();
        assert_eq!(json!(got), periods, "{typed}");
        assert_eq!(dirty(&model), periods != json!([]), "{typed}");
        if dirty(&model) {
            keys(&mut model, "backspace");
            assert!(!dirty(&model), "the old times come back");
        }
    }
}

#[test]
fn a_period_that_stays_keeps_what_nobody_knows_of_it() {
    let mut with = entity();
    let period = json!({"DayOfWeek": "Monday", "Start": "09:00:00", "Stop": "12:00:00", "Newer": 1});
    let other = json!({"DayOfWeek": "Friday", "Start": "08:00:00", "Stop": "14:00:00", "Newer": 2});
    with["Hours"]["Periods"] = json!([period, other]);
    let mut model = with_entity(with);
    select(&mut model, "Hours");
    keys(&mut model, "enter");
    while level(&model).row() != Some(Row::Day("Monday")) {
        keys(&mut model, "down");
    }
    keys(&mut model, "enter");
    update(&mut model, Event::Paste(", 13-17".into()));
    keys(&mut model, "enter");
    let new = json!({"DayOfWeek": "Monday", "Start": "13:00:00", "Stop": "17:00:00"});
    assert_eq!(value(&model, "Hours")["Periods"], json!([period, new, other]));
    keys(&mut model, "del");
    assert_eq!(value(&model, "Hours")["Periods"], json!([other]));
}

#[test]
fn tab_completes_and_inserts_nothing_else() {
    for (typed, keys_, expect) in [
        ("[{\"NoAnsw", "tab", "[{\"NoAnswerTimeout\": "),
        ("[{\"RingMyMobile\": tr", "tab", "[{\"RingMyMobile\": true"),
        (
            "[{\"AwayRoute\": {\"External\": {\"To\": \"Voice",
            "tab enter",
            "[{\"AwayRoute\": {\"External\": {\"To\": \"VoiceMail\"",
        ),
        ("[{\"NoAnswerTimeout\": 2", "tab", "[{\"NoAnswerTimeout\": 2"),
        ("[{\"", "tab esc", "[{\""),
        ("[{\"", "tab C u s t o m N enter", "[{\"CustomName\": "),
    ] {
        let mut model = on("ForwardingProfiles");
        keys(&mut model, "f2");
        let Some(View::Editor(editor)) = model.views.last_mut() else { panic!("no editor") };
        editor.area.swap(typed.to_owned());
        editor.area.go(usize::MAX, usize::MAX);
        keys(&mut model, keys_);
        let Some(View::Editor(editor)) = model.view() else { panic!("no editor") };
        assert_eq!(editor.area.text(), expect, "{typed}");
    }
}

#[test]
fn a_name_that_matches_nothing_is_not_taken_for_a_value() {
    let mut model = on("Groups");
    keys(&mut model, "enter");
    row(&mut model, "Rights/RoleName");
    keys(&mut model, "enter z z z enter");
    assert!(notice(&model).starts_with("Nothing matches"), "{}", notice(&model));
    assert!(!dirty(&model));
}
