//! The rules of the service: who may do what to a transfer, and what comes of it. No HTTP here,
//! and no clock.
//!
//! Licence-based: Active → accepted by the target: complete, partially complete or failed; or
//! rejected by the target; or withdrawn by the source. New commerce: Pending → accepted by the
//! source: in progress until the service is done; or cancelled by the target; or expired. A group
//! of line items becomes one order or one error, and what succeeded is kept whatever the others do.
//! Sources: the "transfer entity resources" page, the pages of the operations and their examples;
//! who may do what to a licence-based transfer is inferred from the examples.

use uuid::Uuid;

use crate::creation;
use crate::error_codes;
use crate::model::{
    Becomes, Customer, DataSet, ErrorPlan, LineItemStatus, Order, Status, Subscription,
    SubscriptionStatus, Transfer,
};
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::submit_result::{self, TransferError, TransferSubmitResult};
use crate::transfer_request::{Change, Item, LicenseBased, NewCommerce};

/// The customer, if a partner may see its resources. Without a partner, whoever calls may.
pub(crate) fn customer(
    data: &DataSet,
    customer: Uuid,
    partner: Option<Uuid>,
) -> Result<&Customer, Refusal> {
    data.customer(customer)
        .filter(|known| partner.is_none_or(|partner| known.partners.contains(&partner)))
        .ok_or_else(|| Refusal::no_relationship(customer))
}

/// The transfer that was found under an id, if a partner takes part in it.
pub(crate) fn visible(
    id: Uuid,
    partner: Option<Uuid>,
    found: Option<&Transfer>,
) -> Result<&Transfer, Refusal> {
    found
        .filter(|found| found.status != Status::Withdrawn)
        .filter(|found| partner.is_none_or(|partner| takes_part(partner, found)))
        .ok_or_else(|| Refusal::transfer_not_found(id))
}

/// Whether it is one of the two partners of a transfer.
pub(crate) fn takes_part(partner: Uuid, transfer: &Transfer) -> bool {
    partner == transfer.source_partner_tenant_id || partner == transfer.target_partner_tenant_id
}

/// Whether a partner may do this to a transfer now. Without a partner, whoever calls may.
pub(crate) fn admit(
    data: &DataSet,
    change: &Change,
    customer_id: Uuid,
    transfer: Uuid,
    partner: Option<Uuid>,
    found: Option<&Transfer>,
) -> Result<(), Refusal> {
    if partner.is_some() {
        customer(data, customer_id, partner)?;
    }
    let found = visible(transfer, partner, found)?;
    let (source, target) = (
        found.source_partner_tenant_id,
        found.target_partner_tenant_id,
    );
    let (right, from) = match change {
        Change::Accept | Change::Reject => (target, Status::Active),
        Change::Withdraw => (source, Status::Active),
        Change::Cancel => (target, Status::Pending),
        _ => (source, Status::Pending),
    };
    if partner.is_some_and(|partner| partner != right) {
        return Err(Refusal::wrong_partner(change));
    }
    // A transfer of the other generation is never in this state either.
    if found.status != from {
        return Err(Refusal::wrong_state(transfer, found.status));
    }
    match change {
        Change::AcceptNewCommerce(items) => {
            let customer = customer(data, customer_id, None)?;
            subscriptions_are_there(customer, items)?;
            for (at, item) in items.iter().enumerate() {
                if let Some(reason) = customer
                    .subscription(&item.subscription_id)
                    .and_then(out_of_use)
                {
                    let path = format!("lineItems[{at}].subscriptionId");
                    return Err(Refusal::invalid_subscription(&path, &reason));
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Whether a partner may create this licence-based transfer.
pub(crate) fn admit_license_based(
    data: &DataSet,
    change: &Change,
    customer_id: Uuid,
    asked: &LicenseBased,
    partner: Option<Uuid>,
) -> Result<(), Refusal> {
    let known = customer(data, customer_id, partner)?;
    if partner.is_some_and(|partner| partner != asked.source) {
        return Err(Refusal::wrong_partner(change));
    }
    other_partner(data, customer_id, "sourcePartnerTenantId", asked.source)?;
    other_partner(data, customer_id, "targetPartnerTenantId", asked.target)?;
    if asked.source == asked.target {
        return Err(Refusal::invalid_member(
            "targetPartnerTenantId",
            "is the source partner too",
        ));
    }
    subscriptions_are_there(known, &asked.items)
}

/// The target of this new-commerce transfer, if a partner may create it.
pub(crate) fn admit_new_commerce(
    data: &DataSet,
    change: &Change,
    customer_id: Uuid,
    asked: &NewCommerce,
    partner: Option<Uuid>,
) -> Result<Uuid, Refusal> {
    customer(data, customer_id, partner)?;
    let target = asked
        .target
        .or(partner)
        .ok_or_else(|| Refusal::invalid_member("targetPartnerTenantId", "is required"))?;
    if partner.is_some_and(|partner| partner != target) {
        return Err(Refusal::wrong_partner(change));
    }
    if asked.source == target {
        return Err(Refusal::source_is_the_caller());
    }
    other_partner(data, customer_id, "targetPartnerTenantId", target)?;
    other_partner(data, customer_id, "sourcePartnerTenantId", asked.source)?;
    // Both stand for new commerce, in an older and in a newer page.
    if ![3, 5].contains(&asked.transfer_type) {
        return Err(Refusal::unknown_transfer_type());
    }
    Ok(target)
}

/// A partner that the body names must be there, and have a relationship with the customer.
fn other_partner(
    data: &DataSet,
    customer_id: Uuid,
    name: &str,
    partner: Uuid,
) -> Result<(), Refusal> {
    if data.partner(partner).is_none() {
        return Err(Refusal::invalid_member(name, "is no partner's tenant"));
    }
    customer(data, customer_id, Some(partner)).map(|_| ())
}

fn subscriptions_are_there(customer: &Customer, items: &[Item]) -> Result<(), Refusal> {
    for (at, item) in items.iter().enumerate() {
        if customer.subscription(&item.subscription_id).is_none() {
            let path = format!("lineItems[{at}].subscriptionId");
            return Err(Refusal::invalid_subscription(
                &path,
                "the customer does not have it",
            ));
        }
    }
    Ok(())
}

fn out_of_use(subscription: &Subscription) -> Option<String> {
    (subscription.status != SubscriptionStatus::Active)
        .then(|| format!("Subscription status is {}", subscription.status))
}

/// Why a subscription cannot be transferred; none if it can.
pub(crate) fn ineligible(data: &DataSet, subscription: &Subscription) -> Option<String> {
    let holds = |transfer: &&Transfer| {
        let mut items = transfer.groups.iter().flat_map(|group| &group.line_items);
        transfer.status.is_open()
            && items.any(|item| item.subscription_id.eq_ignore_ascii_case(&subscription.id))
    };
    let by_transfer = || {
        let transfer = data.transfers.iter().find(holds)?;
        Some(format!("Subscription is part of transfer {}", transfer.id))
    };
    out_of_use(subscription)
        .or_else(by_transfer)
        .map(|reason| format!("{reason}."))
}

/// Processes the transfer at this place of the data set, which its partners have agreed on.
pub(crate) fn process(data: &mut DataSet, at: usize, now: Moment) -> TransferSubmitResult {
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
        let obstacle = subscriptions
            .iter()
            .find_map(|subscription| obstacle(subscription, source));
        let becomes = match obstacle {
            Some(error) => Becomes::Error(error),
            None => group.becomes.clone(),
        };
        match becomes {
            Becomes::Order(plan) => {
                orders.push(submit_result::Order::new(
                    &plan,
                    &subscriptions,
                    customer_id,
                    &now.in_orders(),
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
    let status = match (orders.is_empty(), errors.is_empty()) {
        (_, true) => Status::Complete,
        (false, false) => Status::PartiallyComplete,
        (true, false) => Status::Failed,
    };
    end(transfer, status, now);
    if let Some(new_commerce) = &mut transfer.new_commerce {
        new_commerce.completed_time = Some(now.in_seconds());
    }
    TransferSubmitResult::new(orders, errors)
}

/// Why a subscription cannot be moved now. The code is that of any order that could not be created;
/// the words for one that an earlier transfer has moved follow a published example.
fn obstacle(subscription: &Subscription, source: Uuid) -> Option<ErrorPlan> {
    let description = if subscription.partner == source {
        let reason = out_of_use(subscription)?;
        format!("{reason}. Subscription: {}", subscription.id)
    } else {
        format!(
            "The subscription {} has already been transferred.",
            subscription.id
        )
    };
    Some(ErrorPlan {
        code: error_codes::TRANSFER_CREATE_ORDER_ERROR.code,
        description,
    })
}

/// Sets where a transfer stands.
pub(crate) fn end(transfer: &mut Transfer, status: Status, now: Moment) {
    transfer.status = status;
    transfer.last_modified_time = Some(now.in_seconds());
}

/// The source hands over these line items of a pending new-commerce transfer; the service is done
/// with them at `settles`.
pub(crate) fn accept_new_commerce(
    data: &mut DataSet,
    at: usize,
    items: &[Item],
    now: Moment,
    settles: Moment,
) {
    let groups = creation::groups(data, items);
    let transfer = &mut data.transfers[at];
    transfer.groups = groups;
    end(transfer, Status::InProgress, now);
    if let Some(new_commerce) = &mut transfer.new_commerce {
        new_commerce.settles_time = Some(settles.precise());
    }
}

/// When something happens to a transfer by itself: it expires, or the service is done with it.
pub(crate) fn due(transfer: &Transfer) -> Option<Moment> {
    let new_commerce = transfer.new_commerce.as_ref()?;
    let time = match transfer.status {
        Status::Pending => &new_commerce.expiration_time,
        Status::InProgress => &new_commerce.settles_time,
        _ => return None,
    };
    Moment::parse(time.as_deref()?)
}

/// Does what is due at that moment to the transfer at this place.
pub(crate) fn happen(data: &mut DataSet, at: usize, when: Moment) {
    let transfer = &mut data.transfers[at];
    if transfer.status == Status::Pending {
        end(transfer, Status::Expired, when);
    } else {
        process(data, at, when);
    }
}
