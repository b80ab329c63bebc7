//! A request as generated code describes it, from which each attempt makes its own.

use std::fmt::{self, Display, Write as _};

use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::network::Endpoint;

use super::header_value::{APPLICATION_JSON, header_value};

/// The characters to encode in a segment of a path.
const NOT_IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The longest path of the API has 112 characters.
const PATH_ROOM: usize = 128;

/// What is special about the request of one call: the headers that all calls have in common, the
/// ids and the token are not in it.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) method: Method,
    path: String,
    query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
}

impl Request {
    /// A request without a path.
    pub fn new(method: Method) -> Self {
        Self {
            method,
            path: String::with_capacity(PATH_ROOM),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
        }
    }

    /// Appends encoded text to the path.
    pub fn path(&mut self, text: &str) {
        self.path.push_str(text);
    }

    /// Encodes a value and appends it to the path, as a segment or a part of one.
    pub fn segment(&mut self, value: &impl Display) {
        // Writing to a string does not fail.
        let _ = write!(Segment(&mut self.path), "{value}");
    }

    /// Appends a query parameter: no pair for `null`, one pair for a value, one for each item of a
    /// list.
    ///
    /// # Errors
    ///
    /// If the value, or an item of it, is neither text nor a number nor a boolean.
    pub fn query<T: Serialize>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        let refused = |reason: &dyn Display| Error::invalid_input(format!("{name}: {reason}"));
        let values = match serde_json::to_value(value).map_err(|error| refused(&error))? {
            Value::Array(values) => values,
            value => vec![value],
        };
        for value in values {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text,
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                Value::Array(_) | Value::Object(_) => {
                    return Err(refused(&"a query contains plain values only"));
                }
            };
            self.query.push((name.to_owned(), text));
        }
        Ok(())
    }

    /// Sets a header.
    ///
    /// # Errors
    ///
    /// If the value is not a valid header value.
    pub fn header(&mut self, name: &'static str, value: &impl Display) -> Result<(), Error> {
        let value = header_value(name, &value.to_string()).map_err(Error::invalid_input)?;
        let name = HeaderName::try_from(name)
            .map_err(|error| Error::invalid_input(format!("{name}: {error}")))?;
        self.headers.insert(name, value);
        Ok(())
    }

    /// Sets the body.
    ///
    /// # Errors
    ///
    /// If the value cannot be written as JSON.
    pub fn json(&mut self, body: &impl Serialize) -> Result<(), Error> {
        let body = serde_json::to_vec(body)
            .map_err(|error| Error::invalid_input(format!("body: {error}")))?;
        self.body = Some(body.into());
        self.headers.insert(CONTENT_TYPE, APPLICATION_JSON);
        Ok(())
    }

    /// The request of one attempt, with these headers.
    pub(super) fn attempt(&self, endpoint: &Endpoint, headers: HeaderMap) -> reqwest::Request {
        let mut url = endpoint.at(&self.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut request = reqwest::Request::new(self.method.clone(), url);
        *request.headers_mut() = headers;
        *request.body_mut() = self.body.clone().map(reqwest::Body::from);
        request
    }
}

/// Encodes what is written to it.
struct Segment<'a>(&'a mut String);

impl fmt::Write for Segment<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend(utf8_percent_encode(text, NOT_IN_SEGMENT));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};
    use serde::Serialize;

    use super::Request;
    use crate::network::{Endpoint, InsecureHosts};

    fn url(request: &Request) -> String {
        let endpoint = Endpoint::of_api("http://localhost/stem", &InsecureHosts::default());
        let attempt = request.attempt(&endpoint.unwrap(), HeaderMap::new());
        attempt.url().to_string()
    }

    #[test]
    fn a_value_in_a_path_is_encoded_whatever_its_parts() {
        struct Parts;

        impl std::fmt::Display for Parts {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a/b")?;
                f.write_str("?%2F é~#")
            }
        }

        let mut request = Request::new(Method::GET);
        request.path("/v1/x-");
        request.segment(&Parts);
        request.path("/y");
        assert_eq!(
            url(&request),
            "http://localhost/stem/v1/x-a%2Fb%3F%252F%20%C3%A9~%23/y"
        );
    }

    #[test]
    fn a_parameter_has_a_pair_for_each_value() {
        fn query(value: &impl Serialize) -> Option<String> {
            let mut request = Request::new(Method::GET);
            request.path("/");
            request.query("a-b", value).unwrap();
            let url = url(&request);
            url.split_once('?').map(|(_, query)| query.to_owned())
        }

        assert_eq!(query(&None::<&str>), None);
        assert_eq!(query(&Some("x&y z")).as_deref(), Some("a-b=x%26y+z"));
        assert_eq!(query(&5).as_deref(), Some("a-b=5"));
        assert_eq!(query(&["x", "y"]).as_deref(), Some("a-b=x&a-b=y"));
        assert_eq!(query(&[true; 0]), None);
        let error = Request::new(Method::GET).query("a-b", &[[1]]).unwrap_err();
        assert!(error.is_invalid_input(), "{error}");
        assert!(error.to_string().starts_with("a-b: "), "{error}");
    }
}
