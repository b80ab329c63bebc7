//! New transfers, and the groups of what is handed over in them.
//!
//! Ids are counted up and not drawn by lot, so that a test finds the same ones again. Each line item
//! is a group of its own, which becomes one order: how the service makes groups is not known.

use std::collections::HashSet;
use std::time::Duration;

use uuid::Uuid;

use crate::model::{self, Becomes, DataSet, Group, LineItem, OrderPlan, Status, Transfer};
use crate::moment::Moment;
use crate::transfer_request::{Item, LicenseBased, NewCommerce};

/// How long the source has to accept a new-commerce transfer. Source: the pages on transferring
/// subscriptions in Microsoft's documentation.
const EXPIRES: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What the ids of new transfers and of their orders begin with.
const TRANSFERS: u128 = 0xe000_0000_0000_4000_8000_0000_0000_0000;
const ORDERS: u128 = 0xe100_0000_0000_4000_8000_0000_0000_0000;

/// Adds a licence-based transfer, which waits for its target.
pub(crate) fn license_based(
    data: &mut DataSet,
    customer: Uuid,
    asked: &LicenseBased,
    now: Moment,
) -> Uuid {
    let groups = groups(data, &asked.items);
    let id = free_transfer_id(data);
    data.transfers.push(Transfer {
        id,
        customer_tenant_id: customer,
        source_partner_tenant_id: asked.source,
        target_partner_tenant_id: asked.target,
        status: Status::Active,
        created_time: Some(now.of_creation()),
        last_modified_time: Some(now.in_seconds()),
        last_modified_user: None,
        customer_name: asked.customer_name.clone(),
        source_partner_name: asked.source_name.clone(),
        target_partner_name: asked.target_name.clone(),
        new_commerce: None,
        groups,
    });
    id
}

/// Adds a new-commerce transfer, which waits for its source.
pub(crate) fn new_commerce(
    data: &mut DataSet,
    customer: Uuid,
    target: Uuid,
    asked: &NewCommerce,
    now: Moment,
) -> Uuid {
    let id = free_transfer_id(data);
    data.transfers.push(Transfer {
        id,
        customer_tenant_id: customer,
        source_partner_tenant_id: asked.source,
        target_partner_tenant_id: target,
        status: Status::Pending,
        created_time: Some(now.of_creation()),
        last_modified_time: Some(now.in_seconds()),
        last_modified_user: None,
        customer_name: asked.customer_name.clone(),
        source_partner_name: Some(asked.source_name.clone()),
        target_partner_name: None,
        new_commerce: Some(model::NewCommerce {
            transfer_type: asked.transfer_type,
            customer_email_id: asked.customer_email.clone(),
            target_partner_email_id: asked.target_email.clone(),
            partner_on_record: asked.partner_on_record.clone(),
            target_product_types: asked.product_types.clone(),
            ignore_eligibility_check: asked.ignore_eligibility_check,
            expiration_time: Some(now.after(EXPIRES).in_seconds()),
            settles_time: None,
            completed_time: None,
        }),
        groups: Vec::new(),
    });
    id
}

/// A group for each line item.
pub(crate) fn groups(data: &DataSet, items: &[Item]) -> Vec<Group> {
    let planned = data
        .transfers
        .iter()
        .flat_map(|transfer| &transfer.groups)
        .filter_map(|group| match &group.becomes {
            Becomes::Order(order) => Some(order.id),
            Becomes::Error(_) => None,
        });
    let taken: HashSet<Uuid> = planned
        .chain(data.orders.iter().map(|order| order.id))
        .collect();
    let orders = free_ids(ORDERS, &taken);
    let numbered = items.iter().enumerate().zip(orders);
    numbered
        .map(|((number, item), order)| Group {
            id: number.to_string(),
            line_items: vec![LineItem {
                // The published examples number them all 0.
                id: item.id.unwrap_or(0),
                subscription_id: item.subscription_id.clone(),
                partner_id_on_record: item.partner_id_on_record.clone(),
                product_type: item.product_type.clone(),
                status: None,
                order_id: None,
                transfer_error: None,
            }],
            becomes: Becomes::Order(OrderPlan {
                id: order,
                currency_code: "USD".to_owned(),
                reference_customer_id: None,
                creation_date: None,
                etag: None,
            }),
        })
        .collect()
}

fn free_transfer_id(data: &DataSet) -> Uuid {
    let taken = data.transfers.iter().map(|transfer| transfer.id).collect();
    free_ids(TRANSFERS, &taken)
        .next()
        .expect("a data set in memory has fewer transfers than there are ids")
}

/// Those that come after as many as are taken, so that there is little to pass over.
fn free_ids(base: u128, taken: &HashSet<Uuid>) -> impl Iterator<Item = Uuid> {
    (taken.len() as u128 + 1..)
        .map(move |number| Uuid::from_u128(base + number))
        .filter(|id| !taken.contains(id))
}
