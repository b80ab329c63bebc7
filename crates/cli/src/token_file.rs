//! The file that stores a refresh token between runs. It is replaced atomically when the token is
//! renewed, so that readers see either the old or the new token.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use partner_center_transfers::{BoxFuture, RefreshTokenStore};
use tempfile::{Builder, NamedTempFile};

use crate::failure::Failure;

#[derive(Debug)]
pub(crate) struct TokenFile {
    /// The environment variable that names the file.
    variable: &'static str,
    path: PathBuf,
}

impl TokenFile {
    /// Reads the token, and checks that the file can be replaced: a renewed token that cannot be
    /// stored would be lost.
    pub(crate) fn open(variable: &'static str, path: &str) -> Result<(Self, String), Failure> {
        let invalid = |error: String| Failure::Usage(format!("{variable}: {error}"));
        let text = std::fs::read_to_string(path)
            .map_err(|error| invalid(format!("cannot read {path:?}: {error}")))?;
        let token = text.trim();
        if token.is_empty() || token.contains(char::is_whitespace) {
            return Err(invalid(format!(
                "{path:?} does not contain exactly one refresh token"
            )));
        }
        // A symbolic link is kept, and the file that it points to is replaced.
        let file = std::fs::canonicalize(path).map(|path| Self { variable, path });
        let file = file.and_then(|file| file.create_temporary().map(|_| file));
        let file = file.map_err(|error| {
            invalid(format!(
                "cannot create a file next to {path:?}, which is needed to store a renewed token: \
                 {error}"
            ))
        })?;
        Ok((file, token.to_owned()))
    }

    /// A new file in the same directory, because a rename is atomic only within a file system. On
    /// Unix only its owner can read it.
    fn create_temporary(&self) -> io::Result<NamedTempFile> {
        Builder::new()
            .prefix(".pctransfers-")
            .tempfile_in(self.directory())
    }

    fn directory(&self) -> &Path {
        // A canonical path of a file has a parent.
        self.path.parent().unwrap_or(Path::new("."))
    }

    fn replace(&self, token: &str) -> io::Result<()> {
        let mut file = self.create_temporary()?;
        writeln!(file, "{token}")?;
        // Content before name, and both before the token is used.
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        if cfg!(unix) {
            File::open(self.directory())?.sync_all()?;
        }
        Ok(())
    }
}

impl RefreshTokenStore for TokenFile {
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        let replaced = self.replace(refresh_token).map_err(|error| {
            let (variable, path) = (self.variable, self.path.display());
            format!("{variable}: cannot replace {path}: {error}").into()
        });
        Box::pin(std::future::ready(replaced))
    }
}
