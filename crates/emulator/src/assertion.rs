//! Client assertions: an app with a certificate signs who it is.
//!
//! Checked is what the "application authentication certificate credentials" page of Microsoft's
//! documentation asks for: the algorithm, the thumbprint, the signature, the times, the audience
//! and the issuer.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use serde::Deserialize;
use uuid::Uuid;
use webpki::EndEntityCert;
use webpki::aws_lc_rs::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256_LEGACY_KEY};

/// How far two clocks may be apart, in seconds.
const LEEWAY: u64 = 300;

/// A certificate of an app.
#[derive(Debug)]
pub(crate) struct Certificate {
    der: CertificateDer<'static>,
}

/// Why an assertion is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// No JWT, or one that lacks what is needed.
    Malformed,
    /// Not signed with a certificate of the app.
    Signature,
    /// Not yet valid, or no longer.
    Time,
    /// Made for another token endpoint.
    Audience,
    /// Made by another app.
    Issuer,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// The thumbprint of the certificate: SHA-256, or SHA-1 in older clients.
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

impl Certificate {
    /// Reads the first certificate of a PEM.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, String> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| "holds no CERTIFICATE section in PEM".to_owned())?;
        EndEntityCert::try_from(&der)
            .map_err(|error| format!("is no X.509 certificate that can be used: {error}"))?;
        Ok(Self { der })
    }

    fn has_thumbprint(&self, header: &Header) -> bool {
        let is = |algorithm, text: &str| {
            let thumbprint = digest::digest(algorithm, &self.der);
            let text = text
                .trim_end_matches('=')
                .replace('+', "-")
                .replace('/', "_");
            text == URL_SAFE_NO_PAD.encode(thumbprint)
        };
        match (&header.sha256, &header.x5t) {
            (Some(text), _) => is(&digest::SHA256, text),
            (None, Some(text)) => is(&digest::SHA1_FOR_LEGACY_USE_ONLY, text),
            (None, None) => false,
        }
    }

    fn has_signed(
        &self,
        algorithm: &'static dyn SignatureVerificationAlgorithm,
        signed: &str,
        signature: &[u8],
    ) -> bool {
        EndEntityCert::try_from(&self.der).is_ok_and(|certificate| {
            certificate
                .verify_signature(algorithm, signed.as_bytes(), signature)
                .is_ok()
        })
    }
}

/// Checks an assertion of an app for a token endpoint at a time, in seconds since 1970.
pub(crate) fn check(
    assertion: &str,
    certificates: &[Certificate],
    app: Uuid,
    endpoint: &str,
    now: u64,
) -> Result<(), Wrong> {
    let (signed, signature) = assertion.rsplit_once('.').ok_or(Wrong::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Wrong::Malformed)?;
    let header: Header = part(header)?;
    let claims: Claims = part(claims)?;
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .or_else(|_| STANDARD.decode(signature))
        .map_err(|_| Wrong::Malformed)?;
    let algorithm = match header.alg.as_str() {
        "PS256" => RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        "RS256" => RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(Wrong::Malformed),
    };
    let owner = certificates
        .iter()
        .find(|certificate| certificate.has_thumbprint(&header));
    if !owner.is_some_and(|certificate| certificate.has_signed(algorithm, signed, &signature)) {
        return Err(Wrong::Signature);
    }
    if claims.exp + LEEWAY <= now || claims.nbf.is_some_and(|from| from > now + LEEWAY) {
        return Err(Wrong::Time);
    }
    if claims.aud != endpoint {
        return Err(Wrong::Audience);
    }
    let is_app = |text: &str| Uuid::try_parse(text).is_ok_and(|id| id == app);
    if !is_app(&claims.iss) || !is_app(&claims.sub) {
        return Err(Wrong::Issuer);
    }
    Ok(())
}

fn part<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, Wrong> {
    let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| Wrong::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| Wrong::Malformed)
}
