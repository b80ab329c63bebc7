//! Bodies in an encoding that this build cannot decode, such as gzip without the feature `gzip`.
//!
//! No request asks for them, but gateways and proxies may compress anyway.

use std::fmt;

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::error_text::one_line;

/// How many characters of an encoding's name are shown.
const NAME_LIMIT: usize = 64;

/// A content encoding that is still there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undecoded {
    encoding: String,
    has_gzip: bool,
}

impl Undecoded {
    /// The encoding of a body, unless the HTTP library has decoded it: then it removes the header.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(CONTENT_ENCODING).into_iter();
        let names: Vec<_> = values
            .map(|value| {
                String::from_utf8_lossy(value.as_bytes())
                    .trim()
                    .to_ascii_lowercase()
            })
            .filter(|name| !matches!(name.as_str(), "" | "identity"))
            .collect();
        (!names.is_empty()).then(|| Self {
            encoding: one_line(&names.join(", "), NAME_LIMIT),
            has_gzip: cfg!(feature = "gzip"),
        })
    }
}

impl Undecoded {
    /// What to do about it.
    pub(crate) fn hint(&self) -> &'static str {
        if self.encoding == "gzip" && !self.has_gzip {
            "for compressed responses, enable the feature `gzip` of partner-center-transfers"
        } else {
            "the client did not ask for this content encoding: check the proxy and the endpoint"
        }
    }
}

/// What the body is and what to do, as part of a sentence.
impl fmt::Display for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { encoding, .. } = self;
        write!(f, "its content encoding is {encoding:?}; {}", self.hint())
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::{CONTENT_ENCODING, HeaderValue};

    use super::Undecoded;

    fn undecoded(values: &[&'static str], has_gzip: bool) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
        }
        let undecoded = Undecoded::of(&headers)?;
        Some(
            Undecoded {
                has_gzip,
                ..undecoded
            }
            .to_string(),
        )
    }

    #[test]
    fn gzip_without_its_feature_names_the_feature() {
        for value in ["gzip", "GZIP", " gzip"] {
            let text = undecoded(&[value], false).unwrap();
            assert!(text.contains("the feature `gzip` of partner-center-transfers"));
        }
    }

    #[test]
    fn other_encodings_are_named() {
        for (values, has_gzip, shown) in [
            (&["br"][..], false, "\"br\""),
            (&["zstd"], true, "\"zstd\""),
            (&["gzip, gzip"], false, "\"gzip, gzip\""),
            (&["gzip", "br"], true, "\"gzip, br\""),
            (&["x-gzip"], true, "\"x-gzip\""),
        ] {
            let text = undecoded(values, has_gzip).unwrap();
            assert!(text.contains(shown) && text.contains("proxy"), "{text}");
        }
    }

    #[test]
    fn a_plain_body_has_none() {
        for values in [&[][..], &["identity"], &[""]] {
            assert_eq!(undecoded(values, false), None);
        }
    }
}
