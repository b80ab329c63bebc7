//! Finds code, message and details of an error by what its members are called.
//!
//! Names are compared without letter case, `_` and `-`. Covered are the service's own envelopes,
//! problem details (RFC 9457), `OData` and Azure Resource Manager (`error`, `details`, `innererror`),
//! OAuth (`error_description`), ASP.NET (`Message`, `ExceptionMessage`, `ModelState`), JSON:API and
//! other lists of errors, SOAP faults, and each of them as JSON inside a string.

use std::cell::Cell;

use super::tree::{Node, normalized};

/// Members that hold the code.
const CODES: &[&str] = &["code", "errorcode", "faultcode", "errcode"];

/// Members that hold the message, the best first.
const MESSAGES: &[&str] = &[
    "description",
    "message",
    "errordescription",
    "errormessage",
    "title",
    "detail",
    "faultstring",
    "reason",
    "exceptionmessage",
    "msg",
    "errormsg",
    "summary",
    "text",
    "value",
    "error",
    "fault",
];

/// Members that add to the message.
const ADDITIONS: &[&str] = &["detail", "messagedetail", "exceptionmessage"];

/// Members with details of an error: by field, as a list, or nested.
const DETAILS: &[&str] = &[
    "detail",
    "details",
    "fielderrors",
    "innererror",
    "innererrors",
    "innerexception",
    "invalidparams",
    "modelstate",
    "validationerrors",
    "violations",
];

/// Members that name what an error is about.
const TARGETS: &[&str] = &[
    "target",
    "field",
    "propertyname",
    "property",
    "pointer",
    "source",
    "loc",
    "parameter",
    "name",
    "path",
];

/// How many values are looked at, and how often JSON inside a string is read. No real body comes
/// near it.
const VISITS: u32 = 4_096;
const EMBEDDED: u8 = 3;
/// How many details are kept.
const MOST_DETAILS: usize = 20;

/// What was found in an error body.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) details: Vec<String>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.code.is_none() && self.message.is_none() && self.details.is_empty()
    }

    fn add_detail(&mut self, detail: String) {
        let known = self.message.as_ref() == Some(&detail) || self.details.contains(&detail);
        if !known && self.details.len() < MOST_DETAILS {
            self.details.push(detail);
        }
    }

    /// Adds an error that says more about this one.
    fn add(&mut self, inner: Self) {
        if self.code.is_none() {
            self.code = inner.code;
        }
        match inner.message {
            Some(message) if self.message.is_none() => self.message = Some(message),
            Some(message) => self.add_detail(message),
            None => {}
        }
        for detail in inner.details {
            self.add_detail(detail);
        }
    }
}

/// Finds what a refusal says.
pub(super) fn find(node: &Node) -> Found {
    Finder::default().error(node, EMBEDDED)
}

/// Finds what the body of a success says if it is an error's. Its other members are data, and so
/// are the errors within it, such as those of single subscriptions.
pub(super) fn find_in_success(node: &Node) -> Found {
    let finder = Finder::default();
    let mut found = finder.own_members(node, 0);
    for error in node.members("error") {
        if let Node::Object(_) = error {
            found.add(finder.own_members(error, 0));
        }
    }
    found.details.clear();
    found
}

#[derive(Default)]
struct Finder {
    visits: Cell<u32>,
}

impl Finder {
    /// Counts a visit; `false` if there were too many.
    fn visit(&self) -> bool {
        self.visits.set(self.visits.get() + 1);
        self.visits.get() <= VISITS
    }

    /// The error that a value is. `embedded` limits the levels of JSON inside strings.
    fn error(&self, node: &Node, embedded: u8) -> Found {
        if !self.visit() {
            return Found::default();
        }
        match node {
            Node::Text(text) => match self.embedded(text, embedded) {
                Some(found) => found,
                None => Found {
                    message: Some(text.clone()),
                    ..Found::default()
                },
            },
            Node::List(items) => {
                let mut found = Found::default();
                self.add_list(&mut found, items, embedded);
                found
            }
            Node::Object(members) => self.object(node, members, embedded),
            Node::Number(_) | Node::Nothing => Found::default(),
        }
    }

    /// What JSON inside a string says, if it says anything.
    fn embedded(&self, text: &str, embedded: u8) -> Option<Found> {
        let inner = embedded.checked_sub(1)?;
        let found = self.error(&Node::from_embedded_json(text)?, inner);
        Some(found).filter(|found| !found.is_empty())
    }

    fn object(&self, node: &Node, members: &[(String, Node)], embedded: u8) -> Found {
        let mut found = self.own_members(node, embedded);
        for (name, value) in members {
            let name = normalized(name);
            if DETAILS.contains(&name.as_str()) {
                self.add_details(&mut found, "", value, embedded);
            } else if ["error", "fault", "exception"]
                .iter()
                .any(|kind| name.contains(kind))
            {
                self.add_error(&mut found, &name, value, embedded);
            }
        }
        if found.is_empty() {
            self.add_wrapped(&mut found, node, members, embedded);
        }
        found
    }

    /// Adds the value of a member that is named after errors.
    fn add_error(&self, found: &mut Found, name: &str, value: &Node, embedded: u8) {
        match value {
            Node::List(items) => self.add_list(found, items, embedded),
            Node::Object(_) => {
                let own = self.own_members(value, embedded);
                if name.ends_with('s') && own.code.is_none() && own.message.is_none() {
                    self.add_details(found, "", value, embedded);
                } else {
                    found.add(self.error(value, embedded));
                }
            }
            Node::Text(text) => match self.embedded(text, embedded) {
                Some(error) => found.add(error),
                None if name == "errors" => found.add(self.error(value, 0)),
                None => {}
            },
            Node::Number(_) | Node::Nothing => {}
        }
    }

    /// Adds what is in an object without code and message of its own: the root of an XML document,
    /// an envelope around the error, or texts by field.
    fn add_wrapped(
        &self,
        found: &mut Found,
        node: &Node,
        members: &[(String, Node)],
        embedded: u8,
    ) {
        let is_text_list = |value: &Node| {
            matches!(value, Node::List(items)
                if items.iter().all(|item| matches!(item, Node::Text(_))))
        };
        if members.iter().all(|(_, value)| is_text_list(value)) {
            self.add_details(found, "", node, embedded);
            return;
        }
        for (_, value) in members {
            match value {
                Node::Object(_) => found.add(self.error(value, embedded)),
                Node::Text(text) if members.len() == 1 => {
                    found.add(self.embedded(text, embedded).unwrap_or_default());
                }
                Node::List(_) if members.len() == 1 => found.add(self.error(value, embedded)),
                _ => {}
            }
            if !found.is_empty() {
                return;
            }
        }
    }

    /// Code and message among an object's own members.
    fn own_members(&self, node: &Node, embedded: u8) -> Found {
        if !self.visit() {
            return Found::default();
        }
        let mut found = Found {
            code: CODES
                .iter()
                .find_map(|name| node.members(name).find_map(code)),
            ..Found::default()
        };
        let values = MESSAGES
            .iter()
            .flat_map(|name| node.members(name).map(move |value| (*name, value)));
        let mut source = "";
        for (name, value) in values {
            match value {
                Node::Text(text) => match self.embedded(text, embedded) {
                    Some(inner) => found.add(inner),
                    None => found.message = Some(text.clone()),
                },
                // OData: `{"lang", "value"}`; SOAP: `Reason` with a `Text`.
                Node::Object(_) if matches!(name, "message" | "reason" | "description") => {
                    found.message = self.error(value, embedded).message;
                }
                _ => {}
            }
            if found.message.is_some() {
                source = name;
                break;
            }
        }
        for name in ADDITIONS {
            if let Some(text) = node.text(name)
                && *name != source
                && found.message.is_some()
            {
                found.add_detail(text.to_owned());
            }
        }
        // OAuth's `error` is a word: less than the message, but it says the kind.
        let word = node
            .text("error")
            .filter(|word| !word.contains(char::is_whitespace));
        if let Some(word) = word
            && found.code.is_none()
            && !matches!(source, "" | "error")
            && self.embedded(word, embedded).is_none()
        {
            found.add_detail(word.to_owned());
        }
        found
    }

    /// Adds a list of errors. If no error was found before, the first one with a message is the
    /// error itself. All others are details.
    fn add_list(&self, found: &mut Found, items: &[Node], embedded: u8) {
        for item in items {
            let error = self.error(item, embedded);
            if found.message.is_none() && error.message.is_some() {
                if let Some(target) = target(item) {
                    found.add(Found {
                        message: error.message.map(|message| format!("{target}: {message}")),
                        ..error
                    });
                } else {
                    found.add(error);
                }
            } else if error.message.is_some() {
                self.add_details(found, "", item, embedded);
            }
        }
    }

    /// Adds details: a text, a list, an object with texts by field, or an error.
    fn add_details(&self, found: &mut Found, field: &str, node: &Node, embedded: u8) {
        if !self.visit() {
            return;
        }
        match node {
            Node::Text(_) => {
                let error = self.error(node, embedded);
                if let Some(message) = error.message {
                    found.add_detail(labelled(field, &message));
                }
            }
            Node::List(items) => {
                for item in items {
                    self.add_details(found, field, item, embedded);
                }
            }
            Node::Object(members) => {
                let error = self.own_members(node, embedded);
                if let Some(message) = error.message.or_else(|| error.code.clone()) {
                    let field =
                        target(node).map_or(field.to_owned(), |target| join(field, &target));
                    let code = error.code.filter(|code| *code != message);
                    let code = code.map_or(String::new(), |code| format!(" ({code})"));
                    let message = match &code[..] {
                        "" => &message,
                        _ => message.trim_end_matches('.'),
                    };
                    found.add_detail(labelled(&field, message) + &code);
                    for (name, value) in members {
                        if DETAILS.contains(&normalized(name).as_str()) {
                            self.add_details(found, "", value, embedded);
                        }
                    }
                    return;
                }
                for (name, value) in members {
                    let name = match normalized(name).as_str() {
                        "errors" | "error" | "messages" => "",
                        _ => name,
                    };
                    self.add_details(found, &join(field, name), value, embedded);
                }
            }
            Node::Number(_) | Node::Nothing => {}
        }
    }
}

/// A code, in SOAP an object with a `Value`.
fn code(node: &Node) -> Option<String> {
    match node {
        Node::Object(_) => node.text("value").map(str::to_owned),
        _ => node.scalar().map(str::to_owned),
    }
}

/// What an error is about: a name, the parts of a path, or a JSON pointer.
fn target(error: &Node) -> Option<String> {
    TARGETS.iter().find_map(|name| {
        error.members(name).find_map(|value| match value {
            Node::Text(text) => Some(text.clone()),
            Node::List(parts) => {
                let parts: Vec<&str> = parts.iter().filter_map(Node::scalar).collect();
                Some(parts.join(".")).filter(|path| !path.is_empty())
            }
            Node::Object(_) => Some(value.text("pointer")?.to_owned()),
            Node::Number(_) | Node::Nothing => None,
        })
    })
}

fn join(path: &str, name: &str) -> String {
    match (path, name) {
        ("", name) => name.to_owned(),
        (path, "") => path.to_owned(),
        (path, name) => format!("{path}.{name}"),
    }
}

fn labelled(field: &str, message: &str) -> String {
    match field {
        "" => message.to_owned(),
        field => format!("{field}: {message}"),
    }
}
