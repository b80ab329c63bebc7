//! Breaks each of our rules for the document once, and checks the reported line and message.
//! xtask/tests does the same for Redocly's rules, which need Node.js.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::path::{Path, PathBuf};

use partner_center_codegen::{Diagnostic, Source, lint, outputs};
use serde_json::Value;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A workspace with a document, and the examples and samples of this one.
fn copy(spec: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for part in ["examples", "samples"] {
        let (from, to) = (workspace().join("spec"), root.path().join("spec"));
        std::fs::create_dir_all(to.join(part)).unwrap();
        for entry in std::fs::read_dir(from.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap();
                std::fs::copy(&path, to.join(part).join(name)).unwrap();
            }
        }
    }
    std::fs::write(root.path().join("spec/openapi.yaml"), spec).unwrap();
    root
}

/// The diagnostics of the document after replacing one text, found after another, and the line of
/// the change.
fn diagnostics(after: &str, from: &str, to: &str) -> (Vec<Diagnostic>, u64) {
    let spec = std::fs::read_to_string(workspace().join("spec/openapi.yaml")).unwrap();
    let start = spec
        .find(after)
        .unwrap_or_else(|| panic!("{after:?} is not in the spec"));
    let at = spec[start..]
        .find(from)
        .unwrap_or_else(|| panic!("no {from:?} after {after:?}"));
    let (head, tail) = spec.split_at(start + at);
    let changed = format!("{head}{to}{}", &tail[from.len()..]);
    let root = copy(&changed);
    let line = head.lines().count() as u64;
    match lint(&Source::read(root.path()).unwrap()) {
        Ok(()) => (Vec::new(), line),
        Err(diagnostics) => (diagnostics.iter().cloned().collect(), line),
    }
}

const ORDER: &str = "\n    Order:\n";
const STATUS: &str = "\n    OrderStatus:\n";
const WITHDRAW: &str = "      operationId: withdraw_transfer";
const ID: &str = "        id:\n          type: string\n          nullable: true\n";

/// The defect, the text before it, the replaced text, its replacement, and the expected message.
const DEFECTS: [(&str, &str, &str, &str, &str); 42] = [
    (
        "a property without description",
        "\n    KeyValuePair:\n",
        "          description: \"The name.\"\n",
        "",
        "this property has no `description`",
    ),
    (
        "a property with an empty description",
        "\n    KeyValuePair:\n",
        "          description: \"The name.\"\n",
        "          description: \" \"\n",
        "this property has no `description`",
    ),
    (
        "a property without example",
        "\n    KeyValuePair:\n",
        "          example: \"X-Example\"\n",
        "",
        "this property has no `example`",
    ),
    (
        "a property whose example is null",
        "\n    KeyValuePair:\n",
        "example: \"X-Example\"",
        "example: null",
        "the example of this property is null",
    ),
    (
        "a schema without source",
        "\n    KeyValuePair:\n",
        "      x-source:\n",
        "      x-sources:\n",
        "this schema has no `x-source`",
    ),
    (
        "an unknown source",
        ORDER,
        "        - page: Order resources\n          url: https://learn.microsoft.com/partner-center/developer/order-resources\n",
        "        - documented\n",
        "\"documented\" is not a source; expected a `page` with its `url`",
    ),
    (
        "a property that is a bare reference",
        ORDER,
        "          allOf:\n            - $ref: \"#/components/schemas/OrderStatus\"\n",
        "          $ref: \"#/components/schemas/OrderStatus\"\n",
        "this property is a bare `$ref`",
    ),
    (
        "an operation without description",
        WITHDRAW,
        "      description: |-",
        "      x-description: |-",
        "this operation has no `description`",
    ),
    (
        "a parameter without example",
        "\n    TransferIdPath:\n",
        "      example: \"aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba\"\n",
        "",
        "this parameter has no `example`",
    ),
    (
        "a parameter without description",
        "\n    TransferIdPath:\n",
        "      description: \"The transfer.\"\n",
        "",
        "this parameter has no `description`",
    ),
    (
        "a header without example",
        "\n  headers:\n    MS-RequestId:\n      description:",
        "      example: \"8389053b-731c-4261-9899-1583d7859153\"\n",
        "",
        "this header has no `example`",
    ),
    (
        "an operation without source",
        WITHDRAW,
        "      x-source:\n",
        "      x-sources:\n",
        "this operation has no `x-source`",
    ),
    (
        "a schema without description",
        "\n    RenewsTo:\n",
        "      description: \"What a subscription becomes at renewal.\"\n",
        "",
        "this schema has no `description`",
    ),
    (
        "a shared header that is missing",
        WITHDRAW,
        "        - $ref: \"#/components/parameters/MS-RequestId\"\n",
        "",
        "header parameter MS-RequestId is missing; every operation has it",
    ),
    (
        "a shared header that is inline",
        WITHDRAW,
        "        - $ref: \"#/components/parameters/X-Locale\"\n",
        "        - {name: X-Locale, in: header, schema: {type: string}, description: D, example: e}\n",
        "header X-Locale is inline; expected `$ref: \"#/components/parameters/X-Locale\"`",
    ),
    (
        "a shared error response that is missing",
        WITHDRAW,
        "        \"409\":\n          $ref: \"#/components/responses/Conflict\"\n",
        "",
        "response 409 is missing; the service documents it for all",
    ),
    (
        "a shared error response that is inline",
        WITHDRAW,
        "          $ref: \"#/components/responses/Conflict\"\n",
        "          description: D\n          headers:\n            MS-RequestId: {$ref: \"#/components/headers/MS-RequestId\"}\n            MS-CorrelationId: {$ref: \"#/components/headers/MS-CorrelationId\"}\n",
        "error response 409 is inline; expected a `$ref` into #/components/responses",
    ),
    (
        "a header of a response that is inline",
        "\n    Conflict:\n",
        "          $ref: \"#/components/headers/MS-CV\"\n",
        "          description: D\n          schema: {type: string}\n          example: e\n",
        "header MS-CV is inline; expected `$ref: \"#/components/headers/MS-CV\"`",
    ),
    (
        "a 429 that does not say how long to wait",
        "\n    TooManyRequests:\n",
        "        Retry-After:\n          $ref: \"#/components/headers/Retry-After\"\n",
        "",
        "response 429 has no header Retry-After",
    ),
    (
        "an operationId in another style",
        WITHDRAW,
        "withdraw_transfer",
        "WithdrawTransfer",
        "operationId \"WithdrawTransfer\" is not snake_case",
    ),
    (
        "a property in another style",
        ORDER,
        "alternateId:",
        "alternate_id:",
        "property \"alternate_id\" is not camelCase",
    ),
    (
        "a response in another style",
        "\n  responses:\n",
        "    NotImplemented:",
        "    not_there: {description: D}\n    NotImplemented:",
        "response \"not_there\" is not PascalCase",
    ),
    (
        "a schema in another style",
        "\n  schemas:\n",
        "    CustomerId:",
        "    some_schema: {type: string, description: D, x-source: [{page: P, url: U}]}\n    CustomerId:",
        "schema \"some_schema\" is not PascalCase",
    ),
    (
        "a query parameter in another style",
        WITHDRAW,
        "        - $ref: \"#/components/parameters/X-Locale\"\n",
        "        - $ref: \"#/components/parameters/X-Locale\"\n        - {name: Page-Size, in: query, schema: {type: string}, description: D, example: e}\n",
        "parameter \"Page-Size\" is not camelCase",
    ),
    (
        "a header in another style",
        WITHDRAW,
        "        - $ref: \"#/components/parameters/X-Locale\"\n",
        "        - $ref: \"#/components/parameters/X-Locale\"\n        - {name: if_match, in: header, schema: {type: string}, description: D, example: e}\n",
        "parameter \"if_match\" is not Train-Case",
    ),
    (
        "an example in another style",
        "\n    Conflict:\n",
        "inProgress:",
        "in-progress:",
        "example \"in-progress\" is not camelCase",
    ),
    (
        "a tag in another style",
        WITHDRAW,
        "tags: [transfers]",
        "tags: [Transfers]",
        "tag \"Transfers\" is not kebab-case",
    ),
    (
        "a closed enum",
        "\n    X-Locale:\n      name:",
        "type: string",
        "type: string\n        enum: [\"en-US\"]",
        "a closed `enum` refuses values that the service adds later; expected `x-extensible-enum`",
    ),
    (
        "known values that are not text",
        STATUS,
        "- \"pending\"",
        "- 5",
        "x-extensible-enum contains 5; expected text, in quotes",
    ),
    (
        "a known value without a description",
        STATUS,
        "        \"pending\": \"The order is not processed yet.\"\n",
        "",
        "value \"pending\" must be both in `x-extensible-enum` and in `x-enumDescriptions`",
    ),
    (
        "a closed object",
        "\n    RateLimitFault:\n",
        "      type: object\n",
        "      type: object\n      additionalProperties: false\n",
        "a closed object refuses properties that the service adds later",
    ),
    (
        "a property of a response that is required",
        "\n    RateLimitFault:\n",
        "      type: object\n",
        "      type: object\n      required: [statusCode]\n",
        "cannot be `required`",
    ),
    (
        "a property of a response that cannot be null",
        ORDER,
        ID,
        "        id:\n          type: string\n",
        "property \"id\" of a response cannot be null; expected `nullable: true`",
    ),
    (
        "an id in data that is a UUID",
        ORDER,
        ID,
        "        id:\n          type: string\n          nullable: true\n          format: uuid\n",
        "`format: uuid`: some clients change the letter case",
    ),
    (
        "an id in a header that is a UUID",
        "\n    RequestId:\n",
        "      type: string\n",
        "      type: string\n      format: uuid\n",
        "`format: uuid`: some clients change the letter case",
    ),
    (
        "an id in a path that is a UUID",
        "\n    CustomerId:\n",
        "      type: string\n",
        "      type: string\n      format: uuid\n",
        "`format: uuid`: some clients change the letter case",
    ),
    (
        "a line break in a code span",
        WITHDRAW,
        "`update_transfer`",
        "`update_transfer\n        `",
        "does not end on its line; keep a code span on one line",
    ),
    (
        "a line break in a code span with two backticks",
        WITHDRAW,
        "`update_transfer`",
        "``update `\n        transfer``",
        "does not end on its line",
    ),
    (
        "a line break in a code span of a property",
        ORDER,
        "In the example the same as `id`.",
        "The same as `the\\nid`.",
        "does not end on its line",
    ),
    (
        "a line break in a code span of a known value",
        STATUS,
        "The order is not processed yet.",
        "The `order\\nis` not processed yet.",
        "does not end on its line",
    ),
    (
        "a line break in a code span of a remedy",
        "\nx-error-codes:\n",
        "remedy: ",
        "remedy: \"send `a\\nb`\"\n    x-remedy: ",
        "does not end on its line",
    ),
    (
        "a code span without an end",
        WITHDRAW,
        "summary: \"Withdraw a transfer\"",
        "summary: \"Withdraw a `transfer\"",
        "does not end on its line",
    ),
];

#[test]
fn the_document_follows_all_rules() {
    lint(&Source::read(&workspace()).unwrap()).unwrap();
}

#[test]
fn a_code_block_may_have_several_lines() {
    let block = "```http\n        DELETE /v1/`a\n        b` HTTP/1.1\n        ```\n\n        `x` A transfer is withdrawn as a whole";
    let (diagnostics, _) = diagnostics(WITHDRAW, "A transfer is withdrawn as a whole", block);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
}

#[test]
fn each_violation_is_reported_with_its_location() {
    let mut missing = Vec::new();
    for (name, after, from, to, said) in DEFECTS {
        let (diagnostics, line) = diagnostics(after, from, to);
        let is_expected = |diagnostic: &&Diagnostic| {
            let at = diagnostic.location.map_or(0, |location| location.line);
            // The defect may start above the change.
            let near = at <= line + 5 && at + 75 >= line;
            diagnostic.message.contains(said) && diagnostic.file == "spec/openapi.yaml" && near
        };
        if !diagnostics
            .iter()
            .any(|diagnostic| is_expected(&diagnostic))
        {
            let found: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
            missing.push(format!("{name} (line {line}):\n{}", found.join("\n")));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n\n"));
}

#[test]
fn each_operation_has_a_sample_in_each_language_and_each_sample_an_operation() {
    let spec = std::fs::read_to_string(workspace().join("spec/openapi.yaml")).unwrap();
    let root = copy(&spec);
    let samples = root.path().join("spec/samples");
    std::fs::remove_file(samples.join("get_transfer.cs")).unwrap();
    std::fs::write(samples.join("get_transfer.rb"), "").unwrap();
    let withdraw = samples.join("withdraw_transfer.sh");
    let text = std::fs::read_to_string(&withdraw).unwrap();
    std::fs::write(withdraw, text.replace("MS-RequestId", "X-Request-Id")).unwrap();

    let found = lint(&Source::read(root.path()).unwrap()).unwrap_err();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    let line = |id: &str| 1 + spec.lines().position(|line| line.ends_with(id)).unwrap();
    let get = line("operationId: get_transfer") - 1;
    assert_eq!(
        found,
        [
            format!(
                "spec/openapi.yaml:{get}:5: this operation has no sample in C#; expected \
                 spec/samples/get_transfer.cs"
            ),
            "spec/samples/get_transfer.rb: unused: no operation and language have this name"
                .to_owned(),
            "spec/samples/withdraw_transfer.sh: this sample changes something without \
             `MS-RequestId`"
                .to_owned(),
        ]
    );
}

#[test]
fn the_bundle_contains_the_samples_unchanged_and_the_3_1_edition_none() {
    let outputs = outputs(&Source::read(&workspace()).unwrap()).unwrap();
    let bundle: Value = serde_json::from_str(&outputs["spec/dist/openapi.json"]).unwrap();
    let paths = bundle["paths"].as_object().unwrap().values();
    let operations: Vec<&Value> = paths
        .flat_map(|item| item.as_object().unwrap().values())
        .collect();
    assert_eq!(operations.len(), 7);
    for operation in operations {
        let id = operation["operationId"].as_str().unwrap();
        let samples = operation["x-codeSamples"].as_array().unwrap();
        let languages = [
            ("bash", "sh"),
            ("PowerShell", "ps1"),
            ("C#", "cs"),
            ("Python", "py"),
            ("TypeScript", "ts"),
            ("Rust", "rs"),
        ];
        assert_eq!(samples.len(), languages.len(), "{id}");
        for (sample, (language, extension)) in samples.iter().zip(languages) {
            let file = workspace().join(format!("spec/samples/{id}.{extension}"));
            assert_eq!(sample["lang"], language);
            let text = std::fs::read_to_string(file).unwrap();
            assert_eq!(sample["source"], text.trim_end());
        }
    }
    // TypeSpec reads the `${` of a sample as an expression.
    assert!(!outputs["spec/dist/openapi-3.1.json"].contains("x-codeSamples"));
}
