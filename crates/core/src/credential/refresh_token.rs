//! A refresh token, as credentials hand it out.

use crate::secret::Secret;

/// A refresh token, which a program stores to sign in later without a user. `Debug` does not show
/// it, and it is wiped from memory when dropped.
///
/// ```
/// # fn keep(token: partner_center_transfers::RefreshToken) {
/// assert_eq!(format!("{token:?}"), "RefreshToken(<redacted>)");
/// let text = token.secret(); // for a key vault
/// # let _ = text;
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RefreshToken(Secret);

impl RefreshToken {
    pub(super) fn new(text: Secret) -> Self {
        Self(text)
    }

    /// The token itself. Do not log it: it is valid for about 90 days.
    pub fn secret(&self) -> &str {
        self.0.expose()
    }
}
