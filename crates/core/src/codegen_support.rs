//! What generated code uses. Not public API: it changes with the generator, without notice.

use std::fmt::Display;

pub use http::Method;
pub use serde;
pub use uuid::Uuid;

pub use crate::builder::ClientBuilder;
pub use crate::call::{Pipeline, RawResponse, Request};
pub use crate::call_context::OperationInfo;
pub use crate::decode::lenient;
pub use crate::decode::member;
pub use crate::decode::object::{FromMembers, Name, keep, object};
pub use crate::error::Error;
pub use crate::id::{parse as parse_guid, parse_exact as parse_exact_guid};
pub use crate::response::Response;

/// The message for an argument that cannot be converted.
pub fn bad_argument(name: &str, error: impl Display) -> String {
    format!("{name}: {error}")
}

/// The message for a required argument that is not set.
pub fn missing_argument(name: &str) -> String {
    format!("{name}: required, and not set")
}

/// The error for an invalid argument.
pub fn invalid_request(message: String) -> Error {
    Error::invalid_input(message)
}
