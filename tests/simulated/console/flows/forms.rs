//! Forms of all sorts: people, departments, clients, settings; and what is kept in them.

use super::super::support::{Bench, patch, simulator};
use cordboard::sim::Matcher;
use serde_json::json;

#[tokio::test]
async fn a_field_goes_to_ones_own_editor_and_comes_back_into_the_form() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("FirstName").await;
    bench.tty.leaves.replace(Some("Augusta".to_owned()));
    bench.keys("ctrl-e").await;
    assert_eq!(*bench.tty.edited.borrow(), ["Ada"]);
    bench.shows(&["Users › 214 Lovelace, Ada", "Augusta   was Ada"]);
    // JSON with a mistake is looked at before it is left.
    bench.field("Groups").await;
    bench.tty.leaves.replace(Some("[{ \"GroupId\": }]".to_owned()));
    bench.keys("ctrl-e").await;
    bench.shows(&["line 1, column"]);
    bench.keys("esc backspace").await;
    // From a level inside it is the JSON of the field; what was left alone changes nothing.
    bench.keys("enter ctrl-e").await;
    assert!(bench.tty.edited.borrow()[2].starts_with('['), "{:?}", bench.tty.edited.borrow());
    bench.shows(&["Your editor left the text as it was.", "1 changed · not sent"]);
    bench.field("VMPIN").await;
    bench.keys("ctrl-e").await;
    bench.shows(&["is a single value"]);
    assert_eq!(bench.tty.edited.borrow().len(), 3, "a secret goes into no file");
}

#[tokio::test]
async fn a_settings_page_is_edited_and_saved() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    let before = pbx.faults().look("GeneralSettingsForApps", None, "EnableChat").unwrap();
    bench.go("GeneralSettingsForApps").await;
    bench.field("EnableChat").await;
    bench.keys("space ctrl-s").await;
    bench.shows(&["PATCH /xapi/v1/GeneralSettingsForApps", "EnableChat"]);
    bench.keys("y").await;
    bench.shows(&["saved and read back"]);
    let after = pbx.faults().look("GeneralSettingsForApps", None, "EnableChat").unwrap();
    assert_ne!(before, after);
}

#[tokio::test]
async fn a_department_is_renamed_and_lists_follow() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("Groups").await;
    bench.keys("/ 'sales enter enter").await;
    bench.retype("Name", "Verkauf").await;
    bench.keys("ctrl-s").await;
    bench.shows(&["PATCH /xapi/v1/Groups(29)", "Sales → Verkauf"]);
    bench.keys("y").await;
    bench.shows(&["saved and read back: Name"]);
    bench.keys("/ esc esc esc").await;
    bench.shows(&["Verkauf"]);
    bench.go("Users").await;
    assert!(bench.line("214  Lovelace").contains("Verkauf"), "people stand in it by its new name:\n{}", bench.screen());
}

#[tokio::test]
async fn an_api_client_is_edited() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("ServicePrincipals").await;
    bench.keys("enter").await;
    let key = bench.form().target.key.clone().unwrap().to_string();
    let before = pbx.faults().look("ServicePrincipals", Some(&key), "CallControlEnabled").unwrap();
    bench.field("CallControlEnabled").await;
    bench.keys("space ctrl-s y").await;
    bench.shows(&["saved and read back: Call control API"]);
    assert_ne!(pbx.faults().look("ServicePrincipals", Some(&key), "CallControlEnabled"), Some(before));
}

#[tokio::test]
async fn what_cannot_be_changed_says_why() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("Number").await;
    bench.keys("enter").await;
    bench.shows(&["Number cannot be changed once it exists."]);
    bench.field("IsRegistered").await;
    bench.keys("space").await;
    bench.shows(&["Registered is set by the PBX itself."]);
    bench.go("EventLogs").await;
    bench.keys("enter enter").await;
    bench.shows(&["this can only be read."]);
}

#[tokio::test]
async fn a_value_that_is_none_is_told_beside_it() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.retype("PinProtectTimeout", "half a minute").await;
    bench.shows(&["half a minute", "A whole number, please"]);
    bench.keys("esc").await;
    assert!(!bench.form().is_dirty(), "Esc takes the typing back");
    bench.retype("FirstName", &"x".repeat(300)).await;
    bench.keys("ctrl-s").await;
    assert_eq!(pbx.faults().count(&Matcher::new("PATCH", "/")), 0);
}

#[tokio::test]
async fn null_and_the_old_value_are_one_key_each() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("Mobile").await;
    bench.keys("del ctrl-s").await;
    bench.shows(&["+49 170 555 0101 → not set", r#"{ "Mobile": null }"#]);
    bench.keys("esc backspace ctrl-s").await;
    bench.shows(&["Nothing is changed"]);
}

#[tokio::test]
async fn a_member_only_this_pbx_knows_is_shown_kept_and_can_be_chosen_again() {
    let pbx = simulator().await;
    patch(&pbx, "Users", "57", json!({ "VMEmailOptions": "CarrierPigeon" }));
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("VMEmailOptions").await;
    assert!(bench.line("Send by email").contains("Carrier pigeon"), "{}", bench.screen());
    bench.keys("enter 'att enter enter").await;
    bench.paste("pigeon").await;
    bench.keys("enter").await;
    assert!(!bench.form().is_dirty(), "back to what it was");
    bench.retype("FirstName", "Augusta").await;
    bench.keys("ctrl-s").await;
    bench.shows(&[r#"{ "FirstName": "Augusta" }"#]);
    bench.keys("y").await;
    bench.shows(&["saved and read back: First name"]);
    assert_eq!(pbx.faults().look("Users", Some("57"), "VMEmailOptions"), Some(json!("CarrierPigeon")));
}

#[tokio::test]
async fn changes_of_two_people_are_kept_apart() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    for (number, name) in [("2 1 4", "Augusta"), ("2 0 7", "Georg")] {
        bench.keys(&format!("{number} enter")).await;
        bench.retype("FirstName", name).await;
        bench.keys("/ esc esc y").await;
    }
    for (row, kept) in [("214  Lovelace", true), ("207  Bauer", true), ("211  Ito", false)] {
        assert_eq!(bench.line(row).contains('~'), kept, "{row}:\n{}", bench.screen());
    }
    bench.keys("ctrl-c").await;
    bench.shows(&["Changes to 2 entries are not sent and will be lost.", "y quit"]);
    bench.keys("esc 2 1 4 enter").await;
    bench.shows(&["1 changed · not sent", "Augusta   was Ada"]);
}

#[tokio::test]
async fn an_image_comes_from_a_file_and_is_told_by_its_kind_and_size() {
    let pbx = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("logo.png"), [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 3000]].concat()).unwrap();
    std::fs::write(at("notes.txt"), "no image").unwrap();
    std::fs::write(at("large.png"), [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 120_000]].concat()).unwrap();
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("GeneralSettingsForApps").await;
    bench.field("BrandLogoImage").await;
    for (name, words) in
        [("nothing.png", "There is no "), ("notes.txt", "This is no PNG"), ("large.png", "at most 102399 fit here")]
    {
        bench.keys("enter").await;
        bench.paste(&at(name)).await;
        bench.keys("enter").await;
        bench.shows(&[words, "image file: "]);
        bench.keys("esc").await;
    }
    bench.keys("enter").await;
    bench.paste(&at("lo")).await;
    bench.keys("tab").await;
    bench.shows(&["logo.png"]);
    bench.keys("enter").await;
    bench.shows(&["PNG, 4 kB"]);
    bench.keys("ctrl-s y").await;
    bench.shows(&["saved and read back"]);
    let kept = pbx.faults().look("GeneralSettingsForApps", None, "BrandLogoImage").unwrap();
    assert!(kept.as_str().unwrap().starts_with("iVBORw0KGgo"), "base64 of a PNG");
}

#[tokio::test]
async fn what_the_fields_are_narrowed_to_is_said_and_what_is_not_shown_takes_no_key() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("VMEnabled").await;
    bench.keys("/ 'vm enter").await;
    bench.shows(&["· find: vm", "Esc all fields"]);
    bench.keys("esc").await;
    bench.shows(&["Esc leave"]);
    assert!(!bench.screen().contains("find:"), "{}", bench.screen());
    bench.field("VMEnabled").await;
    bench.keys("space / 'nonsense enter").await;
    for key in ["space", "enter", "del", "backspace", "ctrl-e", "s", "w"] {
        bench.keys(key).await;
        let model = bench.console.model();
        assert!(model.layers.is_empty() && bench.form().typing.is_none(), "{key} opened it:\n{}", bench.screen());
        assert_eq!(bench.form().changed(), 1, "{key} changed what nobody sees");
    }
    bench.keys("space").await;
    bench.shows(&["No field matches “nonsense”; Esc shows all."]);
    bench.keys("esc").await;
    bench.field("VMEnabled").await;
    bench.keys("backspace backspace").await;
    bench.shows(&["as of", "Voicemail is not changed; there is nothing to take back."]);
    bench.keys("v").await;
    bench.shows(&["This is one alone; v shows the values of several that are edited together."]);
}

#[tokio::test]
async fn another_field_is_looked_for_among_all_of_them() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter / 'vmenabled enter").await;
    assert_eq!(bench.form().field, "VMEnabled");
    bench.keys("/ 'emailaddress enter").await;
    assert_eq!(bench.form().field, "EmailAddress");
}

#[tokio::test]
async fn tab_goes_from_section_to_section_and_never_to_what_nobody_sees() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("VoicemailSettings").await;
    let first = bench.form().field.clone();
    bench.keys("tab").await;
    assert_ne!(bench.form().field, first, "{}", bench.screen());
    bench.keys("shift-tab").await;
    assert_eq!(bench.form().field, first);
    // It stands in no list: the way out of it is shown.
    bench.keys("esc").await;
    bench.shows(&["Go to", "Settings"]);
    bench.keys("esc tab").await;
    assert_ne!(bench.form().field, first, "the keys are the form's again:\n{}", bench.screen());
}

#[tokio::test]
async fn a_question_speaks_of_one_change_as_of_one() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("VMEnabled").await;
    bench.keys("space esc").await;
    bench.shows(&["1 change to 214 Lovelace, Ada is not sent. Leave? The", "form keeps it while cordboard runs."]);
}

#[tokio::test]
async fn other_hours_of_a_day_are_told_by_the_day() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.go("Groups").await;
    bench.keys("/ 'sales enter enter").await;
    bench.field("Hours").await;
    bench.keys("enter").await;
    bench.shows(&["› Office hours"]);
    bench.keys("/ 'monday enter enter ctrl-u '8-16:30 enter esc / 'holidays enter space ctrl-s").await;
    bench.shows(&["~ Office hours  Hours  Own hours 5 of 7 days, changed inside:"]);
    bench.shows(&["~ Periods › Monday  08:00-18:00 → 08:00-16:30"]);
    bench.shows(&["IgnoreHolidays  off → on"]);
}
