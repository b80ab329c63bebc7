//! The file that stores a refresh token between runs.

use std::io;
use std::path::Path;

use partner_center_transfers::setting;
use partner_center_transfers::{BoxFuture, RefreshTokenStore};

use crate::failure::Failure;
use crate::{input_file, terminal};

use super::cached_token::Fingerprint;
use crate::files::replaced_file::ReplacedFile;

#[derive(Debug)]
pub(crate) struct TokenFile {
    /// The environment variable that names the file.
    variable: &'static str,
    file: ReplacedFile,
    /// That of the token in the file.
    fingerprint: Fingerprint,
}

impl TokenFile {
    /// Reads the token, and checks that the file can be replaced: a renewed token that cannot be
    /// stored would be lost.
    pub(crate) fn open(variable: &'static str, path: &str) -> Result<(Self, String), Failure> {
        let invalid = |error: String| Failure::Usage(format!("{variable}: {error}"));
        let bytes = input_file::read(path).map_err(invalid)?;
        let text =
            input_file::decode(&bytes).map_err(|error| invalid(format!("{path:?} is {error}")))?;
        let token = checked(&text).map_err(|reason| invalid(format!("{path:?} {reason}")))?;
        let file = ReplacedFile::open(Path::new(path)).map_err(|error| {
            invalid(format!(
                "{path:?} can be neither replaced nor written, which is needed to store a renewed \
                 token: {error}; give the command write access to the file or its directory"
            ))
        })?;
        warn_if_exposed(variable, file.path());
        let fingerprint = Fingerprint::new(token.as_bytes());
        let file = Self {
            variable,
            file,
            fingerprint,
        };
        Ok((file, token.to_owned()))
    }

    /// The fingerprint of the token in the file, also after it was renewed.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint.clone()
    }

    fn store_token(&self, token: &str) -> io::Result<()> {
        self.file.replace(format!("{token}\n").as_bytes())?;
        self.fingerprint.set(token.as_bytes());
        Ok(())
    }
}

/// Warns of a file that all users of the machine can read. It is used nevertheless: a mounted secret
/// may have a mode that cannot be changed.
#[cfg(unix)]
fn warn_if_exposed(variable: &str, path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = std::fs::metadata(path).map_or(0, |file| file.permissions().mode());
    if mode & 0o006 != 0 {
        let path = path.display();
        terminal::warn(&format!(
            "{variable}: other users can read or change {path}: run chmod 600 {path}"
        ));
    }
}

#[cfg(not(unix))]
fn warn_if_exposed(_: &str, _: &Path) {}

/// The token in the file. Tokens consist of visible ASCII characters.
fn checked(text: &str) -> Result<&str, String> {
    let token = text.trim();
    if setting::is_quoted(token) {
        return Err("contains a refresh token in quotes: remove the quotes".to_owned());
    }
    let problem = if token.is_empty() {
        Some("is empty; expected exactly one refresh token")
    } else if token.starts_with(['{', '[']) {
        Some("contains JSON; expected exactly one refresh token, the value of `refresh_token`")
    } else if token.contains(char::is_whitespace) {
        Some("contains several words or lines; expected exactly one refresh token")
    } else {
        None
    };
    if let Some(problem) = problem {
        return Err(problem.to_owned());
    }
    match token.chars().find(|c| !c.is_ascii_graphic()) {
        Some(other) => Err(format!(
            "contains the character U+{:04X}, which is part of no refresh token: remove it, or get \
             the token again",
            u32::from(other)
        )),
        None => Ok(token),
    }
}

impl RefreshTokenStore for TokenFile {
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        let stored = self.store_token(refresh_token).map_err(|error| {
            let (variable, path) = (self.variable, self.file.path().display());
            format!("{variable}: cannot write {path}: {error}").into()
        });
        Box::pin(std::future::ready(stored))
    }
}
