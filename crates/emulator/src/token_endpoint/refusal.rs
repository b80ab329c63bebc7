//! What the token endpoint says when it gives no token: Entra's shape, with `AADSTS` codes.
//!
//! Source: the "Microsoft Entra authentication and authorization error codes" page of Microsoft's
//! documentation. No value of the request that may be secret is repeated.

use axum::http::StatusCode;
use bytes::Bytes;
use serde_json::json;
use uuid::Uuid;

use crate::answer::Answer;

/// A refusal: OAuth's word for it, Entra's number, and text.
#[derive(Debug)]
pub(crate) struct TokenRefusal {
    status: StatusCode,
    error: &'static str,
    code: u32,
    text: String,
}

impl TokenRefusal {
    fn new(status: StatusCode, error: &'static str, code: u32, text: impl Into<String>) -> Self {
        Self {
            status,
            error,
            code,
            text: text.into(),
        }
    }

    fn bad(error: &'static str, code: u32, text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, code, text)
    }

    pub(crate) fn malformed(text: &str) -> Self {
        Self::bad(
            "invalid_request",
            9_002_313,
            format!("Invalid request. {text}"),
        )
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::bad(
            "invalid_request",
            900_144,
            format!("The request body must contain the following parameter: '{parameter}'."),
        )
    }

    pub(crate) fn unknown_grant() -> Self {
        Self::bad(
            "unsupported_grant_type",
            70_003,
            "The app requested an unsupported grant type. The emulator knows client_credentials \
             and refresh_token.",
        )
    }

    pub(crate) fn unknown_tenant() -> Self {
        Self::bad(
            "invalid_request",
            90_002,
            "Tenant not found. Check that the data set of the emulator has it.",
        )
    }

    pub(crate) fn unknown_app() -> Self {
        Self::bad(
            "unauthorized_client",
            700_016,
            "Application was not found in the directory.",
        )
    }

    pub(crate) fn unknown_resource() -> Self {
        Self::bad(
            "invalid_resource",
            500_011,
            "The resource principal was not found in the tenant.",
        )
    }

    pub(crate) fn scope_is_no_default() -> Self {
        Self::bad(
            "invalid_scope",
            1_002_012,
            "The provided value for scope is not valid. Client credential flows must have a scope \
             value with /.default suffixed to the resource identifier.",
        )
    }

    fn client(code: u32, text: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", code, text)
    }

    pub(crate) fn wrong_secret() -> Self {
        Self::client(
            7_000_215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the \
             client secret value, not the client secret ID.",
        )
    }

    pub(crate) fn no_secret() -> Self {
        Self::client(
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or \
             'client_secret'.",
        )
    }

    pub(crate) fn public_client() -> Self {
        Self::client(
            700_025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be \
             presented.",
        )
    }

    pub(crate) fn assertion_signature() -> Self {
        Self::client(
            700_027,
            "Client assertion failed signature validation: it is not signed with a certificate \
             of the app.",
        )
    }

    pub(crate) fn assertion_time() -> Self {
        Self::client(
            700_024,
            "Client assertion is not within its valid time range.",
        )
    }

    pub(crate) fn assertion_audience() -> Self {
        Self::client(
            700_023,
            "Client assertion audience claim does not match the token endpoint.",
        )
    }

    pub(crate) fn assertion_issuer() -> Self {
        Self::client(
            700_021,
            "Client assertion application identifier doesn't match 'client_id' parameter.",
        )
    }

    pub(crate) fn assertion_malformed() -> Self {
        Self::client(50_027, "The client assertion is no JWT that can be read.")
    }

    pub(crate) fn wrong_refresh_token() -> Self {
        Self::bad(
            "invalid_grant",
            9_002_313,
            "The refresh token is not one of this app and tenant, or was used already.",
        )
    }

    pub(crate) fn expired_refresh_token() -> Self {
        Self::bad(
            "invalid_grant",
            700_082,
            "The refresh token has expired due to inactivity.",
        )
    }
}

impl From<TokenRefusal> for Answer {
    fn from(refusal: TokenRefusal) -> Self {
        let (trace, correlation) = (Uuid::new_v4(), Uuid::new_v4());
        let body = json!({
            "error": refusal.error,
            "error_description": format!(
                "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation}",
                refusal.code, refusal.text
            ),
            "error_codes": [refusal.code],
            "trace_id": trace,
            "correlation_id": correlation,
        });
        Answer::json(refusal.status, Bytes::from(body.to_string()))
    }
}
