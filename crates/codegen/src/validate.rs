//! What the document must keep beyond the structure of OpenAPI: references that lead somewhere,
//! operations that agree on what every call carries, examples that are true.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::json_schema;
use crate::load::Document;
use crate::node::Node;
use crate::problem::{Problem, Problems};
use crate::source::Source;

/// Header parameters that every operation takes.
const SHARED_PARAMETERS: [&str; 3] = ["MS-RequestId", "MS-CorrelationId", "X-Locale"];

/// Statuses that the service documents for every resource.
const SHARED_ERRORS: [&str; 15] = [
    "400", "401", "403", "404", "405", "406", "408", "409", "412", "429", "500", "501", "502",
    "503", "504",
];

/// Headers that every answer carries.
const SHARED_RESPONSE_HEADERS: [&str; 2] = ["MS-RequestId", "MS-CorrelationId"];

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation of the document, where it stands.
struct Operation<'a> {
    path: &'a str,
    pointer: String,
    value: &'a Value,
}

/// Checks all of it.
pub(crate) fn validate(document: &Document, source: &Source) -> Result<(), Problems> {
    let mut problems = Vec::new();
    check_references(document, &document.value, "", &mut problems);
    // What follows reads through references.
    Problems::check(std::mem::take(&mut problems))?;

    let operations = operations(&document.value);
    check_operation_ids(document, &operations, &mut problems);
    for operation in &operations {
        check_parameters(document, operation, &mut problems);
        check_responses(document, operation, &mut problems);
    }
    check_examples(document, source, &mut problems);
    Problems::check(problems)
}

/// Follows references until something else stands there.
pub(crate) fn resolve<'a>(root: &'a Value, mut value: &'a Value) -> &'a Value {
    while let Some(target) = reference(value).and_then(|target| root.pointer(target)) {
        value = target;
    }
    value
}

/// The pointer that a local reference holds.
fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix('#')
}

fn operations(root: &Value) -> Vec<Operation<'_>> {
    let paths = root.get("paths").and_then(Value::as_object);
    let mut found = Vec::new();
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(value) = item.get(method) {
                found.push(Operation {
                    path,
                    pointer: format!("/paths/{}/{method}", escape(path)),
                    value,
                });
            }
        }
    }
    found
}

/// A key as one step of a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn check_references(document: &Document, value: &Value, at: &str, problems: &mut Vec<Problem>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get("$ref") {
                check_reference(document, target, at, problems);
            }
            for (key, part) in object {
                // A payload may hold a key of any name.
                if key != "example" && key != "value" {
                    check_references(document, part, &format!("{at}/{}", escape(key)), problems);
                }
            }
        }
        Value::Array(items) => {
            for (index, part) in items.iter().enumerate() {
                check_references(document, part, &format!("{at}/{index}"), problems);
            }
        }
        _ => {}
    }
}

fn check_reference(document: &Document, target: &str, at: &str, problems: &mut Vec<Problem>) {
    let message = match target.strip_prefix('#') {
        None => format!("reference {target:?} leaves the file; expected one that starts with #/"),
        Some(pointer) if document.value.pointer(pointer).is_none() => {
            format!("reference {target:?} leads nowhere")
        }
        Some(pointer) if leads_in_a_circle(&document.value, pointer) => {
            format!("reference {target:?} leads back to itself")
        }
        Some(_) => return,
    };
    problems.push(document.problem(&format!("{at}/$ref"), message));
}

/// Whether references lead from one to the next without end. A schema that holds itself as a
/// part is no such case.
fn leads_in_a_circle(root: &Value, pointer: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = Some(pointer);
    while let Some(pointer) = next {
        if !seen.insert(pointer) {
            return true;
        }
        next = root.pointer(pointer).and_then(reference);
    }
    false
}

fn check_operation_ids(
    document: &Document,
    operations: &[Operation<'_>],
    problems: &mut Vec<Problem>,
) {
    let mut first: BTreeMap<&str, &Operation<'_>> = BTreeMap::new();
    for operation in operations {
        let pointer = format!("{}/operationId", operation.pointer);
        let Some(id) = operation.value.get("operationId").and_then(Value::as_str) else {
            problems.push(document.problem(&operation.pointer, "operationId is missing"));
            continue;
        };
        let snake = id.starts_with(|first: char| first.is_ascii_lowercase())
            && id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !snake {
            let message = format!("operationId {id:?} is no snake_case; expected `verb_noun`");
            problems.push(document.problem(&pointer, message));
        }
        if let Some(other) = first.insert(id, operation) {
            let line = document
                .node
                .place_of(&format!("{}/operationId", other.pointer))
                .line;
            let message = format!("operationId {id:?} stands twice; first in line {line}");
            problems.push(document.problem(&pointer, message));
        }
    }
}

fn check_parameters(document: &Document, operation: &Operation<'_>, problems: &mut Vec<Problem>) {
    let root = &document.value;
    let path_item = root
        .get("paths")
        .and_then(|paths| paths.get(operation.path));
    let declared: Vec<&Value> = [path_item, Some(operation.value)]
        .into_iter()
        .flatten()
        .filter_map(|holder| holder.get("parameters")?.as_array())
        .flatten()
        .map(|parameter| resolve(root, parameter))
        .collect();
    let names = |place: &str| -> BTreeSet<&str> {
        declared
            .iter()
            .filter(|parameter| parameter["in"] == place)
            .filter_map(|parameter| parameter["name"].as_str())
            .collect()
    };

    let headers = names("header");
    for name in SHARED_PARAMETERS {
        if !headers.contains(name) {
            let message = format!("header parameter {name} is missing; every operation takes it");
            problems.push(document.problem(&operation.pointer, message));
        }
    }

    let in_path = names("path");
    let in_template: BTreeSet<&str> = operation
        .path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect();
    for name in in_template.symmetric_difference(&in_path) {
        let message = format!("path parameter {name:?} stands in the path or in `parameters` only");
        problems.push(document.problem(&operation.pointer, message));
    }
}

fn check_responses(document: &Document, operation: &Operation<'_>, problems: &mut Vec<Problem>) {
    let root = &document.value;
    let pointer = format!("{}/responses", operation.pointer);
    let Some(responses) = operation.value.get("responses").and_then(Value::as_object) else {
        return;
    };
    for status in SHARED_ERRORS {
        if !responses.contains_key(status) {
            let message = format!("answer {status} is missing; the service documents it for all");
            problems.push(document.problem(&pointer, message));
        }
    }
    if !responses.keys().any(|status| status.starts_with('2')) {
        problems.push(document.problem(&pointer, "no answer for success (2xx)"));
    }
    for (status, response) in responses {
        let response = resolve(root, response);
        for name in SHARED_RESPONSE_HEADERS {
            if response.pointer(&format!("/headers/{name}")).is_none() {
                let message = format!("header {name} of answer {status} is missing");
                problems.push(document.problem(&format!("{pointer}/{status}"), message));
            }
        }
    }
}

/// Every payload that the document shows, in `example`, `examples` or a file, keeps its schema.
fn check_examples(document: &Document, source: &Source, problems: &mut Vec<Problem>) {
    let mut used = BTreeSet::new();
    check_media_types(document, source, &document.value, "", &mut used, problems);
    check_schema_examples(document, &document.value, "", problems);
    for file in source.examples.keys() {
        if !used.contains(file) {
            let message =
                "no `externalValue` of the spec names this file; refer to it or delete it";
            problems.push(Problem::new(&format!("spec/{file}"), None, message));
        }
    }
}

fn check_media_types(
    document: &Document,
    source: &Source,
    value: &Value,
    at: &str,
    used: &mut BTreeSet<String>,
    problems: &mut Vec<Problem>,
) {
    match value {
        Value::Object(object) => {
            for (key, part) in object {
                let at = format!("{at}/{}", escape(key));
                if key == "content" {
                    for (media_type, content) in part.as_object().into_iter().flatten() {
                        let at = format!("{at}/{}", escape(media_type));
                        check_content(document, source, content, &at, used, problems);
                    }
                } else {
                    check_media_types(document, source, part, &at, used, problems);
                }
            }
        }
        Value::Array(items) => {
            for (index, part) in items.iter().enumerate() {
                let at = format!("{at}/{index}");
                check_media_types(document, source, part, &at, used, problems);
            }
        }
        _ => {}
    }
}

fn check_content(
    document: &Document,
    source: &Source,
    content: &Value,
    at: &str,
    used: &mut BTreeSet<String>,
    problems: &mut Vec<Problem>,
) {
    let examples = content.get("examples").and_then(Value::as_object);
    if examples.is_none_or(serde_json::Map::is_empty) && content.get("example").is_none() {
        problems.push(document.problem(at, "this answer has no example"));
    }
    let Some(schema) = content.get("schema") else {
        problems.push(document.problem(at, "this answer has no schema"));
        return;
    };
    for (name, example) in examples.into_iter().flatten() {
        let at = format!("{at}/examples/{}", escape(name));
        let example = resolve(&document.value, example);
        let Some(file) = example.get("externalValue").and_then(Value::as_str) else {
            match example.get("value") {
                Some(value) => {
                    let at = format!("{at}/value");
                    check_value(
                        document,
                        schema,
                        value,
                        |pointer, message| document.problem(&format!("{at}{pointer}"), message),
                        problems,
                    );
                }
                None => problems.push(document.problem(&at, "this example has no value")),
            }
            continue;
        };
        let Some(text) = source.examples.get(file) else {
            let message = format!("example file {file:?} is not there");
            problems.push(document.problem(&format!("{at}/externalValue"), message));
            continue;
        };
        used.insert(file.to_owned());
        check_file(document, schema, file, text, problems);
    }
}

fn check_file(
    document: &Document,
    schema: &Value,
    file: &str,
    text: &str,
    problems: &mut Vec<Problem>,
) {
    let name = format!("spec/{file}");
    if !is_json(file) {
        let value = Value::String(text.to_owned());
        let at = |_: &str, message: String| Problem::new(&name, None, message);
        check_value(document, schema, &value, at, problems);
        return;
    }
    // YAML takes more than JSON does, so the JSON parser has the first word.
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let place = crate::problem::Place {
            line: error.line() as u64,
            column: error.column() as u64,
        };
        problems.push(Problem::new(
            &name,
            Some(place),
            format!("no JSON: {error}"),
        ));
        return;
    }
    match Node::parse(&name, text) {
        Err(problem) => problems.push(problem),
        Ok(node) => check_value(
            document,
            schema,
            &node.to_value(),
            |pointer, message| Problem::new(&name, Some(node.place_of(pointer)), message),
            problems,
        ),
    }
}

/// Whether an example file holds JSON; else it is shown as text.
pub(crate) fn is_json(file: &str) -> bool {
    std::path::Path::new(file)
        .extension()
        .is_some_and(|extension| extension == "json")
}

/// The examples that stand beside the keywords of a schema.
fn check_schema_examples(
    document: &Document,
    value: &Value,
    at: &str,
    problems: &mut Vec<Problem>,
) {
    match value {
        Value::Object(object) => {
            let is_schema = ["type", "allOf", "oneOf", "anyOf", "$ref"]
                .iter()
                .any(|keyword| object.contains_key(*keyword));
            if let (true, Some(example)) = (is_schema, object.get("example")) {
                let at = format!("{at}/example");
                check_value(
                    document,
                    value,
                    example,
                    |pointer, message| document.problem(&format!("{at}{pointer}"), message),
                    problems,
                );
            }
            for (key, part) in object {
                if key != "example" && key != "examples" {
                    let at = format!("{at}/{}", escape(key));
                    check_schema_examples(document, part, &at, problems);
                }
            }
        }
        Value::Array(items) => {
            for (index, part) in items.iter().enumerate() {
                check_schema_examples(document, part, &format!("{at}/{index}"), problems);
            }
        }
        _ => {}
    }
}

fn check_value(
    document: &Document,
    schema: &Value,
    value: &Value,
    problem: impl Fn(&str, String) -> Problem,
    problems: &mut Vec<Problem>,
) {
    let components = document
        .value
        .pointer("/components/schemas")
        .unwrap_or(&Value::Null);
    let schema = json_schema::of_schema(schema, components);
    match json_schema::violations(&schema, value) {
        Ok(violations) => problems.extend(violations.into_iter().map(|violation| {
            let place = if violation.pointer.is_empty() {
                ""
            } else {
                " at "
            };
            let message = format!("example{place}{}: {}", violation.pointer, violation.message);
            problem(&violation.pointer, message)
        })),
        Err(reason) => problems.push(problem("", format!("its schema cannot be used: {reason}"))),
    }
}
