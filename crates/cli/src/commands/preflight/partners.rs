//! Before a create: whether source and target are two partners, and whether the caller is the one of
//! them that creates the transfer.

use partner_center_transfers::types::{CreateTransferRequest, PartnerTenantId};

use crate::commands::mutation::NewTransfer;

/// Returns what is wrong if both partners of the request are the same. `caller` is the tenant of the
/// calling partner, which is the target of a new-commerce request that names none.
pub(super) fn same_partner(new: &NewTransfer, caller: Option<&str>) -> Option<String> {
    let (source, target) = partners(&new.request);
    let [source_name, target_name] = names(new);
    match target {
        Some(target) if target == source => Some(format!(
            "nothing was sent, because source and target are the same partner, {source}: correct \
             {source_name} or {target_name}"
        )),
        None if is_caller(source, caller) => Some(format!(
            "nothing was sent, because source and target are the same partner, you: set \
             {source_name} to the partner that hands over the subscriptions"
        )),
        _ => None,
    }
}

/// Returns what is wrong if the other partner creates transfers like this one.
pub(super) fn wrong_partner(new: &NewTransfer, caller: Option<&str>) -> Option<String> {
    let who = wrong_role(&new.request, caller)?;
    let [source_name, target_name] = names(new);
    Some(format!(
        "nothing was sent, because {who}: did you swap {source_name} and {target_name}?"
    ))
}

/// Why the caller does not create transfers like this one.
pub(in crate::commands) fn wrong_role(
    request: &CreateTransferRequest,
    caller: Option<&str>,
) -> Option<&'static str> {
    let (source, target) = partners(request);
    match request {
        CreateTransferRequest::LicenseBasedTransferRequest(_) => target
            .is_some_and(|target| is_caller(target, caller))
            .then_some("you are the target; the source creates a license-based transfer"),
        CreateTransferRequest::NewCommerceTransferRequest(_) => is_caller(source, caller)
            .then_some("you are the source; the target creates a new-commerce transfer"),
    }
}

fn partners(request: &CreateTransferRequest) -> (PartnerTenantId, Option<PartnerTenantId>) {
    match request {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => (
            request.source_partner_tenant_id,
            Some(request.target_partner_tenant_id),
        ),
        CreateTransferRequest::NewCommerceTransferRequest(request) => (
            request.source_partner_tenant_id,
            request.target_partner_tenant_id,
        ),
    }
}

/// How the user names source and target: by options, or by properties in the file.
fn names(new: &NewTransfer) -> [&'static str; 2] {
    if new.is_from_file {
        ["sourcePartnerTenantId", "targetPartnerTenantId"]
    } else {
        ["--source", "--target"]
    }
}

fn is_caller(partner: PartnerTenantId, caller: Option<&str>) -> bool {
    let caller = caller.map(str::parse::<PartnerTenantId>);
    caller.is_some_and(|caller| caller == Ok(partner))
}
