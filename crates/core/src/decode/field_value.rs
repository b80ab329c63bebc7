//! The types of fields with one value, as they are read from scalars whose form varies.

use std::fmt;

use serde::de::{self, Deserializer, Unexpected, Visitor};

use super::rounding;
use super::scalar::{Scalar, Unfit};

/// The type of a field.
pub(super) trait FieldValue: Sized {
    /// What an error says.
    const EXPECTED: &'static str;

    /// The value; `None` for an empty text in place of a number.
    fn from_scalar(scalar: Scalar<'_>) -> Result<Option<Self>, Unfit>;
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

        fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self::Value, E> {
            rounding::note();
            self.visit(Scalar::Float(value))
        }
    };
    ($($method:ident($type:ty) => $kind:ident;)*) => {$(
        fn $method<E: serde::de::Error>(self, value: $type) -> Result<Self::Value, E> {
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

pub(super) use visit_scalars;
