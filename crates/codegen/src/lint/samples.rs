//! Each operation has a code sample in each language, and each sample an operation. A sample that
//! changes something is about `MS-RequestId`: without it, a repeated call can take effect twice.

use std::collections::BTreeSet;

use crate::checker::Checker;
use crate::diagnostic::Diagnostic;
use crate::document::operations;
use crate::samples;
use crate::source::Source;

/// The header that a change must have.
const REQUEST_ID: &str = "MS-RequestId";

pub(super) fn check(checker: &mut Checker<'_>, source: &Source) {
    let mut used = BTreeSet::new();
    for operation in operations(checker.root()) {
        for (file, language) in samples::files(&operation) {
            match source.samples.get(&file) {
                None => {
                    let message =
                        format!("this operation has no sample in {language}; expected spec/{file}");
                    checker.error(&operation.pointer, message);
                }
                Some(text) if operation.method != "get" && !text.contains(REQUEST_ID) => {
                    let message = format!("this sample changes something without `{REQUEST_ID}`");
                    report(checker, &file, &message);
                }
                Some(_) => {}
            }
            used.insert(file);
        }
    }
    for file in source.samples.keys().filter(|file| !used.contains(*file)) {
        report(
            checker,
            file,
            "unused: no operation and language have this name",
        );
    }
}

fn report(checker: &mut Checker<'_>, file: &str, message: &str) {
    let diagnostic = Diagnostic::new(&format!("spec/{file}"), None, message);
    checker.found.push(diagnostic);
}
