//! What was asked and what took effect: the difference is what a test of a client wants to see.

use std::collections::VecDeque;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many requests are kept; the oldest go first. Effects are all kept.
const REQUESTS: usize = 100_000;

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[non_exhaustive]
pub enum Operation {
    /// `accept_transfer`
    #[serde(rename = "accept_transfer")]
    Accept,
    /// `create_transfer`
    #[serde(rename = "create_transfer")]
    Create,
    /// `get_transfer_eligibility`
    #[serde(rename = "get_transfer_eligibility")]
    Eligibility,
    /// `get_transfer`
    #[serde(rename = "get_transfer")]
    Get,
    /// `list_transfers`
    #[serde(rename = "list_transfers")]
    List,
    /// `update_transfer`
    #[serde(rename = "update_transfer")]
    Update,
    /// `withdraw_transfer`
    #[serde(rename = "withdraw_transfer")]
    Withdraw,
}

impl Operation {
    /// Each operation that is served: all of the `OpenAPI` document.
    pub const ALL: [Self; 7] = [
        Self::Accept,
        Self::Create,
        Self::Eligibility,
        Self::Get,
        Self::List,
        Self::Update,
        Self::Withdraw,
    ];

    /// Whether a request for it carries a body, or at least says that it has none.
    pub(crate) fn has_length(self) -> bool {
        matches!(self, Self::Accept | Self::Create | Self::Update)
    }
}

/// The operation's id in the `OpenAPI` document.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accept => "accept_transfer",
            Self::Create => "create_transfer",
            Self::Eligibility => "get_transfer_eligibility",
            Self::Get => "get_transfer",
            Self::List => "list_transfers",
            Self::Update => "update_transfer",
            Self::Withdraw => "withdraw_transfer",
        })
    }
}

/// A request that came, to the API or to the token endpoint. It holds no token and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Received {
    /// The HTTP method.
    pub method: String,
    /// The path as it came, without a query.
    pub path: String,
    /// Its `MS-RequestId`, or the one that was made up for it.
    pub request_id: Uuid,
    /// The HTTP status that it was answered with; 0 where no answer was given: not yet, or not at
    /// all, because a fault cut the connection or the caller went away.
    pub status: u16,
}

/// Something that took effect: it changed the state, once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Effect {
    /// What was done.
    pub operation: Operation,
    /// Who did it, by tenant id. Unknown where tokens are not checked.
    pub partner: Option<Uuid>,
    /// The customer it was done for.
    #[serde(rename = "customerId")]
    pub customer: Uuid,
    /// The transfer it was done to, or that it created.
    #[serde(rename = "transferId")]
    pub transfer: Uuid,
    /// The `MS-RequestId` of the request.
    pub request_id: Uuid,
    /// The orders that were placed. Those of a new-commerce transfer stand here once the service
    /// is done with it.
    pub orders: Vec<Uuid>,
    /// How many requests led to this one effect: 1, and one more for each time that the request
    /// was repeated with the same `MS-RequestId`.
    pub requests: u32,
}

/// A request in the ledger, to say later how it was answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry(u64);

/// The record of both.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    requests: VecDeque<Received>,
    /// How many requests are no longer kept.
    forgotten: u64,
    effects: Vec<Effect>,
}

impl Ledger {
    pub(crate) fn with_effects(effects: Vec<Effect>) -> Self {
        Self {
            effects,
            ..Self::default()
        }
    }

    pub(crate) fn requests(&self) -> impl Iterator<Item = &Received> {
        self.requests.iter()
    }

    pub(crate) fn effects(&self) -> &[Effect] {
        &self.effects
    }

    pub(crate) fn received(&mut self, request: Received) -> Entry {
        if self.requests.len() == REQUESTS {
            self.requests.pop_front();
            self.forgotten += 1;
        }
        self.requests.push_back(request);
        Entry(self.forgotten + self.requests.len() as u64 - 1)
    }

    pub(crate) fn answered(&mut self, entry: Entry, status: u16) {
        // None if it was forgotten meanwhile.
        let at = entry.0.checked_sub(self.forgotten);
        let at = at.and_then(|at| usize::try_from(at).ok());
        if let Some(request) = at.and_then(|at| self.requests.get_mut(at)) {
            request.status = status;
        }
    }

    /// Gives its place, for [`repeated`](Self::repeated).
    pub(crate) fn took_effect(&mut self, effect: Effect) -> usize {
        self.effects.push(effect);
        self.effects.len() - 1
    }

    /// Orders that came of accepting a new-commerce transfer, after its request was answered.
    pub(crate) fn placed(&mut self, customer: Uuid, transfer: Uuid, orders: Vec<Uuid>) {
        // None if the data set had it accepted already.
        if let Some(effect) = self.effects.iter_mut().rev().find(|effect| {
            effect.operation == Operation::Update
                && (effect.customer, effect.transfer) == (customer, transfer)
        }) {
            effect.orders = orders;
        }
    }

    /// Another request led to the effect at this place.
    pub(crate) fn repeated(&mut self, at: usize) {
        self.effects[at].requests += 1;
    }
}
