//! Subscriptions in requests and in transfers. Their ids are compared without letter case, which
//! the service varies.

use partner_center_transfers::types::{TransferEntity, TransferLineItem};

pub(super) fn is_same_subscription(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

/// The first subscription that occurs twice.
pub(super) fn first_repeated<'a>(ids: &[&'a str]) -> Option<&'a str> {
    let mut enumerated = ids.iter().enumerate();
    let repeated = enumerated.find(|(at, id)| {
        ids[..*at]
            .iter()
            .any(|before| is_same_subscription(before, id))
    });
    repeated.map(|(_, id)| *id)
}

/// Whether a line item of the transfer, or an add-on of one, is this subscription.
pub(super) fn names_subscription(transfer: &TransferEntity, id: &str) -> bool {
    any_names(&transfer.line_items, id)
}

fn any_names(items: &[TransferLineItem], id: &str) -> bool {
    items.iter().any(|item| {
        let ids = [&item.subscription_id, &item.source_subscription_id];
        let mut ids = ids.into_iter().flatten();
        ids.any(|known| is_same_subscription(known, id)) || any_names(&item.addon_items, id)
    })
}
