//! The keys of a phone, which a PBX keeps as XML: a table of them, on the same draft as the text.

use super::super::support::{Bench, patch, simulator};
use cordboard::sim::Simulator;
use serde_json::json;

fn ada(pbx: &Simulator) -> String {
    pbx.faults().look("Users", Some("57"), "Blfs").unwrap().as_str().unwrap().to_owned()
}

async fn keys(pbx: &Simulator) -> Bench {
    let mut bench = Bench::on(pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("Blfs").await;
    bench.shows(&["BLF keys", "6 keys"]);
    bench.keys("enter").await;
    bench
}

#[tokio::test]
async fn a_key_is_added_for_a_person_by_name_and_the_rest_stays_byte_for_byte() {
    let pbx = simulator().await;
    let before = ada(&pbx);
    let mut bench = keys(&pbx).await;
    bench.shows(&["Users › 214 › BLF keys", "6 of 6 kept", "219", "O'Brien", "SP0", "log in", "Taxi"]);
    bench.keys("+ enter").await;
    bench.paste("222").await;
    bench.keys("enter").await;
    bench.shows(&["6 of 6 kept, 1 added", "Peña"]);
    bench.keys("ctrl-s").await;
    bench.shows(&["the whole list is sent: 6 of 6 kept, 1 added"]);
    bench.keys("y").await;
    bench.shows(&["saved and read back: BLF keys", "Reprovision"]);
    let new = "<BLF ID=\"65\" BLFNo=\"9\" BLFType=\"BLF\" BLFTypeID=\"0\">222</BLF></BLFS>";
    assert_eq!(ada(&pbx), before.replace("</BLFS>", new));
}

#[tokio::test]
async fn a_key_changes_its_place_with_its_neighbour_and_gaps_stay_gaps() {
    let pbx = simulator().await;
    let mut bench = keys(&pbx).await;
    bench.keys("down down down <").await;
    bench.shows(&["6 of 6 kept, 2 changed"]);
    bench.keys("ctrl-s y").await;
    let places: Vec<String> =
        ada(&pbx).split("BLFNo=\"").skip(1).map(|t| t.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(places, ["2", "3", "4", "6", "7", "8"]);
    assert!(ada(&pbx).contains("<BLF ID=\"20\" BLFNo=\"4\" BLFType=\"SharedParking\""), "{}", ada(&pbx));
}

#[tokio::test]
async fn a_key_gets_another_kind_and_what_it_watched_before_is_forgotten() {
    let pbx = simulator().await;
    let mut bench = keys(&pbx).await;
    bench.keys("down enter").await;
    bench.shows(&["Users › 214 › BLF keys › 3", "Kind", "Watches"]);
    bench.row("Kind").await;
    bench.keys("enter 'status enter").await;
    bench.shows(&["Out of office"]);
    bench.keys("'out enter esc").await;
    bench.keys("ctrl-s y").await;
    assert!(
        ada(&pbx).contains("<BLF ID=\"-1\" BLFNo=\"3\" BLFType=\"ProfileStatus\" BLFTypeID=\"5\">2</BLF>"),
        "{}",
        ada(&pbx)
    );
}

#[tokio::test]
async fn the_text_is_one_key_away_and_back_and_esc_on_the_way_adds_nothing() {
    let pbx = simulator().await;
    let mut bench = keys(&pbx).await;
    bench.keys("+ esc").await;
    bench.shows(&["6 of 6 kept"]);
    bench.keys("f2").await;
    bench.shows(&["<PhoneDevice><BLFS>"]);
    bench.replace("BLFNo=\"3\"", "BLFNo=\"5\"").await;
    bench.keys("f2").await;
    bench.shows(&["5 of 6 kept, 1 added, 1 removed"]);
    bench.keys("f2").await;
    bench.replace("</PhoneDevice>", "</Phone>").await;
    bench.keys("f2").await;
    bench.shows(&["not well-formed XML", "</Phone>"]);
    bench.keys("esc").await;
    bench.shows(&["not well-formed XML"]);
    bench.keys("backspace").await;
    assert!(!bench.form().is_dirty());
}

#[tokio::test]
async fn what_is_no_table_is_the_text_it_is_with_a_sentence() {
    let pbx = simulator().await;
    patch(&pbx, "Users", "57", json!({ "Blfs": "<Keys/>" }));
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("Blfs").await;
    bench.shows(&["There is no <PhoneDevice> in this XML"]);
    bench.keys("enter").await;
    bench.shows(&["This is the text as it is.", "<Keys/>"]);
}

#[tokio::test]
async fn a_key_that_watches_somebody_else_keeps_whom_when_only_its_kind_changes() {
    let pbx = simulator().await;
    let mut bench = keys(&pbx).await;
    bench.keys("down enter").await;
    bench.row("Kind").await;
    bench.keys("enter 'speed").await;
    bench.keys("enter").await;
    // Who it watches is offered, and is who it was.
    bench.keys("esc esc").await;
    bench.shows(&["219 O'Brien, Siân"]);
    bench.keys("ctrl-s y").await;
    let kept = "<BLF ID=\"62\" BLFNo=\"3\" BLFType=\"SpeedDial\" BLFTypeID=\"1\">219</BLF>";
    assert!(ada(&pbx).contains(kept), "{}", ada(&pbx));
}

fn blfs(pbx: &Simulator, id: &str) -> String {
    pbx.faults().look("Users", Some(id), "Blfs").unwrap().as_str().unwrap().to_owned()
}

fn doc(keys: &str) -> serde_json::Value {
    json!({ "Blfs": format!("<PhoneDevice><BLFS>{keys}</BLFS></PhoneDevice>") })
}

/// The first three people, whose keys are known: 43 has Ada at 2 and a line at 3, 44 has Ada at 2, 45 has none.
async fn several(pbx: &Simulator, size: (u16, u16)) -> Bench {
    let ada = "<BLF ID=\"57\" BLFNo=\"2\" BLFType=\"BLF\" BLFTypeID=\"0\">214</BLF>";
    let line = "<BLF ID=\"-1\" BLFNo=\"3\" BLFType=\"Line\" BLFTypeID=\"6\" />";
    patch(pbx, "Users", "43", doc(&format!("{ada}{line}")));
    patch(pbx, "Users", "44", doc(ada));
    patch(pbx, "Users", "45", doc(""));
    let mut bench = Bench::on(pbx, size).await;
    bench.keys("space space space e").await;
    bench.field("Blfs").await;
    bench
}

#[tokio::test]
async fn several_people_have_one_table_and_each_keeps_keys_of_their_own() {
    let pbx = simulator().await;
    let mut bench = several(&pbx, (120, 40)).await;
    bench.shows(&["2 keys (1), 1 key (1), none (1)"]);
    bench.keys("enter").await;
    bench.shows(&["who has it", "214 Lovelace, Ada", "2 of 3", "1 of 3", "Everybody keeps a list of their own"]);
    // One more for everybody, at everybody's own next place; the line goes where it was.
    bench.keys("+ enter").await;
    bench.paste("219").await;
    bench.keys("enter").await;
    bench.shows(&["for all", "O'Brien"]);
    bench.keys("up del").await;
    bench.keys("esc").await;
    bench.shows(&["put in BLF 219; take out 3 Line"]);
    bench.keys("ctrl-s").await;
    bench.shows(&["3 change"]);
    bench.keys("y").await;
    bench.shows(&["saved 3"]);
    let ada = "<BLF ID=\"57\" BLFNo=\"2\" BLFType=\"BLF\" BLFTypeID=\"0\">214</BLF>";
    let new = |place| format!("<BLF ID=\"62\" BLFNo=\"{place}\" BLFType=\"BLF\" BLFTypeID=\"0\">219</BLF>");
    assert_eq!(blfs(&pbx, "43"), doc(&format!("{ada}{}", new(3)))["Blfs"]);
    assert_eq!(blfs(&pbx, "44"), doc(&format!("{ada}{}", new(3)))["Blfs"]);
    assert_eq!(blfs(&pbx, "45"), doc(&new(1))["Blfs"]);
    // Their phones know of it when they fetch their settings: that is offered for those who were saved.
    bench.shows(&["Reprovision all phones: . offers it for those who were saved."]);
    bench.keys(".").await;
    bench.shows(&["Reprovision all phones", "3 ", "nothing is sent yet"]);
}

#[tokio::test]
async fn a_key_of_several_that_finds_its_place_taken_blocks_that_one_alone() {
    let pbx = simulator().await;
    let mut bench = several(&pbx, (120, 40)).await;
    bench.keys("enter enter").await;
    bench.row("Position").await;
    bench.keys("enter backspace '3 enter").await;
    bench.keys("ctrl-s").await;
    bench.shows(&["1 change", "1 already so", "1 blocked", "Position 3 is taken already: 3 Line."]);
}

#[tokio::test]
async fn as_text_several_get_the_same_keys_in_the_place_of_their_own() {
    let pbx = simulator().await;
    let mut bench = several(&pbx, (120, 40)).await;
    bench.keys("f2 f2").await;
    bench.shows(&["who has it"]);
    bench.keys("f2").await;
    // Nothing typed is nothing changed.
    bench.keys("esc").await;
    assert!(!bench.form().is_dirty());
    bench.keys("f2").await;
    bench.paste("<PhoneDevice><BLFS/></PhoneDevice>").await;
    bench.keys("f2").await;
    bench.shows(&["in the place of their own"]);
    bench.keys("esc").await;
    bench.shows(&["none (these in the place of everybody's own)"]);
    bench.keys("backspace").await;
    assert!(!bench.form().is_dirty());
    bench.keys("enter").await;
    bench.shows(&["who has it"]);
}
