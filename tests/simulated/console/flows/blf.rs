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
    bench.shows(&["Users › 214 › Blfs", "6 of 6 kept", "219", "O'Brien", "SP0", "log in", "Taxi"]);
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
    bench.shows(&["Users › 214 › Blfs › 3", "Kind", "Watches"]);
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
