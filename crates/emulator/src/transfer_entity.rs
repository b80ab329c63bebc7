//! What a read of a transfer answers: the service's `TransferEntity`, as a partner sees it, and
//! `TransferEligibility`.
//!
//! Types of our own and not those of the client, as with [`crate::submit_result`]. Members stand in
//! the order of the published examples.

use serde::Serialize;
use uuid::Uuid;

use crate::model::{Customer, DataSet, Group, LineItem, LineItemStatus, Status, Transfer};
use crate::submit_result::{Attributes, Link};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferEntity<'a> {
    id: Uuid,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_type: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_direction: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_time: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified_time: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_time: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_time: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified_user: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_name: Option<&'a str>,
    customer_tenant_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_email_id: Option<&'a str>,
    #[serde(rename = "partnertenantid")]
    partner_tenant_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_partner_name: Option<&'a str>,
    source_partner_tenant_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_partner_name: Option<&'a str>,
    target_partner_tenant_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_partner_email_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partner_on_record: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_product_types: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignore_eligibility_check: Option<bool>,
    line_items: Vec<TransferLineItem<'a>>,
    links: Links,
    attributes: Attributes,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TransferLineItem<'a> {
    id: i64,
    subscription_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    offer_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    friendly_name: Option<&'a str>,
    quantity: u32,
    billing_cycle: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    partner_id_on_record: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addon_items: Option<[&'static str; 0]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<LineItemStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_group_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_type: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Links {
    #[serde(rename = "self")]
    itself: Link,
}

/// Which partners' names stand in an answer: the published answer to a create has none that the
/// request did not give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    Known,
    AsGiven,
}

impl<'a> TransferEntity<'a> {
    /// As `partner` sees it. Whoever calls without a token is taken for the target, or with a
    /// create for the one that may create it.
    pub(crate) fn new(
        data: &'a DataSet,
        transfer: &'a Transfer,
        partner: Option<Uuid>,
        names: Names,
    ) -> Self {
        let new_commerce = transfer.new_commerce.as_ref();
        let (source, target) = (
            transfer.source_partner_tenant_id,
            transfer.target_partner_tenant_id,
        );
        let creator_is_source = names == Names::AsGiven && new_commerce.is_none();
        let partner = partner.unwrap_or(if creator_is_source { source } else { target });
        let all_names = names == Names::Known || new_commerce.is_some();
        let name = |given: &'a Option<String>, tenant| {
            let known = || data.partner(tenant).map(|partner| partner.name.as_str());
            given.as_deref().or_else(|| all_names.then(known).flatten())
        };
        let customer = data.customer(transfer.customer_tenant_id);
        let customer_name = || customer.filter(|_| new_commerce.is_some());
        // A third party says so.
        let hidden = new_commerce.is_some() && partner == target && transfer.status.is_open();
        let groups = if hidden { &[] } else { &transfer.groups[..] };
        Self {
            id: transfer.id,
            status: transfer.status,
            transfer_type: new_commerce.map(|one| one.transfer_type),
            transfer_direction: new_commerce.map(|_| if partner == target { 1 } else { 2 }),
            created_time: transfer.created_time.as_deref(),
            last_modified_time: transfer.last_modified_time.as_deref(),
            completed_time: new_commerce.and_then(|one| one.completed_time.as_deref()),
            expiration_time: new_commerce.and_then(|one| one.expiration_time.as_deref()),
            last_modified_user: transfer.last_modified_user,
            customer_name: transfer
                .customer_name
                .as_deref()
                .or_else(|| customer_name().map(|customer| customer.name.as_str())),
            customer_tenant_id: transfer.customer_tenant_id,
            customer_email_id: new_commerce.map(|one| one.customer_email_id.as_str()),
            partner_tenant_id: partner,
            source_partner_name: name(&transfer.source_partner_name, source),
            source_partner_tenant_id: source,
            target_partner_name: name(&transfer.target_partner_name, target),
            target_partner_tenant_id: target,
            target_partner_email_id: new_commerce
                .and_then(|one| one.target_partner_email_id.as_deref()),
            partner_on_record: new_commerce.and_then(|one| one.partner_on_record.as_deref()),
            target_product_types: new_commerce.and_then(|one| one.target_product_types.as_deref()),
            ignore_eligibility_check: new_commerce.and_then(|one| one.ignore_eligibility_check),
            line_items: groups
                .iter()
                .flat_map(|group| group.line_items.iter().map(move |item| (group, item)))
                .filter_map(|(group, item)| {
                    TransferLineItem::new(customer?, group, item, new_commerce.is_some())
                })
                .collect(),
            links: Links {
                itself: Link {
                    uri: format!(
                        "/customers/{}/transfers/{}",
                        transfer.customer_tenant_id, transfer.id
                    ),
                    method: "GET",
                    headers: [],
                },
            },
            attributes: Attributes::of("TransferEntity"),
        }
    }
}

impl<'a> TransferLineItem<'a> {
    fn new(
        customer: &'a Customer,
        group: &'a Group,
        item: &'a LineItem,
        new_commerce: bool,
    ) -> Option<Self> {
        let subscription = customer.subscription(&item.subscription_id)?;
        // The documented table of new commerce has fewer members.
        let license_based = |text: &'a str| (!new_commerce).then_some(text);
        Some(Self {
            id: item.id,
            subscription_id: &subscription.id,
            offer_id: license_based(&subscription.offer_id),
            friendly_name: license_based(&subscription.friendly_name),
            quantity: subscription.quantity,
            billing_cycle: &subscription.billing_cycle,
            partner_id_on_record: item
                .partner_id_on_record
                .as_deref()
                .or(subscription.partner_id_on_record.as_deref())
                .filter(|_| !new_commerce),
            addon_items: (!new_commerce).then_some([]),
            transfer_error: item.transfer_error.as_deref(),
            status: item.status,
            order_id: item.order_id,
            transfer_group_id: item.status.map(|_| group.id.as_str()),
            product_type: item.product_type.as_deref(),
        })
    }
}

/// Whether a subscription can be transferred.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferEligibility<'a> {
    id: &'a str,
    is_eligible: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl<'a> TransferEligibility<'a> {
    pub(crate) fn new(id: &'a str, reason: Option<String>) -> Self {
        Self {
            id,
            is_eligible: reason.is_none(),
            reason,
        }
    }
}
