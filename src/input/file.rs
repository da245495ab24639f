//! The file of a person's own keys, as written: every name checked, every complaint with its place.
//!
//! Owns the layout of the file (contexts, in them commands, to each a key or a list of keys). What the keys amount to
//! together with the table is `keymap`'s.

use super::{Context, Key, Row, TABLE};
use crate::order;
use crate::source::{Place, did_you_mean};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys that a file gives to a command in a context; none unbinds it.
pub(super) struct Entry {
    pub(super) context: Context,
    pub(super) row: &'static Row,
    pub(super) keys: Vec<(Vec<Key>, usize)>,
    /// Where it stands.
    pub(super) at: usize,
}

/// A file being read, and what is wrong with it so far.
pub(super) struct File<'t> {
    name: &'t str,
    text: &'t str,
    complaints: Vec<(usize, String)>,
}

pub(super) fn sequence(text: &str) -> Result<Vec<Key>, String> {
    text.split(' ').map(Key::parse).collect()
}

impl<'t> File<'t> {
    pub(super) fn new(name: &'t str, text: &'t str) -> Self {
        Self { name, text, complaints: Vec::new() }
    }

    /// The name of the file and the place in it.
    pub(super) fn place(&self, at: usize) -> String {
        format!("{}:{}", self.name, Place::at(self.text, at))
    }

    pub(super) fn complain(&mut self, at: usize, sentence: impl Into<String>) {
        self.complaints.push((at, sentence.into()));
    }

    /// What is wrong, from the top of the file.
    pub(super) fn complaints(mut self) -> Vec<String> {
        order::by_key(&mut self.complaints, |(at, _)| *at);
        let complaints = std::mem::take(&mut self.complaints);
        complaints.into_iter().map(|(at, sentence)| format!("{}: {sentence}", self.place(at))).collect()
    }

    /// Everything that could be understood.
    pub(super) fn read(&mut self) -> Vec<Entry> {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table,
            Err(error) => {
                let at = error.span().map_or(0, |s| s.start);
                self.complain(at, format!("This is no TOML: {}.", error.message().trim_end_matches('.')));
                return Vec::new();
            }
        };
        let mut entries = Vec::new();
        for (name, value) in table.get_ref() {
            let at = name.span().start;
            let Some(context) = Context::named(name.get_ref()) else {
                let names = Context::ALL.map(Context::name);
                let hint = match did_you_mean(name.get_ref(), names) {
                    hint if hint.is_empty() => format!(". There are {}.", names.join(", ")),
                    hint => hint,
                };
                self.complain(at, format!("There is no context [{}]{hint}", name.get_ref()));
                continue;
            };
            match value.get_ref().as_table() {
                Some(commands) => entries.extend(
                    commands.iter().filter_map(|(name, keys)| self.entry(context, name.get_ref(), name.span(), keys)),
                ),
                None => self.complain(at, format!("[{}] is a table of commands and their keys.", context.name())),
            }
        }
        order::by_key(&mut entries, |entry| entry.at);
        entries
    }

    fn entry(&mut self, context: Context, name: &str, at: Range<usize>, value: &Spanned<DeValue<'_>>) -> Option<Entry> {
        let Some(row) = TABLE.iter().find(|row| row.name == name && row.contexts.contains(&context)) else {
            let here = TABLE.iter().filter(|row| row.contexts.contains(&context)).map(|row| row.name);
            let sentence = match TABLE.iter().find(|row| row.name == name) {
                Some(row) => {
                    let places: Vec<String> = row.contexts.iter().map(|c| format!("[{}]", c.name())).collect();
                    format!("`{name}` has no meaning in [{}], only in {}.", context.name(), places.join(", "))
                }
                None => match did_you_mean(name, here) {
                    hint if hint.is_empty() => {
                        format!("There is no command `{name}` in [{}]; help (?) lists their names.", context.name())
                    }
                    hint => format!("There is no command `{name}` in [{}]{hint}", context.name()),
                },
            };
            self.complain(at.start, sentence);
            return None;
        };
        let mut keys = Vec::new();
        let one = std::slice::from_ref(value);
        let list: Box<dyn Iterator<Item = &Spanned<DeValue<'_>>>> = match value.get_ref().as_array() {
            Some(list) => Box::new(list.iter()),
            None => Box::new(one.iter()),
        };
        for key in list {
            let at = key.span().start;
            let Some(text) = key.get_ref().as_str() else {
                self.complain(at, format!("The key of `{name}` is a text such as \"ctrl-s\", a list of them, or []."));
                continue;
            };
            match sequence(text) {
                Ok(sequence) => keys.push((sequence, at)),
                Err(sentence) => self.complain(at, format!("{sentence}.")),
            }
        }
        Some(Entry { context, row, keys, at: at.start })
    }
}
