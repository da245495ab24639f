//! The screens worth looking at, each reached by keys from a fresh start. Snapshots, pictures and the sweep share them.

use super::support::{Bench, client, client_with};
use super::{batches, past};
use cordboard::app::{Event, Memory};
use cordboard::draft::Kept;
use cordboard::odata::{PbxId, Target};
use cordboard::plan::{ConsoleId, Offered};
use cordboard::shell::connected;
use cordboard::sim::{self, Answer, Gate, Matcher, Options, Simulator};
use cordboard::theme::Theme;
use cordboard::ui::Look;
use cordboard::ui::glyphs::{ASCII, UTF8};
use serde_json::json;

/// A screen, and what must stay alive for it.
pub(crate) struct Scene {
    pub(crate) bench: Bench,
    _pbx: Option<Simulator>,
    _gate: Option<Gate>,
    _home: Option<tempfile::TempDir>,
}

impl Scene {
    pub(super) fn new(
        bench: Bench,
        pbx: Option<Simulator>,
        gate: Option<Gate>,
        home: Option<tempfile::TempDir>,
    ) -> Self {
        Self { bench, _pbx: pbx, _gate: gate, _home: home }
    }
}

/// Every screen by name.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    ALL.iter().chain(past::ALL).chain(batches::ALL).copied()
}

const ALL: &[&str] = &[
    "list",
    "first_time",
    "list_filtered",
    "list_no_match",
    "list_loading",
    "list_empty",
    "list_failed",
    "list_offline",
    "list_refused",
    "list_no_rights",
    "log",
    "operations",
    "sidebar",
    "form",
    "form_changed",
    "form_find",
    "form_typing",
    "form_secret_typed",
    "picker",
    "picker_many",
    "picker_reference",
    "table",
    "table_changed",
    "table_add",
    "part",
    "part_deep",
    "week",
    "keys",
    "keys_changed",
    "keys_add",
    "keys_preview",
    "completion",
    "completion_low",
    "answer_to_file",
    "row_without_key",
    "columns",
    "json",
    "json_syntax",
    "json_schema",
    "json_long",
    "preview",
    "preview_list",
    "saved",
    "altered",
    "refused",
    "conflict",
    "not_confirmed",
    "not_sent",
    "changes",
    "palette",
    "palette_person",
    "help",
    "question",
    "list_marked",
    "many_form",
    "many_plan",
    "many_done",
    "many_list",
    "many_list_plan",
    "many_keys",
    "many_keys_done",
    "overwrite",
    "offers_narrowed",
    "typing_wrong",
    "many_held",
    "new",
    "new_preview",
    "new_taken",
    "created",
    "actions",
    "deletion",
    "deleted",
    "action_form",
    "action_preview",
    "action_agreed",
    "action_mild",
    "answer",
    "answer_secret",
    "answer_json",
    "answer_failed",
    "delete_marked",
    "deleted_marked",
    "offer",
    "image_file",
    "many_call_menu",
    "many_call_plan",
    "many_call_first",
    "drafts_offered",
    "drafts",
    "draft_elsewhere",
    "draft_discard",
];

/// The signs and colours of a plain terminal.
pub(crate) fn look() -> Look {
    Look { theme: Theme::default(), glyphs: &UTF8 }
}

/// The signs of a terminal without UTF-8.
pub(crate) fn ascii() -> Look {
    Look { theme: Theme::default(), glyphs: &ASCII }
}

/// Reaches a screen.
pub(crate) async fn reach(name: &str, size: (u16, u16), look: Look) -> Scene {
    let mut options = Options::default();
    if name == "list_empty" {
        options.seed = json!({ "Contacts": [] }).as_object().cloned();
    }
    let pbx = sim::start(options).await.unwrap();
    if batches::ALL.contains(&name) {
        return batches::reach(name, pbx, size, look).await;
    }
    if past::ALL.contains(&name) {
        return past::reach(name, pbx, size, look).await;
    }
    let connecting = match name {
        "list_refused" => connected(client_with(&pbx, "wrong")),
        _ => connected(client(&pbx)),
    };
    let faults = pbx.faults().clone();
    let users = Matcher::path("/xapi/v1/Users");
    let patches = Matcher::new("PATCH", "/xapi/v1/Users");
    let (mut pbx, mut gate) = (Some(pbx), None);
    match name {
        "list_loading" => gate = Some(faults.hold(users.clone())),
        "list_failed" => faults.answer(users.clone(), 9, Answer::Broken),
        "list_no_rights" => faults.answer(users.clone(), 9, Answer::Forbidden),
        "list_offline" => pbx.take().unwrap().stop().await,
        "answer_failed" => faults.answer(Matcher::path("/xapi/v1/SystemStatus"), 9, Answer::Broken),
        "altered" => faults.alter("Users", "FirstName", json!("ADA")),
        "not_confirmed" => faults.answer(patches.clone(), 1, Answer::Cut),
        _ => {}
    }
    let mut bench = Bench::begin(connecting, size, look);
    match name {
        "list_loading" => {
            bench.until("20.0.10").await;
            return Scene::new(bench, pbx, gate, None);
        }
        _ => bench.idle().await,
    }
    let form = "2 1 4 enter";
    match name {
        "list" => bench.keys("2 1 4 esc").await,
        "first_time" => {
            bench.console.take(Event::Recalled(Memory::default()));
            bench.idle().await;
        }
        "list_filtered" => {
            bench.keys("/").await;
            bench.paste("dep=sales vm=off").await;
            bench.keys("enter").await;
        }
        "list_no_match" => bench.keys("/ 'zzz enter").await,
        "list_empty" => bench.go("Contacts").await,
        "list_loading" | "list_failed" | "list_offline" | "list_refused" | "list_no_rights" => {}
        "log" => bench.go("EventLogs").await,
        "operations" => bench.go("PurgeCalls").await,
        "sidebar" => bench.keys("tab down down").await,
        "form" => bench.keys(form).await,
        "new" => bench.keys("+").await,
        "new_preview" | "new_taken" | "created" => {
            bench.keys("+ enter 'Grace enter").await;
            bench.field("Number").await;
            bench.keys("enter").await;
            bench.keys(if name == "new_taken" { "backspace backspace backspace '214 enter" } else { "enter" }).await;
            bench.keys(if name == "new_preview" { "ctrl-s" } else { "ctrl-s y" }).await;
        }
        "actions" => bench.keys("2 1 4 esc .").await,
        "action_form" | "action_preview" | "action_agreed" => {
            bench.keys("2 1 4 esc . 'new space 'pass enter").await;
            let more = match name {
                "action_form" => "down down down down space",
                "action_preview" => "down down down down space ctrl-s",
                _ => "down down down down space ctrl-s y '21",
            };
            bench.keys(more).await;
        }
        "delete_marked" => bench.keys("space space . 'marked enter '2").await,
        "deleted_marked" => bench.keys("space space . 'marked enter '2 enter").await,
        "offer" => {
            bench.keys(form).await;
            bench.field("Blfs").await;
            bench.keys("enter + 'line enter ctrl-s y").await;
        }
        "image_file" => {
            bench.go("GeneralSettingsForApps").await;
            bench.field("BrandLogoImage").await;
            bench.keys("enter '/no/such/logo.png enter").await;
        }
        "action_mild" => bench.keys("2 1 4 esc . 'welcome enter").await,
        "answer" | "answer_json" | "answer_failed" => {
            bench.keys("ctrl-p 'SystemExtensions enter").await;
            if name == "answer_json" {
                bench.keys("f2").await;
            }
        }
        "answer_secret" => {
            bench.go("ServicePrincipals").await;
            bench.keys("end . 'key enter").await;
            let id = bench.selected();
            bench.keys(&format!("'{id} enter")).await;
        }
        "deletion" => bench.keys("2 1 4 enter . 'delete enter '21").await,
        "deleted" => bench.keys("2 1 4 enter . 'delete enter '214 enter").await,
        "form_find" => {
            bench.keys(form).await;
            bench.keys("/ 'vm").await;
        }
        "form_typing" => {
            bench.keys(form).await;
            bench.field("PinProtectTimeout").await;
            bench.keys("enter 'x enter").await;
        }
        "form_secret_typed" => {
            bench.keys(form).await;
            bench.field("VMPIN").await;
            bench.keys("enter '4711").await;
        }
        "picker" => {
            bench.keys(form).await;
            bench.field("VMEmailOptions").await;
            bench.keys("enter").await;
        }
        "picker_many" => {
            bench.keys(form).await;
            bench.field("OfficeHoursProps").await;
            bench.keys("enter space").await;
        }
        "picker_reference" => {
            bench.keys(form).await;
            bench.field("PrimaryGroupId").await;
            bench.keys("enter").await;
        }
        "table" | "part" | "part_deep" => {
            bench.keys(form).await;
            bench.field("ForwardingProfiles").await;
            bench.keys("enter").await;
            match name {
                "part" => bench.keys("down enter down down down down").await,
                "part_deep" => {
                    bench.keys("enter").await;
                    bench.row("AvailableRoute/NoAnswerExternal").await;
                    bench.keys("enter").await;
                }
                _ => {}
            }
        }
        "week" => {
            bench.keys("2 2 2 enter").await;
            bench.field("Hours").await;
            bench.keys("enter enter 'specific enter down down enter '9-12,13-17 enter").await;
        }
        "keys" | "keys_changed" | "keys_add" | "keys_preview" => {
            bench.keys(form).await;
            bench.field("Blfs").await;
            bench.keys("enter").await;
            match name {
                "keys_add" => bench.keys("+ enter '22").await,
                "keys_changed" => bench.keys("+ enter '222 enter down < home down del").await,
                "keys_preview" => bench.keys("+ enter '222 enter home down del ctrl-s").await,
                _ => {}
            }
        }
        "answer_to_file" => {
            bench.keys("ctrl-p 'SystemExtensions enter").await;
            bench.keys("w").await;
        }
        "row_without_key" => {
            bench.go("LastCdrAndChatMessageTimestamp").await;
            bench.keys("enter").await;
        }
        "columns" => bench.keys("C").await,
        "completion" | "completion_low" => {
            bench.keys(form).await;
            bench.field("ForwardingProfiles").await;
            bench.keys("f2").await;
            if name == "completion_low" {
                // Near the last line of the screen the list stands above the cursor.
                let lines = usize::from(bench.console.model().size.1) - 18;
                bench.replace("[", &format!("[{}", "\n".repeat(lines))).await;
            }
            bench.replace("\"Extension\"", "\"Voice").await;
            bench.keys("tab").await;
        }
        "table_changed" | "table_add" => {
            bench.keys(form).await;
            bench.field("Groups").await;
            bench.keys("enter +").await;
            if name == "table_changed" {
                bench.keys("'support enter 'man enter home del").await;
            }
        }
        "json_long" => {
            let profiles: Vec<_> = (0..1600).map(|at| json!({ "Id": at + 1, "Name": format!("Away {at}") })).collect();
            let many = json!({ "ForwardingProfiles": profiles }).as_object().unwrap().clone();
            assert!(faults.patch("Users", Some("57"), many));
            bench.keys(form).await;
            bench.field("ForwardingProfiles").await;
            bench.keys("f2 pgdn 'x").await;
        }
        "json" | "json_syntax" | "json_schema" | "preview_list" => {
            bench.keys(form).await;
            bench.field("ForwardingProfiles").await;
            bench.keys("f2").await;
            match name {
                "json" => bench.press("ctrl-home"),
                "json_syntax" => bench.replace("\"NoAnswerTimeout\": 20,", "\"NoAnswerTimeout\": 20").await,
                "json_schema" => bench.replace("\"To\": \"Extension\"", "\"To\": \"VoiceMial\"").await,
                _ => {
                    bench.replace("\"NoAnswerTimeout\": 20", "\"NoAnswerTimeout\": 35").await;
                    bench.keys("ctrl-s").await;
                }
            }
        }
        "conflict" => {
            edit(&mut bench).await;
            let theirs = json!({ "FirstName": "Augusta", "VMEnabled": false }).as_object().unwrap().clone();
            assert!(faults.patch("Users", Some("57"), theirs));
            bench.keys("ctrl-s y").await;
        }
        "not_sent" => {
            edit(&mut bench).await;
            pbx.take().unwrap().stop().await;
            bench.keys("ctrl-s y").await;
        }
        "refused" => {
            bench.keys(form).await;
            bench.field("EmailAddress").await;
            bench.keys("enter ctrl-backspace ctrl-backspace ctrl-backspace ctrl-backspace ctrl-backspace").await;
            let refused = vec![("EmailAddress".to_owned(), "WARNINGS.XAPI.ALREADY_IN_USE".to_owned())];
            faults.answer(patches, 1, Answer::Refused(refused));
            bench.paste("greta.angelo@acme.example").await;
            bench.keys("enter ctrl-s y").await;
        }
        "form_changed" | "preview" | "saved" | "altered" | "not_confirmed" | "changes" | "question" => {
            edit(&mut bench).await;
            bench
                .keys(match name {
                    "preview" => "ctrl-s",
                    "saved" | "altered" | "not_confirmed" => "ctrl-s y",
                    "changes" => "ctrl-s y esc f4",
                    "question" => "esc",
                    _ => "home home",
                })
                .await;
        }
        "palette" => bench.keys("ctrl-p 'de").await,
        "palette_person" => {
            bench.keys("ctrl-p").await;
            bench.paste("lovelace").await;
        }
        "many_keys" | "many_keys_done" => {
            bench.keys("2 0 7 esc space space space e").await;
            bench.field("Blfs").await;
            bench.keys("enter + enter").await;
            bench.paste("222").await;
            bench.keys("enter").await;
            if name == "many_keys_done" {
                bench.keys("ctrl-s y").await;
            }
        }
        "overwrite" => {
            bench.keys("ctrl-p 'exportextensions enter w").await;
            bench.keys("ctrl-u 'LICENSE-MIT enter").await;
        }
        "offers_narrowed" => {
            bench.keys("2 1 4 enter").await;
            bench.field("ForwardingProfiles").await;
            bench.keys("f2").await;
            bench.replace("\"To\": \"Extension\"", "\"To\": ").await;
            bench.keys("tab 'vo").await;
        }
        "typing_wrong" => {
            bench.keys("2 1 4 enter").await;
            bench.field("Hours").await;
            bench.keys("enter down down").await;
            bench.keys("enter 'Mon-Fro space '9-17 enter").await;
        }
        "many_list" | "many_list_plan" => {
            bench.keys("2 0 7 esc space space space e").await;
            bench.field("Groups").await;
            bench.keys("enter +").await;
            bench.paste("Management").await;
            bench.keys("enter").await;
            bench.paste("Manager").await;
            bench.keys("enter").await;
            if name == "many_list_plan" {
                bench.keys("up up del ctrl-s").await;
            }
        }
        "list_marked" | "many_form" | "many_plan" | "many_done" | "many_held" => {
            bench.keys("2 0 7 esc space space space").await;
            if name != "list_marked" {
                bench.keys("e / 'vmen enter space / esc").await;
            }
            if name == "many_held" {
                bench.keys("ctrl-s").await;
                faults.answer(Matcher::new("GET", "/xapi/v1/Users(51)"), 3, Answer::Cut);
                bench.keys("y").await;
            }
            if matches!(name, "many_plan" | "many_done") {
                bench.keys("ctrl-s").await;
            }
            if name == "many_done" {
                let refused = Answer::Refused(vec![("VMEnabled".to_owned(), "WARNINGS.LIMIT_REACHED".to_owned())]);
                faults.answer(Matcher::new("PATCH", "/xapi/v1/Users(51)"), 1, refused);
                bench.keys("y").await;
            }
        }
        "drafts_offered" | "drafts" | "draft_elsewhere" | "draft_discard" => {
            bench.console.take(Event::Offered(unsent()));
            bench.idle().await;
            bench
                .keys(match name {
                    "drafts_offered" => return Scene::new(bench, pbx, gate, None),
                    "drafts" => "D down",
                    "draft_elsewhere" => "D enter",
                    _ => "D del",
                })
                .await;
        }
        "many_call_menu" => bench.keys("2 0 7 esc space space space .").await,
        "many_call_plan" | "many_call_first" => {
            bench.keys("2 0 7 esc space space space . 'new space 'passwords space 'marked enter").await;
            bench.keys("down down down down space ctrl-s").await;
            if name == "many_call_first" {
                bench.keys("y '3 enter").await;
            }
        }
        "help" => bench.keys("?").await,
        _ => panic!("no state {name}"),
    }
    Scene::new(bench, pbx, gate, None)
}

/// What two consoles left that are gone.
fn unsent() -> Vec<Offered> {
    let target = |resource: &str| Target { pbx: PbxId::new("acme"), resource: resource.into(), key: None };
    let offered = |at: &str, resource: &str, kept: serde_json::Value| Offered {
        console: ConsoleId(1),
        at: at.to_owned(),
        kept: Kept::from_text(target(resource), &kept.to_string()).unwrap(),
    };
    let edit = |field: &str, base: serde_json::Value, value: serde_json::Value| json!({ "field": field, "base": base, "value": value });
    let ada = json!({
        "key": 57, "label": "214 Lovelace, Ada", "schema": "User", "revision": "", "texts": [], "many": [],
        "lost": ["VMPIN"],
        "edits": [edit("VMEnabled", json!(false), json!(true)), edit("Mobile", json!("+49 170 555 0101"), json!("0170 1"))],
    });
    let many = json!({
        "key": "* 7", "label": "3 users", "schema": "User", "revision": "", "texts": [], "lost": [],
        "many": [[50, "207 Bauer, Jürgen"], [51, "208 Ito, 明"], [52, "209 Peña, Luz"]],
        "edits": [edit("Language", json!("EN"), json!("DE"))],
    });
    vec![offered("2026-11-22T13:02:11.123Z", "Users", ada), offered("2026-11-21T09:40:00.000Z", "Users", many)]
}

/// Changes a text, a switch and a choice of 214.
async fn edit(bench: &mut Bench) {
    bench.keys("2 1 4 enter").await;
    bench.field("FirstName").await;
    bench.keys("enter").await;
    bench.paste(" B.").await;
    bench.keys("enter").await;
    bench.field("VMEnabled").await;
    bench.keys("space down enter").await;
    bench.paste("attachment").await;
    bench.keys("enter").await;
}
