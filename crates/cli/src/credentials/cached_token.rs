//! An access token that later commands use too, so that many commands need one login.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use partner_center_transfers::AccessToken;
use serde::{Deserialize, Serialize};

use super::app::{App, digest};
use crate::files::private_file::{self, Unusable};
use crate::terminal;

/// How long before its expiry a token is no longer used; at most half of its lifetime.
const MARGIN: u64 = 5 * 60;

/// The directory of the tokens.
pub(super) const DIRECTORY: &str = "access-tokens";

/// What got a token. Tokens of different kinds have files of their own.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Secret,
    Certificate,
    RefreshToken,
    /// The sign-in of a profile; empty for the one without a profile.
    SignIn(String),
}

impl Kind {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Secret => "client-secret".to_owned(),
            Self::Certificate => "certificate".to_owned(),
            Self::RefreshToken => "refresh-token".to_owned(),
            Self::SignIn(profile) => format!("sign-in-{profile}"),
        }
    }
}

/// Identifies the secret that got a token. The token of another secret, such as that of another
/// user, is not used. That of the file of a refresh token changes when the token is renewed; that of
/// a sign-in does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fingerprint(Arc<Mutex<String>>);

impl Fingerprint {
    pub(crate) fn new(secret: &[u8]) -> Self {
        let fingerprint = Self::default();
        fingerprint.set(secret);
        fingerprint
    }

    pub(crate) fn set(&self, secret: &[u8]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = digest(&[b"pctransfers", secret]);
    }

    fn get(&self) -> String {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The place of a token in the user's state directory.
#[derive(Clone, Debug)]
pub(crate) struct CachedToken {
    pub(super) path: PathBuf,
    app: App,
    fingerprint: Fingerprint,
}

/// The content of the file.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(flatten)]
    app: App,
    fingerprint: String,
    /// Seconds since 1970.
    issued_at: u64,
    expires_at: u64,
    access_token: String,
}

impl CachedToken {
    /// `None` if the user has no home directory.
    pub(crate) fn new(app: &App, kind: &Kind, fingerprint: Fingerprint) -> Option<Self> {
        Some(Self {
            path: app.file(DIRECTORY, &kind.name())?,
            app: app.clone(),
            fingerprint,
        })
    }

    /// The token, if it is that of this app and this secret, and not about to expire. A file that
    /// others can read is not used, which a warning says.
    pub(super) fn read(&self) -> Option<AccessToken> {
        let bytes = match private_file::read(&self.path) {
            Ok(bytes) => bytes?,
            Err(Unusable::ExposedFile { why, .. }) => {
                terminal::warn(&format!(
                    "the access token is not used again, because {why}"
                ));
                // The next one has a file that others cannot read.
                let _ = private_file::remove(&self.path);
                return None;
            }
            Err(Unusable::ExposedDirectory { why, fix }) => {
                terminal::warn(&format!(
                    "the access token is not used again, because {why}: {fix}"
                ));
                let _ = private_file::remove(&self.path);
                return None;
            }
            // The cache only saves logins.
            Err(Unusable::Unreadable(_)) => return None,
        };
        let content: Content = serde_json::from_slice(&bytes).ok()?;
        if content.app != self.app || content.fingerprint != self.fingerprint.get() {
            return None;
        }
        let now = seconds_since_1970();
        let is_due = is_due(content.issued_at, content.expires_at, now);
        // A token from the future was written before the clock was set back.
        if is_due || content.issued_at > now {
            return None;
        }
        let lifetime = Duration::from_secs(content.expires_at - now);
        Some(AccessToken::new(content.access_token, lifetime))
    }

    /// Stores a token whose lifetime is known. A failure is ignored, because the cache only saves
    /// logins.
    pub(super) fn write(&self, token: &AccessToken) {
        let Some(lifetime) = token.lifetime() else {
            return;
        };
        let issued_at = seconds_since_1970();
        let content = Content {
            app: self.app.clone(),
            fingerprint: self.fingerprint.get(),
            issued_at,
            expires_at: issued_at.saturating_add(lifetime.as_secs()),
            access_token: token.secret().to_owned(),
        };
        if let Ok(json) = serde_json::to_vec_pretty(&content) {
            let _ = private_file::write(&self.path, &json);
        }
    }

    /// Stores a token as [`write`](Self::write) does, once no other command works with the file.
    pub(crate) async fn lock_and_write(&self, token: &AccessToken) {
        let _lock = private_file::lock(&self.path).await;
        self.write(token);
    }

    /// Removes the token once no other command works with the file.
    pub(crate) async fn lock_and_remove(&self) -> Result<bool, String> {
        let removed = private_file::lock_and_remove(&self.path).await;
        removed.map_err(|error| format!("cannot remove {}: {error}", self.path.display()))
    }

    /// Removes the token once no other command works with the file, if it is still this one, and not
    /// that of another command.
    pub(super) async fn lock_and_remove_if(&self, refused: &TokenId) {
        let _lock = private_file::lock(&self.path).await;
        if self
            .read()
            .is_some_and(|token| TokenId::of(&token) == *refused)
        {
            let _ = private_file::remove(&self.path);
        }
    }
}

/// Recognizes a token without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TokenId(String);

impl TokenId {
    pub(super) fn of(token: &AccessToken) -> Self {
        Self(digest(&[token.secret().as_bytes()]))
    }
}

/// Whether a token is about to expire.
pub(super) fn is_due(issued_at: u64, expires_at: u64, now: u64) -> bool {
    let margin = MARGIN.min(expires_at.saturating_sub(issued_at) / 2);
    now.saturating_add(margin) >= expires_at
}

pub(super) fn seconds_since_1970() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::is_due;

    #[test]
    fn a_token_is_due_five_minutes_before_it_expires() {
        for (issued, expires, now, expected) in [
            (0, 3600, 0, false),
            (0, 3600, 3299, false),
            (0, 3600, 3300, true),
            (0, 3600, 9999, true),
            // Half of a short lifetime.
            (1000, 1060, 1029, false),
            (1000, 1060, 1030, true),
            (1000, 1000, 1000, true),
        ] {
            assert_eq!(is_due(issued, expires, now), expected, "{now}");
        }
    }
}
