//! Files that the command reads: small, and often from another system.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use partner_center_transfers::text_encoding::decode_text;

/// Far more than a request, a token or a certificate needs.
const MAX_SIZE: u64 = 16 * 1024 * 1024;

/// Reads a file; `-` is not special.
pub(crate) fn read(path: &str) -> Result<Vec<u8>, String> {
    let read = File::open(path).and_then(read_all);
    read.map_err(|error| format!("cannot read {path:?}: {error}"))
}

/// Whether a path names standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Reads a file, or standard input for `-`.
pub(crate) fn read_or_stdin(path: &Path) -> io::Result<Vec<u8>> {
    if is_stdin(path) {
        read_all(io::stdin().lock())
    } else {
        File::open(path).and_then(read_all)
    }
}

/// Reads a stream to its end.
pub(crate) fn read_all(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_SIZE {
        let message = "it is larger than 16 MiB; is it the right file?";
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// Decodes text of any system. The error says what to do.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, String> {
    match decode_text(bytes) {
        Ok(text) => Ok(text.into_owned()),
        Err(error) => Err(error.to_string()),
    }
}
