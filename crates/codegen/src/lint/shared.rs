//! What every operation shares is written once: the headers of a request and the answers to a
//! request that failed are references. That they are there at all is checked by `validate`.

use super::Lint;
use crate::validate::{SHARED_PARAMETERS, operations, resolve};
use crate::walk::{Kind, escape};

/// Answers that say how long to wait.
const WAITING: [&str; 2] = ["429", "503"];

pub(super) fn check(lint: &mut Lint<'_>) {
    let root = lint.root();
    for operation in operations(root) {
        for (at, parameter) in operation.parameters(root) {
            let name = resolve(root, parameter)["name"]
                .as_str()
                .unwrap_or_default();
            let wanted = format!("#/components/parameters/{name}");
            if SHARED_PARAMETERS.contains(&name) && parameter["$ref"] != wanted.as_str() {
                let message = format!("header {name} is written anew; expected `$ref: {wanted:?}`");
                lint.refuse(&at, message);
            }
        }
        let responses = operation.value["responses"]
            .as_object()
            .into_iter()
            .flatten();
        for (status, response) in responses {
            let at = format!("{}/responses/{status}", operation.pointer);
            let is_error = status.starts_with('4') || status.starts_with('5');
            if is_error && response.get("$ref").is_none() {
                let message = format!(
                    "error answer {status} is written anew; expected a `$ref` into #/components/responses"
                );
                lint.refuse(&at, message);
            }
            // Shown where it is written.
            let target = response["$ref"].as_str();
            let at = target
                .and_then(|target| target.strip_prefix('#'))
                .unwrap_or(&at);
            let headers = &resolve(root, response)["headers"];
            if WAITING.contains(&status.as_str()) && headers.get("Retry-After").is_none() {
                lint.refuse(at, format!("answer {status} has no header Retry-After"));
            }
        }
    }
    for (at, response) in lint.each(Kind::Response) {
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let wanted = format!("#/components/headers/{name}");
            if header["$ref"] != wanted.as_str() {
                let at = format!("{at}/headers/{}", escape(name));
                let message = format!("header {name} is written anew; expected `$ref: {wanted:?}`");
                lint.refuse(&at, message);
            }
        }
    }
}
