//! Which keys are bound to which commands in which context, and the hints that follow from it.

use super::{Code, Command, Context, Key, Row, TABLE};
use std::collections::BTreeMap;

/// What the keys pressed so far mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// This command.
    Command(Command),
    /// The beginning of a longer sequence.
    Prefix,
    /// Nothing.
    Unbound,
}

/// The bindings in force.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: BTreeMap<(Context, Vec<Key>), &'static Row>,
}

impl Default for Keymap {
    /// The keys of the table. A malformed key there is left out, and a test says so.
    fn default() -> Self {
        let mut bindings = BTreeMap::new();
        for row in TABLE {
            for keys in row.keys.iter().filter_map(|text| sequence(text).ok()) {
                for context in row.contexts {
                    bindings.insert((*context, keys.clone()), row);
                }
            }
        }
        Self { bindings }
    }
}

fn sequence(text: &str) -> Result<Vec<Key>, String> {
    text.split(' ').map(Key::parse).collect()
}

impl Keymap {
    /// What `keys` mean in `context`; what it does not bind is looked up in the global one.
    ///
    /// Where text is typed (a line, the editor) a bare character is never a command.
    pub fn lookup(&self, context: Context, keys: &[Key]) -> Lookup {
        [context, Context::Global]
            .into_iter()
            .map(|context| self.lookup_in(context, keys))
            .find(|found| *found != Lookup::Unbound)
            .unwrap_or(Lookup::Unbound)
    }

    fn lookup_in(&self, context: Context, keys: &[Key]) -> Lookup {
        let from = (context, keys.to_vec());
        match self.bindings.range(from..).next() {
            Some(((c, bound), row)) if *c == context && bound == keys => Lookup::Command(row.command),
            Some(((c, bound), _)) if *c == context && bound.starts_with(keys) => Lookup::Prefix,
            _ => Lookup::Unbound,
        }
    }

    /// The key that hints show for a row of the table, as it is bound now.
    pub fn hint(&self, row: &Row) -> Option<String> {
        row.keys.iter().filter_map(|text| sequence(text).ok()).find_map(|keys| {
            let bound = row
                .contexts
                .iter()
                .any(|context| self.bindings.get(&(*context, keys.clone())).is_some_and(|r| r.name == row.name));
            bound.then(|| keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        })
    }

    /// The rows that mean something in `context` (the global ones too), in the table's order.
    pub fn rows(&self, context: Context) -> impl Iterator<Item = &'static Row> {
        let here = move |row: &Row| row.contexts.contains(&context);
        TABLE.iter().filter(move |row| {
            // What works everywhere is told once: by the row that has words for this place, if there is one.
            let said = || TABLE.iter().any(|other| other.command == row.command && here(other));
            here(row) || row.contexts.contains(&Context::Global) && !said()
        })
    }

    /// The rows of the footer in `context`, the weightiest first.
    pub fn footer(&self, context: Context) -> Vec<&'static Row> {
        let mut rows: Vec<_> = self.rows(context).filter(|row| row.footer > 0).collect();
        rows.sort_by_key(|row| row.footer);
        rows
    }
}

/// Whether a key types into a text and so cannot be a command where text is typed.
impl Key {
    /// The key belongs to the text being typed: a character, or what moves and deletes within it.
    pub fn belongs_to_text(self) -> bool {
        matches!(
            (self.ctrl, self.alt, self.code),
            (false, false, Code::Char(_))
                | (_, _, Code::Backspace | Code::Delete | Code::Left | Code::Right | Code::Home | Code::End)
        )
    }
}

#[cfg(test)]
mod tests {
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
            assert!(keymap.hint(row).is_some(), "{} has no key", row.name);
        }
        for context in [Context::Preview, Context::Question, Context::Conflict] {
            assert_eq!(keymap.lookup(context, &[Key::plain(Code::Enter)]), Lookup::Unbound, "{context:?}");
        }
    }
}
