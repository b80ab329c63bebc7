//! The rows that wait to be run, by customer, so that one limited customer does not hold up others.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use partner_center_transfers::types::CustomerId;

use super::pending::Pending;

/// Waiting rows. Its size is limited by its user.
#[derive(Debug, Default)]
pub(super) struct Queue {
    customers: HashMap<CustomerId, VecDeque<Pending>>,
    /// The customers with rows that are not blocked, in the order of their turns.
    ready: VecDeque<CustomerId>,
    /// Blocked customers.
    blocked: BinaryHeap<Reverse<(Instant, CustomerId)>>,
    /// Rows that wait for a time of their own, by their position.
    delayed: BinaryHeap<Reverse<(Instant, i64)>>,
    delayed_rows: HashMap<i64, Pending>,
    length: usize,
}

impl Queue {
    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub(super) fn push(&mut self, row: Pending) {
        self.length += 1;
        self.add(row, false);
    }

    /// Adds a row that may run at a time at the earliest, and then before others of its customer.
    pub(super) fn push_later(&mut self, row: Pending, at: Instant) {
        self.length += 1;
        self.delayed.push(Reverse((at, row.row.position)));
        self.delayed_rows.insert(row.row.position, row);
    }

    fn add(&mut self, row: Pending, first: bool) {
        let customer = row.row.customer;
        let rows = self.customers.entry(customer).or_insert_with(|| {
            self.ready.push_back(customer);
            VecDeque::new()
        });
        if first {
            rows.push_front(row);
        } else {
            rows.push_back(row);
        }
    }

    /// Makes the rows ready whose time has come.
    pub(super) fn wake(&mut self, now: Instant) {
        while let Some(Reverse((at, customer))) = self.blocked.peek()
            && *at <= now
        {
            self.ready.push_back(*customer);
            self.blocked.pop();
        }
        while let Some(Reverse((at, position))) = self.delayed.peek()
            && *at <= now
        {
            let row = self.delayed_rows.remove(position);
            self.delayed.pop();
            if let Some(row) = row {
                self.add(row, true);
            }
        }
    }

    /// The customer whose turn it is.
    pub(super) fn next_customer(&self) -> Option<CustomerId> {
        self.ready.front().copied()
    }

    /// Takes the first row of the customer whose turn it is.
    pub(super) fn take(&mut self) -> Option<Pending> {
        let customer = self.ready.pop_front()?;
        let rows = self.customers.get_mut(&customer)?;
        let row = rows.pop_front();
        if rows.is_empty() {
            self.customers.remove(&customer);
        } else {
            self.ready.push_back(customer);
        }
        self.length -= usize::from(row.is_some());
        row
    }

    /// Blocks the customer whose turn it is.
    pub(super) fn block(&mut self, until: Instant) {
        if let Some(customer) = self.ready.pop_front() {
            self.blocked.push(Reverse((until, customer)));
        }
    }

    /// The time until something becomes ready.
    pub(super) fn next_wake(&self, now: Instant) -> Option<Duration> {
        let blocked = self.blocked.peek().map(|Reverse((at, _))| *at);
        let delayed = self.delayed.peek().map(|Reverse((at, _))| *at);
        let next = match (blocked, delayed) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        next.map(|at| at.saturating_duration_since(now))
    }

    /// Drops all rows, which stay in the journal.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
