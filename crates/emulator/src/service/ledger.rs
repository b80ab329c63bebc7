//! The record of everything that took effect.

use std::collections::{BTreeSet, HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::operation::Operation;

/// The maximum number of effects: those of 100,000 transfers that are created and accepted. The
/// oldest are dropped first.
const CAPACITY: usize = 200_000;

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

/// The effects, the oldest first. They are numbered from 0, and dropped ones keep their numbers.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    effects: VecDeque<Effect>,
    dropped: usize,
    /// The numbers of the last updates of transfers that have no orders yet.
    updates: HashMap<(Uuid, Uuid), usize>,
    /// The numbers of effects that changed and are not in the state file yet.
    unsaved: BTreeSet<usize>,
}

impl Ledger {
    /// A ledger that continues after `dropped` effects.
    pub(crate) fn starting_at(dropped: usize) -> Self {
        Self {
            dropped,
            ..Self::default()
        }
    }

    pub(crate) fn effects(&self) -> &VecDeque<Effect> {
        &self.effects
    }

    /// The number of effects that were dropped.
    pub(crate) fn dropped(&self) -> usize {
        self.dropped
    }

    /// The number of the next new effect.
    pub(crate) fn next_number(&self) -> usize {
        self.dropped + self.effects.len()
    }

    /// Adds the next effect, or replaces one. Returns whether there is such a number.
    pub(crate) fn put(&mut self, number: usize, effect: Effect) -> bool {
        if number > self.next_number() {
            return false;
        }
        if effect.operation == Operation::Update && effect.orders.is_empty() {
            let key = (effect.customer, effect.transfer);
            self.updates.insert(key, number);
        }
        if number < self.next_number() {
            if let Some(known) = self.get_mut(number) {
                *known = effect;
            }
            return true;
        }
        self.effects.push_back(effect);
        if self.effects.len() > CAPACITY
            && let Some(oldest) = self.effects.pop_front()
        {
            let key = (oldest.customer, oldest.transfer);
            if self.updates.get(&key) == Some(&self.dropped) {
                self.updates.remove(&key);
            }
            self.unsaved.remove(&self.dropped);
            self.dropped += 1;
        }
        true
    }

    fn get_mut(&mut self, number: usize) -> Option<&mut Effect> {
        self.effects.get_mut(number.checked_sub(self.dropped)?)
    }

    /// Adds the orders of a new-commerce transfer to the effect that accepted it.
    pub(crate) fn add_orders(&mut self, customer: Uuid, transfer: Uuid, orders: Vec<Uuid>) {
        // There is no such effect if the data set started with an accepted transfer.
        if let Some(number) = self.updates.remove(&(customer, transfer))
            && let Some(effect) = self.get_mut(number)
        {
            effect.orders = orders;
            self.unsaved.insert(number);
        }
    }

    /// Counts one more request for an effect.
    pub(crate) fn add_request(&mut self, number: usize) {
        if let Some(effect) = self.get_mut(number) {
            effect.requests = effect.requests.saturating_add(1);
            self.unsaved.insert(number);
        }
    }

    /// Returns the effects that changed and are not in the state file yet.
    pub(crate) fn unsaved(&self) -> impl Iterator<Item = (usize, &Effect)> {
        let numbers = self.unsaved.iter();
        numbers.filter_map(|number| Some((*number, self.effects.get(number - self.dropped)?)))
    }

    /// The state file has all effects.
    pub(crate) fn set_saved(&mut self) {
        self.unsaved.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(number: u128) -> Effect {
        Effect {
            operation: Operation::Update,
            partner: None,
            customer: Uuid::nil(),
            transfer: Uuid::from_u128(number),
            request_id: Uuid::nil(),
            orders: Vec::new(),
            requests: 1,
        }
    }

    #[test]
    fn the_oldest_effects_are_dropped_and_the_others_keep_their_numbers() {
        let mut ledger = Ledger::default();
        for number in 0..CAPACITY + 10 {
            assert!(ledger.put(number, effect(number as u128)));
            ledger.add_request(number);
        }
        assert_eq!((ledger.dropped(), ledger.effects().len()), (10, CAPACITY));
        assert_eq!(ledger.updates.len(), CAPACITY);
        assert_eq!(ledger.unsaved().count(), CAPACITY);
        assert_eq!(ledger.effects()[0].transfer, Uuid::from_u128(10));
        let order = vec![Uuid::max()];
        for number in [9, 10] {
            ledger.add_request(number);
            ledger.add_orders(Uuid::nil(), Uuid::from_u128(number as u128), order.clone());
        }
        assert_eq!(ledger.effects()[0].requests, 3);
        assert_eq!(ledger.effects()[0].orders, order);
        assert!(!ledger.put(ledger.next_number() + 1, effect(0)));
    }
}
