//! `cargo xtask dist`: an archive of the command for the host's target, with completions, manual
//! pages and licences, and its checksum. The same input gives the same bytes.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use crate::files::{self, Files};
use crate::process;

#[derive(Args)]
pub(crate) struct DistArgs {
    /// Package this pctransfers instead of a release build
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// The name of the binary in a target directory and in the archive.
const BINARY: &str = if cfg!(windows) {
    "pctransfers.exe"
} else {
    "pctransfers"
};

/// The shells, and the names that they expect for the script.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "pctransfers.bash"),
    ("elvish", "pctransfers.elv"),
    ("fish", "pctransfers.fish"),
    ("powershell", "_pctransfers.ps1"),
    ("zsh", "_pctransfers"),
];

/// Files of the repository, and their names in the archive.
const DOCUMENTS: [(&str, &str); 4] = [
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("crates/cli/README.md", "README.md"),
];

/// Writes the archive and its checksum to `target/dist/`.
pub(crate) fn run(root: &Path, arguments: &DistArgs) -> Result<(), String> {
    let binary = match &arguments.binary {
        // Runs also if the path has no directory.
        Some(path) => path
            .canonicalize()
            .map_err(|error| files::failed("read", path, &error))?,
        None => build(root)?,
    };
    let name = format!("pctransfers-{}-{}", version(&binary)?, process::host(root)?);
    let archive = archive(&name, &contents(root, &binary)?)?;
    let file = format!("{name}.tar.gz");
    let directory = root.join("target/dist");
    files::write(&directory.join(&file), &archive)?;
    // The format of `sha256sum --check`.
    let sum = format!("{}  {file}\n", files::sha256(&archive));
    files::write(&directory.join(format!("{file}.sha256")), &sum)?;
    println!("target/dist/{file}\ntarget/dist/{file}.sha256");
    Ok(())
}

/// Builds the command, and returns the path of the binary.
fn build(root: &Path) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--locked", "--package", "pctransfers"]);
    let status = cargo
        .current_dir(root)
        .status()
        .map_err(|error| format!("failed to run cargo: {error}"))?;
    if !status.success() {
        return Err(format!("`cargo build` ended with {status}"));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    Ok(root.join(target).join("release").join(BINARY))
}

/// The version that the binary prints.
fn version(binary: &Path) -> Result<String, String> {
    let printed = run_binary(binary, &["-V"])?;
    let version = printed.trim().strip_prefix("pctransfers ");
    let version = version.ok_or_else(|| format!("{}: not a pctransfers", binary.display()))?;
    Ok(version.to_owned())
}

fn run_binary(binary: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(binary)
        .args(arguments)
        .output()
        .map_err(|error| format!("failed to run {}: {error}", binary.display()))?;
    if !output.status.success() {
        let status = output.status;
        return Err(format!(
            "{} {arguments:?} ended with {status}",
            binary.display()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The files of the archive by their names in it.
fn contents(root: &Path, binary: &Path) -> Result<Files, String> {
    let mut contents = Files::new();
    contents.insert(BINARY.to_owned(), files::read(binary)?);
    for (shell, name) in COMPLETIONS {
        let script = run_binary(binary, &["completions", shell])?;
        contents.insert(format!("completions/{name}"), script.into_bytes());
    }
    let pages = tempfile::tempdir().map_err(|error| format!("no temporary directory: {error}"))?;
    let directory = pages.path().to_string_lossy().into_owned();
    run_binary(binary, &["man", "--out", &directory])?;
    for (name, page) in files::read_all(pages.path())? {
        contents.insert(format!("man/man1/{name}"), page);
    }
    for (file, name) in DOCUMENTS {
        let text = files::read_text(&root.join(file))?;
        contents.insert(name.to_owned(), without_local_links(&text).into_bytes());
    }
    Ok(contents)
}

/// The text of a document, without links to files that are not in the archive.
fn without_local_links(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](") {
        let (link, next) = after.split_once(')').unwrap_or((after, ""));
        let title = before.rfind('[');
        match title {
            Some(at) if !link.starts_with("https://") && !link.starts_with('#') => {
                text += &before[..at];
                text += &before[at + 1..];
            }
            _ => {
                text += before;
                text += "](";
                text += link;
                text.push(')');
            }
        }
        rest = next;
    }
    text + rest
}

/// A compressed archive with the files in a folder.
fn archive(folder: &str, contents: &Files) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("failed to create the archive: {error}");
    // Neither names, times nor owners of this machine.
    let gzip = GzBuilder::new().mtime(0).operating_system(255);
    let mut archive = Builder::new(gzip.write(Vec::new(), Compression::best()));
    for (name, bytes) in contents {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_size(bytes.len() as u64);
        header.set_mode(if name == BINARY { 0o755 } else { 0o644 });
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        archive
            .append_data(&mut header, format!("{folder}/{name}"), bytes.as_slice())
            .map_err(failed)?;
    }
    let mut gzip = archive.into_inner().map_err(failed)?;
    gzip.flush().map_err(failed)?;
    gzip.finish().map_err(failed)
}
