//! The types of fields, as they are read from values whose form varies.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    self, Deserialize as _, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde_json::Value;

use super::rounding;
use super::scalar::{Scalar, Unfit};

/// What a member of an object has.
#[derive(Debug)]
pub enum Member<T> {
    /// The value of its field.
    Known(T),
    /// A value that does not fit the field, as it was sent.
    Other(Value),
}

/// The type of a field.
pub(super) trait FieldValue: Sized {
    /// What an error says.
    const EXPECTED: &'static str;

    /// The value; `None` for an empty text in place of a number.
    fn from_scalar(scalar: Scalar<'_>) -> Result<Option<Self>, Unfit>;

    /// The value of a list or an object.
    fn from_tree(_: &Value) -> Result<Self, Unfit> {
        Err(Unfit)
    }

    /// The value of an object.
    fn from_members<'de, A: MapAccess<'de>>(members: A) -> Result<Member<Option<Self>>, A::Error> {
        rounding::note();
        Value::deserialize(MapAccessDeserializer::new(members)).map(fit_tree)
    }
}

impl<T> Member<Option<T>> {
    /// Converts the value of the field.
    pub(super) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Member<Option<U>> {
        match self {
            Self::Known(value) => Member::Known(value.map(convert)),
            Self::Other(value) => Member::Other(value),
        }
    }
}

/// What a list or an object that was read as a tree is for a field.
fn fit_tree<T: FieldValue>(value: Value) -> Member<Option<T>> {
    match T::from_tree(&value) {
        Ok(fit) => Member::Known(Some(fit)),
        Err(Unfit) => Member::Other(value),
    }
}

impl FieldValue for String {
    const EXPECTED: &'static str = "text";

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Result<Option<Self>, Unfit> {
        Ok(Some(scalar.text().into_owned()))
    }
}

impl FieldValue for bool {
    const EXPECTED: &'static str = "a boolean";

    fn from_scalar(scalar: Scalar<'_>) -> Result<Option<Self>, Unfit> {
        match scalar {
            Scalar::Bool(value) => Ok(Some(value)),
            Scalar::Text("") => Ok(None),
            Scalar::Text(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Scalar::Text(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            _ => Err(Unfit),
        }
    }
}

impl FieldValue for i64 {
    const EXPECTED: &'static str = "a whole number";

    fn from_scalar(scalar: Scalar<'_>) -> Result<Option<Self>, Unfit> {
        // `1.0` is an integer that another serializer wrote; up to 2^53 it is exact.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let value = match scalar {
            Scalar::Signed(value) => Some(value),
            Scalar::Unsigned(value) => Self::try_from(value).ok(),
            Scalar::Float(value) if value.fract() == 0.0 && value.abs() <= EXACT => {
                #[expect(clippy::cast_possible_truncation, reason = "checked just above")]
                let whole = value as Self;
                Some(whole)
            }
            Scalar::Text("") => return Ok(None),
            Scalar::Text(text) => text.parse().ok(),
            Scalar::Float(_) | Scalar::Bool(_) => None,
        };
        value.map(Some).ok_or(Unfit)
    }
}

impl FieldValue for f64 {
    const EXPECTED: &'static str = "a number";

    #[expect(
        clippy::cast_precision_loss,
        reason = "the field is a floating-point number in the service's contract"
    )]
    fn from_scalar(scalar: Scalar<'_>) -> Result<Option<Self>, Unfit> {
        let value = match scalar {
            Scalar::Signed(value) => Some(value as Self),
            Scalar::Unsigned(value) => Some(value as Self),
            Scalar::Float(value) => Some(value),
            Scalar::Text("") => return Ok(None),
            // `inf` and `NaN` are numbers here, and JSON cannot have them.
            Scalar::Text(text) => text.parse().ok().filter(|value: &Self| value.is_finite()),
            Scalar::Bool(_) => None,
        };
        value.map(Some).ok_or(Unfit)
    }
}

/// A type with a `Deserialize` of its own.
pub(super) struct Own<T>(pub(super) T);

impl<T: DeserializeOwned> FieldValue for Own<T> {
    const EXPECTED: &'static str = "a value";

    fn from_scalar(scalar: Scalar<'_>) -> Result<Option<Self>, Unfit> {
        T::deserialize(scalar).map(|value| Some(Self(value)))
    }

    fn from_tree(value: &Value) -> Result<Self, Unfit> {
        T::deserialize(value).map(Self).map_err(|_| Unfit)
    }
}

/// An object, which is decoded without a tree. Nothing else fits.
pub(super) struct Object<T>(pub(super) T);

impl<T: DeserializeOwned> FieldValue for Object<T> {
    const EXPECTED: &'static str = "an object";

    fn from_scalar(_: Scalar<'_>) -> Result<Option<Self>, Unfit> {
        Err(Unfit)
    }

    fn from_members<'de, A: MapAccess<'de>>(members: A) -> Result<Member<Option<Self>>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members))
            .map(|object| Member::Known(Some(Self(object))))
    }
}

/// Converts a scalar, or `None` for `null`.
pub(super) fn scalar<'de, D, T>(
    deserializer: D,
    expected: &'static str,
    convert: impl FnOnce(Option<Scalar<'_>>) -> Result<T, Unfit>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(ScalarVisitor { expected, convert })
}

struct ScalarVisitor<F> {
    expected: &'static str,
    convert: F,
}

impl<T, F: FnOnce(Option<Scalar<'_>>) -> Result<T, Unfit>> ScalarVisitor<F> {
    fn visit<E: de::Error>(self, scalar: Scalar<'_>) -> Result<T, E> {
        (self.convert)(Some(scalar))
            .map_err(|Unfit| E::invalid_value(scalar.unexpected(), &self.expected))
    }
}

/// Visits each kind of scalar with `visit`.
macro_rules! visit_scalars {
    () => {
        visit_scalars! {
            visit_bool(bool) => Bool;
            visit_i64(i64) => Signed;
            visit_u64(u64) => Unsigned;
            visit_str(&str) => Text;
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
            rounding::note();
            self.visit(Scalar::Float(value))
        }
    };
    ($($method:ident($type:ty) => $kind:ident;)*) => {$(
        fn $method<E: de::Error>(self, value: $type) -> Result<Self::Value, E> {
            self.visit(Scalar::$kind(value))
        }
    )*};
}

impl<T, F: FnOnce(Option<Scalar<'_>>) -> Result<T, Unfit>> Visitor<'_> for ScalarVisitor<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        (self.convert)(None).map_err(|Unfit| E::invalid_type(Unexpected::Unit, &self.expected))
    }

    visit_scalars!();
}

/// Reads the value of an optional field, or keeps one that does not fit.
pub(super) fn keep_unfit<'de, D, T>(deserializer: D) -> Result<Member<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: FieldValue,
{
    deserializer.deserialize_any(KeepingVisitor(PhantomData))
}

struct KeepingVisitor<T>(PhantomData<fn() -> T>);

impl<T: FieldValue> KeepingVisitor<T> {
    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "for `visit_scalars!`"
    )]
    fn visit<E>(self, scalar: Scalar<'_>) -> Result<Member<Option<T>>, E> {
        let value = T::from_scalar(scalar);
        Ok(value.map_or_else(|Unfit| Member::Other(scalar.into()), Member::Known))
    }
}

impl<'de, T: FieldValue> Visitor<'de> for KeepingVisitor<T> {
    type Value = Member<Option<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Member::Known(None))
    }

    visit_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        rounding::note();
        Value::deserialize(SeqAccessDeserializer::new(items)).map(fit_tree)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        T::from_members(members)
    }
}
