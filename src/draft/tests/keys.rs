//! Texts that are tables: what was not edited stays byte for byte, whatever else is in the text.

use super::*;
use crate::catalog::Markup;
use crate::draft::ListEdit;
use crate::draft::markup::{called, carried, of_many, read, write};
use proptest::prelude::*;

fn rule() -> &'static Markup<'static> {
    Slot::of(Catalog::shipped(), schema("User"), "Blfs").markup().unwrap()
}

/// A key of each kind, as PBXs write them; the first position is the phone's own.
const KEYS: &str = "<PhoneDevice><BLFS><BLF ID=\"-1\" BLFNo=\"2\" BLFType=\"Line\" BLFTypeID=\"6\" />\
    <BLF ID=\"62\" BLFNo=\"3\" BLFType=\"BLF\" BLFTypeID=\"0\">219</BLF>\
    <BLF ID=\"-1\" BLFNo=\"5\" BLFType=\"CustomSpeedDial\" BLFTypeID=\"2\">*9104\nPage\nAll</BLF>\
    <BLF ID=\"LOGGEDINQUEUE\" BLFNo=\"9\" BLFType=\"QueueLogin\" BLFTypeID=\"4\">DEFINED BY ID</BLF></BLFS></PhoneDevice>";

fn rows(text: &str) -> Vec<Value> {
    read(rule(), text).unwrap()
}

fn written(text: &str, rows: &[Value]) -> String {
    write(rule(), text, rows).unwrap()
}

#[test]
fn the_keys_are_read_with_their_positions() {
    let seen: Vec<Value> =
        rows(KEYS).iter().map(|r| json!([r["Position"], r["Kind"], r["Watched"], r["Number"]])).collect();
    let expected = [
        json!([2, "Line", "-1", null]),
        json!([3, "BLF", "62", "219"]),
        json!([5, "CustomSpeedDial", "-1", "*9104"]),
        json!([9, "QueueLogin", "LOGGEDINQUEUE", "DEFINED BY ID"]),
    ];
    assert_eq!(seen, expected);
    assert_eq!((&rows(KEYS)[2]["FirstName"], &rows(KEYS)[2]["LastName"]), (&json!("Page"), &json!("All")));
}

#[test]
fn what_is_edited_changes_and_nothing_else() {
    type Edit = fn(&mut Vec<Value>);
    let edits: [(&str, Edit, &str, &str); 7] = [
        (
            "another person",
            |r| (r[1]["Watched"], r[1]["Number"]) = (json!("57"), json!("214")),
            "ID=\"62\" BLFNo=\"3\" BLFType=\"BLF\" BLFTypeID=\"0\">219",
            "ID=\"57\" BLFNo=\"3\" BLFType=\"BLF\" BLFTypeID=\"0\">214",
        ),
        ("another position", |r| r[1]["Position"] = json!(4), "BLFNo=\"3\"", "BLFNo=\"4\""),
        ("a text on a key", |r| r[2]["LastName"] = json!("A & B"), "Page\nAll", "Page\nA &amp; B"),
        (
            "no text on a key",
            |r| {
                r[2]["LastName"] = Value::Null;
                r[2]["FirstName"] = Value::Null
            },
            "*9104\nPage\nAll",
            "*9104",
        ),
        (
            "a line that dials",
            |r| {
                r[0]["Kind"] = json!("SpeedDial");
                r[0]["Watched"] = json!("57");
                r[0]["Number"] = json!("214")
            },
            "<BLF ID=\"-1\" BLFNo=\"2\" BLFType=\"Line\" BLFTypeID=\"6\" />",
            "<BLF ID=\"57\" BLFNo=\"2\" BLFType=\"SpeedDial\" BLFTypeID=\"1\">214</BLF>",
        ),
        (
            "one taken out",
            |r| drop(r.remove(1)),
            "<BLF ID=\"62\" BLFNo=\"3\" BLFType=\"BLF\" BLFTypeID=\"0\">219</BLF>",
            "",
        ),
        (
            "one more",
            |r| r.push(json!({"Kind": "BLF", "Watched": "57", "Number": "214"})),
            "</BLFS>",
            "<BLF ID=\"57\" BLFNo=\"10\" BLFType=\"BLF\" BLFTypeID=\"0\">214</BLF></BLFS>",
        ),
    ];
    for (what, edit, old, new) in edits {
        let mut rows = rows(KEYS);
        edit(&mut rows);
        assert_eq!(written(KEYS, &rows), KEYS.replacen(old, new, 1), "{what}");
    }
}

#[test]
fn what_nobody_knows_is_kept() {
    let odd = "<?xml version='1.0'?>\r\n<PhoneDevice model=\"x\">\n <!-- by hand -->\n <BLFS v='2'>\n  <Spare/>\n  \
        <BLF Color=\"red\" BLFNo='3'\n   ID=\"62\" BLFType=\"BLF\" ><![CDATA[219]]></BLF><!-- last -->\n  \
        <BLF BLFNo=\"4\" ID=\"63\" BLFType=\"Newer\"><Icon>x</Icon>220</BLF>\n </BLFS>\n <Expansion/>\n</PhoneDevice>\n";
    let mut all = rows(odd);
    assert_eq!(written(odd, &all), odd);
    all[1]["Number"] = json!("221");
    assert_eq!(written(odd, &all), odd.replace("</Icon>220", "</Icon>221"), "the icon stays");
    all[0]["Kind"] = json!("SpeedDial");
    let text = written(odd, &all);
    let watched = "BLFNo='3'\n   ID=\"62\" BLFType=\"SpeedDial\" BLFTypeID=\"1\" ><![CDATA[219]]></BLF>";
    assert!(text.contains(watched), "{text}");
    all[0]["Kind"] = json!("Line");
    let text = written(odd, &all);
    assert!(text.contains("Color=\"red\" BLFNo='3'\n   ID=\"-1\" BLFType=\"Line\" BLFTypeID=\"6\" ></BLF>"), "{text}");
    all.remove(0);
    let text = written(odd, &all);
    for kept in ["<Spare/>", "<!-- last -->", "<!-- by hand -->", "<Expansion/>", "<Icon>x</Icon>221"] {
        assert!(text.contains(kept), "{kept} is lost: {text}");
    }
    assert_eq!(rows(&text).len(), 1);
}

#[test]
fn an_empty_text_is_a_table_without_keys_and_others_are_refused_in_words() {
    for empty in ["", "  ", "<PhoneDevice><BLFS/></PhoneDevice>", "<PhoneDevice><BLFS></BLFS></PhoneDevice>"] {
        assert_eq!(rows(empty), Vec::<Value>::new());
        let text = written(empty, &[json!({"Kind": "Line"})]);
        let line = "<BLF ID=\"-1\" BLFNo=\"1\" BLFType=\"Line\" BLFTypeID=\"6\" />";
        assert_eq!(text, format!("<PhoneDevice><BLFS>{line}</BLFS></PhoneDevice>"));
    }
    let refused = |text: &str| read(rule(), text).unwrap_err();
    assert!(refused("<PhoneDevice><BLFS>").malformed);
    assert_eq!(refused("<PhoneDevice>\n<BLFS></PhoneDevice>").words, "This is not well-formed XML: line 2, column 7.");
    assert!(!refused("<Other/>").malformed && refused("<Other/>").words.contains("<PhoneDevice>"));
    assert!(refused("<!DOCTYPE x [<!ENTITY a \"b\">]><PhoneDevice><BLFS/></PhoneDevice>").malformed, "no entities");
}

#[test]
fn what_is_wrong_with_keys_is_said_on_the_key() {
    let mut draft = user(json!({ "Blfs": KEYS }));
    let mut keys = rows(KEYS);
    keys[1]["Watched"] = Value::Null;
    keys[2]["Position"] = json!(9);
    draft.set("Blfs", Value::from(written(KEYS, &keys)));
    let said: Vec<String> =
        draft.check(Catalog::shipped()).iter().map(|i| format!("{:?} {}: {}", i.severity, i.path, i.message)).collect();
    assert_eq!(
        said,
        [
            "Error 9: 9 is in the list twice: Position tells the elements apart.",
            "Warning 3/Watched: Without what it watches the key comes out blank on the phone."
        ]
    );
    draft.set("Blfs", Value::from("<PhoneDevice>"));
    assert!(draft.change_set(Catalog::shipped()).is_err(), "what is no XML is not sent");
}

#[test]
fn a_preview_tells_keys_and_not_xml() {
    let mut draft = user(json!({ "Blfs": KEYS }));
    let mut keys = rows(KEYS);
    keys[1]["Number"] = json!("214");
    keys.remove(0);
    draft.set("Blfs", Value::from(written(KEYS, &keys)));
    let set = draft.change_set(Catalog::shipped()).unwrap();
    let whole = set.changes[0].whole.unwrap();
    assert_eq!((whole.before, whole.kept, whole.changed, whole.removed), (4, 3, 1, 1));
    let lines: Vec<_> = set.lines(Catalog::shipped(), &set.changes[0]);
    assert!(lines.iter().any(|l| l.path == "3/Number" && l.after.as_deref() == Some("214")), "{lines:?}");
    assert!(lines.iter().all(|l| !format!("{l:?}").contains("<BLF")), "{lines:?}");
}

fn key() -> impl Strategy<Value = String> {
    let text = prop_oneof!["[0-9]{0,4}", "[ -~]{0,12}", "\\PC{0,8}", Just("a\nb\nc".to_owned())];
    (
        1..40_i64,
        prop_oneof![Just("BLF"), Just("Line"), Just("SharedParking"), Just("Odd")],
        0..4_u8,
        text,
        "[a-z ]{0,5}",
    )
        .prop_map(|(place, kind, style, text, other)| {
            let safe: String = text.replace('&', "&amp;").replace('<', "&lt;").replace(['>', '\''], "");
            let quoted = safe.replace('"', "&quot;").replace('\n', " ");
            match style {
                0 => format!("<BLF BLFNo=\"{place}\" BLFType=\"{kind}\" ID=\"{quoted}\" />"),
                1 => format!("<BLF ID='{quoted}' BLFNo='{place}' BLFType=\"{kind}\" x=\"{other}\">{safe}</BLF>\n"),
                2 => format!("<!--{other}--><BLF BLFNo=\"{place}\" BLFType=\"{kind}\"><In/>{safe}</BLF>"),
                _ => format!("{other}<BLF  BLFNo=\"{place}\"\tBLFType=\"{kind}\" >{safe}</BLF ><Else/>"),
            }
        })
}

proptest! {
    #[test]
    fn any_keys_are_written_as_they_were_read(keys in prop::collection::vec(key(), 0..6)) {
        let text = format!("<PhoneDevice><BLFS>{}</BLFS></PhoneDevice>", keys.concat());
        let all = rows(&text);
        prop_assert_eq!(all.len(), keys.len());
        prop_assert_eq!(written(&text, &all), text);
    }

    #[test]
    fn what_is_written_is_what_is_read(keys in prop::collection::vec(key(), 1..6), at in 0..6_usize, number in "\\PC{1,12}", place in 1..99_i64) {
        let text = format!("<PhoneDevice><BLFS>{}</BLFS></PhoneDevice>", keys.concat());
        let mut all = rows(&text);
        let at = at % all.len();
        let number = number.trim().to_owned();
        all[at]["Position"] = json!(place);
        all[at]["Number"] = if number.is_empty() { Value::Null } else { Value::from(number) };
        let again = rows(&written(&text, &all));
        for (i, (want, got)) in all.iter().zip(&again).enumerate() {
            for member in ["Position", "Kind", "Watched", "Number", "FirstName", "LastName"] {
                prop_assert_eq!(&want[member], &got[member], "{} of key {}", member, i);
            }
        }
    }

    #[test]
    fn no_text_breaks_the_reading(text in "[<>/BLFS\"='& a-z]{0,60}") {
        if let Ok(all) = read(rule(), &text) {
            prop_assert_eq!(read(rule(), &written(&text, &all)).unwrap().len(), all.len());
        }
    }
}

/// A text of these keys.
fn doc(keys: &str) -> String {
    format!("<PhoneDevice><BLFS>{keys}</BLFS></PhoneDevice>")
}

/// A key as the console writes it.
fn one(id: &str, place: u8, kind: &str, nth: &str, text: &str) -> String {
    let tail = if text.is_empty() { " />".to_owned() } else { format!(">{text}</BLF>") };
    format!("<BLF ID=\"{id}\" BLFNo=\"{place}\" BLFType=\"{kind}\" BLFTypeID=\"{nth}\"{tail}")
}

#[test]
fn between_two_kinds_that_watch_somebody_the_one_who_is_watched_stays() {
    let text = doc(&one("57", 3, "BLF", "0", "214"));
    let mut rows = read(rule(), &text).unwrap();
    rows[0]["Kind"] = "SpeedDial".into();
    assert_eq!(write(rule(), &text, &rows).unwrap(), doc(&one("57", 3, "SpeedDial", "1", "214")));
}

#[test]
fn what_is_made_of_the_rows_of_many_is_made_in_ones_own_text() {
    let (ada, sian, line) =
        (one("57", 2, "BLF", "0", "214"), one("62", 3, "BLF", "0", "219"), one("-1", 4, "Line", "6", ""));
    let texts = [doc(&(ada.clone() + &sian)), doc(&(sian.clone() + &line)), doc(&sian), String::new()];
    let all = of_many(rule(), texts.iter().map(|text| (text.as_str(), 1))).unwrap();
    let (rows, counts): (Vec<Value>, Vec<usize>) = all.into_iter().unzip();
    assert_eq!(counts, [1, 3, 1]);
    assert_eq!(rows.iter().map(|row| called(rule(), row)).collect::<Vec<_>>(), ["2 BLF 214", "3 BLF 219", "4 Line"]);
    let user = schema("User");
    let slot = Slot::of(Catalog::shipped(), user, "Blfs").table_of_many(Catalog::shipped()).unwrap();
    let made = |now: &[Value]| -> Vec<Option<String>> {
        let edit = ListEdit::between(&slot, &rows, now);
        texts.iter().map(|text| carried(rule(), &edit, text).unwrap()).collect()
    };
    // Taken out where it was; the others are not touched.
    let mut now = rows.clone();
    now.remove(0);
    assert_eq!(made(&now), [Some(doc(&sian)), None, None, None]);
    // Changed where it was: place and all.
    let mut now = rows.clone();
    now[1]["Position"] = 9.into();
    let moved = one("62", 9, "BLF", "0", "219");
    let expected = [Some(doc(&(ada.clone() + &moved))), Some(doc(&(moved.clone() + &line))), Some(doc(&moved)), None];
    assert_eq!(made(&now), expected);
    // Put in at everybody's own next place, but where there is one like it.
    let mut now = rows.clone();
    now.push(json!({ "Kind": "BLF", "Watched": "57", "Number": "214" }));
    let next = |n| one("57", n, "BLF", "0", "214");
    let expected = [
        None,
        Some(doc(&(sian.clone() + &line + &next(5)))),
        Some(doc(&(sian.clone() + &next(4)))),
        Some(doc(&next(1))),
    ];
    assert_eq!(made(&now), expected);
    // A place that somebody has something else at.
    let mut now = rows.clone();
    now[1]["Position"] = 2.into();
    let edit = ListEdit::between(&slot, &rows, &now);
    let why = carried(rule(), &edit, &texts[0]).unwrap_err().words;
    assert_eq!(why, "Position 2 is taken already: 2 BLF 214.");
    assert!(carried(rule(), &edit, &texts[1]).unwrap().is_some());
}
