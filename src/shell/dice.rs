//! Randomness for those who may not fetch it themselves.

use rustls::crypto::ring;

/// How many dice are thrown at once: enough for any password.
const MANY: usize = 512;

/// Dice from the system's own source; none where it fails.
pub(super) fn throw() -> Vec<u8> {
    let mut dice = vec![0; MANY];
    match ring::default_provider().secure_random.fill(&mut dice) {
        Ok(()) => dice,
        Err(_) => Vec::new(),
    }
}
