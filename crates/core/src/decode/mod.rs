//! Decodes what the service sends, tolerant of values whose form varies.

pub(crate) mod error_body;
pub(crate) mod json;
#[doc(hidden)]
pub mod lenient;
pub(crate) mod object;
mod open_enum;
pub(crate) mod timestamp;
