//! Reproducible zip archives, and checksums in the format of `sha256sum -c`.

use std::fmt::Display;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::files::{self, Files};

/// The name of the file with the checksums.
pub(super) const SUMS: &str = "SHA256SUMS";

/// Returns a line with the checksum of each file.
pub(super) fn sums(files: &Files) -> String {
    let lines = files.iter();
    let lines = lines.map(|(name, bytes)| format!("{}  {name}\n", files::sha256(bytes)));
    lines.collect()
}

/// Archives the files and their checksums in a folder of the given name.
pub(super) fn zip(folder: &str, mut files: Files) -> Result<Vec<u8>, String> {
    let failed = |error: &dyn Display| format!("failed to create the zip: {error}");
    files.insert(SUMS.to_owned(), sums(&files).into_bytes());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // A constant time keeps the archive reproducible.
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
