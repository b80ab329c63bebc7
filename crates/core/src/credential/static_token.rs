//! A token that was got elsewhere.

use crate::runtime::BoxFuture;
use crate::secret::Secret;
use crate::setting;

use super::access_token::AccessToken;
use super::error::CredentialError;
use super::provider::{Credential, TokenRequest};

/// An access token that is never refreshed, for scripts and tests.
///
/// ```
/// use partner_center_transfers::StaticToken;
///
/// let credential = StaticToken::new("eyJ0eXAi");
/// assert!(!format!("{credential:?}").contains("eyJ0eXAi"));
/// ```
#[derive(Clone, Debug)]
pub struct StaticToken(Secret);

impl StaticToken {
    /// `text` is the token alone, without the word `Bearer`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Secret::new(text))
    }

    fn token(&self) -> AccessToken {
        AccessToken::without_expiry(self.0.expose())
    }
}

impl Credential for StaticToken {
    fn access_token<'a>(
        &'a self,
        _request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move { Ok(self.token()) })
    }

    fn check(&self) -> Result<(), CredentialError> {
        if setting::is_quoted(self.0.expose()) {
            return Err(CredentialError::new(
                "the bearer token is enclosed in quotes: set it without the quotes",
            ));
        }
        self.token().check()
    }
}
