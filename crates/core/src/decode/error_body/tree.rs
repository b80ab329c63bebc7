//! The values of an error body, whether it is JSON or XML.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// How deep values are kept. Deeper ones are skipped without recursion.
const DEPTH: u8 = 12;
/// How many members of an object and items of a list are kept.
pub(super) const WIDTH: usize = 256;

/// A value, without what says nothing: `null`, booleans and blank strings.
#[derive(Debug)]
pub(crate) enum Node {
    Text(String),
    /// A number as its text: `900103.0` becomes `900103`.
    Number(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    Nothing,
}

impl Node {
    /// Reads the first JSON value of a text; `None` if it does not start with a whole one.
    pub(crate) fn from_json(text: &str) -> Option<Self> {
        let mut json = serde_json::Deserializer::from_str(text);
        Reader { depth: DEPTH }.deserialize(&mut json).ok()
    }

    /// Reads a JSON object or list that a text consists of, or a string that may contain one.
    pub(super) fn from_embedded_json(text: &str) -> Option<Self> {
        let text = text.trim();
        let wrapped = [('{', '}'), ('[', ']'), ('"', '"')]
            .iter()
            .any(|(start, end)| text.starts_with(*start) && text.ends_with(*end));
        wrapped.then(|| Self::from_json(text)).flatten()
    }

    /// The values of the members with this name, the last first: of duplicates, the last one counts
    /// in most JSON parsers. `name` is normalized.
    pub(crate) fn members(&self, name: &str) -> impl Iterator<Item = &Node> {
        let members = match self {
            Self::Object(members) => &members[..],
            _ => &[],
        };
        let named = members.iter().rev();
        named
            .filter(move |(other, _)| normalized_letters(other).eq(name.chars()))
            .map(|(_, value)| value)
    }

    /// The text of a member. `name` is normalized.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.members(name).find_map(|value| match value {
            Self::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Whether there is nothing in it: `{}`, `[]` or `null`.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Nothing => true,
            Self::Text(_) | Self::Number(_) => false,
        }
    }

    /// The value itself, or the one that was serialized into a string.
    pub(crate) fn unwrapped(self) -> Self {
        match &self {
            Self::Text(text) => match Self::from_embedded_json(text) {
                Some(Self::Text(text)) => Self::from_embedded_json(&text).unwrap_or(self),
                Some(inner) => inner,
                None => self,
            },
            _ => self,
        }
    }

    /// A string or a number as text.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }
}

/// A name as it is compared: `error_description`, `Error-Description` and `errorDescription` are
/// the same.
pub(super) fn normalized(name: &str) -> String {
    normalized_letters(name).collect()
}

/// The letters of a name as it is compared, without a copy of the name.
fn normalized_letters(name: &str) -> impl Iterator<Item = char> {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase)
}

/// Reads a value up to a depth.
struct Reader {
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        if self.depth == 0 {
            deserializer.deserialize_ignored_any(IgnoredAny)?;
            return Ok(Node::Nothing);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(if text.trim().is_empty() {
            Node::Nothing
        } else {
            Node::Text(text.to_owned())
        })
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        let depth = self.depth - 1;
        while list.len() < WIDTH {
            match items.next_element_seed(Reader { depth })? {
                Some(item) => list.push(item),
                None => return Ok(Node::List(list)),
            }
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        let depth = self.depth - 1;
        while let Some(name) = members.next_key::<String>()? {
            if object.len() < WIDTH {
                object.push((name, members.next_value_seed(Reader { depth })?));
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Node::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::{DEPTH, Node, WIDTH};

    fn count(json: &str, what: &str) -> usize {
        let node = Node::from_json(json).expect(json);
        format!("{node:?}").matches(what).count()
    }

    #[test]
    fn the_first_items_and_members_are_kept() {
        for count_sent in [WIDTH - 1, WIDTH, WIDTH + 1, WIDTH + 9] {
            let kept = count_sent.min(WIDTH);
            let list = format!("[{}]", vec!["1"; count_sent].join(","));
            assert_eq!(count(&list, "Number"), kept);
            let object = format!("{{{}}}", vec![r#""a":1"#; count_sent].join(","));
            assert_eq!(count(&object, "Number"), kept);
            // What is not kept is skipped.
            assert_eq!(count(&format!("[{list},2]"), "\"2\""), 1);
            assert_eq!(count(&format!("[{object},2]"), "\"2\""), 1);
        }
    }

    #[test]
    fn deep_lists_and_objects_are_kept_in_part() {
        let depth = usize::from(DEPTH);
        let list = format!("{}1{}", "[".repeat(depth + 9), "]".repeat(depth + 9));
        assert_eq!(count(&list, "List"), depth);
        assert_eq!(count(&list, "Nothing"), 1);
        let object = format!("{}1{}", r#"{"a":"#.repeat(depth + 9), "}".repeat(depth + 9));
        assert_eq!(count(&object, "Object"), depth);
        assert_eq!(count(&object, "Nothing"), 1);
    }

    #[test]
    fn json_within_text_is_unwrapped_twice_at_most() {
        let text = |text: &str| serde_json::to_string(text).unwrap();
        let whole = r#"{"code":"A"}"#;
        for (sent, code) in [
            (whole.to_owned(), Some("A")),
            (text(whole), Some("A")),
            (text(&text(whole)), Some("A")),
            (text(&text(&text(whole))), None),
            (text(&text("plain")), None),
        ] {
            let node = Node::from_json(&sent).unwrap().unwrapped();
            assert_eq!(node.text("code"), code, "{sent}");
        }
        // Text that contains no value stays as it was sent.
        let node = Node::from_json(&text(&text("plain"))).unwrap().unwrapped();
        assert_eq!(node.scalar(), Some("\"plain\""));
    }
}
