//! Ids: each kind is a type of its own that accepts only GUIDs.
//!
//! The macro here defines the two ids of every call and, in generated code, the ids in paths.

use std::fmt;

use uuid::{Builder, Uuid};

use crate::setting;

/// How many characters of an invalid text an error shows.
const QUOTED: usize = 80;

/// The error for text that is not a GUID.
///
/// A GUID is 32 hexadecimal digits with four hyphens. `FromStr` and deserialization, which read what
/// people write, also take blanks around it, braces, parentheses and the prefix `urn:uuid:`.
/// `TryFrom`, which the builders of requests use for values of a program, does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseGuidError {
    text: String,
}

impl fmt::Display for ParseGuidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown: String = self.text.chars().take(QUOTED).collect();
        if shown.len() < self.text.len() {
            shown.push('…');
        }
        write!(
            f,
            "{shown:?} is not a GUID; expected 32 hexadecimal digits in the form \
             xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
        )?;
        if setting::is_quoted(self.text.trim()) {
            f.write_str(", without quotes")?;
        }
        Ok(())
    }
}

impl std::error::Error for ParseGuidError {}

/// Parses a GUID as people write it, in upper or lower case.
#[doc(hidden)]
pub fn parse(text: &str) -> Result<Uuid, ParseGuidError> {
    parse_exact(setting::plain_id(text)).map_err(|_| ParseGuidError {
        text: text.to_owned(),
    })
}

/// Parses a GUID with nothing around it, in upper or lower case.
#[doc(hidden)]
pub fn parse_exact(text: &str) -> Result<Uuid, ParseGuidError> {
    let guid = Uuid::try_parse(text).ok();
    let guid = guid.filter(|_| setting::is_guid(text));
    guid.ok_or_else(|| ParseGuidError {
        text: text.to_owned(),
    })
}

/// Implements conversions, `Display` and serde for a struct with one `Uuid`. Not public API: only
/// for this crate and generated code.
#[doc(hidden)]
#[macro_export]
macro_rules! __guid {
    ($name:ident) => {
        impl $name {
            /// The GUID.
            pub const fn as_uuid(&self) -> &$crate::codegen_support::Uuid {
                &self.0
            }
        }

        impl ::std::convert::From<$crate::codegen_support::Uuid> for $name {
            fn from(value: $crate::codegen_support::Uuid) -> Self {
                Self(value)
            }
        }

        impl ::std::convert::From<$name> for $crate::codegen_support::Uuid {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        /// The GUID in lower case with hyphens, as in URLs.
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::ParseGuidError;
            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                $crate::codegen_support::parse_guid(text).map(Self)
            }
        }

        impl ::std::convert::TryFrom<&str> for $name {
            type Error = $crate::ParseGuidError;
            fn try_from(text: &str) -> ::std::result::Result<Self, Self::Error> {
                $crate::codegen_support::parse_exact_guid(text).map(Self)
            }
        }

        impl ::std::convert::TryFrom<&::std::string::String> for $name {
            type Error = $crate::ParseGuidError;
            fn try_from(text: &::std::string::String) -> ::std::result::Result<Self, Self::Error> {
                $crate::codegen_support::parse_exact_guid(text).map(Self)
            }
        }

        impl ::std::convert::TryFrom<::std::string::String> for $name {
            type Error = $crate::ParseGuidError;
            fn try_from(text: ::std::string::String) -> ::std::result::Result<Self, Self::Error> {
                $crate::codegen_support::parse_exact_guid(&text).map(Self)
            }
        }

        impl $crate::codegen_support::serde::Serialize for $name {
            fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::codegen_support::serde::Serializer,
            {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> $crate::codegen_support::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::codegen_support::serde::Deserializer<'de>,
            {
                let text = <::std::string::String as $crate::codegen_support::serde::Deserialize>::deserialize(
                    deserializer,
                )?;
                text.parse().map_err($crate::codegen_support::serde::de::Error::custom)
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(stringify!($name))
            }
            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string", "format": "uuid" })
            }
        }
    };
}

/// `MS-RequestId`: the id of one call and its idempotency key, the same for all its attempts.
///
/// See [Partner Center REST headers](https://learn.microsoft.com/partner-center/developer/headers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(Uuid);

__guid!(RequestId);

/// `MS-CorrelationId`: groups calls in the service's telemetry. Include it in requests to
/// Microsoft's support.
///
/// See [Partner Center REST headers](https://learn.microsoft.com/partner-center/developer/headers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorrelationId(Uuid);

__guid!(CorrelationId);

impl RequestId {
    /// A random id, for a new call.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl CorrelationId {
    /// A random id, for a new call or a new group of calls.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

/// Random ids for a new call, from one request for random bytes. The bytes are not kept: after a
/// fork, two processes would use the same ones.
pub(crate) fn random_ids() -> Result<(RequestId, CorrelationId), getrandom::Error> {
    let mut bytes = [[0; 16]; 2];
    getrandom::fill(bytes.as_flattened_mut())?;
    let [request, correlation] = bytes.map(|bytes| Builder::from_random_bytes(bytes).into_uuid());
    Ok((RequestId(request), CorrelationId(correlation)))
}
