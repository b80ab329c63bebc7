//! All that the connections of one emulator share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::bearer::AUDIENCE;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::moment::Moment;
use crate::options::Options;
use crate::rate_limit::RateLimits;
use crate::store::Store;
use crate::token::Signer;
use crate::token_endpoint;

#[derive(Debug)]
pub(crate) struct World {
    url: String,
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    pub(crate) signer: Signer,
    store: Mutex<Store>,
    limits: Mutex<RateLimits>,
    faults: Mutex<Faults>,
}

impl World {
    pub(crate) fn new(url: String, options: Options, store: Store) -> Self {
        Self {
            url,
            options,
            clock: Clock::new(),
            signer: Signer::new(),
            store: Mutex::new(store),
            limits: Mutex::default(),
            faults: Mutex::default(),
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn now(&self) -> Moment {
        Moment::new(self.clock.now())
    }

    /// The state as it is now: what was due by the clock has happened.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        let mut store = lock(&self.store);
        store.catch_up(self.now());
        store
    }

    pub(crate) fn limits(&self) -> MutexGuard<'_, RateLimits> {
        lock(&self.limits)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// A token for the API without the token endpoint: of a partner's first app, alone or with
    /// one of its users.
    pub(crate) fn token(&self, tenant: Uuid, user: Option<Uuid>) -> Option<String> {
        let store = self.store();
        let partner = store.data().partner(tenant)?;
        let app = partner.apps.first()?;
        let user = match user {
            Some(id) => Some(partner.users.iter().find(|user| user.id == id)?),
            None => None,
        };
        let claims = token_endpoint::claims(self, AUDIENCE, tenant, app.id, user);
        Some(self.signer.sign(&claims))
    }
}

/// A panic elsewhere must not turn every later answer into one: what the state says is still the
/// best that is known.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
