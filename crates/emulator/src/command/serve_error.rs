//! Why `serve` failed.

use std::fmt;

/// Why `serve` failed.
#[derive(Debug)]
pub struct ServeError {
    message: String,
    is_usage: bool,
}

impl ServeError {
    /// The arguments, or the files that they name, are wrong.
    pub(super) fn usage(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            is_usage: true,
        }
    }

    /// Any other error.
    pub(super) fn other(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            is_usage: false,
        }
    }

    /// Whether the arguments, or the files that they name, are wrong.
    pub fn is_usage(&self) -> bool {
        self.is_usage
    }

    /// The exit code of the command.
    pub fn exit_code(&self) -> u8 {
        if self.is_usage { 2 } else { 1 }
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ServeError {}
