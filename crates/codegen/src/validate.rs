//! What the document must keep beyond the structure of OpenAPI: references that lead somewhere,
//! operations that agree on what every call carries, examples that are true.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::json_schema;
use crate::load::Document;
use crate::node::Node;
use crate::problem::{Problem, Problems};
use crate::source::Source;
use crate::walk::{self, Kind, METHODS, Position};
use crate::{clash, limits};

pub(crate) use crate::walk::escape;

/// Header parameters that every operation takes.
pub(crate) const SHARED_PARAMETERS: [&str; 3] = ["MS-RequestId", "MS-CorrelationId", "X-Locale"];

/// Statuses that the service documents for every resource.
const SHARED_ERRORS: [&str; 15] = [
    "400", "401", "403", "404", "405", "406", "408", "409", "412", "429", "500", "501", "502",
    "503", "504",
];

/// Headers that every answer carries.
const SHARED_RESPONSE_HEADERS: [&str; 2] = ["MS-RequestId", "MS-CorrelationId"];

/// An operation of the document, where it stands.
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    /// The path item that it stands in.
    item: &'a Value,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

impl<'a> Operation<'a> {
    /// The HTTP method, in lower case.
    pub(crate) fn method(&self) -> &str {
        self.pointer.rsplit('/').next().unwrap_or_default()
    }

    /// Its parameters and those of its path, as they stand there, with their pointers. One of its
    /// own takes the place of the path's with the same name.
    pub(crate) fn parameters(&self, root: &'a Value) -> Vec<(String, &'a Value)> {
        let own = listed(self.value, &self.pointer);
        let key = |parameter: &Value| {
            let parameter = resolve(root, parameter);
            (parameter["in"].clone(), parameter["name"].clone())
        };
        let overridden: Vec<_> = own.iter().map(|(_, parameter)| key(parameter)).collect();
        let shared = listed(self.item, &format!("/paths/{}", escape(self.path)));
        shared
            .into_iter()
            .filter(|(_, parameter)| !overridden.contains(&key(parameter)))
            .chain(own)
            .collect()
    }
}

fn listed<'a>(holder: &'a Value, at: &str) -> Vec<(String, &'a Value)> {
    let parameters = holder.get("parameters").and_then(Value::as_array);
    let parameters = parameters.into_iter().flatten().enumerate();
    parameters
        .map(|(index, parameter)| (format!("{at}/parameters/{index}"), parameter))
        .collect()
}

/// Checks all of it.
pub(crate) fn validate(document: &Document, source: &Source) -> Result<(), Problems> {
    // What follows reads through references.
    references(document)?;
    let mut problems = Vec::new();
    let positions = walk::positions(&document.value);
    let operations = operations(&document.value);
    check_operation_ids(document, &operations, &mut problems);
    for operation in &operations {
        check_parameters(document, operation, &mut problems);
        check_responses(document, operation, &mut problems);
    }
    clash::check(document, &operations, &mut problems);
    limits::check(document, &operations, &mut problems);
    check_examples(document, source, &positions, &mut problems);
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

pub(crate) fn operations(root: &Value) -> Vec<Operation<'_>> {
    let paths = root.get("paths").and_then(Value::as_object);
    let mut found = Vec::new();
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(value) = item.get(method) {
                found.push(Operation {
                    path,
                    item,
                    pointer: format!("/paths/{}/{method}", escape(path)),
                    value,
                });
            }
        }
    }
    found
}

/// Checks that each reference leads somewhere.
pub(crate) fn references(document: &Document) -> Result<(), Problems> {
    let mut problems = Vec::new();
    for Position { pointer, .. } in walk::positions(&document.value) {
        let value = document.value.pointer(&pointer);
        if let Some(Value::String(target)) = value.and_then(|value| value.get("$ref")) {
            check_reference(document, target, &pointer, &mut problems);
        }
    }
    Problems::check(problems)
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
    let declared: Vec<&Value> = operation
        .parameters(root)
        .into_iter()
        .map(|(_, parameter)| resolve(root, parameter))
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
fn check_examples(
    document: &Document,
    source: &Source,
    positions: &[Position],
    problems: &mut Vec<Problem>,
) {
    let mut used = BTreeSet::new();
    for Position { kind, pointer } in positions {
        let Some(value) = document.value.pointer(pointer) else {
            continue;
        };
        match kind {
            Kind::MediaType => check_content(document, source, value, pointer, &mut used, problems),
            Kind::Schema => check_example(document, value, value, pointer, problems),
            Kind::Parameter | Kind::Header => {
                if let Some(schema) = value.get("schema") {
                    check_example(document, schema, value, pointer, problems);
                }
            }
            _ => {}
        }
    }
    for file in source.examples.keys() {
        if !used.contains(file) {
            let message =
                "no `externalValue` of the spec names this file; refer to it or delete it";
            problems.push(Problem::new(&format!("spec/{file}"), None, message));
        }
    }
}

/// The `example` of a holder.
fn check_example(
    document: &Document,
    schema: &Value,
    holder: &Value,
    at: &str,
    problems: &mut Vec<Problem>,
) {
    if let Some(example) = holder.get("example") {
        let at = format!("{at}/example");
        let problem = |pointer: &str, message| document.problem(&format!("{at}{pointer}"), message);
        check_value(document, schema, example, problem, problems);
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
    check_example(document, schema, content, at, problems);
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
