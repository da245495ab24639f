//! Bad input for the verbs that send, and for the console on a full disk: a sentence each, and nothing is sent.

use crate::process::PROGRAM;
use crate::scripts::Desk;
use crate::terminal::{Terminal, words};
use rusqlite::Connection;

/// A desk that has done something, with a plan, a sheet, and a run that waits to be gone on with.
fn desk() -> Desk {
    let desk = Desk::new(&["--users", "40"]);
    desk.ends("set Users 214 Mobile=+49301 --yes", 0);
    desk.ends("plan Users --only 207,208,209 --set CallScreening=true -o p.json", 0);
    desk.home.write("four.csv", "Number,CallScreening\n210,1\n211,1\n212,1\n213,1\n");
    let refusal = serde_json::json!({"method": "PATCH", "path": "/xapi/v1/Users", "times": 1, "answer": "refused",
        "fields": [["CallScreening", "WARNINGS.XAPI.NOT_SUPPORTED"]]});
    desk.knob("answer", &refusal);
    desk.ends("import four.csv --yes --stop-after 1 --max-parallel 1", 3);
    desk
}

/// Every way to send something.
const WAYS: [&str; 6] = [
    "set Users 214 Mobile=+49302 --yes",
    "apply p.json --yes",
    "apply p.json --fast --yes",
    "import four.csv --yes",
    "undo --yes",
    "resume --yes",
];

#[test]
fn a_journal_that_cannot_be_used_is_named_and_no_verb_sends_anything() {
    let desk = desk();
    let path = desk.home.path().join("state/cordboard/journal.sqlite");
    let open = || Connection::open(&path).unwrap();
    let sent = desk.writes();
    let good = std::fs::read(&path).unwrap();
    let mut torn = good.clone();
    torn.truncate(4096);
    torn[200..].fill(0xaa);
    let spoil: [(&str, &dyn Fn()); 5] = [
        ("is damaged", &|| std::fs::write(&path, "This was a database once. ".repeat(100)).unwrap()),
        ("is damaged", &|| std::fs::write(&path, &torn).unwrap()),
        ("is empty, and ", &|| {
            std::fs::write(path.with_file_name("journal.sqlite-wal"), &good).unwrap();
            std::fs::write(&path, "").unwrap();
        }),
        ("was made by a newer cordboard (its form is 99, this one knows 1).", &|| {
            open().pragma_update(None, "user_version", 99).unwrap();
        }),
        ("is a database of another program.", &|| {
            std::fs::remove_file(&path).unwrap();
            open().execute_batch("CREATE TABLE theirs (a)").unwrap();
        }),
    ];
    let restore = || {
        ["-wal", "-shm"].iter().for_each(|end| drop(std::fs::remove_file(format!("{}{end}", path.display()))));
        std::fs::write(&path, &good).unwrap();
    };
    for (says, spoil) in spoil {
        restore();
        spoil();
        for way in WAYS {
            let said = desk.run(way);
            assert!(said.code == Some(1) && said.err.contains(says) && said.out.is_empty(), "{says}, {way}: {said:?}");
        }
        assert_eq!(desk.writes(), sent, "{says}");
    }
    // Somebody else has it and does not let it go.
    restore();
    let held = open();
    held.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let said = desk.ends("apply p.json --yes", 1);
    assert!(said.err.contains("is in use by another program, and stayed so.") && said.out.is_empty(), "{said:?}");
    assert_eq!(desk.writes(), sent);
    held.execute_batch("ROLLBACK").unwrap();
    desk.ends("resume --yes", 0);
    assert_eq!(desk.writes(), sent + 3);
}

#[test]
fn on_a_full_disk_no_plan_is_half_written_and_nothing_is_sent() {
    let desk = desk();
    let sent = desk.writes();
    let state = desk.home.path().join("state");
    for line in
        ["plan Users --set Mobile=+49{Number} -o full.json", "import four.csv -o full.json", "export Users -o full.csv"]
    {
        let arguments: Vec<&str> = line.split(' ').collect();
        let said = desk.home.run_within(1, &arguments);
        assert!(said.err.contains(" cannot be written: ") && said.code != Some(0), "{line}: {said:?}");
    }
    let left =
        std::fs::read_dir(desk.home.path()).unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    assert_eq!(left.filter(|name| name.contains("full")).count(), 0, "nothing is left lying");
    // Where the journal cannot even begin, nothing is sent by any of them.
    std::fs::remove_dir_all(&state).unwrap();
    for way in WAYS.iter().filter(|way| !way.starts_with("undo") && !way.starts_with("resume")) {
        let said = desk.home.run_within(8, &way.split(' ').collect::<Vec<_>>());
        assert!(said.code == Some(1) && said.err.contains("The disk of the journal "), "{way}: {said:?}");
        assert!(said.out.is_empty(), "{way}: {said:?}");
        std::fs::remove_dir_all(&state).unwrap();
    }
    assert_eq!(desk.writes(), sent);

    // And from the console: one, and several.
    for (keys, shown) in [("214\r", "Identity"), ("207\r", "Identity")] {
        let within = ["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\"", PROGRAM];
        let mut console = Terminal::of(&desk.home, "sh", &within, &[("LOGNAME", "ada")]);
        console.until("40 of 40");
        console.keys(keys);
        console.until(shown);
        if keys.starts_with("207") {
            console.keys("\x1b");
            console.until("40 of 40");
            console.keys("   ");
            console.until("3 marked");
            console.keys("e");
            console.until("3 users");
        }
        console.keys("/callscreen\r");
        console.until("Ask callers");
        console.keys(" ");
        console.until("1 changed");
        console.keys("\x13");
        console.until("y send");
        console.agree();
        console.wait(|screen| words(screen).contains("The disk of the journal "), "to what stands in the way");
        assert_eq!(desk.writes(), sent, "{}", console.contents());
        drop(console);
        std::fs::remove_dir_all(&state).unwrap();
    }
}

#[test]
fn ten_thousand_are_not_sent_for_a_yes_and_no_template_of_what_is_not_there() {
    let desk = Desk::new(&["--users", "10000"]);
    for (line, says) in [
        (
            "plan Users --set Mobile=+49{Nummer} -o p.json",
            "There is no property Nummer to put in the place of {Nummer}. Did you mean {Number}?",
        ),
        ("plan Users --set Mobile=+49{AuthPassword} -o p.json", "is a secret"),
        ("plan Users --set Mobile=+49{ -o p.json", "is not closed"),
        ("plan Users --set Mobile={} -o p.json", ""),
    ] {
        let said = desk.ends(line, 2);
        assert!(said.err.contains(says) && said.out.is_empty(), "{line}: {said:?}");
    }
    assert!(!desk.home.path().join("p.json").exists());
    desk.ends("plan Users --set Mobile=+4930{Number} -o p.json", 0);
    let said = desk.ends("apply p.json --yes", 8);
    assert!(
        said.err.contains("these are 10,000 changes: say --confirm=10000 to send them. Nothing was sent."),
        "{}",
        said.err
    );
    let said = desk.ends("apply p.json --confirm=9999", 8);
    assert!(
        said.err.contains("--confirm=9999 was said, and there are 10,000 changes. Nothing was sent."),
        "{}",
        said.err
    );
    // And a plan of nobody.
    for line in ["plan Users --where dep=Nope --set VMEnabled=true -o nobody.json", "apply nobody.json --yes"] {
        let said = desk.ends(line, 0);
        let words = format!("{}{}", said.out, said.err);
        assert!(words.contains("Nobody and nothing is chosen, so there is nothing to change."), "{line}: {words}");
    }
    assert_eq!(desk.writes(), 0);
}

#[test]
fn a_sheet_of_fifty_megabytes_is_read_and_told_in_time_and_memory() {
    let desk = Desk::new(&["--users", "40"]);
    // A million rows about nobody, after a mark, with semicolons.
    let mut sheet = String::from("\u{feff}Number;FirstName;VMEnabled\r\n");
    for row in 0..900_000 {
        sheet.push_str(&format!("{row:07};A name that is as long as this one is;maybe\r\n"));
    }
    assert!(sheet.len() > 45_000_000, "{}", sheet.len());
    desk.home.write("huge.csv", &sheet);
    let said = desk.ends("import huge.csv --yes", 2);
    assert!(
        said.err.contains("huge.csv cannot be imported: ") && said.err.contains("Nothing was sent."),
        "{}",
        &said.err[said.err.len() - 300..]
    );
    assert!(said.err.contains("huge.csv: line 2, column C (VMEnabled): "), "{}", &said.err[..300]);
    assert!(said.err.lines().count() < 300 && said.out.is_empty(), "{} lines", said.err.lines().count());
    assert_eq!(desk.writes(), 0);
}
