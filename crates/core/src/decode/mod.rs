//! Decodes what the service sends, tolerant of values whose form varies.

pub(crate) mod collection;
pub(crate) mod error_body;
pub(crate) mod extra_properties;
mod field_value;
pub(crate) mod json;
#[doc(hidden)]
pub mod lenient;
mod list;
#[doc(hidden)]
pub mod member;
pub(crate) mod object;
mod open_enum;
mod place;
mod rounding;
mod scalar;
pub(crate) mod timestamp;
