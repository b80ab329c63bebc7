//! `cargo xtask minimal-versions`: compiles the libraries with the lowest versions of their
//! dependencies that Cargo.toml allows.

use std::path::Path;

use super::copy::Copy;
use crate::process;

/// Resolves in a copy and compiles it. The dependencies of dependencies have their newest versions.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let copy = Copy::make(root, "minimal-versions")?;
    let mut resolve = copy.cargo(&["generate-lockfile", "-Z", "direct-minimal-versions"]);
    resolve.env("RUSTC_BOOTSTRAP", "1");
    process::run("`cargo generate-lockfile`", &mut resolve)?;
    let mut check = copy.cargo(&["check", "--locked", "--all-features"]);
    process::run("`cargo check`", &mut check)?;
    println!("the libraries compile with the lowest versions of their dependencies");
    Ok(())
}
