//! The result of a command for the sign-in.

/// What a command prints: text for people, and a document for programs.
pub(super) struct Printed {
    pub(super) text: String,
    /// For `--quiet`.
    pub(super) short: String,
    pub(super) document: serde_json::Value,
}

impl Printed {
    pub(super) fn text(&self, is_quiet: bool) -> &str {
        if is_quiet { &self.short } else { &self.text }
    }
}
