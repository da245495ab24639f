//! JSON text: tokens, trees, positions, the printer.

use super::*;
use crate::catalog::Catalog;
use crate::draft::Slot;
use proptest::prelude::*;
use serde_json::{Value, json};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1.0e9..1.0e9f64).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("[A-Za-z@. \"ä]{0,8}", inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn covers(text: &str) {
    let mut at = 0;
    for token in tokens(text) {
        assert_eq!(token.start, at, "{text:?}");
        assert!(token.end > token.start, "{text:?}");
        assert!(text.is_char_boundary(token.end), "{text:?}");
        at = token.end;
    }
    assert_eq!(at, text.len(), "{text:?}");
}

proptest! {
    #[test]
    fn tokens_cover_any_text_in_order(text in any::<String>()) {
        covers(&text);
    }

    #[test]
    fn tokens_cover_text_that_is_nearly_json(text in "[\\[\\]{}:,\"\\\\ \n0-9a-fntrulsäé·-]{0,60}") {
        covers(&text);
        let anything = Slot::unknown(Catalog::shipped(), "");
        for cursor in 0..=text.len() {
            let found = complete(Catalog::shipped(), &anything, &text, cursor);
            prop_assert!(found.start <= found.end && text.get(found.start..found.end).is_some());
        }
        let parsed = parse(&text);
        let whole = parsed.as_ref().map(|parsed| parsed.root.end).map_err(Clone::clone);
        prop_assert_eq!(outline(&text, 1).map(|root| root.end), whole, "what is inside is looked at all the same");
        match parsed {
            Ok(parsed) => prop_assert_eq!(parsed.root.end, text.trim_end_matches([' ', '\n']).len()),
            Err(issue) => prop_assert!(issue.line > 0 && issue.column > 0 && issue.start <= issue.end),
        }
    }

    #[test]
    fn what_an_outline_leaves_out_stands_where_it_says(value in any_json()) {
        let text = pretty(&json!([value, [value]]));
        let Kind::List(nodes) = outline(&text, 1).unwrap().kind else { panic!("a list") };
        for (node, is) in nodes.iter().zip([value.clone(), json!([value])]) {
            prop_assert!(!matches!(&node.kind, Kind::List(inner) if !inner.is_empty()));
            prop_assert!(!matches!(&node.kind, Kind::Object(inner) if !inner.is_empty()));
            prop_assert_eq!(parse(&text[node.start..node.end]).unwrap().value(), is);
        }
    }

    #[test]
    fn what_is_printed_parses_back_in_the_same_order(value in any_json()) {
        let text = pretty(&value);
        let parsed = parse(&text).unwrap().value();
        // Text equality of the compact form holds the order of properties too.
        prop_assert_eq!(parsed.to_string(), value.to_string());
        prop_assert_eq!(pretty(&parsed), text);
    }

    #[test]
    fn the_parser_takes_what_serde_takes(text in "[\\[\\]{}:,\" 0-9a-fntrulse.+-]{0,14}") {
        let ours = parse(&text).ok().map(|parsed| parsed.value());
        let theirs: Option<Value> = serde_json::from_str(&text).ok();
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn every_node_stands_where_it_says(value in any_json()) {
        fn walk(text: &str, node: &Node) {
            let again = parse(&text[node.start..node.end]).unwrap();
            assert_eq!(again.value(), node.value());
            match &node.kind {
                Kind::Scalar(_) => {}
                Kind::List(nodes) => nodes.iter().for_each(|n| walk(text, n)),
                Kind::Object(members) => members.iter().for_each(|m| {
                    assert_eq!(serde_json::from_str::<String>(&text[m.start..m.end]).unwrap(), m.name);
                    walk(text, &m.node);
                }),
            }
        }
        let text = pretty(&value);
        walk(&text, &parse(&text).unwrap().root);
    }
}

#[test]
fn mistakes_of_form_are_told_where_they_are() {
    let cases = [
        ("", 1, 1, "A value is missing here."),
        ("{\"a\": 1", 1, 8, "A comma or \"}\" is missing here."),
        ("{\"a\": 1\n \"b\": 2}", 1, 8, "A comma or \"}\" is missing here."),
        ("{\"a\": }", 1, 6, "A value is missing here."),
        ("{\"ä\": [1, 2,]}", 1, 12, "One comma too many before the \"]\"."),
        ("{\"a\": 1,}", 1, 8, "One comma too many before the \"}\"."),
        ("{\"a\" 1}", 1, 5, "A colon (:) after the name is missing here."),
        ("{a: 1}", 1, 2, "Text stands between double quotes (\")."),
        ("{'a': 1}", 1, 2, "Text stands between straight double quotes (\")."),
        ("{\n  \"Köln\": \"明\",\n  \"b\": tru }", 3, 8, "Text stands between double quotes (\")."),
        ("[True]", 1, 2, "Write true in small letters."),
        ("[\"明\", \"abc]", 1, 7, "The closing quote is missing."),
        ("[1] 2", 1, 5, "The value ends before this: one value, please."),
        ("007", 1, 1, "A number does not begin with 0; a telephone number stands in quotes."),
        ("[1.]", 1, 2, "This is not a number."),
        ("[\"\\q\"]", 1, 2, "After \\ only \" \\ / b f n r t and u with four hexadecimal digits have a meaning."),
        ("[\"a\tb\"]", 1, 2, "Tabs and other control characters are written \\t, \\r or \\u00XX inside text."),
        ("[1, // one\n2]", 1, 5, "Comments are not part of JSON."),
        ("\"To\": 1", 1, 1, "A property needs an object around it: { … }."),
    ];
    for (text, line, column, message) in cases {
        let issue = parse(text).unwrap_err();
        assert_eq!((issue.line, issue.column, issue.message.as_str()), (line, column, message), "{text}");
        assert_eq!(issue.severity, Severity::Error);
    }
}

#[test]
fn depth_is_an_issue_and_not_an_overflow() {
    let issue = parse(&"[".repeat(100_000)).unwrap_err();
    assert_eq!((issue.line, issue.column), (1, 102));
    assert_eq!(issue.message, "This is nested too deeply.");
}

#[test]
fn tokens_tell_names_from_text() {
    let kinds: Vec<TokenKind> = tokens("{ \"a\" : \"b\", \"c\": x").into_iter().map(|t| t.kind).collect();
    use TokenKind::*;
    assert_eq!(kinds, [OpenObject, Space, Key, Space, Colon, Space, Text, Comma, Space, Key, Colon, Space, Wrong]);
}

#[test]
fn short_containers_stand_on_one_line() {
    let value = json!({
        "Name": "Available",
        "Empty": [], "None": {},
        "AvailableRoute": { "NoAnswerExternal": { "To": "VoiceMail", "Number": "214" }, "NoAnswerAllCalls": true }
    });
    let expected = r#"{
  "Name": "Available",
  "Empty": [],
  "None": {},
  "AvailableRoute": {
    "NoAnswerExternal": { "To": "VoiceMail", "Number": "214" },
    "NoAnswerAllCalls": true
  }
}"#;
    assert_eq!(pretty(&value), expected);
}

#[test]
fn positions_count_characters() {
    assert_eq!(position("aä\n明x", 0), (1, 1));
    assert_eq!(position("aä\n明x", 3), (1, 3));
    assert_eq!(position("aä\n明x", 7), (2, 2));
    assert_eq!(position("aä\n明x", 5), (2, 1));
    assert_eq!(position("aä\n明x", 99), (2, 3));
}
