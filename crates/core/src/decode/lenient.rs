//! Deserializers for values whose form varies: `null` in place of a list, a number in place of
//! text.
//!
//! A successful accept has moved subscriptions, so its response must not fail to decode over a
//! detail. Generated types name these functions in `#[serde(deserialize_with = "...")]`, or the
//! matching types in `__object!`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde_json::Value;

/// What a member of an object has.
#[derive(Debug)]
pub enum Member<T> {
    /// The value of its field.
    Known(T),
    /// A value that does not fit the field, as it was sent.
    Other(Value),
}

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
    ($($(#[$doc:meta])* $name:ident = $convert:path => $type:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub struct $name(());

        impl<'de> DeserializeSeed<'de> for $name {
            type Value = Member<Option<$type>>;

            fn deserialize<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Self::Value, D::Error> {
                let scalar = match AnyVisitor::read(deserializer)? {
                    Member::Known(scalar) => scalar,
                    Member::Other(value) => return Ok(Member::Other(value)),
                };
                let Some(scalar) = scalar else {
                    return Ok(Member::Known(None));
                };
                let value = scalar.to_value();
                let converted: Result<_, serde_json::Error> = $convert(scalar);
                Ok(converted.map_or(Member::Other(value), Member::Known))
            }
        }
    )*};
}

readers! {
    /// [`optional_object`]
    OptionalObject<T> = optional_object => Option<T>;
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

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Plain<T> {
    type Value = Member<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(T::deserialize(value.clone()).map_or(Member::Other(value), Member::Known))
    }
}

optional_readers! {
    /// [`optional_string`]
    OptionalString = Scalar::into_optional_string => String;
    /// [`optional_integer`]
    OptionalInteger = Scalar::into_integer => i64;
    /// [`optional_number`]
    OptionalNumber = Scalar::into_number => f64;
    /// [`optional_bool`]
    OptionalBool = Scalar::into_bool => bool;
}

/// An object; `None` for `null` and for any value that is not an object.
pub fn optional_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(ObjectVisitor(PhantomData))
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
    Ok(Scalar::optional(deserializer, TEXT)?.map(Scalar::into_string))
}

/// A string like [`optional_string`]; `null` is an error.
pub fn required_string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Scalar::required(deserializer, TEXT)?.into_string())
}

/// An integer, or a string that contains one; `None` for an empty string.
pub fn optional_integer<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i64>, D::Error> {
    let scalar = Scalar::optional(deserializer, INTEGER)?;
    Ok(scalar.map(Scalar::into_integer).transpose()?.flatten())
}

/// An integer like [`optional_integer`]; `null` and an empty string are errors.
pub fn required_integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let scalar = Scalar::required(deserializer, INTEGER)?;
    required(scalar.into_integer()?, INTEGER)
}

/// A number, or a string that contains one; `None` for an empty string.
pub fn optional_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<f64>, D::Error> {
    let scalar = Scalar::optional(deserializer, NUMBER)?;
    Ok(scalar.map(Scalar::into_number).transpose()?.flatten())
}

/// A number like [`optional_number`]; `null` and an empty string are errors.
pub fn required_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let scalar = Scalar::required(deserializer, NUMBER)?;
    required(scalar.into_number()?, NUMBER)
}

/// A boolean, or the string `true` or `false` in any letter case; `None` for any other string.
pub fn optional_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let text = optional_string(deserializer)?;
    let text = text.map(|text| text.to_ascii_lowercase());
    Ok(text.and_then(|text| text.parse().ok()))
}

fn required<T, E: de::Error>(value: Option<T>, expected: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::invalid_value(Unexpected::Str(""), &expected))
}

const TEXT: &str = "text";
const INTEGER: &str = "a whole number";
const NUMBER: &str = "a number";

/// A JSON value that is neither an object, a list nor `null`.
enum Scalar {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(String),
}

impl Scalar {
    fn optional<'de, D: Deserializer<'de>>(
        deserializer: D,
        expected: &'static str,
    ) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(ScalarVisitor { expected })
    }

    fn required<'de, D: Deserializer<'de>>(
        deserializer: D,
        expected: &'static str,
    ) -> Result<Self, D::Error> {
        Self::optional(deserializer, expected)?
            .ok_or_else(|| de::Error::invalid_type(Unexpected::Unit, &expected))
    }

    fn to_value(&self) -> Value {
        match self {
            Self::Bool(value) => (*value).into(),
            Self::Signed(value) => (*value).into(),
            Self::Unsigned(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Text(text) => text.as_str().into(),
        }
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "like the conversions that can fail"
    )]
    fn into_optional_string<E>(self) -> Result<Option<String>, E> {
        Ok(Some(self.into_string()))
    }

    fn into_bool<E: de::Error>(self) -> Result<Option<bool>, E> {
        let text = self.into_string().to_ascii_lowercase();
        if text.is_empty() {
            return Ok(None);
        }
        let value = text.parse().ok();
        value.map(Some).ok_or_else(|| E::custom("not a boolean"))
    }

    fn into_string(self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Signed(value) => value.to_string(),
            Self::Unsigned(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(text) => text,
        }
    }

    fn into_integer<E: de::Error>(self) -> Result<Option<i64>, E> {
        // `1.0` is an integer that another serializer wrote; up to 2^53 it is exact.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let value = match &self {
            Self::Signed(value) => Some(*value),
            Self::Unsigned(value) => i64::try_from(*value).ok(),
            Self::Float(value) if value.fract() == 0.0 && value.abs() <= EXACT => {
                #[expect(clippy::cast_possible_truncation, reason = "checked just above")]
                let whole = *value as i64;
                Some(whole)
            }
            Self::Text(text) if text.is_empty() => return Ok(None),
            Self::Text(text) => text.parse().ok(),
            Self::Float(_) | Self::Bool(_) => None,
        };
        value
            .map(Some)
            .ok_or_else(|| E::invalid_value(self.unexpected(), &INTEGER))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "the field is a floating-point number in the service's contract"
    )]
    fn into_number<E: de::Error>(self) -> Result<Option<f64>, E> {
        let value = match &self {
            Self::Signed(value) => Some(*value as f64),
            Self::Unsigned(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::Text(text) if text.is_empty() => return Ok(None),
            Self::Text(text) => text.parse().ok(),
            Self::Bool(_) => None,
        };
        value
            .map(Some)
            .ok_or_else(|| E::invalid_value(self.unexpected(), &NUMBER))
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Signed(value) => Unexpected::Signed(*value),
            Self::Unsigned(value) => Unexpected::Unsigned(*value),
            Self::Float(value) => Unexpected::Float(*value),
            Self::Text(text) => Unexpected::Str(text),
        }
    }
}

struct ScalarVisitor {
    expected: &'static str,
}

impl Visitor<'_> for ScalarVisitor {
    type Value = Option<Scalar>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Signed(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Unsigned(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Float(value)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Text(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Text(text)))
    }
}

/// Reads a scalar, or keeps a list or an object.
struct AnyVisitor;

impl AnyVisitor {
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Member<Option<Scalar>>, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

/// Visits a scalar like [`ScalarVisitor`].
macro_rules! scalar {
    ($($method:ident($($value:ident: $type:ty)?);)*) => {$(
        fn $method<E: de::Error>(self $(, $value: $type)?) -> Result<Self::Value, E> {
            let scalar = ScalarVisitor { expected: TEXT }.$method($($value)?);
            scalar.map(Member::Known)
        }
    )*};
}

impl<'de> Visitor<'de> for AnyVisitor {
    type Value = Member<Option<Scalar>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    scalar! {
        visit_unit();
        visit_bool(value: bool);
        visit_i64(value: i64);
        visit_u64(value: u64);
        visit_f64(value: f64);
        visit_str(text: &str);
        visit_string(text: String);
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        let value = Value::deserialize(SeqAccessDeserializer::new(items))?;
        Ok(Member::Other(value))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        let value = Value::deserialize(MapAccessDeserializer::new(members))?;
        Ok(Member::Other(value))
    }
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
        while let Some(item) = items.next_element::<Option<T>>()? {
            list.extend(item);
        }
        Ok(list)
    }
}

struct ObjectVisitor<T>(PhantomData<fn() -> T>);

/// Returns `None` for each kind of scalar.
macro_rules! not_an_object {
    ($($method:ident($type:ty);)*) => {$(
        fn $method<E>(self, _: $type) -> Result<Option<T>, E> {
            Ok(None)
        }
    )*};
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Option<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<T>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    not_an_object! {
        visit_bool(bool);
        visit_i64(i64);
        visit_u64(u64);
        visit_f64(f64);
        visit_str(&str);
    }
}
