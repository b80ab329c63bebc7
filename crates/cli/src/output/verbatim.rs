//! JSON of the service in the layout of the output.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Deeper values are written on one line, since each level is parsed again.
const MAX_DEPTH: usize = 64;

/// JSON of the service. Serializing keeps the order of members and the digits of numbers, and
/// changes only white space.
#[derive(Debug)]
pub(super) struct Verbatim<'a> {
    json: Cow<'a, RawValue>,
    depth: usize,
}

impl<'a> Verbatim<'a> {
    pub(super) fn new(json: Cow<'a, RawValue>) -> Self {
        Self { json, depth: 0 }
    }

    fn inner<'b>(&self, json: &'b RawValue) -> Verbatim<'b> {
        Verbatim {
            json: Cow::Borrowed(json),
            depth: self.depth + 1,
        }
    }
}

impl Serialize for Verbatim<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.json.get();
        if self.depth < MAX_DEPTH {
            if text.starts_with('{')
                && let Ok(Members(members)) = serde_json::from_str(text)
            {
                let members = members.into_iter();
                return serializer.collect_map(members.map(|(name, it)| (name, self.inner(it))));
            }
            if text.starts_with('[')
                && let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text)
            {
                return serializer.collect_seq(items.into_iter().map(|item| self.inner(item)));
            }
        }
        // Too deep, or a name that is not text, such as half a surrogate pair.
        match RawValue::from_string(without_white_space(text)) {
            Ok(compact) => compact.serialize(serializer),
            Err(_) => self.json.serialize(serializer),
        }
    }
}

/// Removes the white space around values and names.
fn without_white_space(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    json.chars()
        .filter(|&char| {
            let keeps = in_string || !char.is_ascii_whitespace();
            in_string ^= char == '"' && !escaped;
            escaped = in_string && char == '\\' && !escaped;
            keeps
        })
        .collect()
}

/// The members of a JSON object in their order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

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
                while let Some(member) = map.next_entry()? {
                    members.push(member);
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

    fn compact(text: &str) -> String {
        let json = Verbatim::new(Cow::Owned(serde_json::from_str(text).unwrap()));
        serde_json::to_string(&json).unwrap()
    }

    #[test]
    fn only_white_space_changes() {
        let text = r#"{ "b": [ 1.50, 1e3, 123456789012345678901 ], "a": { }, "b": "\u00e9 \n" }"#;
        assert_eq!(
            compact(text),
            r#"{"b":[1.50,1e3,123456789012345678901],"a":{},"b":"\u00e9 \n"}"#
        );
    }

    #[test]
    fn a_name_that_is_not_text_is_written_as_it_came() {
        let text = "{\n \"x\": { \"\\ud800 \\\" \\\\\": [ 1 ] } }";
        assert_eq!(compact(text), "{\"x\":{\"\\ud800 \\\" \\\\\":[1]}}");
    }

    #[test]
    fn deep_nesting_is_written_without_recursion() {
        let text = format!("{}{}", "[ ".repeat(20_000), "]".repeat(20_000));
        assert_eq!(compact(&text), text.replace(' ', ""));
    }
}
