//! Reading a data set, and saying where in it something is wrong.
//!
//! Two kinds of wrong: what the types refuse (a missing member, a misspelt one, a GUID that is
//! none), and what only the whole shows (a transfer of a partner that is not there, an id twice).
//! Both are told with the path in the file, such as `transfers[2].targetPartnerTenantId`.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::path::Path;

use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::assertion::Certificate;
use crate::model::{Becomes, DataSet, Status, Transfer};

/// What is wrong with a data set or a state file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataError {
    path: String,
    reason: String,
}

impl DataError {
    pub(crate) fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            reason: reason.into(),
        }
    }

    /// Where in the document, such as `transfers[2].id`; `.` is the document itself.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for DataError {}

/// Reads JSON of any of our types.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, DataError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        DataError::new(path, error.into_inner().to_string())
    })?;
    reader
        .end()
        .map_err(|error| DataError::new(".", error.to_string()))?;
    Ok(value)
}

impl DataSet {
    /// Reads a data set from JSON and checks it.
    ///
    /// # Errors
    ///
    /// If it is no data set; the error names the path in it.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DataError> {
        let data: Self = read(json.as_ref())?;
        data.check()?;
        Ok(data)
    }

    /// Reads a data file and checks it.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is no data set; the error names the file, and the path in it.
    pub fn from_file(path: impl AsRef<Path>) -> std::io::Result<Self> {
        let path = path.as_ref();
        let json = std::fs::read(path).map_err(|error| {
            std::io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        })?;
        Self::from_json(json)
            .map_err(|error| std::io::Error::other(format!("{} at {error}", path.display())))
    }

    /// Checks what the types alone do not say: ids are unique, and what is named is there.
    ///
    /// # Errors
    ///
    /// If something is wrong; the error names the path to it.
    pub fn check(&self) -> Result<(), DataError> {
        self.check_partners()?;
        self.check_customers()?;
        self.check_transfers()
    }

    fn check_partners(&self) -> Result<(), DataError> {
        let mut tenants = Unique::default();
        let mut apps = Unique::default();
        let mut tokens = Unique::default();
        for (at, partner) in self.partners.iter().enumerate() {
            let path = format!("partners[{at}]");
            tenants.add(partner.tenant_id, || format!("{path}.tenantId"))?;
            for (at, app) in partner.apps.iter().enumerate() {
                let path = format!("{path}.apps[{at}]");
                apps.add(app.id, || format!("{path}.id"))?;
                for (at, secret) in app.secrets.iter().enumerate() {
                    not_empty(secret.expose(), || format!("{path}.secrets[{at}]"))?;
                }
                for (at, pem) in app.certificates.iter().enumerate() {
                    Certificate::from_pem(pem).map_err(|reason| {
                        DataError::new(format!("{path}.certificates[{at}]"), reason)
                    })?;
                }
            }
            for (at, user) in partner.users.iter().enumerate() {
                let path = || format!("{path}.users[{at}].refreshToken");
                not_empty(user.refresh_token.expose(), path)?;
                if !tokens.is_new(user.refresh_token.expose().to_owned()) {
                    return Err(DataError::new(path(), "another user has the same one"));
                }
            }
        }
        Ok(())
    }

    fn check_customers(&self) -> Result<(), DataError> {
        let mut tenants = Unique::default();
        let mut subscriptions = Unique::default();
        for (at, customer) in self.customers.iter().enumerate() {
            let path = format!("customers[{at}]");
            tenants.add(customer.tenant_id, || format!("{path}.tenantId"))?;
            for (at, partner) in customer.partners.iter().enumerate() {
                self.partner_is_there(*partner, || format!("{path}.partners[{at}]"))?;
            }
            for (at, subscription) in customer.subscriptions.iter().enumerate() {
                let path = format!("{path}.subscriptions[{at}]");
                not_empty(&subscription.id, || format!("{path}.id"))?;
                subscriptions.add(subscription.id.to_ascii_lowercase(), || {
                    format!("{path}.id")
                })?;
                self.partner_is_there(subscription.partner, || format!("{path}.partner"))?;
            }
        }
        Ok(())
    }

    fn check_transfers(&self) -> Result<(), DataError> {
        let mut ids = Unique::default();
        let mut planned = Unique::default();
        for (at, transfer) in self.transfers.iter().enumerate() {
            let path = format!("transfers[{at}]");
            ids.add(transfer.id, || format!("{path}.id"))?;
            let customer = self.customer(transfer.customer_tenant_id).ok_or_else(|| {
                let id = transfer.customer_tenant_id;
                absent(format!("{path}.customerTenantId"), "customers", id)
            })?;
            let (source, target) = (
                transfer.source_partner_tenant_id,
                transfer.target_partner_tenant_id,
            );
            self.partner_is_there(source, || format!("{path}.sourcePartnerTenantId"))?;
            self.partner_is_there(target, || format!("{path}.targetPartnerTenantId"))?;
            if source == target {
                return Err(DataError::new(
                    format!("{path}.targetPartnerTenantId"),
                    "is the source partner too; a transfer has two partners",
                ));
            }
            check_times(transfer, &path)?;
            let unaccepted = matches!(
                transfer.status,
                Status::Pending | Status::Cancel | Status::Expired
            );
            if transfer.groups.is_empty() && !(transfer.new_commerce.is_some() && unaccepted) {
                return Err(DataError::new(
                    format!("{path}.groups"),
                    "is empty; a transfer moves at least one group",
                ));
            }
            let mut groups = Unique::default();
            let mut items = Unique::default();
            for (at, group) in transfer.groups.iter().enumerate() {
                let path = format!("{path}.groups[{at}]");
                groups.add(group.id.clone(), || format!("{path}.id"))?;
                if group.line_items.is_empty() {
                    return Err(DataError::new(
                        format!("{path}.lineItems"),
                        "is empty; a group holds at least one line item",
                    ));
                }
                for (at, item) in group.line_items.iter().enumerate() {
                    let path = || format!("{path}.lineItems[{at}].subscriptionId");
                    if customer.subscription(&item.subscription_id).is_none() {
                        let id = &item.subscription_id;
                        return Err(absent(path(), "the customer's subscriptions", id));
                    }
                    items.add(item.subscription_id.to_ascii_lowercase(), path)?;
                }
                if let Becomes::Order(order) = &group.becomes {
                    planned.add(order.id, || format!("{path}.becomes.order.id"))?;
                }
            }
        }
        let mut placed = Unique::default();
        for (at, order) in self.orders.iter().enumerate() {
            placed.add(order.id, || format!("orders[{at}].id"))?;
        }
        Ok(())
    }

    fn partner_is_there(
        &self,
        tenant: Uuid,
        path: impl FnOnce() -> String,
    ) -> Result<(), DataError> {
        match self.partner(tenant) {
            Some(_) => Ok(()),
            None => Err(absent(path(), "partners", tenant)),
        }
    }
}

/// Those that something happens at; what is only shown may be any text.
fn check_times(transfer: &Transfer, path: &str) -> Result<(), DataError> {
    let Some(new_commerce) = &transfer.new_commerce else {
        return match transfer.status {
            Status::Pending | Status::Cancel => Err(DataError::new(
                format!("{path}.newCommerce"),
                format!("is missing, and only new commerce has {}", transfer.status),
            )),
            _ => Ok(()),
        };
    };
    for (name, time) in [
        ("expirationTime", &new_commerce.expiration_time),
        ("settlesTime", &new_commerce.settles_time),
    ] {
        if let Some(time) = time
            && let Err(error) = time.parse::<jiff::Timestamp>()
        {
            return Err(DataError::new(
                format!("{path}.newCommerce.{name}"),
                error.to_string(),
            ));
        }
    }
    Ok(())
}

fn absent(path: String, list: &str, id: impl fmt::Display) -> DataError {
    DataError::new(path, format!("{id} is not among {list}"))
}

fn not_empty(text: &str, path: impl FnOnce() -> String) -> Result<(), DataError> {
    if text.is_empty() {
        return Err(DataError::new(path(), "is empty"));
    }
    Ok(())
}

/// Ids of one kind that were met.
struct Unique<T>(HashSet<T>);

impl<T> Default for Unique<T> {
    fn default() -> Self {
        Self(HashSet::new())
    }
}

impl<T: Eq + Hash> Unique<T> {
    fn is_new(&mut self, id: T) -> bool {
        self.0.insert(id)
    }

    fn add(&mut self, id: T, path: impl FnOnce() -> String) -> Result<(), DataError>
    where
        T: fmt::Display,
    {
        let told = id.to_string();
        if self.is_new(id) {
            return Ok(());
        }
        Err(DataError::new(path(), format!("{told} is there twice")))
    }
}
