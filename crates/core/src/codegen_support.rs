//! What generated code uses. Not public API: it changes with the generator, without notice.

use std::fmt::Display;

use http::HeaderValue;
pub use reqwest;
pub use serde;
pub use uuid::Uuid;

pub use crate::builder::ClientBuilder;
pub use crate::call::{Pipeline, RawResponse};
pub use crate::call_context::OperationInfo;
pub use crate::decode::lenient;
pub use crate::decode::object::{Name, fit, keep};
pub use crate::error::Error;
pub use crate::id::{parse as parse_guid, parse_exact as parse_exact_guid};
pub use crate::response::Response;

/// The characters to encode in a segment of a path.
const NOT_IN_SEGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes a value as a segment of a path.
pub fn encode_path(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, NOT_IN_SEGMENT).to_string()
}

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

/// The error for a request that cannot be built.
pub fn unbuildable(error: reqwest::Error) -> Error {
    Error::invalid_input(format!(
        "the request cannot be built: {}",
        error.without_url()
    ))
}

/// Converts a value to a header value.
pub fn header_value(name: &str, value: &impl Display) -> Result<HeaderValue, Error> {
    crate::call::header_value(name, &value.to_string()).map_err(Error::invalid_input)
}

/// A query parameter: no pair for `None`, one pair for a value, one for each item of a list.
#[derive(Debug)]
pub struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T: serde::Serialize> QueryParam<'a, T> {
    /// A parameter with its value.
    pub fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: serde::Serialize> serde::Serialize for QueryParam<'_, T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        use serde_json::Value;

        let value = serde_json::to_value(self.value).map_err(S::Error::custom)?;
        let values = match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        let pairs: Result<Vec<_>, _> = values
            .into_iter()
            .filter(|value| !value.is_null())
            .map(|value| match value {
                Value::String(text) => Ok((self.name, text)),
                Value::Bool(_) | Value::Number(_) => Ok((self.name, value.to_string())),
                _ => Err(S::Error::custom(format!(
                    "{}: a query contains plain values only",
                    self.name
                ))),
            })
            .collect();
        serializer.collect_map(pairs?)
    }
}

#[cfg(test)]
mod tests {
    use super::QueryParam;

    fn query<T: serde::Serialize>(value: T) -> Option<String> {
        let request = reqwest::Client::new()
            .get("http://localhost/")
            .query(&QueryParam::new("a-b", &value))
            .build()
            .unwrap();
        request.url().query().map(str::to_owned)
    }

    #[test]
    fn a_parameter_has_a_pair_for_each_value() {
        assert_eq!(query(None::<&str>), None);
        assert_eq!(query(Some("x&y z")).as_deref(), Some("a-b=x%26y+z"));
        assert_eq!(query(5).as_deref(), Some("a-b=5"));
        assert_eq!(query(vec!["x", "y"]).as_deref(), Some("a-b=x&a-b=y"));
        assert_eq!(query(Vec::<bool>::new()), None);
    }
}
