//! Processing of transfers: each group of line items becomes one order or one error. Orders are
//! kept even if other groups fail.

use std::time::Duration;

use uuid::Uuid;

use super::change::RequestedItem;
use super::creation;
use super::model::{
    DataSet, Group, GroupPlan, LineItemStatus, Order, OrderPlan, Status, Subscription, Transfer,
};
use super::rules;
use super::timestamp::Timestamp;

/// A group of line items with its result.
#[derive(Debug)]
pub(crate) struct ProcessedGroup {
    pub(crate) group: Group,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) result: GroupResult,
}

#[derive(Debug)]
pub(crate) enum GroupResult {
    Order(OrderPlan),
    /// The code is that of the data set; `None` stands for an order that could not be created.
    Error {
        code: Option<u32>,
        description: String,
    },
}

/// Processes the transfer with this index, and returns its groups.
pub(crate) fn process(data: &mut DataSet, at: usize, now: Timestamp) -> Vec<ProcessedGroup> {
    let transfer = &mut data.transfers[at];
    let source = transfer.source_partner_tenant_id;
    let target = transfer.target_partner_tenant_id;
    let customer_id = transfer.customer_tenant_id;
    let customer = data
        .customers
        .iter_mut()
        .find(|customer| customer.tenant_id == customer_id)
        .expect("a data set is checked: it contains the customer of each transfer");

    let mut processed = Vec::new();
    for group in &mut transfer.groups {
        let subscriptions: Vec<Subscription> = group
            .line_items
            .iter()
            .filter_map(|item| customer.subscription(&item.subscription_id).cloned())
            .collect();
        let result = group_result(group, &subscriptions, source);
        match &result {
            GroupResult::Order(plan) => {
                let ids: Vec<String> = subscriptions.iter().map(|one| one.id.clone()).collect();
                for subscription in &mut customer.subscriptions {
                    if ids.contains(&subscription.id) {
                        subscription.partner = target;
                    }
                }
                for item in &mut group.line_items {
                    item.status = Some(LineItemStatus::Complete);
                    item.order_id = Some(plan.id);
                }
                data.orders.push(Order {
                    id: plan.id,
                    partner: target,
                    customer: customer_id,
                    transfer: transfer.id,
                    subscriptions: ids,
                });
            }
            GroupResult::Error { description, .. } => {
                for item in &mut group.line_items {
                    item.status = Some(LineItemStatus::Failed);
                    item.transfer_error = Some(description.clone());
                }
            }
        }
        processed.push(ProcessedGroup {
            group: group.clone(),
            subscriptions,
            result,
        });
    }
    let is_order = |one: &&ProcessedGroup| matches!(one.result, GroupResult::Order(_));
    let status = match processed.iter().filter(is_order).count() {
        orders if orders == 0 || orders == processed.len() => Status::Complete,
        _ => Status::PartiallyComplete,
    };
    set_status(transfer, status, now);
    if let Some(new_commerce) = &mut transfer.new_commerce {
        new_commerce.completed_time = Some(now.in_seconds());
    }
    processed
}

/// The planned result, unless a subscription cannot be moved now.
fn group_result(group: &Group, subscriptions: &[Subscription], source: Uuid) -> GroupResult {
    let obstacle = subscriptions.iter().find_map(|subscription| {
        let id = &subscription.id;
        if subscription.partner == source {
            let reason = rules::inactive_reason(subscription)?;
            Some(format!("{reason}. Subscription: {id}"))
        } else {
            // The text of a published example.
            Some(format!(
                "The subscription {id} has already been transferred."
            ))
        }
    });
    match (obstacle, &group.becomes) {
        (Some(description), _) => GroupResult::Error {
            code: None,
            description,
        },
        (None, GroupPlan::Order(plan)) => GroupResult::Order(plan.clone()),
        (None, GroupPlan::Error(plan)) => GroupResult::Error {
            code: Some(plan.code),
            description: plan.description.clone(),
        },
    }
}

pub(crate) fn set_status(transfer: &mut Transfer, status: Status, now: Timestamp) {
    transfer.status = status;
    transfer.last_modified_time = Some(now.in_seconds());
}

/// Accepts a pending new-commerce transfer with these line items. The service finishes it after
/// `duration`.
pub(crate) fn accept_new_commerce(
    data: &mut DataSet,
    at: usize,
    items: &[RequestedItem],
    now: Timestamp,
    duration: Duration,
) {
    let groups = creation::groups(data, items);
    let transfer = &mut data.transfers[at];
    transfer.groups = groups;
    set_status(transfer, Status::InProgress, now);
    if let Some(new_commerce) = &mut transfer.new_commerce {
        new_commerce.settles_time = Some(now.after(duration).exact());
    }
}

/// Returns when a transfer changes without a request: when it expires or is finished.
pub(crate) fn due(transfer: &Transfer) -> Option<Timestamp> {
    let new_commerce = transfer.new_commerce.as_ref()?;
    let time = match transfer.status {
        Status::Pending => &new_commerce.expiration_time,
        Status::InProgress => &new_commerce.settles_time,
        _ => return None,
    };
    Timestamp::parse(time.as_deref()?)
}

/// Makes the change that was due at this time.
pub(crate) fn make_due_change(data: &mut DataSet, at: usize, time: Timestamp) {
    let transfer = &mut data.transfers[at];
    if transfer.status == Status::Pending {
        set_status(transfer, Status::Expired, time);
    } else {
        process(data, at, time);
    }
}
