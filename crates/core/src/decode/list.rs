//! Reads the lists in an object, without their `null` items.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::object::{FromMembers, ObjectVisitor};

/// A way to read the items of a list.
pub(super) trait ReadItem<'de> {
    type Item;

    /// Appends the next item to those before it, unless it is `null`. Returns whether there was one.
    fn append<A: SeqAccess<'de>>(
        items: &mut A,
        list: &mut Vec<Self::Item>,
    ) -> Result<bool, A::Error>;
}

/// Reads items by their own `Deserialize`.
pub(super) struct Each<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> ReadItem<'de> for Each<T> {
    type Item = T;

    fn append<A: SeqAccess<'de>>(items: &mut A, list: &mut Vec<T>) -> Result<bool, A::Error> {
        let Some(item) = items.next_element()? else {
            return Ok(false);
        };
        if let Some(item) = item {
            push(list, item);
        }
        Ok(true)
    }
}

/// Reads items that are objects.
pub(super) struct EachObject<T>(PhantomData<T>);

impl<'de, T: FromMembers<'de>> ReadItem<'de> for EachObject<T> {
    type Item = T;

    fn append<A: SeqAccess<'de>>(items: &mut A, list: &mut Vec<T>) -> Result<bool, A::Error> {
        let next = items.next_element_seed(ItemVisitor(list))?;
        Ok(next.is_some())
    }
}

/// Appends to a list. Most lists have one item, and items are large: `Vec` makes room for four.
#[inline]
fn push<T>(list: &mut Vec<T>, item: T) {
    if list.capacity() == 0 {
        list.reserve_exact(1);
    }
    list.push(item);
}

/// Appends an object to a list.
struct ItemVisitor<'a, T>(&'a mut Vec<T>);

impl<'de, T: FromMembers<'de>> DeserializeSeed<'de> for ItemVisitor<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: FromMembers<'de>> Visitor<'de> for ItemVisitor<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let mut item = None;
        deserializer.deserialize_map(ObjectVisitor(&mut item))?;
        if let Some(item) = item {
            push(self.0, item);
        }
        Ok(())
    }
}

/// Reads a list; an empty one for `null`.
pub(super) struct ListVisitor<I>(PhantomData<I>);

impl<I> Default for ListVisitor<I> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<'de, I: ReadItem<'de>> Visitor<'de> for ListVisitor<I> {
    type Value = Vec<I::Item>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while I::append(&mut items, &mut list)? {}
        Ok(list)
    }
}
