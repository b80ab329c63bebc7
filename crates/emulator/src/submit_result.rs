//! What an accept answers: the service's `TransferSubmitResult`, made from the groups.
//!
//! Types of our own and not those of the client: what the client cannot read must be seen, and an
//! emulator that shares its types would hide it. The order of members is that of the published
//! example.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use uuid::Uuid;

use crate::model::{ErrorPlan, Group, OrderPlan, Subscription};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferSubmitResult {
    pub(crate) orders: Vec<Order>,
    pub(crate) transfer_errors: Vec<TransferError>,
    attributes: Attributes,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    id: Uuid,
    alternate_id: Uuid,
    reference_customer_id: Uuid,
    billing_cycle: String,
    currency_code: String,
    line_items: Vec<OrderLineItem>,
    creation_date: String,
    status: &'static str,
    transaction_type: &'static str,
    links: OrderLinks,
    attributes: Attributes,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderLineItem {
    line_item_number: usize,
    offer_id: String,
    term_duration: String,
    transaction_type: &'static str,
    friendly_name: String,
    quantity: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    partner_id_on_record: Option<String>,
    links: NoLinks,
}

#[derive(Debug, Serialize)]
struct NoLinks {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderLinks {
    #[serde(rename = "self")]
    itself: Link,
    patch_operation: Link,
}

#[derive(Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) uri: String,
    pub(crate) method: &'static str,
    pub(crate) headers: [&'static str; 0],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attributes {
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    object_type: &'static str,
}

impl Attributes {
    /// Those of an object without an etag.
    pub(crate) fn of(object_type: &'static str) -> Self {
        Self {
            etag: None,
            object_type,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferError {
    transfer_group_id: String,
    line_items: Vec<ErrorLineItem>,
    code: u32,
    description: String,
    attributes: Attributes,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorLineItem {
    id: i64,
    subscription_id: String,
    entitlement_id: String,
    offer_id: String,
    friendly_name: String,
    quantity: u32,
    transfer_group_id: String,
    addon_items: [&'static str; 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    partner_id_on_record: Option<String>,
    billing_cycle: String,
    source_subscription_id: String,
}

impl TransferSubmitResult {
    pub(crate) fn new(orders: Vec<Order>, transfer_errors: Vec<TransferError>) -> Self {
        Self {
            orders,
            transfer_errors,
            attributes: Attributes::of("TransferSubmitResult"),
        }
    }
}

impl Order {
    /// `customer` is the transfer's, `now` the time of the accept.
    pub(crate) fn new(
        plan: &OrderPlan,
        subscriptions: &[&Subscription],
        customer: Uuid,
        now: &str,
    ) -> Self {
        let customer = plan.reference_customer_id.unwrap_or(customer);
        let link = |method| Link {
            uri: format!("/customers/{customer}/orders/{}", plan.id),
            method,
            headers: [],
        };
        let etag = || STANDARD.encode(format!(r#"{{"id":"{}","version":1}}"#, plan.id));
        let items = subscriptions.iter().enumerate();
        Self {
            id: plan.id,
            alternate_id: plan.id,
            reference_customer_id: customer,
            billing_cycle: subscriptions
                .first()
                .map(|subscription| subscription.billing_cycle.clone())
                .unwrap_or_default(),
            currency_code: plan.currency_code.clone(),
            line_items: items
                .map(|(number, subscription)| OrderLineItem {
                    line_item_number: number,
                    offer_id: subscription.offer_id.clone(),
                    term_duration: subscription.term_duration.clone(),
                    transaction_type: "New",
                    friendly_name: subscription.friendly_name.clone(),
                    quantity: subscription.quantity,
                    partner_id_on_record: subscription.partner_id_on_record.clone(),
                    links: NoLinks {},
                })
                .collect(),
            creation_date: plan.creation_date.clone().unwrap_or_else(|| now.to_owned()),
            status: "completed",
            transaction_type: "UserPurchase",
            links: OrderLinks {
                itself: link("GET"),
                patch_operation: link("PATCH"),
            },
            attributes: Attributes {
                etag: Some(plan.etag.clone().unwrap_or_else(etag)),
                object_type: "Order",
            },
        }
    }
}

impl TransferError {
    pub(crate) fn new(group: &Group, plan: &ErrorPlan, subscriptions: &[&Subscription]) -> Self {
        let items = group.line_items.iter().zip(subscriptions);
        Self {
            transfer_group_id: group.id.clone(),
            line_items: items
                .map(|(item, subscription)| ErrorLineItem {
                    id: item.id,
                    subscription_id: subscription.id.clone(),
                    entitlement_id: subscription.id.clone(),
                    offer_id: subscription.offer_id.clone(),
                    friendly_name: subscription.friendly_name.clone(),
                    quantity: subscription.quantity,
                    transfer_group_id: group.id.clone(),
                    addon_items: [],
                    partner_id_on_record: subscription.partner_id_on_record.clone(),
                    billing_cycle: subscription.billing_cycle.clone(),
                    source_subscription_id: subscription.id.clone(),
                })
                .collect(),
            code: plan.code,
            description: plan.description.clone(),
            attributes: Attributes::of("TransferError"),
        }
    }
}
