//! Tells the linker what to lay side by side: the functions that run until the first screen stands. And to pack what is
//! relocated at the start, where this system can unpack it: 0.23 MB of 9, which are never read then.
//!
//! The functions are scattered over the whole program otherwise, and with each of them the system maps sixteen pages. Of
//! a linker that does not know such scripts nothing is asked: the program is the same without.

use std::env;
use std::process::Command;

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
        if env::var("HOST").ok() == env::var("TARGET").ok() && glibc().is_some_and(|version| version >= PACKS) {
            println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
        }
    }
}

/// The first one that can unpack: a program that is built so starts with no older one.
const PACKS: (u32, u32) = (2, 36);

/// Which C library of GNU this system has.
fn glibc() -> Option<(u32, u32)> {
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    let (major, minor) = told.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
