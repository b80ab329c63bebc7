//! Client assertions: JWTs that an app signs with the key of its certificate.
//!
//! Checks the algorithm, the thumbprint, the signature, the times, the audience and the issuer, as
//! in Microsoft's page "application authentication certificate credentials".

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use uuid::Uuid;
use webpki::aws_lc_rs::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256_LEGACY_KEY};

use super::error::{self, TokenError};
use crate::service::certificate::Certificate;

/// The allowed difference between two clocks, in seconds.
const LEEWAY: u64 = 300;

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// The thumbprint of the certificate with SHA-256; older clients use SHA-1 in `x5t`.
    #[serde(rename = "x5t#S256")]
    sha256: Option<String>,
    x5t: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    sub: String,
    exp: u64,
    nbf: Option<u64>,
}

impl Header {
    fn names(&self, certificate: &Certificate) -> bool {
        match (&self.sha256, &self.x5t) {
            (Some(text), _) => certificate.has_thumbprint(&digest::SHA256, text),
            (None, Some(text)) => {
                certificate.has_thumbprint(&digest::SHA1_FOR_LEGACY_USE_ONLY, text)
            }
            (None, None) => false,
        }
    }
}

/// Checks an assertion of an app for the token endpoint with this URL. `now` is in seconds since 1970.
pub(super) fn check(
    assertion: &str,
    certificates: &[Certificate],
    app: Uuid,
    is_endpoint: impl Fn(&str) -> bool,
    now: u64,
) -> Result<(), TokenError> {
    let parts: Vec<&str> = assertion.split('.').collect();
    let [header_text, claims_text, signature] = parts[..] else {
        return Err(error::ASSERTION_MALFORMED);
    };
    let header: Header = decode(header_text)?;
    let claims: Claims = decode(claims_text)?;
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .or_else(|_| STANDARD.decode(signature))
        .map_err(|_| error::ASSERTION_MALFORMED)?;
    let algorithm = match header.alg.as_str() {
        "PS256" => RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        "RS256" => RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(error::ASSERTION_MALFORMED),
    };
    let message = format!("{header_text}.{claims_text}");
    let mut certificates = certificates.iter();
    let certificate = certificates.find(|certificate| header.names(certificate));
    if !certificate.is_some_and(|one| one.verify(algorithm, message.as_bytes(), &signature)) {
        return Err(error::ASSERTION_SIGNATURE);
    }
    if claims.exp.saturating_add(LEEWAY) <= now
        || claims
            .nbf
            .is_some_and(|from| from > now.saturating_add(LEEWAY))
    {
        return Err(error::ASSERTION_TIME);
    }
    if !is_endpoint(&claims.aud) {
        return Err(error::ASSERTION_AUDIENCE);
    }
    let is_app = |text: &str| Uuid::try_parse(text).is_ok_and(|id| id == app);
    if !is_app(&claims.iss) || !is_app(&claims.sub) {
        return Err(error::ASSERTION_ISSUER);
    }
    Ok(())
}

fn decode<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, TokenError> {
    let json = URL_SAFE_NO_PAD.decode(text).ok();
    json.and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or(error::ASSERTION_MALFORMED)
}
