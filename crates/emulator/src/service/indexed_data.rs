//! The data of the service with indexes, so that no request searches all of it.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Customer, DataSet, GroupPlan, Order, Partner, Status, Subscription, Transfer};
use super::timestamp::Timestamp;

/// A data set that changes only by a [`DataChange`], which keeps the indexes up to date.
#[derive(Debug, Default)]
pub(crate) struct IndexedData {
    data: DataSet,
    /// The index of each customer, by its tenant id.
    customers: HashMap<Uuid, usize>,
    /// What belongs to each customer, by its index.
    of_customers: Vec<OfCustomer>,
    /// The index of each transfer, by its id.
    transfers: HashMap<Uuid, usize>,
    /// The open transfers that contain a subscription, by the indexes of the customer and of the
    /// subscription.
    open: HashMap<(usize, usize), BTreeSet<usize>>,
    /// The ids of all orders, planned and placed.
    order_ids: HashSet<Uuid>,
    /// When transfers change without a request.
    due: BTreeSet<(Timestamp, usize)>,
    /// How many customers and transfers were read.
    #[cfg(test)]
    pub(super) read: std::cell::Cell<usize>,
}

#[derive(Debug, Default)]
struct OfCustomer {
    /// The indexes of the subscriptions, sorted by their ids in lower case.
    subscriptions: Box<[usize]>,
    /// The indexes of the transfers.
    transfers: Vec<usize>,
}

/// A change of the data: the transfers as they are after it, and the orders that it placed. The
/// subscriptions of an order belong to its partner from then on.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DataChange {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) transfers: Vec<Transfer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) orders: Vec<Order>,
}

impl DataChange {
    pub(crate) fn is_empty(&self) -> bool {
        self.transfers.is_empty() && self.orders.is_empty()
    }
}

impl IndexedData {
    pub(crate) fn new(data: DataSet) -> Self {
        let customers = data.customers.iter().enumerate();
        let mut indexed = Self {
            customers: customers.map(|(at, one)| (one.tenant_id, at)).collect(),
            of_customers: data.customers.iter().map(OfCustomer::new).collect(),
            order_ids: data.orders.iter().map(|order| order.id).collect(),
            data,
            ..Self::default()
        };
        for at in 0..indexed.data.transfers.len() {
            indexed.add_to_indexes(at);
        }
        indexed
    }

    /// All of the data.
    pub(crate) fn all(&self) -> &DataSet {
        self.count_read(self.data.customers.len() + self.data.transfers.len());
        &self.data
    }

    pub(crate) fn partner(&self, tenant: Uuid) -> Option<&Partner> {
        self.data.partner(tenant)
    }

    pub(crate) fn partner_named(&self, tenant: &str) -> Option<&Partner> {
        self.data.partner_named(tenant)
    }

    pub(crate) fn customer(&self, tenant: Uuid) -> Option<&Customer> {
        self.count_read(1);
        self.data.customers.get(*self.customers.get(&tenant)?)
    }

    /// Returns a subscription of a customer, by its id in either letter case.
    pub(crate) fn subscription(&self, customer: Uuid, id: &str) -> Option<&Subscription> {
        let (customer, at) = self.subscription_index(customer, id)?;
        self.data.customers[customer].subscriptions.get(at)
    }

    fn subscription_index(&self, customer: Uuid, id: &str) -> Option<(usize, usize)> {
        let customer = *self.customers.get(&customer)?;
        let subscriptions = &self.data.customers[customer].subscriptions;
        let sorted = &self.of_customers[customer].subscriptions;
        let found = sorted.binary_search_by(|at| compare_ids(&subscriptions[*at].id, id));
        Some((customer, sorted[found.ok()?]))
    }

    /// Returns a transfer of a customer, with its index.
    pub(crate) fn transfer(&self, customer: Uuid, transfer: Uuid) -> Option<(usize, &Transfer)> {
        let at = *self.transfers.get(&transfer)?;
        let found = self.transfer_at(at)?;
        (found.customer_tenant_id == customer).then_some((at, found))
    }

    pub(crate) fn transfer_at(&self, at: usize) -> Option<&Transfer> {
        self.count_read(1);
        self.data.transfers.get(at)
    }

    /// Returns the transfers of a customer, the oldest first.
    pub(crate) fn transfers_of(&self, customer: Uuid) -> impl Iterator<Item = &Transfer> {
        let customer = self.customers.get(&customer);
        let transfers = customer.map(|at| &self.of_customers[*at].transfers);
        let transfers = transfers.into_iter().flatten();
        transfers.filter_map(|at| self.transfer_at(*at))
    }

    /// Returns the oldest open transfer that contains a subscription.
    pub(crate) fn open_transfer_with(&self, customer: Uuid, id: &str) -> Option<&Transfer> {
        let subscription = self.subscription_index(customer, id)?;
        self.transfer_at(*self.open.get(&subscription)?.first()?)
    }

    pub(crate) fn transfer_count(&self) -> usize {
        self.data.transfers.len()
    }

    pub(crate) fn has_transfer(&self, id: Uuid) -> bool {
        self.transfers.contains_key(&id)
    }

    /// The number of orders, planned and placed.
    pub(crate) fn order_count(&self) -> usize {
        self.order_ids.len()
    }

    pub(crate) fn has_order(&self, id: Uuid) -> bool {
        self.order_ids.contains(&id)
    }

    /// Returns the transfers that change without a request until now, in the order of their times.
    pub(crate) fn due(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, usize)> {
        self.due.range(..=(now, usize::MAX)).copied()
    }

    pub(crate) fn apply(&mut self, change: DataChange) {
        for transfer in change.transfers {
            if let Some(at) = self.transfers.get(&transfer.id).copied() {
                self.remove_from_indexes(at);
                self.data.transfers[at] = transfer;
                self.add_to_indexes(at);
            } else {
                self.data.transfers.push(transfer);
                self.add_to_indexes(self.data.transfers.len() - 1);
            }
        }
        for order in change.orders {
            for id in &order.subscriptions {
                if let Some((customer, at)) = self.subscription_index(order.customer, id) {
                    self.data.customers[customer].subscriptions[at].partner = order.partner;
                }
            }
            self.order_ids.insert(order.id);
            self.data.orders.push(order);
        }
    }

    fn add_to_indexes(&mut self, at: usize) {
        self.count_read(1);
        let transfer = &self.data.transfers[at];
        let is_new = self.transfers.insert(transfer.id, at).is_none();
        if is_new && let Some(customer) = self.customers.get(&transfer.customer_tenant_id) {
            self.of_customers[*customer].transfers.push(at);
        }
        let planned = transfer
            .groups
            .iter()
            .filter_map(|group| match &group.becomes {
                GroupPlan::Order(order) => Some(order.id),
                GroupPlan::Error(_) => None,
            });
        self.order_ids.extend(planned);
        self.due.extend(due(transfer).map(|due| (due, at)));
        for subscription in self.open_subscriptions(at) {
            self.open.entry(subscription).or_default().insert(at);
        }
    }

    /// Order ids stay taken: an order that was placed has the id that was planned.
    fn remove_from_indexes(&mut self, at: usize) {
        if let Some(due) = due(&self.data.transfers[at]) {
            self.due.remove(&(due, at));
        }
        for subscription in self.open_subscriptions(at) {
            if let Some(transfers) = self.open.get_mut(&subscription) {
                transfers.remove(&at);
                if transfers.is_empty() {
                    self.open.remove(&subscription);
                }
            }
        }
    }

    /// The subscriptions of a transfer if it is open.
    fn open_subscriptions(&self, at: usize) -> Vec<(usize, usize)> {
        let transfer = &self.data.transfers[at];
        if !transfer.status.is_open() {
            return Vec::new();
        }
        let items = transfer.groups.iter().flat_map(|group| &group.line_items);
        let customer = transfer.customer_tenant_id;
        items
            .filter_map(|item| self.subscription_index(customer, &item.subscription_id))
            .collect()
    }

    /// Counts in tests only.
    fn count_read(&self, count: usize) {
        #[cfg(test)]
        self.read.set(self.read.get() + count);
        #[cfg(not(test))]
        let _ = (self, count);
    }
}

impl OfCustomer {
    fn new(customer: &Customer) -> Self {
        let all = &customer.subscriptions;
        let mut subscriptions: Box<[usize]> = (0..all.len()).collect();
        subscriptions.sort_by(|one, other| compare_ids(&all[*one].id, &all[*other].id));
        Self {
            subscriptions,
            transfers: Vec::new(),
        }
    }
}

fn compare_ids(one: &str, other: &str) -> Ordering {
    let one = one.bytes().map(|byte| byte.to_ascii_lowercase());
    one.cmp(other.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// Returns when a transfer changes without a request: when it expires or is finished.
fn due(transfer: &Transfer) -> Option<Timestamp> {
    let new_commerce = transfer.new_commerce.as_ref()?;
    let time = match transfer.status {
        Status::Pending => &new_commerce.expiration_time,
        Status::InProgress => &new_commerce.settles_time,
        _ => return None,
    };
    Timestamp::parse(time.as_deref()?)
}
