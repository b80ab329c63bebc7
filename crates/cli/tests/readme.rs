//! Checks README.md and crates/cli/README.md against the command: each shell line works as printed,
//! and the tables list what the help lists.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail a test as its own lines do"
)]

mod markdown;
mod run;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::markdown::{COMMAND_README, README, blocks};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The documents that this repository's readers start with.
fn documents() -> Vec<(&'static str, &'static str)> {
    vec![
        ("README.md", README),
        ("CONTRIBUTING.md", include_str!("../../../CONTRIBUTING.md")),
        ("CHANGELOG.md", include_str!("../../../CHANGELOG.md")),
        ("SECURITY.md", include_str!("../../../SECURITY.md")),
        ("crates/cli/README.md", COMMAND_README),
        (
            "crates/codegen/README.md",
            include_str!("../../codegen/README.md"),
        ),
        (
            "crates/core/README.md",
            include_str!("../../core/README.md"),
        ),
        (
            "crates/transfers/README.md",
            include_str!("../../transfers/README.md"),
        ),
    ]
}

/// `guide.rs` runs the blocks that have a role; this runs all others.
#[test]
fn every_command_line_ends_with_the_exit_code_that_the_text_names() {
    let mut lines_run = 0;
    for document in [README, COMMAND_README] {
        for block in blocks(document) {
            if block.language != "sh" || block.role.is_some() {
                continue;
            }
            for line in block.lines {
                // The other of README.md's two commands; a gate of `cargo xtask ci` runs it.
                if line == "cargo xtask test" {
                    continue;
                }
                let arguments = line
                    .strip_prefix("cargo run -p pctransfers -- ")
                    .or_else(|| line.strip_prefix("pctransfers "))
                    .unwrap_or_else(|| panic!("no test runs `{line}`"));
                let arguments: Vec<&str> = arguments.split(' ').collect();
                let run = run::run(&arguments);
                assert_eq!(run.code, block.exit_code, "{line}\n{}", run.stderr);
                lines_run += 1;
            }
        }
    }
    assert!(lines_run >= 5, "only {lines_run} lines were run");
}

/// An interactive zsh knows no comments and splits no variables into words. Quoting every variable
/// makes a line mean the same in each shell.
#[test]
fn shell_lines_have_no_comments_and_quote_every_variable() {
    for (file, text) in documents() {
        for block in blocks(text) {
            if block.language != "sh" {
                continue;
            }
            for line in block.lines {
                assert!(!line.contains('#'), "{file}: a comment: {line}");
                for (at, _) in line.match_indices('$') {
                    let is_assigned = line[..at].ends_with('=') && line[at..].starts_with("$(");
                    let name = line[at + 1..].find(|c: char| !c.is_alphanumeric() && c != '_');
                    let is_quoted = line[..at].ends_with('"')
                        && name.is_some_and(|end| line[at + 1 + end..].starts_with('"'));
                    assert!(is_assigned || is_quoted, "{file}: quote `$`: {line}");
                }
            }
        }
    }
}

/// All words of a text that start with `prefix` and go on with `allowed` characters.
fn words(text: &str, prefix: &str, allowed: fn(char) -> bool) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for (at, _) in text.match_indices(prefix) {
        let rest = &text[at..];
        let end = rest[prefix.len()..].find(|c| !allowed(c));
        words.insert(rest[..end.map_or(rest.len(), |end| prefix.len() + end)].to_owned());
    }
    words
}

fn help(command: &[&str]) -> String {
    let run = run::run(&[command, &["--help"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

#[test]
fn the_help_lists_the_same_environment_variables() {
    let variables =
        |text: &str| words(text, "PCTRANSFERS_", |c| c.is_ascii_uppercase() || c == '_');
    assert_eq!(variables(COMMAND_README), variables(&help(&[])));
}

#[test]
fn the_help_lists_the_same_exit_codes() {
    let table = COMMAND_README.split("\n## Exit codes\n").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let documented: BTreeSet<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .filter(|cell| cell.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let help = help(&[]);
    let shown: BTreeSet<&str> = help
        .split("Exit codes")
        .nth(1)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    assert_eq!(documented, shown);
}

/// The service has eligibility for license-based subscriptions only.
#[test]
fn subscriptions_of_new_commerce_are_not_chosen_by_eligibility() {
    let mut accepts = 0;
    for document in [README, COMMAND_README] {
        let mut of_eligibility = false;
        for line in blocks(document).into_iter().flat_map(|block| block.lines) {
            if let Some((name, value)) = line.split_once('=')
                && name.trim_start_matches('$').trim_end() == "subscription"
            {
                of_eligibility = value.contains("eligibility");
            }
            if line.contains(" accept ") && line.contains("--new-commerce") {
                assert!(!of_eligibility, "{line}");
                accepts += 1;
            }
        }
    }
    assert_eq!(accepts, 2, "one for each kind of shell");
    assert!(help(&["eligibility"]).contains("nothing about new-commerce subscriptions"));
}

#[test]
fn every_option_that_the_readme_names_exists() {
    let mut known = help(&[]);
    for command in [
        "create",
        "get",
        "list",
        "accept",
        "reject",
        "cancel",
        "withdraw",
        "eligibility",
        "wait",
        "bulk",
        "login",
        "logout",
        "whoami",
        "config list",
        "config set",
        "config path",
        "explain",
        "emulator",
        "completions",
        "man",
    ] {
        known += &help(&command.split(' ').collect::<Vec<_>>());
        assert!(
            COMMAND_README.contains(&format!("`{command}`")),
            "{command}"
        );
    }
    for command in [
        "create", "accept", "reject", "cancel", "withdraw", "resume", "status", "report",
    ] {
        known += &help(&["bulk", command]);
        assert!(
            COMMAND_README.contains(&format!("`bulk {command} --"))
                || COMMAND_README.contains(&format!("`{command}`")),
            "{command}"
        );
    }
    let options = |text: &str| words(text, " --", |c| c.is_ascii_lowercase() || c == '-');
    let known = options(&known.replace('`', " "));
    let text: String = COMMAND_README
        .lines()
        .filter(|line| !line.starts_with("cargo "))
        .map(|line| line.replace('`', " ") + "\n")
        .collect();
    let unknown: Vec<String> = options(&text).difference(&known).cloned().collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_limits_have_the_defaults_that_the_help_shows() {
    let table = COMMAND_README.split("\n## Limits\n").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let help = help(&[]) + &help(&["wait"]);
    let mut rows = 0;
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let option = row.split([' ', '`']).find(|word| word.starts_with("--"));
        let default = row.trim_end_matches(" |").rsplit("| ").next().unwrap();
        let (_, after) = help.split_once(option.unwrap()).unwrap();
        let (_, after) = after.split_once("[default: ").unwrap();
        let shown = after.split(']').next().unwrap();
        assert_eq!(default.trim_matches('`'), shown, "{row}");
        rows += 1;
    }
    assert!(rows >= 4, "{rows}");
}

/// The anchors that GitHub gives to the headings of a document.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with('#')) {
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        anchors.insert(
            heading
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect(),
        );
    }
    anchors
}

#[test]
fn links_lead_to_files_and_headings_of_this_repository() {
    for (file, text) in documents() {
        let folder = workspace().join(file);
        let folder = folder.parent().unwrap();
        for link in text.split("](").skip(1) {
            let link = link.split(')').next().unwrap();
            if link.starts_with("https://") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let linked = if path.is_empty() {
                workspace().join(file)
            } else {
                folder.join(path)
            };
            assert!(linked.exists(), "{file}: {link}");
            if !anchor.is_empty() {
                let text = std::fs::read_to_string(&linked).unwrap();
                assert!(anchors(&text).contains(anchor), "{file}: {link}");
            }
        }
    }
}
