//! The types that a user would write for the same responses: derived, with every documented member,
//! strings in place of open enums, and without unknown members.

#![expect(dead_code, reason = "decoded, and not read")]

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferSubmitResult {
    pub attributes: Option<Attributes>,
    #[serde(default)]
    pub orders: Vec<Order>,
    #[serde(default)]
    pub transfer_errors: Vec<TransferError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    pub alternate_id: Option<String>,
    pub attributes: Option<Attributes>,
    pub billing_cycle: Option<String>,
    pub creation_date: Option<String>,
    pub currency_code: Option<String>,
    pub currency_symbol: Option<String>,
    pub id: Option<String>,
    #[serde(default)]
    pub line_items: Vec<OrderLineItem>,
    pub links: Option<OrderLinks>,
    pub partner_on_record_attestation_accepted: Option<bool>,
    pub reference_customer_id: Option<String>,
    pub status: Option<String>,
    pub total_price: Option<f64>,
    pub transaction_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLineItem {
    #[serde(default)]
    pub additional_partner_ids_on_record: Vec<String>,
    pub attestation_accepted: Option<bool>,
    pub custom_term_end_date: Option<String>,
    pub friendly_name: Option<String>,
    pub line_item_number: Option<i64>,
    pub links: Option<OrderLineItemLinks>,
    pub offer_id: Option<String>,
    pub parent_subscription_id: Option<String>,
    pub partner_id_on_record: Option<String>,
    pub pricing: Option<Pricing>,
    pub promotion_id: Option<String>,
    pub purchase_commitment: Option<PurchaseCommitment>,
    pub quantity: Option<i64>,
    pub renews_to: Option<RenewsTo>,
    pub subscription_id: Option<String>,
    pub term_duration: Option<String>,
    pub transaction_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLineItemLinks {
    pub activation_links: Option<Link>,
    pub provisioning_status: Option<Link>,
    pub sku: Option<Link>,
    pub subscription: Option<Link>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLinks {
    pub patch_operation: Option<Link>,
    pub provisioning_status: Option<Link>,
    #[serde(rename = "self")]
    pub itself: Option<Link>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pricing {
    pub discounted_price: Option<f64>,
    pub extended_price: Option<f64>,
    pub list_price: Option<f64>,
    pub price: Option<f64>,
    pub prorated_price: Option<f64>,
}

#[derive(Deserialize)]
pub struct PurchaseCommitment {
    pub amount: Option<f64>,
    pub currency: Option<String>,
    pub grain: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenewsTo {
    pub term_duration: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferError {
    pub attributes: Option<Attributes>,
    pub code: Option<i64>,
    pub description: Option<String>,
    #[serde(default)]
    pub line_items: Vec<TransferLineItem>,
    pub transfer_group_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferEntity {
    pub alternate_id: Option<String>,
    pub attributes: Option<Attributes>,
    pub completed_time: Option<String>,
    pub created_time: Option<String>,
    pub customer_email_id: Option<String>,
    pub customer_name: Option<String>,
    pub customer_tenant_id: Option<String>,
    pub expiration_time: Option<String>,
    pub id: Option<String>,
    pub ignore_eligibility_check: Option<bool>,
    pub last_modified_time: Option<String>,
    pub last_modified_user: Option<String>,
    #[serde(default)]
    pub line_items: Vec<TransferLineItem>,
    pub links: Option<ResourceLinks>,
    #[serde(default)]
    pub participants: Vec<KeyValuePair>,
    pub partner_on_record: Option<String>,
    pub partnertenantid: Option<String>,
    pub source_partner_email_id: Option<String>,
    pub source_partner_name: Option<String>,
    pub source_partner_tenant_id: Option<String>,
    pub status: Option<String>,
    pub target_partner_email_id: Option<String>,
    pub target_partner_name: Option<String>,
    pub target_partner_project_id: Option<String>,
    pub target_partner_tenant_id: Option<String>,
    #[serde(default)]
    pub target_product_types: Vec<String>,
    pub transfer_direction: Option<i64>,
    pub transfer_type: Option<i64>,
}

#[derive(Deserialize)]
pub struct ResourceLinks {
    pub next: Option<Link>,
    pub previous: Option<Link>,
    #[serde(rename = "self")]
    pub itself: Option<Link>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferLineItem {
    #[serde(default)]
    pub addon_items: Vec<TransferLineItem>,
    pub billing_cycle: Option<String>,
    pub entitlement_id: Option<String>,
    pub friendly_name: Option<String>,
    pub id: Option<i64>,
    pub offer_id: Option<String>,
    pub order_id: Option<String>,
    pub partner_id_on_record: Option<String>,
    pub product_type: Option<String>,
    pub quantity: Option<i64>,
    pub source_subscription_id: Option<String>,
    pub status: Option<String>,
    pub subscription_id: Option<String>,
    pub transfer_error: Option<String>,
    pub transfer_group_id: Option<String>,
}

#[derive(Deserialize)]
pub struct Link {
    #[serde(default)]
    pub headers: Vec<KeyValuePair>,
    pub method: Option<String>,
    pub uri: Option<String>,
}

#[derive(Deserialize)]
pub struct KeyValuePair {
    pub key: Option<String>,
    pub value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attributes {
    pub etag: Option<String>,
    pub object_type: Option<String>,
}
