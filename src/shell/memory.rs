//! Where it is kept how each PBX was looked at: a small file for each, the reader's own.

use crate::app::Memory;
use crate::odata::PbxId;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The file of a PBX in the state folder.
fn path(folder: &Path, pbx: &PbxId) -> PathBuf {
    let name: String = pbx.0.chars().map(|c| if c == '/' || c.is_control() { '_' } else { c }).collect();
    folder.join("places").join(format!("{name}.json"))
}

/// What is kept of a PBX, if anything is.
///
/// # Errors
/// A sentence, where there is a file that cannot be used.
pub(super) fn read(folder: &Path, pbx: &PbxId) -> Result<Option<Memory>, String> {
    let path = path(folder, pbx);
    let begun_anew = "how you left the lists is begun anew";
    match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|e| format!("{} cannot be understood ({e}); {begun_anew}.", path.display())),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(format!("{} cannot be read ({e}); {begun_anew}.", path.display())),
    }
}

/// Keeps it. The old file stays whole until the new one is.
pub(super) fn write(folder: &Path, pbx: &PbxId, memory: &Memory) -> io::Result<()> {
    let path = path(folder, pbx);
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let fresh = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(serde_json::to_string_pretty(memory)?.as_bytes())?;
    std::fs::rename(&fresh, &path)
}
