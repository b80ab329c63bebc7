use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A transfer of a customer's subscriptions from one partner to another, of either generation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Transfer {
    /// The transfer id. Unique among all transfers.
    pub id: Uuid,
    /// The tenant id of the customer.
    pub customer_tenant_id: Uuid,
    /// The tenant id of the source partner, which hands over the subscriptions. It withdraws a
    /// license-based transfer and accepts a new-commerce transfer.
    pub source_partner_tenant_id: Uuid,
    /// The tenant id of the target partner, which receives the subscriptions. It accepts or rejects
    /// a license-based transfer; it creates and cancels a new-commerce transfer.
    pub target_partner_tenant_id: Uuid,
    /// The status.
    pub status: Status,
    /// The time of creation, as responses show it. If missing, responses do not show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_time: Option<String>,
    /// The time of the last change, as responses show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified_time: Option<String>,
    /// The object id of the user who made the last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified_user: Option<Uuid>,
    /// The name of the customer from the request that created the transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// The name of the source partner from the request that created the transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_partner_name: Option<String>,
    /// The name of the target partner from the request that created the transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_partner_name: Option<String>,
    /// The data that only a new-commerce transfer has. If missing, the transfer is license-based.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_commerce: Option<NewCommerce>,
    /// The line items, in groups that succeed or fail as one. Empty only in a new-commerce transfer
    /// that the source has not accepted.
    pub groups: Vec<Group>,
}

/// The data that only a new-commerce transfer has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCommerce {
    /// The transfer type: 3 or 5.
    pub transfer_type: i64,
    /// The e-mail address of the customer.
    pub customer_email_id: String,
    /// The e-mail address of the target; any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_partner_email_id: Option<String>,
    /// The MPN id of the reseller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_on_record: Option<String>,
    /// The product types that the target asks for. If missing, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_product_types: Option<Vec<String>>,
    /// Stored and shown, without an effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore_eligibility_check: Option<bool>,
    /// The time at which a pending transfer expires. If missing, it never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_time: Option<String>,
    /// The time at which the service finishes a transfer in progress. If missing, it never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles_time: Option<String>,
    /// The time at which the service finished the transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_time: Option<String>,
}

/// The status of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
pub enum Status {
    /// License-based: can be accepted, rejected and withdrawn.
    Active,
    /// New commerce: can be accepted and cancelled.
    Pending,
    /// The service processes it. Changes are refused with code 900101. A license-based transfer
    /// stays in this status.
    InProgress,
    /// Each group became an order, or no group did. The latter is inferred, because the documentation
    /// has no status for it. Changes are refused with code 900102, as in the statuses below.
    Complete,
    /// Some groups became orders.
    PartiallyComplete,
    /// Rejected by the target.
    Reject,
    /// Cancelled by the target. That responses use the word of the request is inferred.
    Cancel,
    /// Not accepted in time.
    Expired,
    /// Withdrawn by the source. The API answers 404 with code 900100.
    Withdrawn,
}

impl Status {
    /// Whether the transfer can still move subscriptions.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Active | Self::Pending | Self::InProgress)
    }
}

/// Writes the status as the service does.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Line items that become one order together, or one error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    /// The id within the transfer, such as `0`.
    pub id: String,
    /// The line items of the group.
    pub line_items: Vec<LineItem>,
    /// The planned result of an accept. A planned order becomes an error if the source partner no
    /// longer bills one of the subscriptions.
    pub becomes: GroupPlan,
}

/// A subscription in a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineItem {
    /// The number of the line item. The service does not keep it unique.
    pub id: i64,
    /// The subscription of the customer, in either letter case.
    pub subscription_id: String,
    /// The MPN id of the partner on record, if it differs from that of the subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id_on_record: Option<String>,
    /// The product type that the source of a new-commerce transfer named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_type: Option<String>,
    /// The result for the line item. Missing before an accept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<LineItemStatus>,
    /// The order that contains the line item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<Uuid>,
    /// The reason why the line item was not transferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_error: Option<String>,
}

/// The result for a line item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
pub enum LineItemStatus {
    /// Part of an order.
    Complete,
    /// Not transferred.
    Failed,
}

/// The planned result of accepting a group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum GroupPlan {
    /// An order in the tenant of the target.
    Order(OrderPlan),
    /// An error.
    Error(ErrorPlan),
}

/// A planned order. Everything else comes from the subscriptions and the transfer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderPlan {
    /// The order id. Unique among all orders.
    pub id: Uuid,
    /// An ISO 4217 currency code, such as `USD`.
    pub currency_code: String,
    /// The customer that the order names, if it differs from that of the transfer, as in the
    /// documented response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_customer_id: Option<Uuid>,
    /// The creation date, if it differs from the time of the accept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creation_date: Option<String>,
    /// The etag, if it is not derived from the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

/// A planned error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ErrorPlan {
    /// The code, such as 900103.
    pub code: u32,
    /// The description of the cause.
    pub description: String,
}

/// An order that an accept placed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Order {
    /// The order id.
    pub id: Uuid,
    /// The tenant id of the partner that owns the order.
    pub partner: Uuid,
    /// The tenant id of the customer.
    pub customer: Uuid,
    /// The transfer that placed the order.
    pub transfer: Uuid,
    /// The ids of the subscriptions in the order.
    pub subscriptions: Vec<String>,
}
