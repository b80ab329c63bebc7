//! Reads, writes and hashes files, with error messages that name the file.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

/// File contents by name, with `/` between the parts of a name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Returns all files below a directory.
pub(crate) fn read_all(directory: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    for entry in WalkDir::new(directory) {
        let entry = entry.map_err(|error| failed("read", directory, &error))?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(directory).unwrap_or(entry.path());
            let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            files.insert(parts.join("/"), read(entry.path())?);
        }
    }
    Ok(files)
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| failed("read", path, &error))
}

pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| failed("read", path, &error))
}

/// Writes a file and creates its directory if needed.
pub(crate) fn write(path: &Path, contents: impl AsRef<[u8]>) -> Result<(), String> {
    let directory = path.parent().unwrap_or(path);
    std::fs::create_dir_all(directory)
        .and_then(|()| std::fs::write(path, contents))
        .map_err(|error| failed("write", path, &error))
}

pub(crate) fn create_directory(path: &Path) -> Result<(), String> {
    std::fs::create_dir_all(path).map_err(|error| failed("create", path, &error))
}

pub(crate) fn failed(action: &str, path: &Path, error: &dyn Display) -> String {
    format!("failed to {action} {}: {error}", path.display())
}

/// Returns the SHA-256 of the data in hexadecimal digits.
pub(crate) fn sha256(data: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(data))
}

/// Returns a hash of several files. It includes their names and lengths.
pub(crate) fn hash(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        for part in [name.as_bytes(), bytes] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
    }
    HEXLOWER.encode(&hash.finalize())
}
