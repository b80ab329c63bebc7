//! What was asked and what took effect: the difference is what a test of a client wants to see.

use std::fmt;

use uuid::Uuid;

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// `accept_transfer`
    Accept,
    /// `withdraw_transfer`
    Withdraw,
}

/// The operation's id in the `OpenAPI` document.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accept => "accept_transfer",
            Self::Withdraw => "withdraw_transfer",
        })
    }
}

/// A request that came. It holds no token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The HTTP method.
    pub method: String,
    /// The path as it came, without a query.
    pub path: String,
    /// Its `MS-RequestId`, or the one that was made up for it.
    pub request_id: Uuid,
    /// The HTTP status that it was answered with.
    pub status: u16,
}

/// Something that took effect: it changed the state, once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effect {
    /// What was done.
    pub operation: Operation,
    /// The customer it was done for.
    pub customer: Uuid,
    /// The transfer it was done to.
    pub transfer: Uuid,
    /// The `MS-RequestId` of the request.
    pub request_id: Uuid,
    /// How many requests were answered with this one effect: 1, and one more for each time that
    /// the request was repeated with the same `MS-RequestId`.
    pub requests: u32,
}

/// The record of both. It grows for as long as the emulator runs.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    requests: Vec<Received>,
    effects: Vec<Effect>,
}

impl Ledger {
    pub(crate) fn requests(&self) -> &[Received] {
        &self.requests
    }

    pub(crate) fn effects(&self) -> &[Effect] {
        &self.effects
    }

    pub(crate) fn received(&mut self, request: Received) {
        self.requests.push(request);
    }

    pub(crate) fn took_effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// A request was answered again with what it had led to, if it had led to anything.
    pub(crate) fn repeated(&mut self, request_id: Uuid) {
        let mut effects = self.effects.iter_mut();
        if let Some(effect) = effects.find(|effect| effect.request_id == request_id) {
            effect.requests += 1;
        }
    }
}
