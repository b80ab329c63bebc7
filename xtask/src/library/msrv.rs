//! `cargo xtask msrv`: compiles the libraries with the oldest compiler that they support.

use std::path::Path;

use super::copy::Copy;
use super::{FEATURES, old_compiler, package};
use crate::{files, process};

/// Resolves in a copy, as in a program of that compiler, and compiles it. Where the compiler cannot
/// be had, says so and succeeds.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let manifest = files::read_text(&root.join("crates/core/Cargo.toml"))?;
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .map(|version| version.trim_matches('"'))
        .ok_or("crates/core/Cargo.toml has no rust-version")?;
    let compiler = match old_compiler::find(root, version) {
        Ok(compiler) => compiler,
        Err(reason) => {
            eprintln!(
                "SKIPPED: Rust {version} cannot be had, so nothing was checked. `rustup toolchain \
                 install {version}.0` installs it.\n{reason}"
            );
            return Ok(());
        }
    };
    let copy = Copy::make(root, "msrv")?;
    let mut resolve = copy.cargo(&["generate-lockfile"]);
    process::run("`cargo generate-lockfile`", &mut resolve)?;
    let mut check = copy.cargo(&["check", "--locked", "--features", FEATURES]);
    compiler.use_in(&mut check);
    process::run(&format!("`cargo check` with Rust {version}"), &mut check)?;
    let libraries = super::LIBRARIES.map(package).join(", ");
    println!("{libraries} compile with Rust {version}");
    Ok(())
}
