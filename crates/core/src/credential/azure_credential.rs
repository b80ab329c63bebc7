//! Credentials of the Azure SDK, such as those of `azure_identity`: managed identity, workload
//! identity, Azure CLI.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use azure_core::credentials::TokenCredential;

use crate::runtime::BoxFuture;

use super::access_token::AccessToken;
use super::error::CredentialError;
use super::provider::{Credential, TokenRequest};

/// Gets tokens from a credential of the Azure SDK for Rust.
///
/// The scope is that of the client's cloud. Authority, transport and retries are those of the Azure
/// credential.
///
/// Requires the feature `azure_core`, and Rust 1.88 because the Azure SDK does.
#[derive(Clone)]
pub struct AzureCredential(Arc<dyn TokenCredential>);

impl AzureCredential {
    /// Wraps a credential of the Azure SDK.
    pub fn new(credential: Arc<dyn TokenCredential>) -> Self {
        Self(credential)
    }
}

impl Credential for AzureCredential {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move {
            let token = self
                .0
                .get_token(&[request.scope()], None)
                .await
                .map_err(|error| {
                    CredentialError::new(format!("the Azure credential returned no token: {error}"))
                        .with_source(error)
                })?;
            // A token that has already expired has no lifetime, and is requested again.
            let lifetime = SystemTime::from(token.expires_on)
                .duration_since(request.runtime.wall_clock())
                .unwrap_or_default();
            Ok(AccessToken::new(token.token.secret(), lifetime))
        })
    }
}

impl fmt::Debug for AzureCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The wrapped credential's `Debug` may show its secrets.
        f.write_str("AzureCredential")
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
    use azure_core::time::OffsetDateTime;

    use super::AzureCredential;
    use crate::credential::access_token::Bearer;
    use crate::credential::provider::{Credential as _, TokenRequest};
    use crate::network::Connector;
    use crate::runtime::TokioRuntime;

    #[derive(Debug)]
    struct Fake {
        expires: Option<SystemTime>,
        #[expect(dead_code, reason = "for its Debug")]
        careless: &'static str,
    }

    fn fake(expires: Option<SystemTime>) -> AzureCredential {
        AzureCredential::new(Arc::new(Fake {
            expires,
            careless: "canary",
        }))
    }

    #[test]
    fn debug_shows_nothing_of_the_wrapped_credential() {
        let credential = fake(None);
        insta::assert_snapshot!(format!("{credential:?}\n{credential:#?}"), @r"
        AzureCredential
        AzureCredential
        ");
    }

    impl TokenCredential for Fake {
        fn get_token<'a, 'b, 'c, 'd, 'e>(
            &'a self,
            scopes: &'b [&'c str],
            _options: Option<TokenRequestOptions<'d>>,
        ) -> Pin<Box<dyn Future<Output = azure_core::Result<AccessToken>> + Send + 'e>>
        where
            'a: 'e,
            'b: 'e,
            'c: 'e,
            'd: 'e,
            Self: 'e,
        {
            let token = self.expires.map(|end| {
                AccessToken::new(
                    format!("for:{}", scopes.join(" ")),
                    OffsetDateTime::from(end),
                )
            });
            Box::pin(async move {
                token.ok_or_else(|| {
                    azure_core::Error::with_message(
                        azure_core::error::ErrorKind::Credential,
                        "not signed in",
                    )
                })
            })
        }
    }

    #[tokio::test]
    async fn the_token_is_requested_for_the_scope_of_the_cloud() {
        let login = Connector::to("https://login.example");
        let request = TokenRequest {
            audience: "https://api.example",
            scope: "https://api.example/.default",
            login: &login,
            runtime: &TokioRuntime,
        };
        let end = SystemTime::now() + Duration::from_secs(60 * 60);
        let credential = fake(Some(end));
        let token = credential.access_token(&request).await.unwrap();
        let lifetime = token.lifetime().unwrap();
        assert!(
            lifetime <= Duration::from_secs(60 * 60) && lifetime > Duration::from_secs(50 * 60)
        );
        let bearer = Bearer::new(&token).unwrap();
        assert_eq!(bearer.text().expose(), "for:https://api.example/.default");

        let error = fake(None).access_token(&request).await.unwrap_err();
        assert!(error.to_string().contains("not signed in"), "{error}");
    }
}
