//! Keeps messages short that repeat text of others, such as a value of three megabytes in a file.

/// The maximum length of a message in bytes.
pub(crate) const MESSAGE_LIMIT: usize = 2_000;

/// The text, or its beginning if it is longer than `limit` bytes.
pub(crate) fn shortened(mut text: String, limit: usize) -> String {
    const MARK: &str = "...";
    if text.len() > limit {
        let mut end = limit.saturating_sub(MARK.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str(MARK);
    }
    text
}
