//! Any credential of the Azure SDK, such as those of `azure_identity`: a managed identity, a
//! workload identity, the Azure CLI.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use azure_core::credentials::TokenCredential;

use crate::runtime::BoxFuture;

use super::token::{AccessToken, TokenRequest};
use super::{Credential, CredentialError};

/// Lets a credential of the Azure SDK for Rust get the token.
///
/// It asks for the scope of the client's cloud. The authority, the transport and the retries are
/// those that the Azure credential was made with.
///
/// Needs the feature `azure_core`.
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
                    CredentialError::new(format!("the Azure credential gave no token: {error}"))
                        .with_source(error)
                })?;
            // One that is over already holds for no time, and is asked for again.
            let lifetime = SystemTime::from(token.expires_on)
                .duration_since(request.runtime().wall_clock())
                .unwrap_or_default();
            Ok(AccessToken::new(token.token.secret(), lifetime))
        })
    }
}

impl fmt::Debug for AzureCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not what it wraps: that is another's, and may show what it holds.
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
    use crate::credential::Credential as _;
    use crate::credential::testing::{FakeRuntime, request_to};

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
    fn it_shows_nothing_of_what_it_wraps() {
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
    async fn an_azure_credential_gives_the_token_of_the_clouds_scope() {
        let http = reqwest::Client::new();
        let runtime = FakeRuntime::new();
        let request = request_to("https://login.example", &http, &runtime);
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + 60);
        let credential = fake(Some(end));
        let token = credential.access_token(&request).await.unwrap();
        assert_eq!(token.text().expose(), "for:https://api.example/.default");
        assert_eq!(token.lifetime(), Some(Duration::from_mins(1)));

        let error = fake(None).access_token(&request).await.unwrap_err();
        assert!(error.to_string().contains("not signed in"), "{error}");
    }
}
