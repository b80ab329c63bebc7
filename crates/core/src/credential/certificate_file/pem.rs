//! Reads PEM files with an RSA key and certificates.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::pem::{Error as PemError, SectionKind, SliceIter};
use zeroize::Zeroizing;

use super::ber::{Reader, SEQUENCE};
use super::decryption::{DecryptionError, Password, decrypt};
use super::error::CertificateFileError;
use super::key::{Key, KeyFormat};

/// The keys and the certificates of a file.
#[derive(Default)]
pub(super) struct Content {
    pub(super) keys: Vec<Key>,
    pub(super) certificates: Vec<Vec<u8>>,
}

/// The first line of a section, without its label.
const BEGIN: &[u8] = b"-----BEGIN ";
const ENCRYPTED_KEY: &[u8] = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";
const ENCRYPTED_KEY_END: &[u8] = b"-----END ENCRYPTED PRIVATE KEY-----";

/// Whether the text contains a PEM section.
pub(super) fn is_pem(text: &[u8]) -> bool {
    position(text, BEGIN).is_some()
}

/// Parses the sections. Errors must not quote them, as those of the library may.
pub(super) fn read(text: &[u8], password: Option<&str>) -> Result<Content, CertificateFileError> {
    let text = &cleaned(text)[..];
    let invalid = |reason| Err(CertificateFileError::invalid(reason));
    // The form of OpenSSL before 1.0, whose key derivation is too weak to support.
    if position(text, b"4,ENCRYPTED").is_some() {
        return invalid(
            "the private key is encrypted in OpenSSL's traditional format: convert it with \
             `openssl pkcs8 -topk8`, which asks for its password and a new one, or decrypt it with \
             `openssl rsa`",
        );
    }
    let mut content = Content::default();
    for section in SliceIter::<(SectionKind, Vec<u8>)>::new(text) {
        let (kind, der) = section.map_err(|error| {
            CertificateFileError::invalid(match error {
                PemError::MissingSectionEnd { .. } => {
                    "a PEM section has no end line: copy the whole file again"
                }
                PemError::IllegalSectionStart { .. } => "the begin line of a section is malformed",
                PemError::Base64Decode(_) => "a PEM section is not valid base64",
                _ => "the PEM is not well-formed",
            })
        })?;
        let der = Zeroizing::new(der);
        match kind {
            SectionKind::Certificate => content.certificates.push(der.to_vec()),
            SectionKind::PrivateKey => content.keys.push(Key::new(KeyFormat::Pkcs8, der)),
            SectionKind::RsaPrivateKey => content.keys.push(Key::new(KeyFormat::Pkcs1, der)),
            SectionKind::EcPrivateKey => {
                return invalid("the private key is an EC key; Entra accepts RSA keys only");
            }
            _ => {}
        }
    }
    let mut rest = text;
    while let Some(start) = position(rest, ENCRYPTED_KEY) {
        let body = &rest[start + ENCRYPTED_KEY.len()..];
        let Some(end) = position(body, ENCRYPTED_KEY_END) else {
            break;
        };
        let password = password.ok_or(CertificateFileError::PasswordMissing)?;
        content.keys.push(decrypt_key(&body[..end], password)?);
        rest = &body[end..];
    }
    if content.keys.is_empty() && position(text, b"-----BEGIN OPENSSH PRIVATE KEY").is_some() {
        return invalid(
            "the private key is in OpenSSH's format: convert it with `ssh-keygen -p -m PKCS8`",
        );
    }
    Ok(content)
}

fn decrypt_key(base64: &[u8], password: &str) -> Result<Key, CertificateFileError> {
    let base64: Vec<u8> = base64
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    let der = STANDARD
        .decode(base64)
        .map_err(|_| CertificateFileError::invalid("a PEM section is not valid base64"))?;
    let decrypted = || {
        let mut info = Reader::new(&der).enter(SEQUENCE)?;
        let algorithm = info.enter(SEQUENCE)?;
        decrypt(algorithm, &info.octets()?, &Password::new(password))
    };
    match decrypted() {
        // Random bytes can look padded; they are no key.
        Ok(key) if Reader::new(&key).enter(SEQUENCE).is_err() => {
            Err(DecryptionError::WrongPassword.into())
        }
        Ok(key) => Ok(Key::new(KeyFormat::Pkcs8, key)),
        Err(error) => Err(error.into()),
    }
}

/// The text without indentation and without byte order marks, which are in the middle if files were
/// concatenated.
fn cleaned(text: &[u8]) -> Zeroizing<Vec<u8>> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";

    let mut clean = Zeroizing::new(Vec::with_capacity(text.len() + 1));
    for line in text.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let mut line = line.trim_ascii();
        while let Some(rest) = line.strip_prefix(MARK) {
            line = rest.trim_ascii();
        }
        clean.extend_from_slice(line);
        clean.push(b'\n');
    }
    clean
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|found| found == part)
}
