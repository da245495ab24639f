//! Tables that people make: encodings, delimiters, ragged rows, headings, cells, and the way there and back.

use super::*;
use crate::catalog::{Catalog, Reference, Resource, Schema};
use crate::draft::Entity;
use crate::odata::{EntityKey, PbxId, Target};
use crate::plan::{Line, Planned};
use proptest::prelude::*;
use serde_json::{Value, json};

fn catalog() -> &'static Catalog {
    Catalog::shipped()
}

fn users() -> (&'static Resource, &'static Schema) {
    let resource = catalog().resource("Users").unwrap();
    (resource, catalog().entity(resource).unwrap())
}

fn cells(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.cells.iter().collect()).collect()
}

#[test]
fn bytes_of_every_kind_are_read() {
    let text = "Number,FirstName\n214,Zoë\n";
    let utf16 = |order: fn(u16) -> [u8; 2], mark: bool| {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(order).collect::<Vec<u8>>()
    };
    let mut marked = vec![0xef, 0xbb, 0xbf];
    marked.extend(text.as_bytes());
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (marked, Encoding::Utf8),
        (utf16(u16::to_le_bytes, true), Encoding::Utf16),
        (utf16(u16::to_be_bytes, true), Encoding::Utf16),
        (utf16(u16::to_le_bytes, false), Encoding::Utf16),
        (utf16(u16::to_be_bytes, false), Encoding::Utf16),
        (latin, Encoding::Windows),
    ] {
        let (read, how) = decode(&bytes).unwrap();
        assert_eq!((&*read, how), (text, encoding));
    }
    assert_eq!(decode(b"caf\xe9 \x80").unwrap().0, "café €");
    for (bytes, words) in [
        (&b"PK\x03\x04whatever"[..], "save it as CSV"),
        (b"\xff\xfea", "breaks off"),
        (b"\xff\xfe\x00\xd8a\x00", "no character"),
        (b"\xef\xbb\xbfa\xff", "not"),
        (b"a\x00\x00\x00bcdefghijklmnop", "zeros"),
    ] {
        let sentence = decode(bytes).unwrap_err();
        assert!(sentence.contains(words), "{sentence}");
    }
}

#[test]
fn tables_of_every_form_are_read() {
    let wanted = vec![vec!["214", "Love, \"lace\"\nLtd", ""], vec!["215", "x", "y"]];
    for text in [
        "Number,LastName,Mobile\n214,\"Love, \"\"lace\"\"\nLtd\",\n215,x,y\n",
        "Number;LastName;Mobile\r\n214;\"Love, \"\"lace\"\"\nLtd\";\r\n\r\n215;x;y\r\n",
        "Number\tLastName\tMobile\n214\t\"Love, \"\"lace\"\"\nLtd\"\n215\tx\ty",
        "sep=;\nNumber;LastName;Mobile\n214;\"Love, \"\"lace\"\"\nLtd\"\n;;\n215;x;y;;\n",
        "\n\nNumber,LastName,Mobile,,\n214,\"Love, \"\"lace\"\"\nLtd\"\n , ,\n215,x,y,,,,\n",
    ] {
        let table = read(text).unwrap_or_else(|complaints| panic!("{complaints:?}\n{text}"));
        assert_eq!(table.heading, ["Number", "LastName", "Mobile"], "{text}");
        assert_eq!(cells(&table), wanted, "{text}");
    }
}

#[test]
fn lines_are_counted_as_editors_do() {
    let table = read("a,b\n1,\"x\ny\"\n\n\n2,z\n3,w\n").unwrap();
    assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 6, 7]);
    let table = read("sep=;\r\na;b\r\n1;2\r\n").unwrap();
    assert_eq!(table.rows[0].line, 3);
}

#[test]
fn everything_wrong_with_the_form_is_told_at_once() {
    let told = |text: &str| read(text).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>();
    let ragged = told("a,b\n1,2\n1,2,3\n1\n1;2\n4,5,,6\n");
    assert_eq!(ragged.len(), 3, "{ragged:#?}");
    assert!(ragged[0].starts_with("line 3: This row has 3 cells, and the heading 2."), "{ragged:#?}");
    assert!(ragged[1].starts_with("line 5: This row has one cell"), "{ragged:#?}");
    assert!(ragged[2].starts_with("line 6: This row has 4 cells"), "{ragged:#?}");
    assert_eq!(told(""), ["There is nothing in the file, not even a heading."]);
    assert_eq!(told("\n , \n"), ["There is nothing in the file, not even a heading."]);
    let open = told("a,b\n1,2\n3,\"x\n4,5\n");
    assert!(open.contains(&"line 3: A quote is opened here and closed nowhere.".to_owned()), "{open:#?}");
    let many = format!("a\n{}", "1\n".repeat(MOST_ROWS + 1));
    assert!(told(&many)[0].contains("divide the file"));
    let wide = "x,".repeat(1_200);
    assert!(read(&format!("{}y\n1\n", wide)).is_err());
}

fn headed(heading: &[&str]) -> Result<Columns, Vec<String>> {
    let heading = heading.iter().map(|&h| h.to_owned()).collect();
    let table = Table { heading, line: 1, ..Table::default() };
    let columns = Columns::of(catalog(), users().0, &table, &["Notes".to_owned()], false);
    let complaints: Vec<String> = columns.complaints.iter().map(ToString::to_string).collect();
    if complaints.is_empty() { Ok(columns) } else { Err(complaints) }
}

/// A table, or all that is wrong with its form.
fn read(text: &str) -> Result<Table, Vec<Complaint>> {
    let table = super::read(text);
    if table.complaints.is_empty() { Ok(table) } else { Err(table.complaints) }
}

#[test]
fn headings_are_wire_names_titles_and_the_names_of_3cx() {
    let heading =
        ["Number", "first name", "E-MAIL", "MobileNumber", "EnableVoicemail", "Disabled", "notes", "", "Department"];
    let columns = headed(&heading).unwrap();
    let found: Vec<(&str, Use)> = columns.headings.iter().map(|h| (h.field.as_str(), h.used)).collect();
    assert_eq!(
        found,
        [
            ("Number", Use::Value),
            ("FirstName", Use::Value),
            ("EmailAddress", Use::Value),
            ("Mobile", Use::Value),
            ("VMEnabled", Use::Value),
            ("Enabled", Use::Opposite),
            ("", Use::Nothing),
            ("", Use::Nothing),
            ("PrimaryGroupId", Use::Value),
        ]
    );
    assert_eq!(headed(&["Number", "IsRegistered"]).unwrap().notes.len(), 1);
    let wrong = headed(&["Number", "FristName", "AuthPassword", "Mobile", "MobileNumber", "Shoe size"]).unwrap_err();
    assert_eq!(wrong.len(), 4, "{wrong:#?}");
    assert!(wrong[0].starts_with("line 1, column B (FristName): ") && wrong[0].contains("FirstName?"), "{wrong:#?}");
    assert!(wrong[1].contains("is a secret") && wrong[2].contains("in two columns"), "{wrong:#?}");
    assert!(wrong[3].contains("column F (Shoe size)"), "{wrong:#?}");
}

/// Sales is department 28; two are called Twin.
fn lookup(reference: &Reference, name: &str) -> Result<Option<String>, String> {
    assert_eq!((reference.resource, reference.by), ("Groups", "Id"));
    match name {
        "Sales" => Ok(Some("28".to_owned())),
        "Twin" => Err("Two departments are called Twin.".to_owned()),
        _ => Ok(None),
    }
}

#[test]
fn cells_are_values_by_the_kind_of_their_field() {
    let (_, schema) = users();
    let of = |field: &str, cell: &str, now: Option<Value>| {
        let field = schema.field(field).unwrap();
        value(catalog(), &catalog().kind(schema, field), field.nullable, cell, now.as_ref(), &lookup)
    };
    for (field, cell, meant) in [
        ("FirstName", "Ada", Some(json!("Ada"))),
        ("FirstName", " Ada ", Some(json!("Ada"))),
        ("FirstName", "", None),
        ("FirstName", "  ", None),
        ("FirstName", "<null>", Some(json!(null))),
        ("FirstName", "<empty>", Some(json!(""))),
        ("Mobile", "'+49301234", Some(json!("+49301234"))),
        ("Mobile", "+49301234", Some(json!("+49301234"))),
        ("FirstName", "'<null>", Some(json!("<null>"))),
        ("FirstName", "O'Brien", Some(json!("O'Brien"))),
        ("FirstName", "'tis", Some(json!("'tis"))),
        ("VMEnabled", "1", Some(json!(true))),
        ("VMEnabled", "FALSE", Some(json!(false))),
        ("VMEnabled", "off", Some(json!(false))),
        ("VMEmailOptions", "attachment", Some(json!("Attachment"))),
        ("VMEmailOptions", "Attachment, then delete", Some(json!("AttachmentAndDelete"))),
        ("PrimaryGroupId", "Sales", Some(json!(28))),
        ("PrimaryGroupId", "31", Some(json!(31))),
        ("PinProtectTimeout", "30", Some(json!(30))),
        ("Hours", "{\"Type\": \"Never\"}", Some(json!({"Type": "Never"}))),
    ] {
        assert_eq!(of(field, cell, None), Ok(meant), "{field} {cell}");
    }
    // As it is on the PBX, blanks and all, is no change.
    assert_eq!(of("FirstName", " Ada ", Some(json!(" Ada "))), Ok(None));
    for (field, cell, words) in [
        ("VMEnabled", "maybe", "On or off, please"),
        ("VMEnabled", "<empty>", "Only text can be empty"),
        ("VMEmailOptions", "Pigeon", "is not a VMEmailOptionsType"),
        ("PrimaryGroupId", "Saels", "There is no department \"Saels\"."),
        ("PrimaryGroupId", "Twin", "Two departments are called Twin."),
        ("PinProtectTimeout", "x", "A whole number, please"),
        ("Id", "<null>", "cannot be cleared"),
        ("Hours", "{", "An object in JSON, please; at character"),
    ] {
        let sentence = of(field, cell, None).unwrap_err();
        assert!(sentence.contains(words), "{field} {cell}: {sentence}");
    }
}

#[test]
fn no_cell_is_run_by_a_spreadsheet_program() {
    for (text, cell) in [
        ("+49 30 1", "'+49 30 1"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@x", "'@x"),
        ("-1", "'-1"),
        ("'=x", "''=x"),
        ("plain", "plain"),
        ("O'Brien", "O'Brien"),
    ] {
        assert_eq!(guarded(text), cell);
        assert_eq!(write::unguarded(cell), text);
    }
}

fn there() -> Vec<Entity> {
    let all = json!([
        {"Id": 57, "Number": "214", "EmailAddress": "ada@acme.example", "VMEnabled": true},
        {"Id": 58, "Number": "215", "EmailAddress": "grace@acme.example", "VMEnabled": false},
        {"Id": 59, "Number": "216", "EmailAddress": null, "VMEnabled": false},
    ]);
    all.as_array().unwrap().iter().map(|e| e.as_object().unwrap().clone()).collect()
}

fn matched(text: &str) -> Result<Vec<Matched>, Vec<String>> {
    let table = read(text).unwrap();
    let columns = Columns::of(catalog(), users().0, &table, &[], false);
    match_rows(catalog(), users().0, &columns, &table, &there())
        .map_err(|complaints| complaints.iter().map(ToString::to_string).collect())
}

#[test]
fn a_row_finds_whom_it_is_about_by_number_or_address() {
    use Matched::{At, New};
    assert_eq!(matched("Number,FirstName\n214,Ada\n299,Alan\n,Kurt\n"), Ok(vec![At(0), New, New]));
    assert_eq!(matched("EmailAddress,FirstName\nGRACE@acme.example,G\nnew@x,N\n"), Ok(vec![At(1), New]));
    assert_eq!(matched("Number,EmailAddress\n216,fresh@x\n,ada@acme.example\n"), Ok(vec![At(2), At(0)]));
    assert_eq!(matched("Id,FirstName\n58,G\n"), Ok(vec![At(1)]));
    for (text, words) in [
        ("FirstName,Mobile\nAda,1\n", "No column tells whom a row is about: at least one of Number, "),
        ("Number,VMEnabled\n214,1\n215,0\n214,0\n", "line 4: This is about the same one as line 2."),
        ("Number,FirstName\n299,A\n299,B\n", "line 3: This is about the same one as line 2."),
        ("Number,EmailAddress\n214,grace@acme.example\n", "grace@acme.example belongs to 215, and Number says 214."),
        ("Number,EmailAddress\n299,grace@acme.example\n", "grace@acme.example belongs to 215 already."),
        ("Id,FirstName\n99,G\n", "There is no user with the Id 99."),
        (
            "Number,Mobile\n214,1\n,2\n",
            "line 3: This row says neither a number nor a name, so nobody knows whom it is about.",
        ),
        ("Number,LastName,Mobile\n299,,1\n,<null>,2\n", "line 3: This row says neither"),
    ] {
        let complaints = matched(text).unwrap_err();
        assert!(complaints.iter().any(|c| c.contains(words)), "{text}: {complaints:#?}");
    }
}

/// The lines of a table over entities that are there, or every complaint.
fn planned(text: &str, there: &[Entity]) -> Result<Vec<Line>, Vec<String>> {
    let (resource, schema) = users();
    let words = |complaints: Vec<Complaint>| complaints.iter().map(ToString::to_string).collect::<Vec<_>>();
    let table = read(text).map_err(words)?;
    let columns = Columns::of(catalog(), resource, &table, &[], false);
    let matched = match_rows(catalog(), resource, &columns, &table, there).map_err(words)?;
    let mut complaints = Vec::new();
    let mut lines = Vec::new();
    for (record, found) in table.rows.iter().zip(matched) {
        let now = match found {
            Matched::At(at) => Some(&there[at]),
            Matched::New => None,
        };
        let key = now.and_then(|now| now["Id"].as_i64()).map(EntityKey::Int);
        let target = Target { pbx: PbxId::new("acme"), resource: "Users".into(), key };
        let edits = edits(catalog(), resource, &columns, record, now, &lookup);
        let whom = (target, "x".to_owned(), now.cloned().unwrap_or_default());
        match line(catalog(), schema, &columns, record, whom, edits) {
            Ok(line) => lines.push(line),
            Err(mut found) => complaints.append(&mut found),
        }
    }
    if complaints.is_empty() { Ok(lines) } else { Err(words(complaints)) }
}

#[test]
fn rows_become_changes_and_new_ones() {
    let lines = planned("Number,EnableVoicemail,EmailAddress\n214,1,\n215,1,<null>\n299,0,new@x\n", &there()).unwrap();
    let bodies: Vec<Option<Value>> = lines.iter().map(|line| line.changes().map(|set| set.body_shown())).collect();
    assert_eq!(
        bodies,
        [
            None,
            Some(json!({"EmailAddress": null, "VMEnabled": true})),
            Some(json!({"Number": "299", "EmailAddress": "new@x", "VMEnabled": false})),
        ]
    );
    assert_eq!(lines[0].planned, Planned::AlreadySo);
}

#[test]
fn every_bad_cell_is_told_with_line_and_column() {
    let complaints = planned(
        "Number,EmailAddress,VMEnabled,VMEmailOptions\n214,,maybe,Pigeon\n215,,1,\n,ada@acme.example,2,\n",
        &there(),
    )
    .unwrap_err();
    assert!(complaints.iter().any(|c| c.contains("same one as line 2")), "{complaints:#?}");
    let complaints = planned(
        "EmailAddress,Number,VMEnabled,VMEmailOptions\nada@acme.example,,maybe,Pigeon\ngrace@acme.example,,1,\nno@x,,2,\n",
        &there(),
    )
    .unwrap_err();
    insta::assert_snapshot!("bad_cells", complaints.join("\n"));
    // The number of somebody found by address is not changed by the way.
    let complaints = planned("EmailAddress,Number\nada@acme.example,299\n", &there()).unwrap_err();
    assert!(complaints[0].contains("belongs to 214 already"), "{complaints:#?}");
}

fn person() -> impl Strategy<Value = Entity> {
    let odd = prop_oneof![
        Just("<null>".to_owned()),
        Just("<empty>".to_owned()),
        Just("'+49".to_owned()),
        Just("=1+1".to_owned()),
        Just(" Ada ".to_owned()),
        Just("a\"b,c;d\ne\tf".to_owned()),
        Just("''".to_owned()),
        Just("1".to_owned()),
        "\\PC{0,10}",
    ];
    let text = proptest::option::of(odd).prop_map(|t| t.map_or(Value::Null, Value::from));
    let flag = proptest::option::of(any::<bool>()).prop_map(|b| b.map_or(Value::Null, Value::from));
    let member = prop_oneof![Just(json!("None")), Just(json!("AttachmentAndDelete")), Just(json!(null))];
    (text.clone(), text.clone(), text, flag, member, proptest::option::of(any::<i32>())).prop_map(
        |(first, last, mobile, voicemail, options, pin)| {
            let person = json!({"FirstName": first, "LastName": last, "Mobile": mobile, "VMEnabled": voicemail,
                "VMEmailOptions": options, "PinProtectTimeout": pin, "PrimaryGroupId": 28,
                "Hours": {"Type": "Never", "IgnoreHolidays": false, "Periods": []}});
            person.as_object().unwrap().clone()
        },
    )
}

proptest! {
    #[test]
    fn what_is_exported_and_imported_again_changes_nothing(people in proptest::collection::vec(person(), 1..5)) {
        let (_, schema) = users();
        let people: Vec<Entity> = people.into_iter().enumerate().map(|(at, mut person)| {
            person.insert("Id".to_owned(), json!(at));
            person.insert("Number".to_owned(), json!(format!("{}", 200 + at)));
            person
        }).collect();
        let fields = ["Number", "FirstName", "LastName", "Mobile", "VMEnabled", "VMEmailOptions", "PinProtectTimeout",
            "PrimaryGroupId", "Hours"];
        let row = |person: &Entity| fields.iter().map(|name| {
            let kind = catalog().kind(schema, schema.field(name).unwrap());
            cell(&kind, person.get(*name), (*name == "PrimaryGroupId").then_some("Sales"))
        }).collect::<Vec<_>>();
        let bytes = csv(&fields, people.iter().map(row));
        let (text, _) = decode(&bytes).unwrap();
        let lines = planned(&text, &people).map_err(|c| TestCaseError::fail(format!("{c:#?}\n{text}")))?;
        prop_assert_eq!(lines.len(), people.len());
        for line in lines {
            prop_assert_eq!(line.planned, Planned::AlreadySo);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok((text, _)) = decode(&bytes) {
            let _ = planned(&text, &there());
        }
    }

    #[test]
    fn no_table_makes_it_panic(text in "(Number|Id|VMEnabled|x|[,;\"\n\t0-9<>a-c]){0,40}") {
        let _ = planned(&text, &there());
    }
}
