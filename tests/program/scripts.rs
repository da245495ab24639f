//! The verbs that read and change, against a simulator in a process of its own: output, exit codes, and every file that
//! is no good.

use crate::process::{Home, Said, Simulator};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

/// A PBX, and somebody who is configured for it.
struct Desk {
    home: Home,
    simulator: Simulator,
}

impl Desk {
    fn new(simulator: &[&str]) -> Self {
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

    fn run(&self, line: &str) -> Said {
        let words: Vec<&str> = line.split(' ').collect();
        self.home.run(&words)
    }

    /// Runs a line that ends with this code, and hands back what it wrote.
    fn ends(&self, line: &str, code: i32) -> Said {
        let said = self.run(line);
        assert_eq!(said.code, Some(code), "{line}\n{}\n{}", said.out, said.err);
        said
    }

    fn user(&self, number: &str, fields: &str) -> Value {
        let path = format!("/Users?$filter=Number%20eq%20'{number}'&$select={fields}");
        self.simulator.get(&path, &self.simulator.token()).1["value"][0].clone()
    }

    /// How many writes the PBX was sent.
    fn writes(&self) -> usize {
        let (_, seen) = self.simulator.ask("POST", "/__sim/requests", "Content-Type: application/json", "{}");
        let is_write =
            |r: &&Value| r["method"] != "GET" && r["path"].as_str().is_some_and(|path| path.starts_with("/xapi/v1/"));
        seen["requests"].as_array().unwrap().iter().filter(is_write).count()
    }

    fn knob(&self, name: &str, body: &Value) {
        let (status, answer) =
            self.simulator.ask("POST", &format!("/__sim/{name}"), "Content-Type: application/json", &body.to_string());
        assert!((200..300).contains(&status), "{status} {answer}");
    }
}

fn json_of(said: &Said) -> Value {
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
fn a_plan_is_made_now_and_applied_later() {
    let desk = Desk::new(&["--users", "40"]);
    let plan = desk
        .ends("plan Users --where dep=Sales --set Require2FA=true --set Mobile=+4930123{Number} -o sales.plan.json", 0);
    assert!(plan.out.contains("  ~ Mobile: ") && plan.err.contains("`cordboard apply sales.plan.json`"), "{plan:?}");
    let path = desk.home.path().join("sales.plan.json");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let count = file["changes"].as_array().unwrap().len();
    assert!(count > 3 && file["pbx"]["id"] == "acme" && !text.contains("EmailAddress"), "{text}");
    assert_eq!(
        json_of(&desk.ends("plan Users --where dep=Sales --set Require2FA=true --json", 0))["cordboard"],
        "plan"
    );
    assert_eq!(desk.writes(), 0);

    // Somebody else was faster with one of them: that one is left alone, the others are sent.
    let first = file["changes"][0]["label"].as_str().unwrap().split(' ').next().unwrap().to_owned();
    desk.ends(&format!("set Users {first} Mobile=000 --yes"), 0);
    let dry = desk.ends("apply sales.plan.json --dry-run", 3);
    assert!(dry.err.contains("Changed on the PBX since the plan was made: Mobile"), "{}", dry.err);
    let before = reads(&desk);
    let said = desk.ends("apply sales.plan.json --yes", 3);
    let after = reads(&desk);
    assert_eq!(
        (after.0 - before.0, after.1 - before.1),
        (1, 2 * (count - 1)),
        "checked by one page; whoever is sent to is read before and after"
    );
    assert_eq!(
        said.out.lines().filter(|line| line.ends_with(": saved and read back")).count(),
        count - 1,
        "{}",
        said.out
    );
    assert_eq!(desk.user(&first, "Mobile"), json!({"Mobile": "000"}));
    // Once more: all but the stale one are so already.
    let again = desk.ends("apply sales.plan.json --yes", 6);
    assert!(again.err.contains("already so"), "{}", again.err);
    let sent = desk.writes();
    assert_eq!(sent, count);

    // Another PBX.
    let other = Desk::new(&["--users", "40"]);
    std::fs::write(other.home.path().join("p.json"), &text).unwrap();
    let said = other.ends("apply p.json --yes", 6);
    assert!(said.err.contains("The plan was made for acme at http://127.0.0.1"), "{}", said.err);
    assert_eq!(other.writes(), 0);

    for (bent, code, says) in [
        (text[..text.len() / 2].to_owned(), 2, "The file is not whole"),
        (text.replace("\"version\": 1", "\"version\": 9"), 2, "a newer cordboard made it"),
        (text.replace("Require2FA", "Require3FA"), 2, "There is no field Require3FA"),
        (text.replace("Require2FA", "IsRegistered"), 2, "IsRegistered is set by the PBX itself"),
        (text.replace("Require2FA", "AuthPassword"), 2, "a plan file changes none"),
        (text.replace("\"Require2FA\": true", "\"Require2FA\": \"yes\""), 2, "True or false, please"),
        (text.replace("\"key\": ", "\"key\": 1.5, \"was\": "), 2, "The key of Users is a whole number"),
        (text.replacen("\"catalog\": \"", "\"catalog\": \"x", 1), 6, "make it again"),
        (String::new(), 2, "no JSON"),
        ("\u{0}\u{1}".to_owned(), 2, "no JSON"),
    ] {
        desk.home.write("bent.json", &bent);
        let said = desk.ends("apply bent.json --yes", code);
        assert!(said.err.contains(says) && said.err.contains("bent.json: line "), "{says}: {}", said.err);
        assert!(said.err.contains("Nothing was sent.") && said.out.is_empty(), "{}", said.err);
    }
    let said = desk.ends("apply none.json --yes", 2);
    assert!(said.err.contains("none.json cannot be read"), "{}", said.err);
    assert_eq!(desk.writes(), sent, "nothing of all this was sent");
    // A plan that would carry a secret is no file.
    let said = desk.ends("plan Users --only 214 --set VMPIN=4711 -o pin.json", 2);
    assert!(
        said.err.contains("VMPIN is a secret") && !said.err.contains("4711") && !said.out.contains("4711"),
        "{said:?}"
    );
    assert!(!desk.home.path().join("pin.json").exists());
}

#[test]
fn many_need_their_number_and_one_that_fails_stops_nobody() {
    let desk = Desk::new(&["--users", "60"]);
    desk.ends("plan Users --set Require2FA=true --set CallScreening=true -o all.json", 0);
    let file: Value =
        serde_json::from_str(&std::fs::read_to_string(desk.home.path().join("all.json")).unwrap()).unwrap();
    let count = file["changes"].as_array().unwrap().len();
    assert!(count > 20, "{count}");
    let said = desk.ends("apply all.json --yes", 8);
    assert!(said.err.contains(&format!("say --confirm={count}")), "{}", said.err);
    desk.ends("apply all.json --confirm=3", 8);
    assert_eq!(desk.writes(), 0);

    let refusal = json!({"method": "PATCH", "path": "/xapi/v1/Users(57)", "times": 1, "answer": "refused",
        "fields": [["Require2FA", "WARNINGS.XAPI.NOT_SUPPORTED"]]});
    desk.knob("answer", &refusal);
    let said = desk.ends(&format!("apply all.json --confirm={count}"), 3);
    assert!(said.out.contains("214 Lovelace, Ada: refused: Require2FA "), "{}", said.out);
    assert!(said.err.contains(&format!("{} of {count} done, 1 failed.", count - 1)), "{}", said.err);
    // The rest is so by now: what is left is the one, and the plan still knows it.
    let said = desk.ends("apply all.json --yes --json", 0);
    assert_eq!(json_of(&said)["done"], 1);
}

#[test]
fn a_run_stops_by_itself_after_failures_alike() {
    let desk = Desk::new(&["--users", "60"]);
    desk.ends("plan Users --set CallScreening=true -o all.json", 0);
    let refusal = json!({"method": "PATCH", "path": "/xapi/v1/Users", "times": 99, "answer": "refused",
        "fields": [["CallScreening", "WARNINGS.XAPI.NOT_SUPPORTED"]]});
    desk.knob("answer", &refusal);
    let count =
        json_of(&desk.ends("plan Users --set CallScreening=true --json", 0))["changes"].as_array().unwrap().len();
    let said = desk.ends(&format!("apply all.json --confirm={count} --stop-after 2 --max-parallel 1"), 3);
    assert!(said.err.contains("Stopped: 2 in a row failed alike") && said.err.contains("Not sent: "), "{}", said.err);
    assert!(said.err.contains(&format!("2 failed, {} not sent", count - 2)), "{}", said.err);
}

/// How many requests there were that begin like this.
fn requests(desk: &Desk, wanted: &[(&str, &str)]) -> Vec<usize> {
    let (_, seen) = desk.simulator.ask("POST", "/__sim/requests", "Content-Type: application/json", "{}");
    let requests = seen["requests"].as_array().unwrap();
    let count = |(method, path): &(&str, &str)| {
        let is = |r: &&Value| r["method"] == *method && r["path"].as_str().is_some_and(|p| p.starts_with(path));
        requests.iter().filter(is).count()
    };
    wanted.iter().map(count).collect()
}

/// How many calls changed several, and how many changed one.
fn in_batches(desk: &Desk) -> (usize, usize) {
    let counts = requests(desk, &[("POST", "/xapi/v1/Users/Pbx.BulkUpdate"), ("PATCH", "/xapi/v1/Users")]);
    (counts[0], counts[1])
}

/// How many reads asked for several, and how many for one.
fn reads(desk: &Desk) -> (usize, usize) {
    let counts = requests(desk, &[("GET", "/xapi/v1/Users?"), ("GET", "/xapi/v1/Users(")]);
    (counts[0], counts[1])
}

#[test]
fn a_plan_goes_in_batches_where_all_get_the_same() {
    let desk = Desk::new(&["--users", "120"]);
    desk.ends("plan Users --set CallScreening=true -o all.json", 0);
    let plan = json_of(&desk.ends("plan Users --set CallScreening=true --json", 0));
    let count = plan["changes"].as_array().unwrap().len();
    assert!(count > 52, "{count}");
    let dry = desk.ends("apply all.json --fast --dry-run", 0);
    assert!(dry.err.contains("In batches of 50, after the first one alone"), "{}", dry.err);
    assert_eq!(in_batches(&desk), (0, 0));
    let before = reads(&desk);
    let said = desk.ends(&format!("apply all.json --fast --confirm={count} --ticket HD-1"), 0);
    let (after, batches) = (reads(&desk), (count - 1).div_ceil(50));
    assert_eq!(
        (after.0 - before.0, after.1 - before.1),
        (count.div_ceil(100) + 2 * batches, 2),
        "a page for the check, two for a batch; the first is read whole, before and after"
    );
    assert_eq!(said.out.matches("saved and read back").count(), count, "{}", said.out);
    assert!(said.err.contains(&format!("{count} of {count} done.")), "{}", said.err);
    assert_eq!(in_batches(&desk), (1 + (count - 1).div_ceil(50), 0));
    let history = json_of(&desk.ends("history --json", 0));
    assert!(history.to_string().contains("HD-1"), "{history}");
    assert_eq!((&history[0]["together"], &history[0]["entries"][0]["together"]), (&json!(50), &Value::Null));
    assert_eq!(history[0]["entries"][1]["together"], json!(50));
    let said = desk.ends("history", 0);
    assert!(said.out.contains("in batches of up to 50"), "{}", said.out);
    let again = desk.ends("apply all.json --fast --yes", 0);
    assert!(
        again.err.contains("already so") && again.out.is_empty(),
        "nothing is left, and that is no fault: {again:?}"
    );
    // Taken back one by one, each as they were.
    desk.ends(&format!("undo --confirm={count}"), 0);
    assert_eq!(desk.user("214", "CallScreening")["CallScreening"], json!(false));
}

#[test]
fn what_cannot_go_in_batches_is_said_and_nothing_is_sent() {
    let desk = Desk::new(&["--users", "40"]);
    for (plan, why) in [
        ("plan Users --only 207,208,209 --set Mobile=+4930{Number} -o p.json", "gets something else than"),
        ("plan Users --only 207,208 --set CallScreening=true -o p.json", "That pays for 3 or more"),
        ("plan Departments --set Language=DE -o p.json", "no call that changes several departments"),
    ] {
        let _ = std::fs::remove_file(desk.home.path().join("p.json"));
        desk.ends(plan, 0);
        let said = desk.ends("apply p.json --fast --yes", 2);
        assert!(said.err.contains("--fast is not possible here. ") && said.err.contains(why), "{plan}: {}", said.err);
        assert!(said.err.contains("Nothing was sent."), "{}", said.err);
    }
    desk.home.write("new.csv", "Number,FirstName,LastName\n,Ada,One\n,Grace,Two\n,Alan,Three\n");
    let said = desk.ends("import new.csv --fast --yes", 2);
    assert!(said.err.contains("that goes one by one"), "{}", said.err);
    assert_eq!(desk.writes(), 0);
}

#[test]
fn a_first_one_that_is_not_as_it_should_be_ends_the_batches_and_the_rest_is_gone_on_with_one_by_one() {
    let desk = Desk::new(&["--users", "40"]);
    desk.home.write("six.csv", "Number,CallScreening\n207,1\n208,1\n209,1\n210,1\n211,1\n212,1\n");
    desk.knob("alter", &json!({"set": "Users", "field": "Mobile", "value": "+49 1", "beside": true}));
    let said = desk.ends("import six.csv --fast --yes", 3);
    assert!(said.out.contains("the PBX changed it: Mobile is +49 1"), "{}", said.out);
    assert!(said.err.contains("the first one is not as it should be: Mobile is +49 1, not "), "{}", said.err);
    assert!(said.err.contains("1 failed, 5 not sent") && said.err.contains("`cordboard resume`"), "{}", said.err);
    assert_eq!(in_batches(&desk), (1, 0));
    let said = desk.ends("resume --yes", 0);
    assert!(said.err.contains("5 of 5 done"), "{}", said.err);
    assert_eq!(in_batches(&desk), (1, 5));
}

#[test]
fn of_a_refused_batch_each_is_told() {
    let desk = Desk::new(&["--users", "40"]);
    desk.home.write("six.csv", "Number,CallScreening\n207,1\n208,1\n209,1\n210,1\n211,1\n212,1\n");
    let refused = json!({"method": "POST", "path": "/xapi/v1/Users/Pbx.BulkUpdate", "after": 1, "answer": "refused",
        "fields": [["CallScreening", "WARNINGS.XAPI.NOT_SUPPORTED"]]});
    desk.knob("answer", &refused);
    let said = desk.ends("import six.csv --fast --yes", 3);
    assert_eq!(said.out.matches("refused with 4 others: CallScreening ").count(), 5, "{}", said.out);
    assert!(said.err.contains("1 of 6 done, 5 failed."), "{}", said.err);
    // They stand there as refused, and are tried again by a new import.
    desk.knob(
        "answer",
        &json!({"method": "POST", "path": "/xapi/v1/Users/Pbx.BulkUpdate", "after": 1, "answer": "lost"}),
    );
    let said = desk.ends("import six.csv --fast --yes", 0);
    assert_eq!(said.out.matches("the answer was lost; the change is there").count(), 4, "{}", said.out);
}

#[test]
fn ctrl_c_lets_what_is_under_way_end_and_names_the_rest() {
    let desk = Desk::new(&["--users", "60", "--latency", "60"]);
    desk.ends("plan Users --set CallScreening=true -o all.json", 0);
    let plan: Value =
        serde_json::from_str(&std::fs::read_to_string(desk.home.path().join("all.json")).unwrap()).unwrap();
    let count = plan["changes"].as_array().unwrap().len();
    let confirm = format!("--confirm={count}");
    let said = desk.home.interrupted(&["apply", "all.json", &confirm], "saved and read back", Signal::INT);
    assert_eq!(said.code, Some(130), "{said:?}");
    assert!(said.err.contains("Stopped: ") && said.err.contains("Not sent: "), "{}", said.err);
    let saved = said.out.matches("saved and read back").count();
    assert!(saved >= 1 && saved < count && desk.writes() == saved, "{saved} of {count}, {} sent", desk.writes());

    // The journal knows who was not sent to; whoever is otherwise by now is left alone.
    assert!(said.err.contains("`cordboard resume` goes on with it."), "{}", said.err);
    let rest: Vec<&str> = said.err.split_once("Not sent: ").unwrap().1.lines().next().unwrap().split("; ").collect();
    assert_eq!(rest.len(), count - saved);
    let key = plan["changes"].as_array().unwrap().iter().find(|c| c["label"] == rest[0]).unwrap()["key"].to_string();
    desk.knob("patch", &json!({"set": "Users", "key": key, "values": {"CallScreening": null}}));
    let dry = desk.ends("resume --dry-run", 3);
    assert!(
        dry.err.contains("plan, ") && dry.err.contains("Changed on the PBX since the plan was made"),
        "{}",
        dry.err
    );
    let resumed = desk.ends(&format!("resume --confirm={}", rest.len() - 1), 3);
    assert_eq!(resumed.out.matches("saved and read back").count(), rest.len() - 1, "{resumed:?}");
    assert_eq!(desk.writes(), count - 1);
    assert!(desk.ends("resume", 0).err.contains("No run on acme waits"));
}

#[test]
fn a_run_is_taken_back_and_what_others_did_stays() {
    let desk = Desk::new(&["--users", "40"]);
    assert!(desk.ends("undo", 0).err.contains("There is nothing of yours on acme to take back."));
    desk.ends("plan Users --only 214 --only 215 --only 216 --set Mobile=+4930{Number} --set FirstName=X -o p.json", 0);
    let before: Vec<Value> = ["214", "215", "216"].iter().map(|n| desk.user(n, "Mobile,FirstName")).collect();
    desk.ends("apply p.json --confirm=3", 0);
    desk.ends("set Users 216 FirstName=Emmy --yes", 0);
    let sent = desk.writes();
    let run = json_of(&desk.ends("history --json", 0))[1]["change"].to_string();
    for (line, code, says) in [
        ("undo 999", 5, "There is no run 999 in the journal."),
        (&format!("undo {run} --only 300"), 5, "has nothing about 300"),
        (&format!("undo {run} --over FristName"), 2, "Did you mean FirstName?"),
        (&format!("undo {run}"), 8, "say --yes or --confirm=3"),
        (&format!("undo {run} --dry-run"), 0, "FirstName: X \u{2192} "),
    ] {
        let said = desk.ends(line, code);
        assert!(said.err.contains(says) && said.out.is_empty(), "{line}: {said:?}");
    }
    assert_eq!(desk.writes(), sent);

    desk.ends(&format!("undo {run} --only 214 --yes"), 0);
    assert_eq!(desk.user("214", "Mobile,FirstName"), before[0]);
    let said = desk.ends(&format!("undo {run} --yes"), 0);
    assert!(said.err.contains(": changed since: First name (now Emmy, before "), "{}", said.err);
    assert_eq!(desk.user("215", "Mobile,FirstName"), before[1]);
    assert_eq!(desk.user("216", "Mobile,FirstName"), json!({"Mobile": before[2]["Mobile"], "FirstName": "Emmy"}));
    let said = desk.ends(&format!("undo {run} --only 216 --over FirstName --yes"), 0);
    assert!(said.err.contains("overwritten: First name (now Emmy, "), "{}", said.err);
    assert_eq!(desk.user("216", "Mobile,FirstName"), before[2]);
    // And back again: it was a run too.
    desk.ends("undo --yes", 0);
    assert_eq!(desk.user("216", "FirstName")["FirstName"], "Emmy");

    // What cannot go back is named.
    desk.home.write("new.csv", "Number,FirstName\n777,Emmy\n");
    desk.ends("import new.csv --yes", 0);
    let said = desk.ends("undo --yes", 3);
    assert!(said.err.contains("the console asks for it by itself (H, the change, U)"), "{}", said.err);
    let other = Desk::new(&["--users", "40"]);
    std::fs::create_dir_all(other.home.path().join("state")).unwrap();
    std::fs::rename(desk.home.path().join("state/cordboard"), other.home.path().join("state/cordboard")).unwrap();
    let config = other.home.path().join(".config/cordboard/config.toml");
    std::fs::write(&config, std::fs::read_to_string(&config).unwrap().replace("acme", "umbrella")).unwrap();
    let said = other.ends(&format!("undo {run} --yes"), 2);
    assert!(said.err.contains(&format!("Run {run} was on acme, and this is umbrella: say --pbx acme.")), "{said:?}");
}

#[test]
fn a_spreadsheet_goes_out_and_comes_back() {
    let desk = Desk::new(&["--users", "40"]);
    let said = desk.ends("export Users -o users.csv --columns Number,FirstName,LastName,EmailAddress,Mobile,VMEnabled,VMEmailOptions,Department,Hours,Groups", 0);
    assert!(said.out.is_empty() && said.err.contains("40 of Users written"), "{said:?}");
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
fn everything_wrong_with_a_sheet_is_told_at_once_and_nothing_is_sent() {
    let desk = Desk::new(&["--users", "40"]);
    let many = "Number,FirstName,VMEnabled,VMEmailOptions,Department\n214,Ada,maybe,Pigeon,Saels\n215,\"a\nb\",2,None,Sales\n\
        214,x,1,None,Sales\n";
    desk.home.write("bad.csv", many);
    let said = desk.ends("import bad.csv --yes", 2);
    assert!(said.err.contains("line 5: This is about the same one as line 2."), "{}", said.err);
    desk.home.write("bad.csv", &many.replace("214,x", "216,x"));
    let said = desk.ends("import bad.csv --yes", 2);
    insta::assert_snapshot!("import_report", said.err);
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
