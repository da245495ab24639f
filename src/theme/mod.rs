//! How things look: theme files become one style for each role.
//!
//! Owns the roles, the format of theme files and the themes that ship. A theme is only ever asked for a role; that a
//! terminal has sixteen colours, or none, is a theme and not a branch in the drawing. Reads no files and no
//! environment: whoever calls brings the text.

mod parse;
mod role;
mod sheet;
#[cfg(test)]
mod tests;

pub use parse::index_of;
pub use role::Role;

use crate::source::Place;
use ratatui::style::Style;
use std::fmt;

/// The theme for those who asked for none: the terminal's own sixteen colours.
pub const DEFAULT: &str = "terminal";
/// The theme without colours, for `NO_COLOR`.
pub const PLAIN: &str = "plain";

/// The themes that ship: name and text.
const SHIPPED: [(&str, &str); 6] = [
    (DEFAULT, include_str!("../../themes/terminal.toml")),
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("contrast", include_str!("../../themes/contrast.toml")),
    ("colourblind", include_str!("../../themes/colourblind.toml")),
    (PLAIN, include_str!("../../themes/plain.toml")),
];

/// A style for every role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    name: String,
    styles: [Style; Role::ALL.len()],
}

impl Theme {
    /// Reads a theme; the name is the one errors are told with. Beside the theme come notices: roles it leaves to
    /// chance and names it has that mean nothing.
    ///
    /// # Errors
    /// When the text is no TOML, or a colour, a modifier or an inherited theme does not exist.
    pub fn load(name: &str, text: &str) -> Result<(Self, Vec<String>), ThemeError> {
        let sheet = sheet::Sheet::read(name, text)?;
        let mut notices = sheet.notices.clone();
        let mut theme = Self { name: name.to_owned(), styles: [Style::new(); Role::ALL.len()] };
        for &role in Role::ALL {
            match sheet.find(role) {
                Some(style) => theme.styles[role as usize] = style,
                None => notices.push(format!(
                    "Theme {name} says nothing of \"{}\"; it looks like \"text\". Give it a line under [roles], or \
                     begin the file with: inherits = \"{DEFAULT}\"",
                    role.name()
                )),
            }
        }
        Ok((theme, notices))
    }

    /// The theme of that name, with what there is to say about it: the person's own file if there is one (the path
    /// as shown to people, and the text), else one that ships. What cannot be used leaves the default.
    pub fn choose(name: &str, own: Option<(&str, &str)>) -> (Self, Vec<String>) {
        Self::find(name, own)
            .unwrap_or_else(|complaint| (Self::default(), vec![format!("{complaint} The theme `{DEFAULT}` is used.")]))
    }

    /// The theme of that name, the person's own file before one that ships, with what there is to say about it.
    ///
    /// # Errors
    /// A sentence: there is none, or its file cannot be used.
    pub fn find(name: &str, own: Option<(&str, &str)>) -> Result<(Self, Vec<String>), String> {
        match own {
            Some((path, text)) => Self::load(path, text).map_err(|e| e.to_string()),
            None => Self::shipped(name).map(|theme| (theme, Vec::new())).ok_or_else(|| {
                let names: Vec<&str> = Self::shipped_names().collect();
                format!(
                    "There is no theme `{name}`{}: {} ship with cordboard, others are files in the themes folder \
                     beside the configuration.",
                    crate::source::nearest(name, Self::shipped_names())
                        .map_or_else(String::new, |n| format!(" (did you mean `{n}`?)")),
                    names.join(", ")
                )
            }),
        }
    }

    /// A theme that ships.
    pub fn shipped(name: &str) -> Option<Self> {
        let (name, text) = SHIPPED.iter().find(|(n, _)| *n == name)?;
        Self::load(name, text).ok().map(|(theme, _)| theme)
    }

    /// The names of the themes that ship, the default first.
    pub fn shipped_names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
}

impl Default for Theme {
    fn default() -> Self {
        // A test holds that every shipped theme loads; without styles the console would still be readable.
        Self::shipped(DEFAULT)
            .unwrap_or_else(|| Self { name: DEFAULT.to_owned(), styles: [Style::new(); Role::ALL.len()] })
    }
}

/// Why a theme cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeError {
    /// The theme, as it was called.
    pub name: String,
    /// Where in its text.
    pub place: Place,
    /// What is wrong and what would be right.
    pub sentence: String,
}

impl fmt::Display for ThemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.name, self.place, self.sentence)
    }
}

impl std::error::Error for ThemeError {}
