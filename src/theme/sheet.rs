//! A theme file, read: palette, roles, and what they inherit.
//!
//! Owns the layout of the file and the way a missing role falls back. Errors name the place; what a style may say is
//! left to `parse`.

use super::parse::{self, Palette};
use super::{Role, SHIPPED, ThemeError};
use crate::order;
use crate::source::{Place, did_you_mean};
use ratatui::style::Style;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a file and the theme it inherits say together.
pub(super) struct Sheet {
    styles: BTreeMap<String, Style>,
    /// What the file says that means nothing.
    pub(super) notices: Vec<String>,
}

impl Sheet {
    /// Reads a file.
    pub(super) fn read(name: &str, text: &str) -> Result<Self, ThemeError> {
        let mut layers = Vec::new();
        let mut next = Some((name, text));
        while let Some((name, text)) = next {
            let layer = Layer::read(name, text)?;
            next = layer.parent()?;
            layers.push(layer);
            if layers.len() > SHIPPED.len() + 1 {
                break;
            }
        }
        let mut palette = Palette::new();
        let mut styles = BTreeMap::new();
        for layer in layers.iter().rev() {
            layer.add_colours(&mut palette)?;
        }
        // Roles are read with the whole palette, so that a theme can change the colours of the one it inherits.
        for layer in layers.iter().rev() {
            layer.add_styles(&palette, &mut styles)?;
        }
        let notices = layers.iter().flat_map(Layer::strangers).collect();
        Ok(Self { styles, notices })
    }

    /// The style of a role, or of what stands before its last dot.
    pub(super) fn find(&self, role: Role) -> Option<Style> {
        let mut name = role.name();
        loop {
            if let Some(&style) = self.styles.get(name) {
                return Some(style);
            }
            name = name.rsplit_once('.')?.0;
        }
    }
}

struct Layer<'t> {
    name: &'t str,
    text: &'t str,
    inherits: Option<(String, Range<usize>)>,
    palette: Vec<Entry>,
    roles: Vec<Entry>,
}

struct Entry {
    name: String,
    named_at: usize,
    style: String,
    styled_at: usize,
}

impl<'t> Layer<'t> {
    fn read(name: &'t str, text: &'t str) -> Result<Self, ThemeError> {
        let mut layer = Layer { name, text, inherits: None, palette: Vec::new(), roles: Vec::new() };
        let table = DeTable::parse(text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            layer.error(at, format!("This is no TOML: {}.", e.message().trim_end_matches('.')))
        })?;
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "inherits" => {
                    let Some(parent) = value.get_ref().as_str() else {
                        return Err(layer.error(value.span().start, "`inherits` is the name of a theme.".to_owned()));
                    };
                    layer.inherits = Some((parent.to_owned(), value.span()));
                }
                "palette" => layer.palette = layer.entries("palette", value)?,
                "roles" => layer.roles = layer.entries("roles", value)?,
                other => {
                    let hint = did_you_mean(other, ["inherits", "palette", "roles"]);
                    let sentence = format!("A theme has `inherits`, [palette] and [roles], but no `{other}`{hint}");
                    return Err(layer.error(key.span().start, sentence));
                }
            }
        }
        Ok(layer)
    }

    fn entries(&self, section: &str, value: &Spanned<DeValue<'_>>) -> Result<Vec<Entry>, ThemeError> {
        let Some(table) = value.get_ref().as_table() else {
            return Err(self.error(value.span().start, format!("[{section}] is a table of names and colours.")));
        };
        let mut entries = Vec::new();
        for (key, value) in table {
            let style = match value.get_ref() {
                DeValue::String(style) => style.clone().into_owned(),
                DeValue::Integer(number) => number.to_string(),
                DeValue::Table(_) => {
                    let sentence = format!(
                        "A role with a dot in its name is written in quotes: \"{}.…\" = \"green\".",
                        key.get_ref()
                    );
                    return Err(self.error(key.span().start, sentence));
                }
                _ => return Err(self.error(value.span().start, "A style is a text such as \"green bold\".".to_owned())),
            };
            entries.push(Entry {
                name: key.get_ref().clone().into_owned(),
                named_at: key.span().start,
                style,
                styled_at: value.span().start,
            });
        }
        // The table comes sorted by name; people read their file from the top.
        order::by_key(&mut entries, |e| e.named_at);
        Ok(entries)
    }

    fn parent(&self) -> Result<Option<(&'static str, &'static str)>, ThemeError> {
        let Some((parent, span)) = &self.inherits else { return Ok(None) };
        match SHIPPED.iter().find(|(name, _)| name == parent) {
            Some(&shipped) => Ok(Some(shipped)),
            None => {
                let names = SHIPPED.map(|(name, _)| name);
                let hint = did_you_mean(parent, names);
                let sentence = format!("There is no theme `{parent}` to inherit, only {}{hint}", names.join(", "));
                Err(self.error(span.start, sentence))
            }
        }
    }

    fn add_colours(&self, palette: &mut Palette) -> Result<(), ThemeError> {
        for entry in &self.palette {
            let colour = parse::colour(entry.style.trim(), &Palette::new())
                .map_err(|sentence| self.error(entry.styled_at, sentence))?;
            palette.insert(entry.name.clone(), colour);
        }
        Ok(())
    }

    fn add_styles(&self, palette: &Palette, styles: &mut BTreeMap<String, Style>) -> Result<(), ThemeError> {
        for entry in &self.roles {
            let style = parse::style(&entry.style, palette).map_err(|s| self.error(entry.styled_at, s))?;
            styles.insert(entry.name.clone(), style);
        }
        Ok(())
    }

    /// Names that are neither a role nor the beginning of one: a slip, or a theme made for a later cordboard.
    fn strangers(&self) -> Vec<String> {
        let known = |name: &str| {
            Role::ALL
                .iter()
                .any(|r| r.name() == name || r.name().strip_prefix(name).is_some_and(|r| r.starts_with('.')))
        };
        let names = || Role::ALL.iter().map(|r| r.name());
        let stranger = |e: &Entry| {
            let place = Place::at(self.text, e.named_at);
            format!("{}:{place}: \"{}\" is no role{}", self.name, e.name, did_you_mean(&e.name, names()))
        };
        self.roles.iter().filter(|e| !known(&e.name)).map(stranger).collect()
    }

    fn error(&self, at: usize, sentence: String) -> ThemeError {
        ThemeError { name: self.name.to_owned(), place: Place::at(self.text, at), sentence }
    }
}
