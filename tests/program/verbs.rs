//! What the program says where there is no terminal: help, versions, mistakes, the catalog.

use crate::process::Home;
use serde_json::Value;

/// A document with one list and one enum, as a PBX might serve it.
const LAMPS: &str = r#"
openapi: 3.0.4
paths:
  /Lamps:
    get:
      tags: [Lamps]
      operationId: ListLamp
      responses:
        '200':
          content:
            application/json:
              schema:
                type: object
                properties:
                  value: { type: array, items: { $ref: '#/components/schemas/Pbx.Lamp' } }
  /Lamps({Id}):
    patch:
      tags: [Lamps]
      operationId: UpdateLamp
      parameters: [{ name: Id, in: path, required: true, schema: { type: integer, format: int32 } }]
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pbx.Lamp' } } } }
      responses: { '204': { description: done } }
components:
  schemas:
    Pbx.Lamp:
      type: object
      properties:
        Id: { type: integer, format: int32 }
        Colour: { $ref: '#/components/schemas/Pbx.Colour' }
    Pbx.Colour: { type: string, enum: [Red, Green] }
"#;

#[test]
fn it_tells_what_it_is() {
    let home = Home::new();
    let version = home.run(&["--version"]);
    assert_eq!((version.code, version.out.trim()), (Some(0), concat!("cordboard ", env!("CARGO_PKG_VERSION"))));
    let help = home.run(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    for named in ["demo", "sim", "catalog", "--pbx", "--url", "--config", "--theme", "--no-color"] {
        assert!(help.out.contains(named), "{named} is missing in\n{}", help.out);
    }
    // Without a terminal there can be no console; what there can be is said, and that is no failure.
    let alone = home.run(&[]);
    assert_eq!((alone.code, alone.err.as_str()), (Some(0), ""));
    assert!(alone.out.contains("Usage: cordboard"), "{}", alone.out);
}

#[test]
fn help_keeps_what_belongs_to_a_command_apart_from_what_all_take() {
    let home = Home::new();
    let set = home.run(&["set", "--help"]).out;
    assert!(set.contains("<RESOURCE> <NUMBER> <FIELD=VALUE>..."), "{set}");
    let who = home.run(&["who", "--help"]).out;
    let (own, which) = who.split_once("Which PBX:").unwrap();
    assert!(own.contains("--json") && !which.contains("--json"), "{who}");
    for verb in ["set", "who", "history", "sim"] {
        let help = home.run(&[verb, "--help"]).out;
        let (own, every) = help.split_once("Everywhere:").unwrap_or_else(|| panic!("{help}"));
        assert!(every.contains("--theme") && every.contains("--config") && !own.contains("--theme"), "{help}");
    }
    assert!(home.run(&["--help"]).out.contains("`cordboard help exit-codes`"));
}

#[test]
fn mistakes_on_the_command_line_are_explained() {
    let home = Home::new();
    for (arguments, says) in [
        (&["--nope"][..], "unexpected argument '--nope'"),
        (&["--them", "dark"], "'--theme'"),
        (&["dmo"], "a similar subcommand exists: 'demo'"),
        (&["simm"], "a similar subcommand exists: 'sim'"),
        (&["catalog", "shwo"], "a similar subcommand exists: 'show'"),
        (&["catalog"], "Usage: cordboard catalog"),
        (&["demo", "--users", "many"], "invalid value 'many' for '--users <N>'"),
        (&["demo"], "needs a terminal"),
        (&["get", "Users", "214", "--fields", "Nope", "--demo"], "`cordboard catalog show Users` lists them."),
        (&["apply", "none.json", "--demo"], "none.json cannot be read: there is no such file."),
        (&["list", "Users", "--where", "tea=x", "--demo"], "Its columns are: Number, Name, Department, VM, 2FA, Reg."),
    ] {
        let said = home.run(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}: {said:?}");
        assert!(said.err.contains(says), "{arguments:?}: {}", said.err);
    }
}

#[test]
fn the_api_is_shown() {
    let home = Home::new();
    let all = home.run(&["catalog", "show"]);
    assert_eq!((all.code, all.err.as_str()), (Some(0), ""));
    assert!(all.out.contains("\n  Groups  ") && all.out.contains("Departments"), "{}", all.out);
    // By its title, in small letters.
    let one = home.run(&["catalog", "show", "departments"]);
    assert!(one.code == Some(0) && one.out.starts_with("Groups (Departments), collection\n"), "{one:?}");

    let json = home.run(&["catalog", "show", "Groups", "--json"]);
    let groups: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(groups["name"], "Groups");
    assert_eq!(groups["verbs"], serde_json::json!(["list", "get", "create", "change", "delete"]));
    let fields = groups["fields"].as_array().unwrap();
    assert!(fields.iter().any(|field| field["name"] == "Language"), "{fields:?}");

    let unknown = home.run(&["catalog", "show", "Grups"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(5), ""));
    assert_eq!(unknown.err, "The API of 20.0.10 has no resource 'Grups'. Did you mean Groups (Departments)?\n");
}

#[test]
fn a_document_is_compiled_and_shown() {
    let home = Home::new();
    home.write("lamps.yaml", LAMPS);
    let dry = home.run(&["catalog", "compile", "lamps.yaml"]);
    assert_eq!((dry.code, dry.err.as_str()), (Some(0), ""));
    let counts = "2 operations, 2 paths, 1 tags, 2 schemas (1 of them enums), 1 resources (1 collections, 0 \
                  singletons, 0 with functions only); ";
    assert!(dry.out.starts_with(counts) && dry.out.contains("not written") && dry.out.lines().count() == 1, "{dry:?}");

    let kept = home.run(&["catalog", "compile", "lamps.yaml", "-o", "lamps.bin", "--build", "9.9"]);
    assert_eq!(kept.code, Some(0), "{kept:?}");
    let size = std::fs::metadata(home.path().join("lamps.bin")).unwrap().len();
    assert!(kept.out.ends_with(&format!("; {size} bytes in lamps.bin\n")), "{}", kept.out);
    let shown = home.run(&["catalog", "show", "--catalog", "lamps.bin", "Lamps"]);
    assert!(shown.code == Some(0) && shown.out.contains("Colour"), "{shown:?}");
}

#[test]
fn what_cannot_be_compiled_is_explained() {
    let home = Home::new();
    home.write("page.html", "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n");
    home.write("garbage.yaml", "a: [1, 2\nb: }");
    home.write("empty.yaml", "");
    std::fs::write(home.path().join("catalog.bin"), b"\xff\xfe\x00").unwrap();
    for (arguments, says) in [
        (&["compile", "missing.yaml"][..], &["cannot read missing.yaml", "No such file"][..]),
        (&["compile", "page.html"], &["cannot compile page.html", "not an OpenAPI document"]),
        (&["compile", "garbage.yaml"], &["cannot compile garbage.yaml", "neither YAML nor JSON"]),
        (&["compile", "empty.yaml"], &["cannot compile empty.yaml", "no object at its top"]),
        (&["compile", "catalog.bin"], &["catalog.bin is not text"]),
        (&["show", "--catalog", "missing.bin"], &["cannot read missing.bin", "No such file"]),
        (&["show", "--catalog", "catalog.bin"], &["cannot use catalog.bin: "]),
    ] {
        let said = home.run(&[&["catalog"], arguments].concat());
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}: {said:?}");
        assert!(says.iter().all(|part| said.err.contains(part)), "{arguments:?}: {}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_failure() {
    let home = Home::new();
    for arguments in [&["catalog", "show"][..], &["catalog", "show", "Users", "--json"], &["--help"], &[]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let said = home.run_into(arguments, writer);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{arguments:?}");
    }
}
