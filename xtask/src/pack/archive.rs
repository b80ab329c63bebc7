//! A zip that is the same each time it is made, and checksums that `sha256sum -c` reads.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The file of the checksums.
pub(super) const SUMS: &str = "SHA256SUMS";

/// Contents by name, with `/` between its parts, in the order of the names.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// All files below a directory.
pub(super) fn files_below(directory: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    collect(directory, "", &mut files)?;
    Ok(files)
}

fn collect(directory: &Path, prefix: &str, files: &mut Files) -> Result<(), String> {
    let failed = |error| format!("failed to read {}: {error}", directory.display());
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(failed)?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, super::read(&entry.path())?);
        }
    }
    Ok(())
}

/// One line for each file.
pub(super) fn sums(files: &Files) -> String {
    let mut text = String::new();
    for (name, bytes) in files {
        for byte in Sha256::digest(bytes) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        let _ = writeln!(text, "  {name}");
    }
    text
}

/// The files and their checksums, in a folder of the given name.
pub(super) fn zip(folder: &str, mut files: Files) -> Result<Vec<u8>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("failed to make the zip: {error}");
    files.insert(SUMS.to_owned(), sums(&files).into_bytes());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // The earliest time that the format knows: the time of making would make each zip another.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, bytes) in files {
        zip.start_file(format!("{folder}/{name}"), options)
            .map_err(|error| failed(&error))?;
        zip.write_all(&bytes).map_err(|error| failed(&error))?;
    }
    let zip = zip.finish().map_err(|error| failed(&error))?;
    Ok(zip.into_inner())
}
