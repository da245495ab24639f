//! The verbs that read and change, against a simulator in a process of its own: output, exit codes, and every file that
//! is no good.

use crate::process::{Home, Said, Simulator};
use cordboard::catalog::{Catalog, Shape};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

/// A PBX, and somebody who is configured for it.
pub(crate) struct Desk {
    pub(crate) home: Home,
    pub(crate) simulator: Simulator,
}

impl Desk {
    pub(crate) fn new(simulator: &[&str]) -> Self {
        let home = Home::new();
        let simulator = home.simulator(simulator);
        let secret = home.write(".config/cordboard/key", &simulator.text("client_secret"));
        std::fs::set_permissions(secret, std::fs::Permissions::from_mode(0o600)).unwrap();
        let url = simulator.text("url");
        let config =
            format!("[[pbx]]\nname = \"acme\"\nurl = \"{url}\"\nclient_id = \"900\"\nclient_secret_file = \"key\"\n");
        home.write(".config/cordboard/config.toml", &config);
        Self { home, simulator }
    }

    pub(crate) fn run(&self, line: &str) -> Said {
        let words: Vec<&str> = line.split(' ').collect();
        self.home.run(&words)
    }

    /// Runs a line that ends with this code, and hands back what it wrote.
    pub(crate) fn ends(&self, line: &str, code: i32) -> Said {
        let said = self.run(line);
        assert_eq!(said.code, Some(code), "{line}\n{}\n{}", said.out, said.err);
        said
    }

    pub(crate) fn user(&self, number: &str, fields: &str) -> Value {
        let path = format!("/Users?$filter=Number%20eq%20'{number}'&$select={fields}");
        self.simulator.get(&path, &self.simulator.token()).1["value"][0].clone()
    }

    /// How many writes the PBX was sent.
    pub(crate) fn writes(&self) -> usize {
        let (_, seen) = self.simulator.ask("POST", "/__sim/requests", "Content-Type: application/json", "{}");
        let is_write =
            |r: &&Value| r["method"] != "GET" && r["path"].as_str().is_some_and(|path| path.starts_with("/xapi/v1/"));
        seen["requests"].as_array().unwrap().iter().filter(is_write).count()
    }

    pub(crate) fn knob(&self, name: &str, body: &Value) {
        let (status, answer) =
            self.simulator.ask("POST", &format!("/__sim/{name}"), "Content-Type: application/json", &body.to_string());
        assert!((200..300).contains(&status), "{status} {answer}");
    }
}

pub(crate) fn json_of(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.out))
}

#[test]
fn entries_are_shown_for_people_and_for_programs() {
    let desk = Desk::new(&["--users", "40"]);
    let one = desk.ends("get Users 214 --fields Number,FirstName,VMEnabled", 0);
    assert_eq!((one.out.as_str(), one.err.as_str()), ("Number: 214\nFirstName: Ada\nVMEnabled: off\n", ""));
    let one = json_of(&desk.ends("get users 214 --json", 0));
    assert_eq!(
        (&one["FirstName"], &one["VMEnabled"], &one["Hours"]["Type"]),
        (&json!("Ada"), &json!(false), &json!("OfficeHours"))
    );
    for secret in ["AuthPassword", "VMPIN", "AuthID", "AccessPassword"] {
        assert!(one.get(secret).is_none(), "{secret} is shown");
    }
    assert!(desk.ends("get MailSettings", 0).out.contains("MailServerType: "));

    let list = desk.ends("list Users --where dep=Sales", 0);
    assert!(list.out.starts_with("Number  LastName") && list.out.contains("Sales"), "{}", list.out);
    let all = json_of(&desk.ends("list Users --json --columns Number,EmailAddress --limit 3", 0));
    assert_eq!((all.as_array().unwrap().len(), &all[0]["Number"]), (3, &json!("200")));

    let exact = json_of(&desk.ends("list Users --json --columns Number --where Number==21", 0));
    assert_eq!(exact, json!([]), "21 is nobody, though it begins many numbers");
    let others =
        json_of(&desk.ends("list Users --json --columns Number --where Department!=Sales --where FirstName==ada", 0));
    let sales =
        json_of(&desk.ends("list Users --json --columns Number --where Department==Sales --where FirstName==ada", 0));
    assert_eq!((others, sales), (json!([]), json!([{"Number": "214"}])));

    for (line, code, says) in [
        ("get Users 9999", 5, "There is no user 9999."),
        ("get Usrs 214", 5, "Did you mean Users (Users)?"),
        ("get Users", 2, "Say which user"),
        ("get Users 214 --fields FristName", 2, "Did you mean FirstName?"),
        ("get Users 214 --fields VMPIN", 2, "is a secret"),
        ("get MailSettings 7", 2, "is one thing"),
        ("list Users --where depp=Sales", 2, "looks in no column"),
        ("list ReportCallLogData", 2, ""),
        ("get Users 214 --pbx umbrella", 2, "There is no PBX `umbrella`"),
        (
            "get Users 214 --url http://127.0.0.1:1 --client-id 900 --client-secret-file .config/cordboard/key",
            7,
            "refused the connection",
        ),
    ] {
        let said = desk.ends(line, code);
        assert!(said.err.contains(says) && said.out.is_empty(), "{line}: {said:?}");
    }
    let wrong = desk.home.write("wrong", "nope");
    std::fs::set_permissions(wrong, std::fs::Permissions::from_mode(0o600)).unwrap();
    let said = desk.ends("get Users 214 --client-secret-file wrong", 4);
    assert!(said.err.contains("refused the sign-in") && !said.err.contains("nope"), "{said:?}");
    assert_eq!(desk.writes(), 0);
}

#[test]
fn one_is_changed_after_a_preview_and_read_back() {
    let desk = Desk::new(&["--users", "40"]);
    let dry = desk.ends("set Users 214 VMEnabled=true VMEmailOptions=Attachment --dry-run", 0);
    assert!(dry.err.contains("  ~ VMEnabled: off → on\n") && dry.err.contains("78 fields unchanged"), "{}", dry.err);
    desk.ends("set Users 214 VMEnabled=true --dry-run --detailed-exitcode", 10);
    let emptied = desk.ends("set Users 214 EmailAddress= --dry-run", 0);
    assert!(emptied.err.contains(" → \"\"\n"), "{}", emptied.err);
    desk.ends("set Users 214 VMEnabled=false --dry-run --detailed-exitcode", 0);
    // Nobody can be asked without a terminal.
    let said = desk.ends("set Users 214 VMEnabled=true", 8);
    assert!(said.err.contains("say --yes or --confirm=1"), "{}", said.err);
    assert_eq!(desk.writes(), 0);

    let sent = desk.ends("set Users 214 VMEnabled=true VMEmailOptions=Attachment --yes", 0);
    assert_eq!(sent.out, "214 Lovelace, Ada: saved and read back\n  VMEmailOptions: as sent\n  VMEnabled: as sent\n");
    assert_eq!(
        desk.user("214", "VMEnabled,VMEmailOptions"),
        json!({"VMEnabled": true, "VMEmailOptions": "Attachment"})
    );
    assert_eq!(desk.writes(), 1);
    // It is so already: nothing is sent, and that is no failure.
    desk.ends("set Users 214 VMEnabled=true --yes", 0);
    assert_eq!(desk.writes(), 1);

    let report = json_of(&desk.ends("set Users 215 Mobile=+4930{Number} --yes --json", 0));
    assert_eq!((&report["done"], &report["results"][0]["result"]), (&json!(1), &json!("saved")));
    assert_eq!(desk.user("215", "Mobile"), json!({"Mobile": "+4930215"}));
    desk.ends("set Users 215 Mobile=<null> PrimaryGroupId=Sales --yes", 0);
    assert_eq!(desk.user("215", "Mobile")["Mobile"], json!(null));
    desk.home.write("hours.json", "{\"Type\": \"Never\", \"IgnoreHolidays\": false, \"Periods\": []}\n");
    let hours = desk.ends("set Users 215 Hours=@hours.json --confirm=1", 0);
    assert!(hours.err.contains("change the department instead: one write"), "{}", hours.err);

    // What is refused by the PBX is refused in words.
    let said = desk.ends("set Users 215 EmailAddress=ada@acme.example --yes", 3);
    assert!(said.out.contains("not sent: EmailAddress is already used by 214 Lovelace, Ada"), "{said:?}");
    for (line, code, says) in [
        ("set Users 214 VMEnabled", 2, "says no value"),
        ("set Users 214 VMEnabld=1 --yes", 2, "Did you mean VMEnabled?"),
        ("set Users 214 VMEnabled=maybe --yes", 2, "On or off, please"),
        ("set Users 214 VMEnabled=1 VMEnabled=0 --yes", 2, "is set twice"),
        ("set Users 214 IsRegistered=1 --yes", 2, "set by the PBX itself"),
        ("set Users 214 Number=7 --yes", 2, "cannot be changed after"),
        ("set Users 214 Mobile={Nummer} --yes", 2, "Did you mean {Number}?"),
        ("set Users 214 Mobile={AuthPassword} --yes", 2, "is a secret"),
        ("set Users 214 Mobile={ --yes", 2, "is not closed"),
        ("set Users 214 PrimaryGroupId=Saels --yes", 2, "There is no department"),
        ("set Users 214 Hours=@none.json --yes", 2, "cannot be read"),
        ("set Users 9999 VMEnabled=1 --yes", 5, "There is no user 9999."),
        ("set Users 214 --yes", 2, "Say what is to be changed"),
        ("set ActiveCalls 1 Status=x --yes", 2, "changes nothing"),
        ("set Users 214 EmergencyAdditionalInfo=x --yes", 8, "EmergencyAdditionalInfo can cost much: say --confirm=1"),
        ("set Users 214 VMEnabled=0 --confirm=2", 8, "--confirm=2 was said, and there are 1 changes"),
    ] {
        let said = desk.ends(line, code);
        assert!(said.err.contains(says) && said.out.is_empty(), "{line}: {said:?}");
    }
}

#[test]
fn a_spreadsheet_goes_out_and_comes_back() {
    let desk = Desk::new(&["--users", "40"]);
    let said = desk.ends("export Users -o users.csv --columns Number,FirstName,LastName,EmailAddress,Mobile,VMEnabled,VMEmailOptions,Department,Hours,Groups", 0);
    assert!(said.out.is_empty() && said.err.contains("40 users written"), "{said:?}");
    let path = desk.home.path().join("users.csv");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(",'+49 ") && text.contains(",Sales,"), "{text}");
    let back = desk.ends("import users.csv --yes", 0);
    assert!(back.err.contains("0 changes, 40 already so."), "{}", back.err);
    assert_eq!(desk.writes(), 0);

    let json = json_of(&desk.ends("export Users --format json --columns Number,VMEnabled --limit 2", 0));
    assert_eq!(json[0], json!({"Number": "200", "VMEnabled": true}));
    let lines = desk.ends("export Users -o - --format ndjson --columns Number --limit 2", 0);
    assert_eq!(lines.out, "{\"Number\":\"200\"}\n{\"Number\":\"201\"}\n");
    for (line, code, says) in [
        ("export Users --columns Number,VMPIN", 2, "VMPIN is a secret"),
        ("export Users -o users.txt", 2, "does not say the form"),
        ("export Users -o none/users.csv", 2, "cannot be written"),
        ("export Users --columns Numbr", 2, "Did you mean Number?"),
    ] {
        let said = desk.ends(line, code);
        assert!(said.err.contains(says) && said.out.is_empty(), "{line}: {said:?}");
    }
    let open = desk.ends("export Users --columns Number,VMPIN --limit 1 --with-secrets", 0);
    assert!(open.err.contains("warning: VMPIN stand") && open.out.lines().nth(1).unwrap().len() > 4, "{open:?}");
}

#[test]
fn a_sheet_of_3cx_changes_those_that_are_there_and_makes_the_others() {
    let desk = Desk::new(&["--users", "40"]);
    let sheet = "Number;FirstName;LastName;EmailAddress;MobileNumber;EnableVoicemail;Disabled\r\n\
        214;;;;+49301234;1;0\r\n;Kurt;G\u{f6}del;kurt@acme.example;;1;\r\n777;Emmy;Noether;emmy@acme.example;<null>;0;0\r\n";
    // As Excel writes it on a German desk.
    let bytes: Vec<u8> = sheet.chars().map(|c| c as u8).collect();
    std::fs::write(desk.home.path().join("new.csv"), bytes).unwrap();
    let dry = desk.ends("import new.csv --dry-run", 0);
    assert!(dry.err.contains("read as Windows-1252") && dry.err.contains("1 change, 2 new."), "{}", dry.err);
    let said = desk.ends("import new.csv --yes", 0);
    assert_eq!(said.out.lines().count(), 3, "{}", said.out);
    assert!(said.out.contains("Gödel, Kurt: created and read back"), "{}", said.out);
    assert_eq!(desk.user("214", "Mobile,VMEnabled"), json!({"Mobile": "+49301234", "VMEnabled": true}));
    assert_eq!(desk.user("777", "FirstName,VMEnabled"), json!({"FirstName": "Emmy", "VMEnabled": false}));
    let kurt = desk.ends("list Users --json --columns Number,LastName --where kurt", 0);
    assert_eq!(json_of(&kurt)[0]["LastName"], "Gödel");
    // Again: all three are there, and are so already.
    let again = desk.ends("import new.csv --yes --detailed-exitcode --dry-run", 0);
    assert!(again.err.contains("0 changes, 3 already so."), "{}", again.err);
    // As a plan, for somebody else.
    std::fs::write(desk.home.path().join("more.csv"), "Number,FirstName\n214,Augusta\n778,Sofja\n").unwrap();
    desk.ends("import more.csv -o more.json", 0);
    assert_eq!(desk.ends("apply more.json --yes", 0).out.lines().count(), 2);
    // Secrets come in only if somebody says so, and are never told.
    desk.home.write("secret.csv", "Number,AuthPassword\n214,hunter2hunter2\n");
    let said = desk.ends("import secret.csv --yes", 2);
    assert!(said.err.contains("AuthPassword is a secret") && !said.err.contains("hunter2"), "{}", said.err);
    let said = desk.ends("import secret.csv --yes --with-secrets", 0);
    assert!(!said.err.contains("hunter2") && !said.out.contains("hunter2"), "{said:?}");
    let said = desk.ends("import secret.csv --yes --ignore AuthPassword", 0);
    assert!(said.err.contains("0 changes, 1 already so."), "{}", said.err);
}

#[test]
fn what_is_shown_of_any_list_is_no_change_when_it_comes_back() {
    let desk = Desk::new(&["--users", "40"]);
    let catalog = Catalog::shipped();
    let lists = catalog.resources().iter().filter(|r| r.shape == Shape::Collection && r.read.is_some());
    for resource in lists.filter(|r| r.update.is_some() || r.create.is_some()) {
        let name = resource.name;
        desk.ends(&format!("export {name} -o all.csv"), 0);
        let rows = std::fs::read_to_string(desk.home.path().join("all.csv")).unwrap().lines().count() - 1;
        let said = desk.ends(&format!("import all.csv --into {name} --dry-run --detailed-exitcode"), 0);
        let as_it_is = said.err.contains("0 changes") && said.err.contains("already so") || rows == 0;
        assert!(as_it_is, "{name}: {}", said.err);
    }
}

#[test]
fn everything_wrong_with_a_sheet_is_told_at_once_and_nothing_is_sent() {
    let desk = Desk::new(&["--users", "40"]);
    let many = "Number,FirstName,VMEnabled,VMEmailOptions,Department\n214,Ada,maybe,Pigeon,Saels\n215,\"a\nb\",2,None,Sales\n\
        214,x,1,None,Sales\n";
    desk.home.write("bad.csv", many);
    let said = desk.ends("import bad.csv --yes", 2);
    assert!(said.err.contains("line 5: This is about the same one as line 2."), "{}", said.err);
    assert!(said.err.contains("There is no department \"Saels\"."), "{}", said.err);
    assert!(said.err.contains("5 places to put right"), "{}", said.err);
    desk.home.write("bad.csv", &many.replace("214,x", "216,x"));
    let said = desk.ends("import bad.csv --yes", 2);
    insta::assert_snapshot!("import_report", said.err);
    // Of the form, of the columns, of the rows and of the cells.
    desk.home.write("all.csv", "\n\nNumber,Shoe,VMEnabled,Mobile\n214,1,maybe,2\n,1,1,3\n215,1,1,1,1\n");
    let said = desk.ends("import all.csv --yes", 2);
    for line in [
        "all.csv: line 3, column B (Shoe): There is no such field.",
        "all.csv: line 4, column C (VMEnabled): ",
        "all.csv: line 5: This row says neither a number nor a name",
        "all.csv: line 6: This row has 5 cells, and the heading 4.",
        "4 places to put right",
    ] {
        assert!(said.err.contains(line), "{line}: {}", said.err);
    }
    // One cell that means nothing hides no other one.
    desk.home.write(
        "json.csv",
        "Number,Hours,ForwardingExceptions,Groups\n214,\"{\"\"Type\"\": \"\"Nver\"\"}\",\"[1,2\",{}\n215,never,,\n",
    );
    let said = desk.ends("import json.csv --yes", 2);
    for line in [
        "json.csv: line 2, column B (Hours): \"Nver\" is not a RuleHoursType",
        "json.csv: line 2, column C (ForwardingExceptions): A list in JSON, please; at character 5: A comma or \"]\" is missing",
        "json.csv: line 2, column D (Groups): A list, please: an object is not one.",
        "json.csv: line 3, column B (Hours): An object in JSON, please; at character 1: Text stands between",
        "4 places to put right",
    ] {
        assert!(said.err.contains(line), "{line}: {}", said.err);
    }
    // The file is to blame, whether the PBX answers or not.
    let dead = "--url http://127.0.0.1:1 --client-id 900 --client-secret-file .config/cordboard/key";
    let said = desk.ends(&format!("import all.csv --yes {dead}"), 2);
    assert!(said.err.contains("2 places to put right"), "{}", said.err);
    for (bytes, says) in [
        (&b""[..], "There is nothing in the file"),
        (b"PK\x03\x04....", "save it as CSV"),
        (b"Number,Shoe,FristName\n214,1,2\n", "column B (Shoe): There is no such field."),
        (b"FirstName\nAda\n", "No column tells whom a row is about"),
        (b"Number,FirstName\n214,Ada,more\n", "This row has 3 cells, and the heading 2."),
        (b"Number,FirstName\n214,\"Ada\n", "A quote is opened here and closed nowhere."),
        (b"Number,EmailAddress\n300,ada@acme.example\n", "belongs to"),
    ] {
        std::fs::write(desk.home.path().join("b.csv"), bytes).unwrap();
        let said = desk.ends("import b.csv --yes", 2);
        assert!(said.err.contains(says) && said.err.contains("Nothing was sent."), "{says}: {}", said.err);
    }
    desk.home.write("heading.csv", "Number,FirstName\n");
    for nobody in ["import heading.csv --yes", "plan Users --where dep=Nope --set VMEnabled=true"] {
        let said = desk.ends(nobody, 0);
        let words = format!("{}{}", said.out, said.err);
        assert!(words.contains("Nobody and nothing is chosen, so there is nothing to change."), "{nobody}: {words}");
    }
    let large = std::fs::File::create(desk.home.path().join("large.csv")).unwrap();
    large.set_len(65 * 1024 * 1024).unwrap();
    let said = desk.ends("import large.csv --yes", 2);
    assert!(said.err.contains("is larger than 64 MB"), "{}", said.err);
    assert_eq!(desk.writes(), 0);
}

#[test]
fn codes_and_completions_are_told() {
    let home = Home::new();
    let codes = home.run(&["help", "exit-codes"]);
    assert_eq!(codes.code, Some(0));
    for code in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "10", "130"] {
        assert!(
            codes.out.lines().any(|line| line.trim_start().starts_with(&format!("{code}  "))),
            "{code}: {}",
            codes.out
        );
    }
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let said = home.run(&["completion", shell]);
        assert!(said.code == Some(0) && said.out.contains("import"), "{shell}");
    }
    // The demo needs nothing, and leaves nothing behind.
    let said = home.run(&["get", "Users", "214", "--fields", "FirstName", "--demo"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "FirstName: Ada\n"));
    assert!(!home.path().join("state").exists());
}

#[test]
fn who_tells_whom_one_talks_to_and_what_stands_open() {
    let desk = Desk::new(&["--users", "30"]);
    let said = desk.ends("who", 0);
    for row in ["PBX         acme", "API client  900", "Unfinished  nothing", "Not sent    nothing", "journal.sqlite"] {
        assert!(said.out.contains(row), "{row}\n{}", said.out);
    }
    let told = json_of(&desk.ends("who --json", 0));
    assert_eq!(
        (&told["client_id"], &told["me"], &told["unsent"]),
        (&json!("900"), &Value::Null, &json!(0)),
        "{told:#}"
    );
    assert_eq!(told["unfinished"], json!({"runs": 0, "changes": 0}));
    assert!(told["version"].as_str().is_some_and(|version| version.starts_with("20.")), "{told:#}");
    assert_eq!(desk.writes(), 0, "nothing is sent");

    // Whoever says who they are is told where they would change themselves.
    let config = desk.home.path().join(".config/cordboard/config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}me = \"214\"\n")).unwrap();
    assert_eq!(json_of(&desk.ends("who --json", 0))["me"], json!("214"));
    let plan = desk.ends("plan Users --only 214,213 --set Mobile=0170", 0);
    assert!(plan.out.contains("This is you") || plan.err.contains("This is you"), "{plan:?}");

    desk.home.write(".config/cordboard/key", "k3y-of-before");
    let refused = desk.ends("who", 4);
    assert!(refused.out.is_empty() && !refused.err.contains("k3y-of-before"), "{refused:?}");
    let nobody = desk.home.run(&["who", "--url", "http://127.0.0.1:9", "--json"]);
    assert!(nobody.code != Some(0) && nobody.out.is_empty(), "{nobody:?}");
}
