//! The Postman collection, made by Postman's own converter: for people who want to click.

use std::path::Path;

use crate::tools;

/// Where `partner-center-emulator` listens if nobody says otherwise.
const EMULATOR: &str = "http://127.0.0.1:8484";

pub(super) fn make(root: &Path, tools: &Path, file: &Path) -> Result<(), String> {
    let mut converter = tools::script(tools, "postman.cjs")?;
    converter
        .arg(root.join("spec/dist/openapi.json"))
        .arg(EMULATOR)
        .arg(file);
    super::finished("the conversion to a Postman collection", &mut converter).map(drop)
}
