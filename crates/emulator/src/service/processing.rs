//! Processing of transfers: each group of line items becomes one order or one error. Orders are
//! kept even if other groups fail.

use std::time::Duration;

use uuid::Uuid;

use super::change::RequestedItem;
use super::creation;
use super::indexed_data::{DataChange, IndexedData};
use super::model::{
    Group, GroupPlan, LineItemStatus, Order, OrderPlan, Status, Subscription, Transfer,
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

/// What the service makes of a transfer.
#[derive(Debug)]
pub(crate) struct Processed {
    pub(crate) change: DataChange,
    pub(crate) groups: Vec<ProcessedGroup>,
}

/// Processes a transfer.
pub(crate) fn process(data: &IndexedData, mut transfer: Transfer, now: Timestamp) -> Processed {
    let source = transfer.source_partner_tenant_id;
    let customer = transfer.customer_tenant_id;
    let mut groups = Vec::new();
    let mut orders = Vec::new();
    for group in &mut transfer.groups {
        let subscriptions: Vec<Subscription> = group
            .line_items
            .iter()
            .filter_map(|item| data.subscription(customer, &item.subscription_id).cloned())
            .collect();
        // A subscription is in one group only, so the orders of the others do not matter.
        let result = group_result(group, &subscriptions, source);
        match &result {
            GroupResult::Order(plan) => {
                for item in &mut group.line_items {
                    item.status = Some(LineItemStatus::Complete);
                    item.order_id = Some(plan.id);
                }
                orders.push(Order {
                    id: plan.id,
                    partner: transfer.target_partner_tenant_id,
                    customer,
                    transfer: transfer.id,
                    subscriptions: subscriptions.iter().map(|one| one.id.clone()).collect(),
                });
            }
            GroupResult::Error { description, .. } => {
                for item in &mut group.line_items {
                    item.status = Some(LineItemStatus::Failed);
                    item.transfer_error = Some(description.clone());
                }
            }
        }
        groups.push(ProcessedGroup {
            group: group.clone(),
            subscriptions,
            result,
        });
    }
    let status = if orders.is_empty() || orders.len() == groups.len() {
        Status::Complete
    } else {
        Status::PartiallyComplete
    };
    set_status(&mut transfer, status, now);
    if let Some(new_commerce) = &mut transfer.new_commerce {
        new_commerce.completed_time = Some(now.in_seconds());
    }
    let transfers = vec![transfer];
    Processed {
        change: DataChange { transfers, orders },
        groups,
    }
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
    data: &IndexedData,
    transfer: &mut Transfer,
    items: &[RequestedItem],
    now: Timestamp,
    duration: Duration,
) {
    transfer.groups = creation::groups(data, items);
    set_status(transfer, Status::InProgress, now);
    if let Some(new_commerce) = &mut transfer.new_commerce {
        new_commerce.settles_time = Some(now.after(duration).exact());
    }
}

/// Returns the change of a transfer that was due at this time.
pub(crate) fn due_change(data: &IndexedData, transfer: &Transfer, time: Timestamp) -> DataChange {
    let mut transfer = transfer.clone();
    if transfer.status != Status::Pending {
        return process(data, transfer, time).change;
    }
    set_status(&mut transfer, Status::Expired, time);
    DataChange {
        transfers: vec![transfer],
        orders: Vec::new(),
    }
}
