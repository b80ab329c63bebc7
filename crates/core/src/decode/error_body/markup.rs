//! Reads XML and HTML as far as an error body needs it. Whatever is malformed is read as text.

use std::borrow::Cow;

use super::tree::Node;

/// How deep elements are kept.
const DEPTH: usize = 32;
/// How many pieces are read. Pages of gateways have some hundred.
const PIECES: usize = 20_000;

/// What a document in markup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// An HTML page, or a part of one.
    Page,
    Xml,
}

impl Markup {
    /// Recognizes markup by its document type or its first element.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim_start();
        if !text.starts_with('<') {
            return None;
        }
        pieces(text).find_map(|piece| match piece {
            Piece::Doctype(name) if name.eq_ignore_ascii_case("html") => Some(Self::Page),
            Piece::Open { name, .. } if is_html(name) => Some(Self::Page),
            Piece::Open { .. } => Some(Self::Xml),
            _ => None,
        })
    }
}

/// Elements that HTML pages, also those without a head, start with.
fn is_html(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "a", "b", "big", "body", "br", "center", "div", "font", "form", "h1", "h2", "h3", "h4",
        "h5", "h6", "head", "hr", "html", "iframe", "img", "link", "main", "meta", "p", "pre",
        "script", "section", "span", "strong", "style", "table", "title",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Elements whose text continues the line.
fn is_inline(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "a", "abbr", "b", "big", "code", "em", "font", "i", "small", "span", "strong", "tt", "u",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The title of a page, if it has one.
pub(super) fn title(text: &str) -> Option<String> {
    let mut pieces = pieces(text).skip_while(
        |piece| !matches!(piece, Piece::Open { name, .. } if name.eq_ignore_ascii_case("title")),
    );
    pieces.next()?;
    let title: String = pieces
        .map_while(|piece| match piece {
            Piece::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    Some(title).filter(|title| !title.trim().is_empty())
}

/// The text of a page or another document, one line for each paragraph, the title first.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => {
                if let Some(line) = lines.last_mut() {
                    line.push_str(&text);
                }
            }
            Piece::Open { name, .. } | Piece::Close(name) if !is_inline(name) => {
                lines.push(String::new());
            }
            _ => {}
        }
    }
    lines
}

/// The elements of an XML document as members: an element with attributes or elements is an
/// object, any other one is text.
pub(super) fn tree(text: &str) -> Node {
    struct Element<'a> {
        name: &'a str,
        members: Vec<(String, Node)>,
        text: String,
    }

    impl Element<'_> {
        fn into_node(mut self) -> Node {
            let text = self.text.trim();
            let text = match text {
                "" => Node::Nothing,
                text => Node::Text(text.to_owned()),
            };
            if self.members.is_empty() {
                return text;
            }
            if matches!(text, Node::Text(_)) {
                self.members.push(("text".to_owned(), text));
            }
            Node::Object(self.members)
        }
    }

    let mut open = vec![Element {
        name: "",
        members: Vec::new(),
        text: String::new(),
    }];
    let close = |open: &mut Vec<Element<'_>>| {
        if let Some(closed) = open.pop()
            && let Some(parent) = open.last_mut()
        {
            let name = closed.name.to_owned();
            parent.members.push((name, closed.into_node()));
        }
    };
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                }
            }
            Piece::Open {
                name,
                attributes,
                empty,
            } if open.len() < DEPTH => {
                open.push(Element {
                    name,
                    members: attributes,
                    text: String::new(),
                });
                if empty {
                    close(&mut open);
                }
            }
            Piece::Close(name) => {
                // An end tag without a start tag is ignored; elements without an end tag end here.
                if let Some(at) = open
                    .iter()
                    .skip(1)
                    .rposition(|element| element.name == name)
                {
                    while open.len() > at + 1 {
                        close(&mut open);
                    }
                }
            }
            _ => {}
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop().map_or(Node::Nothing, Element::into_node)
}

/// A part of a document.
enum Piece<'a> {
    Doctype(&'a str),
    /// A start tag. Names have no namespace prefix.
    Open {
        name: &'a str,
        attributes: Vec<(String, Node)>,
        empty: bool,
    },
    Close(&'a str),
    Text(Cow<'a, str>),
    /// A comment, an instruction, or what is within a script or a style.
    Skipped,
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    Pieces { rest: text }.take(PIECES)
}

struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    /// Takes the text up to a delimiter, or all of it, and skips the delimiter.
    fn until(&mut self, delimiter: &str) -> &'a str {
        let (part, rest) = self.rest.split_once(delimiter).unwrap_or((self.rest, ""));
        self.rest = rest;
        part
    }

    /// Takes a tag's content up to its `>`, which does not end it within quotes.
    fn tag(&mut self) -> &'a str {
        let mut quote = None;
        let end = self.rest.find(|letter| match quote {
            Some(open) => {
                if letter == open {
                    quote = None;
                }
                false
            }
            None if matches!(letter, '"' | '\'') => {
                quote = Some(letter);
                false
            }
            None => letter == '>',
        });
        let Some(end) = end else {
            return self.until(">");
        };
        let (tag, rest) = self.rest.split_at(end);
        self.rest = &rest[1..];
        tag
    }

    /// Skips the content of a script or a style, which is not text.
    fn skip_content(&mut self, name: &str) {
        let end = self.rest.match_indices("</").find(|(at, _)| {
            let after = &self.rest[at + 2..];
            after
                .get(..name.len())
                .is_some_and(|word| word.eq_ignore_ascii_case(name))
        });
        self.rest = end.map_or("", |(at, _)| &self.rest[at..]);
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(rest) = self.rest.strip_prefix("<!--") {
            self.rest = rest;
            self.until("-->");
            return Some(Piece::Skipped);
        }
        if let Some(rest) = self.rest.strip_prefix("<![CDATA[") {
            self.rest = rest;
            return Some(Piece::Text(Cow::Borrowed(self.until("]]>"))));
        }
        if let Some(rest) = self.rest.strip_prefix("<!") {
            self.rest = rest;
            let mut words = self.until(">").split_ascii_whitespace();
            let doctype = words
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case("doctype"));
            return Some(match words.next() {
                Some(name) if doctype => Piece::Doctype(name),
                _ => Piece::Skipped,
            });
        }
        if let Some(rest) = self.rest.strip_prefix("<?") {
            self.rest = rest;
            self.until(">");
            return Some(Piece::Skipped);
        }
        if let Some(rest) = self.rest.strip_prefix("</") {
            self.rest = rest;
            return Some(Piece::Close(local_name(self.until(">").trim())));
        }
        let tag = self.rest.strip_prefix('<');
        if let Some(rest) = tag.filter(|rest| rest.starts_with(|first: char| first.is_alphabetic()))
        {
            self.rest = rest;
            let tag = self.tag();
            let empty = tag.ends_with('/');
            let tag = tag.trim_end_matches('/');
            let end = tag.find(char::is_whitespace).unwrap_or(tag.len());
            let name = local_name(&tag[..end]);
            if !empty
                && ["script", "style"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(name))
            {
                self.skip_content(name);
            }
            let attributes = attributes(&tag[end..]);
            return Some(Piece::Open {
                name,
                attributes,
                empty,
            });
        }
        // A `<` that starts no tag is text.
        let start = self.rest.chars().next()?.len_utf8();
        let end = self.rest[start..]
            .find('<')
            .map_or(self.rest.len(), |at| start + at);
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(Piece::Text(without_entities(text)))
    }
}

fn local_name(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The quoted attributes of a tag, without namespaces.
fn attributes(mut tag: &str) -> Vec<(String, Node)> {
    let mut attributes = Vec::new();
    while let Some((name, rest)) = tag.split_once('=') {
        let rest = rest.trim_start();
        let Some(quote) = rest
            .chars()
            .next()
            .filter(|first| matches!(first, '"' | '\''))
        else {
            break;
        };
        let Some((value, rest)) = rest[1..].split_once(quote) else {
            break;
        };
        let name = name.trim();
        if !name.starts_with("xmlns") && !value.trim().is_empty() {
            let value = Node::Text(without_entities(value).into_owned());
            attributes.push((local_name(name).to_owned(), value));
        }
        tag = rest;
    }
    attributes
}

/// Replaces the entities of XML, no-break spaces and numbered characters.
fn without_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        clean.push_str(before);
        let entity = after
            .split_once(';')
            .and_then(|(name, after)| Some((entity(name)?, after)));
        if let Some((character, after)) = entity {
            clean.push(character);
            rest = after;
        } else {
            clean.push('&');
            rest = after;
        }
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Markup, lines, title, tree};

    #[test]
    fn a_page_is_told_from_xml_by_its_first_element() {
        for (text, expected) in [
            ("<!DOCTYPE html><x/>", Some(Markup::Page)),
            ("\n <!-- a --> <HTML lang='en'>", Some(Markup::Page)),
            (
                "<?xml version=\"1.0\"?>\n<!doctype HTML PUBLIC \"x\">",
                Some(Markup::Page),
            ),
            ("<h1>Bad Gateway</h1>", Some(Markup::Page)),
            ("<?xml version=\"1.0\"?><Error/>", Some(Markup::Xml)),
            ("<soap:Envelope>", Some(Markup::Xml)),
            ("{}", None),
            ("a <b>", None),
            ("< 5", None),
            ("", None),
        ] {
            assert_eq!(Markup::of(text), expected, "{text}");
        }
    }

    #[test]
    fn the_text_of_a_page_has_no_scripts_styles_and_tags() {
        let page = "<html><head><title>Sign&nbsp;in &amp; go</title><style>p > a {}</style>\
            <script>if (a < b) { x('</p>') }</script ></head><body onload=\"x > 1\"><h1>Sorry</h1>\
            <p>Use <b>M</b>FA &#x26; wait &#38; see &unknown; 1 < 2.<br/>Bye</body>";
        assert_eq!(title(page).as_deref(), Some("Sign in & go"));
        let lines: Vec<String> = lines(page)
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect();
        assert_eq!(
            lines,
            [
                "Sign in & go",
                "Sorry",
                "Use MFA & wait & see &unknown; 1 < 2.",
                "Bye"
            ]
        );
        assert_eq!(title("<title></title>"), None);
        assert_eq!(title("<p>x"), None);
    }

    #[test]
    fn elements_and_attributes_become_members() {
        for (xml, expected) in [
            (
                "<?xml version='1.0'?><m:Error xmlns:m='x' n=\"1\"><m:Code>A</m:Code><Message \
                 lang='en'><![CDATA[a <b>]]></Message></m:Error>",
                r#"Object([("Error", Object([("n", Text("1")), ("Code", Text("A")), ("Message", Object([("lang", Text("en")), ("text", Text("a <b>"))]))]))])"#,
            ),
            (
                "<a><b>1<c>2</a></d>",
                r#"Object([("a", Object([("b", Object([("c", Text("2")), ("text", Text("1"))]))]))])"#,
            ),
            ("<a/>", r#"Object([("a", Nothing)])"#),
        ] {
            assert_eq!(format!("{:?}", tree(xml)), expected, "{xml}");
        }
        tree(&"<a>".repeat(100_000));
        tree(&"<".repeat(100_000));
    }
}
