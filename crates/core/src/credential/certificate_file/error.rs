//! Why a certificate file cannot be used.

use std::fmt;

use crate::credential::error::CredentialError;
use crate::text_encoding::TextEncodingError;

use super::decryption::DecryptionError;

/// Why a certificate file cannot be used. Its text contains no part of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateFileError {
    /// The private key is encrypted, and there is no password.
    PasswordMissing,
    /// The password is not that of the file.
    PasswordWrong,
    /// The file is damaged, or has not the expected content.
    Invalid(String),
}

impl CertificateFileError {
    pub(super) fn invalid(reason: &str) -> Self {
        Self::Invalid(reason.to_owned())
    }
}

impl fmt::Display for CertificateFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PasswordMissing => "the private key is encrypted, and no password is given",
            Self::PasswordWrong => "the password is wrong",
            Self::Invalid(reason) => reason,
        })
    }
}

impl std::error::Error for CertificateFileError {}

impl From<DecryptionError> for CertificateFileError {
    fn from(error: DecryptionError) -> Self {
        match error {
            DecryptionError::WrongPassword => Self::PasswordWrong,
            DecryptionError::Malformed => {
                Self::invalid("it is damaged or incomplete: copy the whole file again")
            }
            DecryptionError::Unsupported => Self::invalid(
                "its encryption is not supported: export it again with AES-256, or convert it to PEM \
                 with `openssl pkcs12`",
            ),
        }
    }
}

impl From<TextEncodingError> for CertificateFileError {
    fn from(error: TextEncodingError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl From<CertificateFileError> for CredentialError {
    fn from(error: CertificateFileError) -> Self {
        let message = format!("the app's certificate file cannot be used: {error}");
        let error_without_hint = Self::new(message);
        match error {
            CertificateFileError::PasswordMissing => {
                error_without_hint.with_hint("use `with_password`, which takes the password")
            }
            _ => error_without_hint,
        }
    }
}
