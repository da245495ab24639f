//! Tells the linker what to lay side by side: the functions that run until the first screen stands.
//!
//! They are scattered over the whole program otherwise, and with each of them the system maps sixteen pages. Of a linker
//! that does not know such scripts nothing is asked: the program is the same without.

use std::env;

/// Made by `cargo bench --bench terminal -- layout`.
const SCRIPT: &str = "src/start.ld";

fn main() {
    println!("cargo::rerun-if-changed={SCRIPT}");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    println!("cargo::rerun-if-env-changed=CORDBOARD_UNORDERED");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    // To be counted it has to be without.
    let chosen = env::var_os("RUSTC_LINKER").is_some()
        || env::var_os("CORDBOARD_UNORDERED").is_some()
        || env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("linker") || flags.contains("fuse-ld"));
    let known = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if is("PROFILE", "release") && known && !chosen {
        let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{folder}/{SCRIPT}");
    }
}
