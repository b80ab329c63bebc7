//! Decodes JSON objects: each member that the spec names into its field, all others into a map.
//!
//! `#[serde(flatten)]` does the same, but it first copies the whole object into a tree, which
//! doubles the decoding time, and it rejects duplicate members. Here the last duplicate wins, as in
//! most JSON parsers, so that the response to an accept is not lost.

use std::borrow::Cow;
use std::fmt;

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
    let value = members.next_value()?;
    rest.extend([(name.0.into_owned(), value)]);
    Ok(())
}

/// Implements `Deserialize` for a struct with a field for each known member and a map for the rest.
///
/// Each line gives the member's JSON name, the field and the reader from `lenient`, then `or` with
/// a default function, `required`, or nothing for `Default`. Not public API: only for generated
/// code.
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    ($name:ident {
        $($wire:literal => $field:ident: $reader:ident $($missing:ident $($value:path)?)?,)*
        _ => $extra:ident $(,)?
    }) => {
        impl<'de> $crate::codegen_support::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::codegen_support::serde::Deserializer<'de>,
            {
                struct Members;

                impl<'de> $crate::codegen_support::serde::de::Visitor<'de> for Members {
                    type Value = $name;

                    fn expecting(
                        &self,
                        f: &mut ::std::fmt::Formatter<'_>,
                    ) -> ::std::fmt::Result {
                        f.write_str(concat!("the object ", stringify!($name)))
                    }

                    fn visit_map<A>(
                        self,
                        mut members: A,
                    ) -> ::std::result::Result<$name, A::Error>
                    where
                        A: $crate::codegen_support::serde::de::MapAccess<'de>,
                    {
                        $(let mut $field = ::std::option::Option::None;)*
                        let mut rest = ::std::default::Default::default();
                        while let ::std::option::Option::Some(name) =
                            members.next_key::<$crate::codegen_support::Name<'de>>()?
                        {
                            match name.as_str() {
                                $($wire => {
                                    let seed = $crate::lenient::$reader::default();
                                    let value = members.next_value_seed(seed)?;
                                    $field = ::std::option::Option::Some(value);
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

                deserializer.deserialize_map(Members)
            }
        }
    };
    (@value $field:ident, $wire:literal) => {
        $field.unwrap_or_default()
    };
    (@value $field:ident, $wire:literal, or $value:path) => {
        $field.unwrap_or_else($value)
    };
    (@value $field:ident, $wire:literal, required) => {
        $field.ok_or_else(|| {
            <A::Error as $crate::codegen_support::serde::de::Error>::missing_field($wire)
        })?
    };
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    #[derive(Debug, PartialEq)]
    struct Item {
        id: String,
        r#type: Option<String>,
        numbers: Vec<i64>,
        extra: Map<String, Value>,
    }

    crate::__object! {
        Item {
            "id" => id: RequiredString required,
            "type" => r#type: OptionalString,
            "numbers" => numbers: List or one_number,
            _ => extra,
        }
    }

    fn one_number() -> Vec<i64> {
        vec![1]
    }

    fn read(json: &str) -> Result<Item, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn known_members_fill_their_fields_and_the_rest_is_kept() {
        let item = read(r#"{"a":{"b":[1]},"id":7,"type":"t","numbers":[2,null,3],"c":null}"#);
        let mut extra = Map::new();
        extra.insert("a".to_owned(), json!({"b": [1]}));
        extra.insert("c".to_owned(), Value::Null);
        let whole = Item {
            id: "7".to_owned(),
            r#type: Some("t".to_owned()),
            numbers: vec![2, 3],
            extra,
        };
        assert_eq!(item.unwrap(), whole);
    }

    #[test]
    fn a_missing_member_becomes_its_default_or_an_error_that_names_it() {
        let item = read(r#"{"id":"x"}"#).unwrap();
        assert_eq!((item.r#type, item.numbers), (None, vec![1]));
        let error = read("{}").unwrap_err();
        assert!(error.starts_with("missing field `id`"), "{error}");
        let error = read("[]").unwrap_err();
        assert!(error.contains("expected the object Item"), "{error}");
    }

    #[test]
    fn the_last_of_duplicate_members_wins() {
        let item = read(r#"{"id":"1","a":1,"id":"2","a":2,"type":"x","type":null}"#).unwrap();
        assert_eq!((&*item.id, &item.extra["a"]), ("2", &json!(2)));
        assert_eq!(item.r#type, None);
    }

    #[test]
    fn escapes_in_a_name_are_decoded() {
        let item = read(r#"{"\u0069d":"1","\u0061":1}"#).unwrap();
        assert_eq!((&*item.id, &item.extra["a"]), ("1", &json!(1)));
        // Deserializers that cannot lend the text work too.
        let value = serde_json::from_value::<Item>(json!({"id": "1", "a": 1})).unwrap();
        assert_eq!(value, item);
        let streamed: Item = serde_json::from_reader(&br#"{"id":"1","a":1}"#[..]).unwrap();
        assert_eq!(streamed, item);
    }
}
