//! Text that never shows itself: a bearer token, later a client secret or a refresh token.
//!
//! The type, not the care of whoever prints it, keeps it out of logs: its `Debug` is a fixed
//! word, it has no `Display`, and its memory is wiped when it is dropped.

use std::fmt;

use zeroize::Zeroizing;

/// A piece of text that is wiped from memory when dropped and never printed.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Each caller is a place to look at when secrets are audited.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}
