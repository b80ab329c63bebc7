//! Reading values that drift: a `null` where the documentation promises a list, an id that is a
//! number one day and text the next.
//!
//! An accept that succeeded has moved subscriptions, so its answer must not fail to decode over
//! a detail. Generated types name these functions in `#[serde(deserialize_with = "...")]`, or
//! their types in `__object!`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// A type for each function, where serde wants one.
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
            type Value = $type;

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<$type, D::Error> {
                $read(deserializer)
            }
        }
    )*};
}

readers! {
    /// As the type itself has it.
    Plain<T> = T::deserialize => T;
    /// [`optional_object`]
    OptionalObject<T> = optional_object => Option<T>;
    /// [`list`]
    List<T> = list => Vec<T>;
    /// [`string_list`]
    StringList = string_list => Vec<String>;
    /// [`optional_string`]
    OptionalString = optional_string => Option<String>;
    /// [`required_string`]
    RequiredString = required_string => String;
    /// [`optional_integer`]
    OptionalInteger = optional_integer => Option<i64>;
    /// [`required_integer`]
    RequiredInteger = required_integer => i64;
    /// [`optional_number`]
    OptionalNumber = optional_number => Option<f64>;
    /// [`required_number`]
    RequiredNumber = required_number => f64;
    /// [`optional_bool`]
    OptionalBool = optional_bool => Option<bool>;
}

/// An object, or nothing for `null` and for what is no object.
pub fn optional_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(ObjectVisitor(PhantomData))
}

/// A list without the `null`s in it, or an empty one for `null`.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_option(ListVisitor(PhantomData))
}

/// A list of texts, each as [`optional_string`] reads it, or an empty one for `null`.
pub fn string_list<'de, D>(deserializer: D) -> Result<Vec<String>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(list::<D, AsText>(deserializer)?
        .into_iter()
        .map(|AsText(text)| text)
        .collect())
}

/// Text, or a number or truth value as the text that stands for it.
pub fn optional_string<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(Option::<AsText>::deserialize(deserializer)?.map(|AsText(text)| text))
}

/// Text as [`optional_string`] reads it, but not `null`.
pub fn required_string<'de, D>(deserializer: D) -> Result<String, D::Error>
where
    D: Deserializer<'de>,
{
    AsText::deserialize(deserializer).map(|AsText(text)| text)
}

/// A whole number, or text that holds one; an empty text is none.
pub fn optional_integer<'de, D>(deserializer: D) -> Result<Option<i64>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(Option::<AsInteger>::deserialize(deserializer)?.and_then(|AsInteger(number)| number))
}

/// A whole number as [`optional_integer`] reads it, but not `null`.
pub fn required_integer<'de, D>(deserializer: D) -> Result<i64, D::Error>
where
    D: Deserializer<'de>,
{
    let AsInteger(number) = AsInteger::deserialize(deserializer)?;
    number.ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(""), &"a whole number"))
}

/// A number as [`optional_number`] reads it, but not `null`.
pub fn required_number<'de, D>(deserializer: D) -> Result<f64, D::Error>
where
    D: Deserializer<'de>,
{
    let AsNumber(number) = AsNumber::deserialize(deserializer)?;
    number.ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(""), &"a number"))
}

/// A number, or text that holds one; an empty text is none.
pub fn optional_number<'de, D>(deserializer: D) -> Result<Option<f64>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(Option::<AsNumber>::deserialize(deserializer)?.and_then(|AsNumber(number)| number))
}

/// A truth value, or the text `true` or `false` in any letter case; any other text is none.
pub fn optional_bool<'de, D>(deserializer: D) -> Result<Option<bool>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = optional_string(deserializer)?;
    Ok([true, false].into_iter().find(|truth| {
        text.as_deref()
            .is_some_and(|text| text.eq_ignore_ascii_case(&truth.to_string()))
    }))
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

    fn visit_bool<E>(self, _: bool) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Option<T>, E> {
        Ok(None)
    }
}

struct AsText(String);

impl<'de> Deserialize<'de> for AsText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl Visitor<'_> for TextVisitor {
            type Value = AsText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_str<E>(self, value: &str) -> Result<AsText, E> {
                Ok(AsText(value.to_owned()))
            }

            fn visit_string<E>(self, value: String) -> Result<AsText, E> {
                Ok(AsText(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<AsText, E> {
                Ok(AsText(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<AsText, E> {
                Ok(AsText(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<AsText, E> {
                Ok(AsText(value.to_string()))
            }

            fn visit_bool<E>(self, value: bool) -> Result<AsText, E> {
                Ok(AsText(value.to_string()))
            }
        }

        deserializer.deserialize_any(TextVisitor)
    }
}

struct AsInteger(Option<i64>);

impl<'de> Deserialize<'de> for AsInteger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IntegerVisitor;

        impl Visitor<'_> for IntegerVisitor {
            type Value = AsInteger;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_i64<E>(self, value: i64) -> Result<AsInteger, E> {
                Ok(AsInteger(Some(value)))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<AsInteger, E> {
                i64::try_from(value)
                    .map(|number| AsInteger(Some(number)))
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<AsInteger, E> {
                // `1.0` is a whole number that another serializer wrote; up to 2^53 it is exact.
                const EXACT: f64 = 9_007_199_254_740_992.0;
                if value.fract() == 0.0 && value.abs() <= EXACT {
                    #[expect(clippy::cast_possible_truncation, reason = "checked just above")]
                    let whole = value as i64;
                    Ok(AsInteger(Some(whole)))
                } else {
                    Err(E::invalid_value(de::Unexpected::Float(value), &self))
                }
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<AsInteger, E> {
                if value.is_empty() {
                    return Ok(AsInteger(None));
                }
                value
                    .parse()
                    .map(|number| AsInteger(Some(number)))
                    .map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
            }
        }

        deserializer.deserialize_any(IntegerVisitor)
    }
}

struct AsNumber(Option<f64>);

impl<'de> Deserialize<'de> for AsNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;

        #[expect(
            clippy::cast_precision_loss,
            reason = "the field is a floating-point number in the service's contract"
        )]
        impl Visitor<'_> for NumberVisitor {
            type Value = AsNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E>(self, value: f64) -> Result<AsNumber, E> {
                Ok(AsNumber(Some(value)))
            }

            fn visit_i64<E>(self, value: i64) -> Result<AsNumber, E> {
                Ok(AsNumber(Some(value as f64)))
            }

            fn visit_u64<E>(self, value: u64) -> Result<AsNumber, E> {
                Ok(AsNumber(Some(value as f64)))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<AsNumber, E> {
                if value.is_empty() {
                    return Ok(AsNumber(None));
                }
                value
                    .parse()
                    .map(|number| AsNumber(Some(number)))
                    .map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
            }
        }

        deserializer.deserialize_any(NumberVisitor)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Item {
        #[serde(default, deserialize_with = "super::list")]
        list: Vec<i64>,
        #[serde(default, deserialize_with = "super::string_list")]
        texts: Vec<String>,
        #[serde(default, deserialize_with = "super::optional_string")]
        text: Option<String>,
        #[serde(default, deserialize_with = "super::optional_integer")]
        integer: Option<i64>,
        #[serde(default, deserialize_with = "super::optional_number")]
        number: Option<f64>,
        #[serde(default, deserialize_with = "super::optional_bool")]
        truth: Option<bool>,
        #[serde(default, deserialize_with = "super::optional_object")]
        object: Option<std::collections::BTreeMap<String, i64>>,
    }

    fn read(json: &str) -> Result<Item, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn absent_and_null_read_alike() {
        let absent = read("{}").unwrap();
        let null =
            read(r#"{"list":null,"texts":null,"text":null,"integer":null,"number":null}"#).unwrap();
        assert_eq!(absent, null);
        assert_eq!(absent.list, Vec::<i64>::new());
    }

    #[test]
    fn a_number_reads_as_text_and_text_as_a_number() {
        let drifted = read(
            r#"{"texts":[1,"a",true],"text":5139005,"integer":"-3","number":"1.5","list":[1]}"#,
        )
        .unwrap();
        assert_eq!(drifted.texts, ["1", "a", "true"]);
        assert_eq!(drifted.text.as_deref(), Some("5139005"));
        assert_eq!(drifted.integer, Some(-3));
        assert_eq!(drifted.number, Some(1.5));
        assert_eq!(read(r#"{"integer":2.0}"#).unwrap().integer, Some(2));
    }

    #[test]
    fn what_is_no_object_and_what_is_empty_counts_as_absent() {
        for json in ["[]", "[{}]", "\"x\"", "1", "-1", "1.5", "true", "null"] {
            assert_eq!(
                read(&format!("{{\"object\":{json}}}")).unwrap().object,
                None,
                "{json}"
            );
        }
        let object = read(r#"{"object":{"a":1}}"#).unwrap().object.unwrap();
        assert_eq!(object["a"], 1);
        for (json, truth) in [
            ("true", Some(true)),
            ("\"False\"", Some(false)),
            ("\"yes\"", None),
        ] {
            assert_eq!(
                read(&format!("{{\"truth\":{json}}}")).unwrap().truth,
                truth,
                "{json}"
            );
        }
        let empty = read(r#"{"integer":"","number":"","list":[null,1],"texts":[null]}"#).unwrap();
        assert_eq!((empty.integer, empty.number), (None, None));
        assert_eq!(empty.list, [1]);
        assert_eq!(empty.texts, Vec::<String>::new());
    }

    #[test]
    fn what_is_no_number_is_refused_by_name() {
        for (json, said) in [
            (r#"{"integer":"few"}"#, "expected a whole number"),
            (r#"{"integer":1.5}"#, "expected a whole number"),
            (
                r#"{"integer":18446744073709551615}"#,
                "expected a whole number",
            ),
            (r#"{"number":"much"}"#, "expected a number"),
            (r#"{"text":{}}"#, "expected text"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(said), "{json}: {error}");
        }
    }
}
