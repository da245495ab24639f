//! The overlay as it is written, against the catalog as it is shipped.

use super::sheet::Sheet;
use super::source::Source;
use crate::catalog::load;
use std::path::Path;

const TOML: &str = include_str!("../data/overlay.toml");

fn source() -> Source {
    Source::parse(TOML).expect("overlay.toml")
}

/// `CORDBOARD_REGENERATE=1` writes the file anew; without it the shipped one must be current.
#[test]
fn the_shipped_overlay_is_current() {
    let source = source();
    let sheet: Sheet<'_> = source.sheet().expect("overlay.toml");
    let bytes = load::seal(load::OVERLAY, &sheet);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalog/data/overlay.bin");
    if std::env::var_os("CORDBOARD_REGENERATE").is_some() {
        std::fs::write(&file, &bytes).expect("overlay.bin can be written");
    }
    let shipped = std::fs::read(&file).expect("overlay.bin");
    assert!(shipped == bytes, "overlay.toml was changed: run the tests once with CORDBOARD_REGENERATE=1");
}
