//! `cargo xtask spec pack`: creates and checks the files for teams that do not clone this repository,
//! from spec/dist/ into target/spec-pack/.
//!
//! | file | content |
//! |---|---|
//! | `partner-center-transfers-spec-VERSION.tgz` | the npm package |
//! | `partner-center-transfers-spec-VERSION.zip` | the files of the package, the page and the collection |
//! | `reference.html` | the reference page, which needs no network |
//! | `postman_collection.json` | a Postman collection for the emulator |
//! | `SHA256SUMS` | checksums of the files above |
//!
//! All files are reproducible. They are created in a draft directory, which then replaces the final
//! one. If spec/reference.png no longer shows the page, it is replaced, and the task fails.

mod archive;
mod collection;
mod descriptions;
mod package;
mod page;
mod reference;

use std::path::Path;

use reference::Picture;
use serde_json::Value;

use crate::{chromium, codegen, files, tools};

/// What Chromium does.
const PURPOSE: &str = "checks the reference page";

/// The directory below target/.
const PLACE: &str = "spec-pack";
const REFERENCE: &str = "reference.html";
const COLLECTION: &str = "postman_collection.json";

/// Creates all files, and checks them if `check` is set. `tools` is the workspace that pins the tools.
pub(crate) fn pack(root: &Path, tools: &Path, check: bool) -> Result<(), String> {
    codegen::check(root)?;
    let chromium = check.then(|| chromium::find(PURPOSE)).transpose()?;
    tools::node_packages(tools)?;

    let target = root.join("target");
    files::create_directory(&target)?;
    let draft = tempfile::Builder::new()
        .prefix(&format!("{PLACE}."))
        .tempdir_in(&target)
        .map_err(|error| files::failed("write", &target, &error))?;
    let out = draft.path().join("out");
    files::create_directory(&out)?;

    let document = document(root)?;
    let page = out.join(REFERENCE);
    files::write(&page, reference::page(tools, &document)?)?;
    collection::make(root, tools, &out.join(COLLECTION))?;

    let package = package::Package::make(root, tools, &document, draft.path())?;
    let tarball = package.pack(&out)?;
    // The slow checks follow when everything is made.
    if let Some(chromium) = chromium {
        reference::check(root, tools, &chromium, &page, Picture::Replace)?;
        package.check(tools, &tarball, draft.path())?;
    }

    let mut packed = files::read_all(&package.directory)?;
    for name in [REFERENCE, COLLECTION] {
        packed.insert(name.to_owned(), files::read(&out.join(name))?);
    }
    let zip = format!("{}.zip", package.full_name());
    files::write(&out.join(&zip), archive::zip(&package.full_name(), packed)?)?;

    let shared = files::read_all(&out)?;
    files::write(&out.join(archive::SUMS), archive::sums(&shared))?;

    let place = target.join(PLACE);
    replace(&out, &place, draft.path())?;
    for (name, bytes) in &shared {
        println!("{} {} bytes", place.join(name).display(), bytes.len());
    }
    Ok(())
}

/// Opens a page in Chromium and compares it with spec/dist/openapi.json.
pub(crate) fn check_reference(root: &Path, tools: &Path, page: &Path) -> Result<(), String> {
    let chromium = chromium::find(PURPOSE)?;
    // Chromium needs an absolute path.
    let page = std::fs::canonicalize(page).map_err(|error| files::failed("read", page, &error))?;
    reference::check(root, tools, &chromium, &page, Picture::Keep)
}

/// Opens a page with a table and a picture in Chromium: it must need no network, and be readable on
/// a phone and on paper.
pub(crate) fn check_page(tools: &Path, page: &Path, picture: Option<&Path>) -> Result<(), String> {
    let chromium = chromium::find("checks the page")?;
    let page = std::fs::canonicalize(page).map_err(|error| files::failed("read", page, &error))?;
    page::check(tools, &chromium, &page, picture)
}

/// Reads the bundle.
fn document(root: &Path) -> Result<Value, String> {
    let path = root.join("spec/dist/openapi.json");
    serde_json::from_slice(&files::read(&path)?)
        .map_err(|error| format!("{}: invalid JSON: {error}", path.display()))
}

/// Replaces a directory, and restores the old one if that fails.
fn replace(new: &Path, place: &Path, draft: &Path) -> Result<(), String> {
    let old = draft.join("old");
    let unwritable = |error| files::failed("write", place, &error);
    let existed = place.exists();
    if existed {
        std::fs::rename(place, &old).map_err(unwritable)?;
    }
    std::fs::rename(new, place).map_err(|error| {
        if existed {
            // If this fails too, the error below names the directory.
            let _ = std::fs::rename(&old, place);
        }
        unwritable(error)
    })
}
