//! Which keys are bound to which commands in which context, and the hints that follow from it.

use super::file::{Entry, File, sequence};
use super::{Code, Command, Context, Key, Row, TABLE};
use crate::order;
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
    /// The key that hints show for a row in a context.
    hints: BTreeMap<(Context, &'static str), Vec<Key>>,
}

impl Default for Keymap {
    /// The keys of the table. A malformed key there is left out, and a test says so.
    fn default() -> Self {
        Self::assemble(&[], &mut File::new("", ""))
    }
}

/// Keys as hints show them.
fn shown(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Why keys cannot be a command there, in a sentence.
fn unusable(entry: &Entry, keys: &[Key]) -> Option<String> {
    let (context, first) = (entry.context, *keys.first()?);
    if context.types(first) && first.code != Code::Enter {
        return Some(format!(
            "{first} belongs to the text that is typed in [{}] and can be no command there; take one with ctrl or a \
             function key.",
            context.name()
        ));
    }
    let answers = matches!(entry.row.command, Command::Send | Command::Yes);
    (answers && keys.iter().any(|key| key.code == Code::Enter))
        .then(|| format!("⏎ is pressed too easily to be `{}`: nothing is sent or lost by it.", entry.row.name))
}

impl Keymap {
    /// The keys of the table with those of a person's file in place of them, command by command. The name is the one
    /// that complaints are told with.
    ///
    /// # Errors
    /// Everything that is wrong with the file, a sentence each: unknown names, keys that mean two things in one context,
    /// keys that could never be a command there.
    pub fn with(name: &str, text: &str) -> Result<Self, Vec<String>> {
        let mut file = File::new(name, text);
        let entries = file.read();
        let keymap = Self::assemble(&entries, &mut file);
        let complaints = file.complaints();
        if complaints.is_empty() { Ok(keymap) } else { Err(complaints) }
    }

    fn assemble(entries: &[Entry], file: &mut File<'_>) -> Self {
        let mut keymap = Self { bindings: BTreeMap::new(), hints: BTreeMap::new() };
        let mut places: BTreeMap<(Context, Vec<Key>), usize> = BTreeMap::new();
        for entry in entries {
            if entry.row.command == Command::Back && entry.keys.is_empty() {
                file.complain(entry.at, "`back` needs a key: without one nothing that is open could be left.");
            }
            for (keys, at) in &entry.keys {
                if let Some(sentence) = unusable(entry, keys) {
                    file.complain(*at, sentence);
                    continue;
                }
                match keymap.clash(entry.context, keys) {
                    Some((twin, row)) => {
                        let first = places.get(&(entry.context, twin)).map_or(String::new(), |at| file.place(*at));
                        let sentence = format!(
                            "{} means two things in [{}]: `{}` here and `{}` at {first}.",
                            shown(keys),
                            entry.context.name(),
                            entry.row.name,
                            row.name
                        );
                        file.complain(*at, sentence);
                    }
                    None => {
                        places.insert((entry.context, keys.clone()), *at);
                        keymap.bind(entry.context, entry.row, keys.clone());
                    }
                }
            }
        }
        for row in TABLE {
            for &context in row.contexts {
                if entries.iter().any(|entry| entry.context == context && entry.row.name == row.name) {
                    continue;
                }
                for keys in row.keys.iter().filter_map(|text| sequence(text).ok()) {
                    // Only a key of the file can stand there already: the table has none twice, and a test says so.
                    if let Some((twin, own)) = keymap.clash(context, &keys) {
                        let at = places.get(&(context, twin)).copied().unwrap_or_default();
                        let sentence = format!(
                            "{} means two things in [{}]: `{}` here and `{}`, which has it from the start. Give that \
                             another key too, or none: {} = []",
                            shown(&keys),
                            context.name(),
                            own.name,
                            row.name,
                            row.name
                        );
                        file.complain(at, sentence);
                        continue;
                    }
                    keymap.bind(context, row, keys);
                }
            }
        }
        keymap
    }

    fn bind(&mut self, context: Context, row: &'static Row, keys: Vec<Key>) {
        self.hints.entry((context, row.name)).or_insert_with(|| keys.clone());
        self.bindings.insert((context, keys), row);
    }

    /// What is bound already and could not be told from these keys: the same ones, or the beginning of either.
    fn clash(&self, context: Context, keys: &[Key]) -> Option<(Vec<Key>, &'static Row)> {
        let here = self.bindings.range((context, Vec::new())..).take_while(|((c, _), _)| *c == context);
        here.map(|((_, bound), row)| (bound, *row))
            .find(|(bound, _)| bound.starts_with(keys) || keys.starts_with(bound))
            .map(|(bound, row)| (bound.clone(), row))
    }

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

    /// The key that hints show for a row of the table in a context, as it is bound now.
    pub fn hint(&self, context: Context, row: &Row) -> Option<String> {
        [context, Context::Global]
            .into_iter()
            .find_map(|context| self.hints.get(&(context, row.name)))
            .map(|k| shown(k))
    }

    /// The key that hints show for a command in a context, if it has one there.
    pub fn key_for(&self, context: Context, command: Command) -> Option<String> {
        self.hint(context, self.rows(context).find(|row| row.command == command)?)
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
        order::by_key(&mut rows, |row| row.footer);
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
mod tests;
