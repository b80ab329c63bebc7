//! The types that a user would write for the same responses: derived, with every documented member,
//! strings in place of open enums, and without unknown members.

#![expect(dead_code, reason = "decoded, and not read")]

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferSubmitResult {
    pub(crate) attributes: Option<Attributes>,
    #[serde(default)]
    pub(crate) orders: Vec<Order>,
    #[serde(default)]
    pub(crate) transfer_errors: Vec<TransferError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    pub(crate) alternate_id: Option<String>,
    pub(crate) attributes: Option<Attributes>,
    pub(crate) billing_cycle: Option<String>,
    pub(crate) creation_date: Option<String>,
    pub(crate) currency_code: Option<String>,
    pub(crate) currency_symbol: Option<String>,
    pub(crate) id: Option<String>,
    #[serde(default)]
    pub(crate) line_items: Vec<OrderLineItem>,
    pub(crate) links: Option<OrderLinks>,
    pub(crate) partner_on_record_attestation_accepted: Option<bool>,
    pub(crate) reference_customer_id: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) total_price: Option<f64>,
    pub(crate) transaction_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderLineItem {
    #[serde(default)]
    pub(crate) additional_partner_ids_on_record: Vec<String>,
    pub(crate) attestation_accepted: Option<bool>,
    pub(crate) custom_term_end_date: Option<String>,
    pub(crate) friendly_name: Option<String>,
    pub(crate) line_item_number: Option<i64>,
    pub(crate) links: Option<OrderLineItemLinks>,
    pub(crate) offer_id: Option<String>,
    pub(crate) parent_subscription_id: Option<String>,
    pub(crate) partner_id_on_record: Option<String>,
    pub(crate) pricing: Option<Pricing>,
    pub(crate) promotion_id: Option<String>,
    pub(crate) purchase_commitment: Option<PurchaseCommitment>,
    pub(crate) quantity: Option<i64>,
    pub(crate) renews_to: Option<RenewsTo>,
    pub(crate) subscription_id: Option<String>,
    pub(crate) term_duration: Option<String>,
    pub(crate) transaction_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderLineItemLinks {
    pub(crate) activation_links: Option<Link>,
    pub(crate) provisioning_status: Option<Link>,
    pub(crate) sku: Option<Link>,
    pub(crate) subscription: Option<Link>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderLinks {
    pub(crate) patch_operation: Option<Link>,
    pub(crate) provisioning_status: Option<Link>,
    #[serde(rename = "self")]
    pub(crate) itself: Option<Link>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pricing {
    pub(crate) discounted_price: Option<f64>,
    pub(crate) extended_price: Option<f64>,
    pub(crate) list_price: Option<f64>,
    pub(crate) price: Option<f64>,
    pub(crate) prorated_price: Option<f64>,
}

#[derive(Deserialize)]
pub(crate) struct PurchaseCommitment {
    pub(crate) amount: Option<f64>,
    pub(crate) currency: Option<String>,
    pub(crate) grain: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RenewsTo {
    pub(crate) term_duration: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferError {
    pub(crate) attributes: Option<Attributes>,
    pub(crate) code: Option<i64>,
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) line_items: Vec<TransferLineItem>,
    pub(crate) transfer_group_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferEntity {
    pub(crate) alternate_id: Option<String>,
    pub(crate) attributes: Option<Attributes>,
    pub(crate) completed_time: Option<String>,
    pub(crate) created_time: Option<String>,
    pub(crate) customer_email_id: Option<String>,
    pub(crate) customer_name: Option<String>,
    pub(crate) customer_tenant_id: Option<String>,
    pub(crate) expiration_time: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) ignore_eligibility_check: Option<bool>,
    pub(crate) last_modified_time: Option<String>,
    pub(crate) last_modified_user: Option<String>,
    #[serde(default)]
    pub(crate) line_items: Vec<TransferLineItem>,
    pub(crate) links: Option<ResourceLinks>,
    #[serde(default)]
    pub(crate) participants: Vec<KeyValuePair>,
    pub(crate) partner_on_record: Option<String>,
    pub(crate) partnertenantid: Option<String>,
    pub(crate) source_partner_email_id: Option<String>,
    pub(crate) source_partner_name: Option<String>,
    pub(crate) source_partner_tenant_id: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) target_partner_email_id: Option<String>,
    pub(crate) target_partner_name: Option<String>,
    pub(crate) target_partner_project_id: Option<String>,
    pub(crate) target_partner_tenant_id: Option<String>,
    #[serde(default)]
    pub(crate) target_product_types: Vec<String>,
    pub(crate) transfer_direction: Option<i64>,
    pub(crate) transfer_type: Option<i64>,
}

#[derive(Deserialize)]
pub(crate) struct ResourceLinks {
    pub(crate) next: Option<Link>,
    pub(crate) previous: Option<Link>,
    #[serde(rename = "self")]
    pub(crate) itself: Option<Link>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferLineItem {
    #[serde(default)]
    pub(crate) addon_items: Vec<TransferLineItem>,
    pub(crate) billing_cycle: Option<String>,
    pub(crate) entitlement_id: Option<String>,
    pub(crate) friendly_name: Option<String>,
    pub(crate) id: Option<i64>,
    pub(crate) offer_id: Option<String>,
    pub(crate) order_id: Option<String>,
    pub(crate) partner_id_on_record: Option<String>,
    pub(crate) product_type: Option<String>,
    pub(crate) quantity: Option<i64>,
    pub(crate) source_subscription_id: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) subscription_id: Option<String>,
    pub(crate) transfer_error: Option<String>,
    pub(crate) transfer_group_id: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    pub(crate) headers: Vec<KeyValuePair>,
    pub(crate) method: Option<String>,
    pub(crate) uri: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct KeyValuePair {
    pub(crate) key: Option<String>,
    pub(crate) value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attributes {
    pub(crate) etag: Option<String>,
    pub(crate) object_type: Option<String>,
}
