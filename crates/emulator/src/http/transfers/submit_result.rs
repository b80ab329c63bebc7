//! The response to an accept: the service's `TransferSubmitResult`.
//!
//! Written by hand and not with the types of the client: an emulator that shares its types would
//! hide what the client cannot read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::transfer_entity::without_nulls;
use crate::http::generated::error_codes as codes;
use crate::service::model::{OrderPlan, Subscription};
use crate::service::processing::{GroupResult, ProcessedGroup};
use crate::service::timestamp::Timestamp;

pub(super) fn submit_result(groups: &[ProcessedGroup], customer: Uuid, now: Timestamp) -> Value {
    let mut orders = Vec::new();
    let mut errors = Vec::new();
    for group in groups {
        match &group.result {
            GroupResult::Order(plan) => {
                orders.push(order(plan, &group.subscriptions, customer, now));
            }
            GroupResult::Error { code, description } => {
                let code = code.unwrap_or(codes::TRANSFER_CREATE_ORDER_ERROR.code);
                errors.push(transfer_error(group, code, description));
            }
        }
    }
    json!({
        "orders": orders,
        "transferErrors": errors,
        "attributes": { "objectType": "TransferSubmitResult" },
    })
}

fn order(
    plan: &OrderPlan,
    subscriptions: &[Subscription],
    customer: Uuid,
    now: Timestamp,
) -> Value {
    let customer = plan.reference_customer_id.unwrap_or(customer);
    let link = |method| {
        let uri = format!("/customers/{customer}/orders/{}", plan.id);
        json!({ "uri": uri, "method": method, "headers": [] })
    };
    let line_item = |(number, subscription): (usize, &Subscription)| {
        without_nulls(json!({
            "lineItemNumber": number,
            "offerId": subscription.offer_id,
            "termDuration": subscription.term_duration,
            "transactionType": "New",
            "friendlyName": subscription.friendly_name,
            "quantity": subscription.quantity,
            "partnerIdOnRecord": subscription.partner_id_on_record,
            "links": {},
        }))
    };
    let line_items: Vec<Value> = subscriptions.iter().enumerate().map(line_item).collect();
    let creation_date = plan.creation_date.clone();
    let etag = plan.etag.clone();
    json!({
        "id": plan.id,
        "alternateId": plan.id,
        "referenceCustomerId": customer,
        "billingCycle": subscriptions.first().map_or("", |first| &first.billing_cycle),
        "currencyCode": plan.currency_code,
        "lineItems": line_items,
        "creationDate": creation_date.unwrap_or_else(|| now.in_milliseconds()),
        "status": "completed",
        "transactionType": "UserPurchase",
        "links": { "self": link("GET"), "patchOperation": link("PATCH") },
        "attributes": {
            "etag": etag.unwrap_or_else(|| {
                STANDARD.encode(format!(r#"{{"id":"{}","version":1}}"#, plan.id))
            }),
            "objectType": "Order",
        },
    })
}

fn transfer_error(processed: &ProcessedGroup, code: u32, description: &str) -> Value {
    let group = &processed.group;
    let items = group.line_items.iter().zip(&processed.subscriptions);
    let line_items: Vec<Value> = items
        .map(|(item, subscription)| {
            without_nulls(json!({
                "id": item.id,
                "subscriptionId": subscription.id,
                "entitlementId": subscription.id,
                "offerId": subscription.offer_id,
                "friendlyName": subscription.friendly_name,
                "quantity": subscription.quantity,
                "transferGroupId": group.id,
                "addonItems": [],
                "partnerIdOnRecord": subscription.partner_id_on_record,
                "billingCycle": subscription.billing_cycle,
                "sourceSubscriptionId": subscription.id,
            }))
        })
        .collect();
    json!({
        "transferGroupId": group.id,
        "lineItems": line_items,
        "code": code,
        "description": description,
        "attributes": { "objectType": "TransferError" },
    })
}
