//! New transfers, and the groups of their line items.
//!
//! Ids are counted up, not random, so that the same requests give the same ids in each test run.
//! Each line item is a group of its own, which becomes one order: how the service forms groups is
//! not known.

use std::time::Duration;

use uuid::Uuid;

use super::change::{CreateRequest, RequestedItem};
use super::indexed_data::IndexedData;
use super::model::{Group, GroupPlan, LineItem, OrderPlan, Status, Transfer};
use super::timestamp::Timestamp;

/// The time that the source has to accept a new-commerce transfer. Source: the pages on
/// transferring subscriptions in Microsoft's documentation.
const EXPIRES_AFTER: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The ids of new transfers and of their orders count up from here.
const TRANSFER_IDS: u128 = 0xe000_0000_0000_4000_8000_0000_0000_0000;
const ORDER_IDS: u128 = 0xe100_0000_0000_4000_8000_0000_0000_0000;

/// Creates a transfer: a license-based one, which the target can accept, or a new-commerce one, which
/// the source can accept.
pub(crate) fn create(
    data: &IndexedData,
    customer: Uuid,
    request: &CreateRequest,
    now: Timestamp,
) -> Transfer {
    let mut new_commerce = request.new_commerce.clone();
    if let Some(new_commerce) = &mut new_commerce {
        new_commerce.expiration_time = Some(now.after(EXPIRES_AFTER).in_seconds());
    }
    Transfer {
        id: free_transfer_id(data),
        customer_tenant_id: customer,
        source_partner_tenant_id: request.source,
        target_partner_tenant_id: request.target,
        status: match new_commerce {
            Some(_) => Status::Pending,
            None => Status::Active,
        },
        created_time: Some(now.in_ticks()),
        last_modified_time: Some(now.in_seconds()),
        last_modified_user: None,
        customer_name: request.customer_name.clone(),
        source_partner_name: request.source_name.clone(),
        target_partner_name: request.target_name.clone(),
        new_commerce,
        groups: groups(data, &request.items),
    }
}

/// Makes a group for each line item.
pub(crate) fn groups(data: &IndexedData, items: &[RequestedItem]) -> Vec<Group> {
    let is_taken = |id| data.has_order(id);
    items
        .iter()
        .zip(free_ids(ORDER_IDS, data.order_count(), is_taken))
        .enumerate()
        .map(|(number, (item, order))| Group {
            id: number.to_string(),
            line_items: vec![LineItem {
                // The published examples number all of them 0.
                id: item.id.unwrap_or(0),
                subscription_id: item.subscription_id.clone(),
                partner_id_on_record: item.partner_id_on_record.clone(),
                product_type: item.product_type.clone(),
                status: None,
                order_id: None,
                transfer_error: None,
            }],
            becomes: GroupPlan::Order(OrderPlan {
                id: order,
                currency_code: "USD".to_owned(),
                reference_customer_id: None,
                creation_date: None,
                etag: None,
            }),
        })
        .collect()
}

fn free_transfer_id(data: &IndexedData) -> Uuid {
    free_ids(TRANSFER_IDS, data.transfer_count(), |id| {
        data.has_transfer(id)
    })
    .next()
    .expect("a data set in memory has fewer transfers than there are ids")
}

/// Starts after as many ids as are taken, to skip few.
fn free_ids(
    base: u128,
    taken: usize,
    is_taken: impl Fn(Uuid) -> bool,
) -> impl Iterator<Item = Uuid> {
    (taken as u128 + 1..)
        .map(move |number| Uuid::from_u128(base + number))
        .filter(move |id| !is_taken(*id))
}
