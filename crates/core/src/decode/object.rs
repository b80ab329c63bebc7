//! Decodes JSON objects: each member that the spec names into its field, all others into a map.
//!
//! `#[serde(flatten)]` does the same, but it first copies the whole object into a tree, which
//! doubles the decoding time, and it rejects duplicate members. Here the last duplicate wins, as in
//! most JSON parsers, so that the response to an accept is not lost.

use std::borrow::Cow;
use std::fmt;

use super::extra_properties::ExtraProperties;
use super::lenient::Member;
use super::rounding;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A member's name, borrowed from the text unless it contains escapes.
#[derive(Debug)]
pub struct Name<'de>(Cow<'de, str>);

impl Name<'_> {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a member")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text)))
            }
        }

        deserializer.deserialize_identifier(NameVisitor)
    }
}

/// Adds a member without a field of its own to the map of extra members.
///
/// # Errors
///
/// If its value cannot be decoded.
pub fn keep<'de, A, M, T>(members: &mut A, name: Name<'de>, rest: &mut M) -> Result<(), A::Error>
where
    A: MapAccess<'de>,
    M: Extend<(String, T)>,
    T: Deserialize<'de>,
{
    rounding::note();
    let value = members.next_value()?;
    rest.extend([(name.0.into_owned(), value)]);
    Ok(())
}

/// Sets a field. A value that does not fit is added to the extra members, and the field has its default
/// then. Of duplicate members the last one counts, whether or not it fits.
pub fn set<T: Default>(member: Member<T>, name: &str, field: &mut T, rest: &mut ExtraProperties) {
    match member {
        Member::Known(value) => {
            *field = value;
            rest.forget(name);
        }
        Member::Other(value) => {
            *field = T::default();
            rest.extend([(name.to_owned(), value)]);
        }
    }
}

/// Sets a field like [`set`] that has no value until its member is found.
pub fn set_some<T>(
    member: Member<T>,
    name: &str,
    field: &mut Option<T>,
    rest: &mut ExtraProperties,
) {
    let member = match member {
        Member::Known(value) => Member::Known(Some(value)),
        Member::Other(value) => Member::Other(value),
    };
    set(member, name, field, rest);
}

/// Implements `Deserialize` for a struct with a field for each known member and a map for the rest.
///
/// Each line gives the member's JSON name, the field and the reader from `lenient`, then `or` with
/// a default function, `required`, or nothing for `Default`. Not public API: only for generated
/// code.
///
/// Its own names start with underscores: a schema may have any other name.
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    ($name:ident {
        $($wire:literal => $field:ident: $reader:ident $($missing:ident $($value:path)?)?,)*
        _ => $extra:ident $(,)?
    }) => {
        impl<'de> $crate::codegen_support::serde::Deserialize<'de> for $name {
            fn deserialize<__D>(deserializer: __D) -> ::std::result::Result<Self, __D::Error>
            where
                __D: $crate::codegen_support::serde::Deserializer<'de>,
            {
                struct __Members;

                impl<'de> $crate::codegen_support::serde::de::Visitor<'de> for __Members {
                    type Value = $name;

                    fn expecting(
                        &self,
                        f: &mut ::std::fmt::Formatter<'_>,
                    ) -> ::std::fmt::Result {
                        f.write_str(concat!("the object ", stringify!($name)))
                    }

                    fn visit_map<__A>(
                        self,
                        mut members: __A,
                    ) -> ::std::result::Result<$name, __A::Error>
                    where
                        __A: $crate::codegen_support::serde::de::MapAccess<'de>,
                    {
                        $(let mut $field = ::std::default::Default::default();)*
                        let mut rest = ::std::default::Default::default();
                        while let ::std::option::Option::Some(name) =
                            members.next_key::<$crate::codegen_support::Name<'de>>()?
                        {
                            match name.as_str() {
                                $($wire => {
                                    let seed = $crate::lenient::$reader::default();
                                    let value = members.next_value_seed(seed)?;
                                    $crate::__object!(
                                        @set value, $wire, $field, rest $(, $missing $($value)?)?
                                    );
                                })*
                                _ => $crate::codegen_support::keep(&mut members, name, &mut rest)?,
                            }
                        }
                        ::std::result::Result::Ok($name {
                            $($field: $crate::__object!(
                                @value $field, $wire $(, $missing $($value)?)?
                            ),)*
                            $extra: rest,
                        })
                    }
                }

                deserializer.deserialize_map(__Members)
            }
        }
    };
    (@set $member:ident, $wire:literal, $field:ident, $rest:ident) => {
        $crate::codegen_support::set($member, $wire, &mut $field, &mut $rest)
    };
    (@set $member:ident, $wire:literal, $field:ident, $rest:ident, $($missing:tt)+) => {
        $crate::codegen_support::set_some($member, $wire, &mut $field, &mut $rest)
    };
    (@value $field:ident, $wire:literal) => {
        $field
    };
    (@value $field:ident, $wire:literal, or $value:path) => {
        $field.unwrap_or_else($value)
    };
    (@value $field:ident, $wire:literal, required) => {
        $field.ok_or_else(|| {
            <__A::Error as $crate::codegen_support::serde::de::Error>::missing_field($wire)
        })?
    };
}
