//! One style for each kind of name. Names of the wire are the service's, and a property that is
//! spelled in another way there is named in `AS_ON_THE_WIRE`.

use serde_json::Value;

use super::Lint;
use crate::validate::operations;
use crate::walk::{Kind, escape};

/// Properties that the service spells in no style.
const AS_ON_THE_WIRE: [&str; 1] = ["partnertenantid"];

/// Words that look like one style and are no name in it.
#[derive(Clone, Copy)]
enum Style {
    Camel,
    Pascal,
    Kebab,
    Train,
}

impl Style {
    fn fits(self, name: &str) -> bool {
        let first = name.chars().next();
        let lower = first.is_some_and(|first| first.is_ascii_lowercase());
        let upper = first.is_some_and(|first| first.is_ascii_uppercase());
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric());
        let words = |fits: fn(&str) -> bool| name.split('-').all(fits);
        match self {
            Self::Camel => lower && plain,
            Self::Pascal => upper && plain,
            Self::Kebab => words(|word| {
                !word.is_empty()
                    && word
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            }),
            // MS-RequestId, X-Locale, WWW-Authenticate.
            Self::Train => words(|word| {
                word.starts_with(|c: char| c.is_ascii_uppercase())
                    && word.chars().all(|c| c.is_ascii_alphanumeric())
            }),
        }
    }

    fn like(self) -> &'static str {
        match self {
            Self::Camel => "camelCase, such as billingCycle",
            Self::Pascal => "PascalCase, such as TransferLineItem",
            Self::Kebab => "kebab-case, such as transfer-id",
            Self::Train => "Train-Case, such as MS-RequestId",
        }
    }
}

pub(super) fn check(lint: &mut Lint<'_>) {
    for (at, name, _) in lint.properties() {
        if !AS_ON_THE_WIRE.contains(&name) {
            name_fits(lint, &at, "property", name, Style::Camel);
        }
    }
    for (part, what, style) in [
        ("schemas", "schema", Style::Pascal),
        ("responses", "answer", Style::Pascal),
        ("requestBodies", "request body", Style::Pascal),
        ("examples", "example", Style::Camel),
        ("headers", "header", Style::Train),
    ] {
        for (at, name, _) in lint.components(part) {
            name_fits(lint, &at, what, name, style);
        }
    }
    for (at, parameter) in lint.each(Kind::Parameter) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let style = match parameter["in"].as_str() {
            Some("path") => Style::Kebab,
            Some("header") => Style::Train,
            _ => Style::Camel,
        };
        name_fits(lint, &format!("{at}/name"), "parameter", name, style);
    }
    for (at, response) in lint.each(Kind::Response) {
        for name in response["headers"]
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
        {
            name_fits(
                lint,
                &format!("{at}/headers/{name}"),
                "header",
                name,
                Style::Train,
            );
        }
    }
    for (at, content) in lint.each(Kind::MediaType) {
        for name in content["examples"]
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
        {
            let at = format!("{at}/examples/{}", escape(name));
            name_fits(lint, &at, "example", name, Style::Camel);
        }
    }
    for operation in operations(lint.root()) {
        let tags = operation.value["tags"].as_array().into_iter().flatten();
        for (index, tag) in tags.filter_map(Value::as_str).enumerate() {
            let at = format!("{}/tags/{index}", operation.pointer);
            name_fits(lint, &at, "tag", tag, Style::Kebab);
        }
    }
}

fn name_fits(lint: &mut Lint<'_>, at: &str, what: &str, name: &str, style: Style) {
    if !style.fits(name) {
        lint.refuse(at, format!("{what} {name:?} is no {}", style.like()));
    }
}
