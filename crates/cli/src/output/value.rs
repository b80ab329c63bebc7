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
    friendly_name: &'a Option<String>,
    offer_id: &'a Option<String>,
) -> Option<&'a String> {
    friendly_name.as_ref().or(offer_id.as_ref())
}
