//! Documents, good and bad, put to the compiler.
use super::*;

#[test]
fn a_document_that_is_none() {
    assert!(matches!(compile("[1, 2]", ""), Err(CompileError::NotOpenApi(_))));
}
