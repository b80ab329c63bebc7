//! Decodes JSON objects: each member that the spec names into its field, all others into a map.
//!
//! `#[serde(flatten)]` does the same, but it first copies the whole object into a tree, which
//! doubles the decoding time, and it rejects duplicate members. Here the last duplicate wins, as in
//! most JSON parsers, so that the response to an accept is not lost.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::extra_properties::ExtraProperties;
use super::rounding;

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
pub fn keep<'de, A: MapAccess<'de>>(
    members: &mut A,
    name: Name<'de>,
    rest: &mut ExtraProperties,
) -> Result<(), A::Error> {
    rounding::note();
    let value: Value = members.next_value()?;
    rest.extend([(name.0.into_owned(), value)]);
    Ok(())
}

/// A type that is read from the members of an object.
///
/// It is written to its slot directly where that can be: the types of answers are large, and moving them
/// between nested visitors takes longer than reading them.
pub trait FromMembers<'de>: Sized {
    /// What an error says was expected.
    const EXPECTED: &'static str;

    /// Reads the object into the slot, in place of what is there. After a success the slot has one.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, the value of a list or of a required member does not fit, or a required
    /// member is missing.
    fn from_members<A: MapAccess<'de>>(members: A, slot: &mut Option<Self>)
    -> Result<(), A::Error>;
}

impl<'de> FromMembers<'de> for Map<String, Value> {
    const EXPECTED: &'static str = "an object";

    fn from_members<A: MapAccess<'de>>(
        mut members: A,
        slot: &mut Option<Self>,
    ) -> Result<(), A::Error> {
        rounding::note();
        let map = slot.insert(Self::new());
        while let Some((name, value)) = members.next_entry()? {
            map.insert(name, value);
        }
        Ok(())
    }
}

/// Decodes an object.
///
/// # Errors
///
/// If the value is not an object, and those of [`FromMembers::from_members`].
pub fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromMembers<'de>,
{
    let mut object = None;
    deserializer.deserialize_map(ObjectVisitor(&mut object))?;
    object.ok_or_else(|| D::Error::custom(T::EXPECTED))
}

/// Reads an object into a slot.
pub(super) struct ObjectVisitor<'a, T>(pub(super) &'a mut Option<T>);

impl<'de, T: FromMembers<'de>> Visitor<'de> for ObjectVisitor<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        T::from_members(members, self.0)
    }
}

/// Implements `FromMembers` and `Deserialize` for a struct with a field for each known member and a map
/// for the rest.
///
/// Each line gives the member's JSON name, the field and the reader in `member`, then `or` with
/// a default function, `required`, or nothing for `Default`. Not public API: only for generated
/// code.
///
/// Its own names start with underscores: a schema may have any other name.
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    // Each field has a default, so the struct has one.
    ($name:ident {
        $($wire:literal => $field:ident: $reader:ident,)*
        _ => $extra:ident $(,)?
    }) => {
        $crate::__object! { @implement $name, members, slot, {
            let object = slot.insert(<$name as ::std::default::Default>::default());
            $crate::__object! {
                @read members, object.$extra, $($wire => object.$field, $reader;)*
            }
        } }
    };
    ($name:ident {
        $($wire:literal => $field:ident: $reader:ident $($missing:ident $($value:path)?)?,)*
        _ => $extra:ident $(,)?
    }) => {
        $crate::__object! { @implement $name, members, slot, {
            $(let mut $field = $crate::__object!(@start $($missing)?);)*
            let mut rest = $crate::ExtraProperties::default();
            $crate::__object! { @read members, rest, $($wire => $field, $reader;)* }
            *slot = ::std::option::Option::Some($name {
                $($field: $crate::__object!(@value $field, $wire $(, $missing $($value)?)?),)*
                $extra: rest,
            });
        } }
    };
    (@implement $name:ident, $members:ident, $slot:ident, $make:block) => {
        #[doc(hidden)]
        impl<'de> $crate::codegen_support::FromMembers<'de> for $name {
            const EXPECTED: &'static str = concat!("the object ", stringify!($name));

            fn from_members<__A>(
                mut $members: __A,
                $slot: &mut ::std::option::Option<Self>,
            ) -> ::std::result::Result<(), __A::Error>
            where
                __A: $crate::codegen_support::serde::de::MapAccess<'de>,
            {
                $make
                ::std::result::Result::Ok(())
            }
        }

        impl<'de> $crate::codegen_support::serde::Deserialize<'de> for $name {
            fn deserialize<__D>(deserializer: __D) -> ::std::result::Result<Self, __D::Error>
            where
                __D: $crate::codegen_support::serde::Deserializer<'de>,
            {
                $crate::codegen_support::object(deserializer)
            }
        }
    };
    (@read $members:ident, $rest:expr, $($wire:literal => $field:expr, $reader:ident;)*) => {
        while let ::std::option::Option::Some(name) =
            $members.next_key::<$crate::codegen_support::Name<'_>>()?
        {
            match name.as_str() {
                $($wire => $crate::codegen_support::member::$reader::read(
                    &mut $members, $wire, &mut $field, &mut $rest,
                )?,)*
                _ => $crate::codegen_support::keep(&mut $members, name, &mut $rest)?,
            }
        }
    };
    (@start) => {
        ::std::default::Default::default()
    };
    (@start $missing:ident) => {
        ::std::option::Option::None
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
