//! Who may ask: for now, everyone who sends a bearer token.
//!
//! The token is not read. A token endpoint, audiences and partners come with the full emulator;
//! this is where they will be checked.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::fault::Fault;

/// Wants exactly one `Authorization` header, with the scheme `Bearer` and one word after it.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), Fault> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (Some(value), None) if value.to_str().is_ok_and(is_bearer) => Ok(()),
        _ => Err(Fault::token_missing()),
    }
}

fn is_bearer(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once(' ') else {
        return false;
    };
    let token = rest.trim_start_matches(' ');
    scheme.eq_ignore_ascii_case("bearer")
        && !token.is_empty()
        && token.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::is_bearer;

    #[test]
    fn a_bearer_token_is_one_word_after_the_scheme() {
        for value in ["Bearer t", "bearer abc.def-_~+/=", "BEARER  t"] {
            assert!(is_bearer(value), "{value}");
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
            assert!(!is_bearer(value), "{value}");
        }
    }
}
