//! Before a create: finds open transfers that already do what the request asks for.

use std::fmt;

use crate::types::{
    CreateNewCommerceTransferRequest, CreateTransferRequest, PartnerTenantId, TransferEntity,
    TransferProductType,
};
use crate::{Generation, printable};

/// An open transfer that already does what a create asks for.
///
/// It is displayed as what the transfer does, for example
/// `to the same partner already contains subscription ID`.
#[derive(Clone, Debug, PartialEq)]
pub struct Duplicate<'a> {
    /// The open transfer.
    pub transfer: &'a TransferEntity,
    /// The subscriptions of the request that the transfer contains. Empty for new commerce, where a
    /// request names none.
    pub subscriptions: Vec<&'a str>,
}

/// Finds the open transfers between the same partners that contain a subscription of the request,
/// or for new commerce those that already ask for all that the request asks for.
///
/// A transfer counts as open unless [`TransferEntity::is_settled`] holds. `caller` is the tenant id
/// of the calling partner, which is the target of a new-commerce request that names none. A caller
/// that is not a GUID is ignored.
pub fn find_duplicates<'a>(
    request: &'a CreateTransferRequest,
    caller: Option<&str>,
    transfers: &'a [TransferEntity],
) -> Vec<Duplicate<'a>> {
    let open = transfers.iter().filter(|transfer| !transfer.is_settled());
    let duplicate = |transfer: &'a TransferEntity| {
        let subscriptions = match request {
            CreateTransferRequest::LicenseBasedTransferRequest(request) => {
                let target = Some(request.target_partner_tenant_id);
                let items = request.line_items.iter();
                let subscriptions: Vec<&str> = items
                    .map(|item| item.subscription_id.as_str())
                    .filter(|id| transfer.contains_subscription(id))
                    .collect();
                let is_duplicate = !subscriptions.is_empty()
                    && is_between(transfer, request.source_partner_tenant_id, target);
                is_duplicate.then_some(subscriptions)
            }
            CreateTransferRequest::NewCommerceTransferRequest(request) => {
                let caller = caller.and_then(|caller| caller.parse().ok());
                let target = request.target_partner_tenant_id.or(caller);
                let is_duplicate = Generation::of(transfer) == Some(Generation::NewCommerce)
                    && is_between(transfer, request.source_partner_tenant_id, target)
                    && covers(transfer, request);
                is_duplicate.then(Vec::new)
            }
        }?;
        Some(Duplicate {
            transfer,
            subscriptions,
        })
    };
    open.filter_map(duplicate).collect()
}

/// Whether the transfer is between these partners. The service may leave out a partner.
fn is_between(
    transfer: &TransferEntity,
    source: PartnerTenantId,
    target: Option<PartnerTenantId>,
) -> bool {
    let may_be = |actual: &Option<String>, expected: PartnerTenantId| {
        let actual = actual.as_deref().filter(|id| !id.is_empty());
        actual.is_none_or(|id| id.eq_ignore_ascii_case(&expected.to_string()))
    };
    may_be(&transfer.source_partner_tenant_id, source)
        && target.is_none_or(|target| may_be(&transfer.target_partner_tenant_id, target))
}

/// Whether a new-commerce transfer asks for each product type of the request, for the same
/// reseller. No product types means all.
fn covers(transfer: &TransferEntity, request: &CreateNewCommerceTransferRequest) -> bool {
    let name = |product: &TransferProductType| product.as_str().to_ascii_lowercase();
    let asked: Vec<String> = transfer.target_product_types.iter().map(name).collect();
    let wanted = &request.target_product_types;
    let has_all = asked.is_empty()
        || !wanted.is_empty() && wanted.iter().all(|product| asked.contains(&name(product)));
    let text = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
    let resellers = text(&transfer.partner_on_record).zip(text(&request.partner_on_record));
    has_all && resellers.is_none_or(|(one, other)| one.eq_ignore_ascii_case(&other))
}

impl fmt::Display for Duplicate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.subscriptions.iter();
        let ids: Vec<String> = ids.map(|id| printable(id).into_owned()).collect();
        match &ids[..] {
            [] => f.write_str("already asks the same source partner for these subscriptions"),
            [one] => write!(f, "to the same partner already contains subscription {one}"),
            [several @ .., last] => write!(
                f,
                "to the same partner already contains subscriptions {} and {last}",
                several.join(", ")
            ),
        }
    }
}
