//! Decodes error bodies of any format into one type.
//!
//! Documented is `{code, description, data, source}`, with the code as text; sent is a number. The
//! gateway answers 429 with `{statusCode, message}`, and another resource's page documents
//! `{code, message, errorName, ...}`. Gateways, proxies and the services behind them have formats
//! of their own: problem details, `{"error": {"code", "message"}}`, XML, HTML or plain text.
//! Nothing is required: what is missing stays unset, and the error keeps the raw body.
//!
//! | module | content |
//! |---|---|
//! | `find` | finds code, message and details by the names of members |
//! | `excerpt` | the first lines of a body in which nothing was found |
//! | `markup`, `pieces` | reads XML and HTML |
//! | `tree` | the values of a body |

mod excerpt;
mod find;
mod markup;
mod pieces;
#[cfg(test)]
mod tests;
mod tree;

use crate::decode::json::json_text;

use excerpt::excerpt;
use find::{Found, find, find_in_success};
use markup::Markup;
pub(crate) use tree::Node;

/// The longest description that is kept, in characters; the documented maximum.
const DESCRIPTION_LIMIT: usize = 1_024;

/// What an error body says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) description: Option<String>,
    /// What else it says, such as which fields are invalid.
    pub(crate) details: Vec<String>,
    /// The first lines of the body, up to three, if it says none of that.
    pub(crate) excerpt: Vec<String>,
    /// Whether it is an HTML page.
    pub(crate) is_page: bool,
}

impl ErrorBody {
    /// Decodes the body of a refusal as far as possible; never fails. `clean` removes secrets from
    /// each text before it is shortened, so that no part of a secret stays.
    pub(crate) fn read(body: &[u8], clean: impl Fn(&str) -> String) -> Self {
        let text = json_text(body);
        let markup = Markup::of(&text);
        let json = Node::from_json(&text);
        let found = match markup {
            Some(Markup::Page) => Found::default(),
            Some(Markup::Xml) => find(&markup::tree(&text)),
            None => json.as_ref().map_or_else(Found::default, find),
        };
        let mut read = Self {
            is_page: markup == Some(Markup::Page),
            ..Self::from_found(found, &clean)
        };
        if read.code.is_none() && read.description.is_none() && read.details.is_empty() {
            read.excerpt = match markup {
                Some(_) => excerpt(markup::lines(&text), clean),
                None if json.is_some_and(|node| node.is_empty()) => Vec::new(),
                None => excerpt(text.lines(), clean),
            };
        }
        read
    }

    /// Decodes the body of a success, which may be an error's.
    pub(crate) fn read_success(body: &[u8], clean: impl Fn(&str) -> String) -> Self {
        let text = json_text(body);
        let found =
            Node::from_json(&text).map_or_else(Found::default, |node| find_in_success(&node));
        Self {
            is_page: page(&text).is_some(),
            ..Self::from_found(found, &clean)
        }
    }

    fn from_found(found: Found, clean: &impl Fn(&str) -> String) -> Self {
        let shortened = |text: String| clean(&text).chars().take(DESCRIPTION_LIMIT).collect();
        Self {
            code: found.code.map(|code| clean(&code)),
            description: found.message.map(shortened),
            details: found.details.into_iter().map(shortened).collect(),
            ..Self::default()
        }
    }
}

/// An HTML page in place of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) title: Option<String>,
}

/// Recognizes a page, which a proxy or a sign-in service sends in place of an answer.
pub(crate) fn page(text: &str) -> Option<Page> {
    let is_page = Markup::of(text) == Some(Markup::Page);
    is_page.then(|| Page {
        title: markup::title(text),
    })
}
