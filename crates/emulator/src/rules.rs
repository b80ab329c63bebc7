//! The rules of the service: who may do what to a transfer, and what comes of it. No HTTP here,
//! and no clock.
//!
//! Active → accepted: complete, partially complete or failed; or active → withdrawn. A group of
//! line items becomes one order or one error, and what succeeded is kept whatever the others do.
//! Sources: the "transfer entity resources" page and the examples; that only the source withdraws
//! and only the target accepts is inferred from the examples.

use uuid::Uuid;

use crate::ledger::Operation;
use crate::model::{Becomes, DataSet, ErrorPlan, LineItemStatus, Order, Status, Transfer};
use crate::refusal::Refusal;
use crate::submit_result::{self, TransferError, TransferSubmitResult};

/// Whether a partner may do this to a transfer now. Without a partner, whoever calls may.
pub(crate) fn admit(
    data: &DataSet,
    operation: Operation,
    customer: Uuid,
    transfer: Uuid,
    partner: Option<Uuid>,
    found: Option<&Transfer>,
) -> Result<(), Refusal> {
    if let Some(partner) = partner {
        let related = data
            .customer(customer)
            .is_some_and(|customer| customer.partners.contains(&partner));
        if !related {
            return Err(Refusal::no_relationship(customer));
        }
    }
    let found = found
        .filter(|found| found.status != Status::Withdrawn)
        .ok_or_else(|| Refusal::transfer_not_found(transfer))?;
    if let Some(partner) = partner {
        let (source, target) = (
            found.source_partner_tenant_id,
            found.target_partner_tenant_id,
        );
        if partner != source && partner != target {
            return Err(Refusal::transfer_not_found(transfer));
        }
        let right = match operation {
            Operation::Accept => target,
            Operation::Withdraw => source,
        };
        if partner != right {
            return Err(Refusal::wrong_partner(operation));
        }
    }
    match found.status {
        Status::Active => Ok(()),
        other => Err(Refusal::wrong_state(transfer, other)),
    }
}

/// Accepts the transfer at this place of the data set, which must be active.
pub(crate) fn accept(data: &mut DataSet, at: usize, now: &str) -> TransferSubmitResult {
    let DataSet {
        customers,
        transfers,
        orders: placed,
        ..
    } = data;
    let transfer = &mut transfers[at];
    let (source, target) = (
        transfer.source_partner_tenant_id,
        transfer.target_partner_tenant_id,
    );
    let customer_id = transfer.customer_tenant_id;
    let customer = customers
        .iter_mut()
        .find(|customer| customer.tenant_id == customer_id)
        .expect("a data set is checked: the customer of a transfer is in it");

    let mut orders = Vec::new();
    let mut errors = Vec::new();
    for group in &mut transfer.groups {
        let subscriptions: Vec<_> = group
            .line_items
            .iter()
            .filter_map(|item| customer.subscription(&item.subscription_id))
            .collect();
        let moved = subscriptions
            .iter()
            .find(|subscription| subscription.partner != source);
        let becomes = match moved {
            Some(subscription) => Becomes::Error(already_transferred(&subscription.id)),
            None => group.becomes.clone(),
        };
        match becomes {
            Becomes::Order(plan) => {
                orders.push(submit_result::Order::new(
                    &plan,
                    &subscriptions,
                    customer_id,
                    now,
                ));
                let ids: Vec<String> = subscriptions
                    .iter()
                    .map(|subscription| subscription.id.clone())
                    .collect();
                for subscription in &mut customer.subscriptions {
                    if ids.contains(&subscription.id) {
                        subscription.partner = target;
                    }
                }
                for item in &mut group.line_items {
                    item.status = Some(LineItemStatus::Complete);
                    item.order_id = Some(plan.id);
                }
                placed.push(Order {
                    id: plan.id,
                    partner: target,
                    customer: customer_id,
                    transfer: transfer.id,
                    subscriptions: ids,
                });
            }
            Becomes::Error(plan) => {
                errors.push(TransferError::new(group, &plan, &subscriptions));
                for item in &mut group.line_items {
                    item.status = Some(LineItemStatus::Failed);
                    item.transfer_error = Some(plan.description.clone());
                }
            }
        }
    }
    transfer.status = match (orders.is_empty(), errors.is_empty()) {
        (_, true) => Status::Complete,
        (false, false) => Status::PartiallyComplete,
        (true, false) => Status::Failed,
    };
    TransferSubmitResult::new(orders, errors)
}

/// A subscription that an earlier transfer has moved: the code is that of any order that could
/// not be created, and the words follow a published example.
fn already_transferred(subscription: &str) -> ErrorPlan {
    ErrorPlan {
        code: 900_103,
        description: format!("The subscription {subscription} has already been transferred."),
    }
}

/// Withdraws the transfer at this place of the data set, which must be active.
pub(crate) fn withdraw(data: &mut DataSet, at: usize) {
    data.transfers[at].status = Status::Withdrawn;
}
