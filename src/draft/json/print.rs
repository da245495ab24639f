//! Values as text that is pleasant to read and to edit.
//!
//! Owns the layout: two spaces a level, the order of properties as it is, and short lists and objects that hold no
//! others on one line. What is printed parses back to the same value. It prints while it reads, whether that is a
//! value or the text of an answer; what is left out and what is masked it is told.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::fmt::{self, Write};
use std::ops::Range;

/// What fits on one line with its indentation stays on one line.
const WIDTH: usize = 80;

/// What becomes of the values that are printed.
pub(in crate::draft) trait Sieve: Copy {
    /// They are read from a text: nothing that can be borrowed from there has to be escaped, and an object may have a
    /// name twice.
    const OF_TEXT: bool;
    /// The same for a member of the object that stands here; none where that is left out.
    fn member(self, name: &str) -> Option<Self>;
    /// The same for an element of the list that stands here.
    fn element(self) -> Self;
    /// What stands in the place of what is here, unless that is null.
    fn mask(self, is_switch: bool) -> Option<&'static str>;
}

/// All is printed as it is.
#[derive(Clone, Copy)]
struct Everything;

impl Sieve for Everything {
    const OF_TEXT: bool = false;

    fn member(self, _name: &str) -> Option<Self> {
        Some(self)
    }

    fn element(self) -> Self {
        self
    }

    fn mask(self, _is_switch: bool) -> Option<&'static str> {
        None
    }
}

/// A value as indented JSON, without a line break at the end.
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    print(value, 0, &mut out);
    out
}

/// Prints a value on a line of its own, `depth` levels in.
pub(in crate::draft) fn indented(value: &Value, depth: usize, out: &mut String) {
    indent(depth, out);
    print(value, depth, out);
}

fn print(value: &Value, depth: usize, out: &mut String) {
    let line = out.len() - 2 * depth;
    // What is a value already can be read, and nothing is asked of it that it has not.
    let _ = Printing { out, sieve: Everything, depth, stands: Stands::In(line) }.deserialize(value);
}

/// Where a value is printed.
pub(in crate::draft) enum Stands {
    /// On the line that begins there.
    In(usize),
    /// On a line of its own, after this.
    After(&'static str),
}

/// Prints a value while it is read; tells whether it holds something. An object that has a name twice is an error: the
/// last one counts, and what is printed is printed.
pub(in crate::draft) struct Printing<'p, S> {
    pub(in crate::draft) out: &'p mut String,
    pub(in crate::draft) sieve: S,
    /// How many levels in.
    pub(in crate::draft) depth: usize,
    pub(in crate::draft) stands: Stands,
}

impl<'de, S: Sieve> DeserializeSeed<'de> for Printing<'_, S> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<bool, D::Error> {
        let Self { out, sieve, depth, stands } = self;
        let line = match stands {
            Stands::In(line) => line,
            Stands::After(before) => {
                out.push_str(before);
                indent(depth, out);
                out.len() - 2 * depth
            }
        };
        from.deserialize_any(Printer { out, sieve, depth, line })
    }
}

struct Printer<'p, S> {
    out: &'p mut String,
    sieve: S,
    depth: usize,
    /// Where the line begins on which the value stands.
    line: usize,
}

impl<S: Sieve> Printer<'_, S> {
    fn scalar(self, is_switch: bool, print: impl FnOnce(&mut String)) -> bool {
        match self.sieve.mask(is_switch) {
            Some(mask) => plain(mask, self.out),
            None => print(self.out),
        }
        false
    }

    /// Puts an end to a list or an object; tells whether there is something in it.
    fn close(self, start: usize, count: usize, flat: bool, close: char) -> bool {
        let Self { out, depth, line, .. } = self;
        if count > 0 && !(flat && one_line(out, (line, start), (count, depth), close)) {
            out.push('\n');
            indent(depth, out);
            out.push(close);
        } else if count == 0 {
            out.push(close);
        }
        count > 0
    }
}

/// What separates the next one from `count` others.
fn after(count: usize) -> &'static str {
    if count > 0 { ",\n" } else { "\n" }
}

impl<'de, S: Sieve> Visitor<'de> for Printer<'_, S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        self.out.push_str("null");
        Ok(false)
    }

    fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
        Ok(self.scalar(true, |out| out.push_str(if value { "true" } else { "false" })))
    }

    // Writing to a string cannot fail.
    fn visit_u64<E>(self, value: u64) -> Result<bool, E> {
        Ok(self.scalar(false, |out| _ = write!(out, "{value}")))
    }

    fn visit_i64<E>(self, value: i64) -> Result<bool, E> {
        Ok(self.scalar(false, |out| _ = write!(out, "{value}")))
    }

    fn visit_f64<E>(self, value: f64) -> Result<bool, E> {
        let number = Number::from_f64(value).map_or(Value::Null, Value::Number);
        Ok(self.scalar(false, |out| _ = write!(out, "{number}")))
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        Ok(self.scalar(false, |out| plain(text, out)))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<bool, E> {
        Ok(self.scalar(false, |out| if S::OF_TEXT { quoted(text, out) } else { plain(text, out) }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<bool, A::Error> {
        if self.sieve.mask(false).is_some() {
            while all.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(self.scalar(false, |_| ()));
        }
        let (start, mut count, mut flat) = (self.out.len(), 0, true);
        self.out.push('[');
        let (sieve, depth) = (self.sieve.element(), self.depth + 1);
        while let Some(filled) =
            all.next_element_seed(Printing { out: self.out, sieve, depth, stands: Stands::After(after(count)) })?
        {
            count += 1;
            flat &= !filled;
        }
        Ok(self.close(start, count, flat, ']'))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<bool, A::Error> {
        if self.sieve.mask(false).is_some() {
            while all.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(self.scalar(false, |_| ()));
        }
        let (start, mut count, mut flat) = (self.out.len(), 0, true);
        let mut names: Vec<Range<usize>> = Vec::new();
        self.out.push('{');
        let depth = self.depth + 1;
        while let Some(name) = all.next_key_seed(Name)? {
            let Some(sieve) = self.sieve.member(&name) else {
                all.next_value::<IgnoredAny>()?;
                continue;
            };
            self.out.push_str(after(count));
            let line = self.out.len();
            indent(depth, self.out);
            let begins = self.out.len();
            match name {
                Cow::Borrowed(name) if S::OF_TEXT => quoted(name, self.out),
                name => plain(&name, self.out),
            }
            if S::OF_TEXT {
                let this = begins..self.out.len();
                if names.iter().any(|other| self.out[other.clone()] == self.out[this.clone()]) {
                    return Err(A::Error::custom("a name is there twice"));
                }
                names.push(this);
            }
            self.out.push_str(": ");
            flat &= !all.next_value_seed(Printing { out: self.out, sieve, depth, stands: Stands::In(line) })?;
            count += 1;
        }
        Ok(self.close(start, count, flat, '}'))
    }
}

/// Reads the name of a property, borrowed where that is possible.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }
}

fn indent(depth: usize, out: &mut String) {
    const LEVELS: &str = "                                ";
    match LEVELS.get(..2 * depth) {
        Some(levels) => out.push_str(levels),
        None => out.extend(std::iter::repeat_n("  ", depth)),
    }
}

/// Lays what was printed from `start` on, `count` lines below its bracket and not closed yet, on the line that begins at
/// `line`, and closes it, if all of it fits there.
fn one_line(out: &mut String, (line, start): (usize, usize), (count, depth): (usize, usize), close: char) -> bool {
    let (gap, end) = if close == ']' { ("", "]") } else { (" ", " }") };
    let breaks = count * (1 + 2 * (depth + 1));
    let bytes = out.len() - line - breaks + gap.len() + (count - 1) + end.len();
    // Characters are never more than bytes and never less than a quarter of them, so few bytes need not be counted.
    let fits = bytes <= WIDTH
        || bytes <= 4 * WIDTH && bytes - out[line..].bytes().filter(|b| b & 0xc0 == 0x80).count() <= WIDTH;
    if fits {
        let mut short = String::with_capacity(bytes);
        for (at, part) in out[start..].split('\n').enumerate() {
            short.push_str(match at {
                0 => "",
                1 => gap,
                _ => " ",
            });
            short.push_str(part.trim_start());
        }
        out.truncate(start);
        out.push_str(&short);
        out.push_str(end);
    }
    fits
}

/// A text in quotes.
fn plain(text: &str, out: &mut String) {
    if text.bytes().any(|b| b < b' ' || matches!(b, b'"' | b'\\')) {
        let _ = write!(out, "{}", Value::from(text));
    } else {
        quoted(text, out);
    }
}

/// A text in which nothing has to be escaped, in quotes.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    out.push_str(text);
    out.push('"');
}
