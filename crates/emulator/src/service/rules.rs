//! The rules of the service: which partner may do what, and in which status.
//!
//! The rules of license-based transfers are inferred from the examples in Microsoft's
//! documentation. Where tokens are not checked, there is no partner and anyone may do anything.

use uuid::Uuid;

use super::change::{Change, CreateRequest, RequestedItem};
use super::indexed_data::IndexedData;
use super::model::{Customer, Status, Subscription, SubscriptionStatus, Transfer};
use super::service_error::ServiceError;

/// Returns the customer if the partner has a relationship with it.
pub(crate) fn customer(
    data: &IndexedData,
    customer: Uuid,
    partner: Option<Uuid>,
) -> Result<&Customer, ServiceError> {
    data.customer(customer)
        .filter(|known| partner.is_none_or(|partner| known.partners.contains(&partner)))
        .ok_or(ServiceError::NoRelationship { customer })
}

/// Returns the transfer that was found if the partner takes part in it.
pub(crate) fn transfer<'a>(
    data: &IndexedData,
    customer_id: Uuid,
    transfer: Uuid,
    found: Option<&'a Transfer>,
    partner: Option<Uuid>,
) -> Result<&'a Transfer, ServiceError> {
    if partner.is_some() {
        customer(data, customer_id, partner)?;
    }
    found
        .filter(|found| is_visible(found, partner))
        .ok_or(ServiceError::TransferNotFound { transfer })
}

/// Whether the partner takes part in a transfer that was not withdrawn.
pub(crate) fn is_visible(transfer: &Transfer, partner: Option<Uuid>) -> bool {
    let partners = [
        transfer.source_partner_tenant_id,
        transfer.target_partner_tenant_id,
    ];
    transfer.status != Status::Withdrawn && partner.is_none_or(|one| partners.contains(&one))
}

/// Checks whether the partner may make this change to an existing transfer now.
pub(crate) fn check_change(
    data: &IndexedData,
    change: &Change,
    customer_id: Uuid,
    transfer_id: Uuid,
    found: Option<&Transfer>,
    partner: Option<Uuid>,
) -> Result<(), ServiceError> {
    let found = transfer(data, customer_id, transfer_id, found, partner)?;
    let source = found.source_partner_tenant_id;
    let target = found.target_partner_tenant_id;
    let (right_partner, right_status) = match change {
        Change::Accept | Change::Reject => (target, Status::Active),
        Change::Withdraw => (source, Status::Active),
        Change::Cancel => (target, Status::Pending),
        _ => (source, Status::Pending),
    };
    check_partner(change, partner, right_partner)?;
    // A transfer of the other generation never has this status either.
    if found.status != right_status {
        return Err(ServiceError::WrongStatus {
            transfer: transfer_id,
            status: found.status,
        });
    }
    if let Change::AcceptNewCommerce(items) = change {
        check_subscriptions_exist(data, customer_id, items)?;
        for (at, item) in items.iter().enumerate() {
            let subscription = data.subscription(customer_id, &item.subscription_id);
            if let Some(reason) = subscription.and_then(inactive_reason) {
                return Err(invalid_subscription(at, reason));
            }
        }
    }
    Ok(())
}

/// Checks whether the partner may create this transfer.
pub(crate) fn check_create(
    data: &IndexedData,
    change: &Change,
    customer_id: Uuid,
    request: &CreateRequest,
    partner: Option<Uuid>,
) -> Result<(), ServiceError> {
    customer(data, customer_id, partner)?;
    let (source, target) = (request.source, request.target);
    let check_named = |member, partner| check_named_partner(data, customer_id, member, partner);
    let Some(new_commerce) = &request.new_commerce else {
        check_partner(change, partner, source)?;
        check_named("sourcePartnerTenantId", source)?;
        check_named("targetPartnerTenantId", target)?;
        if source == target {
            let reason = "is also the source partner";
            return Err(ServiceError::invalid_member(
                "targetPartnerTenantId",
                reason,
            ));
        }
        return check_subscriptions_exist(data, customer_id, &request.items);
    };
    check_partner(change, partner, target)?;
    if source == target {
        return Err(ServiceError::SourceIsCaller);
    }
    check_named("targetPartnerTenantId", target)?;
    check_named("sourcePartnerTenantId", source)?;
    // An older and a newer page of the documentation name one of the two each.
    if ![3, 5].contains(&new_commerce.transfer_type) {
        return Err(ServiceError::UnknownTransferType);
    }
    Ok(())
}

fn check_partner(change: &Change, partner: Option<Uuid>, right: Uuid) -> Result<(), ServiceError> {
    if partner.is_none_or(|partner| partner == right) {
        return Ok(());
    }
    Err(ServiceError::WrongPartner(match change {
        Change::Accept => "Only the target partner of a transfer can accept it.",
        Change::Withdraw => "Only the source partner of a transfer can withdraw it.",
        Change::Reject => "Only the target partner of a transfer can reject it.",
        Change::Cancel => "Only the target partner that created a transfer can cancel it.",
        Change::AcceptNewCommerce(_) => {
            "Only the source partner of a new-commerce transfer can accept it."
        }
        Change::Create(request) if request.new_commerce.is_none() => {
            "Only the source partner can create a transfer with line items."
        }
        Change::Create(_) => "Only the target partner can create a transfer without line items.",
    }))
}

/// A partner that the body names must exist and have a relationship with the customer.
fn check_named_partner(
    data: &IndexedData,
    customer_id: Uuid,
    member: &str,
    partner: Uuid,
) -> Result<(), ServiceError> {
    if data.partner(partner).is_none() {
        let reason = "is not the tenant of a partner";
        return Err(ServiceError::invalid_member(member, reason));
    }
    customer(data, customer_id, Some(partner)).map(|_| ())
}

fn check_subscriptions_exist(
    data: &IndexedData,
    customer: Uuid,
    items: &[RequestedItem],
) -> Result<(), ServiceError> {
    let unknown =
        |item: &RequestedItem| data.subscription(customer, &item.subscription_id).is_none();
    match items.iter().position(unknown) {
        Some(at) => {
            let reason = "the customer does not have it".to_owned();
            Err(invalid_subscription(at, reason))
        }
        None => Ok(()),
    }
}

fn invalid_subscription(item: usize, reason: String) -> ServiceError {
    ServiceError::InvalidSubscription {
        path: format!("lineItems[{item}].subscriptionId"),
        reason,
    }
}

/// Returns why a subscription is not in use, or `None` if it is active.
pub(crate) fn inactive_reason(subscription: &Subscription) -> Option<String> {
    (subscription.status != SubscriptionStatus::Active)
        .then(|| format!("Subscription status is {}", subscription.status))
}

/// Returns why a subscription is not eligible, or `None` if it can be transferred.
pub(crate) fn ineligible_reason(
    data: &IndexedData,
    customer: Uuid,
    subscription: &Subscription,
) -> Option<String> {
    let reason = inactive_reason(subscription).or_else(|| {
        let transfer = data.open_transfer_with(customer, &subscription.id)?;
        Some(format!("Subscription is part of transfer {}", transfer.id))
    });
    reason.map(|reason| format!("{reason}."))
}
