//! How `__object!` reads the members of an object: a type for each kind of field.

use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess};
use serde_json::Value;

use super::extra_properties::ExtraProperties;
use super::lenient;
use super::list::{EachObject, ListVisitor};
use super::object::FromMembers;
use super::place::{Object, OneValue, Own, Place, read_member};
use super::rounding;

/// Declares readers of optional fields. A value that does not fit is kept.
macro_rules! optional {
    ($(
        $(#[$doc:meta])*
        $name:ident $(<$item:ident: $bound:path>)? = $reading:ty => $type:ty;
    )*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(());

        impl $name {
            /// Reads the value of the next member into its field.
            ///
            /// # Errors
            ///
            /// If the text is not JSON; of an object those of [`FromMembers::from_members`].
            pub fn read<'de, A: MapAccess<'de> $(, $item: $bound)?>(
                members: &mut A,
                name: &str,
                field: &mut Option<$type>,
                rest: &mut ExtraProperties,
            ) -> Result<(), A::Error> {
                read_member::<A, $reading>(members, Place { name, field, rest })
            }
        }
    )*};
}

optional! {
    /// [`lenient::optional_string`]
    OptionalString = OneValue<String> => String;
    /// [`lenient::optional_integer`]
    OptionalInteger = OneValue<i64> => i64;
    /// [`lenient::optional_number`]
    OptionalNumber = OneValue<f64> => f64;
    /// [`lenient::optional_bool`]
    OptionalBool = OneValue<bool> => bool;
    /// A value of the type's own `Deserialize`.
    Optional<T: DeserializeOwned> = Own<T> => T;
    /// An object that `__object!` reads.
    OptionalObject<T: FromMembers<'de>> = Object<T> => T;
}

/// Declares readers of fields that always have a value, and where one that does not fit is an error.
macro_rules! strict {
    ($(
        $(#[$doc:meta])*
        $name:ident $(<$item:ident: $bound:path>)? = $read:expr => $type:ty;
    )*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name $(<$item>(PhantomData<$item>))?;

        impl<'de $(, $item: $bound)?> DeserializeSeed<'de> for $name $(<$item>)? {
            type Value = $type;

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<$type, D::Error> {
                $read(deserializer)
            }
        }

        impl $(<$item>)? $name $(<$item>)? {
            /// Reads the value of the next member into its field.
            ///
            /// # Errors
            ///
            /// If the value does not fit.
            pub fn read<'de, A, F>(
                members: &mut A,
                name: &str,
                field: &mut F,
                rest: &mut ExtraProperties,
            ) -> Result<(), A::Error>
            where
                A: MapAccess<'de>,
                F: From<$type>,
                $($item: $bound)?
            {
                let value = members.next_value_seed(Self $((PhantomData::<$item>))?)?;
                Place { name, field, rest }.set(value.into());
                Ok(())
            }
        }
    )*};
}

strict! {
    /// [`lenient::list`]
    List<T: Deserialize<'de>> = lenient::list => Vec<T>;
    /// [`lenient::list`], of objects that `__object!` reads.
    ObjectList<T: FromMembers<'de>> = object_list => Vec<T>;
    /// [`lenient::string_list`]
    StringList = lenient::string_list => Vec<String>;
    /// [`lenient::required_string`]
    RequiredString = lenient::required_string => String;
    /// [`lenient::required_integer`]
    RequiredInteger = lenient::required_integer => i64;
    /// [`lenient::required_number`]
    RequiredNumber = lenient::required_number => f64;
}

fn object_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromMembers<'de>,
{
    deserializer.deserialize_option(ListVisitor::<EachObject<T>>::default())
}

/// A value of the type's own `Deserialize` that is `required`, or has a default after `or`. One that
/// does not fit is kept, and the field counts as missing then.
#[derive(Debug)]
pub struct Plain(());

impl Plain {
    /// Reads the value of the next member into its field.
    ///
    /// # Errors
    ///
    /// If the text is not JSON.
    pub fn read<'de, A: MapAccess<'de>, T: DeserializeOwned>(
        members: &mut A,
        name: &str,
        field: &mut Option<T>,
        rest: &mut ExtraProperties,
    ) -> Result<(), A::Error> {
        rounding::note();
        let value: Value = members.next_value()?;
        let place = Place { name, field, rest };
        match T::deserialize(&value) {
            Ok(fit) => place.set(Some(fit)),
            Err(_) => place.keep(value),
        }
        Ok(())
    }
}
