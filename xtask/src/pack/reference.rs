//! The reference page: one file with Scalar's API Reference and the document, which opens without a
//! network.

use std::path::Path;

use serde_json::Value;

use super::descriptions;
use crate::{files, process, tools};

const PAGE: &str = include_str!("reference.html");
const SCALAR: &str = "@scalar/api-reference/dist/browser/standalone.js";

/// Creates the page of a document.
pub(super) fn page(tools: &Path, document: &Value) -> Result<String, String> {
    let scalar = tools::node_packages(tools)?.join(SCALAR);
    let scalar = files::read(&scalar)?;
    // Escape what would end the script element.
    let scalar = String::from_utf8_lossy(&scalar)
        .replace("</script", "<\\/script")
        .replace("<!--", "\\x3c!--");
    let mut document = document.clone();
    descriptions::extend_descriptions(&mut document);
    let title = format!(
        "{} {}",
        text(&document, "title"),
        text(&document, "version")
    );
    let openapi = document.to_string().replace('<', "\\u003c");

    let mut page = String::new();
    let mut rest = PAGE;
    for (mark, contents) in [
        ("{{title}}", title.as_str()),
        ("{{openapi}}", &openapi),
        ("{{scalar}}", &scalar),
    ] {
        let Some((before, after)) = rest.split_once(mark) else {
            return Err(format!("reference.html: {mark} is missing or out of order"));
        };
        page += before;
        page += contents;
        rest = after;
    }
    Ok(page + rest)
}

fn text<'a>(document: &'a Value, name: &str) -> &'a str {
    document["info"][name].as_str().unwrap_or_default()
}

/// What happens to spec/reference.png if it is not a picture of the page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Picture {
    Keep,
    Replace,
}

/// Opens a page in Chromium and reports all errors, missing or cut contents, network requests, and
/// whether spec/reference.png shows another page.
pub(super) fn check(
    root: &Path,
    tools: &Path,
    chromium: &Path,
    page: &Path,
    picture: Picture,
) -> Result<(), String> {
    let mut script = tools::script(tools, "reference.cjs")?;
    let profile = tempfile::tempdir()
        .map_err(|error| files::failed("write", &std::env::temp_dir(), &error))?;
    script
        .arg(page)
        .arg(root.join("spec/dist/openapi.json"))
        .arg(chromium)
        .arg(profile.path())
        .arg(root.join("spec/reference.png"))
        .args((picture == Picture::Replace).then_some("replace"));
    let printed = process::run("the check of the reference page", &mut script)?;
    println!("{printed}");
    Ok(())
}
