//! Names of the document as identifiers in Rust.

/// The field that keeps unknown properties, and a property whose field would have the same name.
pub(crate) const EXTRA: &str = "extra";
/// The name of the property `extra` in the document for progenitor, which turns it into the field
/// `extra_property`. The spaces avoid a collision with other names.
pub(crate) const EXTRA_PROPERTY: &str = "extra  property";
/// The variant for a value whose own variant would be `Other`, which keeps unknown values.
pub(crate) const OTHER_VALUE: &str = "OtherValue";

/// A name reduced to what all of Rust's naming styles share: `MS-RequestId` and `ms_request_id`
/// give the same text.
pub(crate) fn normalize_ident(name: &str) -> String {
    let name = match name {
        "+1" => "plus1",
        "-1" => "minus1",
        name => name,
    };
    let normalized: String = name
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    match normalized.chars().next() {
        None => "x".to_owned(),
        // An identifier cannot start with a digit: progenitor puts an `x` before it.
        Some(first) if first.is_numeric() => format!("x{normalized}"),
        Some(_) => normalized,
    }
}
