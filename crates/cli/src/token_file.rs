//! The file that a refresh token is kept in between runs: read, and replaced as a whole when the
//! login service renews the token, so that whoever reads it finds the old one or the new one.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use partner_center_transfers::{BoxFuture, RefreshTokenStore};
use tempfile::{Builder, NamedTempFile};

use crate::report::Failure;

/// A file that this process can replace.
#[derive(Debug)]
pub(crate) struct TokenFile {
    variable: &'static str,
    path: PathBuf,
}

impl TokenFile {
    /// Reads the token, and sees to it that a renewed one could be kept: later is too late.
    /// `variable` is the one that names the file.
    pub(crate) fn open(variable: &'static str, path: &str) -> Result<(Self, String), Failure> {
        let wrong = |what: String| Failure::Usage(format!("{variable} names {path:?}, {what}"));
        let text = std::fs::read_to_string(path)
            .map_err(|error| wrong(format!("which cannot be read: {error}")))?;
        let token = text.trim();
        if token.is_empty() || token.contains(char::is_whitespace) {
            let expected = "expected one refresh token and nothing else";
            return Err(wrong(format!("which holds no token: {expected}")));
        }
        // A link stays one, and the file that it leads to is replaced.
        let path = std::fs::canonicalize(path)
            .map_err(|error| wrong(format!("which cannot be found: {error}")))?;
        let file = Self { variable, path };
        file.beside().map_err(|error| {
            wrong(format!(
                "which cannot be replaced when the token is renewed, since its directory takes no \
                 new file: {error}"
            ))
        })?;
        Ok((file, token.to_owned()))
    }

    /// A new file in the same directory, since a rename is whole only within one file system. On
    /// Unix none but its owner may read it.
    fn beside(&self) -> io::Result<NamedTempFile> {
        Builder::new()
            .prefix(".pctransfers-")
            .tempfile_in(self.directory())
    }

    fn directory(&self) -> &Path {
        // A path that was found and is a file has one.
        self.path.parent().unwrap_or(Path::new("."))
    }

    fn replace(&self, token: &str) -> io::Result<()> {
        let mut file = self.beside()?;
        writeln!(file, "{token}")?;
        // On the disk before it has the name, and the name before the token is used.
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
            format!("{variable} names {path}, which cannot be replaced: {error}").into()
        });
        Box::pin(std::future::ready(replaced))
    }
}
