//! A YAML or JSON file as a tree of values with their locations, so that a later error can point
//! at the line in the source.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_saphyr::{Spanned, UserMessageFormatter};

use crate::diagnostic::{Diagnostic, Location};

/// How many keys, values, and starts and ends of lists and mappings all aliases together may repeat.
const MAX_ALIASED_EVENTS: usize = 50_000;

/// A value and its location.
#[derive(Debug)]
pub(crate) struct Tree {
    location: Location,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Scalar(Value),
    List(Vec<Tree>),
    /// Keys with their locations.
    Map(Vec<(String, Location, Tree)>),
}

impl Tree {
    /// Parses a file. JSON is a subset of YAML.
    ///
    /// A duplicate key is an error, and only `true` and `false` are booleans.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Diagnostic> {
        let options = serde_saphyr::options! {
            strict_booleans: true,
            // Aliases of aliases would make a small file a huge document.
            alias_limits: serde_saphyr::alias_limits! {
                max_total_replayed_events: MAX_ALIASED_EVENTS,
            },
        };
        serde_saphyr::from_str_with_options::<Spanned<Content>>(text, options)
            .map(Self::from)
            .map_err(|error| {
                let location = error.location().as_ref().map(location);
                Diagnostic::new(file, location, message(error.without_snippet()))
            })
    }

    /// The value without its locations.
    pub(crate) fn to_value(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => items.iter().map(Self::to_value).collect(),
            Content::Map(entries) => entries
                .iter()
                .map(|(key, _, value)| (key.clone(), value.to_value()))
                .collect(),
        }
    }

    /// The location of the value at a JSON pointer: that of its key, if it has one. If the pointer
    /// leads further than the file, the last location on its way.
    pub(crate) fn location_of(&self, pointer: &str) -> Location {
        let mut tree = self;
        let mut location = self.location;
        for segment in pointer.split('/').skip(1) {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            let next = match &tree.content {
                Content::Map(entries) => entries
                    .iter()
                    .find(|(key, ..)| *key == segment)
                    .map(|(_, location, value)| (*location, value)),
                Content::List(items) => segment
                    .parse()
                    .ok()
                    .and_then(|index: usize| items.get(index))
                    .map(|item| (item.location, item)),
                Content::Scalar(_) => None,
            };
            let Some(next) = next else {
                break;
            };
            (location, tree) = next;
        }
        location
    }
}

/// The parser's message without the location, which the diagnostic has already.
fn message(error: &serde_saphyr::Error) -> String {
    let text = error.render_with_formatter(&UserMessageFormatter);
    let first = text.lines().next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let first = match first.split_once(": ") {
        Some((position, rest)) if position.starts_with("line ") => rest,
        _ => first,
    };
    let first = first.split(" at line ").next().unwrap_or(first);
    if first.contains("total_replayed_events") {
        return format!(
            "the aliases up to here repeat more than {MAX_ALIASED_EVENTS} keys and values: use fewer \
             aliases of aliases"
        );
    }
    match first.strip_prefix("duplicate mapping key: ") {
        Some(rest) => {
            let key = rest.strip_suffix(" not allowed here").unwrap_or(rest);
            format!("duplicate key `{key}` in this mapping")
        }
        None => first.to_owned(),
    }
}

fn location(location: &serde_saphyr::Location) -> Location {
    Location {
        line: location.line(),
        column: location.column(),
    }
}

impl From<Spanned<Content>> for Tree {
    fn from(spanned: Spanned<Content>) -> Self {
        Self {
            location: location(&spanned.defined),
            content: spanned.value,
        }
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

/// Visitor methods for scalars.
macro_rules! scalars {
    ($($method:ident: $type:ty),*) => {
        $(fn $method<E>(self, value: $type) -> Result<Content, E> {
            Ok(Content::Scalar(value.into()))
        })*
    };
}

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    scalars! {
        visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Content, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content, D::Error> {
        Content::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Content, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element::<Spanned<Content>>()? {
            items.push(item.into());
        }
        Ok(Content::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Content, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            let value = access.next_value::<Spanned<Content>>()?.into();
            entries.push((key.value, location(&key.defined), value));
        }
        Ok(Content::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Tree;

    #[test]
    fn values_and_locations_match_the_file() {
        let tree =
            Tree::parse("f", "a: no\n'200':\n  - x: 1.5\n    y/z: null\n  - '012'\n").unwrap();
        assert_eq!(
            tree.to_value(),
            json!({"a": "no", "200": [{"x": 1.5, "y/z": null}, "012"]})
        );
        for (pointer, line, column) in [
            ("", 1, 1),
            ("/a", 1, 1),
            ("/200", 2, 1),
            ("/200/0/y~1z", 4, 5),
            ("/200/1", 5, 5),
            ("/200/9/nowhere", 2, 1),
        ] {
            let location = tree.location_of(pointer);
            assert_eq!(
                (location.line, location.column),
                (line, column),
                "{pointer}"
            );
        }
    }

    #[test]
    fn json_is_parsed() {
        let tree = Tree::parse("f", "{\"a\": [true, \"\\u00e9\"],\n \"b\": {}}").unwrap();
        assert_eq!(tree.to_value(), json!({"a": [true, "é"], "b": {}}));
        assert_eq!(tree.location_of("/b").line, 2);
    }
}
