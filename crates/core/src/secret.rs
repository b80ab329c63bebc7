//! Secret text: access tokens, client secrets and refresh tokens.
//!
//! The type keeps it out of logs: `Debug` prints a fixed word and there is no `Display`.

use std::fmt;

use zeroize::Zeroizing;

use crate::setting;

/// Text that is never printed, and is wiped from memory when dropped.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Without the line ends around the text, which files and shells add.
    pub(crate) fn trimmed(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        match setting::trim_line_ends(&text) {
            trimmed if trimmed.len() < text.len() => Self::new(trimmed),
            _ => Self(text),
        }
    }

    /// Checks a value that a user has set. `name` says in the error what it is; the error does not
    /// contain the value.
    pub(crate) fn check(&self, name: &str) -> Result<(), String> {
        setting::check(&self.0).map_err(|error| format!("{name} {error}"))
    }

    /// The text itself. An audit of secrets looks at the callers of this function.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}
