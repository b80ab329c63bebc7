//! Deserializers for values whose form varies: `null` in place of a list, a number in place of
//! text.
//!
//! A successful accept has moved subscriptions, so its response must not fail to decode over a
//! detail. Generated types name these functions in `#[serde(deserialize_with = "...")]`, or the
//! matching types in `__object!`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::Value;

pub use super::field_value::Member;
use super::field_value::{FieldValue, Object, Own, keep_unfit, scalar};
use super::rounding;
use super::scalar::Unfit;

/// Declares a `DeserializeSeed` type for each function.
macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident $(<$item:ident>)? = $read:path => $type:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name $(<$item>(PhantomData<fn() -> $item>))?;

        impl $(<$item>)? Default for $name $(<$item>)? {
            fn default() -> Self {
                $name $((PhantomData::<fn() -> $item>))?
            }
        }

        impl<'de $(, $item: Deserialize<'de>)?> DeserializeSeed<'de> for $name $(<$item>)? {
            type Value = Member<$type>;

            fn deserialize<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Self::Value, D::Error> {
                $read(deserializer).map(Member::Known)
            }
        }
    )*};
}

/// Declares a `DeserializeSeed` type for each function of an optional scalar. A value that does not
/// fit is kept, since one odd member must not make the rest of a response unreadable.
macro_rules! optional_readers {
    ($($(#[$doc:meta])* $name:ident => $type:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub struct $name(());

        impl<'de> DeserializeSeed<'de> for $name {
            type Value = Member<Option<$type>>;

            fn deserialize<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Self::Value, D::Error> {
                keep_unfit(deserializer)
            }
        }
    )*};
}

readers! {
    /// [`list`]
    List<T> = list => Vec<T>;
    /// [`string_list`]
    StringList = string_list => Vec<String>;
    /// [`required_string`]
    RequiredString = required_string => String;
    /// [`required_integer`]
    RequiredInteger = required_integer => i64;
    /// [`required_number`]
    RequiredNumber = required_number => f64;
}

/// The type's own `Deserialize`. A value that it refuses is kept, like that of an optional scalar.
#[derive(Debug)]
pub struct Plain<T>(PhantomData<fn() -> T>);

impl<T> Default for Plain<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Plain<T> {
    type Value = Member<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        rounding::note();
        let value = Value::deserialize(deserializer)?;
        Ok(match T::deserialize(&value) {
            Ok(fit) => Member::Known(fit),
            Err(_) => Member::Other(value),
        })
    }
}

/// An optional value of the type's own `Deserialize`. One that it refuses is kept, like that of an
/// optional scalar.
#[derive(Debug)]
pub struct Optional<T>(PhantomData<fn() -> T>);

impl<T> Default for Optional<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Optional<T> {
    type Value = Member<Option<T>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let member = keep_unfit(deserializer)?;
        Ok(member.map(|Own(value)| value))
    }
}

/// An object, or `None` for `null`. A scalar or a list is kept, like the value that does not fit an
/// optional scalar.
#[derive(Debug)]
pub struct OptionalObject<T>(PhantomData<fn() -> T>);

impl<T> Default for OptionalObject<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for OptionalObject<T> {
    type Value = Member<Option<T>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let member = keep_unfit(deserializer)?;
        Ok(member.map(|Object(object)| object))
    }
}

optional_readers! {
    /// [`optional_string`]
    OptionalString => String;
    /// [`optional_integer`]
    OptionalInteger => i64;
    /// [`optional_number`]
    OptionalNumber => f64;
    /// [`optional_bool`]
    OptionalBool => bool;
}

/// An object; `None` for `null` and for any value that is not an object.
pub fn optional_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match OptionalObject::default().deserialize(deserializer)? {
        Member::Known(object) => Ok(object),
        Member::Other(_) => Ok(None),
    }
}

/// A list without its `null` items; empty for `null`.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_option(ListVisitor(PhantomData))
}

/// A list of strings, each read like [`optional_string`]; empty for `null`.
pub fn string_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct Item(String);

    impl<'de> Deserialize<'de> for Item {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            required_string(deserializer).map(Self)
        }
    }

    let items = list::<D, Item>(deserializer)?;
    Ok(items.into_iter().map(|Item(text)| text).collect())
}

/// A string; a number or a boolean becomes its text.
pub fn optional_string<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    optional_scalar(deserializer)
}

/// A string like [`optional_string`]; `null` is an error.
pub fn required_string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    required_scalar(deserializer)
}

/// A value that is made from a string like [`required_string`], which is not copied.
pub fn from_string<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> From<&'a str>,
{
    scalar(deserializer, String::EXPECTED, |scalar| {
        Ok(T::from(&scalar.ok_or(Unfit)?.text()))
    })
}

/// An integer, or a string that contains one; `None` for an empty string.
pub fn optional_integer<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i64>, D::Error> {
    optional_scalar(deserializer)
}

/// An integer like [`optional_integer`]; `null` and an empty string are errors.
pub fn required_integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    required_scalar(deserializer)
}

/// A number, or a string that contains one; `None` for an empty string.
pub fn optional_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<f64>, D::Error> {
    optional_scalar(deserializer)
}

/// A number like [`optional_number`]; `null` and an empty string are errors.
pub fn required_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    required_scalar(deserializer)
}

/// A boolean, or the string `true` or `false` in any letter case; `None` for any other scalar.
pub fn optional_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    scalar(deserializer, String::EXPECTED, |scalar| {
        Ok(scalar.and_then(|scalar| bool::from_scalar(scalar).ok().flatten()))
    })
}

fn optional_scalar<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FieldValue,
{
    scalar(deserializer, T::EXPECTED, |scalar| {
        scalar.map_or(Ok(None), T::from_scalar)
    })
}

fn required_scalar<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FieldValue,
{
    scalar(deserializer, T::EXPECTED, |scalar| {
        T::from_scalar(scalar.ok_or(Unfit)?)?.ok_or(Unfit)
    })
}

/// Appends to a list. Most lists have one item, and items are large: `Vec` makes room for four.
fn push<T>(list: &mut Vec<T>, item: T) {
    if list.capacity() == 0 {
        list.reserve_exact(1);
    }
    list.push(item);
}

struct ListVisitor<T>(PhantomData<fn() -> T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_none<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            if let Some(item) = item {
                push(&mut list, item);
            }
        }
        Ok(list)
    }
}
