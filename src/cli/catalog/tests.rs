//! The verb as it is run: its arguments, its output, its refusals.

use super::*;
use clap::Parser;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    verb: CatalogVerb,
}

struct Said {
    ok: bool,
    out: String,
    err: String,
}

fn say(arguments: &[&str]) -> Said {
    let line = Line::try_parse_from(std::iter::once("catalog").chain(arguments.iter().copied())).expect("arguments");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let (ok, refusal) = match run(line.verb, &mut out, &mut err) {
        Ok(code) => (code == ExitCode::SUCCESS, String::new()),
        Err(error) => (false, format!("{error:#}")),
    };
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Said { ok, out: text(out), err: text(err) + &refusal }
}

#[test]
fn every_resource_is_listed() {
    let said = say(&["show"]);
    assert!(said.ok && said.err.is_empty());
    for resource in Catalog::shipped().resources() {
        assert!(said.out.contains(&format!("  {} ", resource.name)), "{}", resource.name);
    }
    let users = said.out.lines().find(|l| l.trim_start().starts_with("Users ")).expect("Users");
    assert_eq!(
        users.split_whitespace().collect::<Vec<_>>(),
        ["Users", "Users", "collection", "list", "get", "create", "change", "delete", "+30"]
    );
    assert!(said.out.contains("\nCall handling\n") && said.out.contains("Digital receptionists"));
}

#[test]
fn one_resource_is_told() {
    let said = say(&["show", "users"]);
    assert!(said.ok, "{}", said.err);
    for line in [
        "Users (Users), collection",
        "  key      Id int32",
        "  also by  Number",
        "  schema   Pbx.User, 80 fields",
        "Sign-in",
        "  POST   /Users/Pbx.RegeneratePasswords",
        "           body     Ids list of int32",
        "           key      Number text, quoted",
    ] {
        assert!(said.out.lines().any(|l| l == line), "{line:?} is missing in\n{}", said.out);
    }
    let field = |name: &str| said.out.lines().find(|l| l.trim_start().starts_with(&format!("{name} "))).expect("field");
    assert!(field("VMPIN").contains("secret") && field("Blfs").contains("text, at most 20480"));
    assert!(field("Groups").contains("list of UserGroup") && field("Groups").contains("by GroupId"));
    assert!(field("PrimaryGroupId").contains("Groups by Id"));
}

#[test]
fn resources_are_found_by_any_name() {
    for words in ["Groups", "groups", "departments", "Department", " DEPARTMENTS "] {
        assert!(say(&["show", words]).out.starts_with("Groups (Departments)"), "{words}");
    }
}

#[test]
fn an_unknown_resource_gets_a_hint() {
    let said = say(&["show", "Usres"]);
    assert!(!said.ok && said.out.is_empty());
    assert_eq!(said.err, "The API of 20.0.10 has no resource 'Usres'. Did you mean Users (Users)?\n");
    assert!(say(&["show", "Blocked calers"]).err.contains("BlackListNumbers (Blocked callers)"));
    assert_eq!(say(&["show", "xyzzy"]).err, "The API of 20.0.10 has no resource 'xyzzy'.\n");
}

#[test]
fn json_can_be_read_by_programs() {
    let all: serde_json::Value = serde_json::from_str(&say(&["show", "--json"]).out).expect("JSON");
    assert_eq!(all["build"], "20.0.10");
    assert_eq!(all["resources"].as_array().map(Vec::len), Some(142));
    let one: serde_json::Value = serde_json::from_str(&say(&["show", "Users", "--json"]).out).expect("JSON");
    let fields = one["fields"].as_array().expect("fields");
    assert_eq!(fields.len(), 80);
    let field = |name: &str| fields.iter().find(|f| f["name"] == name).expect("field");
    assert_eq!(field("VMPIN")["secret"], true);
    assert_eq!(field("Blfs")["max_length"], 20480);
    assert_eq!(field("QueueStatus")["members"], serde_json::json!(["LoggedOut", "LoggedIn"]));
    assert_eq!(one["operations"].as_array().map(Vec::len), Some(35));
}

const SMALL: &str = "openapi: 3.0.4\npaths:\n  /Lamps:\n    get:\n      tags: [Lamps]\n      responses:\n        '200':\n          content:\n            application/json:\n              schema:\n                type: object\n                properties:\n                  value:\n                    type: array\n                    items:\n                      $ref: '#/components/schemas/Pbx.Lamp'\n    head: {}\ncomponents:\n  schemas:\n    Pbx.Lamp:\n      type: object\n      properties:\n        Id: { type: integer, format: int32 }\n        Name: { type: string, nullable: true }\n        DoorPassword: { type: string }\n        Colour: { enum: [Red, Green], type: string }\n";

#[test]
fn a_document_is_compiled_and_shown() {
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("path").to_owned();
    std::fs::write(path("small.yaml"), SMALL).expect("written");
    let said = say(&["compile", &path("small.yaml"), "-o", &path("small.bin"), "--build", "1.2.3"]);
    assert!(said.ok, "{}", said.err);
    let size = std::fs::metadata(path("small.bin")).expect("written").len();
    assert_eq!(
        said.out,
        format!(
            "1 operations, 1 paths, 1 tags, 1 schemas (0 of them enums), 1 resources (1 collections, 0 singletons, 0 with functions only), 2 places not understood; {size} bytes in {}\n",
            path("small.bin")
        )
    );
    assert!(said.err.contains("/paths/~1Lamps/head: method `head` is not understood"), "{}", said.err);
    assert!(said.err.contains("Pbx.Lamp/properties/Colour: an enum without a name; kept as text"), "{}", said.err);
    let shown = say(&["show", "lamps", "--catalog", &path("small.bin")]);
    assert!(shown.out.starts_with("Lamps (Lamps), collection\n  key      Id int32\n"), "{}", shown.out);
    // Nobody has decided about this field: it looks like a secret, so it is one.
    assert!(shown.out.lines().any(|l| l.contains("DoorPassword") && l.contains("secret")), "{}", shown.out);
    let without = say(&["compile", &path("small.yaml")]);
    assert!(without.out.ends_with("not written (-o FILE keeps them)\n"));
}

#[test]
fn what_cannot_be_used_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("path").to_owned();
    std::fs::write(path("page.html"), "<!DOCTYPE html><html><body>Sign in</body></html>").expect("written");
    std::fs::write(path("latin1.yaml"), b"openapi: 3.0.4 # \xe4\n").expect("written");
    for (arguments, refusal) in [
        (vec!["compile", &*path("nowhere.yaml")], "cannot read"),
        (vec!["compile", &*path("page.html")], "not an OpenAPI document"),
        (vec!["compile", &*path("latin1.yaml")], "is not text in UTF-8"),
        (vec!["show", "--catalog", &*path("page.html")], "not a catalog of this version of cordboard"),
    ] {
        let said = say(&arguments);
        assert!(!said.ok && said.out.is_empty() && said.err.contains(refusal), "{arguments:?}: {}", said.err);
    }
}
