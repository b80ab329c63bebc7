//! X.509 certificates of apps, and the signatures that are made with their keys.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use webpki::EndEntityCert;

/// A certificate of an app.
#[derive(Debug)]
pub(crate) struct Certificate(CertificateDer<'static>);

impl Certificate {
    /// Reads the first certificate in a PEM text.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, String> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| "contains no CERTIFICATE section in PEM".to_owned())?;
        EndEntityCert::try_from(&der)
            .map_err(|error| format!("is not a usable X.509 certificate: {error}"))?;
        Ok(Self(der))
    }

    /// Whether this is the base64 of the certificate's digest.
    pub(crate) fn has_thumbprint(
        &self,
        algorithm: &'static digest::Algorithm,
        thumbprint: &str,
    ) -> bool {
        let expected = URL_SAFE_NO_PAD.encode(digest::digest(algorithm, &self.0));
        let thumbprint = thumbprint.trim_end_matches('=');
        thumbprint.replace('+', "-").replace('/', "_") == expected
    }

    /// Whether the signature was made with the key of this certificate.
    pub(crate) fn verify(
        &self,
        algorithm: &'static dyn SignatureVerificationAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        EndEntityCert::try_from(&self.0)
            .is_ok_and(|one| one.verify_signature(algorithm, message, signature).is_ok())
    }
}
