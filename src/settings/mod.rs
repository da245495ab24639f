//! What the person wants: defaults, then the file, then the environment, then the arguments.
//!
//! Owns every setting, its checks and the sentences that say what is wrong or missing. Reads nothing itself: the text
//! of the file and a look at the environment are handed in, so that a test can hold every case. Secrets never pass
//! through here, only where they are to be found.

mod address;
mod file;
mod place;
mod resolve;
#[cfg(test)]
mod tests;

pub use place::{ConfigPath, config_path};

use std::fmt;
use std::path::PathBuf;

/// What the command line says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// `--pbx`: which of the configured PBXs.
    pub pbx: Option<String>,
    /// `--url`: a PBX by its address.
    pub url: Option<String>,
    /// `--client-id`
    pub client_id: Option<String>,
    /// `--client-secret-file`
    pub client_secret_file: Option<PathBuf>,
    /// `--ca-file`
    pub ca_file: Option<PathBuf>,
    /// `--insecure`
    pub insecure: bool,
    /// `--theme`
    pub theme: Option<String>,
    /// `--ascii`
    pub ascii: bool,
    /// `--no-color`
    pub no_color: bool,
    /// `--plain`
    pub plain: bool,
}

/// What holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The name of the theme: one that ships or one of the person's own files.
    pub theme: String,
    /// Draw with ASCII only.
    pub ascii: bool,
    /// Listen to the mouse.
    pub mouse: bool,
    /// From this many on the count is typed before they are changed.
    pub confirm_count: usize,
    /// A run stops after so many failures alike in a row; 0 never does.
    pub stop_after: usize,
    /// How many of a run are sent to at once.
    pub at_once: usize,
    /// Talk in lines instead of drawing a screen.
    pub plain: bool,
    /// The folder of the journal, where it is not the person's own.
    pub journal: Option<PathBuf>,
    /// For how many days the journal keeps what was done.
    pub journal_days: usize,
    /// The terminal says that it can neither move a cursor nor colour (`TERM=dumb`).
    pub dumb: bool,
    pbxs: Vec<Entry>,
    chosen: Result<usize, SettingsError>,
}

/// A PBX to connect to, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pbx {
    /// What it is called here; its identity in journals and caches.
    pub name: String,
    /// Scheme, host and port, without a slash at the end: `https://pbx.acme.example:5001`.
    pub url: String,
    /// The API client.
    pub client_id: String,
    /// Where the secret of the API client is found.
    pub secret: SecretSource,
    /// Certificates to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Check no certificate.
    pub insecure: bool,
    /// The extension of whoever uses it: nothing else tells it.
    pub me: Option<String>,
}

/// Where a secret is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// A file that only its owner can read.
    File(PathBuf),
    /// A program and its arguments; it prints the secret.
    Command(Vec<String>),
    /// The environment variable of this name.
    Variable(&'static str),
}

/// The environment variable that may hold the secret.
pub const SECRET_VARIABLE: &str = "XAPI_CLIENT_SECRET";

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    pbx: Result<Pbx, SettingsError>,
}

impl Settings {
    /// The PBX to open.
    ///
    /// # Errors
    /// When none is configured, several are and none is named, or something is missing: a sentence says what to do.
    pub fn chosen(&self) -> Result<&Pbx, SettingsError> {
        let entry = &self.pbxs[self.chosen.clone()?];
        entry.pbx.as_ref().map_err(Clone::clone)
    }

    /// A configured PBX by its name.
    ///
    /// # Errors
    /// When there is none of that name, or something of it is missing.
    pub fn pbx(&self, name: &str) -> Result<&Pbx, SettingsError> {
        match self.pbxs.iter().find(|e| e.name == name) {
            Some(entry) => entry.pbx.as_ref().map_err(Clone::clone),
            None => Err(self.no_such(name)),
        }
    }

    /// The names of all configured PBXs, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pbxs.iter().map(|e| e.name.as_str())
    }

    /// A file that says what holds without any, with everything explained.
    pub const fn sample() -> &'static str {
        include_str!("sample.toml")
    }

    fn no_such(&self, name: &str) -> SettingsError {
        resolve::no_such(name, self.names(), None)
    }
}

/// Why the settings cannot be used: a sentence for people, with the place if a file is to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// The file and the place in it.
    pub place: Option<String>,
    /// What is wrong and what would be right.
    pub sentence: String,
}

impl SettingsError {
    fn new(sentence: impl Into<String>) -> Self {
        Self { place: None, sentence: sentence.into() }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.sentence),
            None => f.write_str(&self.sentence),
        }
    }
}

impl std::error::Error for SettingsError {}
