//! `cargo xtask codegen` as a maintainer meets it: what it prints, its exit code, and which files
//! it touches when the spec is wrong.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A workspace with the spec and its outputs, and nothing else.
struct Copy(tempfile::TempDir);

impl Copy {
    fn new() -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        copy_directory(&workspace().join("spec"), &copy.path("spec"));
        let generated = "crates/transfers/src/generated.rs";
        std::fs::create_dir_all(copy.path(generated).parent().unwrap()).unwrap();
        std::fs::copy(workspace().join(generated), copy.path(generated)).unwrap();
        copy
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    /// Replaces the first occurrence of a text in a file.
    fn change(&self, file: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "{file} does not hold {from:?}");
        std::fs::write(self.path(file), text.replacen(from, to, 1)).unwrap();
    }

    fn xtask(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .arg("--root")
            .arg(self.0.path())
            // The work tree's own files must not matter.
            .current_dir(std::env::temp_dir())
            .output()
            .unwrap()
    }

    /// Contents and times of all files.
    fn state(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut state = BTreeMap::new();
        collect(self.0.path(), &mut state);
        state
    }
}

fn copy_directory(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_directory(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn collect(directory: &Path, state: &mut BTreeMap<PathBuf, (Vec<u8>, SystemTime)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, state);
        } else {
            let modified = path.metadata().unwrap().modified().unwrap();
            state.insert(path.clone(), (std::fs::read(&path).unwrap(), modified));
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn an_up_to_date_workspace_is_left_alone() {
    let copy = Copy::new();
    let before = copy.state();
    for arguments in [&["codegen"][..], &["codegen", "--check"]] {
        let output = copy.xtask(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(
            text(&output.stdout),
            "all 3 generated files are up to date\n"
        );
        assert_eq!(copy.state(), before);
    }
}

#[test]
fn a_changed_spec_fails_the_check_and_is_mended_by_the_command() {
    let copy = Copy::new();
    copy.change(
        "spec/openapi.yaml",
        "summary: \"Withdraw a transfer\"",
        "summary: \"Take it back\"",
    );
    std::fs::remove_file(copy.path("spec/dist/openapi.yaml")).unwrap();
    std::fs::write(copy.path("spec/dist/old.txt"), "old").unwrap();
    let before = copy.state();

    let output = copy.xtask(&["codegen", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stderr);
    for said in [
        "stale: crates/transfers/src/generated.rs\n--- a/crates/transfers/src/generated.rs\n",
        "+    /// Take it back: `DELETE /v1/customers/{customer-id}/transfers/{transfer-id}`.\n",
        "stale: spec/dist/openapi.json\n",
        "missing: spec/dist/openapi.yaml\n",
        "orphan: spec/dist/old.txt\n",
        "run `cargo xtask codegen` and commit what it writes\n",
    ] {
        assert!(report.contains(said), "{said:?} is not in:\n{report}");
    }
    assert_eq!(copy.state(), before, "--check writes nothing");

    let output = copy.xtask(&["codegen"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(
        text(&output.stdout),
        "wrote crates/transfers/src/generated.rs\nremoved spec/dist/old.txt\n\
         wrote spec/dist/openapi.json\nwrote spec/dist/openapi.yaml\n"
    );
    assert_eq!(copy.xtask(&["codegen", "--check"]).status.code(), Some(0));
}

/// Each broken spec: the file, what is replaced by what, and the one line that is said of it.
const BROKEN: [(&str, &str, &str, &str, &str); 17] = [
    (
        "a broken reference",
        "spec/openapi.yaml",
        "\"#/components/responses/BadRequest\"",
        "\"#/components/responses/BadRequset\"",
        "reference \"#/components/responses/BadRequset\" leads nowhere",
    ),
    (
        "a reference to another file",
        "spec/openapi.yaml",
        "\"#/components/responses/BadRequest\"",
        "\"other.yaml#/BadRequest\"",
        "reference \"other.yaml#/BadRequest\" leaves the file; expected one that starts with #/",
    ),
    (
        "a duplicate key",
        "spec/openapi.yaml",
        "info:\n",
        "info:\n  title: Another title\n",
        "duplicate key: `title` stands twice in this mapping",
    ),
    (
        "an example that breaks its schema",
        "spec/examples/accept-transfer-complete.json",
        "\"quantity\": ",
        "\"quantity\": \"many\", \"was\": ",
        "is not of type",
    ),
    (
        "an example that is no JSON",
        "spec/examples/rate-limit-429.json",
        "{",
        "{,",
        "no JSON",
    ),
    (
        "an example file that is not there",
        "spec/openapi.yaml",
        "externalValue: examples/accept-transfer-complete.json",
        "externalValue: examples/accept-transfer-whole.json",
        "example file \"examples/accept-transfer-whole.json\" is not there",
    ),
    (
        "a property example of the wrong type",
        "spec/openapi.yaml",
        "example: \"5139005\"",
        "example: 5139005",
        "is not of types",
    ),
    (
        "an unsupported version",
        "spec/openapi.yaml",
        "openapi: \"3.0.3\"",
        "openapi: \"3.1.0\"",
        "OpenAPI 3.1.0 is not supported; expected 3.0.x, such as 3.0.3",
    ),
    (
        "no version",
        "spec/openapi.yaml",
        "openapi: \"3.0.3\"",
        "x-openapi: \"3.0.3\"",
        "`openapi: 3.0.3` is missing at its top",
    ),
    (
        "a type that is none",
        "spec/openapi.yaml",
        "          type: string\n          nullable: true\n",
        "          type: strng\n          nullable: true\n",
        "\"strng\" is not one of",
    ),
    (
        "a misspelled keyword",
        "spec/openapi.yaml",
        "      operationId: accept_transfer\n",
        "      operationID: accept_transfer\n",
        "operationID",
    ),
    (
        "two operations of one id",
        "spec/openapi.yaml",
        "operationId: withdraw_transfer",
        "operationId: accept_transfer",
        "operationId \"accept_transfer\" stands twice; first in line",
    ),
    (
        "an id in another style",
        "spec/openapi.yaml",
        "operationId: withdraw_transfer",
        "operationId: withdrawTransfer",
        "operationId \"withdrawTransfer\" is no snake_case",
    ),
    (
        "a missing shared header",
        "spec/openapi.yaml",
        "        - $ref: \"#/components/parameters/X-Locale\"\n",
        "",
        "header parameter X-Locale is missing; every operation takes it",
    ),
    (
        "a missing shared error",
        "spec/openapi.yaml",
        "        \"429\":\n          $ref: \"#/components/responses/TooManyRequests\"\n",
        "",
        "answer 429 is missing; the service documents it for all",
    ),
    (
        "a path parameter that is not declared",
        "spec/openapi.yaml",
        "        - $ref: \"#/components/parameters/TransferIdPath\"\n",
        "",
        "path parameter \"transfer-id\" stands in the path or in `parameters` only",
    ),
    (
        "no YAML at all",
        "spec/openapi.yaml",
        "info:\n",
        "info: [\n",
        "",
    ),
];

#[test]
fn a_broken_spec_is_refused_with_one_line_and_no_file_is_touched() {
    for (name, file, from, to, said) in BROKEN {
        let copy = Copy::new();
        copy.change(file, from, to);
        let before = copy.state();
        for arguments in [&["codegen"][..], &["codegen", "--check"]] {
            let output = copy.xtask(arguments);
            assert_eq!(output.status.code(), Some(1), "{name}");
            assert_eq!(text(&output.stdout), "", "{name}");
            let message = text(&output.stderr);
            let [line] = message.lines().collect::<Vec<_>>()[..] else {
                panic!("{name}: expected one line, got:\n{message}");
            };
            let place = line
                .strip_prefix(&format!("{file}:"))
                .unwrap_or_else(|| panic!("{name}: {line}"));
            let number: u64 = place.split(':').next().unwrap().parse().unwrap_or(0);
            assert!(number > 0, "{name} names no line: {line}");
            assert!(line.contains(said), "{name}: {line}");
            assert!(line.len() < 400, "{name}: {line}");
            assert_eq!(copy.state(), before, "{name}");
        }
    }
}

#[test]
fn a_spec_that_is_not_there_is_named() {
    let copy = Copy::new();
    std::fs::remove_file(copy.path("spec/openapi.yaml")).unwrap();
    let output = copy.xtask(&["codegen"]);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(
        message.starts_with("spec/openapi.yaml: failed to read it: "),
        "{message}"
    );
}

#[test]
fn an_example_that_nobody_uses_is_named() {
    let copy = Copy::new();
    std::fs::write(copy.path("spec/examples/stray.json"), "{}").unwrap();
    let output = copy.xtask(&["codegen", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(
        message.starts_with("spec/examples/stray.json: no `externalValue`"),
        "{message}"
    );
}
