//! The record of everything that took effect.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::operation::Operation;

/// A change of the state that took effect.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Effect {
    /// The operation that made the change.
    pub operation: Operation,
    /// The tenant id of the partner that made the change. Unknown if tokens are not checked.
    pub partner: Option<Uuid>,
    /// The tenant id of the customer.
    #[serde(rename = "customerId")]
    pub customer: Uuid,
    /// The transfer that was changed or created.
    #[serde(rename = "transferId")]
    pub transfer: Uuid,
    /// The `MS-RequestId` of the request.
    pub request_id: Uuid,
    /// The ids of the orders that were placed. Orders of a new-commerce transfer are added when the
    /// service finishes the transfer.
    pub orders: Vec<Uuid>,
    /// The number of requests that led to this one effect: 1, plus one for each repetition with the
    /// same `MS-RequestId`.
    pub requests: u32,
}

/// The effects, the oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger(Vec<Effect>);

impl Ledger {
    pub(crate) fn new(effects: Vec<Effect>) -> Self {
        Self(effects)
    }

    pub(crate) fn effects(&self) -> &[Effect] {
        &self.0
    }

    /// Returns the index of the effect, for [`add_request`](Self::add_request).
    pub(crate) fn record(&mut self, effect: Effect) -> usize {
        self.0.push(effect);
        self.0.len() - 1
    }

    /// Adds the orders of a new-commerce transfer to the effect that accepted it.
    pub(crate) fn add_orders(&mut self, customer: Uuid, transfer: Uuid, orders: Vec<Uuid>) {
        // There is no such effect if the data set started with an accepted transfer.
        if let Some(effect) = self.0.iter_mut().rev().find(|effect| {
            effect.operation == Operation::Update
                && (effect.customer, effect.transfer) == (customer, transfer)
        }) {
            effect.orders = orders;
        }
    }

    /// Counts one more request for the effect with this index.
    pub(crate) fn add_request(&mut self, effect: usize) {
        let requests = &mut self.0[effect].requests;
        *requests = requests.saturating_add(1);
    }
}
