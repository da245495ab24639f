//! Compiles an OpenAPI 3.0 document, YAML or JSON, into the catalog's facts.
//!
//! Owns the reading of the document: types, `allOf`, path templates, shapes and keys of resources. What it does not
//! understand it reports with its place instead of dropping it in silence. Knows no resource by name, no titles and
//! no overlay; does no IO: callers hand it the text and store the bytes.

mod operations;
mod resources;
mod schemas;
mod template;
mod yaml;

use super::Facts;
use super::load;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::fmt;

/// A compiled document.
#[derive(Debug)]
pub struct Compiled {
    /// What the document says.
    pub facts: Facts,
    /// What in it was not understood.
    pub report: Report,
}

/// What the compiler met and could not use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// In the order in which they were met.
    pub notes: Vec<Oddity>,
}

/// One place of a document that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// Where: a JSON pointer into the document.
    pub place: String,
    /// What is there and what became of it.
    pub what: String,
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Why a document cannot be compiled at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// Neither YAML nor JSON.
    #[error("this is neither YAML nor JSON: {0}. Save the document again from /xapi/v1/swagger.yaml of the PBX.")]
    Unreadable(String),
    /// Readable, but not an OpenAPI document.
    #[error(
        "this is not an OpenAPI document: {0}. A PBX serves one at /xapi/v1/swagger.yaml (a sign-in page saved by mistake looks like this too)."
    )]
    NotOpenApi(String),
    /// OpenAPI, but not 3.0.
    #[error("this is an OpenAPI {0} document, and only 3.0 is understood. A PBX serves 3.0 at /xapi/v1/swagger.yaml.")]
    Version(String),
    /// A `$ref` that leads nowhere.
    #[error("{place} refers to {target}, which is not in the document. It looks cut off: save it again from the PBX.")]
    MissingReference {
        /// Where the reference stands.
        place: String,
        /// What it names.
        target: String,
    },
    /// References or `allOf` that lead back to where they started.
    #[error(
        "{place} leads back to itself through allOf or $ref, so its fields cannot be listed. The document is broken."
    )]
    Cycle {
        /// Where the circle was noticed.
        place: String,
    },
    /// More than a catalog can number.
    #[error("the document has {count} {what}, more than the {limit} that a catalog can hold")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
}

/// Compiles a document. `build` is the PBX build it belongs to (`20.0.10`), which the document itself does not say.
///
/// # Errors
/// When the text is not an OpenAPI 3.0 document, or is broken in a way that leaves its types unknown.
pub fn compile(text: &str, build: &str) -> Result<Compiled, CompileError> {
    let root = read(text)?;
    let mut compiler = Compiler::new(&root)?;
    compiler.number_schemas()?;
    let (schemas, enums) = compiler.schemas()?;
    let (operations, paths, tags) = compiler.operations()?;
    let resources = compiler.resources(&operations, &schemas)?;
    let build = compiler.intern(build);
    let facts = Facts { build, paths, tags, resources, operations, schemas, enums };
    Ok(Compiled { facts, report: Report { notes: compiler.notes } })
}

/// The bytes that [`Catalog::from_bytes`](super::Catalog::from_bytes) takes back: a format mark, a hash of the
/// content, the facts.
pub fn encode(facts: &Facts) -> Vec<u8> {
    load::seal(load::FACTS, facts)
}

fn read(text: &str) -> Result<Value, CompileError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|e| CompileError::Unreadable(e.to_string()))
    } else {
        yaml::read(text).map_err(|sentence| CompileError::Unreadable(sentence.trim_end_matches('.').to_owned()))
    }
}

/// How a schema of the document is known by others.
#[derive(Debug, Clone)]
enum Named {
    /// An enum.
    Enum(super::EnumId),
    /// An object with fields.
    Object(super::SchemaId),
    /// A schema that only gives a name to a type.
    Alias,
}

/// The state of one compilation.
struct Compiler<'d> {
    root: &'d Value,
    names: HashSet<&'static str>,
    notes: Vec<Oddity>,
    named: HashMap<&'d str, Named>,
}

/// A member of the document and where it stands.
#[derive(Clone)]
struct At<'d> {
    value: &'d Value,
    place: String,
}

impl<'d> At<'d> {
    fn get(&self, key: &str) -> Option<At<'d>> {
        let value = self.value.get(key)?;
        Some(At { value, place: format!("{}/{}", self.place, key.replace('~', "~0").replace('/', "~1")) })
    }

    fn text(&self, key: &str) -> Option<&'d str> {
        self.value.get(key)?.as_str()
    }

    fn flag(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    fn members(&self) -> Vec<(&'d str, At<'d>)> {
        let Some(object) = self.value.as_object() else { return Vec::new() };
        object
            .iter()
            .map(|(key, value)| {
                let place = format!("{}/{}", self.place, key.replace('~', "~0").replace('/', "~1"));
                (key.as_str(), At { value, place })
            })
            .collect()
    }

    fn elements(&self) -> Vec<At<'d>> {
        let Some(array) = self.value.as_array() else { return Vec::new() };
        array.iter().enumerate().map(|(i, value)| At { value, place: format!("{}/{i}", self.place) }).collect()
    }
}

/// A chain of references longer than this is a circle.
const LONGEST_CHAIN: usize = 16;

impl<'d> Compiler<'d> {
    fn new(root: &'d Value) -> Result<Self, CompileError> {
        let Some(object) = root.as_object() else {
            return Err(CompileError::NotOpenApi("there is no object at its top".to_owned()));
        };
        match object.get("openapi") {
            Some(Value::String(version)) if version == "3.0" || version.starts_with("3.0.") => {}
            Some(Value::Number(version)) if version.as_f64() == Some(3.0) => {}
            Some(Value::String(version)) => return Err(CompileError::Version(version.clone())),
            Some(other) => return Err(CompileError::Version(other.to_string())),
            None => {
                if let Some(version) = object.get("swagger") {
                    return Err(CompileError::Version(version.to_string().trim_matches('"').to_owned()));
                }
                return Err(CompileError::NotOpenApi("it has no `openapi` member".to_owned()));
            }
        }
        if !object.get("paths").is_some_and(Value::is_object) {
            return Err(CompileError::NotOpenApi("it has no `paths`".to_owned()));
        }
        Ok(Self { root, names: HashSet::new(), notes: Vec::new(), named: HashMap::new() })
    }

    /// The text for as long as the program runs, each distinct one once.
    fn intern(&mut self, text: &str) -> &'static str {
        if let Some(known) = self.names.get(text) {
            return known;
        }
        let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
        self.names.insert(kept);
        kept
    }

    fn note(&mut self, place: &str, what: impl Into<String>) {
        let note = Oddity { place: place.to_owned(), what: what.into() };
        // A schema that others extend is read once for each of them.
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn top(&self, key: &str) -> Option<At<'d>> {
        At { value: self.root, place: String::new() }.get(key)
    }

    /// Follows `$ref` until something else stands there.
    fn follow(&self, at: At<'d>) -> Result<At<'d>, CompileError> {
        let mut at = at;
        for _ in 0..LONGEST_CHAIN {
            let Some(target) = at.text("$ref") else { return Ok(at) };
            let missing = || CompileError::MissingReference { place: at.place.clone(), target: target.to_owned() };
            let pointer = target.strip_prefix('#').ok_or_else(missing)?;
            let value = self.root.pointer(pointer).ok_or_else(missing)?;
            at = At { value, place: pointer.to_owned() };
        }
        Err(CompileError::Cycle { place: at.place })
    }
}

fn number(what: &'static str, count: usize) -> Result<u16, CompileError> {
    let limit = usize::from(u16::MAX);
    u16::try_from(count).map_err(|_| CompileError::TooMany { what, count, limit })
}

#[cfg(test)]
mod tests;
