//! The code samples of the operations: a file in spec/samples/ for each operation and language, such as
//! `accept_transfer.sh`. Documentation tools read them from `x-codeSamples`. The edition for
//! OpenAPI 3.1 does not have them: the converter of `TypeSpec` does not escape the `${` of a sample.

use serde_json::{Value, json};

use crate::document::{Document, Operation, operations};
use crate::source::Source;

/// The extension of the files of a language, its name, and what tools show.
const LANGUAGES: [[&str; 3]; 6] = [
    ["sh", "bash", "curl"],
    ["ps1", "PowerShell", "PowerShell"],
    ["cs", "C#", "C#"],
    ["py", "Python", "Python"],
    ["ts", "TypeScript", "TypeScript"],
    ["rs", "Rust", "Rust"],
];

/// The file of each language, relative to spec/, with the name of the language.
pub(crate) fn files(operation: &Operation<'_>) -> Vec<(String, &'static str)> {
    let id = operation.id();
    LANGUAGES
        .into_iter()
        .map(|[extension, _, label]| (format!("samples/{id}.{extension}"), label))
        .collect()
}

/// Adds `x-codeSamples` to each operation that has samples.
pub(crate) fn insert(bundle: &mut Value, document: &Document, source: &Source) {
    for operation in operations(&document.value) {
        let samples = code_samples(&operation, source);
        let holder = bundle.pointer_mut(&operation.pointer);
        if let (false, Some(Value::Object(holder))) = (samples.is_empty(), holder) {
            holder.insert("x-codeSamples".to_owned(), samples.into());
        }
    }
}

/// The value of `x-codeSamples`, empty if there are no samples.
fn code_samples(operation: &Operation<'_>, source: &Source) -> Vec<Value> {
    let files = files(operation).into_iter().zip(LANGUAGES);
    files
        .filter_map(|((file, _), [_, language, label])| {
            let text = source.samples.get(&file)?;
            Some(json!({ "lang": language, "label": label, "source": text.trim_end() }))
        })
        .collect()
}
