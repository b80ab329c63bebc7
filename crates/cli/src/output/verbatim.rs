//! JSON of the service in the layout of the output.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

/// JSON of the service. Serializing keeps the order of members and the digits of numbers, and
/// changes only white space.
#[derive(Debug)]
pub(super) struct Verbatim<'a>(pub(super) Cow<'a, RawValue>);

impl Serialize for Verbatim<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.get();
        match text.as_bytes().first() {
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text).map_err(S::Error::custom)?;
                serializer.collect_map(members)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(S::Error::custom)?;
                let items = items.into_iter().map(|item| Verbatim(Cow::Borrowed(item)));
                serializer.collect_seq(items)
            }
            _ => self.0.serialize(serializer),
        }
    }
}

/// The members of a JSON object in their order.
struct Members<'a>(Vec<(String, Verbatim<'a>)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push((name, Verbatim(Cow::Borrowed(value))));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::Verbatim;

    #[test]
    fn only_white_space_changes() {
        let text = r#"{ "b": [ 1.50, 1e3, 123456789012345678901 ], "a": { }, "b": "\u00e9 \n" }"#;
        let json = Verbatim(Cow::Owned(serde_json::from_str(text).unwrap()));
        let compact = serde_json::to_string(&json).unwrap();
        assert_eq!(
            compact,
            r#"{"b":[1.50,1e3,123456789012345678901],"a":{},"b":"\u00e9 \n"}"#
        );
    }
}
