//! Keys: the table holds together, and so does what a file makes of it.

use super::*;
use std::collections::BTreeSet;

#[test]
fn every_key_of_the_table_is_understood_and_unique_in_its_context() {
    let mut seen = BTreeSet::new();
    for row in TABLE {
        for text in row.keys {
            let keys = sequence(text).unwrap();
            for context in row.contexts {
                assert!(seen.insert((*context, keys.clone())), "{text} twice in {context:?} ({})", row.name);
            }
        }
    }
    let names: BTreeSet<_> = TABLE.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), TABLE.len(), "names of commands are unique");
}

#[test]
fn no_sequence_hides_behind_a_shorter_one() {
    let keymap = Keymap::default();
    for (context, keys) in keymap.bindings.keys() {
        for shorter in 1..keys.len() {
            assert!(!keymap.bindings.contains_key(&(*context, keys[..shorter].to_vec())), "{context:?} {keys:?}");
        }
    }
}

#[test]
fn look_ups() {
    let keymap = Keymap::default();
    let g = Key::char('g');
    for (context, keys, expect) in [
        (Context::List, vec![Key::char('j')], Lookup::Command(Command::Down)),
        (Context::List, vec![g], Lookup::Prefix),
        (Context::List, vec![g, g], Lookup::Command(Command::Top)),
        (Context::List, vec![g, Key::char('x')], Lookup::Unbound),
        (Context::List, vec![Key::char('y')], Lookup::Unbound),
        (Context::List, vec![Key::char('d')], Lookup::Unbound),
        (Context::Preview, vec![Key::char('y')], Lookup::Command(Command::Send)),
        (Context::Form, vec![Key::plain(Code::Esc)], Lookup::Command(Command::Back)),
        (Context::Line, vec![Key::char('q')], Lookup::Unbound),
        (Context::Editor, vec![Key::ctrl('s')], Lookup::Command(Command::Preview)),
    ] {
        assert_eq!(keymap.lookup(context, &keys), expect, "{context:?} {keys:?}");
    }
}

#[test]
fn every_command_has_a_key_and_no_bare_enter_sends() {
    let keymap = Keymap::default();
    for row in TABLE {
        for context in row.contexts {
            assert!(keymap.hint(*context, row).is_some(), "{} has no key", row.name);
        }
    }
    for context in [Context::Preview, Context::Question, Context::Conflict] {
        assert_eq!(keymap.lookup(context, &[Key::plain(Code::Enter)]), Lookup::Unbound, "{context:?}");
    }
}

#[test]
fn every_context_has_a_name_and_a_command() {
    let names: BTreeSet<_> = Context::ALL.into_iter().map(Context::name).collect();
    assert_eq!(names.len(), Context::ALL.len());
    for context in Context::ALL {
        assert_eq!(Context::named(context.name()), Some(context));
        assert!(TABLE.iter().any(|row| row.contexts.contains(&context)), "{context:?}");
    }
}

fn hint(keymap: &Keymap, context: Context, name: &str) -> Option<String> {
    keymap.hint(context, TABLE.iter().find(|row| row.name == name).unwrap())
}

#[test]
fn a_file_changes_what_it_names_and_leaves_the_rest() {
    let text = "[list]\nmark = \"m\"\nsort = [\"ctrl-o\", \"z s\"]\nsort-reverse = []\n[global]\nchanges = \"f9\"\n";
    let keymap = Keymap::with("keys.toml", text).unwrap();
    let look = |context, keys: &str| keymap.lookup(context, &sequence(keys).unwrap());
    for (context, keys, expect) in [
        (Context::List, "m", Lookup::Command(Command::Mark)),
        (Context::List, "space", Lookup::Unbound),
        (Context::List, "ctrl-o", Lookup::Command(Command::SortNext)),
        (Context::List, "z", Lookup::Prefix),
        (Context::List, "z s", Lookup::Command(Command::SortNext)),
        (Context::List, "o", Lookup::Unbound),
        (Context::List, "O", Lookup::Unbound),
        (Context::List, "/", Lookup::Command(Command::Find)),
        (Context::Form, "f9", Lookup::Command(Command::Changes)),
        (Context::Form, "space", Lookup::Command(Command::Toggle)),
    ] {
        assert_eq!(look(context, keys), expect, "{context:?} {keys}");
    }
    assert_eq!(hint(&keymap, Context::List, "mark").as_deref(), Some("m"));
    assert_eq!(hint(&keymap, Context::List, "sort").as_deref(), Some("^O"));
    assert_eq!(hint(&keymap, Context::List, "sort-reverse"), None);
    assert_eq!(hint(&keymap, Context::List, "changes").as_deref(), Some("F9"));
    assert!(keymap.footer(Context::List).iter().any(|row| row.name == "mark"));
    assert!(Keymap::with("keys.toml", "").is_ok());
}

#[test]
fn two_commands_may_swap_their_keys() {
    let text = "[list]\nrefresh = \"c\"\ncopy = \"r\"\n";
    let keymap = Keymap::with("keys.toml", text).unwrap();
    assert_eq!(keymap.lookup(Context::List, &[Key::char('c')]), Lookup::Command(Command::Refresh));
    assert_eq!(keymap.lookup(Context::Form, &[Key::char('c')]), Lookup::Command(Command::Copy));
}

#[test]
fn broken_files_are_explained() {
    for (text, sentences) in [
        ("[list", vec!["keys.toml:1:"]),
        ("list = 3", vec!["keys.toml:1:1: [list] is a table"]),
        ("[lst]\n", vec!["keys.toml:1:2: There is no context [lst]; did you mean `list`?"]),
        ("[list]\nmrk = \"m\"", vec!["keys.toml:2:1: There is no command `mrk` in [list]; did you mean `mark`?"]),
        ("[list]\nbanana = \"m\"", vec!["2:1: There is no command `banana` in [list]; help (?) lists"]),
        ("[form]\nmark = \"m\"", vec!["2:1: `mark` has no meaning in [form], only in [list]."]),
        ("[list]\nmark = \"hyper-m\"", vec!["2:8: \"hyper-m\" is not a key: write it like"]),
        ("[list]\nmark = 3", vec!["2:8: The key of `mark` is a text"]),
        (
            "[list]\nmark = \"m\"\npeek = [\"f8\", \"m\"]",
            vec!["3:15: m means two things in [list]: `peek` here and `mark` at keys.toml:2:8."],
        ),
        (
            "[list]\nmark = \"r\"",
            vec!["2:8: r means two things in [list]: `mark` here and `refresh`, which has it from the start."],
        ),
        ("[list]\nmark = \"g\"", vec!["2:8: g g means two things in [list]: `mark` here and `top`"]),
        ("[line]\nchoice-up = \"k\"", vec!["2:13: k belongs to the text that is typed in [line]"]),
        ("[preview]\nsend = \"enter\"", vec!["2:8: ⏎ is pressed too easily to be `send`"]),
        ("[global]\nback = []", vec!["2:1: `back` needs a key"]),
        ("[list]\nmrk = \"m\"\n[lst]\n", vec!["2:1: There is no command", "3:2: There is no context"]),
    ] {
        let complaints = Keymap::with("keys.toml", text).unwrap_err();
        assert_eq!(complaints.len(), sentences.len(), "{text}\n{complaints:?}");
        for (complaint, sentence) in complaints.iter().zip(sentences) {
            assert!(complaint.starts_with("keys.toml:") && complaint.contains(sentence), "{text}\n{complaint}");
        }
    }
}
