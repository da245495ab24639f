//! The verbs that send to many: plans from files, runs, batches, what is left of them, and taking it back.

use crate::scripts::{Desk, json_of};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

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
    assert!(dry.err.contains("changed since: Mobile"), "{}", dry.err);
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
        (String::new(), 2, "The file is empty."),
        ("\u{0}\u{1}".to_owned(), 2, "This is no plan file."),
    ] {
        desk.home.write("bent.json", &bent);
        let said = desk.ends("apply bent.json --yes", code);
        assert!(said.err.contains(says) && said.err.contains("bent.json: line "), "{says}: {}", said.err);
        assert!(said.err.contains("Nothing was sent.") && said.out.is_empty(), "{}", said.err);
    }
    // What could have been planned here, and was not.
    for (from, to) in [
        ("\"Mobile\": \"+4930123", "\"Mobile\": \"+4930124"),
        (&*format!("\"label\": \"{first} "), "\"label\": \"999 "),
        ("\"seal\": \"", "\"seal\": \"0"),
    ] {
        let bent = text.replace(from, to);
        assert_ne!(bent, text, "{from}");
        desk.home.write("bent.json", &bent);
        let said = desk.ends("apply bent.json --yes", 2);
        assert!(said.err.contains("bent.json was edited since it was made: make the plan again"), "{}", said.err);
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

#[test]
fn a_run_that_others_have_done_meanwhile_is_ended_and_says_so() {
    let desk = Desk::new(&["--users", "40"]);
    desk.home.write("four.csv", "Number,CallScreening\n207,1\n208,1\n209,1\n210,1\n");
    let refusal = json!({"method": "PATCH", "path": "/xapi/v1/Users", "times": 1, "answer": "refused",
        "fields": [["CallScreening", "WARNINGS.XAPI.NOT_SUPPORTED"]]});
    desk.knob("answer", &refusal);
    let said = desk.ends("import four.csv --yes --stop-after 1 --max-parallel 1", 3);
    assert!(said.err.contains("1 failed, 3 not sent"), "{}", said.err);
    desk.ends("import four.csv --yes", 0);
    let sent = desk.writes();
    let said = desk.ends("resume --yes", 0);
    assert!(said.err.contains("Nothing of it was left to send: the run is done."), "{}", said.err);
    assert!(said.out.is_empty() && desk.writes() == sent, "{said:?}");
    assert!(desk.ends("history", 0).out.contains("3 already at its goal, 1 refused"));
    assert!(desk.ends("resume", 0).err.contains("No run on acme waits"));
}

#[test]
fn a_disk_that_is_full_in_the_middle_of_a_run_stops_it_and_the_rest_is_gone_on_with() {
    let desk = Desk::new(&["--users", "60"]);
    let mut cut = 0;
    for (blocks, on) in [(60, true), (72, true), (80, false), (88, true)] {
        // One of the runs has filled it: the next begins with another.
        std::fs::remove_dir_all(desk.home.path().join("state")).ok();
        desk.ends(&format!("plan Users --set CallScreening={on} -o all.json"), 0);
        let file = std::fs::read_to_string(desk.home.path().join("all.json")).unwrap();
        let count = serde_json::from_str::<Value>(&file).unwrap()["changes"].as_array().unwrap().len();
        let before = desk.writes();
        let said = desk.home.run_within(blocks, &["apply", "all.json", &format!("--confirm={count}")]);
        let sent = desk.writes() - before;
        // What became of the last ones may just have found room: then that is no trouble.
        let codes: &[i32] = if sent > 0 { &[1, 3] } else { &[1] };
        assert!(said.code.is_some_and(|code| codes.contains(&code)), "{blocks}: {said:?}");
        assert!(said.err.contains("The disk of the journal ") && sent < count, "{blocks}: {}", said.err);
        if sent > 0 {
            cut += 1;
            assert!(
                // It may have been full at the very last.
                said.err.contains(" failed") && said.err.contains("`cordboard resume`"),
                "{blocks}: {}",
                said.err
            );
            desk.ends(&format!("resume --confirm={}", count - sent), 0);
            assert_eq!(desk.writes() - before, count, "{blocks}: nobody is sent it twice");
            assert!(desk.ends("resume", 0).err.contains("No run on acme waits"));
        }
    }
    assert!(cut > 1, "it was in the middle");
}

#[test]
fn a_run_can_be_left_as_it_is_for_good() {
    let desk = Desk::new(&["--users", "40"]);
    desk.home.write("four.csv", "Number,CallScreening\n207,1\n208,1\n209,1\n210,1\n");
    let refusal = json!({"method": "PATCH", "path": "/xapi/v1/Users", "times": 1, "answer": "refused",
        "fields": [["CallScreening", "WARNINGS.XAPI.NOT_SUPPORTED"]]});
    desk.knob("answer", &refusal);
    desk.ends("import four.csv --yes --stop-after 1 --max-parallel 1", 3);
    let sent = desk.writes();
    let said = desk.ends("resume --leave", 0);
    assert!(said.err.contains("Run 1 is left as it is.") && desk.writes() == sent, "{said:?}");
    assert!(desk.ends("resume", 0).err.contains("No run on acme waits"));
    let history = desk.ends("history 1", 0).out;
    assert_eq!(history.lines().filter(|line| line.ends_with(": left")).count(), 3, "{history}");
    // What was never sent needs no taking back.
    assert!(desk.ends("undo", 0).err.contains("nothing of yours on acme to take back"));
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
    assert!(said.out.starts_with("Change  When (UTC)"), "{}", said.out);
    let said = desk.ends("history 1", 0).out;
    let ends = |end: &str| said.lines().filter(|line| line.ends_with(end)).count();
    assert_eq!((ends(": saved"), ends(": saved (in one call with 49 others)") >= 50), (1, true), "{said}");
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
    assert!(dry.err.contains("plan, ") && dry.err.contains("changed since: "), "{}", dry.err);
    let before = reads(&desk);
    let resumed = desk.ends(&format!("resume --confirm={}", rest.len() - 1), 3);
    let after = reads(&desk);
    let wanted = (1, 2 * (rest.len() - 1));
    assert_eq!((after.0 - before.0, after.1 - before.1), wanted, "looked at by the page; read before and after");
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
    let told = desk.ends("history", 0).out;
    assert!(told.contains("  change  216 ") && !told.contains("  one  "), "{told}");
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
    assert!(said.err.contains(", Emmy: changed since: First name (now Emmy, before "), "as now: {}", said.err);
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
