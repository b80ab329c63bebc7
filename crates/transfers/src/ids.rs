//! Ids out of responses, where each property may be missing, as arguments of further calls.

use std::fmt;

use crate::ParseGuidError;
use crate::types::{CustomerId, TransferId};

/// An optional id of a response that is not there, or is not a GUID.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionalIdError {
    /// The response left the id out, or sent null.
    Missing,
    /// The response has text that is not a GUID.
    Invalid(ParseGuidError),
}

impl fmt::Display for OptionalIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no id: the response that it was taken from has none"),
            Self::Invalid(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OptionalIdError {}

macro_rules! from_optional_text {
    ($($id:ident),*) => {$(
        impl TryFrom<Option<&str>> for $id {
            type Error = OptionalIdError;

            fn try_from(text: Option<&str>) -> Result<Self, OptionalIdError> {
                let text = text.ok_or(OptionalIdError::Missing)?;
                text.parse().map_err(OptionalIdError::Invalid)
            }
        }

        impl TryFrom<&Option<String>> for $id {
            type Error = OptionalIdError;

            fn try_from(text: &Option<String>) -> Result<Self, OptionalIdError> {
                text.as_deref().try_into()
            }
        }

        impl TryFrom<Option<String>> for $id {
            type Error = OptionalIdError;

            fn try_from(text: Option<String>) -> Result<Self, OptionalIdError> {
                text.as_deref().try_into()
            }
        }
    )*};
}
from_optional_text!(CustomerId, TransferId);
