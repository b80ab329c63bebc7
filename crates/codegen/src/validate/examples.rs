//! Every example matches its schema, whether inline or in a file of its own.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::checker::Checker;
use crate::diagnostic::{Diagnostic, Location};
use crate::document::{Kind, Tree, entries, escape, resolve};
use crate::json_schema::{self, Components};
use crate::source::{Source, is_json};

pub(super) fn check(checker: &mut Checker<'_>, source: &Source) {
    let components = &Components::of_3_0(checker.root());
    for (at, schema) in checker.each(Kind::Schema) {
        check_example(checker, components, schema, schema, &at);
    }
    for kind in [Kind::Parameter, Kind::Header, Kind::MediaType] {
        for (at, value) in checker.each(kind) {
            if let Some(schema) = value.get("schema") {
                check_example(checker, components, schema, value, &at);
            }
        }
    }
    let mut used = BTreeSet::new();
    for (at, content) in checker.each(Kind::MediaType) {
        check_content(checker, components, source, content, &at, &mut used);
    }
    for file in source
        .examples
        .keys()
        .filter(|file| !used.contains(file.as_str()))
    {
        let message = "unused: no `externalValue` in the spec names this file";
        let diagnostic = Diagnostic::new(&format!("spec/{file}"), None, message);
        checker.found.push(diagnostic);
    }
}

/// Checks the `example` of a schema, parameter, header or media type.
fn check_example(
    checker: &mut Checker<'_>,
    components: &Components,
    schema: &Value,
    holder: &Value,
    at: &str,
) {
    if let Some(example) = holder.get("example") {
        check_inline(
            checker,
            components,
            schema,
            example,
            &format!("{at}/example"),
        );
    }
}

/// Checks the `examples` of a request or response body.
fn check_content<'a>(
    checker: &mut Checker<'a>,
    components: &Components,
    source: &Source,
    content: &'a Value,
    at: &str,
    used: &mut BTreeSet<&'a str>,
) {
    let examples = || entries(content.get("examples"));
    if examples().next().is_none() && content.get("example").is_none() {
        checker.error(at, "this body has no example");
    }
    let Some(schema) = content.get("schema") else {
        checker.error(at, "this body has no schema");
        return;
    };
    for (name, example) in examples() {
        let at = format!("{at}/examples/{}", escape(name));
        let example = resolve(checker.root(), example);
        if let Some(file) = example.get("externalValue").and_then(Value::as_str) {
            if let Some(text) = source.examples.get(file) {
                check_file(checker, components, schema, file, text);
            } else {
                let message = format!("example file {file:?} does not exist");
                checker.error(&format!("{at}/externalValue"), message);
            }
            used.insert(file);
        } else if let Some(value) = example.get("value") {
            check_inline(checker, components, schema, value, &format!("{at}/value"));
        } else {
            checker.error(&at, "this example has no value");
        }
    }
}

fn check_inline(
    checker: &mut Checker<'_>,
    components: &Components,
    schema: &Value,
    value: &Value,
    at: &str,
) {
    for (pointer, message) in violations(components, schema, value) {
        checker.error(&format!("{at}{pointer}"), message);
    }
}

fn check_file(
    checker: &mut Checker<'_>,
    components: &Components,
    schema: &Value,
    file: &str,
    text: &str,
) {
    let name = format!("spec/{file}");
    if !is_json(file) {
        for (_, message) in violations(components, schema, &Value::from(text)) {
            checker.found.push(Diagnostic::new(&name, None, message));
        }
        return;
    }
    // The YAML parser accepts more than JSON.
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let location = Location {
            line: error.line() as u64,
            column: error.column() as u64,
        };
        let message = format!("not valid JSON: {error}");
        checker
            .found
            .push(Diagnostic::new(&name, Some(location), message));
        return;
    }
    match Tree::parse(&name, text) {
        Err(error) => checker.found.push(error),
        Ok(tree) => {
            for (pointer, message) in violations(components, schema, &tree.to_value()) {
                let location = Some(tree.location_of(&pointer));
                checker
                    .found
                    .push(Diagnostic::new(&name, location, message));
            }
        }
    }
}

/// The violations of a schema by an example, as pointers and messages.
fn violations(components: &Components, schema: &Value, value: &Value) -> Vec<(String, String)> {
    let schema = components.complete(schema);
    match json_schema::violations(&schema, value) {
        Err(reason) => vec![(String::new(), format!("invalid schema: {reason}"))],
        Ok(violations) => violations
            .into_iter()
            .map(|(pointer, message)| {
                let at = if pointer.is_empty() { "" } else { " at " };
                let message = format!("example{at}{pointer}: {message}");
                (pointer, message)
            })
            .collect(),
    }
}
