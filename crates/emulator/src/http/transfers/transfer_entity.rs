//! A transfer in a response: the service's `TransferEntity`, as a partner sees it.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::service::indexed_data::IndexedData;
use crate::service::model::{Group, LineItem, Transfer};

/// Leaves out the members of an object that are null.
pub(super) fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| !member.is_null());
    }
    value
}

/// The response to a create, which has only the partner names of the request, as in the published
/// example.
pub(super) fn created(data: &IndexedData, transfer: &Transfer, partner: Option<Uuid>) -> Value {
    let is_license_based = transfer.new_commerce.is_none();
    let creator = if is_license_based {
        transfer.source_partner_tenant_id
    } else {
        transfer.target_partner_tenant_id
    };
    render(
        data,
        transfer,
        partner.unwrap_or(creator),
        direction(transfer, partner),
        !is_license_based,
    )
}

/// A transfer as the partner sees it. A caller without a token sees it as the target does, but
/// without a direction: it may act as either partner.
pub(super) fn entity(data: &IndexedData, transfer: &Transfer, partner: Option<Uuid>) -> Value {
    let direction = direction(transfer, partner);
    let partner = partner.unwrap_or(transfer.target_partner_tenant_id);
    render(data, transfer, partner, direction, true)
}

/// 1 for incoming and 2 for outgoing, seen from the partner.
fn direction(transfer: &Transfer, partner: Option<Uuid>) -> Option<u8> {
    partner.map(|partner| {
        if partner == transfer.target_partner_tenant_id {
            1
        } else {
            2
        }
    })
}

fn render(
    data: &IndexedData,
    transfer: &Transfer,
    partner: Uuid,
    direction: Option<u8>,
    all_names: bool,
) -> Value {
    let source = transfer.source_partner_tenant_id;
    let target = transfer.target_partner_tenant_id;
    let name = |given: &Option<String>, tenant| {
        let known = || data.partner(tenant).map(|partner| partner.name.clone());
        given.clone().or_else(|| all_names.then(known).flatten())
    };
    let mut entity = json!({
        "id": transfer.id,
        "status": transfer.status,
        "createdTime": transfer.created_time,
        "lastModifiedTime": transfer.last_modified_time,
        "lastModifiedUser": transfer.last_modified_user,
        "customerName": transfer.customer_name,
        "customerTenantId": transfer.customer_tenant_id,
        "partnertenantid": partner,
        "sourcePartnerName": name(&transfer.source_partner_name, source),
        "sourcePartnerTenantId": source,
        "targetPartnerName": name(&transfer.target_partner_name, target),
        "targetPartnerTenantId": target,
        "lineItems": line_items(data, transfer, partner),
        "links": {
            "self": {
                "uri": format!(
                    "/customers/{}/transfers/{}",
                    transfer.customer_tenant_id, transfer.id
                ),
                "method": "GET",
                "headers": [],
            },
        },
        "attributes": { "objectType": "TransferEntity" },
    });
    if let Some(new_commerce) = &transfer.new_commerce {
        entity["transferType"] = json!(new_commerce.transfer_type);
        entity["transferDirection"] = json!(direction);
        entity["completedTime"] = json!(new_commerce.completed_time);
        entity["expirationTime"] = json!(new_commerce.expiration_time);
        entity["customerEmailId"] = json!(new_commerce.customer_email_id);
        entity["targetPartnerEmailId"] = json!(new_commerce.target_partner_email_id);
        entity["partnerOnRecord"] = json!(new_commerce.partner_on_record);
        entity["targetProductTypes"] = json!(new_commerce.target_product_types);
        entity["ignoreEligibilityCheck"] = json!(new_commerce.ignore_eligibility_check);
        if transfer.customer_name.is_none() {
            let customer = data.customer(transfer.customer_tenant_id);
            entity["customerName"] = json!(customer.map(|customer| &customer.name));
        }
    }
    without_nulls(entity)
}

fn line_items(data: &IndexedData, transfer: &Transfer, partner: Uuid) -> Vec<Value> {
    let is_new_commerce = transfer.new_commerce.is_some();
    // According to a third party.
    let hidden = is_new_commerce
        && partner == transfer.target_partner_tenant_id
        && transfer.status.is_open();
    if hidden {
        return Vec::new();
    }
    let customer = transfer.customer_tenant_id;
    let items = transfer
        .groups
        .iter()
        .flat_map(|group| group.line_items.iter().map(move |item| (group, item)));
    items
        .filter_map(|(group, item)| line_item(data, customer, group, item, is_new_commerce))
        .collect()
}

fn line_item(
    data: &IndexedData,
    customer: Uuid,
    group: &Group,
    item: &LineItem,
    is_new_commerce: bool,
) -> Option<Value> {
    let subscription = data.subscription(customer, &item.subscription_id)?;
    let mut entity = json!({
        "id": item.id,
        "subscriptionId": subscription.id,
        "quantity": subscription.quantity,
        "billingCycle": subscription.billing_cycle,
        "transferError": item.transfer_error,
        "status": item.status,
        "orderId": item.order_id,
        "transferGroupId": item.status.map(|_| &group.id),
        "productType": item.product_type,
    });
    // The documented table of new commerce has fewer members.
    if !is_new_commerce {
        let partner_on_record = item.partner_id_on_record.as_ref();
        entity["offerId"] = json!(subscription.offer_id);
        entity["friendlyName"] = json!(subscription.friendly_name);
        entity["partnerIdOnRecord"] =
            json!(partner_on_record.or(subscription.partner_id_on_record.as_ref()));
        entity["addonItems"] = json!([]);
    }
    Some(without_nulls(entity))
}
