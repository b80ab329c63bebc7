//! Writes the value of a member to its field, or keeps a value that does not fit.
//!
//! It is kept since one odd member must not make the rest of a response unreadable. Of duplicate members
//! the last one counts, whether or not it fits.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize as _, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde_json::Value;

use super::extra_properties::ExtraProperties;
use super::field_value::{FieldValue, visit_scalars};
use super::object::FromMembers;
use super::rounding;
use super::scalar::{Scalar, Unfit};

/// The field of a member.
pub(super) struct Place<'a, T> {
    pub(super) name: &'a str,
    pub(super) field: &'a mut T,
    /// What keeps a value that does not fit the field.
    pub(super) rest: &'a mut ExtraProperties,
}

impl<T> Place<'_, T> {
    pub(super) fn set(self, value: T) {
        *self.field = value;
        self.rest.forget(self.name);
    }
}

impl<T> Place<'_, Option<T>> {
    /// Keeps a value that does not fit the field, which has none then.
    #[cold]
    pub(super) fn keep(self, value: Value) {
        *self.field = None;
        self.rest.extend([(self.name.to_owned(), value)]);
    }

    fn set_or_keep(self, made: Result<Option<T>, Unfit>, from: impl FnOnce() -> Value) {
        match made {
            Ok(value) => self.set(value),
            Err(Unfit) => self.keep(from()),
        }
    }
}

/// A way to read the value of a field.
pub(super) trait Reading<'de> {
    /// The type of the value.
    type Value;

    /// From a scalar. Some stand for no value.
    fn from_scalar(scalar: Scalar<'_>) -> Result<Option<Self::Value>, Unfit>;

    /// From a list or an object.
    fn from_tree(tree: &Value) -> Result<Self::Value, Unfit>;

    /// From an object, in its place.
    fn from_members<A: MapAccess<'de>>(
        members: A,
        place: Place<'_, Option<Self::Value>>,
    ) -> Result<(), A::Error> {
        rounding::note();
        let tree = Value::deserialize(MapAccessDeserializer::new(members))?;
        place.set_or_keep(Self::from_tree(&tree).map(Some), || tree);
        Ok(())
    }
}

/// Reads one value; no list or object fits.
pub(super) struct OneValue<T>(PhantomData<T>);

impl<T: FieldValue> Reading<'_> for OneValue<T> {
    type Value = T;

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Result<Option<T>, Unfit> {
        T::from_scalar(scalar)
    }

    fn from_tree(_: &Value) -> Result<T, Unfit> {
        Err(Unfit)
    }
}

/// Reads a type with a `Deserialize` of its own.
pub(super) struct Own<T>(PhantomData<T>);

impl<T: DeserializeOwned> Reading<'_> for Own<T> {
    type Value = T;

    fn from_scalar(scalar: Scalar<'_>) -> Result<Option<T>, Unfit> {
        T::deserialize(scalar).map(Some)
    }

    fn from_tree(tree: &Value) -> Result<T, Unfit> {
        T::deserialize(tree).map_err(|_| Unfit)
    }
}

/// Reads an object; nothing else fits.
pub(super) struct Object<T>(PhantomData<T>);

impl<'de, T: FromMembers<'de>> Reading<'de> for Object<T> {
    type Value = T;

    fn from_scalar(_: Scalar<'_>) -> Result<Option<T>, Unfit> {
        Err(Unfit)
    }

    fn from_tree(_: &Value) -> Result<T, Unfit> {
        Err(Unfit)
    }

    fn from_members<A: MapAccess<'de>>(
        members: A,
        place: Place<'_, Option<T>>,
    ) -> Result<(), A::Error> {
        place.rest.forget(place.name);
        T::from_members(members, place.field)
    }
}

/// Reads the value of the next member.
pub(super) fn read_member<'de, A, R>(
    members: &mut A,
    place: Place<'_, Option<R::Value>>,
) -> Result<(), A::Error>
where
    A: MapAccess<'de>,
    R: Reading<'de>,
{
    members.next_value_seed(PlaceVisitor::<R>(place))
}

struct PlaceVisitor<'a, 'de, R: Reading<'de>>(Place<'a, Option<R::Value>>);

impl<'de, R: Reading<'de>> DeserializeSeed<'de> for PlaceVisitor<'_, 'de, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: Reading<'de>> PlaceVisitor<'_, 'de, R> {
    #[expect(clippy::unnecessary_wraps, reason = "for `visit_scalars!`")]
    fn visit<E>(self, scalar: Scalar<'_>) -> Result<(), E> {
        self.0.set_or_keep(R::from_scalar(scalar), || scalar.into());
        Ok(())
    }
}

impl<'de, R: Reading<'de>> Visitor<'de> for PlaceVisitor<'_, 'de, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.set(None);
        Ok(())
    }

    visit_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        rounding::note();
        let tree = Value::deserialize(SeqAccessDeserializer::new(items))?;
        self.0.set_or_keep(R::from_tree(&tree).map(Some), || tree);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        R::from_members(members, self.0)
    }
}
