//! What XML documents and HTML pages say.

use super::pieces::{Piece, pieces};
use super::tree::{Node, WIDTH};

/// How deep elements are kept.
const DEPTH: usize = 32;

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
    let words: Vec<&str> = title.split_whitespace().collect();
    Some(words.join(" ")).filter(|title| !title.is_empty())
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
        if let (Some(closed), Some(parent)) = (open.pop(), open.last_mut()) {
            if parent.members.len() < WIDTH {
                let name = closed.name.to_owned();
                parent.members.push((name, closed.into_node()));
            }
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

#[cfg(test)]
mod tests {
    use super::{DEPTH, Markup, WIDTH, lines, title, tree};

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
            ("<!DOCTYPE fault SYSTEM 'x'><fault>", Some(Markup::Xml)),
            ("<!ENTITY html><fault>", Some(Markup::Xml)),
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
            (
                "<a b='&quot;&apos;'>&lt;&amp;&gt;</a>",
                r#"Object([("a", Object([("b", Text("\"'")), ("text", Text("<&>"))]))])"#,
            ),
            ("<a><b>1", r#"Object([("a", Object([("b", Text("1"))]))])"#),
        ] {
            assert_eq!(format!("{:?}", tree(xml)), expected, "{xml}");
        }
        let count = |xml: &str| format!("{:?}", tree(xml)).matches("(\"a\"").count();
        // The document itself is the outermost of them.
        assert_eq!(count(&"<a>".repeat(100_000)), DEPTH - 1);
        assert_eq!(count(&"<a/>".repeat(WIDTH + 9)), WIDTH);
        tree(&"<".repeat(100_000));
    }
}
