use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::customers::Customer;
use super::partners::Partner;
use super::transfers::{Order, Transfer};

/// Everything that an emulator starts with: the content of a data file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataSet {
    /// The location of the JSON Schema of this file, for editors. The emulator ignores it.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The partners that can call the API.
    pub partners: Vec<Partner>,
    /// The customers whose subscriptions are transferred.
    pub customers: Vec<Customer>,
    /// The transfers between the partners.
    pub transfers: Vec<Transfer>,
    /// The orders placed so far. Empty in most data files: accepting a transfer adds to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
}

impl DataSet {
    /// Returns the partner with this tenant id.
    pub fn partner(&self, tenant: Uuid) -> Option<&Partner> {
        self.partners.iter().find(|one| one.tenant_id == tenant)
    }

    /// Returns the partner with this tenant id or domain, in either letter case.
    pub(crate) fn partner_named(&self, tenant: &str) -> Option<&Partner> {
        match Uuid::try_parse(tenant) {
            Ok(id) => self.partner(id),
            Err(_) => self.partners.iter().find(|partner| {
                let domain = partner.domain.as_deref();
                domain.is_some_and(|domain| domain.eq_ignore_ascii_case(tenant))
            }),
        }
    }

    /// Returns the customer with this tenant id.
    pub fn customer(&self, tenant: Uuid) -> Option<&Customer> {
        self.customers.iter().find(|one| one.tenant_id == tenant)
    }

    /// Returns a transfer of a customer.
    pub fn transfer(&self, customer: Uuid, transfer: Uuid) -> Option<&Transfer> {
        self.transfers
            .iter()
            .find(|one| one.id == transfer && one.customer_tenant_id == customer)
    }
}
