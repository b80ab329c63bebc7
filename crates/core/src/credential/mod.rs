//! Credentials: what gets access tokens, and the ways that Partner Center documents.
//!
//! | module | content |
//! |---|---|
//! | `provider` | the `Credential` trait, and the request that it is given |
//! | `access_token` | a token, as credentials return it and as calls carry it |
//! | `error`, `entra_error`, `entra_hints` | why there is no token, and what to do about it |
//! | `app_registration` | an app in a tenant, and its token endpoint |
//! | `certificate_file` | an app's certificate and its private key, as files contain them |
//! | `form`, `token_endpoint`, `token_response` | a token request and its response |
//! | `*_credential`, `static_token` | the credentials |
//! | `refresh_token` | a refresh token, as credentials hand it out |
//! | `device_authorization`, `device_code_message`, `device_code_sign_in` | a sign-in with a device code |
//! | `token_cache` | one token for all calls of a client |
//!
//! The `oauth2` crate (5.0) does not fit: it does not wipe secrets from memory, its errors lack the
//! members that Entra adds, it has no client assertions, and it adds chrono, rand and older
//! versions of base64 and sha2 to the dependencies. For these grants the protocol is one form and
//! one JSON object.

mod access_token;
mod app_registration;
#[cfg(feature = "azure_core")]
mod azure_credential;
#[cfg(feature = "certificate")]
mod certificate_file;
#[cfg(feature = "certificate")]
mod client_certificate_credential;
mod client_secret_credential;
mod device_authorization;
mod device_code_credential;
mod device_code_message;
mod device_code_sign_in;
mod entra_error;
mod entra_hints;
mod error;
mod form;
mod provider;
mod refresh_token;
mod refresh_token_credential;
mod static_token;
#[cfg(test)]
mod tests;
mod token_cache;
mod token_endpoint;
mod token_response;

pub use access_token::AccessToken;
pub(crate) use access_token::Bearer;
#[cfg(feature = "azure_core")]
pub use azure_credential::AzureCredential;
#[cfg(feature = "certificate")]
pub use certificate_file::CertificateFileError;
#[cfg(feature = "certificate")]
pub use client_certificate_credential::ClientCertificateCredential;
pub use client_secret_credential::ClientSecretCredential;
pub use device_code_credential::DeviceCodeCredential;
pub use device_code_message::DeviceCodeMessage;
pub use error::CredentialError;
pub use provider::{Credential, TokenRequest};
pub use refresh_token::RefreshToken;
pub use refresh_token_credential::{RefreshTokenCredential, RefreshTokenStore};
pub use static_token::StaticToken;
pub(crate) use token_cache::TokenCache;
