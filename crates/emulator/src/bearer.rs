//! Who asks: the partner that the bearer token names, if the token is good for this API.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::world::World;

/// The API that a token must be for.
pub(crate) const AUDIENCE: &str = "https://api.partnercenter.microsoft.com";

/// The partner that asks. `None` where tokens are not checked.
pub(crate) fn caller(world: &World, headers: &HeaderMap) -> Result<Option<Uuid>, Refusal> {
    if !world.options.auth {
        return Ok(None);
    }
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let token = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().and_then(token),
        _ => None,
    };
    let token = token.ok_or_else(Refusal::token_missing)?;
    let claims = world.signer.read(token).ok_or_else(|| {
        Refusal::token_invalid(
            "The token is not one that this emulator has issued since it was started.",
        )
    })?;
    if claims.exp <= world.clock.seconds() {
        return Err(Refusal::token_invalid("The token has expired."));
    }
    if claims.aud != AUDIENCE {
        return Err(Refusal::wrong_audience());
    }
    if claims.idtyp == "user" && !claims.amr.iter().any(|way| way == "mfa") {
        return Err(Refusal::mfa_required());
    }
    Ok(Some(claims.tid))
}

/// The one word after the scheme `Bearer`.
fn token(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once(' ')?;
    let token = rest.trim_start_matches(' ');
    let good = scheme.eq_ignore_ascii_case("bearer")
        && !token.is_empty()
        && token.bytes().all(|byte| byte.is_ascii_graphic());
    good.then_some(token)
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn a_bearer_token_is_one_word_after_the_scheme() {
        for value in ["Bearer t", "bearer abc.def-_~+/=", "BEARER  t"] {
            assert!(token(value).is_some(), "{value}");
        }
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "t",
            "Basic dDp0",
            "Bearer a b",
            "Bearert",
        ] {
            assert_eq!(token(value), None, "{value}");
        }
    }
}
