//! A YAML or JSON file as a tree that knows where each of its values stands, so that whatever is
//! found wrong later can be shown in the file that the maintainer edits.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_saphyr::{Location, Spanned, UserMessageFormatter};

use crate::problem::{Place, Problem};

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    place: Place,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// A value without parts.
    Leaf(Value),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Debug)]
struct Entry {
    key: String,
    place: Place,
    value: Node,
}

impl Node {
    /// Parses a file. JSON is read by the same parser: it is YAML too.
    ///
    /// A key that stands twice is an error, and only `true` and `false` are truth values.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Problem> {
        let options = serde_saphyr::options! {
            strict_booleans: true,
        };
        serde_saphyr::from_str_with_options::<Spanned<Kind>>(text, options)
            .map(Self::from)
            .map_err(|error| {
                let place = error.location().as_ref().map(place);
                Problem::new(file, place, message(error.without_snippet()))
            })
    }

    /// The value without its places.
    pub(crate) fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Leaf(value) => value.clone(),
            Kind::List(items) => items.iter().map(Self::to_value).collect(),
            Kind::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_value()))
                .collect(),
        }
    }

    /// Where the value at a JSON pointer stands: the place of its key, if it has one. Where the
    /// pointer leads further than the file, the last place that is there.
    pub(crate) fn place_of(&self, pointer: &str) -> Place {
        let mut node = self;
        let mut place = self.place;
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            match &node.kind {
                Kind::Map(entries) => {
                    let Some(entry) = entries.iter().find(|entry| entry.key == step) else {
                        break;
                    };
                    place = entry.place;
                    node = &entry.value;
                }
                Kind::List(items) => {
                    let Some(item) = step.parse().ok().and_then(|at: usize| items.get(at)) else {
                        break;
                    };
                    place = item.place;
                    node = item;
                }
                Kind::Leaf(_) => break,
            }
        }
        place
    }
}

/// The parser's message without the place, which stands before it already, and in the words that
/// are for people who write YAML, not for programmers who call the parser.
fn message(error: &serde_saphyr::Error) -> String {
    let text = error.render_with_formatter(&UserMessageFormatter);
    let first = text.lines().next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let first = match first.split_once(": ") {
        Some((position, rest)) if position.starts_with("line ") => rest,
        _ => first,
    };
    let first = first.split(" at line ").next().unwrap_or(first);
    match first.strip_prefix("duplicate mapping key: ") {
        Some(rest) => {
            let key = rest.strip_suffix(" not allowed here").unwrap_or(rest);
            format!("duplicate key: `{key}` stands twice in this mapping")
        }
        None => first.to_owned(),
    }
}

fn place(location: &Location) -> Place {
    Place {
        line: location.line(),
        column: location.column(),
    }
}

impl From<Spanned<Kind>> for Node {
    fn from(spanned: Spanned<Kind>) -> Self {
        Self {
            place: place(&spanned.defined),
            kind: spanned.value,
        }
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindVisitor)
    }
}

struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Leaf(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Leaf(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        Kind::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
        Ok(Kind::Leaf(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
        Ok(Kind::Leaf(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(Kind::Leaf(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Kind, E> {
        Ok(Kind::Leaf(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        Ok(Kind::Leaf(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Kind, E> {
        Ok(Kind::Leaf(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Kind, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element::<Spanned<Kind>>()? {
            items.push(item.into());
        }
        Ok(Kind::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Kind, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            entries.push(Entry {
                place: place(&key.defined),
                key: key.value,
                value: access.next_value::<Spanned<Kind>>()?.into(),
            });
        }
        Ok(Kind::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Node;

    #[test]
    fn values_and_places_are_those_of_the_file() {
        let node =
            Node::parse("f", "a: no\n'200':\n  - x: 1.5\n    y/z: null\n  - '012'\n").unwrap();
        assert_eq!(
            node.to_value(),
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
            let place = node.place_of(pointer);
            assert_eq!((place.line, place.column), (line, column), "{pointer}");
        }
    }

    #[test]
    fn json_is_read_too() {
        let node = Node::parse("f", "{\"a\": [true, \"\\u00e9\"],\n \"b\": {}}").unwrap();
        assert_eq!(node.to_value(), json!({"a": [true, "é"], "b": {}}));
        assert_eq!(node.place_of("/b").line, 2);
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_where_it_stands() {
        let problem = Node::parse("f.yaml", "a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!(problem.place.unwrap().line, 3);
        assert!(problem.message.contains("duplicate"), "{problem}");
    }
}
