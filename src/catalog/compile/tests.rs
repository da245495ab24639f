//! Documents, good and bad, put to the compiler.

use super::super::{Catalog, Type};
use super::*;
use proptest::prelude::*;
use serde_json::json;

fn refusal(text: &str) -> CompileError {
    compile(text, "").expect_err("refused")
}

fn compiled(document: &Value) -> Compiled {
    compile(&document.to_string(), "9.9").expect("compiles")
}

/// A document with these schemas and one list of `Pbx.Lamp`.
fn lamps(schemas: Value) -> Value {
    json!({
        "openapi": "3.0.4",
        "paths": { "/Lamps": { "get": { "tags": ["Lamps"], "operationId": "ListLamp", "responses": { "200": {
            "content": { "application/json": { "schema": {
                "type": "object",
                "properties": { "value": { "type": "array", "items": { "$ref": "#/components/schemas/Pbx.Lamp" } } }
            } } }
        } } } } },
        "components": { "schemas": schemas }
    })
}

#[test]
fn documents_that_are_none() {
    let cases = [
        ("", "not an OpenAPI document: there is no object at its top"),
        ("[1, 2]", "not an OpenAPI document: there is no object at its top"),
        ("just words", "not an OpenAPI document"),
        ("<!DOCTYPE html>\n<html><body>Sign in</body></html>", "not an OpenAPI document"),
        ("{\"openapi\": ", "neither YAML nor JSON"),
        ("a: [1, 2\nb: }", "neither YAML nor JSON"),
        ("a: 1", "it has no `openapi` member"),
        ("swagger: '2.0'\npaths: {}", "this is an OpenAPI 2.0 document, and only 3.0 is understood"),
        ("openapi: 3.1.0\npaths: {}", "this is an OpenAPI 3.1.0 document, and only 3.0 is understood"),
        ("openapi: 3.10.0\npaths: {}", "only 3.0 is understood"),
        ("openapi: [3]\npaths: {}", "only 3.0 is understood"),
        ("openapi: 3.0.4", "it has no `paths`"),
        ("openapi: 3.0.4\npaths: []", "it has no `paths`"),
    ];
    for (text, sentence) in cases {
        let said = refusal(text).to_string();
        assert!(said.contains(sentence), "{text:?}: {said}");
        assert!(!said.contains('\n') && said.ends_with(['.', ')']), "one sentence or two: {said}");
    }
}

#[test]
fn the_same_document_as_yaml_and_as_json() {
    let yaml = "\u{feff}openapi: 3.0.1\npaths:\n  /Lamps({Name}):\n    get:\n      parameters:\n        - { name: Name, in: path, required: true, schema: { type: string } }\n      responses: { '204': { description: none } }\ncomponents: { schemas: { Pbx.Lamp: { type: object, properties: { 'On': { type: boolean } } } } }\n";
    let value: Value = yaml::read(yaml.trim_start_matches('\u{feff}')).expect("YAML");
    let from_yaml = compile(yaml, "").expect("compiles");
    let from_json = compile(&value.to_string(), "").expect("compiles");
    assert_eq!(from_yaml.facts, from_json.facts);
    assert_eq!(from_yaml.facts.schemas[0].fields[0].name, "On");
}

#[test]
fn a_reference_that_leads_nowhere() {
    let error = refusal(&lamps(json!({})).to_string());
    let CompileError::MissingReference { target, .. } = &error else { panic!("{error}") };
    assert_eq!(target, "#/components/schemas/Pbx.Lamp");
    assert!(error.to_string().contains("which is not in the document"), "{error}");
    let outside = lamps(json!({ "Pbx.Lamp": { "properties": { "X": { "$ref": "other.yaml#/X" } } } }));
    assert!(matches!(refusal(&outside.to_string()), CompileError::MissingReference { .. }));
}

#[test]
fn circles() {
    let cases = [
        json!({ "Pbx.Lamp": { "allOf": [{ "$ref": "#/components/schemas/Pbx.Lamp" }] } }),
        json!({
            "Pbx.Lamp": { "allOf": [{ "$ref": "#/components/schemas/A" }] },
            "A": { "allOf": [{ "$ref": "#/components/schemas/B" }] },
            "B": { "allOf": [{ "$ref": "#/components/schemas/A" }, { "properties": {} }] },
        }),
        json!({
            "Pbx.Lamp": { "properties": { "X": { "$ref": "#/components/schemas/A" } } },
            "A": { "$ref": "#/components/schemas/B" },
            "B": { "$ref": "#/components/schemas/A" },
        }),
    ];
    for schemas in cases {
        let error = refusal(&lamps(schemas.clone()).to_string());
        assert!(matches!(error, CompileError::Cycle { .. }), "{schemas}: {error}");
        assert!(error.to_string().contains("leads back to itself"));
    }
}

/// A schema may speak of itself in its properties: that is no circle.
#[test]
fn a_schema_that_holds_itself() {
    let document = lamps(json!({
        "Pbx.Lamp": { "type": "object", "properties": { "Next": { "$ref": "#/components/schemas/Pbx.Lamp" } } },
    }));
    let compiled = compiled(&document);
    assert!(matches!(compiled.facts.schemas[0].fields[0].ty, Type::Object(_)));
    assert_eq!(compiled.report, Report::default());
}

#[test]
fn what_is_inherited_comes_first_and_once() {
    let document = lamps(json!({
        "Pbx.Base": { "type": "object", "properties": { "Id": { "type": "integer", "format": "int32" }, "Name": { "type": "string" } } },
        "Pbx.Middle": { "allOf": [{ "$ref": "#/components/schemas/Pbx.Base" }, { "properties": { "Mid": { "type": "boolean" } } }] },
        "Pbx.Lamp": { "allOf": [
            { "$ref": "#/components/schemas/Pbx.Middle" },
            { "$ref": "#/components/schemas/Pbx.Base" },
            { "properties": { "Own": { "type": "number" }, "Name": { "type": "string", "maxLength": 5 } } },
        ] },
    }));
    let compiled = compiled(&document);
    let lamp = compiled.facts.schemas.iter().find(|s| s.name == "Pbx.Lamp").expect("schema");
    assert_eq!(lamp.bases, ["Pbx.Middle", "Pbx.Base"]);
    assert_eq!(lamp.fields.iter().map(|f| f.name).collect::<Vec<_>>(), ["Id", "Name", "Mid", "Own"]);
    assert_eq!(lamp.field("Name").map(|f| f.ty.clone()), Some(Type::Text { max: Some(5) }));
    assert_eq!(
        compiled.report.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "/components/schemas/Pbx.Lamp/allOf/2/properties/Name: declared again with another type; the later one is kept"
        ]
    );
}

#[test]
fn what_is_not_understood_is_told_with_its_place() {
    let document = lamps(json!({
        "Pbx.Lamp": { "type": "object", "properties": {
            "Odd": { "type": "quaternion" },
            "Format": { "type": "string", "format": "klingon" },
            "Int": { "type": "integer", "format": "int31" },
            "List": { "type": "array" },
            "Inline": { "type": "object", "properties": { "A": { "type": "string" } } },
            "Choice": { "oneOf": [{ "type": "string" }, { "type": "boolean" }] },
            "Joined": { "allOf": [{ "type": "string" }, { "type": "boolean" }] },
            "Enum": { "enum": ["A"], "type": "string" },
            "Not": { "type": "string", "not": { "enum": ["A"] }, "readOnly": true },
            "Nothing": null,
        } },
    }));
    let compiled = compiled(&document);
    let notes: Vec<String> = compiled.report.notes.iter().map(ToString::to_string).collect();
    let expected = [
        "Odd: unknown type `quaternion`; kept as anything",
        "Format: unknown text format `klingon`; kept as text",
        "Int: unknown integer format `int31`; taken as 64 bits",
        "List: an array that does not say of what; kept as anything",
        "Inline: an object without a name; kept as anything",
        "Choice: a choice of several types; kept as anything",
        "Joined: several schemas joined in place; kept as anything",
        "Enum: an enum without a name; kept as text",
        "Not: `not` is not understood and was left out",
        "Not: `readOnly` is not understood and was left out",
        "Nothing: not a schema; kept as anything",
    ];
    let expected: Vec<String> =
        expected.iter().map(|e| format!("/components/schemas/Pbx.Lamp/properties/{e}")).collect();
    assert_eq!(notes, expected);
    assert_eq!(compiled.facts.schemas[0].fields.len(), 10, "nothing is lost");
}

#[test]
fn paths_that_are_not_understood_are_told() {
    let mut document = lamps(json!({ "Pbx.Lamp": { "type": "object" } }));
    document["paths"]["no slash"] = json!({ "get": {} });
    document["paths"]["/Lamps({Id})"] = json!({
        "options": {},
        "get": { "parameters": [
            { "name": "Id", "in": "path", "schema": { "type": "string" } },
            { "name": "$apply", "in": "query" },
            { "name": "crumb", "in": "cookie" },
            { "name": "Other", "in": "path", "schema": { "type": "string" } },
            { "in": "query" },
        ] },
    });
    document["paths"]["/Lamps({Id})/Pbx.Light(hue={hue})"] = json!({
        "post": {
            "requestBody": { "content": { "multipart/form-data": { "schema": {} } } },
            "responses": { "204": {} },
        },
    });
    let compiled = compiled(&document);
    let notes: Vec<String> = compiled.report.notes.iter().map(ToString::to_string).collect();
    for expected in [
        "/paths/no slash: a path that follows no known form; its operations were left out",
        "/paths/~1Lamps({Id})/options: method `options` is not understood and was left out",
        "/paths/~1Lamps({Id})/get: no success is declared; taken as 200 without content",
        "/paths/~1Lamps({Id})/get/parameters/1: query option `$apply` is not understood and was left out",
        "/paths/~1Lamps({Id})/get/parameters/2: a parameter in `cookie`; left out",
        "/paths/~1Lamps({Id})/get/parameters/3: a path parameter that its path does not hold; left out",
        "/paths/~1Lamps({Id})/get/parameters/4: a parameter without a name; left out",
        "/paths/~1Lamps({Id})~1Pbx.Light(hue={hue})/post: path parameter `hue` is not declared; taken as text",
        "/paths/~1Lamps({Id})~1Pbx.Light(hue={hue})/post: path parameter `Id` is not declared; taken as text",
        "/paths/~1Lamps({Id})~1Pbx.Light(hue={hue})/post/requestBody/content/multipart~1form-data: content of type `multipart/form-data` is not understood and was left out",
        "/paths/~1Lamps: its key `Id` is not a field of Pbx.Lamp",
    ] {
        assert!(notes.iter().any(|n| n == expected), "{expected}\nis missing in {notes:#?}");
    }
    let lamps = compiled.facts.resources.iter().find(|r| r.name == "Lamps").expect("resource");
    assert!(lamps.get.is_some() && lamps.key.as_ref().is_some_and(|k| k.quoted));
}

/// Older builds look up by function what newer ones look up by alternate key.
#[test]
fn other_builds_are_shaped_otherwise() {
    let mut document =
        lamps(json!({ "Pbx.Lamp": { "type": "object", "properties": { "Id": { "type": "integer" } } } }));
    let number = json!([{ "name": "number", "in": "path", "required": true, "schema": { "type": "string" } }]);
    document["paths"]["/Lamps/Pbx.GetByNumber(number={number})"] =
        json!({ "get": { "parameters": number, "responses": { "200": {} } } });
    document["paths"]["/Douse"] = json!({ "post": { "responses": { "204": {} } } });
    document["paths"]["/Lit()"] = json!({ "get": { "responses": { "200": {} } } });
    let compiled = compiled(&document);
    assert_eq!(compiled.report, Report::default());
    let told: Vec<_> = compiled.facts.operations.iter().map(|o| (o.role, o.name, o.bound)).collect();
    use super::super::Role;
    assert_eq!(
        told,
        [
            (Role::List, "", false),
            (Role::Function, "GetByNumber", false),
            (Role::Action, "Douse", false),
            (Role::Function, "Lit", false),
        ]
    );
    let bytes = encode(&compiled.facts);
    let catalog = Catalog::from_bytes(bytes).expect("loads");
    assert!(catalog.revision().starts_with("9.9-"));
    assert_eq!(catalog.groups().iter().map(|g| g.resources.len()).sum::<usize>(), 3);
}

fn junk() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z$#/{}()=]{0,12}".prop_map(Value::from),
        prop_oneof![
            Just("object"),
            Just("array"),
            Just("string"),
            Just("#/components/schemas/Pbx.Lamp"),
            Just("#/paths"),
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        let key = prop_oneof![
            "[a-zA-Z]{1,6}",
            prop_oneof![
                Just("$ref"),
                Just("type"),
                Just("allOf"),
                Just("oneOf"),
                Just("properties"),
                Just("items"),
                Just("enum"),
                Just("get"),
                Just("post"),
                Just("parameters"),
                Just("responses"),
                Just("200"),
                Just("content"),
                Just("application/json"),
                Just("schema"),
                Just("requestBody"),
                Just("/Lamps({Id})"),
                Just("/Lamps"),
                Just("Pbx.Lamp"),
                Just("name"),
                Just("in"),
                Just("required"),
            ]
            .prop_map(str::to_owned),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever stands in a document, it is compiled or refused; what was compiled can be loaded and asked.
    #[test]
    fn no_document_brings_the_compiler_down(paths in junk(), schemas in junk()) {
        let document = json!({ "openapi": "3.0.4", "paths": { "/Lamps": paths.clone(), "x": paths }, "components": { "schemas": schemas } });
        if let Ok(compiled) = compile(&document.to_string(), "") {
            let catalog = Catalog::from_bytes(encode(&compiled.facts)).expect("what was compiled loads");
            prop_assert_eq!(catalog.facts().operations.len(), compiled.facts.operations.len());
            for resource in catalog.resources() {
                catalog.columns(resource);
                catalog.roles(resource);
            }
            for schema in &catalog.facts().schemas {
                let listed: usize = catalog.sections(schema).iter().map(|s| s.fields.len()).sum();
                prop_assert_eq!(listed, schema.fields.len());
            }
        }
    }

    /// Nor does text of any kind.
    #[test]
    fn no_text_brings_the_compiler_down(text in "\\PC{0,200}") {
        prop_assert!(compile(&text, "").is_err());
    }
}
