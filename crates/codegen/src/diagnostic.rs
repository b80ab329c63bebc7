//! An error in the input and its location: `spec/openapi.yaml:12:5: ...`.

use std::fmt;

/// The maximum length of a message.
const MAX_BYTES: usize = 1_900;

/// A location in a file. Line and column count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The line.
    pub line: u64,
    /// The column.
    pub column: u64,
}

/// One error in the input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file, relative to the workspace's root.
    pub file: String,
    /// The location in the file, if known.
    pub location: Option<Location>,
    /// What is wrong, and what is expected.
    pub message: String,
}

impl Diagnostic {
    pub(crate) fn new(file: &str, location: Option<Location>, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if message.len() > MAX_BYTES {
            // It repeats a text of the document.
            message.truncate(message.floor_char_boundary(MAX_BYTES));
            message.push_str("...");
        }
        Self {
            file: file.to_owned(),
            location,
            message,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(Location { line, column }) = self.location {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// All errors found, sorted by file and line. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Fails if there is any.
    pub(crate) fn check(mut diagnostics: Vec<Diagnostic>) -> Result<(), Self> {
        if diagnostics.is_empty() {
            return Ok(());
        }
        diagnostics.sort();
        diagnostics.dedup();
        Err(Self(diagnostics))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Diagnostics {}
