//! The contract that generated code compiles against. Not public API: it changes together with
//! the generator, without notice.

use std::fmt::Display;

use http::HeaderValue;
pub use reqwest;
pub use serde;
pub use uuid::Uuid;

pub use crate::builder::ClientBuilder;
pub use crate::error::Error;
pub use crate::id::parse as parse_guid;
pub use crate::lenient;
pub use crate::object::{Name, keep};
pub use crate::pipeline::{OperationInfo, Pipeline};
pub use crate::raw_response::RawResponse;
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

/// A query parameter: written as no pair, as one, or as one for each item of a list.
#[derive(Debug)]
pub struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T: serde::Serialize> QueryParam<'a, T> {
    /// A parameter with the value that it may have.
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
                    "{}: a query holds plain values only",
                    self.name
                ))),
            })
            .collect();
        serializer.collect_map(pairs?)
    }
}

#[cfg(test)]
mod query_tests {
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
    fn a_parameter_is_no_pair_or_one_or_one_for_each_item() {
        assert_eq!(query(None::<&str>), None);
        assert_eq!(query(Some("x&y z")).as_deref(), Some("a-b=x%26y+z"));
        assert_eq!(query(5).as_deref(), Some("a-b=5"));
        assert_eq!(query(vec!["x", "y"]).as_deref(), Some("a-b=x&a-b=y"));
        assert_eq!(query(Vec::<bool>::new()), None);
    }
}
