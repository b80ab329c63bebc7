//! Subscriptions in requests. Their ids are compared without letter case, which
//! the service varies.

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
