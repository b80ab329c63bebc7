//! The file with the certificate that clients must trust.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::server::Emulator;

/// A temporary file is deleted at the end, one that the user names remains.
pub(super) enum RootFile {
    Temporary(TempPath),
    Named(PathBuf),
}

impl RootFile {
    /// Writes the certificate of an emulator that made one.
    pub(super) fn write(emulator: &Emulator, named: Option<&Path>) -> io::Result<Option<Self>> {
        let Some(certificate) = emulator.root_certificate() else {
            return Ok(None);
        };
        if let Some(path) = named {
            fs::write(path, certificate).map_err(|error| {
                let text = format!("--tls-root: {}: {error}", path.display());
                io::Error::new(error.kind(), text)
            })?;
            let path = std::path::absolute(path)?;
            return Ok(Some(Self::Named(path)));
        }
        let mut file = tempfile::Builder::new()
            .prefix("partner-center-emulator-")
            .suffix(".pem")
            .tempfile()?;
        file.write_all(certificate.as_bytes())?;
        Ok(Some(Self::Temporary(file.into_temp_path())))
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Temporary(path) => path,
            Self::Named(path) => path,
        }
    }
}
