//! Shared parts are defined once: operations refer to the shared headers and error responses.
//! `validate` checks that they have them.

use crate::checker::{Checker, named};
use crate::document::{Kind, entries, operations, resolve};
use crate::validate::SHARED_PARAMETERS;

/// Statuses whose responses say how long to wait.
const WAITING: [&str; 2] = ["429", "503"];

pub(super) fn check(checker: &mut Checker<'_>) {
    let root = checker.root();
    for operation in operations(root) {
        for (at, parameter) in operation.parameters(root) {
            let name = parameter["name"].as_str().unwrap_or_default();
            if SHARED_PARAMETERS.contains(&name) {
                expect_reference(checker, &at, name, "parameters");
            }
        }
        for (status, response) in entries(operation.value.get("responses")) {
            let at = format!("{}/responses/{status}", operation.pointer);
            let target = response["$ref"].as_str();
            if (status.starts_with('4') || status.starts_with('5')) && target.is_none() {
                let message = format!(
                    "error response {status} is inline; expected a `$ref` into #/components/responses"
                );
                checker.error(&at, message);
            }
            // The error points at the definition.
            let at = target
                .and_then(|target| target.strip_prefix('#'))
                .unwrap_or(&at);
            let headers = &resolve(root, response)["headers"];
            if WAITING.contains(&status.as_str()) && headers.get("Retry-After").is_none() {
                checker.error(at, format!("response {status} has no header Retry-After"));
            }
        }
    }
    for (at, response) in checker.each(Kind::Response) {
        for (at, name, _) in named(&format!("{at}/headers"), response.get("headers")) {
            expect_reference(checker, &at, name, "headers");
        }
    }
}

fn expect_reference(checker: &mut Checker<'_>, at: &str, name: &str, section: &str) {
    let expected = format!("#/components/{section}/{name}");
    let value = checker.root().pointer(at);
    if value.is_none_or(|value| value["$ref"] != expected.as_str()) {
        checker.error(
            at,
            format!("header {name} is inline; expected `$ref: {expected:?}`"),
        );
    }
}
