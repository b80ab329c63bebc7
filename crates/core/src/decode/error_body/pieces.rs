//! Splits XML and HTML into tags and text, as far as an error body needs it. Whatever is malformed is
//! text.

use std::borrow::Cow;

use super::tree::{Node, WIDTH};

/// How many pieces are read. Pages of gateways have some hundred.
const PIECES: usize = 20_000;
/// How far the `;` of an entity is looked for.
const ENTITY: usize = 32;

/// A part of a document.
pub(super) enum Piece<'a> {
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

/// The parts of a document in their order.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let pieces = Pieces {
        rest: text,
        quotes_end: true,
    };
    pieces.take(PIECES)
}

struct Pieces<'a> {
    rest: &'a str,
    /// Whether quotes in tags count. Once a tag has no end because of its quotes, they no longer
    /// do: else each further tag would be looked through up to the end of the text.
    quotes_end: bool,
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
        if !self.quotes_end {
            return self.until(">");
        }
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
            self.quotes_end = false;
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

/// The attributes of a tag that have a value, without namespaces.
fn attributes(mut tag: &str) -> Vec<(String, Node)> {
    let mut attributes = Vec::new();
    while let Some((name, rest)) = tag.split_once('=') {
        if attributes.len() >= WIDTH {
            break;
        }
        let rest = rest.trim_start();
        let value = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => rest[1..].split_once(quote),
            _ => Some(rest.split_once(char::is_whitespace).unwrap_or((rest, ""))),
        };
        let Some((value, rest)) = value else {
            break;
        };
        // Before the name may be attributes without a value.
        let name = name.split_whitespace().next_back().unwrap_or_default();
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
        let end = after.bytes().take(ENTITY).position(|byte| byte == b';');
        let entity = end.and_then(|end| Some((entity(&after[..end])?, &after[end + 1..])));
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
