//! The contract that generated code compiles against. Not public API: it changes together with
//! the generator, without notice.

use std::fmt::Display;

use http::HeaderValue;
pub use reqwest;
pub use serde;
pub use uuid::Uuid;

pub use crate::answer::Answer;
pub use crate::builder::ClientBuilder;
pub use crate::error::Error;
pub use crate::id::parse as parse_guid;
pub use crate::lenient;
pub use crate::pipeline::{OperationInfo, Pipeline};
pub use crate::response::Response;

/// Characters that may not stand as they are in one segment of a path.
const NOT_IN_SEGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value as one segment of a path.
pub fn encode_path(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, NOT_IN_SEGMENT).to_string()
}

/// What to say of an argument that cannot be converted.
pub fn bad_argument(name: &str, error: impl Display) -> String {
    format!("{name}: {error}")
}

/// What to say of an argument that is required and was not given.
pub fn missing_argument(name: &str) -> String {
    format!("{name}: required, and not set")
}

/// The error for an argument that is wrong.
pub fn invalid_request(message: String) -> Error {
    Error::invalid_input(message)
}

/// The error for a request that cannot be put together.
pub fn unbuildable(error: reqwest::Error) -> Error {
    Error::invalid_input(format!(
        "the request cannot be put together: {}",
        error.without_url()
    ))
}

/// A value as a header.
pub fn header_value(name: &str, value: &impl Display) -> Result<HeaderValue, Error> {
    let text = value.to_string();
    HeaderValue::from_str(&text).map_err(|_| {
        Error::invalid_input(format!(
            "{name}: {text:?} cannot stand in a header; expected visible characters on one line"
        ))
    })
}
