//! The service's error codes by name, with what they mean for a transfer and what to do.
//!
//! Sources: the "Transfer entity resources" page of Microsoft's documentation for the names of
//! the first twelve, its "Partner Center REST error codes" page and third parties for what the
//! others mean. Names of the others are ours: the service has none, or none is known. A code that
//! is known and not explained anywhere is `Unexplained`. Causes and remedies are in our words, and
//! remedies are what follows from the cause: the service's pages give few.

use std::fmt;

mod codes;

/// What an error code of the service means, and what to do.
///
/// ```
/// let known = partner_center_core::explain(900_103).unwrap();
/// assert_eq!(known.name, "TransferCreateOrderError");
/// println!("{known}");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The code, such as 900103. Not unique: some codes mean other things with another HTTP
    /// status or in another API of the family.
    pub code: i64,
    /// Its name: Microsoft's own for the codes of transfers, else ours.
    pub name: &'static str,
    /// What has gone wrong, as a whole sentence.
    pub cause: &'static str,
    /// What to do about it, as a fragment that fits after "to go on, ...".
    pub remedy: &'static str,
}

/// As one line: code, name, cause and remedy.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            name,
            cause,
            remedy,
        } = self;
        write!(f, "{code} ({name}): {cause} What to do: {remedy}.")
    }
}

/// What a code means, if it is a known one. Codes come as a number or as text:
/// [`ServiceCode::as_number`](crate::ServiceCode::as_number) gives the number of either.
pub fn explain(code: i64) -> Option<&'static Explanation> {
    let codes = &codes::CODES;
    let at = codes.binary_search_by_key(&code, |known| known.code).ok()?;
    Some(&codes[at])
}

/// All known codes, from the lowest to the highest.
pub fn explanations() -> &'static [Explanation] {
    &codes::CODES
}

/// The name of a code.
pub(crate) fn name(code: i64) -> Option<&'static str> {
    explain(code).map(|known| known.name)
}

/// The remedy where the cause is not in the call itself: then an error's sentence says it too.
pub(crate) fn hint(code: i64) -> Option<&'static str> {
    const NOT_IN_THE_CALL: [i64; 6] = [10_001, 900_138, 900_309, 900_329, 900_420, 900_421];
    let remedy = explain(code)?.remedy;
    NOT_IN_THE_CALL.contains(&code).then_some(remedy)
}

#[cfg(test)]
mod tests {
    use super::{explain, explanations, hint, name};

    #[test]
    fn codes_are_sorted_and_stand_once() {
        assert!(explanations().is_sorted_by(|one, next| one.code < next.code));
        assert_eq!(name(900_100), Some("TransferIdNotFound"));
        assert_eq!(name(400), Some("AccessDenied"));
        assert_eq!(name(900_421), Some("MfaRequired"));
        assert_eq!(name(1), None);
    }

    #[test]
    fn each_code_has_a_cause_and_a_remedy_in_their_forms() {
        for known in explanations() {
            let (first, last) = (known.cause.chars().next(), known.cause.chars().last());
            assert!(first.is_some_and(char::is_uppercase), "{known}");
            assert_eq!(last, Some('.'), "{known}");
            assert!(!known.remedy.is_empty(), "{known}");
            assert!(!known.remedy.ends_with('.'), "{known}");
            assert!(known.remedy.starts_with(char::is_lowercase), "{known}");
        }
    }

    #[test]
    fn a_hint_is_the_remedy_of_what_no_other_call_would_mend() {
        assert_eq!(hint(900_421), explain(900_421).map(|known| known.remedy));
        assert_eq!(hint(900_100), None);
        assert_eq!(hint(1), None);
    }
}
