//! The state of the emulated service.
//!
//! A change has two steps. [`Store::begin`] checks the rules and locks the transfer, so that
//! another request for it is refused with code 900104. [`Store::finish`] makes the change. The
//! service works in between, for as long as `accept_takes` says.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use uuid::Uuid;

use super::change::Change;
use super::creation;
use super::ledger::{Effect, Ledger};
use super::model::{DataError, DataSet, Status, Transfer};
use super::processing::{self, ProcessedGroup};
use super::rules;
use super::service_error::ServiceError;
use super::timestamp::Timestamp;

#[derive(Clone, Debug)]
pub(crate) struct Store {
    data: DataSet,
    /// The index of each transfer, by customer and id.
    index: HashMap<(Uuid, Uuid), usize>,
    /// When the next transfer changes without a request, or earlier.
    due: Option<Timestamp>,
    /// The transfers that a request is changing, by index.
    locked: HashSet<usize>,
    /// Counts the restarts.
    generation: u64,
    pub(crate) ledger: Ledger,
}

/// A change that the rules allow.
#[derive(Debug)]
pub(crate) struct AllowedChange {
    pub(crate) change: Change,
    pub(crate) customer: Uuid,
    /// The index and the id of the locked transfer; `None` if it is to be created.
    transfer: Option<(usize, Uuid)>,
    partner: Option<Uuid>,
    generation: u64,
}

/// A change that was made.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) transfer: Uuid,
    /// The orders that were placed.
    pub(crate) orders: Vec<Uuid>,
    pub(crate) result: ChangeResult,
}

#[derive(Debug)]
pub(crate) enum ChangeResult {
    Accepted(Vec<ProcessedGroup>),
    Created,
    Updated,
    Withdrawn,
}

impl Store {
    pub(crate) fn new(data: DataSet, effects: Vec<Effect>) -> Self {
        let mut store = Self {
            data: DataSet::default(),
            index: HashMap::new(),
            due: None,
            locked: HashSet::new(),
            generation: 0,
            ledger: Ledger::new(effects),
        };
        store.replace_data(data);
        store
    }

    /// Starts again with a checked data set and an empty ledger.
    pub(crate) fn restart(&mut self, data: DataSet) {
        self.replace_data(data);
        self.generation += 1;
        self.ledger = Ledger::default();
    }

    /// Changes the data and keeps the ledger. The result must be a valid data set.
    pub(crate) fn edit(&mut self, edit: impl FnOnce(&mut DataSet)) -> Result<(), DataError> {
        let mut data = self.data.clone();
        edit(&mut data);
        data.check()?;
        self.replace_data(data);
        Ok(())
    }

    fn replace_data(&mut self, data: DataSet) {
        let transfers = data.transfers.iter().enumerate();
        self.index = transfers
            .map(|(at, one)| ((one.customer_tenant_id, one.id), at))
            .collect();
        self.due = data.transfers.iter().filter_map(processing::due).min();
        self.locked.clear();
        self.data = data;
    }

    /// Returns a transfer of a customer.
    pub(crate) fn find(&self, customer: Uuid, transfer: Uuid) -> Option<&Transfer> {
        let at = *self.index.get(&(customer, transfer))?;
        self.data.transfers.get(at)
    }

    pub(crate) fn data(&self) -> &DataSet {
        &self.data
    }

    /// Makes the changes that were due until now: transfers expire or are finished. Returns whether
    /// there were any.
    pub(crate) fn catch_up(&mut self, now: Timestamp) -> bool {
        if self.due.is_none_or(|due| due > now) {
            return false;
        }
        let mut changed = false;
        while let Some((due, at)) = self.next_due().filter(|(due, _)| *due <= now) {
            let placed = self.data.orders.len();
            processing::make_due_change(&mut self.data, at, due);
            let transfer = &self.data.transfers[at];
            let (customer, id) = (transfer.customer_tenant_id, transfer.id);
            let orders = self.orders_since(placed);
            if !orders.is_empty() {
                self.ledger.add_orders(customer, id, orders);
            }
            changed = true;
        }
        self.due = self.next_due().map(|(due, _)| due);
        changed
    }

    fn next_due(&self) -> Option<(Timestamp, usize)> {
        let transfers = self.data.transfers.iter().enumerate();
        transfers
            // The request that locked a transfer changes it first.
            .filter(|(at, _)| !self.locked.contains(at))
            .filter_map(|(at, transfer)| Some((processing::due(transfer)?, at)))
            .min()
    }

    fn orders_since(&self, placed: usize) -> Vec<Uuid> {
        let orders = self.data.orders[placed..].iter();
        orders.map(|order| order.id).collect()
    }

    /// Checks whether a change is allowed, and locks its transfer.
    pub(crate) fn begin(
        &mut self,
        change: Change,
        customer: Uuid,
        transfer: Option<Uuid>,
        partner: Option<Uuid>,
    ) -> Result<AllowedChange, ServiceError> {
        let data = &self.data;
        let mut locked = None;
        if let Change::Create(request) = &change {
            rules::check_create(data, &change, customer, request, partner)?;
        } else {
            let transfer = transfer.unwrap_or_default();
            let found = self.find(customer, transfer);
            rules::check_change(data, &change, customer, transfer, found, partner)?;
            let at = self.index.get(&(customer, transfer)).copied();
            let at = at.filter(|at| self.locked.insert(*at));
            let at = at.ok_or(ServiceError::TransferBusy { transfer })?;
            locked = Some((at, transfer));
        }
        Ok(AllowedChange {
            change,
            customer,
            transfer: locked,
            partner,
            generation: self.generation,
        })
    }

    /// Releases the transfer of an allowed change that is not made.
    pub(crate) fn abandon(&mut self, allowed: &AllowedChange) {
        if let Some((at, _)) = allowed.transfer
            && allowed.generation == self.generation
        {
            self.locked.remove(&at);
        }
    }

    /// Makes an allowed change. The service takes `processing_time` to finish a new-commerce
    /// transfer that it accepts.
    pub(crate) fn finish(
        &mut self,
        allowed: &AllowedChange,
        now: Timestamp,
        processing_time: Duration,
    ) -> Result<Applied, ServiceError> {
        if allowed.generation != self.generation {
            return Err(match allowed.transfer {
                Some((_, transfer)) => ServiceError::TransferBusy { transfer },
                None => ServiceError::DataReplaced,
            });
        }
        let at = match (allowed.transfer, &allowed.change) {
            // An edit of the data releases the locks.
            (Some((at, transfer)), _) if !self.locked.remove(&at) => {
                return Err(ServiceError::TransferBusy { transfer });
            }
            (Some((at, _)), _) => at,
            (None, change) => {
                // Another create for the same subscriptions may have finished first.
                if let Change::Create(request) = change {
                    let customer = allowed.customer;
                    rules::check_create(&self.data, change, customer, request, allowed.partner)?;
                }
                self.data.transfers.len()
            }
        };
        let placed = self.data.orders.len();
        let result = self.apply(allowed, at, now, processing_time);
        let transfer = &self.data.transfers[at];
        let due = [self.due, processing::due(transfer)];
        self.due = due.into_iter().flatten().min();
        let id = transfer.id;
        self.index.insert((allowed.customer, id), at);
        Ok(Applied {
            transfer: id,
            orders: self.orders_since(placed),
            result,
        })
    }

    /// Makes a change to the transfer with this index, or creates it there.
    fn apply(
        &mut self,
        allowed: &AllowedChange,
        at: usize,
        now: Timestamp,
        processing_time: Duration,
    ) -> ChangeResult {
        let data = &mut self.data;
        let set_status = |data: &mut DataSet, status| {
            processing::set_status(&mut data.transfers[at], status, now);
        };
        match &allowed.change {
            Change::Create(request) => {
                let transfer = creation::create(data, allowed.customer, request, now);
                data.transfers.push(transfer);
                ChangeResult::Created
            }
            Change::Accept => ChangeResult::Accepted(processing::process(data, at, now)),
            Change::Withdraw => {
                set_status(data, Status::Withdrawn);
                ChangeResult::Withdrawn
            }
            Change::Reject => {
                set_status(data, Status::Reject);
                ChangeResult::Updated
            }
            Change::Cancel => {
                set_status(data, Status::Cancel);
                ChangeResult::Updated
            }
            Change::AcceptNewCommerce(items) => {
                processing::accept_new_commerce(data, at, items, now, processing_time);
                ChangeResult::Updated
            }
        }
    }
}
