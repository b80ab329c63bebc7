//! Errors of the token endpoint, in Entra's format with `AADSTS` codes.
//!
//! Source: Microsoft's page "Microsoft Entra authentication and authorization error codes". An error
//! repeats no value of the request that may be secret.

use std::borrow::Cow;

use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::http::response::ApiResponse;

/// The OAuth error, the number of the `AADSTS` code, and the description.
#[derive(Clone, Debug)]
pub(super) struct TokenError {
    error: &'static str,
    code: u32,
    description: Cow<'static, str>,
}

/// Declares a constant for each error.
macro_rules! token_errors {
    ($($name:ident = $error:literal, $code:literal, $description:literal;)*) => {$(
        pub(super) const $name: TokenError = TokenError {
            error: $error,
            code: $code,
            description: Cow::Borrowed($description),
        };
    )*};
}

token_errors! {
    UNKNOWN_GRANT = "unsupported_grant_type", 70_003,
        "The app requested an unsupported grant type. The emulator supports client_credentials, \
         refresh_token and, in version 2, urn:ietf:params:oauth:grant-type:device_code.";
    UNKNOWN_TENANT = "invalid_request", 90_002,
        "Tenant not found. Check that the data set of the emulator contains it.";
    UNKNOWN_APP = "unauthorized_client", 700_016,
        "Application was not found in the directory.";
    UNKNOWN_RESOURCE = "invalid_resource", 500_011,
        "The resource principal was not found in the tenant.";
    INVALID_SCOPE = "invalid_scope", 1_002_012,
        "The provided value for scope is not valid. Client credential flows must have a scope value \
         with /.default suffixed to the resource identifier.";
    WRONG_SECRET = "invalid_client", 7_000_215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client \
         secret value, not the client secret ID.";
    NO_SECRET = "invalid_client", 7_000_218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    BASIC_MALFORMED = "invalid_client", 7_000_215,
        "Invalid client secret provided. The Authorization header is not 'Basic' with the base64 of \
         the client id, a colon and the secret, both encoded like the values of a form.";
    PUBLIC_CLIENT = "invalid_client", 700_025,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
    ASSERTION_SIGNATURE = "invalid_client", 700_027,
        "Client assertion failed signature validation: it is not signed with a certificate of the app.";
    ASSERTION_TIME = "invalid_client", 700_024,
        "Client assertion is not within its valid time range.";
    ASSERTION_AUDIENCE = "invalid_client", 700_023,
        "Client assertion audience claim does not match the token endpoint.";
    ASSERTION_ISSUER = "invalid_client", 700_021,
        "Client assertion application identifier doesn't match 'client_id' parameter.";
    ASSERTION_MALFORMED = "invalid_client", 50_027,
        "The client assertion is not a JWT that can be read.";
    STATE_NOT_WRITTEN = "temporarily_unavailable", 90_033,
        "A transient error has occurred. Please try again. The emulator could not write its state \
         file, and the refresh token was not used.";
    AUTHORIZATION_PENDING = "authorization_pending", 70_016,
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
    SLOW_DOWN = "slow_down", 70_016,
        "OAuth 2.0 device flow error. Authorization is pending, and the client polls more often than \
         the interval allows. Wait 5 seconds longer between polls.";
    AUTHORIZATION_DECLINED = "authorization_declined", 65_004,
        "The user declined the sign-in.";
    BAD_DEVICE_CODE = "bad_verification_code", 70_018,
        "The device_code is not one of this app and tenant, or was used before.";
    EXPIRED_DEVICE_CODE = "expired_token", 70_019,
        "The verification code has expired. Have the user retry the sign-in.";
    INVALID_REFRESH_TOKEN = "invalid_grant", 9_002_313,
        "The refresh token does not belong to this app and tenant, or was used before.";
    EXPIRED_REFRESH_TOKEN = "invalid_grant", 700_082,
        "The refresh token has expired due to inactivity.";
}

impl TokenError {
    pub(super) fn malformed(reason: &str) -> Self {
        Self {
            error: "invalid_request",
            code: 9_002_313,
            description: format!("Invalid request. {reason}").into(),
        }
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let description =
            format!("The request body must contain the following parameter: '{parameter}'.");
        Self {
            error: "invalid_request",
            code: 900_144,
            description: description.into(),
        }
    }
}

impl From<TokenError> for ApiResponse {
    fn from(error: TokenError) -> Self {
        let (trace, correlation) = (Uuid::new_v4(), Uuid::new_v4());
        let status = match error.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "temporarily_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({
            "error": error.error,
            "error_description": format!(
                "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation}",
                error.code, error.description
            ),
            "error_codes": [error.code],
            "trace_id": trace,
            "correlation_id": correlation,
        });
        Self::json(status, &body)
    }
}
