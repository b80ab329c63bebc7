//! Access tokens: JWTs that are signed with HS256 and a random key of this run.
//!
//! The API verifies the signature and needs no table of tokens, and a developer can look at `aud`,
//! `tid` and `amr` with any JWT viewer. The issuer is the URL of the emulator, so a token cannot be
//! mistaken for one of Microsoft's.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::service::model::User;

/// The audiences that the API accepts: its URL, and the app id of Partner Center, by which a client
/// can request a token too.
pub(crate) const API_AUDIENCES: [&str; 2] = [
    "https://api.partnercenter.microsoft.com",
    "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
];

/// How many verified tokens are remembered.
const CAPACITY: usize = 1000;

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// The claims of a token, under the names that Entra uses.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Claims {
    pub(crate) aud: String,
    pub(crate) iss: String,
    pub(crate) iat: u64,
    pub(crate) nbf: u64,
    pub(crate) exp: u64,
    pub(crate) appid: Uuid,
    /// The tenant id of the partner.
    pub(crate) tid: Uuid,
    /// The user, or the app's own object.
    pub(crate) oid: Uuid,
    /// `app` or `user`.
    pub(crate) idtyp: String,
    /// The authentication methods of the user; `mfa` is required by the API.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scp: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) upn: Option<String>,
    pub(crate) ver: String,
    /// Random, so that no two tokens are equal.
    pub(crate) uti: Uuid,
}

/// Signs and verifies tokens.
pub(crate) struct TokenSigner {
    key: hmac::Key,
    /// The claims of tokens that were verified and have not expired.
    verified: Mutex<HashMap<Box<str>, Arc<Claims>>>,
    url: String,
    lifetime: Duration,
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSigner").finish_non_exhaustive()
    }
}

impl TokenSigner {
    pub(crate) fn new(url: &str, lifetime: Duration) -> Self {
        // Two random GUIDs have 244 random bits.
        let secret = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &secret),
            verified: Mutex::default(),
            url: url.to_owned(),
            lifetime,
        }
    }

    /// The claims of a token for an app, with a user if there is one. `now` is in seconds since
    /// 1970.
    pub(crate) fn claims(
        &self,
        audience: &str,
        tenant: Uuid,
        app: Uuid,
        user: Option<&User>,
        now: u64,
    ) -> Claims {
        let amr: &[&str] = match user {
            None => &[],
            Some(User { mfa: true, .. }) => &["pwd", "mfa"],
            Some(_) => &["pwd"],
        };
        Claims {
            aud: audience.to_owned(),
            iss: format!("{}/{tenant}/", self.url),
            iat: now,
            nbf: now,
            exp: now + self.lifetime.as_secs(),
            appid: app,
            tid: tenant,
            oid: user.map_or(app, |user| user.id),
            idtyp: if user.is_some() { "user" } else { "app" }.to_owned(),
            amr: amr.iter().map(ToString::to_string).collect(),
            scp: user.map(|_| "user_impersonation".to_owned()),
            upn: user.map(|user| user.name.clone()),
            ver: "1.0".to_owned(),
            uti: Uuid::new_v4(),
        }
    }

    pub(crate) fn sign(&self, claims: &Claims) -> String {
        let claims = serde_json::to_vec(claims).expect("text and numbers are always valid JSON");
        let header = URL_SAFE_NO_PAD.encode(HEADER);
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = hmac::sign(&self.key, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Returns the claims if this signer made the token, whether it has expired or not. It remembers
    /// them until the token expires, as the same text always has the same claims. `now` is in
    /// seconds since 1970.
    pub(crate) fn verify(&self, token: &str, now: u64) -> Option<Arc<Claims>> {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(claims) = verified.get(token)
            && claims.exp > now
        {
            return Some(Arc::clone(claims));
        }
        let claims = Arc::new(self.read(token)?);
        if verified.len() == CAPACITY {
            verified.retain(|_, claims| claims.exp > now);
        }
        if verified.len() == CAPACITY {
            verified.clear();
        }
        if claims.exp > now {
            verified.insert(token.into(), Arc::clone(&claims));
        } else {
            verified.remove(token);
        }
        Some(claims)
    }

    fn read(&self, token: &str) -> Option<Claims> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        hmac::verify(&self.key, signed.as_bytes(), &signature).ok()?;
        let (_, claims) = signed.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> TokenSigner {
        TokenSigner::new("http://127.0.0.1", Duration::from_secs(100))
    }

    fn token(signer: &TokenSigner, now: u64) -> String {
        signer.sign(&signer.claims(API_AUDIENCES[0], Uuid::nil(), Uuid::nil(), None, now))
    }

    #[test]
    fn a_verified_token_is_remembered_until_it_expires_and_no_other_text_is() {
        let signer = signer();
        let known = token(&signer, 1000);
        let claims = signer.verify(&known, 1000).unwrap();
        let again = signer.verify(&known, 1099).unwrap();
        assert!(Arc::ptr_eq(&claims, &again));
        let (content, signature) = known.rsplit_once('.').unwrap();
        let reversed: String = signature.chars().rev().collect();
        for other in [
            format!("{content}.{reversed}"),
            format!("{content}."),
            format!("{known}A"),
            known[1..].to_owned(),
            token(&self::signer(), 1000),
        ] {
            assert_eq!(signer.verify(&other, 1000), None, "{other}");
        }
        assert_eq!(signer.verified.lock().unwrap().len(), 1);
        let expired = signer.verify(&known, 1100).unwrap();
        assert_eq!(expired.exp, 1100);
        assert_eq!(signer.verified.lock().unwrap().len(), 0);
    }

    #[test]
    fn a_limited_number_of_tokens_is_remembered() {
        let signer = signer();
        for now in 0..3 * CAPACITY as u64 {
            let token = token(&signer, now);
            assert!(signer.verify(&token, now).is_some());
            assert!(signer.verified.lock().unwrap().len() <= CAPACITY);
        }
        let late = token(&signer, 1_000_000);
        assert!(signer.verify(&late, 1_000_000).is_some());
    }
}
