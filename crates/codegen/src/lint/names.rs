//! Each kind of name has one style. The names on the wire are the service's; those without a style
//! are listed in `EXCEPTIONS`.

use serde_json::Value;

use crate::checker::{Checker, named};
use crate::document::{Kind, operations};

/// Properties and headers that the service spells in no style.
const EXCEPTIONS: [&str; 2] = ["isMfaCompliant", "partnertenantid"];

#[derive(Clone, Copy)]
enum Style {
    Camel,
    Pascal,
    Kebab,
    Train,
}

impl Style {
    fn matches(self, name: &str) -> bool {
        let starts =
            |word: &str, is: fn(&char) -> bool| word.chars().next().is_some_and(|c| is(&c));
        let plain = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric());
        match self {
            Self::Camel => starts(name, char::is_ascii_lowercase) && plain(name),
            Self::Pascal => starts(name, char::is_ascii_uppercase) && plain(name),
            Self::Kebab => name.split('-').all(|word| {
                let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
                !word.is_empty() && word.chars().all(lower)
            }),
            Self::Train => name
                .split('-')
                .all(|word| starts(word, char::is_ascii_uppercase) && plain(word)),
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Camel => "camelCase, such as billingCycle",
            Self::Pascal => "PascalCase, such as TransferLineItem",
            Self::Kebab => "kebab-case, such as transfer-id",
            Self::Train => "Train-Case, such as MS-RequestId",
        }
    }
}

pub(super) fn check(checker: &mut Checker<'_>) {
    for (at, name, _) in checker.properties() {
        check_name(checker, &at, "property", name, Style::Camel);
    }
    for (section, what, style) in [
        ("schemas", "schema", Style::Pascal),
        ("responses", "response", Style::Pascal),
        ("requestBodies", "request body", Style::Pascal),
        ("examples", "example", Style::Camel),
        ("headers", "header", Style::Train),
    ] {
        for (at, name, _) in checker.components(section) {
            check_name(checker, &at, what, name, style);
        }
    }
    for (at, parameter) in checker.each(Kind::Parameter) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let style = match parameter["in"].as_str() {
            Some("path") => Style::Kebab,
            Some("header") => Style::Train,
            _ => Style::Camel,
        };
        check_name(checker, &format!("{at}/name"), "parameter", name, style);
    }
    for (kind, key, what, style) in [
        (Kind::Response, "headers", "header", Style::Train),
        (Kind::MediaType, "examples", "example", Style::Camel),
    ] {
        for (at, holder) in checker.each(kind) {
            for (at, name, _) in named(&format!("{at}/{key}"), holder.get(key)) {
                check_name(checker, &at, what, name, style);
            }
        }
    }
    for operation in operations(checker.root()) {
        let tags = operation.value["tags"].as_array().into_iter().flatten();
        for (index, tag) in tags.filter_map(Value::as_str).enumerate() {
            let at = format!("{}/tags/{index}", operation.pointer);
            check_name(checker, &at, "tag", tag, Style::Kebab);
        }
    }
}

fn check_name(checker: &mut Checker<'_>, at: &str, what: &str, name: &str, style: Style) {
    if !style.matches(name) && !EXCEPTIONS.contains(&name) {
        checker.error(at, format!("{what} {name:?} is not {}", style.example()));
    }
}
