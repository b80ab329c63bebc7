//! Reads files with bodies. A scenario can come from anyone, so it names only files of its suite.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

/// The maximum size of a file. Clients read less of a response.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The folder next to that of the scenario in which files may be too.
const EXAMPLES: &str = "examples";

/// Reads a file, whose path starts at the folder of the scenario.
pub(super) fn read(folder: &Path, file: &str) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| error.to_string();
    let folder = fs::canonicalize(folder).map_err(failed)?;
    let path = fs::canonicalize(folder.join(file)).map_err(failed)?;
    // Symbolic links are resolved, so that none leads elsewhere.
    let examples = folder.parent().map(|parent| parent.join(EXAMPLES));
    let examples = examples.and_then(|examples| fs::canonicalize(examples).ok());
    let is_inside =
        path.starts_with(&folder) || examples.is_some_and(|examples| path.starts_with(examples));
    if !is_inside {
        return Err(format!(
            "is outside of the folder of the scenario and of `../{EXAMPLES}`"
        ));
    }
    if !fs::metadata(&path).map_err(failed)?.is_file() {
        return Err("is not a regular file".to_owned());
    }
    let mut content = Vec::new();
    let file = File::open(&path).map_err(failed)?;
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut content)
        .map_err(failed)?;
    if content.len() as u64 > MAX_BYTES {
        return Err(format!("is larger than {MAX_BYTES} bytes"));
    }
    Ok(content)
}
