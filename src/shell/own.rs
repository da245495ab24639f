//! The person's own files in the configuration folder: themes and keys. Their settings are read by `settings`.
//!
//! Owns where they are and what is said of those that cannot be read; what stands in them it must not know.

use crate::input::Keymap;
use crate::theme::Theme;
use std::io;
use std::path::Path;

/// The person's own theme of a name, if there is one: its path as shown to people, and its text.
pub fn theme(folder: Option<&Path>, name: &str) -> Option<(String, String)> {
    let path = folder.filter(|_| is_plain_name(name))?.join("themes").join(format!("{name}.toml"));
    Some((path.display().to_string(), read(&path)?))
}

/// The keymap with the person's own keys, if there are any.
///
/// # Errors
/// What is wrong with them, in one notice.
pub fn keys(folder: Option<&Path>) -> Result<Option<Keymap>, String> {
    let Some(path) = folder.map(|folder| folder.join("keys.toml")) else { return Ok(None) };
    let shown = path.display().to_string();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(format!("{shown} cannot be read: {e}. The keys that ship are in force.")),
    };
    Keymap::with(&shown, &text).map(Some).map_err(|complaints| {
        let more = match complaints.len() {
            0 | 1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        format!("{}{more} The keys that ship are in force.", complaints.first().map_or("", String::as_str))
    })
}

/// The themes that ship and the person's own. Their names are enough here: a file is read when its theme is chosen.
pub fn theme_names(folder: Option<&Path>) -> Vec<String> {
    let mut names: Vec<String> = Theme::shipped_names().map(str::to_owned).collect();
    let files = folder.and_then(|folder| std::fs::read_dir(folder.join("themes")).ok());
    let own = files.into_iter().flatten().flatten().filter_map(|file| {
        let path = file.path();
        let is_theme = path.extension().is_some_and(|ending| ending == "toml");
        path.file_stem().filter(|_| is_theme)?.to_str().map(str::to_owned)
    });
    let mut own: Vec<String> = own.filter(|name| is_plain_name(name) && !names.contains(name)).collect();
    own.sort();
    names.extend(own);
    names
}

/// A name, and not a path out of the themes folder.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\\']) && !name.starts_with('.')
}

fn read(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}
