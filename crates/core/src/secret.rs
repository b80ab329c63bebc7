//! Secret text: access tokens, client secrets and refresh tokens.
//!
//! The type keeps it out of logs: `Debug` prints a fixed word and there is no `Display`.

use std::fmt;

use zeroize::Zeroizing;

/// Text that is never printed, and is wiped from memory when dropped.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
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
