//! `cargo xtask spec pack`: what is handed to teams that do not clone this repository, made from
//! spec/dist/ into target/spec-pack/ and checked as its users will use it.
//!
//! | file | what |
//! |---|---|
//! | `partner-center-transfers-spec-VERSION.tgz` | the npm package |
//! | `partner-center-transfers-spec-VERSION.zip` | the same files, the page and the collection |
//! | `reference.html` | the page: search, examples, dark mode, no network |
//! | `postman_collection.json` | a Postman collection that asks the emulator |
//! | `SHA256SUMS` | of the files above, for `sha256sum -c` |
//! | `reference.png` | what the page looks like, for the documentation |
//!
//! The same input gives the same bytes, but for the picture. All is made in a directory beside the
//! final one, which then takes its place as a whole.

mod archive;
mod chromium;
mod collection;
mod package;
mod reference;
mod visible;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{codegen, tools};

/// Below target/.
const PLACE: &str = "spec-pack";
const REFERENCE: &str = "reference.html";
const COLLECTION: &str = "postman_collection.json";

/// Makes and checks all of it. `tools` is the workspace that pins the tools.
pub(crate) fn pack(root: &Path, tools: &Path) -> Result<(), String> {
    codegen::check(root)?;
    let chromium = chromium::find()?;
    tools::node_packages(tools)?;

    let target = root.join("target");
    let unwritable = |error: std::io::Error| unwritable(&target, &error);
    std::fs::create_dir_all(&target).map_err(unwritable)?;
    let draft = tempfile::Builder::new()
        .prefix(&format!("{PLACE}."))
        .tempdir_in(&target)
        .map_err(unwritable)?;
    let out = draft.path().join("out");
    std::fs::create_dir(&out).map_err(unwritable)?;

    let document = document(root)?;
    let page = out.join(REFERENCE);
    write(&page, reference::page(tools, &document)?)?;
    let picture = out.join("reference.png");
    reference::check(root, tools, &chromium, &page, Some(&picture))?;
    collection::make(root, tools, &out.join(COLLECTION))?;

    let package = package::Package::make(root, tools, &document, draft.path())?;
    let tarball = package.pack(&out)?;
    package.check(tools, &tarball, draft.path())?;

    let mut files = archive::files_below(&package.directory)?;
    for name in [REFERENCE, COLLECTION] {
        files.insert(name.to_owned(), read(&out.join(name))?);
    }
    let zip = format!("{}.zip", package.full_name());
    write(&out.join(&zip), archive::zip(&package.full_name(), files)?)?;

    let mut shared = archive::files_below(&out)?;
    shared.remove("reference.png");
    write(&out.join(archive::SUMS), archive::sums(&shared))?;

    let place = target.join(PLACE);
    take_place(&out, &place, draft.path())?;
    for (name, bytes) in &shared {
        println!("{} {} bytes", place.join(name).display(), bytes.len());
    }
    Ok(())
}

/// Opens a page in Chromium and compares it with spec/dist/openapi.json.
pub(crate) fn check_reference(root: &Path, tools: &Path, page: &Path) -> Result<(), String> {
    let chromium = chromium::find()?;
    // Chromium is not told where this process is.
    let page = std::fs::canonicalize(page)
        .map_err(|error| format!("failed to read {}: {error}", page.display()))?;
    reference::check(root, tools, &chromium, &page, None)
}

/// The bundle, which is up to date.
fn document(root: &Path) -> Result<Value, String> {
    let path = root.join("spec/dist/openapi.json");
    serde_json::from_slice(&read(&path)?)
        .map_err(|error| format!("{} is no JSON: {error}", path.display()))
}

/// What was there before goes when the new is in its place, and comes back if that fails.
fn take_place(new: &Path, place: &Path, draft: &Path) -> Result<(), String> {
    let old = draft.join("old");
    let was_there = place.exists();
    if was_there {
        std::fs::rename(place, &old).map_err(|error| unwritable(place, &error))?;
    }
    std::fs::rename(new, place).map_err(|error| {
        if was_there {
            // Nothing more can be done; the error below says where to look.
            let _ = std::fs::rename(&old, place);
        }
        unwritable(place, &error)
    })
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("failed to read {}: {error}", path.display()))
}

fn write(path: &Path, contents: impl AsRef<[u8]>) -> Result<(), String> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| unwritable(parent, &error))?;
    }
    std::fs::write(path, contents).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    let path = path.display();
    format!("failed to write {path}: {error}; make it a writable place on a disk with 100 MB free")
}

/// What a tool printed, or why it failed, in its own words.
fn finished(what: &str, tool: &mut Command) -> Result<String, String> {
    let output = tool
        .output()
        .map_err(|error| format!("failed to run {what}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        return Ok(said);
    }
    let complained = String::from_utf8_lossy(&output.stderr);
    let lines = [said.as_str(), complained.trim()].join("\n");
    Err(format!("{what} failed:\n{}", lines.trim()))
}
