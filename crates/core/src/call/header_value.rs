//! Values of headers.

use http::HeaderValue;

pub(super) const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Text as a header value; `name` is for the error.
pub(super) fn header_value(name: &str, text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text).map_err(|_| {
        format!(
            "{name}: {text:?} is not a valid header value; expected visible characters on one line"
        )
    })
}
