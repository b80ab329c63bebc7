use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A customer: a tenant that buys from partners.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Customer {
    /// The tenant id.
    pub tenant_id: Uuid,
    /// The display name.
    pub name: String,
    /// The tenant ids of the partners that have a relationship with the customer. Any other partner
    /// gets 403 with code 20002.
    pub partners: Vec<Uuid>,
    /// The subscriptions that the customer has bought.
    #[serde(default)]
    pub subscriptions: Vec<Subscription>,
}

/// A subscription of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subscription {
    /// The subscription id, in the letter case that responses show.
    pub id: String,
    /// The tenant id of the partner that bills it. An accepted transfer changes it.
    pub partner: Uuid,
    /// The id of the offer that was bought.
    pub offer_id: String,
    /// The display name of the offer.
    pub friendly_name: String,
    /// The number of licences.
    pub quantity: u32,
    /// The billing cycle: `annual`, `monthly` and so on.
    pub billing_cycle: String,
    /// The term, as an ISO 8601 duration such as `P1Y`.
    pub term_duration: String,
    /// The MPN id of the partner on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id_on_record: Option<String>,
    /// The status. Only an active subscription can be transferred.
    #[serde(default, skip_serializing_if = "SubscriptionStatus::is_active")]
    pub status: SubscriptionStatus,
}

/// The status of a subscription.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
pub enum SubscriptionStatus {
    /// Can be transferred.
    #[default]
    Active,
    /// Cannot be transferred: not eligible, and an error in a transfer that contains it.
    Suspended,
    /// Cannot be transferred, like a suspended subscription.
    Deleted,
}

impl SubscriptionStatus {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes the value by reference"
    )]
    fn is_active(&self) -> bool {
        *self == Self::Active
    }
}

/// Writes the status as the service does.
impl fmt::Display for SubscriptionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Customer {
    /// Returns the subscription with this id, in either letter case.
    pub fn subscription(&self, id: &str) -> Option<&Subscription> {
        self.subscriptions
            .iter()
            .find(|subscription| subscription.id.eq_ignore_ascii_case(id))
    }
}
