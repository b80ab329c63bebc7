//! Before a create: finds open transfers that already do what the request asks for.

use partner_center_transfers::TransferPhase;
use partner_center_transfers::printable;
use partner_center_transfers::types::{
    CreateNewCommerceTransferRequest, CreateTransferRequest, TransferEntity, TransferProductType,
};

use crate::commands::command_line::CommandLines;
use crate::generation::Generation;

/// How many transfers a message describes.
const SHOWN: usize = 5;

/// An open transfer, and the subscriptions of the request that it names already. A new-commerce
/// request names none.
#[derive(Debug)]
pub(super) struct Duplicate<'a> {
    transfer: &'a TransferEntity,
    subscriptions: Vec<&'a str>,
}

/// Finds the open transfers between the same partners that name a subscription of the request, or
/// for new commerce those that already ask for all that the request asks for. A transfer with a
/// status that is not known counts as open, unless each of its items has moved or failed. `caller` is the tenant of the calling partner.
pub(super) fn find<'a>(
    request: &'a CreateTransferRequest,
    caller: Option<&str>,
    transfers: &'a [TransferEntity],
) -> Vec<Duplicate<'a>> {
    let open = transfers.iter().filter(|transfer| !transfer.is_settled());
    let duplicate = |transfer: &'a TransferEntity| match request {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => {
            let source = request.source_partner_tenant_id.to_string();
            let target = request.target_partner_tenant_id.to_string();
            let items = request.line_items.iter();
            let subscriptions: Vec<&str> = items
                .map(|item| item.subscription_id.as_str())
                .filter(|id| transfer.contains_subscription(id))
                .collect();
            let is_duplicate =
                !subscriptions.is_empty() && is_between(transfer, &source, Some(&target));
            is_duplicate.then_some(Duplicate {
                transfer,
                subscriptions,
            })
        }
        CreateTransferRequest::NewCommerceTransferRequest(request) => {
            let source = request.source_partner_tenant_id.to_string();
            let target = request.target_partner_tenant_id.map(|id| id.to_string());
            let target = target.as_deref().or(caller);
            let is_duplicate = Generation::of(transfer) == Some(Generation::NewCommerce)
                && is_between(transfer, &source, target)
                && covers(transfer, request);
            is_duplicate.then_some(Duplicate {
                transfer,
                subscriptions: Vec::new(),
            })
        }
    };
    open.filter_map(duplicate).collect()
}

/// Whether the transfer is between these partners. The service may leave out a partner.
fn is_between(transfer: &TransferEntity, source: &str, target: Option<&str>) -> bool {
    let is_same = |actual: &Option<String>, expected: Option<&str>| {
        let actual = actual.as_deref().filter(|id| !id.is_empty());
        let both = actual.zip(expected);
        both.is_none_or(|(actual, expected)| actual.eq_ignore_ascii_case(expected))
    };
    is_same(&transfer.source_partner_tenant_id, Some(source))
        && is_same(&transfer.target_partner_tenant_id, target)
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

/// What the open transfers are that already do what a row of a plan asks for, in a few words.
pub(in crate::commands) fn short_description(
    request: &CreateTransferRequest,
    caller: Option<&str>,
    transfers: &[TransferEntity],
) -> Option<String> {
    let duplicates = find(request, caller, transfers);
    let first = duplicates.first()?;
    let (name, _, what) = first.parts();
    Some(match duplicates.len() {
        1 => format!("{name} {what}"),
        many => format!("{name} {what}, and so do {} more", many - 1),
    })
}

/// What the transfers are and what can be done about them, for an error or a question.
pub(super) fn describe(duplicates: &[Duplicate<'_>], lines: CommandLines<'_>) -> String {
    let shown = duplicates.iter().take(SHOWN);
    let mut text: Vec<String> = shown.map(|one| one.describe(lines)).collect();
    match duplicates.len().saturating_sub(SHOWN) {
        0 => {}
        1 => text.push("so does 1 more transfer".to_owned()),
        more => text.push(format!("so do {more} more transfers")),
    }
    text.join("; ")
}

impl Duplicate<'_> {
    /// The name of the transfer, its status, and what it contains or asks for.
    fn parts(&self) -> (String, String, String) {
        let transfer = self.transfer;
        let name = match &transfer.id {
            Some(id) => format!("transfer {}", printable(id)),
            None => "a transfer without an id".to_owned(),
        };
        let status = match &transfer.status {
            Some(status) => printable(status.as_str()).to_string(),
            None => "no status".to_owned(),
        };
        let subscriptions: Vec<String> = self
            .subscriptions
            .iter()
            .map(|id| printable(id).to_string())
            .collect();
        let what = match &subscriptions[..] {
            [] => "already asks the same source partner for these subscriptions".to_owned(),
            [one] => format!("to the same partner already contains subscription {one}"),
            [several @ .., last] => format!(
                "to the same partner already contains subscriptions {} and {last}",
                several.join(", ")
            ),
        };
        (name, status, what)
    }

    fn describe(&self, lines: CommandLines<'_>) -> String {
        let transfer = self.transfer;
        let id = transfer.id.as_deref();
        let (name, status, what) = self.parts();
        let show = lines.on_listed("get", id);
        let end = match (transfer.phase(), Generation::of(transfer)) {
            (TransferPhase::InProgress, _) => Some(("wait for it", "wait")),
            (_, Some(Generation::NewCommerce)) if self.subscriptions.is_empty() => {
                Some(("cancel it", "cancel"))
            }
            // Only its target can end a new-commerce transfer.
            (_, Some(Generation::NewCommerce)) => None,
            _ => Some(("withdraw it", "withdraw")),
        };
        let end = end.map_or_else(String::new, |(verb, command)| {
            format!(", or {verb} with {}", lines.on_listed(command, id))
        });
        format!("{name} ({status}) {what}: look at it with {show}{end}")
    }
}
