//! Decodes the formats of the service's error bodies into one type.
//!
//! Documented is `{code, description, data, source}`, with the code as text; sent is a number. The
//! gateway answers 429 with `{statusCode, message}`, and another resource's page documents
//! `{code, message, errorName, ...}`. Proxies send HTML, nothing, or JSON in formats of their own,
//! often `{"error": {"code", "message"}}`. Nothing is required: what is missing stays unset, and
//! the error keeps the raw body.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::decode::json::json_text;
use crate::decode::lenient;

use super::service_code::ServiceCode;

/// The longest description that is kept, in characters; the documented maximum.
const DESCRIPTION_LIMIT: usize = 1_024;

/// The code and the description of an error body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<ServiceCode>,
    pub(crate) description: Option<String>,
}

/// The members of all known formats. All others are skipped, however deep they nest.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Members {
    code: Scalar,
    description: Scalar,
    message: Scalar,
    error_description: Scalar,
    error: Nested,
}

/// `error` as an object. As a string it says less than the members beside it, so it is ignored.
#[derive(Default)]
struct Nested(Option<Box<Members>>);

/// A string or a number as text; `None` for anything else.
#[derive(Default)]
struct Scalar(Option<String>);

impl ErrorBody {
    /// Decodes what can be decoded; never fails. `clean` removes secrets from each text before it
    /// is shortened, so that no part of a secret stays.
    pub(crate) fn read(body: &[u8], clean: impl Fn(&str) -> String) -> Self {
        let text = json_text(body);
        let mut json = serde_json::Deserializer::from_str(&text);
        let members: Option<Members> = lenient::optional_object(&mut json).unwrap_or_default();
        let members = members.unwrap_or_default();
        let nested = members.error.0.map(|nested| *nested).unwrap_or_default();
        let description = [
            members.description,
            members.message,
            members.error_description,
            nested.description,
            nested.message,
        ];
        Self {
            code: members
                .code
                .0
                .or(nested.code.0)
                .map(|code| ServiceCode::new(clean(&code))),
            description: description
                .into_iter()
                .find_map(|text| text.0)
                .map(|text| clean(&text).chars().take(DESCRIPTION_LIMIT).collect()),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor).map(Self)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()).filter(|text| !text.trim().is_empty()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        // `900103.0` becomes `900103`.
        Ok(Some(number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de> Deserialize<'de> for Nested {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::optional_object(deserializer).map(|members| Self(members.map(Box::new)))
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorBody;

    #[test]
    fn each_known_format_gives_code_and_description() {
        for (body, code, description) in [
            (
                r#"{"code":900100,"description":"gone","source":"PartnerFD"}"#,
                Some("900100"),
                Some("gone"),
            ),
            (
                r#"{"code":"900100","description":"gone","data":[]}"#,
                Some("900100"),
                Some("gone"),
            ),
            (
                "\u{feff}{\"code\":1,\"description\":\"bom\"}",
                Some("1"),
                Some("bom"),
            ),
            (
                r#"{"statusCode":429,"message":"slow down"}"#,
                None,
                Some("slow down"),
            ),
            (
                r#"{"code":400,"message":"m","description":"d","errorName":"E"}"#,
                Some("400"),
                Some("d"),
            ),
            (
                r#"{"code":400,"message":"m","description":""}"#,
                Some("400"),
                Some("m"),
            ),
            (
                r#"{"error":{"code":"NotFound","message":"m"}}"#,
                Some("NotFound"),
                Some("m"),
            ),
            (
                r#"{"error":"invalid","error_description":"why"}"#,
                None,
                Some("why"),
            ),
            (r#"{"code":null,"description":{}}"#, None, None),
            (
                r#"{"code":900103.0,"description":["x"]}"#,
                Some("900103"),
                None,
            ),
            (
                r#"{"code":1,"description":"d","error":"word"}"#,
                Some("1"),
                Some("d"),
            ),
            ("[1]", None, None),
            ("<html>", None, None),
            ("", None, None),
            (r#"{"code":9001"#, None, None),
        ] {
            let error = ErrorBody::read(body.as_bytes(), str::to_owned);
            assert_eq!(
                error.code.as_ref().map(super::ServiceCode::as_str),
                code,
                "{body}"
            );
            assert_eq!(error.description.as_deref(), description, "{body}");
        }
    }

    #[test]
    fn deep_nesting_and_invalid_utf8_do_not_hide_the_description() {
        let deep = format!(
            r#"{{"code":1,"data":{}{},"description":"deep"}}"#,
            "[".repeat(5_000),
            "]".repeat(5_000)
        );
        let error = ErrorBody::read(deep.as_bytes(), str::to_owned);
        assert_eq!(error.description.as_deref(), Some("deep"));
        let error = ErrorBody::read(b"{\"code\":1,\"description\":\"na\xEFve\"}", str::to_owned);
        assert_eq!(error.description.as_deref(), Some("na\u{fffd}ve"));
    }
}
