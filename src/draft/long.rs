//! Lists that are too long to be held as a tree: their text, in lines, as it is shown.
//!
//! Owns the reading of a long answer, element by element: strange annotations are taken off, secrets concealed, and
//! what is left is printed at once. A tree of five megabytes takes forty; its text takes eight, and can be looked at
//! as it is. The tree is made when somebody goes down into it. Knows nothing of screens or requests.

use super::json::{Printing, Sieve, Stands, indented};
use super::value::Entity;
use super::{MASK, Slot, conceal};
use crate::catalog::{Catalog, Schema, Type};
use crate::odata::{DecodeError, envelope};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A list whose text is longer than this is kept as text, in bytes; an answer that is shorter has none.
const LONG: usize = 1 << 18;

/// So many elements are at hand without the tree: for a line that names the first of them.
const HEAD: usize = 64;

/// A text with the places of its lines; cheap to hand on.
#[derive(Clone)]
pub struct LongText(Arc<Lines>);

struct Lines {
    text: Box<str>,
    /// Where each line begins. A text of four gigabytes and more has one long last line.
    starts: Box<[u32]>,
}

impl LongText {
    /// A text in its lines.
    pub fn new(text: String) -> Self {
        let text = text.into_boxed_str();
        let next = memchr::memchr_iter(b'\n', text.as_bytes()).map_while(|at| u32::try_from(at + 1).ok());
        let starts = std::iter::once(0).chain(next).collect();
        Self(Arc::new(Lines { text, starts }))
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// How many lines there are; never none.
    pub fn lines(&self) -> usize {
        self.0.starts.len()
    }

    /// A line, without what ends it.
    pub fn line(&self, at: usize) -> Option<&str> {
        let start = *self.0.starts.get(at)? as usize;
        let end = self.0.starts.get(at + 1).map_or(self.0.text.len(), |&next| next as usize - 1);
        self.0.text.get(start..end)
    }
}

impl PartialEq for LongText {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.text == other.0.text
    }
}

impl fmt::Debug for LongText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It may be what somebody typed.
        write!(f, "LongText({} lines)", self.lines())
    }
}

/// A list of objects that is kept as text; cheap to hand on. INVARIANT: concealed, and printed by this crate.
#[derive(Clone)]
pub struct LongList(Arc<Inner>);

struct Inner {
    text: LongText,
    count: usize,
    /// Its first elements.
    head: Value,
    whole: OnceLock<Value>,
}

impl LongList {
    /// Its text, one line after the other.
    pub fn text(&self) -> &LongText {
        &self.0.text
    }

    /// How many elements it has.
    pub fn count(&self) -> usize {
        self.0.count
    }

    /// The first of its elements.
    pub fn head(&self) -> &Value {
        &self.0.head
    }

    /// Its tree is there.
    pub fn is_unfolded(&self) -> bool {
        self.0.whole.get().is_some()
    }

    /// The tree. Made at the first call, which takes a while: every holder of this list has it from then on.
    pub fn value(&self) -> &Value {
        // What was printed from values can be read.
        self.0.whole.get_or_init(|| serde_json::from_str(self.0.text.text()).unwrap_or_default())
    }

    /// The lines in which an element stands, from 0.
    pub fn lines_of(&self, element: usize) -> Option<Range<usize>> {
        let mut begins = (0..self.0.text.lines()).filter(|&at| self.begins(at));
        let first = begins.nth(element)?;
        Some(first..begins.next().unwrap_or_else(|| self.0.text.lines().saturating_sub(1)))
    }

    /// The element that stands in a line, and all of its lines.
    pub fn element_at(&self, line: usize) -> Option<(usize, Range<usize>)> {
        let element = (0..=line).filter(|&at| self.begins(at)).count().checked_sub(1)?;
        Some((element, self.lines_of(element)?))
    }

    /// The text of some of its lines.
    pub fn part(&self, lines: Range<usize>) -> String {
        let lines: Vec<&str> = lines.filter_map(|at| self.0.text.line(at)).collect();
        lines.join("\n").trim_end_matches(',').to_owned()
    }

    /// An element begins in this line: nothing else is indented by one level, but for what closes it.
    fn begins(&self, line: usize) -> bool {
        let text = self.0.text.line(line).unwrap_or_default().as_bytes();
        text.starts_with(b"  ") && text.get(2).is_some_and(|sign| !matches!(sign, b' ' | b'}' | b']'))
    }

    pub(super) fn into_value(self) -> Value {
        self.value();
        match Arc::try_unwrap(self.0) {
            Ok(inner) => inner.whole.into_inner().unwrap_or_default(),
            Err(shared) => shared.whole.get().cloned().unwrap_or_default(),
        }
    }
}

impl PartialEq for LongList {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl fmt::Debug for LongList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LongList({} elements)", self.0.count)
    }
}

/// An entity as it was read for a form: secrets concealed, long lists as their text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fetched {
    /// Everything but the long lists.
    pub entity: Entity,
    /// The long lists, by property.
    pub lists: Vec<(String, LongList)>,
}

impl From<Entity> for Fetched {
    fn from(entity: Entity) -> Self {
        Self { entity, lists: Vec::new() }
    }
}

impl Fetched {
    /// What the body of an answer says of an entity of this schema.
    ///
    /// # Errors
    /// When the body broke off or is not an object.
    pub fn decode(catalog: &Catalog, schema: &Schema, body: &[u8]) -> Result<Self, DecodeError> {
        if body.len() < LONG {
            let mut entity = envelope::entity(body)?;
            conceal(catalog, schema, &mut entity);
            return Ok(entity.into());
        }
        let mut fetched = Self::default();
        // Looked at once as a whole: not once more for each of its texts.
        let mut decoder = std::str::from_utf8(body).ok().map(serde_json::Deserializer::from_str);
        let read = decoder.as_mut().is_some_and(|decoder| {
            let read = Reader { catalog, schema, into: &mut fetched }.deserialize(&mut *decoder);
            read.and_then(|()| decoder.end()).is_ok()
        });
        if !read {
            // A list that is none, or a name that is there twice, is nothing to be strict about here; what is no object
            // at all is told by this.
            fetched = envelope::entity(body)?.into();
        }
        conceal(catalog, schema, &mut fetched.entity);
        Ok(fetched)
    }

    /// The entity with its long lists as trees.
    pub fn whole(self) -> Entity {
        let Self { mut entity, lists } = self;
        entity.extend(lists.into_iter().map(|(field, list)| (field, list.into_value())));
        entity
    }
}

/// Reads the properties of an entity.
struct Reader<'r> {
    catalog: &'r Catalog,
    schema: &'r Schema,
    into: &'r mut Fetched,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<(), A::Error> {
        let Self { catalog, schema, into } = self;
        while let Some(name) = all.next_key::<String>()? {
            if name.contains("@odata.") {
                all.next_value::<IgnoredAny>()?;
                continue;
            }
            let slot = Slot::of(catalog, schema, &name);
            let of_objects = matches!(slot.ty, Type::List(element) if matches!(**element, Type::Object(_)));
            // Of a property written twice the last one counts.
            into.lists.retain(|(field, _)| *field != name);
            let read = match of_objects && !slot.is_secret() {
                true => all.next_value_seed(Elements { catalog, slot })?,
                false => Read::Short(all.next_value()?),
            };
            match read {
                Read::Short(mut value) => {
                    envelope::strip(&mut value);
                    into.entity.insert(name, value);
                }
                Read::Long(list) => {
                    into.entity.shift_remove(&name);
                    into.lists.push((name, list));
                }
            }
        }
        Ok(())
    }
}

enum Read {
    Short(Value),
    Long(LongList),
}

/// Reads the elements of a list.
struct Elements<'r> {
    catalog: &'r Catalog,
    slot: Slot<'r>,
}

impl<'de> DeserializeSeed<'de> for Elements<'_> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Read, E> {
        Ok(Read::Short(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Read, A::Error> {
        let element = self.slot.element();
        let (mut text, mut count, mut head) = ("[".to_owned(), 0, Vec::new());
        // While it may be short, there has to be a tree of it.
        while text.len() <= LONG {
            let Some(mut value) = all.next_element::<Value>()? else { break };
            envelope::strip(&mut value);
            conceal::conceal_value(self.catalog, &element, &mut value);
            text.push_str(if count > 0 { ",\n" } else { "\n" });
            indented(&value, 1, &mut text);
            count += 1;
            head.push(value);
        }
        if text.len() <= LONG {
            return Ok(Read::Short(Value::Array(head)));
        }
        head.truncate(HEAD);
        // From here on a tree would only be thrown away.
        let sieve = Concealing { catalog: self.catalog, slot: element };
        while all
            .next_element_seed(Printing { out: &mut text, sieve, depth: 1, stands: Stands::After(",\n") })?
            .is_some()
        {
            count += 1;
        }
        text.push_str("\n]");
        let text = LongText::new(text);
        let inner = Inner { text, count, head: Value::Array(head), whole: OnceLock::new() };
        Ok(Read::Long(LongList(Arc::new(inner))))
    }
}

/// What becomes of the values of a long list: as [`envelope::strip`] and [`conceal::conceal_value`] have it.
#[derive(Clone, Copy)]
struct Concealing<'c> {
    catalog: &'c Catalog,
    slot: Slot<'c>,
}

impl Sieve for Concealing<'_> {
    const OF_TEXT: bool = true;

    fn member(self, name: &str) -> Option<Self> {
        let kept = !envelope::is_annotation(name);
        kept.then(|| Self { slot: self.slot.member(self.catalog, name), ..self })
    }

    fn element(self) -> Self {
        Self { slot: self.slot.element(), ..self }
    }

    fn mask(self, is_switch: bool) -> Option<&'static str> {
        conceal::hides_some(&self.slot, is_switch).then_some(MASK)
    }
}
