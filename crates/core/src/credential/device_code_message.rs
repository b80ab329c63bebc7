//! What a user needs to know to sign in with a device code.

use std::fmt;
use std::time::Duration;

use crate::printable;

/// What to show the user: where to sign in, and with which code.
///
/// `Display` is an English sentence for a terminal. `Debug` does not show the code: a reader of a
/// log could answer the sign-in with another account.
///
/// All texts are safe to print: characters that control a terminal are replaced.
#[derive(Clone)]
pub struct DeviceCodeMessage {
    pub(super) user_code: String,
    pub(super) verification_uri: String,
    pub(super) verification_uri_complete: Option<String>,
    pub(super) message: Option<String>,
    pub(super) expires_in: Duration,
}

impl DeviceCodeMessage {
    /// The code that the user types.
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// The web address where the user types the code.
    pub fn verification_uri(&self) -> &str {
        &self.verification_uri
    }

    /// The web address that contains the code, for a QR code. Microsoft's login service sends none.
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.verification_uri_complete.as_deref()
    }

    /// The login service's own sentence for the user, in the language of the tenant or in English.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// How long the code is valid, counted from when the callback gets this message.
    pub fn expires_in(&self) -> Duration {
        self.expires_in
    }
}

impl fmt::Display for DeviceCodeMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "To sign in, open {} in a web browser and enter the code {}. The code expires in ",
            self.verification_uri, self.user_code
        )?;
        match self.expires_in.as_secs() {
            1 => f.write_str("1 second."),
            seconds @ 0..120 => write!(f, "{seconds} seconds."),
            seconds => write!(f, "{} minutes.", seconds / 60),
        }
    }
}

impl fmt::Debug for DeviceCodeMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCodeMessage")
            .field("verification_uri", &self.verification_uri)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// One line of the service's text that is safe to print.
pub(super) fn clean(text: &str) -> String {
    printable(text.trim()).into_owned()
}
