//! Deserializers for values whose form varies: `null` in place of a list, a number in place of
//! text.
//!
//! A successful accept has moved subscriptions, so its response must not fail to decode over a
//! detail. Generated types name these functions in `#[serde(deserialize_with = "...")]`.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _};
use serde_json::Value;

use super::field_value::{FieldValue, scalar};
use super::list::{Each, ListVisitor};
use super::rounding;
use super::scalar::Unfit;

/// An object; `None` for `null` and for any value that is not an object.
pub fn optional_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    rounding::note();
    match Value::deserialize(deserializer)? {
        object @ Value::Object(_) => T::deserialize(object).map(Some).map_err(D::Error::custom),
        _ => Ok(None),
    }
}

/// A list without its `null` items; empty for `null`.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_option(ListVisitor::<Each<T>>::default())
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
