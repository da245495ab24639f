//! Where the configuration file is, and what cordboard keeps by itself.

use super::resolve::value;
use std::path::{Path, PathBuf};

/// Where to look for the configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigPath {
    /// The file.
    pub path: PathBuf,
    /// Somebody named it: then it must exist.
    pub named: bool,
}

/// The configuration file: the one that `--config` names, `CORDBOARD_CONFIG`, or the one in the folder for
/// configuration. `None` where there is no home.
pub fn config_path(flag: Option<&Path>, environment: &dyn Fn(&str) -> Option<String>) -> Option<ConfigPath> {
    let named = flag.map(Path::to_owned).or_else(|| value(environment, "CORDBOARD_CONFIG").map(PathBuf::from));
    if let Some(path) = named {
        return Some(ConfigPath { path, named: true });
    }
    // The specification of the folders says that a relative one is to be ignored.
    let folder = value(environment, "XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|p| p.is_absolute())
        .or_else(|| value(environment, "HOME").map(|home| Path::new(&home).join(".config")))?;
    Some(ConfigPath { path: folder.join("cordboard").join("config.toml"), named: false })
}

/// The folder for what cordboard keeps by itself. `None` where there is no home.
pub fn state_folder(environment: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let folder = value(environment, "XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(|p| p.is_absolute())
        .or_else(|| value(environment, "HOME").map(|home| Path::new(&home).join(".local").join("state")))?;
    Some(folder.join("cordboard"))
}
