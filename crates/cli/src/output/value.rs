//! Single values as text.

use partner_center_transfers::printable;

/// A value on one line, or a dash if there is none.
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

/// A number with its noun, such as `2 orders`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn one_is_singular() {
        assert_eq!(count(0, "order"), "0 orders");
        assert_eq!(count(1, "order"), "1 order");
        assert_eq!(count(2, "order"), "2 orders");
    }
}
