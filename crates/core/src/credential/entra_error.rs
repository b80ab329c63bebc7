//! Error responses of the login service (Microsoft Entra).
//!
//! Documented is `{error, error_description, error_codes, timestamp, trace_id, correlation_id,
//! error_uri}`, sometimes with `suberror` and `claims`. Gateways answer with HTML or nothing, or
//! append a page to the JSON. Nothing is required; what is missing stays unset.

use http::StatusCode;

use crate::decode::error_body::{ErrorBody, Node, page};
use crate::decode::json::json_text;
use crate::error_text::{TEXT_LIMIT, one_line};
use crate::redact::{redact, redact_text};

use super::entra_hints;

/// What a code starts with in a text.
const CODE_PREFIX: &str = "AADSTS";

/// How much of the body is kept.
const BODY_LIMIT: usize = 64 * 1024;

/// A response that is not a success.
#[derive(Clone)]
pub(crate) struct EntraError {
    pub(crate) status: StatusCode,
    pub(crate) error: Option<String>,
    pub(crate) error_description: Option<String>,
    pub(crate) error_codes: Vec<u64>,
    pub(crate) suberror: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) trace_id: Option<String>,
    pub(crate) body: Vec<u8>,
    /// The first words of a response in another format.
    excerpt: Option<String>,
    format: Format,
}

/// What the body of a response is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    /// A web page.
    Page,
    Other,
}

impl EntraError {
    /// Decodes what can be decoded, with `secrets` redacted; never fails.
    pub(crate) fn read(status: StatusCode, body: &[u8], secrets: &[&str]) -> Self {
        let clean = |text: &str| redact_text(text, secrets);
        let json = json_text(body);
        let object = Node::from_json(&json)
            .map(Node::unwrapped)
            .filter(|node| matches!(node, Node::Object(_)));
        let format = match (&object, page(&json)) {
            (Some(_), _) => Format::Json,
            (None, Some(_)) => Format::Page,
            (None, None) => Format::Other,
        };
        let object = object.unwrap_or(Node::Nothing);
        let text = |name: &str| object.text(name).map(clean);
        let mut error_description = text("errordescription");
        let mut excerpt = None;
        if error_description.is_none() && text("error").is_none() {
            // A gateway's answer, or the service's own in another format.
            let other = ErrorBody::read(body, clean);
            let title = page(&json).and_then(|page| page.title);
            match (other.description, title) {
                (Some(text), _) if text.contains(CODE_PREFIX) => error_description = Some(text),
                (Some(text), _) => excerpt = Some(text),
                (None, Some(title)) => excerpt = Some(clean(title.trim())),
                (None, None) => excerpt = Some(other.excerpt.join(" / ")),
            }
        }
        let mut error_codes = listed_codes(&object);
        if error_codes.is_empty() {
            let described = match format {
                Format::Json => error_description.as_deref().unwrap_or_default(),
                Format::Page | Format::Other => &json,
            };
            error_codes.extend(described_code(described));
        }
        // Redacted before it is cut, so that no part of a secret stays at the end.
        let mut body = redact(body, secrets).into_owned();
        body.truncate(BODY_LIMIT);
        Self {
            status,
            error: text("error"),
            error_codes,
            error_description,
            suberror: text("suberror"),
            correlation_id: text("correlationid"),
            trace_id: text("traceid"),
            body,
            excerpt: excerpt.filter(|words| !words.is_empty()),
            format,
        }
    }

    /// What happened, without what to do about it.
    pub(crate) fn message(&self) -> String {
        let mut sentence = format!("the login service answered {}", self.status);
        if let Some(error) = &self.error {
            sentence.push_str(", ");
            sentence.push_str(&one_line(error, TEXT_LIMIT));
        }
        if let Some(description) = &self.error_description {
            // Only ids follow the first line or, in newer responses, this word.
            let first = description.lines().next().unwrap_or_default();
            let first = first.split(" Trace ID:").next().unwrap_or_default();
            sentence.push_str(": ");
            sentence.push_str(one_line(first, TEXT_LIMIT).trim_end_matches('.'));
        }
        if let Some(excerpt) = &self.excerpt {
            let what = match self.format {
                Format::Page => " and a web page: ",
                Format::Json | Format::Other => ": ",
            };
            sentence.push_str(what);
            sentence.push('"');
            sentence.push_str(&one_line(excerpt, TEXT_LIMIT));
            sentence.push('"');
        }
        match self.error_codes.first() {
            Some(code) if self.hint().is_none() => {
                sentence.push_str("; see ");
                sentence.push_str(&entra_hints::page_about(*code));
            }
            _ => {}
        }
        sentence
    }

    /// What to do about it, if the cause is known.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        // The first code is the cause. A hint by word would be for another one: most causes share
        // `invalid_grant`.
        if let Some(code) = self.error_codes.first() {
            return entra_hints::for_code(*code);
        }
        let words = [self.suberror.as_deref(), self.error.as_deref()];
        let by_word = words.into_iter().flatten().find_map(entra_hints::for_word);
        by_word.or_else(|| {
            if self.status.is_redirection() {
                return Some(REDIRECT);
            }
            match self.format {
                _ if self.is_transient() => None,
                Format::Json => None,
                Format::Page => Some(PAGE),
                Format::Other => Some(NOT_JSON),
            }
        })
    }

    /// Whether the same request may succeed later.
    pub(crate) fn is_transient(&self) -> bool {
        self.status.is_server_error()
            || matches!(self.status.as_u16(), 408 | 429)
            || self.says_transient()
    }

    /// Whether the error says so, under a status that does not.
    pub(crate) fn says_transient(&self) -> bool {
        self.error.as_deref() == Some("temporarily_unavailable")
            || self
                .error_codes
                .iter()
                .any(|code| entra_hints::is_transient(*code))
    }
}

const REDIRECT: &str = "redirects are not followed with secrets: check the authority";
const NOT_JSON: &str = "the response is not JSON, so it may come from a proxy or a gateway: check \
    the authority and the network";
pub(super) const PAGE: &str = "the response is not JSON but a web page, so a proxy or a sign-in \
    page answered in place of the login service: check the authority and the network";

/// The member `error_codes`: numbers, or their text.
fn listed_codes(object: &Node) -> Vec<u64> {
    let listed = object.members("errorcodes").find_map(|value| match value {
        Node::List(values) => Some(values),
        _ => None,
    });
    let codes = listed.into_iter().flatten().filter_map(Node::scalar);
    codes.filter_map(|code| code.parse().ok()).collect()
}

/// The code in a text, such as `AADSTS50076: Due to ...`.
fn described_code(text: &str) -> Option<u64> {
    let digits = text.split(CODE_PREFIX).nth(1)?;
    let end = digits
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::EntraError;

    fn hint(body: &str) -> &'static str {
        let refusal = EntraError::read(StatusCode::BAD_REQUEST, body.as_bytes(), &[]);
        refusal.hint().unwrap_or("none")
    }

    #[test]
    fn each_known_cause_has_a_hint() {
        for (codes, hinted) in [
            (&[50_076, 50_079, 50_158, 53_003][..], "multifactor"),
            (&[53_003, 50_131], "Conditional Access"),
            (&[65_001], "consent is missing"),
            (&[7_000_215], "secret is wrong"),
            (&[7_000_222], "secret has expired"),
            (&[700_016], "no such app"),
            (&[70_008, 700_082], "refresh token has expired"),
        ] {
            for code in codes {
                let listed = format!(r#"{{"error":"x","error_codes":[{code}]}}"#);
                assert!(hint(&listed).contains(hinted), "{code}: {}", hint(&listed));
                let described = format!(r#"{{"error_description":"AADSTS{code}: Some text."}}"#);
                assert_eq!(hint(&described), hint(&listed));
                let as_text = format!(r#"{{"error_codes":["{code}"]}}"#);
                assert_eq!(hint(&as_text), hint(&listed));
            }
        }
        assert!(hint(r#"{"error":"invalid_grant"}"#).contains("refresh token is invalid"));
        let consent = r#"{"error":"invalid_grant","suberror":"consent_required"}"#;
        assert!(hint(consent).contains("consent is missing"));
        assert!(hint("<html>").contains("not JSON"));
        assert_eq!(hint(r#"{"error":"new_one","error_codes":[1]}"#), "none");
    }

    #[test]
    fn a_hint_is_given_only_for_the_code_it_is_about() {
        for code in [50_131, 50_057, 7_000_112, 700_016, 50_034] {
            let body = format!(
                r#"{{"error":"invalid_grant","error_description":"AADSTS{code}: x","error_codes":[{code}]}}"#
            );
            let hint = hint(&body);
            assert!(!hint.contains("sign in again"), "{code}: {hint}");
        }
        // Unknown: no hint by the word, but the service's own text and a page that has the code.
        let body = r#"{"error":"invalid_grant","error_description":"AADSTS999999: New.\r\nTrace ID: 1","error_codes":[999999, 70008],"suberror":"bad_token"}"#;
        let refusal = EntraError::read(StatusCode::BAD_REQUEST, body.as_bytes(), &[]);
        assert_eq!(refusal.hint(), None);
        assert_eq!(
            refusal.message(),
            "the login service answered 400 Bad Request, invalid_grant: AADSTS999999: New; see \
             https://login.microsoftonline.com/error?code=999999"
        );
    }

    #[test]
    fn a_response_in_another_form_keeps_its_code() {
        for body in [
            "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Bad.\"}<!DOCTYPE html><html></html>",
            "\u{feff}{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Bad.\"}\n\n",
            r#"{"error":"invalid_client","error_description":"AADSTS7000215: Bad \ud83d."}"#,
            r#"{"Error":"invalid_client","errorDescription":"AADSTS7000215: Bad.","x\udc00":["\ud83d"]}"#,
            r#"{"error":{"code":"invalid_client","message":"AADSTS7000215: Bad."}}"#,
            r#""{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Bad.\"}""#,
            "<html><title>Sign in to your account</title><p>AADSTS7000215: Bad.</p></html>",
            "AADSTS7000215: Bad.",
        ] {
            let refusal = EntraError::read(StatusCode::UNAUTHORIZED, body.as_bytes(), &[]);
            assert_eq!(refusal.error_codes, [7_000_215], "{body}");
            assert!(
                refusal.hint().unwrap().contains("secret is wrong"),
                "{body}"
            );
        }
    }

    #[test]
    fn a_page_is_said_to_be_one() {
        let body = b"<html><head><title>Web filter\n</title></head><p>Blocked.</p></html>";
        let refusal = EntraError::read(StatusCode::FORBIDDEN, body, &[]);
        assert_eq!(
            refusal.message(),
            "the login service answered 403 Forbidden and a web page: \"Web filter\""
        );
        assert!(
            refusal
                .hint()
                .unwrap()
                .contains("a proxy or a sign-in page answered")
        );
        let refusal = EntraError::read(StatusCode::FORBIDDEN, b"Access denied\n", &[]);
        assert!(
            refusal
                .message()
                .ends_with("403 Forbidden: \"Access denied\"")
        );
    }

    #[test]
    fn the_body_is_kept_up_to_a_limit() {
        let body = vec![b'x'; 100_000];
        let refusal = EntraError::read(StatusCode::BAD_GATEWAY, &body, &[]);
        assert_eq!(refusal.body.len(), 64 * 1024);
        assert!(refusal.is_transient());
    }

    #[test]
    fn the_message_has_no_line_breaks_and_no_ids() {
        for description in [
            "AADSTS50076: Use MFA.\\r\\nTrace ID: 1\\r\\nCorrelation ID: 2",
            "AADSTS50076: Use MFA. Trace ID: 1 Correlation ID: 2",
        ] {
            let body = format!(r#"{{"error":"in\nvalid","error_description":"{description}"}}"#);
            let refusal = EntraError::read(StatusCode::BAD_REQUEST, body.as_bytes(), &[]);
            assert_eq!(
                refusal.message(),
                "the login service answered 400 Bad Request, in valid: AADSTS50076: Use MFA"
            );
        }
    }
}
