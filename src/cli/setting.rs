//! `Field=value` on the command line: which field, and which value for each.
//!
//! Owns the small grammar: `Field=value` by kind, `Field=<null>` clears, `Field=@FILE` is what stands in a file, and
//! `{Name}` in a text is a property of each one.

use super::exit::{Stop, USAGE};
use super::found::field;
use crate::catalog::{Catalog, FieldKind, Reference, Resource, Schema};
use crate::draft::{Entity, Slot};
use crate::plan::Template;
use crate::plan::sheet;
use serde_json::Value;

/// What a field is to be.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The property.
    pub field: String,
    kind: FieldKind,
    nullable: bool,
    text: Text,
}

#[derive(Debug, Clone)]
enum Text {
    Same(String),
    Each(Template),
}

/// Names of entities elsewhere: for each reference the stored value and what people call it.
pub type Called = Vec<(Reference, Vec<(String, String)>)>;

/// The settings of a command line.
///
/// # Errors
/// When a field is unknown, is one twice or is set by the PBX, or a text makes no sense.
pub fn read(catalog: &Catalog, resource: &Resource, schema: &Schema, words: &[String]) -> Result<Vec<Setting>, Stop> {
    let mut settings: Vec<Setting> = Vec::new();
    if resource.update.is_none() {
        return Err(Stop::usage(format!("The API changes nothing in {}.", resource.name)));
    }
    for word in words {
        let Some((name, text)) = word.split_once('=') else {
            return Err(Stop::usage(format!("'{word}' says no value: write Field=value.")));
        };
        let name = field(catalog, schema, name.trim())?;
        let Some(known) = schema.field(&name) else {
            return Err(Stop::usage(format!("{name} lies inside another field: set that one as a whole.")));
        };
        let slot = Slot::of(catalog, schema, &name);
        if slot.is_read_only() {
            return Err(Stop::usage(format!("{name} is set by the PBX itself.")));
        }
        if slot.is_fixed() {
            return Err(Stop::usage(format!("{name} is given when it is made and cannot be changed after.")));
        }
        if settings.iter().any(|setting| setting.field == name) {
            return Err(Stop::usage(format!("{name} is set twice.")));
        }
        let kind = catalog.kind(schema, known);
        let text = match text.strip_prefix('@') {
            Some(literal) if literal.starts_with('@') => literal.to_owned(),
            Some(file) => std::fs::read_to_string(file)
                .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
                .map_err(|e| Stop::usage(format!("{file}, which should hold {name}, cannot be read: {e}.")))?,
            None => text.to_owned(),
        };
        let wrong = |sentence: String| Stop::new(USAGE, format!("{name}: {sentence}"));
        let text = match Template::fits(&kind) && !slot.is_secret() {
            true => {
                let template = Template::parse(&text).map_err(wrong)?;
                template.check(catalog, schema).map_err(wrong)?;
                match template.is_plain() {
                    true => Text::Same(template.fill(&Entity::new()).map_err(wrong)?),
                    false => Text::Each(template),
                }
            }
            false => Text::Same(text),
        };
        settings.push(Setting { field: name, kind, nullable: known.nullable, text });
    }
    Ok(settings)
}

impl Setting {
    /// The properties of each that it asks for.
    pub fn asks_for(&self) -> Vec<String> {
        match &self.text {
            Text::Same(_) => Vec::new(),
            Text::Each(template) => template.properties().map(str::to_owned).collect(),
        }
    }

    /// The reference whose names may be written, if it is one.
    pub fn reference(&self) -> Option<&Reference> {
        match &self.kind {
            FieldKind::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// Whether the value is wrong for everybody, before anybody is read.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(&self, catalog: &Catalog, called: &Called) -> Result<(), Stop> {
        match &self.text {
            Text::Each(_) => Ok(()),
            Text::Same(_) => self
                .value(catalog, &Entity::new(), called)
                .map(drop)
                .map_err(|sentence| Stop::usage(format!("{}: {sentence}", self.field))),
        }
    }

    /// The value for one entity.
    ///
    /// # Errors
    /// A sentence.
    pub fn value(&self, catalog: &Catalog, entity: &Entity, called: &Called) -> Result<Value, String> {
        let text = match &self.text {
            Text::Same(text) => text.clone(),
            Text::Each(template) => template.fill(entity)?,
        };
        let is_text = matches!(self.kind, FieldKind::Text { .. } | FieldKind::Image { .. } | FieldKind::Secret);
        if text.is_empty() && is_text {
            return Ok(Value::from(""));
        }
        if text == "null" && self.nullable && !is_text {
            return Ok(Value::Null);
        }
        if text.is_empty() {
            return Err("There is no value. Field=<null> clears.".to_owned());
        }
        let lookup = |reference: &Reference, name: &str| look_up(called, reference, name);
        let value = sheet::value(catalog, &self.kind, self.nullable, &text, None, &lookup)?;
        // Blanks alone keep a cell; here they were typed.
        Ok(value.unwrap_or_else(|| Value::from(text)))
    }
}

/// The stored value of what people call an entity elsewhere.
///
/// # Errors
/// When several are called that.
pub fn look_up(called: &Called, reference: &Reference, name: &str) -> Result<Option<String>, String> {
    let Some((_, all)) = called.iter().find(|(known, _)| known == reference) else { return Ok(None) };
    if all.iter().any(|(key, _)| key == name) {
        return Ok(Some(name.to_owned()));
    }
    let hits: Vec<&str> =
        all.iter().filter(|(_, n)| n.to_lowercase() == name.to_lowercase()).map(|(key, _)| key.as_str()).collect();
    match hits.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).to_owned())),
        several => Err(format!("{} are called {name}: {}. Write which.", several.len(), several.join(", "))),
    }
}
