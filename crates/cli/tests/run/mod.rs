//! Runs the command without the environment variables of the test process.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::sync::LazyLock;

use assert_cmd::Command;
use serde_json::Value;

/// Checks each record against it.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../schema/result.schema.json")).unwrap()
});
static VALIDATOR: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::validator_for(&SCHEMA).unwrap());

/// Used as a token; it must never be in any output.
pub(crate) const CANARY: &str = "canary-PCTRANSFERS_TOKEN-canary";

/// The result of a run.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The command without variables that change its behavior.
pub(crate) fn bare_command() -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pctransfers"));
    for name in [
        "PCTRANSFERS_TOKEN",
        "PCTRANSFERS_TENANT_ID",
        "PCTRANSFERS_CLIENT_ID",
        "PCTRANSFERS_CLIENT_SECRET",
        "PCTRANSFERS_CLIENT_CERTIFICATE",
        "PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD",
        "PCTRANSFERS_REFRESH_TOKEN",
        "PCTRANSFERS_REFRESH_TOKEN_FILE",
        "PCTRANSFERS_ENDPOINT",
        "PCTRANSFERS_AUTHORITY",
        "PCTRANSFERS_CA_FILE",
        "PCTRANSFERS_PROFILE",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        // Clap uses it as the width of the help.
        "COLUMNS",
    ] {
        command.env_remove(name);
    }
    for name in HOME_VARIABLES {
        command.env(name, NO_HOME);
    }
    command.env("TZ", "UTC");
    command
}

/// The variables with the directories of the user.
pub(crate) const HOME_VARIABLES: [&str; 7] = [
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
];

/// A directory below a file: it has no configuration, and nothing can be kept in it. A test must not
/// read the configuration of the user who runs it, nor use the tokens of another test.
pub(crate) const NO_HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml/home");

/// The same command with a directory as the home of its user.
pub(crate) fn command_at(home: &std::path::Path) -> Command {
    let mut command = command();
    for name in HOME_VARIABLES {
        command.env(name, home);
    }
    command
}

pub(crate) fn command() -> Command {
    Command::from_std(bare_command())
}

pub(crate) fn run(arguments: &[&str]) -> Run {
    finish(command().args(arguments))
}

/// Runs the command with the canary as token.
pub(crate) fn run_with_token(arguments: &[&str]) -> Run {
    finish(command().args(arguments).env("PCTRANSFERS_TOKEN", CANARY))
}

pub(crate) fn finish(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    let run = Run {
        code: output
            .status
            .code()
            .expect("the command was not killed by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    for stream in [&run.stdout, &run.stderr] {
        assert!(!stream.contains(CANARY), "shows the token: {stream}");
        assert!(!stream.contains("panicked"), "{stream}");
    }
    let documents = serde_json::Deserializer::from_str(&run.stdout).into_iter::<Value>();
    for record in documents.map_while(Result::ok) {
        // A summary of many transfers has some of these members.
        let members = ["operation", "outcome", "exitCode"];
        if members.iter().all(|name| record.get(name).is_some()) {
            check_record(&record);
            let is_written = !run.stderr.contains("error: failed to write the result");
            assert!(record["exitCode"] == run.code || !is_written, "{record}");
        }
    }
    run
}

/// Checks a record against the published schema, which describes all of its members.
pub(crate) fn check_record(record: &Value) {
    let problems: Vec<String> = VALIDATOR
        .iter_errors(record)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(problems.is_empty(), "{problems:?}: {record}");
    for name in record.as_object().unwrap().keys() {
        assert!(SCHEMA["properties"].get(name).is_some(), "{name}: {record}");
    }
}

impl Run {
    /// Checks that the command warned about a failed read and went on.
    pub(crate) fn went_on_without(&self, what: &str) {
        let warning = format!("warning: could not read {what} first: ");
        assert_eq!(self.code, 0, "{}", self.stderr);
        assert!(self.stderr.starts_with(&warning), "{}", self.stderr);
    }

    /// Exit code, standard output and standard error, with values that differ between runs replaced.
    pub(crate) fn story(&self) -> String {
        let stream = |name: &str, text: &str| match text {
            "" => format!("--- {name}: nothing\n"),
            text => format!("--- {name}\n{text}"),
        };
        redacted(&format!(
            "--- exit code: {}\n{}{}",
            self.code,
            stream("stdout", &self.stdout),
            stream("stderr", &self.stderr)
        ))
    }

    /// Parses standard output, which must be one JSON document and a line break.
    pub(crate) fn document(&self) -> Value {
        assert!(self.stdout.ends_with("}\n"), "{}", self.stdout);
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// Replaces ids of calls, ports, and error numbers of the operating system. A length of 0 means all
/// digits that follow.
pub(crate) fn redacted(text: &str) -> String {
    let mut text = text.to_owned();
    for (before, length, instead) in [
        ("Request id      ", 36, "<request id>"),
        ("[request id ", 36, "<request id>"),
        ("[request id\n  ", 36, "<request id>"),
        ("--request-id ", 36, "<request id>"),
        ("\"requestId\": \"", 36, "<request id>"),
        ("\"startedAt\": \"", 24, "<time>"),
        ("\"endedAt\": \"", 24, "<time>"),
        ("Correlation id  ", 36, "<correlation id>"),
        ("\"correlationId\": \"", 36, "<correlation id>"),
        ("http://127.0.0.1:", 0, "<port>"),
        ("(os error ", 0, "<number>"),
    ] {
        let mut done = 0;
        while let Some(found) = text[done..].find(before) {
            let start = done + found + before.len();
            let length = match length {
                0 => text[start..].bytes().take_while(u8::is_ascii_digit).count(),
                length => length,
            };
            text.replace_range(start..start + length, instead);
            done = start;
        }
    }
    // How far the expiration is from now.
    while let Some(start) = text.find(" +00:00 (").map(|at| at + " +00:00 (".len())
        && let Some(length) = text[start..].find(')')
        && &text[start..start + length] != "<from now>"
    {
        text.replace_range(start..start + length, "<from now>");
    }
    text
}
