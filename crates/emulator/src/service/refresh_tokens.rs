//! Refresh tokens: each use gives a new one.
//!
//! As in the service, the old one stays valid until it expires, 90 days after it was issued.
//! `single_use_refresh_tokens` invalidates it at once, which reveals clients that do not store the
//! new one.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Partner, Secret, User};

/// 90 days, in seconds.
const LIFETIME: u64 = 90 * 24 * 3600;

/// The refresh tokens that were issued in addition to those of the data set.
#[derive(Clone, Debug, Default)]
pub(crate) struct RefreshTokens(HashMap<Secret, IssuedToken>);

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IssuedToken {
    token: Secret,
    tenant: Uuid,
    user: Uuid,
    /// Seconds since 1970. A token of the data set has no such time and does not expire.
    expires: Option<u64>,
    used_up: bool,
}

/// Why a refresh token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefreshError {
    /// It is not a token of this partner, or it was used up.
    Invalid,
    Expired,
}

impl RefreshTokens {
    pub(crate) fn new(tokens: Vec<IssuedToken>) -> Self {
        let tokens = tokens.into_iter().map(|one| (one.token.clone(), one));
        Self(tokens.collect())
    }

    /// Returns all tokens, sorted.
    pub(crate) fn to_vec(&self) -> Vec<IssuedToken> {
        let mut tokens: Vec<IssuedToken> = self.0.values().cloned().collect();
        tokens.sort_by(|one, other| one.token.cmp(&other.token));
        tokens
    }

    /// Returns the user of a token. `now` is in seconds since 1970.
    pub(crate) fn user<'a>(
        &self,
        token: &str,
        partner: &'a Partner,
        now: u64,
    ) -> Result<&'a User, RefreshError> {
        let token = Secret::new(token);
        let issued = self.0.get(&token);
        if issued.is_some_and(|one| one.tenant != partner.tenant_id || one.used_up) {
            return Err(RefreshError::Invalid);
        }
        let expires = issued.and_then(|one| one.expires);
        if expires.is_some_and(|expires| expires <= now) {
            return Err(RefreshError::Expired);
        }
        let mut users = partner.users.iter();
        let user = users.find(|user| match issued {
            Some(issued) => issued.user == user.id,
            None => user.refresh_token == token,
        });
        user.ok_or(RefreshError::Invalid)
    }

    /// Issues a new token in place of one of this user.
    pub(crate) fn renew(
        &mut self,
        token: &str,
        tenant: Uuid,
        user: Uuid,
        now: u64,
        single_use: bool,
    ) -> String {
        let new = self.issue(tenant, user, now);
        if single_use {
            let old = Secret::new(token);
            let used_up = IssuedToken {
                token: old.clone(),
                tenant,
                user,
                expires: self.0.get(&old).and_then(|one| one.expires),
                used_up: true,
            };
            self.0.insert(old, used_up);
        }
        new
    }

    /// Issues a token for a user who has signed in.
    pub(crate) fn issue(&mut self, tenant: Uuid, user: Uuid, now: u64) -> String {
        self.0
            .retain(|_, one| one.expires.is_none_or(|expires| expires > now));
        let new = format!("0.emulator.{}", Uuid::new_v4().simple());
        let token = Secret::new(new.clone());
        let issued = IssuedToken {
            token: token.clone(),
            tenant,
            user,
            expires: Some(now + LIFETIME),
            used_up: false,
        };
        self.0.insert(token, issued);
        new
    }
}
