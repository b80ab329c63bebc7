use std::fmt;

/// An error in a data set or a state file, with the path to it in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataError {
    path: String,
    reason: String,
}

impl DataError {
    pub(crate) fn new(path: impl fmt::Display, reason: impl Into<String>) -> Self {
        Self {
            path: shortened(path.to_string(), 300),
            reason: shortened(reason.into(), 1_500),
        }
    }

    /// The error for a sentence that names the document.
    pub(crate) fn in_document(&self) -> String {
        match self.path.as_str() {
            "." => self.reason.clone(),
            path => format!("at {path}: {}", self.reason),
        }
    }

    /// The path in the document, such as `transfers[2].id`; `.` is the document itself.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// The beginning of a text that repeats names and values of the document.
fn shortened(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        text.truncate(text.floor_char_boundary(limit));
        text.push_str("...");
    }
    text
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for DataError {}
