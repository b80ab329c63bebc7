//! The credential of a command, and what is known about it without a request.

use std::sync::Arc;

use partner_center_transfers::Credential;

use super::app::App;
use super::cached_credential::CachedCredential;
use super::cached_token::{CachedToken, Fingerprint, Kind};
use crate::arguments::global::GlobalOptions;

/// What the credential of a call is made from.
pub(crate) struct SelectedCredential {
    pub(crate) credential: Arc<dyn Credential>,
    /// What it is, for people.
    pub(crate) description: String,
    /// The tenant and the client id, if they are known without a token.
    pub(crate) tenant: Option<String>,
    pub(crate) client_id: Option<String>,
    /// The access token that later commands use, if it is kept.
    pub(crate) cached_token: Option<CachedToken>,
}

/// A credential of the environment or of the sign-in.
pub(super) struct UncachedCredential {
    pub(super) credential: Arc<dyn Credential>,
    pub(super) description: String,
    pub(super) kind: Kind,
    pub(super) fingerprint: Fingerprint,
}

impl UncachedCredential {
    /// The credential with the cache, unless the caller wants none.
    pub(super) fn cached(
        self,
        global: &GlobalOptions,
        app: &App,
        tenant: String,
        client: String,
    ) -> SelectedCredential {
        let cached_token = CachedToken::new(app, &self.kind, self.fingerprint);
        let cached_token = cached_token.filter(|_| !global.no_token_cache);
        let credential = match &cached_token {
            Some(token) => Arc::new(CachedCredential::new(self.credential, token.clone())),
            None => self.credential,
        };
        SelectedCredential {
            credential,
            description: self.description,
            tenant: Some(tenant),
            client_id: Some(client),
            cached_token,
        }
    }
}
