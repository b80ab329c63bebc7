//! Single values as text.

use partner_center_transfers::printable;

/// A value on one line, or a dash for `None`.
pub(super) fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(
        || "-".to_owned(),
        |value| printable(&value.to_string()).into_owned(),
    )
}
