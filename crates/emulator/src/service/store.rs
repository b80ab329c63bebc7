//! The state of the emulated service.
//!
//! A change has three steps. [`Store::begin`] checks the rules and locks the transfer, so that
//! another request for it is refused with code 900104. The service works for as long as
//! `accept_takes` says. Then [`Store::outcome`] returns what the change does, and
//! [`Store::apply`] does it, once it is in the state file.

use std::collections::HashSet;
use std::time::Duration;

use uuid::Uuid;

use super::change::Change;
use super::creation;
use super::indexed_data::{DataChange, IndexedData};
use super::ledger::Ledger;
use super::model::{DataError, DataSet, Status, Transfer};
use super::processing::{self, ProcessedGroup};
use super::rules;
use super::service_error::ServiceError;
use super::timestamp::Timestamp;

#[derive(Debug)]
pub(crate) struct Store {
    data: IndexedData,
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

/// What an allowed change does.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) change: DataChange,
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
    pub(crate) fn new(data: DataSet, ledger: Ledger) -> Self {
        Self {
            data: IndexedData::new(data),
            locked: HashSet::new(),
            generation: 0,
            ledger,
        }
    }

    /// Returns a store that starts again with a checked data set and an empty ledger.
    pub(crate) fn restarted(&self, data: DataSet) -> Self {
        Self {
            generation: self.generation + 1,
            ..Self::new(data, Ledger::default())
        }
    }

    /// Changes the data and keeps the ledger. The result must be a valid data set.
    pub(crate) fn edit(&mut self, edit: impl FnOnce(&mut DataSet)) -> Result<(), DataError> {
        let mut data = self.data.all().clone();
        edit(&mut data);
        data.check()?;
        self.data = IndexedData::new(data);
        self.locked.clear();
        Ok(())
    }

    pub(crate) fn data(&self) -> &IndexedData {
        &self.data
    }

    /// Makes a change that [`outcome`](Self::outcome) returned, or that the state file has.
    pub(crate) fn apply(&mut self, change: DataChange) {
        self.data.apply(change);
    }

    /// Makes the changes that were due until now: transfers expire or are finished. Returns them.
    pub(crate) fn catch_up(&mut self, now: Timestamp) -> DataChange {
        let due = self.data.due(now);
        // The request that locked a transfer changes it first.
        let due: Vec<_> = due.filter(|(_, at)| !self.locked.contains(at)).collect();
        let mut made = DataChange::default();
        for (time, at) in due {
            let Some(transfer) = self.data.transfer_at(at) else {
                continue;
            };
            let change = processing::due_change(&self.data, transfer, time);
            let orders: Vec<Uuid> = change.orders.iter().map(|order| order.id).collect();
            if !orders.is_empty() {
                let (customer, id) = (transfer.customer_tenant_id, transfer.id);
                self.ledger.add_orders(customer, id, orders);
            }
            made.transfers.extend_from_slice(&change.transfers);
            made.orders.extend_from_slice(&change.orders);
            self.data.apply(change);
        }
        made
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
            let found = data.transfer(customer, transfer);
            let known = found.map(|(_, found)| found);
            rules::check_change(data, &change, customer, transfer, known, partner)?;
            let at = found.map(|(at, _)| at);
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

    /// Releases the transfer of an allowed change, whether it was made or not.
    pub(crate) fn release(&mut self, allowed: &AllowedChange) {
        if let Some((at, _)) = allowed.transfer
            && allowed.generation == self.generation
        {
            self.locked.remove(&at);
        }
    }

    /// Returns what an allowed change does. The service takes `processing_time` to finish a
    /// new-commerce transfer that it accepts.
    pub(crate) fn outcome(
        &self,
        allowed: &AllowedChange,
        now: Timestamp,
        processing_time: Duration,
    ) -> Result<Outcome, ServiceError> {
        let data = &self.data;
        if allowed.generation != self.generation {
            return Err(match allowed.transfer {
                Some((_, transfer)) => ServiceError::TransferBusy { transfer },
                None => ServiceError::DataReplaced,
            });
        }
        if let Change::Create(request) = &allowed.change {
            // The data may have changed since the first check.
            let (change, customer) = (&allowed.change, allowed.customer);
            rules::check_create(data, change, customer, request, allowed.partner)?;
            let transfer = creation::create(data, customer, request, now);
            return Ok(Outcome::one(transfer, ChangeResult::Created));
        }
        let (at, transfer) = allowed.transfer.unwrap_or_default();
        let found = data.transfer_at(at);
        // An edit of the data releases the locks.
        let found = found.filter(|_| self.locked.contains(&at));
        let mut found = found
            .ok_or(ServiceError::TransferBusy { transfer })?
            .clone();
        let mut set_status = |status| processing::set_status(&mut found, status, now);
        let result = match &allowed.change {
            Change::Create(_) | Change::Accept => {
                let processed = processing::process(data, found, now);
                return Ok(Outcome {
                    change: processed.change,
                    result: ChangeResult::Accepted(processed.groups),
                });
            }
            Change::Withdraw => {
                set_status(Status::Withdrawn);
                ChangeResult::Withdrawn
            }
            Change::Reject => {
                set_status(Status::Reject);
                ChangeResult::Updated
            }
            Change::Cancel => {
                set_status(Status::Cancel);
                ChangeResult::Updated
            }
            Change::AcceptNewCommerce(items) => {
                processing::accept_new_commerce(data, &mut found, items, now, processing_time);
                ChangeResult::Updated
            }
        };
        Ok(Outcome::one(found, result))
    }
}

impl Outcome {
    fn one(transfer: Transfer, result: ChangeResult) -> Self {
        let change = DataChange {
            transfers: vec![transfer],
            orders: Vec::new(),
        };
        Self { change, result }
    }

    /// The transfer after the change.
    pub(crate) fn transfer(&self) -> &Transfer {
        &self.change.transfers[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_set::{SOURCE, customer, transfer};
    use crate::service::model::NewCommerce;
    use crate::service::operation::Operation;

    const TIME: &str = "2026-01-01T00:00:00Z";

    /// New-commerce transfers in progress, each of its own customer or all of one.
    fn in_progress(count: usize, one_customer: bool) -> Store {
        let mut data = DataSet::with_customers(count);
        for transfer in &mut data.transfers {
            transfer.status = Status::InProgress;
            transfer.new_commerce = Some(NewCommerce {
                transfer_type: 3,
                customer_email_id: String::new(),
                target_partner_email_id: None,
                partner_on_record: None,
                target_product_types: None,
                ignore_eligibility_check: None,
                expiration_time: None,
                settles_time: Some(TIME.to_owned()),
                completed_time: None,
            });
        }
        if one_customer {
            let others = data.customers.split_off(1);
            let subscriptions = others.into_iter().flat_map(|one| one.subscriptions);
            data.customers[0].subscriptions.extend(subscriptions);
            for transfer in &mut data.transfers {
                transfer.customer_tenant_id = customer(0);
            }
        }
        data.check().unwrap();
        let mut ledger = Ledger::default();
        for (at, transfer) in data.transfers.iter().enumerate() {
            let effect = crate::Effect {
                operation: Operation::Update,
                partner: None,
                customer: transfer.customer_tenant_id,
                transfer: transfer.id,
                request_id: Uuid::nil(),
                orders: Vec::new(),
                requests: 1,
            };
            assert!(ledger.put(at, effect));
        }
        Store::new(data, ledger)
    }

    /// How many customers and transfers are read.
    fn reads<T>(store: &mut Store, work: impl FnOnce(&mut Store) -> T) -> usize {
        store.data.read.set(0);
        work(store);
        store.data.read.get()
    }

    #[test]
    fn no_work_grows_faster_than_what_is_asked_for() {
        let read = |count: usize, one_customer| {
            let store = &mut in_progress(count, one_customer);
            let of_customer = if one_customer {
                customer(0)
            } else {
                customer(count - 1)
            };
            let id = transfer(count - 1);
            let get = reads(store, |store| {
                store.transfer(of_customer, id, Some(SOURCE)).is_ok()
            });
            let list = reads(store, |store| {
                store.transfers(of_customer, None).map(Iterator::count).ok()
            });
            let eligibility = reads(store, |store| {
                store
                    .eligibility(of_customer, Some(SOURCE))
                    .map(Iterator::count)
                    .ok()
            });
            let now = Timestamp::parse(TIME).unwrap();
            let settle = reads(store, |store| {
                let change = store.catch_up(now);
                assert_eq!(change.transfers.len(), count);
                assert_eq!(store.ledger.unsaved().count(), count * 9 / 10);
            });
            let idle = reads(store, |store| store.catch_up(now));
            (get, list, eligibility, settle, idle)
        };
        for one_customer in [false, true] {
            let (get, list, eligibility, settle, idle) = read(10, one_customer);
            let (get_of_many, list_of_many, eligibility_of_many, settle_of_many, idle_of_many) =
                read(1000, one_customer);
            assert_eq!((get, idle), (get_of_many, idle_of_many));
            assert_eq!(settle * 100, settle_of_many);
            let factor = if one_customer { 100 } else { 1 };
            assert!(list_of_many <= list * factor, "{list} {list_of_many}");
            assert!(eligibility_of_many <= eligibility * factor);
        }
    }
}
