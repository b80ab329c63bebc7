//! `cargo xtask minimal-versions`: compiles the libraries with the lowest versions of their
//! dependencies that Cargo.toml allows.

use std::path::Path;
use std::process::Command;

use super::copy;
use crate::process;

/// Resolves in a copy and compiles it. The dependencies of dependencies have their newest versions.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let place = root.join("target/libraries/minimal-versions");
    copy::copy(root, &place)?;
    let cargo = || {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&place).env_remove("CARGO_TARGET_DIR");
        cargo
    };
    let mut resolve = cargo();
    resolve
        .args(["generate-lockfile", "-Z", "direct-minimal-versions"])
        .env("RUSTC_BOOTSTRAP", "1");
    process::run("`cargo generate-lockfile`", &mut resolve)?;
    let mut check = cargo();
    check
        .args(["check", "--locked", "--all-features"])
        .args(["--target-dir", "../target"]);
    process::run("`cargo check`", &mut check)?;
    println!("the libraries compile with the lowest versions of their dependencies");
    Ok(())
}
