//! Certificate files: a certificate and its private key, as PEM or as PKCS#12.
//!
//! | module | content |
//! |---|---|
//! | `error` | why a file cannot be used |
//! | `pem`, `pkcs12` | the two formats |
//! | `key` | a private key of a file |
//! | `decryption` | password-based decryption |
//! | `ber` | ASN.1 |
//!
//! The `p12-keystore` crate (0.4) does not fit: it needs pre-releases of two crates and brings more
//! than thirty, and it reads neither null passwords, which tools for Azure write, nor BER. This
//! module reads the structure; all ciphers, hashes and the key derivation of PKCS#5 are from
//! aws-lc-rs and the `RustCrypto` project.

mod ber;
mod decryption;
mod error;
mod key;
mod pem;
mod pkcs12;
#[cfg(test)]
mod tests;

use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::text_encoding::decode_text;

use self::ber::{INTEGER, OID, Reader, SEQUENCE};
use self::decryption::DecryptionError;
pub use self::error::CertificateFileError;
use self::key::{Key, KeyFormat};

/// What authenticates an app.
pub(super) struct CertificateAndKey {
    pub(super) key: RsaKeyPair,
    /// DER.
    pub(super) certificate: Vec<u8>,
}

/// Reads a file of either format. The password is ignored if the key is not encrypted.
pub(super) fn read(
    bytes: &[u8],
    password: Option<&str>,
) -> Result<CertificateAndKey, CertificateFileError> {
    // The beginning of each structure in DER, which is not valid UTF-8.
    if let [SEQUENCE, length, ..] = bytes
        && !length.is_ascii()
    {
        return read_der(bytes, password);
    }
    if let [0xFE, 0xED, 0xFE, 0xED, ..] | [0xCE, 0xCE, 0xCE, 0xCE, ..] = bytes {
        return Err(CertificateFileError::invalid(
            "it is a Java keystore: convert it with `keytool -importkeystore -deststoretype \
             PKCS12`",
        ));
    }
    let text = match decode_text(bytes) {
        Ok(text) => Zeroizing::new(text.into_owned().into_bytes()),
        // A comment may be in another encoding.
        Err(_) if pem::is_pem(bytes) => Zeroizing::new(bytes.to_vec()),
        Err(error) => return Err(error.into()),
    };
    if pem::is_pem(&text) {
        return read_pem(&text, password);
    }
    // Azure Key Vault returns PKCS#12 encoded as base64.
    let mut base64 = text.clone();
    base64.retain(|byte| !byte.is_ascii_whitespace());
    match STANDARD.decode(&base64[..]).map(Zeroizing::new) {
        Ok(der) if der.first() == Some(&SEQUENCE) => read_der(&der, password),
        _ => Err(CertificateFileError::invalid(
            "it is neither PEM nor PKCS#12; expected a file that contains the certificate and its \
             private key",
        )),
    }
}

/// Reads a PEM file.
fn read_pem(
    text: &[u8],
    password: Option<&str>,
) -> Result<CertificateAndKey, CertificateFileError> {
    let content = pem::read(text, password)?;
    let no_key = "it contains no private key; expected a `PRIVATE KEY`, `ENCRYPTED PRIVATE KEY` or \
                  `RSA PRIVATE KEY` section beside the certificate";
    choose(content.keys, content.certificates, no_key)
}

/// Reads PKCS#12, and names other structures.
fn read_der(
    bytes: &[u8],
    password: Option<&str>,
) -> Result<CertificateAndKey, CertificateFileError> {
    let damaged =
        |_| CertificateFileError::invalid("it is damaged or incomplete: copy the whole file again");
    let mut structure = Reader::new(bytes).enter(SEQUENCE).map_err(damaged)?;
    let first = structure.next().map_err(damaged)?;
    let reason = match first {
        Some(version) if version.tag == INTEGER && version.content == [3] => {
            return read_pkcs12(bytes, password);
        }
        Some(version) if version.tag == INTEGER => {
            "it contains a private key without its certificate; expected both in one PKCS#12 or \
             PEM file"
        }
        Some(inner) if inner.tag == SEQUENCE && !starts_with_oid(inner.content) => {
            "it contains a certificate without its private key (a .cer or .crt file): export the \
             certificate with its private key, as PKCS#12 (.pfx) or PEM"
        }
        Some(inner) if inner.tag == SEQUENCE => {
            "it contains an encrypted private key without its certificate; expected both in one \
             PKCS#12 or PEM file"
        }
        Some(kind) if kind.tag == OID => {
            "it is a PKCS#7 file (.p7b), which contains no private key: export the certificate with \
             its private key, as PKCS#12 (.pfx) or PEM"
        }
        _ => "it is neither PEM nor PKCS#12",
    };
    Err(CertificateFileError::invalid(reason))
}

fn starts_with_oid(content: &[u8]) -> bool {
    Reader::new(content).expect(OID).is_ok()
}

fn read_pkcs12(
    bytes: &[u8],
    password: Option<&str>,
) -> Result<CertificateAndKey, CertificateFileError> {
    let given = password.unwrap_or_default();
    let content = pkcs12::read(bytes, given).map_err(|error| match error {
        DecryptionError::WrongPassword if given.is_empty() => CertificateFileError::PasswordMissing,
        error => error.into(),
    })?;
    let keys = content
        .keys
        .into_iter()
        .map(|der| Key::new(KeyFormat::Pkcs8, der))
        .collect();
    let no_key = "the PKCS#12 file contains no private key: export the certificate again, with its \
                  private key";
    choose(keys, content.certificates, no_key)
}

/// Finds the certificate that matches the key.
fn choose(
    mut keys: Vec<Key>,
    certificates: Vec<Vec<u8>>,
    no_key: &str,
) -> Result<CertificateAndKey, CertificateFileError> {
    let invalid = CertificateFileError::invalid;
    if keys.len() > 1 {
        return Err(invalid(
            "it contains more than one private key; expected that of the app alone",
        ));
    }
    let key = keys.pop().ok_or_else(|| invalid(no_key))?.parse()?;
    if certificates.is_empty() {
        return Err(invalid(
            "it contains no certificate; expected the certificate beside its private key",
        ));
    }
    // A certificate contains the public key in the same encoding, so no certificate parser is
    // needed to match the two.
    let public = key.public_key().as_ref().to_vec();
    let certificate = certificates
        .into_iter()
        .find(|der| der.windows(public.len()).any(|part| part == public))
        .ok_or_else(|| invalid("the certificate does not match the private key"))?;
    Ok(CertificateAndKey { key, certificate })
}
