//! Checks what the types of a data set do not express: ids are unique, and every id that is named
//! exists. Each error has the path in the data set, such as `transfers[2].targetPartnerTenantId`.
//! Paths are written for an error only, because a data set can have hundreds of thousands of ids.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt::{Arguments, Display};
use std::hash::Hash;

use uuid::Uuid;

use super::customers::Customer;
use super::data::DataSet;
use super::error::DataError;
use super::transfers::{GroupPlan, Status, Transfer};
use crate::service::certificate::Certificate;

impl DataSet {
    /// Checks that ids are unique and that every id that is named exists.
    ///
    /// # Errors
    ///
    /// If something is wrong; the error names the path to it.
    pub fn check(&self) -> Result<(), DataError> {
        self.check_partners()?;
        let known = Known::new(self)?;
        let mut ids = Ids::default();
        let mut planned_orders = Ids::default();
        for (at, transfer) in self.transfers.iter().enumerate() {
            let path = format_args!("transfers[{at}]");
            ids.add(transfer.id, format_args!("{path}.id"))?;
            known.check_parties(transfer, path)?;
            check_new_commerce(transfer, path)?;
            known.check_groups(transfer, path, &mut planned_orders)?;
        }
        let mut placed_orders = Ids::default();
        for (at, order) in self.orders.iter().enumerate() {
            placed_orders.add(order.id, format_args!("orders[{at}].id"))?;
        }
        Ok(())
    }

    fn check_partners(&self) -> Result<(), DataError> {
        let mut tenants = Ids::default();
        let mut apps = Ids::default();
        let mut domains = Ids::default();
        let mut refresh_tokens = HashSet::new();
        for (at, partner) in self.partners.iter().enumerate() {
            let path = format_args!("partners[{at}]");
            tenants.add(partner.tenant_id, format_args!("{path}.tenantId"))?;
            if let Some(domain) = &partner.domain {
                let path = format_args!("{path}.domain");
                check_not_empty(domain, path)?;
                domains.add(domain.to_ascii_lowercase(), path)?;
            }
            for (at, app) in partner.apps.iter().enumerate() {
                let path = format_args!("{path}.apps[{at}]");
                apps.add(app.id, format_args!("{path}.id"))?;
                for (at, secret) in app.secrets.iter().enumerate() {
                    check_not_empty(secret.expose(), format_args!("{path}.secrets[{at}]"))?;
                }
                for (at, pem) in app.certificates.iter().enumerate() {
                    Certificate::from_pem(pem).map_err(|reason| {
                        DataError::new(format_args!("{path}.certificates[{at}]"), reason)
                    })?;
                }
            }
            for (at, user) in partner.users.iter().enumerate() {
                let path = format_args!("{path}.users[{at}].refreshToken");
                check_not_empty(user.refresh_token.expose(), path)?;
                if !refresh_tokens.insert(user.refresh_token.expose()) {
                    return Err(DataError::new(path, "another user has the same token"));
                }
            }
        }
        Ok(())
    }
}

/// What the rest of the data can name, so that the check does not search it for each id.
struct Known {
    partners: HashSet<Uuid>,
    customers: HashSet<Uuid>,
    /// The customer of each subscription, by its id in lower case.
    subscriptions: HashMap<String, Uuid>,
}

impl Known {
    /// Collects the ids of the partners, and checks the customers, whose ids it collects too.
    fn new(data: &DataSet) -> Result<Self, DataError> {
        let mut known = Self {
            partners: data.partners.iter().map(|one| one.tenant_id).collect(),
            customers: HashSet::new(),
            subscriptions: HashMap::new(),
        };
        for (at, customer) in data.customers.iter().enumerate() {
            known.add_customer(customer, format_args!("customers[{at}]"))?;
        }
        Ok(known)
    }

    fn add_customer(&mut self, customer: &Customer, path: Arguments<'_>) -> Result<(), DataError> {
        let id = customer.tenant_id;
        if !self.customers.insert(id) {
            return Err(duplicated(format_args!("{path}.tenantId"), id));
        }
        for (at, partner) in customer.partners.iter().enumerate() {
            self.check_partner(*partner, format_args!("{path}.partners[{at}]"))?;
        }
        for (at, subscription) in customer.subscriptions.iter().enumerate() {
            let path = format_args!("{path}.subscriptions[{at}]");
            let id_path = format_args!("{path}.id");
            check_not_empty(&subscription.id, id_path)?;
            let lower = subscription.id.to_ascii_lowercase();
            match self.subscriptions.entry(lower) {
                Entry::Occupied(known) => return Err(duplicated(id_path, known.key())),
                Entry::Vacant(new) => new.insert(id),
            };
            self.check_partner(subscription.partner, format_args!("{path}.partner"))?;
        }
        Ok(())
    }

    fn check_parties(&self, transfer: &Transfer, path: Arguments<'_>) -> Result<(), DataError> {
        let id = transfer.customer_tenant_id;
        if !self.customers.contains(&id) {
            return Err(missing(
                format_args!("{path}.customerTenantId"),
                "customers",
                id,
            ));
        }
        let source = transfer.source_partner_tenant_id;
        let target = transfer.target_partner_tenant_id;
        let target_path = format_args!("{path}.targetPartnerTenantId");
        self.check_partner(source, format_args!("{path}.sourcePartnerTenantId"))?;
        self.check_partner(target, target_path)?;
        if source == target {
            return Err(DataError::new(
                target_path,
                "is also the source partner; a transfer has two partners",
            ));
        }
        Ok(())
    }

    fn check_partner(&self, tenant: Uuid, path: Arguments<'_>) -> Result<(), DataError> {
        if self.partners.contains(&tenant) {
            return Ok(());
        }
        Err(missing(path, "partners", tenant))
    }

    fn check_groups(
        &self,
        transfer: &Transfer,
        path: Arguments<'_>,
        planned_orders: &mut Ids<Uuid>,
    ) -> Result<(), DataError> {
        let may_be_empty = transfer.new_commerce.is_some()
            && matches!(
                transfer.status,
                Status::Pending | Status::Cancel | Status::Expired
            );
        if transfer.groups.is_empty() && !may_be_empty {
            return Err(DataError::new(
                format_args!("{path}.groups"),
                "is empty; a transfer needs at least one group",
            ));
        }
        let mut groups = Ids::default();
        let mut subscriptions = Ids::default();
        for (at, group) in transfer.groups.iter().enumerate() {
            let path = format_args!("{path}.groups[{at}]");
            groups.add(group.id.as_str(), format_args!("{path}.id"))?;
            if group.line_items.is_empty() {
                return Err(DataError::new(
                    format_args!("{path}.lineItems"),
                    "is empty; a group needs at least one line item",
                ));
            }
            for (at, item) in group.line_items.iter().enumerate() {
                let path = format_args!("{path}.lineItems[{at}].subscriptionId");
                let id = &item.subscription_id;
                let lower = id.to_ascii_lowercase();
                if self.subscriptions.get(&lower) != Some(&transfer.customer_tenant_id) {
                    return Err(missing(path, "the customer's subscriptions", id));
                }
                subscriptions.add(lower, path)?;
            }
            if let GroupPlan::Order(order) = &group.becomes {
                planned_orders.add(order.id, format_args!("{path}.becomes.order.id"))?;
            }
        }
        Ok(())
    }
}

/// Checks the times that the emulator acts on. Times that are only shown may be any text.
fn check_new_commerce(transfer: &Transfer, path: Arguments<'_>) -> Result<(), DataError> {
    let path = format_args!("{path}.newCommerce");
    let Some(new_commerce) = &transfer.new_commerce else {
        return match transfer.status {
            Status::Pending | Status::Cancel => Err(DataError::new(
                path,
                format!("is missing; only new commerce has {}", transfer.status),
            )),
            _ => Ok(()),
        };
    };
    // Like a create request, which has one of the two.
    let kind = new_commerce.transfer_type;
    if ![3, 5].contains(&kind) {
        return Err(DataError::new(
            format_args!("{path}.transferType"),
            format!("{kind} is not a transfer type of new commerce, which are 3 and 5"),
        ));
    }
    for (name, time) in [
        ("expirationTime", &new_commerce.expiration_time),
        ("settlesTime", &new_commerce.settles_time),
    ] {
        if let Some(Err(error)) = time.as_ref().map(|time| time.parse::<jiff::Timestamp>()) {
            return Err(DataError::new(
                format_args!("{path}.{name}"),
                format!("{error}; write a time such as 2030-03-25T22:24:23Z, up to the year 9999"),
            ));
        }
    }
    Ok(())
}

fn check_not_empty(text: &str, path: Arguments<'_>) -> Result<(), DataError> {
    match text {
        "" => Err(DataError::new(path, "is empty")),
        _ => Ok(()),
    }
}

fn missing(path: Arguments<'_>, list: &str, id: impl Display) -> DataError {
    DataError::new(path, format!("{id} is not among {list}"))
}

fn duplicated(path: Arguments<'_>, id: impl Display) -> DataError {
    DataError::new(path, format!("{id} is duplicated"))
}

/// The ids of one kind that the check has seen.
#[derive(Default)]
struct Ids<T>(HashSet<T>);

impl<T: Display + Eq + Hash> Ids<T> {
    fn add(&mut self, id: T, path: Arguments<'_>) -> Result<(), DataError> {
        match self.0.replace(id) {
            Some(known) => Err(duplicated(path, known)),
            None => Ok(()),
        }
    }
}
