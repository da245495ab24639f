//! A text that is a table: the elements of its XML as rows, and the text with other rows.
//!
//! Owns that nothing is lost on the way: a row carries the element it was read from, what nobody edited stays byte for
//! byte, and so does all that stands between the rows. What an element and its parts are called the catalog says.

use super::value::same_json;
use super::{ListEdit, Slot};
use crate::catalog::{Catalog, Markup, Spot};
use crate::order;
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

/// The member of a row that holds the element it was read from, or of a row that stands for those of many, what it is
/// called. No row that is shown has it.
const SOURCE: &str = "#";

/// Why a text is not a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoTable {
    /// It is not even XML.
    pub malformed: bool,
    /// What is wrong, as a sentence.
    pub words: String,
}

impl Slot<'_> {
    /// The rule by which the text that stands here is a table.
    pub fn markup(&self) -> Option<&'static Markup<'static>> {
        self.markup
    }

    /// The list that the text is: its rows are elements, told apart by their places.
    pub fn table<'c>(&self, catalog: &'c Catalog) -> Option<Slot<'c>> {
        let markup = self.markup?;
        let list = Slot::typed(catalog.table(markup)?, false);
        Some(Slot { known: true, identity: Some(markup.place), ordered: true, ..list })
    }

    /// The list of what stands in the texts of many: everybody has places of their own, so a row is told apart by what
    /// it was called when they were put beside each other.
    pub fn table_of_many<'c>(&self, catalog: &'c Catalog) -> Option<Slot<'c>> {
        Some(Slot { identity: Some(SOURCE), ordered: false, ..self.table(catalog)? })
    }
}

/// The rows of a text.
///
/// # Errors
/// When it is not XML, or not of the kind that the rule is for.
pub fn read(markup: &Markup<'_>, text: &str) -> Result<Vec<Value>, NoTable> {
    let text = whole(markup, text);
    let document = parsed(&text)?;
    let holder = holder(markup, &document)?;
    rows(markup, holder).map(|row| row_of(markup, row, &text).map(Value::Object)).collect()
}

/// The text with these rows instead of its own.
///
/// # Errors
/// When the text is not a table.
pub fn write(markup: &Markup<'_>, text: &str, new: &[Value]) -> Result<String, NoTable> {
    let text = whole(markup, text);
    let document = parsed(&text)?;
    let holder = holder(markup, &document)?;
    let inner = content(&text, holder.range());
    // Each element with what stands before it; what stands before one that is gone stays, unless it is only space.
    let mut old: Vec<Option<(&str, &str)>> = Vec::new();
    let mut at = inner.as_ref().map_or(0, |inner| inner.start);
    for row in rows(markup, holder) {
        old.push(Some((&text[at..row.range().start], &text[row.range()])));
        at = row.range().end;
    }
    let mut highest = new.iter().filter_map(|row| row.get(markup.place)?.as_i64()).max().unwrap_or(0);
    let mut body = String::new();
    for row in new {
        let source = row.get(SOURCE).and_then(Value::as_str);
        let mut row = row.as_object().cloned().unwrap_or_default();
        if row.get(markup.place).is_none_or(|place| place.as_i64().unwrap_or(0) < 1) && source.is_none() {
            highest += 1;
            row.insert(markup.place.to_owned(), Value::from(highest));
        }
        let same = |found: &&mut Option<(&str, &str)>| found.is_some_and(|(_, raw)| Some(raw) == source);
        if let Some((before, _)) = old.iter_mut().find(same).and_then(Option::take) {
            body.push_str(before);
        }
        body.push_str(&element(markup, source, &row));
    }
    body.extend(old.into_iter().flatten().map(|(before, _)| before).filter(|before| !before.trim().is_empty()));
    Ok(match inner {
        Some(inner) => format!("{}{body}{}{}", &text[..inner.start], &text[at..inner.end], &text[inner.end..]),
        None if body.is_empty() => text.into_owned(),
        None => {
            let range = holder.range();
            let head = text[range.clone()].trim_end_matches("/>").trim_end();
            let name = tag(&text[range.clone()]);
            format!("{}{head}>{body}</{name}>{}", &text[..range.start], &text[range.end..])
        }
    })
}

/// The rows that the texts of many have, each once, and in how many texts it stands; by their places.
///
/// # Errors
/// When one of them is no table.
pub fn of_many<'t>(
    markup: &Markup<'_>,
    texts: impl Iterator<Item = (&'t str, usize)>,
) -> Result<Vec<(Value, usize)>, NoTable> {
    let mut found: Vec<(Value, usize, usize)> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for (nth, (text, count)) in texts.enumerate() {
        for row in read(markup, text)?.into_iter().map(bare) {
            let at = *at.entry(row.to_string()).or_insert_with(|| {
                found.push((row, 0, usize::MAX));
                found.len() - 1
            });
            // Somebody who has it twice has it.
            if found[at].2 != nth {
                (found[at].1, found[at].2) = (found[at].1 + count, nth);
            }
        }
    }
    found.sort_by_key(|(row, count, _)| (row.get(markup.place).and_then(Value::as_i64), Reverse(*count)));
    let mut names: HashMap<String, usize> = HashMap::new();
    for (row, ..) in &mut found {
        let name = called(markup, row);
        let nth = names.entry(name.clone()).or_default();
        *nth += 1;
        if let Value::Object(members) = row {
            let name = if *nth == 1 { name } else { format!("{name} ({nth})") };
            members.insert(SOURCE.to_owned(), Value::from(name));
        }
    }
    Ok(found.into_iter().map(|(row, count, _)| (row, count)).collect())
}

/// What a row is called where those of many stand beside each other: its place, its kind, and the first line of it.
pub fn called(markup: &Markup<'_>, row: &Value) -> String {
    if let Some(name) = row.get(SOURCE).and_then(Value::as_str).filter(|name| !name.starts_with('<')) {
        return name.to_owned();
    }
    let kind = markup.needs.first().map(|need| need.by);
    let line = markup.parts.iter().find(|part| part.spot == Spot::Line(0)).map(|part| part.name);
    let text = |name| match row.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    let place = place_of(markup, row).map(|place| place.to_string());
    let words = place.into_iter().chain([kind, line].into_iter().flatten().filter_map(text));
    let words = words.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
    if words.is_empty() { markup.one.to_owned() } else { words }
}

/// Rows as they would be read from a text: what is no number in them is text, and a place that is none is not there.
pub fn settle(markup: &Markup<'_>, rows: &mut Value) {
    for row in rows.as_array_mut().into_iter().flatten() {
        if place_of(markup, row).is_none()
            && let Value::Object(members) = row
        {
            members.remove(markup.place);
        }
        for part in markup.parts.iter().filter(|part| !part.number) {
            if let Some(value) = row.get_mut(part.name).filter(|value| value.is_number()) {
                *value = Value::from(value.to_string());
            }
        }
    }
}

/// One's own text with what was made of the rows of many; `None` where it changes nothing in it.
///
/// # Errors
/// When the text is no table, or a place would be taken twice.
pub fn carried(markup: &Markup<'_>, edit: &ListEdit, text: &str) -> Result<Option<String>, NoTable> {
    let own = read(markup, text)?;
    let like = |a: &Value, b: &Value| {
        let (mut a, mut b) = (bare(a.clone()), bare(b.clone()));
        if let (None, Value::Object(a), Value::Object(b)) = (place_of(markup, &a), &mut a, &mut b) {
            // It may stand anywhere.
            a.remove(markup.place);
            b.remove(markup.place);
        }
        same_json(&a, &b)
    };
    let rows = edit.apply_by(&own, like);
    if rows == own {
        return Ok(None);
    }
    let places = |rows: &[Value]| -> Vec<i64> { rows.iter().filter_map(|row| place_of(markup, row)).collect() };
    let (now, was) = (places(&rows), places(&own));
    let count = |places: &[i64], place: i64| places.iter().filter(|other| **other == place).count();
    if let Some(place) = now.iter().find(|place| count(&now, **place) > 1.max(count(&was, **place))) {
        let there = own.iter().find(|row| place_of(markup, row) == Some(*place));
        let there = there.map_or_else(String::new, |row| format!(": {}", called(markup, &bare(row.clone()))));
        let words = format!("{} {place} is taken already{there}.", markup.place);
        return Err(NoTable { malformed: false, words });
    }
    write(markup, text, &rows).map(Some)
}

/// The place that a row says it has.
fn place_of(markup: &Markup<'_>, row: &Value) -> Option<i64> {
    row.get(markup.place)?.as_i64().filter(|place| *place > 0)
}

/// A row without what it was read from and without what it has not.
fn bare(mut row: Value) -> Value {
    if let Value::Object(members) = &mut row {
        members.retain(|name, value| name != SOURCE && !value.is_null());
    }
    row
}

/// What a row lacks, as sentences: each with the member that is missing.
pub(super) fn lacks<'m>(markup: &'m Markup<'_>, row: &Value) -> Vec<(&'m str, &'m str)> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let lacking = |need: &&crate::catalog::Need<'_>| {
        need.is.contains(&text(need.by)) && matches!(text(need.member).trim(), "" | "-1")
    };
    markup.needs.iter().filter(lacking).map(|need| (need.member, need.says)).collect()
}

/// An empty text is a table without rows.
fn whole<'t>(markup: &Markup<'_>, text: &'t str) -> Cow<'t, str> {
    let Some((last, outer)) = markup.path.split_last().filter(|_| text.trim().is_empty()) else {
        return Cow::Borrowed(text);
    };
    let (mut before, mut behind) = (String::new(), String::new());
    for name in outer {
        before.push_str(&format!("<{name}>"));
        behind.insert_str(0, &format!("</{name}>"));
    }
    Cow::Owned(format!("{before}<{last}/>{behind}"))
}

fn parsed(text: &str) -> Result<Document<'_>, NoTable> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: 20_000, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let at = error.pos();
        let words = format!("This is not well-formed XML: line {}, column {}.", at.row, at.col);
        NoTable { malformed: true, words }
    })
}

fn holder<'d, 'i>(markup: &Markup<'_>, document: &'d Document<'i>) -> Result<Node<'d, 'i>, NoTable> {
    let mut node = document.root();
    for name in &markup.path {
        node = node.children().find(|child| child.has_tag_name(*name)).ok_or_else(|| NoTable {
            malformed: false,
            words: format!("There is no <{name}> in this XML, so it cannot be shown as a table."),
        })?;
    }
    Ok(node)
}

fn rows<'d, 'i>(markup: &Markup<'_>, holder: Node<'d, 'i>) -> impl Iterator<Item = Node<'d, 'i>> {
    let name = markup.element.to_owned();
    holder.children().filter(move |child| child.has_tag_name(name.as_str()))
}

fn row_of(markup: &Markup<'_>, node: Node<'_, '_>, text: &str) -> Result<Map<String, Value>, NoTable> {
    let source = &text[node.range()];
    // What is declared outside an element would be missing where the element stands alone.
    parsed(source)?;
    let mut row = members(markup, node);
    row.insert(SOURCE.to_owned(), Value::from(source));
    Ok(row)
}

fn members(markup: &Markup<'_>, node: Node<'_, '_>) -> Map<String, Value> {
    let lines = lines(markup, node);
    let member = |part: &crate::catalog::Part<'_>| {
        let text = match part.spot {
            Spot::Attribute(name) => node.attribute(name).map(str::to_owned),
            Spot::Line(at) => lines.get(at).cloned().filter(|line| !line.is_empty()),
        };
        let number = text.as_ref().filter(|_| part.number).and_then(|text| text.trim().parse::<i64>().ok());
        let value = number.map(Value::from).or_else(|| text.map(Value::from)).unwrap_or(Value::Null);
        (part.name.to_owned(), value)
    };
    markup.parts.iter().map(member).collect()
}

/// The lines of the text of an element; the last one known has the rest.
fn lines(markup: &Markup<'_>, node: Node<'_, '_>) -> Vec<String> {
    let text: String = node.children().filter(Node::is_text).filter_map(|child| child.text()).collect();
    if text.trim().is_empty() {
        return Vec::new();
    }
    text.splitn(markup.lines().max(1), '\n').map(str::to_owned).collect()
}

/// An element as its row says; what the row does not change is as it was.
fn element(markup: &Markup<'_>, source: Option<&str>, row: &Map<String, Value>) -> String {
    let fresh;
    let source = match source {
        Some(source) => source,
        None => {
            let blank: String = markup.attributes.iter().map(|name| format!(" {name}=\"\"")).collect();
            fresh = format!("<{}{blank} />", markup.element);
            &fresh
        }
    };
    let Ok(document) = parsed(source) else { return source.to_owned() };
    let node = document.root_element();
    let before = members(markup, node);
    let now = followed(markup, &before, row);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for (name, text) in &now.attributes {
        edits.extend(attribute(markup, source, node, (name, text.as_deref())));
    }
    let mut lines = now.lines;
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    if now.text_changed {
        edits.extend(inner_text(source, node, &lines.join("\n")));
    }
    order::by_key(&mut edits, |(range, _)| range.start);
    let mut written = source.to_owned();
    for (range, with) in edits.into_iter().rev() {
        written.replace_range(range, &with);
    }
    written
}

/// What is to be written of a row.
struct Now<'m> {
    attributes: Vec<(&'m str, Option<String>)>,
    lines: Vec<String>,
    text_changed: bool,
}

/// What a row says, and what follows from it.
fn followed<'m>(markup: &'m Markup<'_>, before: &Map<String, Value>, row: &Map<String, Value>) -> Now<'m> {
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    let mut now = Now { attributes: Vec::new(), lines: vec![String::new(); markup.lines()], text_changed: false };
    let put = |now: &mut Now<'m>, spot: Spot<'m>, value: Option<String>| match spot {
        Spot::Attribute(name) => {
            now.attributes.retain(|(known, _)| *known != name);
            now.attributes.push((name, value));
        }
        Spot::Line(at) => {
            if let Some(line) = now.lines.get_mut(at) {
                *line = value.unwrap_or_default();
            }
        }
    };
    for part in &markup.parts {
        let (was, is) = (text(before.get(part.name)), text(row.get(part.name)));
        let changed = was != is;
        match part.spot {
            Spot::Attribute(_) if !changed => {}
            spot => put(&mut now, spot, is),
        }
        now.text_changed |= changed && matches!(part.spot, Spot::Line(_));
    }
    for rule in &markup.follows {
        let (was, is) = (text(before.get(rule.by)), text(row.get(rule.by)));
        if was == is {
            continue;
        }
        let stays = |text: &Option<String>| text.as_deref().is_some_and(|text| rule.kept.contains(&text));
        if stays(&was) && stays(&is) {
            continue;
        }
        let known = rule.texts.iter().find(|(member, _)| Some(*member) == is.as_deref()).map(|(_, text)| *text);
        let part = markup.parts.iter().find(|part| part.spot == rule.spot);
        let untouched = part.is_some_and(|part| text(before.get(part.name)) == text(row.get(part.name)));
        match (known, untouched) {
            (Some(known), _) => put(&mut now, rule.spot, Some(known.to_owned())),
            // It belonged to what the row was before.
            (None, true) => put(&mut now, rule.spot, None),
            (None, false) => continue,
        }
        now.text_changed |= matches!(rule.spot, Spot::Line(_));
    }
    now
}

/// The edit that gives an attribute another value, or takes it away.
fn attribute(
    markup: &Markup<'_>,
    source: &str,
    node: Node<'_, '_>,
    (name, text): (&str, Option<&str>),
) -> Option<(Range<usize>, String)> {
    match (node.attribute_node(name), text) {
        (Some(old), Some(text)) => Some((old.range_value(), escaped(text, true))),
        (Some(old), None) => {
            let start = source[..old.range().start].trim_end().len();
            Some((start..old.range().end, String::new()))
        }
        (None, Some(text)) => {
            // Where the PBX would write it: before those that it writes behind it.
            let mut behind = markup.attributes.iter().skip_while(|known| **known != name).skip(1);
            let next = behind.find_map(|known| node.attribute_node(*known));
            let at = next.map_or(head_end(source, node), |next| source[..next.range().start].trim_end().len());
            Some((at..at, format!(" {name}=\"{}\"", escaped(text, true))))
        }
        (None, None) => None,
    }
}

/// The edit that gives an element another text. Other things inside it stay.
fn inner_text(source: &str, node: Node<'_, '_>, text: &str) -> Option<(Range<usize>, String)> {
    let text = escaped(text, false);
    let Some(inner) = content(source, 0..source.len()) else {
        let head = head_end(source, node);
        return (!text.is_empty()).then(|| (head..source.len(), format!(">{text}</{}>", tag(source))));
    };
    if node.children().all(|child| child.is_text()) {
        return Some((inner, text));
    }
    let first = node.children().find(Node::is_text).map(|child| child.range());
    Some((first.unwrap_or(inner.start..inner.start), text))
}

/// Where the name and the attributes of the first tag end.
fn head_end(source: &str, node: Node<'_, '_>) -> usize {
    node.attributes().map(|a| a.range().end).max().unwrap_or(1 + tag(source).len())
}

/// The name in the first tag, with its prefix.
fn tag(source: &str) -> &str {
    let name = source.trim_start_matches('<');
    &name[..name.find([' ', '\t', '\r', '\n', '/', '>']).unwrap_or(name.len())]
}

/// What lies between the first and the last tag of the element that stands in a range; `None` where that is one tag.
fn content(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let element = &text[range.clone()];
    let (mut quote, mut end) = (None, None);
    for (at, c) in element.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, '>') => {
                end = Some(at);
                break;
            }
            _ => {}
        }
    }
    let end = end.filter(|&end| !element[..end].ends_with('/'))?;
    let close = element.rfind("</")?;
    Some(range.start + end + 1..range.start + close)
}

/// Text as XML has to have it.
fn escaped(text: &str, attribute: bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' if attribute => safe.push_str("&quot;"),
            '\'' if attribute => safe.push_str("&apos;"),
            '\n' if attribute => safe.push_str("&#10;"),
            '\t' if attribute => safe.push_str("&#9;"),
            '\r' => safe.push_str("&#13;"),
            // XML has no place for these at all.
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => safe.push(c),
        }
    }
    safe
}

/// A value of the slot as the list it stands for, where it is a text that is a table.
pub(super) fn as_list(slot: &Slot<'_>, value: Option<&Value>) -> Option<Value> {
    let markup = slot.markup?;
    let text = match value {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text,
        // The rows of many are rows already.
        Some(rows @ Value::Array(_)) => return Some(rows.clone()),
        Some(_) => return None,
    };
    read(markup, text).ok().map(Value::Array)
}

/// Rows without the elements they were read from, and without what they have not.
pub(super) fn plain(mut rows: Value) -> Value {
    for row in rows.as_array_mut().into_iter().flatten() {
        *row = bare(row.take());
    }
    rows
}
