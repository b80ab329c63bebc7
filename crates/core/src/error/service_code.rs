//! The service's error codes.

use std::fmt;

/// An error code of the service: documented as text, sent as a number, kept as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServiceCode(String);

impl ServiceCode {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code as a number, if it is one. All codes of Partner Center are.
    pub fn as_number(&self) -> Option<i64> {
        self.0.parse().ok()
    }
}

impl fmt::Display for ServiceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
