//! What must hold of the code itself: imports run one way, the core is pure, names of the API stay in the catalog.
//!
//! Reads the sources as tokens, so that a comment or a text never counts as code. Each complaint names file and line.

#[cfg(test)]
mod imports;
#[cfg(test)]
mod lexer;
#[cfg(test)]
mod names;
#[cfg(test)]
mod package;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod purity;
#[cfg(test)]
mod sources;

/// Fails with every complaint on a line of its own.
fn hold(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}\n  {}\n", complaints.join("\n  "));
}
