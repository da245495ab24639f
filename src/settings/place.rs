//! Where the configuration file is.

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

/// The configuration file: the one that `--config` names, `CORDBOARD_CONFIG`, or the one in `folder`, the person's own
/// folder for configuration. `None` where there is none of these.
pub fn config_path(
    flag: Option<&Path>,
    environment: &dyn Fn(&str) -> Option<String>,
    folder: Option<&Path>,
) -> Option<ConfigPath> {
    let named = flag.map(Path::to_owned).or_else(|| value(environment, "CORDBOARD_CONFIG").map(PathBuf::from));
    match named {
        Some(path) => Some(ConfigPath { path, named: true }),
        None => Some(ConfigPath { path: folder?.join("config.toml"), named: false }),
    }
}
