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
#[derive(Debug, Default)]
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

/// The use of a refresh token by an app.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Redemption<'a> {
    pub(crate) token: &'a str,
    pub(crate) app: Uuid,
    /// Seconds since 1970.
    pub(crate) now: u64,
    /// Whether the app gets a new refresh token.
    pub(crate) renew: bool,
    /// Whether the old refresh token becomes invalid.
    pub(crate) single_use: bool,
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

    /// Returns the user of a token, and the new token if there is one.
    pub(crate) fn redeem<'a>(
        &mut self,
        redemption: Redemption<'_>,
        partner: &'a Partner,
    ) -> Result<(&'a User, Option<String>), RefreshError> {
        let Redemption {
            token,
            app,
            now,
            renew,
            single_use,
        } = redemption;
        let token = Secret::new(token);
        let of_data_set = |user: &User| IssuedToken {
            token: token.clone(),
            tenant: partner.tenant_id,
            user: user.id,
            expires: None,
            used_up: false,
        };
        let mut users = partner.users.iter();
        let issued = match self.0.get(&token) {
            Some(issued) => Some(issued.clone()),
            None => users
                .find(|user| user.refresh_token == token)
                .map(of_data_set),
        };
        let issued = issued
            .filter(|issued| issued.tenant == partner.tenant_id && !issued.used_up)
            .ok_or(RefreshError::Invalid)?;
        if issued.expires.is_some_and(|expires| expires <= now) {
            return Err(RefreshError::Expired);
        }
        let mut users = partner.users.iter();
        let user = users
            .find(|user| user.id == issued.user)
            .ok_or(RefreshError::Invalid)?;
        if !renew {
            return Ok((user, None));
        }
        self.0
            .retain(|_, one| one.expires.is_none_or(|expires| expires > now));
        let new = format!("0.emulator.{app}.{}", Uuid::new_v4().simple());
        self.insert(IssuedToken {
            token: Secret::new(new.clone()),
            expires: Some(now + LIFETIME),
            ..issued.clone()
        });
        if single_use {
            self.insert(IssuedToken {
                used_up: true,
                ..issued
            });
        }
        Ok((user, Some(new)))
    }

    fn insert(&mut self, token: IssuedToken) {
        self.0.insert(token.token.clone(), token);
    }
}
