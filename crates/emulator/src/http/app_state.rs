//! The state that all connections of an emulator share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::persistent_state::PersistentState;
use super::request_log::RequestLog;
use super::token_endpoint::access_token::{API_AUDIENCES, TokenSigner};
use crate::control::clock::Clock;
use crate::control::faults::Faults;
use crate::options::Options;
use crate::service::device_codes::{AnswerError, DeviceCodeAnswer, DeviceCodes};
use crate::service::rate_limit::RateLimits;
use crate::service::timestamp::Timestamp;

#[derive(Debug)]
pub(crate) struct AppState {
    pub(crate) url: String,
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    pub(crate) signer: TokenSigner,
    persistent: Mutex<PersistentState>,
    request_log: Mutex<RequestLog>,
    rate_limits: Mutex<RateLimits>,
    faults: Mutex<Faults>,
    device_codes: Mutex<DeviceCodes>,
}

impl AppState {
    pub(crate) fn new(url: String, options: Options, persistent: PersistentState) -> Self {
        Self {
            signer: TokenSigner::new(&url, options.token_lifetime),
            url,
            options,
            clock: Clock::new(),
            persistent: Mutex::new(persistent),
            request_log: Mutex::default(),
            rate_limits: Mutex::default(),
            faults: Mutex::default(),
            device_codes: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::new(self.clock.now())
    }

    /// Locks the state of the service, after making the changes that were due until now.
    pub(crate) fn persistent(&self) -> MutexGuard<'_, PersistentState> {
        let mut state = lock(&self.persistent);
        state.catch_up(self.now());
        state
    }

    pub(crate) fn request_log(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.request_log)
    }

    pub(crate) fn rate_limits(&self) -> MutexGuard<'_, RateLimits> {
        lock(&self.rate_limits)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    pub(crate) fn device_codes(&self) -> MutexGuard<'_, DeviceCodes> {
        lock(&self.device_codes)
    }

    /// Answers a sign-in with a device code.
    pub(crate) fn answer_device_code(
        &self,
        user_code: &str,
        answer: DeviceCodeAnswer,
    ) -> Result<(), AnswerError> {
        let state = self.persistent();
        let partner = |tenant| state.store.data().partner(tenant).cloned();
        let now = self.clock.now();
        self.device_codes().answer(user_code, answer, partner, now)
    }

    /// Issues an API token for the first app of a partner, with one of its users if one is named.
    /// Names are ids; or a domain, and the name of a user.
    pub(crate) fn token(&self, tenant: &str, user: Option<&str>) -> Option<String> {
        let state = self.persistent();
        let partner = state.store.data().partner_named(tenant)?;
        let app = partner.apps.first()?;
        let user = match user {
            Some(name) => Some(partner.user_named(name)?),
            None => None,
        };
        let now = self.clock.seconds();
        let tenant = partner.tenant_id;
        let claims = self
            .signer
            .claims(API_AUDIENCES[0], tenant, app.id, user, now);
        Some(self.signer.sign(&claims))
    }
}

/// Ignores a panic of another thread: it must not turn every later response into an error.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
