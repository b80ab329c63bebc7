//! A private key as a file contains it.

use aws_lc_rs::signature::RsaKeyPair;
use zeroize::Zeroizing;

use super::error::CertificateFileError;

/// An encoded private key, which is wiped from memory when dropped.
pub(super) struct Key {
    format: KeyFormat,
    der: Zeroizing<Vec<u8>>,
}

#[derive(Clone, Copy)]
pub(super) enum KeyFormat {
    /// `PRIVATE KEY`, for keys of any kind.
    Pkcs8,
    /// `RSA PRIVATE KEY`.
    Pkcs1,
}

impl Key {
    pub(super) fn new(format: KeyFormat, der: Zeroizing<Vec<u8>>) -> Self {
        Self { format, der }
    }

    pub(super) fn parse(&self) -> Result<RsaKeyPair, CertificateFileError> {
        let parsed = match self.format {
            KeyFormat::Pkcs8 => RsaKeyPair::from_pkcs8(&self.der),
            KeyFormat::Pkcs1 => RsaKeyPair::from_der(&self.der),
        };
        parsed.map_err(|_| {
            let contains = |oid: &[u8]| self.der.windows(oid.len()).any(|part| part == oid);
            // The algorithm is at the beginning of PKCS#8: EC, and the 25519 and 448 curves.
            let is_ec = contains(b"\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01");
            let is_edwards = self.der.len() < 200 && contains(b"\x06\x03\x2B\x65");
            CertificateFileError::invalid(if is_ec || is_edwards {
                "the private key is an EC key, not an RSA key; Entra accepts RSA keys only"
            } else {
                "the private key is damaged, or is not an RSA key of 2048 to 8192 bits"
            })
        })
    }
}
