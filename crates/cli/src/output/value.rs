//! Single values as text.

use partner_center_transfers::printable;

/// A value on one line, or a dash for `None`.
pub(super) fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(
        || "-".to_owned(),
        |value| printable(&value.to_string()).into_owned(),
    )
}

/// The name of a product: the friendly one, or the id of its offer.
pub(super) fn product_name<'a>(
    friendly_name: Option<&'a String>,
    offer_id: Option<&'a String>,
) -> Option<&'a String> {
    friendly_name.or(offer_id)
}
