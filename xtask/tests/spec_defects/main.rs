//! `cargo xtask spec check` for documents with one defect each, and on a machine without the tools.
//! Tests that need Node.js and Go are ignored; `cargo xtask ci` runs them. crates/codegen/tests/lint.rs
//! tests our own rules too.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "../checkout/mod.rs"]
mod checkout;

use std::path::Path;
use std::process::{Command, Output};

use checkout::{Copy, text, workspace};

const SPEC: &str = "spec/openapi.yaml";

/// A name, the file, the replaced and the new text, and a part of the message.
type Defect = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const DEFECTS: [Defect; 29] = [
    (
        "a tag that is not declared",
        SPEC,
        "tags: [transfers]",
        "tags: [moves]",
        "Redocly: operation-tag-defined",
    ),
    (
        "a tag without description",
        SPEC,
        "\ntags:\n",
        "\ntags:\n  - name: moves\n",
        "Redocly: tag-description",
    ),
    (
        "a duplicate tag",
        SPEC,
        "\ntags:\n",
        "\ntags:\n  - {name: transfers, description: D}\n",
        "Redocly: no-duplicated-tag-names",
    ),
    (
        "tags out of order",
        SPEC,
        "\ntags:\n",
        "\ntags:\n  - {name: zebra, description: D}\n",
        "Redocly: tags-alphabetical",
    ),
    (
        "an unused schema",
        SPEC,
        "\n  schemas:\n",
        "\n  schemas:\n    Unused: {type: string, description: D, x-source: [{page: P, url: U}]}\n",
        "Redocly: no-unused-components",
    ),
    (
        "a server with a slash at its end",
        SPEC,
        "https://api.partnercenter.microsoft.com\n",
        "https://api.partnercenter.microsoft.com/\n",
        "Redocly: no-server-trailing-slash",
    ),
    (
        "a server that is an example",
        SPEC,
        "https://api.partnercenter.microsoft.com\n",
        "https://example.com\n",
        "Redocly: no-server-example.com",
    ),
    (
        "no server",
        SPEC,
        "\nservers:\n",
        "\nservers: []\nx-servers:\n",
        "Redocly: no-empty-servers",
    ),
    (
        "no licence",
        SPEC,
        "  license:\n",
        "  x-license:\n",
        "Redocly: info-license",
    ),
    (
        "no summary",
        SPEC,
        "      summary: \"Withdraw a transfer\"\n",
        "",
        "Redocly: operation-summary",
    ),
    (
        "a security scheme that is not declared",
        SPEC,
        "        - bearer: []",
        "        - other: []",
        "Redocly: security-defined",
    ),
    (
        "a null without a type",
        SPEC,
        "            - $ref: \"#/components/schemas/OrderStatus\"\n",
        "            - $ref: \"#/components/schemas/OrderStatus\"\n          nullable: true\n",
        "Redocly: nullable-type-sibling",
    ),
    (
        "a response without a shared header",
        SPEC,
        "  responses:\n    BadRequest:\n      description: >-\n        The request is not valid, or the state of the transfer does not allow it. Do not retry it\n        unchanged.\n      x-source:\n        - page: Partner Center REST error codes\n          url: https://learn.microsoft.com/partner-center/developer/error-codes\n      headers:\n        MS-RequestId:\n          $ref: \"#/components/headers/MS-RequestId\"\n        MS-CorrelationId:\n          $ref: \"#/components/headers/MS-CorrelationId\"\n        MS-CV:\n          $ref: \"#/components/headers/MS-CV\"\n",
        "  responses:\n    BadRequest:\n      description: >-\n        The request is not valid, or the state of the transfer does not allow it. Do not retry it\n        unchanged.\n      x-source:\n        - page: Partner Center REST error codes\n          url: https://learn.microsoft.com/partner-center/developer/error-codes\n      headers:\n        MS-RequestId:\n          $ref: \"#/components/headers/MS-RequestId\"\n        MS-CorrelationId:\n          $ref: \"#/components/headers/MS-CorrelationId\"\n",
        "Redocly: response-contains-header",
    ),
    (
        "a path in another style",
        SPEC,
        "/accept:\n",
        "/acceptNow:\n",
        "Redocly: paths-kebab-case",
    ),
    (
        "a path with a slash at its end",
        SPEC,
        "/accept:\n",
        "/accept/:\n",
        "Redocly: no-path-trailing-slash",
    ),
    (
        "a verb in a path",
        SPEC,
        "/accept:\n",
        "/accept/get:\n",
        "Redocly: no-http-verbs-in-paths",
    ),
    (
        "markup with a script",
        SPEC,
        "description: \"How often the order is billed.",
        "description: \"How often the order <script>x</script> is billed.",
        "Redocly: no-unsafe-markdown",
    ),
    (
        "a media type that the service does not send",
        SPEC,
        "        text/html:\n",
        "        text/plain:\n",
        "Redocly: response-mime-type",
    ),
    (
        "a duplicate parameter",
        SPEC,
        "        - $ref: \"#/components/parameters/X-Locale\"\n",
        "        - $ref: \"#/components/parameters/X-Locale\"\n        - $ref: \"#/components/parameters/X-Locale\"\n",
        "X-Locale",
    ),
    (
        "items of a schema that is not a list",
        SPEC,
        "        quantity:\n          type: integer\n",
        "        quantity:\n          type: integer\n          items: {type: string}\n",
        "Redocly: no-schema-type-mismatch",
    ),
    (
        "an example that breaks its schema",
        "spec/examples/rate-limit-429.json",
        "\"statusCode\": 429",
        "\"statusCode\": \"many\"",
        "example at /statusCode",
    ),
    (
        "an example of a parameter that breaks its schema",
        SPEC,
        "      example: \"8389053b-731c-4261-9899-1583d7859153\"\n",
        "      example: \"1\"\n",
        "example: \"1\" does not match",
    ),
    (
        "a property without an example",
        SPEC,
        "          example: \"USD\"\n",
        "",
        "this property has no `example`",
    ),
    (
        "a closed enum",
        SPEC,
        "      schema:\n        type: string\n      example: \"en-US\"\n",
        "      schema:\n        type: string\n        enum: [\"en-US\"]\n      example: \"en-US\"\n",
        "a closed `enum` refuses",
    ),
    (
        "a line break in a code span",
        SPEC,
        "`get_transfer_eligibility` returns",
        "`get_transfer\n        eligibility` returns",
        "does not end on its line; keep a code span on one line",
    ),
    (
        "ids of two styles",
        SPEC,
        "    CustomerId:\n      type: string\n",
        "    CustomerId:\n      type: string\n      format: uuid\n",
        "`format: uuid`: some clients change the letter case",
    ),
    (
        "an invalid rule file",
        "spec/redocly.yaml",
        "path-segment-plural:\n",
        "path-segment-plural: [\n",
        "spec/redocly.yaml: redocly cannot use this file",
    ),
    (
        "a rule that is not known",
        "spec/redocly.yaml",
        "  info-contact: off\n",
        "  info-contact: off\n  no-such-rule: error\n",
        "spec/redocly.yaml: redocly cannot use this file",
    ),
    (
        "a released document with invalid YAML",
        "spec/released/openapi.yaml",
        "info:\n",
        "info: [\n",
        "spec/released/openapi.yaml:",
    ),
];

#[test]
#[ignore = "needs Node.js and Go; cargo xtask ci runs it"]
fn each_defect_is_an_error_with_its_line() {
    // Both halves run in parallel.
    let (first, second) = DEFECTS.split_at(DEFECTS.len() / 2);
    std::thread::scope(|scope| {
        scope.spawn(|| check_all(second));
        check_all(first);
    });
}

fn check_all(defects: &[Defect]) {
    for &(name, file, from, to, said) in defects {
        let copy = Copy::new();
        copy.change(file, from, to);
        let before = copy.state();
        let output = copy.xtask(&["spec", "check"]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {message}");
        let line = message.lines().find(|line| line.contains(said));
        let line = line.unwrap_or_else(|| panic!("{name}: {message}"));
        assert!(line.starts_with("spec/"), "{name}: {line}");
        if said.starts_with("Redocly") {
            let number = line
                .strip_prefix("spec/openapi.yaml:")
                .and_then(|rest| rest.split(':').next());
            assert!(
                number.unwrap().parse::<u64>().unwrap() > 0,
                "{name}: {line}"
            );
        }
        assert_eq!(copy.state(), before, "{name}");
    }
}

#[test]
#[ignore = "needs Node.js and Go; cargo xtask ci runs it"]
fn the_current_document_has_no_defect() {
    let copy = Copy::new();
    let output = copy.xtask(&["spec", "check"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("spec/openapi.yaml follows all rules\n"));
}

/// Runs a task in a copy with the pins of the tools but no tool, with only these programs on the PATH.
fn without_tools(copy: &Copy, task: &str, path: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["spec", task])
        .env("CARGO_MANIFEST_DIR", copy.path("xtask"))
        .env("PATH", path)
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap()
}

fn pins(copy: &Copy) {
    std::fs::create_dir_all(copy.path("xtask/tools")).unwrap();
    for pin in ["package.json", "package-lock.json", "go.mod", "go.sum"] {
        let pin = Path::new("xtask/tools").join(pin);
        std::fs::copy(workspace().join(&pin), copy.0.path().join(&pin)).unwrap();
    }
}

/// Creates a program that prints a text and exits with a code.
#[cfg(unix)]
fn program(directory: &Path, name: &str, prints: &str, code: u8) {
    use std::os::unix::fs::PermissionsExt as _;

    let file = directory.join(name);
    let script = format!("#!/bin/sh\necho '{prints}'\necho '{name} says no' >&2\nexit {code}\n");
    std::fs::write(&file, script).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_missing_tool_is_reported_with_what_to_install() {
    let copy = Copy::new();
    pins(&copy);
    let before = copy.state();
    let programs = tempfile::tempdir().unwrap();
    let said = |task| {
        let output = without_tools(&copy, task, programs.path());
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(copy.state(), before, "the task wrote files");
        text(&output.stderr)
    };

    let message = said("check");
    assert!(message.starts_with("failed to run node: "), "{message}");
    assert!(
        message.contains("install 20.19 or newer of Node.js: https://nodejs.org"),
        "{message}"
    );

    program(programs.path(), "node", "v18.20.1", 0);
    let message = said("check");
    assert!(
        message.starts_with("`node --version` prints \"v18.20.1\"; install 20.19 or newer"),
        "{message}"
    );

    program(programs.path(), "node", "v20.19.0", 0);
    let message = said("check");
    assert!(message.starts_with("failed to run `npm ci`: "), "{message}");
    assert!(message.contains("npm comes with Node.js"), "{message}");

    program(programs.path(), "npm", "", 1);
    let message = said("check");
    assert!(
        message.starts_with("`npm ci` ended with exit status: 1\n"),
        "{message}"
    );
    assert!(message.contains("\nnpm says no\n"), "{message}");

    let message = said("changes");
    assert!(
        message.starts_with("failed to run `go build`: "),
        "{message}"
    );
    assert!(message.contains("https://go.dev/doc/install"), "{message}");

    program(programs.path(), "go", "", 1);
    let message = said("changes");
    assert!(
        message.starts_with("`go build` ended with exit status: 1\n"),
        "{message}"
    );
    assert!(message.contains("\ngo says no\n"), "{message}");
}

#[test]
fn the_lock_file_contains_no_registry_url() {
    let lock = std::fs::read_to_string(workspace().join("xtask/tools/package-lock.json")).unwrap();
    assert!(lock.contains("\"integrity\": \"sha512-"));
    for named in ["\"resolved\"", "registry."] {
        assert!(!lock.contains(named), "{named}");
    }
}
