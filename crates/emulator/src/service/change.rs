//! Requests to change something, in terms of the domain.

use uuid::Uuid;

use super::model::NewCommerce;

/// A requested change.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// The target accepts a license-based transfer.
    Accept,
    /// The source withdraws a license-based transfer.
    Withdraw,
    /// The target rejects a license-based transfer.
    Reject,
    /// The target cancels a new-commerce transfer that it created.
    Cancel,
    /// The source accepts a new-commerce transfer.
    AcceptNewCommerce(Vec<RequestedItem>),
    /// The source creates a license-based transfer, or the target a new-commerce transfer.
    Create(Box<CreateRequest>),
}

/// A subscription to transfer.
#[derive(Clone, Debug)]
pub(crate) struct RequestedItem {
    pub(crate) id: Option<i64>,
    pub(crate) subscription_id: String,
    pub(crate) partner_id_on_record: Option<String>,
    pub(crate) product_type: Option<String>,
}

/// A transfer to create.
#[derive(Clone, Debug)]
pub(crate) struct CreateRequest {
    pub(crate) source: Uuid,
    /// In new commerce the caller, unless the request names another partner.
    pub(crate) target: Uuid,
    pub(crate) source_name: Option<String>,
    pub(crate) target_name: Option<String>,
    pub(crate) customer_name: Option<String>,
    /// Missing if the transfer is license-based.
    pub(crate) new_commerce: Option<NewCommerce>,
    /// Empty in new commerce.
    pub(crate) items: Vec<RequestedItem>,
}
