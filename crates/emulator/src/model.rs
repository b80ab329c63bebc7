//! What the emulated service knows: partners, customers with subscriptions, and transfers whose
//! groups say what becomes of them.
//!
//! The same types are the data file, the state in memory and the state file: what can be loaded
//! is what can happen, and nothing is translated in between. Member names on disk are those of
//! the service where it has one.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::secret::Secret;

/// Everything that an emulator starts with: the content of a data file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataSet {
    /// Where the JSON Schema of this file is, for editors. Not read.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Who can call.
    pub partners: Vec<Partner>,
    /// Whose subscriptions are transferred.
    pub customers: Vec<Customer>,
    /// What can be accepted, withdrawn and so on.
    pub transfers: Vec<Transfer>,
    /// Orders that were placed already. Empty in most data files: an accept fills it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
}

/// A partner: a tenant with apps and users that can ask for tokens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Partner {
    /// The tenant's id.
    pub tenant_id: Uuid,
    /// Its name, for people.
    pub name: String,
    /// A domain of the tenant, such as `contoso.onmicrosoft.com`: the token endpoint takes it in
    /// place of the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The apps that are registered in the tenant.
    #[serde(default)]
    pub apps: Vec<App>,
    /// The people of the tenant, for app+user tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<User>,
}

/// An app of a partner. One with neither secrets nor certificates is a public client.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct App {
    /// The app's id: the `client_id` of a token request.
    pub id: Uuid,
    /// Its client secrets; each of them works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Secret>,
    /// Its certificates as PEM, for client assertions. Of each, the first `CERTIFICATE` section
    /// is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<String>,
}

/// A person of a partner.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct User {
    /// The user's object id.
    pub id: Uuid,
    /// The user principal name, such as `agent@contoso.onmicrosoft.com`.
    pub name: String,
    /// The refresh token that consent gave. It works for each app of the partner.
    pub refresh_token: Secret,
    /// Whether the consent was given with multifactor authentication. Tokens of a user for whom
    /// it was not are refused by the API, with code 900421.
    pub mfa: bool,
}

/// A customer: a tenant that buys from partners.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Customer {
    /// The tenant's id.
    pub tenant_id: Uuid,
    /// Its name, for people.
    pub name: String,
    /// The partners that have a relationship with it, by tenant id. To another one its resources
    /// are closed: 403, code 20002.
    pub partners: Vec<Uuid>,
    /// What it has bought.
    #[serde(default)]
    pub subscriptions: Vec<Subscription>,
}

/// A subscription of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subscription {
    /// Its id, in the letter case that answers show.
    pub id: String,
    /// The partner that bills it, by tenant id. An accepted transfer changes it.
    pub partner: Uuid,
    /// What was bought.
    pub offer_id: String,
    /// The same for people.
    pub friendly_name: String,
    /// How many licences.
    pub quantity: u32,
    /// How often it is billed: `annual`, `monthly` and so on.
    pub billing_cycle: String,
    /// Its term, as an ISO 8601 duration such as `P1Y`.
    pub term_duration: String,
    /// The MPN id of the partner on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id_on_record: Option<String>,
    /// Whether it is in use. Only an active one can be transferred.
    #[serde(default, skip_serializing_if = "SubscriptionStatus::is_active")]
    pub status: SubscriptionStatus,
}

/// Whether a subscription is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
pub enum SubscriptionStatus {
    /// Can be transferred.
    #[default]
    Active,
    /// Cannot be transferred: not eligible, and an error where a transfer holds it all the same.
    Suspended,
    /// The same.
    Deleted,
}

impl SubscriptionStatus {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes what it may leave out by reference"
    )]
    fn is_active(&self) -> bool {
        *self == Self::Active
    }
}

/// As the service writes it.
impl fmt::Display for SubscriptionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A transfer of subscriptions of one customer from one partner to another, of either generation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Transfer {
    /// Its id. Unique among the transfers of its customer.
    pub id: Uuid,
    /// The customer, by tenant id.
    pub customer_tenant_id: Uuid,
    /// The partner that hands over, by tenant id. It withdraws a licence-based transfer, and
    /// accepts one of new commerce.
    pub source_partner_tenant_id: Uuid,
    /// The partner that receives, by tenant id. It accepts or rejects a licence-based transfer, and
    /// cancels one of new commerce, which it has created.
    pub target_partner_tenant_id: Uuid,
    /// Where it stands.
    pub status: Status,
    /// When it was created, as answers show it. Missing: they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_time: Option<String>,
    /// When it was changed last, as answers show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified_time: Option<String>,
    /// Who changed it last, by the object id of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified_user: Option<Uuid>,
    /// The name that whoever created it gave the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// The name that whoever created it gave the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_partner_name: Option<String>,
    /// The name that whoever created it gave the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_partner_name: Option<String>,
    /// What only a transfer of new commerce has. Missing: it is licence-based.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_commerce: Option<NewCommerce>,
    /// What is transferred, in groups that succeed or fail as one. Empty only in a transfer of new
    /// commerce that the source has not accepted.
    pub groups: Vec<Group>,
}

/// What only a transfer of new commerce has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCommerce {
    /// The number that stands for its kind: 3 or 5.
    pub transfer_type: i64,
    /// The e-mail address of the customer.
    pub customer_email_id: String,
    /// The e-mail address of the target; any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_partner_email_id: Option<String>,
    /// The MPN id of the reseller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_on_record: Option<String>,
    /// The kinds of products that the target asks for. Missing: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_product_types: Option<Vec<String>>,
    /// Kept and shown, and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore_eligibility_check: Option<bool>,
    /// When it expires if it still is pending then. Missing: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_time: Option<String>,
    /// When the service is done with it, once it is in progress. Missing: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles_time: Option<String>,
    /// When the service was done with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_time: Option<String>,
}

/// Where a transfer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
pub enum Status {
    /// Licence-based: can be accepted, rejected and withdrawn.
    Active,
    /// New commerce: can be accepted and cancelled.
    Pending,
    /// The service works on it: refuses with code 900101. For ever, if it is licence-based.
    InProgress,
    /// Each group became an order: refuses with code 900102, as all that follow.
    Complete,
    /// Some groups became orders.
    PartiallyComplete,
    /// No group became an order. Inferred: the documentation has the word for line items only.
    Failed,
    /// Turned down by the target.
    Reject,
    /// Taken back by the target. That an answer says the word of the request is inferred.
    Cancel,
    /// Too old to be accepted.
    Expired,
    /// Withdrawn by its source: answers as if it had never been, with 404 and code 900100.
    Withdrawn,
}

impl Status {
    /// Whether something may still become of the transfer.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Active | Self::Pending | Self::InProgress)
    }
}

/// As the service writes it.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Line items that become one order together, or one error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    /// Its id within the transfer, such as `0`.
    pub id: String,
    /// What it holds.
    pub line_items: Vec<LineItem>,
    /// What an accept makes of it. Even where that is an order, a subscription that the source
    /// partner no longer has makes it an error.
    pub becomes: Becomes,
}

/// A subscription in a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineItem {
    /// Its number. The service does not keep it unique.
    pub id: i64,
    /// The customer's subscription, in either letter case.
    pub subscription_id: String,
    /// The MPN id of the partner on record, if it shall be another than the subscription's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id_on_record: Option<String>,
    /// The kind of product, as the source of a new-commerce transfer named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_type: Option<String>,
    /// What became of it. Missing before an accept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<LineItemStatus>,
    /// The order that it became part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<Uuid>,
    /// Why it became none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_error: Option<String>,
}

/// What became of a line item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
pub enum LineItemStatus {
    /// Part of an order.
    Complete,
    /// Not transferred.
    Failed,
}

/// What an accept makes of a group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Becomes {
    /// An order in the tenant of the target.
    Order(OrderPlan),
    /// An error.
    Error(ErrorPlan),
}

/// An order to be placed. What is not here comes from the subscriptions and the transfer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderPlan {
    /// The order's id. Unique among all orders.
    pub id: Uuid,
    /// An ISO 4217 code, such as `USD`.
    pub currency_code: String,
    /// The customer that the order names, if it is another than the transfer's: it is in the
    /// documented answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_customer_id: Option<Uuid>,
    /// When it was placed, if that shall not be the time of the accept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creation_date: Option<String>,
    /// Its etag, if it shall not be made from the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

/// Why a group becomes no order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ErrorPlan {
    /// The code, such as 900103.
    pub code: u32,
    /// The cause, for people.
    pub description: String,
}

/// An order that an accept has placed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Order {
    /// Its id.
    pub id: Uuid,
    /// Whose tenant it stands in.
    pub partner: Uuid,
    /// The customer of the transfer.
    pub customer: Uuid,
    /// The transfer that it came from.
    pub transfer: Uuid,
    /// The subscriptions that it moved.
    pub subscriptions: Vec<String>,
}

impl DataSet {
    /// The partner with this tenant id.
    pub fn partner(&self, tenant: Uuid) -> Option<&Partner> {
        self.partners
            .iter()
            .find(|partner| partner.tenant_id == tenant)
    }

    /// The customer with this tenant id.
    pub fn customer(&self, tenant: Uuid) -> Option<&Customer> {
        self.customers
            .iter()
            .find(|customer| customer.tenant_id == tenant)
    }

    /// A customer's transfer.
    pub fn transfer(&self, customer: Uuid, transfer: Uuid) -> Option<&Transfer> {
        self.transfers
            .iter()
            .find(|known| known.id == transfer && known.customer_tenant_id == customer)
    }
}

impl Customer {
    /// The subscription with this id, in either letter case.
    pub fn subscription(&self, id: &str) -> Option<&Subscription> {
        self.subscriptions
            .iter()
            .find(|subscription| subscription.id.eq_ignore_ascii_case(id))
    }
}
