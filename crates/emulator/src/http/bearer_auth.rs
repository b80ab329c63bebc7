//! Authentication of API requests by their bearer token.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use uuid::Uuid;

use super::api_error::ApiError;
use super::app_state::AppState;
use super::generated::error_codes as codes;
use super::token_endpoint::access_token::API_AUDIENCES;

/// Returns the tenant id of the calling partner, or `None` if tokens are not checked.
pub(crate) fn caller(app: &AppState, headers: &HeaderMap) -> Result<Option<Uuid>, ApiError> {
    if !app.options.auth {
        return Ok(None);
    }
    // The service's code for a wrong token is not documented; this is that of a missing one.
    let unauthorized = |reason: &str| ApiError::new(codes::PARTNER_TOKEN_MISSING, reason);
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let token = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().and_then(bearer_token),
        _ => None,
    };
    let token = token.ok_or_else(|| {
        unauthorized(
            "The partner token is missing, or the Authorization header is not `Bearer <token>`.",
        )
    })?;
    let now = app.clock.seconds();
    let claims = app.signer.verify(token, now).ok_or_else(|| {
        unauthorized("The token was not issued by this emulator since its start.")
    })?;
    if claims.exp <= now {
        return Err(unauthorized("The token has expired."));
    }
    if !API_AUDIENCES.contains(&claims.aud.as_str()) {
        return Err(ApiError::new(
            codes::INVALID_TOKEN_AUDIENCE,
            "The token was issued for an audience that is not accepted.",
        ));
    }
    if claims.idtyp == "user" && !claims.amr.iter().any(|method| method == "mfa") {
        return Err(ApiError::new(
            codes::MFA_REQUIRED_900421,
            "The token does not show that multifactor authentication was done.",
        ));
    }
    Ok(Some(claims.tid))
}

/// The one word after the scheme `Bearer`.
fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once(' ')?;
    let token = rest.trim_start_matches(' ');
    let valid = scheme.eq_ignore_ascii_case("bearer")
        && !token.is_empty()
        && token.bytes().all(|byte| byte.is_ascii_graphic());
    valid.then_some(token)
}
