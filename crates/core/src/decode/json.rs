//! Helpers for JSON bodies.

/// Removes the byte order mark that some gateways put at the start of a body.
pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}
