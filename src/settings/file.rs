//! The configuration file, as written: every key checked, every complaint with its place.

use super::{SecretSource, SettingsError, address};
use crate::source::{Place, did_you_mean};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 11] = [
    "theme",
    "ascii",
    "mouse",
    "plain",
    "confirm_count",
    "stop_after",
    "at_once",
    "journal",
    "journal_days",
    "default",
    "pbx",
];
const PBX_KEYS: [&str; 8] =
    ["name", "url", "me", "client_id", "client_secret_file", "client_secret_command", "ca_file", "insecure"];

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct File {
    /// Where it is, or would be.
    pub(super) path: Option<PathBuf>,
    pub(super) theme: Option<String>,
    pub(super) ascii: Option<bool>,
    pub(super) mouse: Option<bool>,
    pub(super) confirm_count: Option<usize>,
    pub(super) stop_after: Option<usize>,
    pub(super) at_once: Option<usize>,
    pub(super) plain: Option<bool>,
    pub(super) journal: Option<PathBuf>,
    pub(super) journal_days: Option<usize>,
    pub(super) default: Option<String>,
    pub(super) pbxs: Vec<Partial>,
}

/// A PBX of which something may be missing still.
#[derive(Debug, Clone, Default)]
pub(super) struct Partial {
    pub(super) name: String,
    pub(super) url: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) secret: Option<SecretSource>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) insecure: bool,
    pub(super) me: Option<String>,
    /// Where it stands, for complaints.
    pub(super) place: Option<String>,
}

/// Reads the file. `home` is what `~` stands for.
pub(super) fn read(path: &Path, text: &str, home: Option<&Path>) -> Result<File, SettingsError> {
    let reader = Reader { path, text, home };
    let table = DeTable::parse(text).map_err(|e| {
        let at = e.span().map_or(0, |s| s.start);
        reader.error(at, format!("This is no TOML: {}.", e.message().trim_end_matches('.')))
    })?;
    let mut file = File { path: Some(path.to_owned()), ..File::default() };
    let mut default_at = 0;
    for (key, value) in table.get_ref() {
        match key.get_ref().as_ref() {
            "theme" => file.theme = Some(reader.text("theme", value)?),
            "ascii" => file.ascii = Some(reader.switch("ascii", value)?),
            "mouse" => file.mouse = Some(reader.switch("mouse", value)?),
            "confirm_count" => file.confirm_count = Some(reader.count("confirm_count", 1..=100_000, value)?),
            "stop_after" => file.stop_after = Some(reader.count("stop_after", 0..=100_000, value)?),
            "at_once" => file.at_once = Some(reader.count("at_once", 1..=8, value)?),
            "plain" => file.plain = Some(reader.switch("plain", value)?),
            "journal" => file.journal = Some(reader.file("journal", value)?),
            "journal_days" => file.journal_days = Some(reader.count("journal_days", 1..=100_000, value)?),
            "default" => {
                file.default = Some(reader.text("default", value)?);
                default_at = value.span().start;
            }
            "pbx" => file.pbxs = reader.pbxs(value)?,
            other => return Err(reader.error(key.span().start, stranger(other, "", &KEYS))),
        }
    }
    if let Some(default) = &file.default
        && !file.pbxs.iter().any(|p| p.name == *default)
    {
        let hint = did_you_mean(default, file.pbxs.iter().map(|p| p.name.as_str()));
        let sentence = format!("`default` names `{default}`, but there is no [[pbx]] of that name{hint}");
        return Err(reader.error(default_at, sentence));
    }
    Ok(file)
}

fn stranger(key: &str, of: &str, known: &[&'static str]) -> String {
    let hint = match did_you_mean(key, known.iter().copied()) {
        hint if hint.is_empty() => format!(". There are {}.", known.join(", ")),
        hint => hint,
    };
    format!("There is no setting `{key}`{of}{hint}")
}

struct Reader<'t> {
    path: &'t Path,
    text: &'t str,
    home: Option<&'t Path>,
}

impl Reader<'_> {
    fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path.display(), Place::at(self.text, at))
    }

    fn error(&self, at: usize, sentence: String) -> SettingsError {
        SettingsError { place: Some(self.place(at)), sentence }
    }

    fn text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<String, SettingsError> {
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            Some(_) => Err(self.error(value.span().start, format!("`{key}` is empty."))),
            None => Err(self.error(value.span().start, format!("`{key}` is a text, in quotes."))),
        }
    }

    fn switch(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<bool, SettingsError> {
        let sentence = || format!("`{key}` is true or false, without quotes.");
        value.get_ref().as_bool().ok_or_else(|| self.error(value.span().start, sentence()))
    }

    fn count(
        &self,
        key: &str,
        allowed: RangeInclusive<usize>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<usize, SettingsError> {
        let sentence =
            || format!("`{key}` is a whole number from {} to {}, without quotes.", allowed.start(), allowed.end());
        let number = value.get_ref().as_integer().and_then(|n| usize::from_str_radix(n.as_str(), n.radix()).ok());
        number.filter(|n| allowed.contains(n)).ok_or_else(|| self.error(value.span().start, sentence()))
    }

    /// A path beside the file, in the home, or absolute.
    fn file(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<PathBuf, SettingsError> {
        let text = self.text(key, value)?;
        if let Some(below) = text.strip_prefix("~/") {
            let home = self.home.ok_or_else(|| {
                self.error(value.span().start, "`~` stands for the home folder, but HOME is not set.".to_owned())
            })?;
            return Ok(home.join(below));
        }
        Ok(self.path.parent().unwrap_or_else(|| Path::new("")).join(text))
    }

    fn command(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, SettingsError> {
        let sentence = || {
            "`client_secret_command` is a list, the program first: [\"pass\", \"show\", \"pbx/acme\"]. No shell reads \
             it."
            .to_owned()
        };
        let words = value.get_ref().as_array().map(|list| {
            list.iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<String>>>()
        });
        match words.flatten() {
            Some(words) if words.first().is_some_and(|program| !program.trim().is_empty()) => Ok(words),
            _ => Err(self.error(value.span().start, sentence())),
        }
    }

    fn pbxs(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<Partial>, SettingsError> {
        let sentence = || "A PBX begins with [[pbx]], in two brackets, one block for each.".to_owned();
        let list = value.get_ref().as_array().ok_or_else(|| self.error(value.span().start, sentence()))?;
        let mut pbxs: Vec<Partial> = Vec::new();
        for block in list.iter() {
            let table = block.get_ref().as_table().ok_or_else(|| self.error(block.span().start, sentence()))?;
            let pbx = self.pbx(table, block.span().start)?;
            if let Some(twin) = pbxs.iter().find(|p| p.name == pbx.name) {
                let first = twin.place.as_deref().unwrap_or_default();
                let sentence = format!("There are two PBXs named `{}`; the first is at {first}.", pbx.name);
                return Err(SettingsError { place: pbx.place, sentence });
            }
            pbxs.push(pbx);
        }
        Ok(pbxs)
    }

    fn pbx(&self, table: &DeTable<'_>, at: usize) -> Result<Partial, SettingsError> {
        let mut pbx = Partial { place: Some(self.place(at)), ..Partial::default() };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => pbx.name = self.name(value)?,
                "url" => {
                    let url = address::base(&self.text("url", value)?);
                    pbx.url = Some(url.map_err(|sentence| self.error(value.span().start, sentence))?);
                }
                "me" => pbx.me = Some(self.text("me", value)?),
                "client_id" => pbx.client_id = Some(self.text("client_id", value)?),
                "client_secret_file" | "client_secret_command" if pbx.secret.is_some() => {
                    let sentence = "A PBX has client_secret_file or client_secret_command, not both.".to_owned();
                    return Err(self.error(key.span().start, sentence));
                }
                "client_secret_file" => {
                    pbx.secret = Some(SecretSource::File(self.file("client_secret_file", value)?));
                }
                "client_secret_command" => pbx.secret = Some(SecretSource::Command(self.command(value)?)),
                "ca_file" => pbx.ca_file = Some(self.file("ca_file", value)?),
                "insecure" => pbx.insecure = self.switch("insecure", value)?,
                "client_secret" | "secret" | "password" => {
                    let sentence = "A secret does not stand in this file. Put it into a file of its own that only you \
                                    can read and name that with client_secret_file, or give a command that prints it \
                                    with client_secret_command.";
                    return Err(self.error(key.span().start, sentence.to_owned()));
                }
                other => return Err(self.error(key.span().start, stranger(other, " of a PBX", &PBX_KEYS))),
            }
        }
        if pbx.name.is_empty() {
            return Err(self.error(at, "This PBX has no name: add name = \"…\", a short one of your own.".to_owned()));
        }
        Ok(pbx)
    }

    fn name(&self, value: &Spanned<DeValue<'_>>) -> Result<String, SettingsError> {
        let name = self.text("name", value)?;
        // Names become names of files in places where cordboard keeps things.
        if name.starts_with('.') || name.contains(|c: char| c.is_control() || matches!(c, '/' | '\\')) {
            let sentence = "The name of a PBX begins with no dot and has no slash in it.".to_owned();
            return Err(self.error(value.span().start, sentence));
        }
        Ok(name)
    }
}
