//! The text of a plan file, as the plan it is; or everything that is wrong with it.

use super::{Flaw, KIND, Origin, PlanFile, SEAL, VERSION, seal};
use crate::catalog::{Catalog, Resource, Schema, Shape, Type};
use crate::draft::json::{self, Kind, Node};
use crate::draft::{ChangeSet, Draft, Entity, MASK, Severity, SharedShelf, Slot, nearest};
use crate::odata::{EntityKey, PbxId, Target};
use crate::order;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// How deep in a file the entries stand.
const ENTRIES: usize = 2;

/// More targets than any PBX has.
const MOST: usize = 100_000;

/// Reads a plan file for a PBX.
///
/// # Errors
/// Everything that is wrong with it, in the order of the text. A file of a newer form, or of another catalog, has that
/// one flaw alone.
pub fn read(catalog: &Catalog, pbx: &PbxId, text: &str) -> Result<PlanFile, Vec<Flaw>> {
    // Some editors leave a mark before the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let root = match json::outline(text, ENTRIES) {
        Ok(root) => root,
        Err(_) if !text.trim_start().starts_with('{') => {
            let what = if text.trim().is_empty() { "The file is empty." } else { "This is no plan file." };
            let sentence = format!("{what} Of a spreadsheet `cordboard import SHEET -o PLAN` makes one.");
            return Err(vec![Flaw { line: 1, column: 1, sentence, stale: false }]);
        }
        Err(issue) => {
            // It ends here, or in the middle of a text.
            let rest = text.get(issue.start..).unwrap_or_default().trim_end();
            let cut = rest.is_empty() || rest.strip_prefix('"').is_some_and(|rest| !rest.contains('"'));
            let cut = if cut { " The file is not whole." } else { "" };
            let sentence = format!("This is no JSON: {}{cut}", issue.message);
            return Err(vec![Flaw { line: issue.line, column: issue.column, sentence, stale: false }]);
        }
    };
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut reader = Reader { text, base: 0, starts, flaws: Vec::new(), shelf: SharedShelf::default() };
    let file = reader.file(catalog, pbx, &root);
    order::by_key(&mut reader.flaws, |flaw| (flaw.line, flaw.column));
    reader.flaws.dedup();
    match file {
        Some(file) if reader.flaws.is_empty() => Ok(file),
        _ => Err(reader.flaws),
    }
}

struct Reader<'t> {
    text: &'t str,
    /// Where the text begins whose nodes are looked at: that of one entry, or all of it.
    base: usize,
    /// Where each line begins: a long file is not counted through for every target.
    starts: Vec<usize>,
    flaws: Vec<Flaw>,
    /// Where the lists of all lie.
    shelf: SharedShelf,
}

/// The members of an object, each name once.
type Members<'n> = HashMap<&'n str, &'n Node>;

impl Reader<'_> {
    fn flaw(&mut self, node: &Node, sentence: impl Into<String>) {
        self.flaw_at(node.start, sentence.into());
    }

    fn flaw_at(&mut self, offset: usize, sentence: String) {
        let offset = self.base + offset;
        let line = self.line(offset);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let column = self.text.get(start..offset).map_or(1, |before| before.chars().count() + 1);
        self.flaws.push(Flaw { line, column, sentence, stale: false });
    }

    /// The line, from 1, of a byte.
    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The members of an object that may have these and no others.
    fn members<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Option<Members<'n>> {
        let Kind::Object(all) = &node.kind else {
            self.flaw(node, format!("{what} has to be an object."));
            return None;
        };
        let mut members = Members::new();
        for member in all {
            if !known.is_empty() && !known.contains(&member.name.as_str()) {
                let meant = nearest(&member.name, known.iter().copied());
                let meant = meant.map_or_else(String::new, |near| format!(" Did you mean {near}?"));
                self.flaw_at(member.start, format!("{what} has no \"{}\".{meant}", shortened(&member.name)));
            }
            if members.insert(&member.name, &member.node).is_some() {
                self.flaw_at(member.start, format!("\"{}\" stands here twice.", shortened(&member.name)));
            }
        }
        Some(members)
    }

    fn text<'n>(&mut self, home: &'n Node, members: &Members<'n>, name: &str) -> Option<String> {
        match members.get(name) {
            None => {
                self.flaw(home, format!("\"{name}\" is missing."));
                None
            }
            Some(node) => match &node.kind {
                Kind::Scalar(Value::String(text)) => Some(text.clone()),
                _ => {
                    self.flaw(node, format!("\"{name}\" has to be a text."));
                    None
                }
            },
        }
    }

    /// What kind of file it is, before anything else is said of it.
    fn is_ours(&mut self, root: &Node) -> Option<()> {
        let Kind::Object(all) = &root.kind else {
            self.flaw(root, "This is no plan file: it has to be an object.");
            return None;
        };
        let first = |name: &str| all.iter().find(|m| m.name == name).map(|m| &m.node);
        match first("cordboard").map(|node| (node, node.value())) {
            Some((_, Value::String(kind))) if kind == KIND => {}
            Some((node, _)) => {
                self.flaw(node, "This is no plan file.");
                return None;
            }
            None => {
                self.flaw(root, "This is no plan file: `cordboard plan … -o FILE` makes one.");
                return None;
            }
        }
        match first("version").map(|node| (node, node.value().as_u64())) {
            Some((_, Some(VERSION))) => {}
            Some((node, Some(newer))) if newer > VERSION => {
                self.flaw(node, format!("The file is of form {newer}, and this cordboard reads form {VERSION}: a newer cordboard made it."));
                return None;
            }
            Some((node, _)) => {
                self.flaw(node, format!("\"version\" has to be {VERSION}."));
                return None;
            }
            None => {
                self.flaw(root, "\"version\" is missing.");
                return None;
            }
        }
        Some(())
    }

    fn file(&mut self, catalog: &Catalog, pbx: &PbxId, root: &Node) -> Option<PlanFile> {
        const KNOWN: [&str; 8] = ["cordboard", "version", "made", "pbx", "catalog", "resource", "changes", SEAL];
        self.is_ours(root)?;
        let members = self.members(root, "A plan file", &KNOWN)?;
        let revision = self.text(root, &members, "catalog");
        if let (Some(revision), Some(node)) = (&revision, members.get("catalog"))
            && revision != catalog.revision()
        {
            let sentence = format!(
                "The plan was made under catalog {}, and this is {}: make it again.",
                shortened(revision),
                catalog.revision()
            );
            self.flaws.clear();
            self.flaw(node, sentence);
            self.flaws.iter_mut().for_each(|flaw| flaw.stale = true);
            return None;
        }
        let made = match members.contains_key("made") {
            true => self.text(root, &members, "made"),
            false => Some(String::new()),
        };
        let origin = match members.get("pbx") {
            Some(node) => self.members(node, "\"pbx\"", &["id", "address"]).and_then(|of| {
                let (id, address) = (self.text(node, &of, "id"), self.text(node, &of, "address"));
                Some((id?, address?))
            }),
            None => {
                self.flaw(root, "\"pbx\" is missing.");
                None
            }
        };
        let name = self.text(root, &members, "resource");
        let resource = name.and_then(|name| match catalog.resource(&name) {
            Some(resource) => Some(resource),
            None => {
                let meant = catalog.nearest(&name).map_or_else(String::new, |r| format!(" Did you mean {}?", r.name));
                if let Some(node) = members.get("resource") {
                    self.flaw(node, format!("There is no resource \"{}\".{meant}", shortened(&name)));
                }
                None
            }
        });
        let Some(list) = members.get("changes") else {
            self.flaw(root, "\"changes\" is missing.");
            return None;
        };
        let Kind::List(entries) = &list.kind else {
            self.flaw(list, "\"changes\" has to be a list.");
            return None;
        };
        if entries.len() > MOST {
            self.flaw(list, format!("There are more than {MOST} changes."));
            return None;
        }
        let resource = resource?;
        let Some(schema) = catalog.entity(resource) else {
            self.flaw(list, format!("{} has nothing that could be changed.", resource.name));
            return None;
        };
        let home = Home { catalog, pbx, resource, schema };
        let changes = self.entries(&home, entries);
        let (pbx_name, address) = origin?;
        let origin = Origin { pbx: pbx_name, address, catalog: revision?, made: made? };
        let before =
            self.text.rfind(&format!("\"{SEAL}\"")).and_then(|at| self.text[..at].trim_end().strip_suffix(','));
        let told = members.get(SEAL).and_then(|node| Some(node.value().as_str()?.to_owned()));
        let edited = told.is_none() || told != before.map(seal);
        Some(PlanFile { origin, resource: resource.name.to_owned(), changes, edited })
    }

    /// The targets, one after the other: the trees of thousands take many times as much as their text.
    fn entries(&mut self, home: &Home<'_>, nodes: &[Node]) -> Vec<Arc<ChangeSet>> {
        let mut met: HashMap<String, usize> = HashMap::new();
        let mut changes = Vec::new();
        for node in nodes {
            let entry = match json::outline(&self.text[node.start..node.end], usize::MAX) {
                Ok(entry) => entry,
                Err(issue) => {
                    self.flaw_at(node.start + issue.start, issue.message);
                    continue;
                }
            };
            self.base = node.start;
            let found = self.entry(home, &entry);
            self.base = 0;
            if let Some((who, set)) = found {
                let line = self.line(node.start);
                if let Some(first) = who.and_then(|who| met.insert(who, line)) {
                    self.flaw(node, format!("This is the same target as on line {first}: one change for each."));
                }
                changes.push(set);
            }
        }
        changes
    }

    /// One target, and what tells it from the others.
    fn entry(&mut self, home: &Home<'_>, node: &Node) -> Option<(Option<String>, Arc<ChangeSet>)> {
        let Home { catalog, pbx, resource, schema } = *home;
        let members = self.members(node, "A change", &["key", "new", "label", "before", "after"])?;
        let label = self.text(node, &members, "label")?;
        let is_new = match members.get("new").map(|new| (new, new.value())) {
            None => false,
            Some((_, Value::Bool(is_new))) => is_new,
            Some((new, _)) => {
                self.flaw(new, "\"new\" has to be true or false.");
                return None;
            }
        };
        let key = self.key(resource, node, &members, is_new)?;
        let offered = if is_new { resource.create } else { resource.update };
        if offered.is_none() {
            let what = if is_new { "makes none" } else { "changes none" };
            self.flaw(node, format!("{}: the API {what} of these.", resource.name));
            return None;
        }
        let Some(after) = members.get("after") else {
            self.flaw(node, "\"after\" is missing.");
            return None;
        };
        let before = match (members.get("before"), is_new) {
            (Some(before), false) => self.members(before, "\"before\"", &[])?,
            (None, true) => Members::new(),
            (None, false) => {
                self.flaw(node, "\"before\" is missing: what was there decides whether it may be sent.");
                return None;
            }
            (Some(before), true) => {
                self.flaw(before, "A new one has no \"before\".");
                return None;
            }
        };
        let wanted = self.members(after, "\"after\"", &[])?;
        let flaws = self.flaws.len();
        self.fields(home, &before, &wanted, is_new);
        if wanted.is_empty() && !is_new {
            self.flaw(after, "Nothing is changed here.");
        }
        if self.flaws.len() > flaws {
            return None;
        }
        let target = Target { pbx: pbx.clone(), resource: resource.name.into(), key: key.clone() };
        let baseline: Entity = before.iter().map(|(name, node)| ((*name).to_owned(), node.value())).collect();
        let mut draft = Draft::new(catalog, schema, target, label, baseline);
        for (name, node) in &wanted {
            draft.set(name, node.value());
            if !draft.is_changed(name) {
                self.flaw(node, format!("{name} is what it was: nothing would be sent."));
            }
        }
        match draft.into_change_set(catalog) {
            Ok(mut set) => {
                set.lay(&self.shelf);
                let told =
                    || set.told_apart_by(catalog, resource).first().map(|(field, value)| format!("{field} {value}"));
                let who = key.map(|key| key.to_string()).or_else(told);
                Some((who, Arc::new(set)))
            }
            Err(issues) => {
                for issue in issues.into_iter().filter(|issue| issue.severity == Severity::Error) {
                    let at = wanted.get(issue.field.as_str()).copied().unwrap_or(after);
                    let path = if issue.path.is_empty() { String::new() } else { format!(" ({})", issue.path) };
                    self.flaw(at, format!("{}{path}: {}", issue.field, issue.message));
                }
                None
            }
        }
    }

    fn key(
        &mut self,
        resource: &Resource,
        home: &Node,
        members: &Members<'_>,
        is_new: bool,
    ) -> Option<Option<EntityKey>> {
        let set = resource.shape == Shape::Collection;
        match (members.get("key"), &resource.key) {
            (Some(node), _) if is_new => {
                self.flaw(node, "A new one has no key yet.");
                None
            }
            (None, _) if is_new && set => Some(None),
            (None, _) if is_new => {
                self.flaw(home, format!("{} is one thing; there is no new one.", resource.name));
                None
            }
            (None, _) if !set => Some(None),
            (Some(node), Some(key)) if set => {
                let value = node.value();
                let fits = match key.ty {
                    Type::Integer { .. } => value.is_i64(),
                    _ => value.as_str().is_some_and(|text| !text.is_empty()),
                };
                match EntityKey::of(&key.ty, &value).filter(|_| fits) {
                    Some(key) => Some(Some(key)),
                    None => {
                        let what = if matches!(key.ty, Type::Integer { .. }) { "a whole number" } else { "a text" };
                        self.flaw(node, format!("The key of {} is {what}.", resource.name));
                        None
                    }
                }
            }
            (None, Some(_)) => {
                self.flaw(home, "\"key\" is missing.");
                None
            }
            (_, _) => {
                self.flaw(home, format!("Entities of {} are addressed by no key here.", resource.name));
                None
            }
        }
    }

    /// Whether each field may be in a plan at all.
    fn fields(&mut self, home: &Home<'_>, before: &Members<'_>, after: &Members<'_>, is_new: bool) {
        let Home { catalog, schema, .. } = *home;
        for (name, node) in after {
            let slot = Slot::of(catalog, schema, name);
            let shown = shortened(name);
            if !slot.is_known() {
                let meant = nearest(name, schema.fields.iter().map(|f| f.name));
                let meant = meant.map_or_else(String::new, |near| format!(" Did you mean {near}?"));
                self.flaw(node, format!("There is no field {shown}.{meant}"));
            } else if slot.is_secret() {
                self.flaw(node, format!("{shown} is a secret: a plan file changes none."));
            } else if slot.is_read_only() {
                self.flaw(node, format!("{shown} is set by the PBX itself."));
            } else if slot.is_fixed() && !is_new {
                self.flaw(node, format!("{shown} is given when it is made and cannot be changed after."));
            } else if !is_new && !before.contains_key(name) {
                self.flaw(node, format!("\"before\" does not say what {shown} was."));
            }
        }
        for (name, node) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
            self.flaw(node, format!("\"before\" has {}, and \"after\" does not.", shortened(name)));
        }
        for node in before.values().chain(after.values()) {
            self.masks(node);
        }
    }

    /// What stands for a hidden value cannot be sent from a file.
    fn masks(&mut self, node: &Node) {
        match &node.kind {
            Kind::Scalar(Value::String(text)) if text == MASK => {
                self.flaw(node, "This stands for a hidden value, and a plan file holds none.");
            }
            Kind::Scalar(_) => {}
            Kind::List(nodes) => nodes.iter().for_each(|node| self.masks(node)),
            Kind::Object(members) => members.iter().for_each(|member| self.masks(&member.node)),
        }
    }
}

/// Where the targets of a file belong.
#[derive(Clone, Copy)]
struct Home<'h> {
    catalog: &'h Catalog,
    pbx: &'h PbxId,
    resource: &'h Resource,
    schema: &'h Schema,
}

/// A name from the file, short enough for a sentence.
fn shortened(name: &str) -> String {
    let start: String = name.chars().take(40).collect();
    if start.len() < name.len() { format!("{start}…") } else { start }
}
