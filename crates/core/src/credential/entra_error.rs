//! Error responses of the login service (Microsoft Entra), and hints for their known codes.
//!
//! Documented is `{error, error_description, error_codes, timestamp, trace_id, correlation_id,
//! error_uri}`, sometimes with `suberror` and `claims`. Gateways answer with HTML or nothing.
//! Nothing is required; what is missing stays unset.
//!
//! The codes are from Microsoft's page
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::decode::json::json_text;
use crate::error_text::{TEXT_LIMIT, one_line};
use crate::redact::{redact, redact_text};

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
    is_json: bool,
}

impl EntraError {
    /// Decodes what can be decoded, with `secrets` redacted; never fails.
    pub(crate) fn read(status: StatusCode, body: &[u8], secrets: &[&str]) -> Self {
        let object = match serde_json::from_str(&json_text(body)) {
            Ok(Value::Object(object)) => Some(object),
            _ => None,
        };
        let is_json = object.is_some();
        let object = object.unwrap_or_default();
        let text = |name: &str| {
            let text = object.get(name)?.as_str()?;
            Some(redact_text(text, secrets))
        };
        let error_description = text("error_description");
        // Redacted before it is cut, so that no part of a secret stays at the end.
        let mut body = redact(body, secrets).into_owned();
        body.truncate(BODY_LIMIT);
        Self {
            status,
            error: text("error"),
            error_codes: codes(&object, error_description.as_deref()),
            error_description,
            suberror: text("suberror"),
            correlation_id: text("correlation_id"),
            trace_id: text("trace_id"),
            body,
            is_json,
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
        sentence
    }

    /// What to do about it, if the cause is known.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        let by_code = self
            .error_codes
            .iter()
            .find_map(|code| Some(CODES.iter().find(|(codes, _)| codes.contains(code))?.1));
        let by_word = || {
            let words = [self.suberror.as_deref(), self.error.as_deref()];
            words
                .into_iter()
                .flatten()
                .find_map(|word| Some(WORDS.iter().find(|(known, _)| *known == word)?.1))
        };
        let by_shape = || {
            if self.status.is_redirection() {
                Some(REDIRECT)
            } else if !self.is_json && !self.is_transient() {
                Some(NOT_JSON)
            } else {
                None
            }
        };
        by_code.or_else(by_word).or_else(by_shape)
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
            || self.error_codes.iter().any(|code| TRANSIENT.contains(code))
    }
}

/// The member `error_codes`, or else the code at the start of the description.
fn codes(object: &Map<String, Value>, description: Option<&str>) -> Vec<u64> {
    let number = |value: &Value| match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let listed: Vec<u64> = match object.get("error_codes") {
        Some(Value::Array(values)) => values.iter().filter_map(number).collect(),
        _ => Vec::new(),
    };
    if !listed.is_empty() {
        return listed;
    }
    let described = description.and_then(|text| {
        let digits = text.split("AADSTS").nth(1)?;
        let end = digits
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(digits.len());
        digits[..end].parse().ok()
    });
    described.into_iter().collect()
}

const MFA: &str = "multifactor authentication or another Conditional Access requirement is missing: \
    sign in again with MFA and use the new refresh token";
const CONSENT: &str = "consent is missing: an administrator of the tenant must consent to the \
    app's permission for the Partner Center API";
const SECRET_WRONG: &str =
    "the client secret is wrong: use the secret's value, not its id, and a secret of this app";
const SECRET_EXPIRED: &str = "the client secret has expired: create a new one in the app's \
    registration";
const SECRET_MISSING: &str =
    "the app is a confidential client: provide its client secret or certificate too";
const PUBLIC_CLIENT: &str = "the app is registered as a public client: omit the client secret";
const APP_UNKNOWN: &str = "there is no such app in the tenant: check the client id, the tenant, and \
    that the app has consent there";
const TENANT_UNKNOWN: &str =
    "there is no such tenant in this cloud: check the tenant and the cloud";
const REFRESH_EXPIRED: &str =
    "the refresh token has expired or was revoked: sign in again and use the new one";
const RESOURCE_UNKNOWN: &str = "the tenant does not know the Partner Center API: check that it is \
    a partner's tenant of this cloud, and that the app has the permission";
const CERTIFICATE: &str = "the certificate is not the app's: upload it to the app's registration, \
    or use the one that is there";
const CLOCK: &str = "the assertion is expired or not valid yet: check this machine's clock";
const GRANT: &str = "the refresh token is invalid, expired, revoked or of another app: sign in \
    again and use the new one";
const CLIENT: &str = "check the client id and its secret or certificate";
const REDIRECT: &str = "redirects are not followed with secrets: check the authority";
const NOT_JSON: &str = "the response is not JSON, so it may come from a proxy or a gateway: check \
    the authority and the network";

/// Hints by `AADSTS` code.
const CODES: &[(&[u64], &str)] = &[
    (
        &[
            50_072, 50_074, 50_076, 50_078, 50_079, 50_158, 53_000, 53_001, 53_003,
        ],
        MFA,
    ),
    (&[65_001, 65_004, 90_094], CONSENT),
    (&[7_000_215], SECRET_WRONG),
    (&[7_000_222], SECRET_EXPIRED),
    (&[7_000_216, 7_000_218], SECRET_MISSING),
    (&[700_025], PUBLIC_CLIENT),
    (&[700_016], APP_UNKNOWN),
    (&[90_002, 900_023], TENANT_UNKNOWN),
    (&[50_173, 70_008, 70_043, 700_082, 700_084], REFRESH_EXPIRED),
    (&[500_011], RESOURCE_UNKNOWN),
    (&[700_027], CERTIFICATE),
    (&[700_024], CLOCK),
];

/// Hints by OAuth error and suberror, if no code is known.
const WORDS: &[(&str, &str)] = &[
    ("basic_action", MFA),
    ("additional_action", MFA),
    ("interaction_required", MFA),
    ("consent_required", CONSENT),
    ("bad_token", REFRESH_EXPIRED),
    ("token_expired", REFRESH_EXPIRED),
    ("invalid_grant", GRANT),
    ("invalid_client", CLIENT),
    ("unauthorized_client", APP_UNKNOWN),
    ("invalid_resource", RESOURCE_UNKNOWN),
];

/// Codes that the service documents as transient.
const TRANSIENT: &[u64] = &[90_006, 90_012, 90_033];

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
