//! Before a create: an open transfer that already does what the row asks for.

use partner_center_transfers::find_duplicates;
use partner_center_transfers::types::TransferEntity;

use crate::plan::Change;

/// What an open transfer of the customer already does, in one sentence. `caller` is the tenant of
/// the calling partner.
pub(super) fn duplicate(
    change: &Change,
    caller: Option<&str>,
    transfers: &[TransferEntity],
) -> Option<String> {
    let request = change.create_request()?;
    let duplicates = find_duplicates(&request, caller, transfers);
    let mut first = duplicates.into_iter().next()?;
    // A cause is short, and the row has the other subscriptions.
    first.subscriptions.truncate(1);
    let id = first.transfer.id.as_deref().unwrap_or("without an id");
    Some(format!("not sent, because the open transfer {id} {first}"))
}
