//! The several shapes of the service's error bodies, read into one.
//!
//! Documented is `{code, description, data, source}`, with the code as text; on the wire the code
//! is a number. A gateway answers 429 with `{statusCode, message}`. Another resource's page
//! documents `{code, message, errorName, ...}`. Besides these come HTML, nothing at all, and the
//! JSON of some other service (`{"error": {"code", "message"}}` is common). Nothing is required
//! here: what cannot be found stays unset, and the raw body is kept beside it.

use serde_json::Value;

use crate::error::ServiceCode;

/// How much of a description is kept. The documentation promises at most 1,024 characters.
const DESCRIPTION_LIMIT: usize = 1_024;

/// What an error body says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: Option<ServiceCode>,
    pub(crate) description: Option<String>,
}

impl Fault {
    /// Reads what can be read; never fails.
    pub(crate) fn read(body: &[u8]) -> Self {
        let Ok(Value::Object(object)) = serde_json::from_slice(without_bom(body)) else {
            return Self::default();
        };
        let nested = object.get("error").filter(|value| value.is_object());
        let find = |names: &[&str]| {
            let member = |name: &&str| {
                object
                    .get(*name)
                    .or_else(|| nested.and_then(|error| error.get(*name)))
                    .and_then(text)
            };
            names.iter().find_map(member)
        };
        Self {
            code: find(&["code"]).map(ServiceCode::new),
            description: find(&["description", "message", "error_description"])
                .map(|text| text.chars().take(DESCRIPTION_LIMIT).collect()),
        }
    }
}

/// A body without the byte order mark that some gateways put before it.
pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn each_known_shape_gives_code_and_description() {
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
            ("[1]", None, None),
            ("<html>", None, None),
            ("", None, None),
            (r#"{"code":9001"#, None, None),
        ] {
            let fault = Fault::read(body.as_bytes());
            assert_eq!(
                fault.code.as_ref().map(super::ServiceCode::as_str),
                code,
                "{body}"
            );
            assert_eq!(fault.description.as_deref(), description, "{body}");
        }
    }
}
