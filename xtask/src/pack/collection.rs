//! Creates the Postman collection with Postman's converter.

use std::path::Path;

use crate::{process, tools};

/// The default address of `partner-center-emulator`.
const EMULATOR: &str = "http://127.0.0.1:8484";

pub(super) fn make(root: &Path, tools: &Path, file: &Path) -> Result<(), String> {
    let mut converter = tools::script(tools, "postman.cjs")?;
    converter
        .arg(root.join("spec/dist/openapi.json"))
        .arg(EMULATOR)
        .arg(file);
    process::run("the conversion to a Postman collection", &mut converter).map(drop)
}
