//! Before a create: an open transfer that already does what the row asks for.

use partner_center_transfers::types::{
    CreateLicenseBasedTransferRequest, CreateNewCommerceTransferRequest, PartnerTenantId,
    TransferEntity, TransferProductType, TransferStatus,
};

use crate::plan::Change;

/// What an open transfer of the customer already does, in one sentence; `None` if there is none.
pub(super) fn duplicate(change: &Change, transfers: &[TransferEntity]) -> Option<String> {
    let mut open = transfers.iter().filter(|transfer| !transfer.is_settled());
    open.find_map(|transfer| {
        let what = match change {
            Change::CreateLicenseBased(request) => offers_the_same(transfer, request)?,
            Change::CreateNewCommerce(request) => asks_for_the_same(transfer, request)?,
            _ => return None,
        };
        let id = transfer.id.as_deref().unwrap_or("without an id");
        Some(format!("not sent, because the open transfer {id} {what}"))
    })
}

fn offers_the_same(
    transfer: &TransferEntity,
    request: &CreateLicenseBasedTransferRequest,
) -> Option<String> {
    let target = transfer.target_partner_tenant_id.as_deref();
    if !may_be(target, request.target_partner_tenant_id) {
        return None;
    }
    let mut items = request.line_items.iter();
    let twice = items.find(|item| transfer.contains_subscription(&item.subscription_id))?;
    Some(format!(
        "to the same partner already contains subscription {}",
        twice.subscription_id
    ))
}

fn asks_for_the_same(
    transfer: &TransferEntity,
    request: &CreateNewCommerceTransferRequest,
) -> Option<String> {
    let is_new_commerce = matches!(transfer.transfer_type, Some(3 | 5))
        || transfer.status == Some(TransferStatus::Pending);
    let source = transfer.source_partner_tenant_id.as_deref();
    let target = transfer.target_partner_tenant_id.as_deref();
    let is_target = request.target_partner_tenant_id;
    let is_between = may_be(source, request.source_partner_tenant_id)
        && is_target.is_none_or(|partner| may_be(target, partner));
    // No product types means all.
    let name = |product: &TransferProductType| product.as_str().to_ascii_lowercase();
    let asked: Vec<String> = transfer.target_product_types.iter().map(name).collect();
    let mut wanted = request.target_product_types.iter().map(name);
    let covers = asked.is_empty()
        || !request.target_product_types.is_empty() && wanted.all(|name| asked.contains(&name));
    let is_duplicate = is_new_commerce && is_between && covers;
    is_duplicate.then(|| "already asks the same source partner for these subscriptions".to_owned())
}

/// Whether a tenant id in an answer, which can be left out, is this partner's.
fn may_be(id: Option<&str>, partner: PartnerTenantId) -> bool {
    let id = id.filter(|id| !id.is_empty());
    id.is_none_or(|id| id.eq_ignore_ascii_case(&partner.to_string()))
}
