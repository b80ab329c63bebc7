//! Refresh tokens: each use gives a new one.
//!
//! As in the service, the old one stays valid until it expires, 90 days after it was issued.
//! `single_use_refresh_tokens` invalidates it at once, which reveals clients that do not store the
//! new one.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Partner, Secret, User};

/// 90 days, in seconds.
const LIFETIME: u64 = 90 * 24 * 3600;

/// The maximum number of issued tokens; the oldest are dropped first.
const CAPACITY: usize = 100_000;

/// The refresh tokens that were issued in addition to those of the data set, and the used up ones of
/// the data set.
#[derive(Debug, Default)]
pub(crate) struct RefreshTokens {
    tokens: HashMap<Secret, IssuedToken>,
    /// The tokens that expire, the oldest first.
    issued: VecDeque<Secret>,
}

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
    pub(crate) fn new(mut tokens: Vec<IssuedToken>) -> Self {
        tokens.sort_by_key(|one| one.expires);
        let mut all = Self::default();
        for one in tokens {
            all.put(one);
        }
        all
    }

    /// Returns all tokens, the oldest first.
    pub(crate) fn to_vec(&self) -> Vec<IssuedToken> {
        let mut tokens: Vec<IssuedToken> = self.tokens.values().cloned().collect();
        tokens.sort_by(|one, other| (one.expires, &one.token).cmp(&(other.expires, &other.token)));
        tokens
    }

    /// Adds or replaces a token.
    pub(crate) fn put(&mut self, token: IssuedToken) {
        let (secret, expires) = (token.token.clone(), token.expires);
        let is_new = self.tokens.insert(secret.clone(), token).is_none();
        let Some(expires) = expires.filter(|_| is_new) else {
            return;
        };
        self.issued.push_back(secret);
        // All tokens have the same lifetime, so the oldest expires first.
        let issued_at = expires.saturating_sub(LIFETIME);
        while let Some(oldest) = self.issued.front()
            && (self.issued.len() > CAPACITY
                || self.tokens.get(oldest).and_then(|one| one.expires) <= Some(issued_at))
        {
            self.tokens.remove(oldest);
            self.issued.pop_front();
        }
    }

    /// Returns the user of a token. `now` is in seconds since 1970.
    pub(crate) fn user<'a>(
        &self,
        token: &str,
        partner: &'a Partner,
        now: u64,
    ) -> Result<&'a User, RefreshError> {
        let token = Secret::new(token);
        let issued = self.tokens.get(&token);
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

    /// Returns what replaces a token of this user: a new one, and with `single_use` the old one,
    /// which is used up.
    pub(crate) fn renewed(
        &self,
        token: &str,
        tenant: Uuid,
        user: Uuid,
        now: u64,
        single_use: bool,
    ) -> Vec<IssuedToken> {
        let mut renewed = vec![IssuedToken::new(tenant, user, now)];
        if single_use {
            let token = Secret::new(token);
            let expires = self.tokens.get(&token).and_then(|one| one.expires);
            renewed.push(IssuedToken {
                token,
                tenant,
                user,
                expires,
                used_up: true,
            });
        }
        renewed
    }
}

impl IssuedToken {
    /// A new token for a user who has signed in.
    pub(crate) fn new(tenant: Uuid, user: Uuid, now: u64) -> Self {
        Self {
            token: Secret::new(format!("0.emulator.{}", Uuid::new_v4().simple())),
            tenant,
            user,
            expires: Some(now + LIFETIME),
            used_up: false,
        }
    }

    /// The text of the token, for the client.
    pub(crate) fn secret(&self) -> &str {
        self.token.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expired_tokens_and_the_oldest_ones_are_dropped() {
        let mut tokens = RefreshTokens::default();
        let issue = |now| IssuedToken::new(Uuid::nil(), Uuid::nil(), now);
        for now in 0..10 {
            tokens.put(issue(now));
        }
        tokens.put(issue(LIFETIME + 8));
        assert_eq!(tokens.to_vec().len(), 2, "the last one, and that of 9");
        for _ in 0..CAPACITY {
            tokens.put(issue(LIFETIME + 8));
        }
        assert_eq!(tokens.tokens.len(), CAPACITY);
        assert_eq!(tokens.issued.len(), CAPACITY);
    }
}
