//! Requests to change something, in terms of the domain.

use uuid::Uuid;

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
    /// The source creates a license-based transfer.
    CreateLicenseBased(LicenseBasedRequest),
    /// The target creates a new-commerce transfer.
    CreateNewCommerce(NewCommerceRequest),
}

/// A subscription to transfer.
#[derive(Clone, Debug)]
pub(crate) struct RequestedItem {
    pub(crate) id: Option<i64>,
    pub(crate) subscription_id: String,
    pub(crate) partner_id_on_record: Option<String>,
    pub(crate) product_type: Option<String>,
}

/// A license-based transfer to create.
#[derive(Clone, Debug)]
pub(crate) struct LicenseBasedRequest {
    pub(crate) source: Uuid,
    pub(crate) target: Uuid,
    pub(crate) items: Vec<RequestedItem>,
    pub(crate) source_name: Option<String>,
    pub(crate) target_name: Option<String>,
    pub(crate) customer_name: Option<String>,
}

/// A new-commerce transfer to create.
#[derive(Clone, Debug)]
pub(crate) struct NewCommerceRequest {
    pub(crate) source: Uuid,
    pub(crate) source_name: String,
    pub(crate) customer_email: String,
    pub(crate) transfer_type: i64,
    /// The caller, unless the request names another partner.
    pub(crate) target: Uuid,
    pub(crate) target_email: Option<String>,
    pub(crate) customer_name: Option<String>,
    pub(crate) partner_on_record: Option<String>,
    pub(crate) product_types: Option<Vec<String>>,
    pub(crate) ignore_eligibility_check: Option<bool>,
}
