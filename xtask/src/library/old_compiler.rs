//! An old compiler: that of rustup if it is installed, else that of Debian, below target/.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{files, process};

/// A compiler, and where its shared libraries are.
pub(super) struct OldCompiler {
    rustc: PathBuf,
    libraries: Option<OsString>,
}

impl OldCompiler {
    /// Lets cargo use the compiler.
    pub(super) fn use_in(&self, cargo: &mut Command) {
        cargo.env("RUSTC", &self.rustc);
        if let Some(libraries) = &self.libraries {
            cargo.env("LD_LIBRARY_PATH", libraries);
        }
    }
}

/// Finds or unpacks the compiler.
///
/// # Errors
///
/// If it is neither installed nor in Debian's archive. The message says why.
pub(super) fn find(root: &Path, version: &str) -> Result<OldCompiler, String> {
    let mut rustup = Command::new("rustup");
    rustup.args(["which", "rustc", "--toolchain", &format!("{version}.0")]);
    let installed = process::run("`rustup which rustc`", &mut rustup);
    let of_debian = match installed {
        Ok(rustc) => {
            return Ok(OldCompiler {
                rustc: rustc.into(),
                libraries: None,
            });
        }
        Err(_) => unpack_debian(root, version)?,
    };
    let libraries = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu"];
    let libraries = std::env::join_paths(libraries.map(|folder| of_debian.join(folder)))
        .map_err(|error| files::failed("use", &of_debian, &error))?;
    let compiler = OldCompiler {
        rustc: of_debian.join("usr/bin/rustc"),
        libraries: Some(libraries),
    };
    let mut rustc = Command::new(&compiler.rustc);
    compiler.use_in(&mut rustc);
    process::run("rustc of Debian", rustc.arg("--version"))?;
    Ok(compiler)
}

/// Unpacks the compiler that Debian builds its browsers with, and LLVM, without installing them.
fn unpack_debian(root: &Path, version: &str) -> Result<PathBuf, String> {
    let place = root.join(format!("target/tools/rustc-{version}"));
    if place.is_dir() {
        return Ok(place);
    }
    let tools = root.join("target/tools");
    files::create_directory(&tools)?;
    let draft =
        tempfile::tempdir_in(&tools).map_err(|error| files::failed("create", &tools, &error))?;
    let mut madison = Command::new("apt-cache");
    let versions = process::run(
        "`apt-cache madison`",
        madison.args(["madison", "rustc-web"]),
    )?;
    let exact = versions
        .lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .find(|exact| exact.starts_with(&format!("{version}.")))
        .ok_or_else(|| {
            format!("`apt-cache madison rustc-web` has no {version}; `apt-get update` may help")
        })?;
    let mut packages = ["rustc-web", "libstd-rust-web-dev"]
        .map(|name| format!("{name}={exact}"))
        .to_vec();
    let standard_library = format!("libstd-rust-web-{version}={exact}");
    let mut show = Command::new("apt-cache");
    let depends = process::run("`apt-cache show`", show.args(["show", &standard_library]))?;
    let llvm = depends
        .split([' ', ',', '\n'])
        .find(|word| word.starts_with("libllvm"));
    packages.extend(llvm.map(str::to_owned));
    packages.push(standard_library);
    let mut download = Command::new("apt-get");
    download.args(["download", "--quiet"]).args(&packages);
    process::run("`apt-get download`", download.current_dir(draft.path()))?;
    let unpacked = draft.path().join("unpacked");
    for (name, _) in files::read_all(draft.path())? {
        let mut dpkg = Command::new("dpkg");
        dpkg.arg("-x").arg(draft.path().join(name)).arg(&unpacked);
        process::run("`dpkg -x`", &mut dpkg)?;
    }
    std::fs::rename(&unpacked, &place).map_err(|error| files::failed("create", &place, &error))?;
    Ok(place)
}
