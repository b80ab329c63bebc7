//! Decodes a list: a bare array, as the transfers operations document it, or an array in the
//! envelope that most lists of this API have:
//! `{"totalCount": 1, "items": [...], "links": {...}, "attributes": {"objectType": "Collection"}}`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;

/// Reads a list of either form, without its `null` items.
pub(crate) struct Collection<T>(PhantomData<fn() -> T>);

impl<T> Default for Collection<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Collection<T> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        let items = Items::deserialize(deserializer)?.0.unwrap_or_default();
        #[expect(
            clippy::filter_map_identity,
            reason = "unlike `flatten`, it collects into the memory of the list"
        )]
        let items = items.into_iter().filter_map(|item| item).collect();
        Ok(items)
    }
}

/// The items of a list with those that are null; `None` if the list is null.
pub(crate) struct Items<T>(pub(crate) Option<Vec<Option<T>>>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = deserializer.deserialize_any(ItemsVisitor(PhantomData))?;
        Ok(Self(items))
    }
}

struct ItemsVisitor<T>(PhantomData<fn() -> T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsVisitor<T> {
    type Value = Option<Vec<Option<T>>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Some(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut items: Option<Vec<Option<T>>> = None;
        let mut total = None;
        let mut has_items = false;
        let mut is_envelope = false;
        let mut has_more = false;
        while let Some(name) = members.next_key::<String>()? {
            match name.to_ascii_lowercase().as_str() {
                "items" => {
                    items = members.next_value()?;
                    has_items = true;
                }
                "totalcount" => total = count(&members.next_value()?),
                "attributes" => is_envelope |= is_collection(&members.next_value()?),
                "links" => has_more |= has_next(&members.next_value()?),
                "continuationtoken" | "nextlink" | "@odata.nextlink" => {
                    has_more |= is_given(&members.next_value()?);
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        // Any other object is not a list: an empty one would hide what it contains.
        if !has_items && !is_envelope && total != Some(0) {
            return Err(A::Error::custom(
                "expected a list, or an object with `items`",
            ));
        }
        let length = items.as_ref().map_or(0, Vec::len);
        // A list that looks complete and is not would hide transfers.
        if has_more || total.is_some_and(|total| total > length as u64) {
            return Err(A::Error::custom(format!(
                "the list is incomplete: the service returned {length} items and has more, which \
                 this version cannot request"
            )));
        }
        Ok(items.or_else(|| (total == Some(0)).then(Vec::new)))
    }
}

/// A number of items, as a number or as text.
fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn is_collection(attributes: &Value) -> bool {
    member(attributes, "objectType").is_some_and(|kind| {
        kind.as_str()
            .is_some_and(|kind| kind.to_ascii_lowercase().ends_with("collection"))
    })
}

/// Whether the links lead to another page.
fn has_next(links: &Value) -> bool {
    member(links, "next").is_some_and(is_given)
}

fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    let mut members = object.as_object()?.iter();
    members
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// Whether a value says anything: not null, not an empty text, not an empty object.
fn is_given(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeSeed as _;

    use super::Collection;

    fn read(json: &str) -> Result<Vec<i64>, String> {
        let mut json = serde_json::Deserializer::from_str(json);
        Collection::default()
            .deserialize(&mut json)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_bare_list_and_an_envelope_are_read_alike() {
        for json in [
            "[1, 2, null]",
            r#"{"totalCount": 2, "items": [1, 2], "links": {}, "attributes": {"objectType": "Collection"}}"#,
            r#"{"items": [1, null, 2]}"#,
            r#"{"unknown": {"items": [9]}, "Items": [1, 2], "TotalCount": "2", "links": null}"#,
            r#"{"items": [1, 2], "links": {"self": {"uri": "/a"}, "next": null}, "continuationToken": ""}"#,
            r#"{"items": [1, 2], "totalCount": 1}"#,
        ] {
            assert_eq!(read(json), Ok(vec![1, 2]), "{json}");
        }
        for json in [
            "[]",
            "null",
            r#"{"totalCount": 0}"#,
            r#"{"totalCount": 0, "items": null}"#,
            r#"{"items": []}"#,
            r#"{"attributes": {"objectType": "Collection"}}"#,
        ] {
            assert_eq!(read(json), Ok(vec![]), "{json}");
        }
    }

    #[test]
    fn an_incomplete_list_is_an_error() {
        for json in [
            r#"{"items": [1], "links": {"next": {"uri": "/v1/next", "method": "GET"}}}"#,
            r#"{"links": {"Next": {"uri": "/v1/next"}}, "items": [1]}"#,
            r#"{"items": [1], "continuationToken": "abc"}"#,
            r#"{"items": [1], "@odata.nextLink": "https://host/next"}"#,
            r#"{"items": [], "totalCount": 3}"#,
            r#"{"items": [1], "totalCount": "2"}"#,
            r#"{"totalCount": 3, "attributes": {"objectType": "Collection"}}"#,
            r#"{"items": null, "totalCount": 3}"#,
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains("incomplete"), "{json}: {error}");
            assert!(!error.contains("host") && !error.contains("abc"), "{error}");
        }
    }

    #[test]
    fn another_object_is_not_an_empty_list() {
        for json in [
            "{}",
            r#"{"id": 1}"#,
            r#"{"totalCount": 3}"#,
            "\"text\"",
            "5",
            r#"{"items": 5}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
