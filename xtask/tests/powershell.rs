//! `spec/examples/powershell/Accept-Transfer.ps1`: a review against the scenarios. It is parsed by
//! PowerShell if `pwsh` is installed. What it does is not run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const SCRIPT: &str = "spec/examples/powershell/Accept-Transfer.ps1";

fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.expect("xtask is in the workspace").to_owned()
}

fn script() -> String {
    std::fs::read_to_string(workspace().join(SCRIPT)).unwrap()
}

/// The comment-based help.
fn help(script: &str) -> &str {
    let (_, rest) = script.split_once("<#\n").expect("a comment");
    rest.split_once("\n#>").expect("the end of the comment").0
}

/// What the scenarios conclude from an accept.
fn conclusions() -> Vec<Value> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(workspace().join("spec/scenarios")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let scenario: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        if scenario["call"]["operation"] == "accept_transfer" {
            let expect = &scenario["expect"];
            found.push(expect["conclusion"].clone());
            found.push(expect["sentAgain"]["otherwise"].clone());
        }
    }
    assert!(found.len() > 100, "{}", found.len());
    found
}

/// Whether the text has the word as a whole.
fn has_word(text: &str, word: &str) -> bool {
    text.split(|char: char| !char.is_ascii_alphanumeric() && char != '-')
        .any(|found| found == word)
}

#[test]
fn names_every_outcome_and_kind_of_error_of_the_scenarios() {
    let script = script();
    let words: BTreeSet<String> = conclusions()
        .iter()
        .flat_map(|one| [&one["answer"]["outcome"]["is"], &one["error"]["kind"]])
        .filter_map(|word| Some(word.as_str()?.to_owned()))
        .collect();
    assert_eq!(words.len(), 9, "{words:?}");
    for word in words {
        assert!(has_word(help(&script), &word), "the help names {word}");
        let (_, code) = script.split_once("\n#>").unwrap();
        assert!(has_word(code, &word), "the code names {word}");
    }
}

#[test]
fn names_every_status_that_leaves_the_outcome_open() {
    let script = script();
    let mut statuses = BTreeSet::from([429]);
    for one in conclusions() {
        statuses.extend(one["answer"]["status"].as_u64());
        if one["error"]["mayHaveBeenApplied"] == true && one["error"]["status"] != 400 {
            statuses.extend(one["error"]["status"].as_u64());
        }
    }
    let (_, code) = script.split_once("\n#>").unwrap();
    for status in statuses {
        assert!(has_word(code, &status.to_string()), "{status}");
    }
}

#[test]
fn knows_every_documented_state_of_a_transfer() {
    let document = std::fs::read(workspace().join("spec/dist/openapi.json")).unwrap();
    let document: Value = serde_json::from_slice(&document).unwrap();
    let states = &document["components"]["schemas"]["TransferStatus"]["x-extensible-enum"];
    let states = states.as_array().unwrap();
    assert!(!states.is_empty());
    let script = script();
    for state in states {
        let state = state.as_str().unwrap();
        assert!(script.contains(&format!("'{state}'")), "{state}");
    }
}

#[test]
fn has_help_for_every_parameter() {
    let script = script();
    let help = help(&script);
    for keyword in [".SYNOPSIS", ".DESCRIPTION", ".EXAMPLE"] {
        assert!(help.lines().any(|line| line == keyword), "{keyword}");
    }
    let (_, parameters) = script.split_once("\nparam(\n").unwrap();
    let (parameters, _) = parameters.split_once("\n)\n").unwrap();
    let names: BTreeSet<&str> = parameters
        .lines()
        .filter_map(|line| line.split_once('$')?.1.split([' ', ',']).next())
        .collect();
    let helped = help
        .lines()
        .filter_map(|line| line.strip_prefix(".PARAMETER "));
    assert_eq!(names, helped.collect());
    for code in [0, 1, 2, 3, 4, 5, 6, 7] {
        assert!(
            help.contains(&format!("\n      {code}  ")),
            "exit code {code}"
        );
    }
}

#[test]
fn sends_what_the_rules_ask_for_and_prints_no_token() {
    let script = script();
    for part in [
        "'MS-RequestId'",
        "'MS-CorrelationId'",
        "Content-Length: 0",
        "MaximumRedirection = 0",
        "DisableKeepAlive   = $true",
        "Retry-After",
    ] {
        assert!(script.contains(part), "{part}");
    }
    // The only two uses after the token is read: a check, and the header.
    let uses: Vec<_> = script
        .lines()
        .map(str::trim)
        .filter(|line| line.to_lowercase().contains("plaintoken"))
        .collect();
    assert_eq!(
        uses,
        [
            "Authorization      = \"Bearer $plainToken\"",
            "$plainToken = if ($Token) { [Net.NetworkCredential]::new('', $Token).Password } else { $env:PARTNER_CENTER_TOKEN }",
            "if (\"$plainToken\" -notmatch '\\A[A-Za-z0-9._~+/-]+=*\\z') {",
        ]
    );
}

#[test]
fn avoids_what_windows_powershell_lacks() {
    let script = script();
    // Windows PowerShell reads a file without a byte order mark in the encoding of the machine.
    assert!(script.is_ascii());
    for newer in [
        " ?? ",
        "?.",
        " && ",
        " || ",
        "SkipHttpErrorCheck",
        "StatusCodeVariable",
        "-AsHashtable",
        "-NoEnumerate",
        "clean {",
    ] {
        assert!(!script.contains(newer), "{newer}");
    }
}

/// Is a parse, and no more: the script is not run.
#[test]
fn powershell_parses_it_where_it_is_installed() {
    let parse = format!(
        "$problems = $null; \
         [void] [Management.Automation.Language.Parser]::ParseFile('{}', [ref] $null, [ref] $problems); \
         $problems | ForEach-Object {{ $_.ToString() }}; exit @($problems).Count",
        workspace().join(SCRIPT).display()
    );
    let pwsh = Command::new("pwsh")
        .args(["-NoProfile", "-NonInteractive", "-Command", &parse])
        .output();
    match pwsh {
        Ok(output) => {
            let printed = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{printed}");
        }
        // Not by a macro, whose output a passed test does not show.
        Err(error) => writeln!(
            std::io::stderr(),
            "NOT PARSED: {SCRIPT}: failed to run pwsh ({error}); only its text was checked"
        )
        .unwrap(),
    }
}
