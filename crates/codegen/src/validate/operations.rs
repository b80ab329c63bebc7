//! Every operation has an id, the shared headers and the shared error responses.

use std::collections::BTreeSet;

use crate::checker::Checker;
use crate::document::{Operation, entries, operations, resolve};

/// Header parameters of every operation.
pub(crate) const SHARED_PARAMETERS: [&str; 3] = ["MS-RequestId", "MS-CorrelationId", "X-Locale"];

/// Statuses that the service documents for every resource.
const SHARED_ERRORS: [&str; 15] = [
    "400", "401", "403", "404", "405", "406", "408", "409", "412", "429", "500", "501", "502",
    "503", "504",
];

/// Headers of every response.
const SHARED_RESPONSE_HEADERS: [&str; 2] = ["MS-RequestId", "MS-CorrelationId"];

pub(super) fn check(checker: &mut Checker<'_>) {
    for operation in operations(checker.root()) {
        check_id(checker, &operation);
        check_parameters(checker, &operation);
        check_responses(checker, &operation);
    }
}

fn check_id(checker: &mut Checker<'_>, operation: &Operation<'_>) {
    let id = operation.id();
    let is_snake_case = id.starts_with(|first: char| first.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if id.is_empty() {
        checker.error(&operation.pointer, "operationId is missing");
    } else if !is_snake_case {
        let message = format!("operationId {id:?} is not snake_case; expected `verb_noun`");
        checker.error(&format!("{}/operationId", operation.pointer), message);
    }
}

fn check_parameters(checker: &mut Checker<'_>, operation: &Operation<'_>) {
    let parameters = operation.parameters(checker.root());
    let names = |place: &str| -> BTreeSet<&str> {
        let parameters = parameters.iter().filter(|(_, value)| value["in"] == place);
        parameters
            .filter_map(|(_, value)| value["name"].as_str())
            .collect()
    };
    let headers = names("header");
    for name in SHARED_PARAMETERS {
        if !headers.contains(name) {
            let message = format!("header parameter {name} is missing; every operation has it");
            checker.error(&operation.pointer, message);
        }
    }
    let template = operation.path.split('{').skip(1);
    let template: BTreeSet<&str> = template.filter_map(|rest| rest.split('}').next()).collect();
    for name in template.symmetric_difference(&names("path")) {
        let message =
            format!("path parameter {name:?} must be both in the path and in `parameters`");
        checker.error(&operation.pointer, message);
    }
}

fn check_responses(checker: &mut Checker<'_>, operation: &Operation<'_>) {
    let pointer = format!("{}/responses", operation.pointer);
    let responses = operation.value.get("responses");
    for status in SHARED_ERRORS {
        if responses.is_some_and(|responses| responses.get(status).is_none()) {
            let message = format!(
                "response {status} is missing; the service documents it for all operations"
            );
            checker.error(&pointer, message);
        }
    }
    if !entries(responses).any(|(status, _)| status.starts_with('2')) {
        checker.error(&pointer, "no response for success (2xx)");
    }
    for (status, response) in entries(responses) {
        let headers = &resolve(checker.root(), response)["headers"];
        for name in SHARED_RESPONSE_HEADERS {
            if headers.get(name).is_none() {
                let message = format!("header {name} of response {status} is missing");
                checker.error(&format!("{pointer}/{status}"), message);
            }
        }
    }
}
