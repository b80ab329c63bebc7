//! Names of the document as identifiers in Rust.

/// The field that keeps unknown properties.
pub(crate) const EXTRA: &str = "extra";
/// Added to the name of a property whose field would be `extra` too, in the document for progenitor.
/// The spaces avoid a collision with other names.
const EXTRA_SUFFIX: &str = "  property";
/// The variant for a value whose own variant would be `Other`, which keeps unknown values.
pub(crate) const OTHER_VALUE: &str = "OtherValue";

/// The name of a property in the document for progenitor: `extra  property`, which becomes the field
/// `extra_property`, for `extra`.
pub(crate) fn property_for_progenitor(name: &str) -> String {
    match normalize_ident(name).as_str() {
        EXTRA => format!("{name}{EXTRA_SUFFIX}"),
        _ => name.to_owned(),
    }
}

/// The name of a property on the wire, from that in the document for progenitor.
pub(crate) fn property_on_wire(name: &str) -> &str {
    name.strip_suffix(EXTRA_SUFFIX).unwrap_or(name)
}

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
