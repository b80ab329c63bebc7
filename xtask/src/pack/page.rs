//! Checks of pages that this repository's programs write, such as the report of many transfers.

use std::path::Path;

use crate::{files, process, tools};

/// Opens a page in Chromium and reports network requests, errors, and what cannot be read on a phone
/// or on paper.
pub(super) fn check(
    tools: &Path,
    chromium: &Path,
    page: &Path,
    picture: Option<&Path>,
) -> Result<(), String> {
    let mut script = tools::script(tools, "page.cjs")?;
    let profile = tempfile::tempdir()
        .map_err(|error| files::failed("write", &std::env::temp_dir(), &error))?;
    script
        .arg(page)
        .arg(chromium)
        .arg(profile.path())
        .args(picture);
    let printed = process::run("the check of the page", &mut script)?;
    println!("{printed}");
    Ok(())
}
