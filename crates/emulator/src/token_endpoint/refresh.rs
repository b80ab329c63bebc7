//! Refresh tokens: each use gives a new one.
//!
//! The service lets the old one live on until it expires, 90 days after it was given; so does
//! this. `single_use_refresh_tokens` ends it at once: then a client that does not keep the new
//! one is found out.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::refusal::TokenRefusal;
use crate::model::{Partner, User};
use crate::secret::Secret;

/// In seconds: 90 days.
const LIFETIME: u64 = 90 * 24 * 3600;

/// Refresh tokens that were given in place of those of the data set.
#[derive(Debug, Default)]
pub(crate) struct RefreshTokens {
    given: HashMap<Secret, Given>,
}

#[derive(Clone, Copy, Debug)]
struct Given {
    tenant: Uuid,
    user: Uuid,
    /// Seconds since 1970. One of the data set has no such time, and does not expire.
    expires: Option<u64>,
    used_up: bool,
}

/// One of them in a state file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rotated {
    token: Secret,
    tenant: Uuid,
    user: Uuid,
    expires: Option<u64>,
    used_up: bool,
}

impl RefreshTokens {
    pub(crate) fn from_state(rotated: Vec<Rotated>) -> Self {
        let given = rotated.into_iter().map(|one| {
            let given = Given {
                tenant: one.tenant,
                user: one.user,
                expires: one.expires,
                used_up: one.used_up,
            };
            (one.token, given)
        });
        Self {
            given: given.collect(),
        }
    }

    pub(crate) fn to_state(&self) -> Vec<Rotated> {
        let mut rotated: Vec<Rotated> = self
            .given
            .iter()
            .map(|(token, given)| Rotated {
                token: token.clone(),
                tenant: given.tenant,
                user: given.user,
                expires: given.expires,
                used_up: given.used_up,
            })
            .collect();
        rotated.sort_by(|one, other| one.token.expose().cmp(other.token.expose()));
        rotated
    }

    /// Whose token it is, and the new one if one is wanted.
    pub(super) fn redeem<'a>(
        &mut self,
        token: &str,
        partner: &'a Partner,
        app: Uuid,
        now: u64,
        renew: bool,
        single_use: bool,
    ) -> Result<(&'a User, Option<String>), TokenRefusal> {
        let token = Secret::new(token);
        let given = match self.given.get(&token) {
            Some(given) => *given,
            None => partner
                .users
                .iter()
                .find(|user| user.refresh_token == token)
                .map(|user| Given {
                    tenant: partner.tenant_id,
                    user: user.id,
                    expires: None,
                    used_up: false,
                })
                .ok_or_else(TokenRefusal::wrong_refresh_token)?,
        };
        if given.tenant != partner.tenant_id || given.used_up {
            return Err(TokenRefusal::wrong_refresh_token());
        }
        if given.expires.is_some_and(|expires| expires <= now) {
            return Err(TokenRefusal::expired_refresh_token());
        }
        let user = partner
            .users
            .iter()
            .find(|user| user.id == given.user)
            .ok_or_else(TokenRefusal::wrong_refresh_token)?;
        if !renew {
            return Ok((user, None));
        }
        // Those that have expired are of no more use.
        self.given
            .retain(|_, given| given.expires.is_none_or(|expires| expires > now));
        let new = format!("0.emulator.{app}.{}", Uuid::new_v4().simple());
        self.given.insert(
            Secret::new(new.clone()),
            Given {
                expires: Some(now + LIFETIME),
                ..given
            },
        );
        if single_use {
            self.given.insert(
                token,
                Given {
                    used_up: true,
                    ..given
                },
            );
        }
        Ok((user, Some(new)))
    }
}
