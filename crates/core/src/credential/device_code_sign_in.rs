//! One sign-in with a device code: requests the code, shows it, and polls for the tokens.

use std::time::Duration;

use super::app_registration::AppRegistration;
use super::device_code_message::DeviceCodeMessage;
use super::error::CredentialError;
use super::form::Form;
use super::provider::TokenRequest;
use super::token_response::Granted;

/// The grant of RFC 8628.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How much slower to poll after `slow_down` (RFC 8628, section 3.5).
const SLOW_DOWN: Duration = Duration::from_secs(5);

/// The longest pause after failed polls, each of which doubles it.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

const DECLINED: &str = "the sign-in was declined: start it again, and accept it";
const EXPIRED: &str = "no user signed in while the code was valid: start the sign-in again";
const NO_PUBLIC_FLOWS: &str = "the app does not allow this sign-in: set \"Allow public client flows\" \
    to yes under the authentication of its registration";
const CODE_WRONG: &str = "the login service does not know this sign-in, or it was already used: \
    start the sign-in again";

/// What a sign-in needs.
pub(super) struct DeviceCodeSignIn<'a> {
    pub(super) app: &'a AppRegistration,
    pub(super) show: &'a (dyn Fn(&DeviceCodeMessage) + Send + Sync),
    pub(super) limit: Option<Duration>,
}

impl DeviceCodeSignIn<'_> {
    /// Runs it to its end. Dropping the future cancels it: the code is then of no use, since only
    /// this future knows its other half.
    pub(super) async fn run(&self, request: &TokenRequest<'_>) -> Result<Granted, CredentialError> {
        // Without `offline_access`, v2 returns no refresh token.
        let scope = format!("{} offline_access", request.scope());
        let form = Form::new()
            .field("client_id", &self.app.client_id)
            .field("scope", &scope);
        let endpoint = self.app.device_code_endpoint(&request.login.endpoint)?;
        let authorization = endpoint.request_device_code(request, form).await;
        let authorization = authorization.map_err(public_client)?;

        let runtime = request.runtime;
        let start = runtime.now();
        let valid = authorization.message.expires_in;
        let limit = self.limit.unwrap_or(valid).min(valid);
        (self.show)(&authorization.message);

        let endpoint = self.app.token_endpoint(&request.login.endpoint)?;
        let form = || {
            Form::new()
                .field("grant_type", GRANT)
                .field("client_id", &self.app.client_id)
                .secret("device_code", authorization.device_code.expose())
        };
        let mut interval = authorization.interval;
        let mut failed: Option<(CredentialError, Duration)> = None;
        loop {
            let pause = failed.as_ref().map_or(interval, |(_, pause)| *pause);
            let left = limit.saturating_sub(runtime.now().saturating_duration_since(start));
            if left <= pause {
                runtime.sleep(left).await;
                return Err(match failed {
                    // The login service could not be reached, which is why nothing is known.
                    Some((error, _)) => error,
                    None => self.over(valid),
                });
            }
            runtime.sleep(pause).await;
            match endpoint.request_token(request, form()).await {
                Ok(granted) => return Ok(granted),
                Err(error) => match error.error() {
                    Some("authorization_pending") => failed = None,
                    Some("slow_down") => {
                        failed = None;
                        interval += SLOW_DOWN;
                    }
                    // RFC 8628 and Microsoft have different words for the same.
                    Some("authorization_declined") => return Err(error.with_hint(DECLINED)),
                    Some("access_denied") => return Err(hinted(error, DECLINED)),
                    Some("expired_token" | "code_expired") => return Err(error.with_hint(EXPIRED)),
                    Some("bad_verification_code" | "invalid_grant") => {
                        return Err(hinted(error, CODE_WRONG));
                    }
                    _ if error.is_transient() => {
                        let asked = error.retry_after().unwrap_or_default();
                        let next = (pause * 2).min(LONGEST_PAUSE.max(interval)).max(asked);
                        failed = Some((error, next));
                    }
                    _ => return Err(public_client(error)),
                },
            }
        }
    }

    /// The time for the sign-in is over.
    fn over(&self, valid: Duration) -> CredentialError {
        match self.limit {
            Some(limit) if limit < valid => {
                let limit = limit.as_secs();
                CredentialError::new(format!("timed out: no user signed in within {limit} s"))
                    .with_hint("start the sign-in again")
            }
            _ => CredentialError::new(format!(
                "the code for the sign-in expired after {} s",
                valid.as_secs()
            ))
            .with_hint(EXPIRED),
        }
    }
}

/// Adds a hint, unless there is one for the error's code. A hint for its word alone is for another
/// grant.
fn hinted(error: CredentialError, hint: &'static str) -> CredentialError {
    let known = !error.error_codes().is_empty() && error.hint().is_some();
    if known { error } else { error.with_hint(hint) }
}

/// The service asks for a client secret, which this grant does not have.
fn public_client(error: CredentialError) -> CredentialError {
    if error.error_codes().contains(&7_000_218) {
        error.with_hint(NO_PUBLIC_FLOWS)
    } else {
        error
    }
}
