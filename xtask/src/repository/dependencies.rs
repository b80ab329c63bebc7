//! Checks which crates each package depends on.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::{files, process};

/// Crates of the generator and its output, which no user's build may contain.
const GENERATOR_CRATES: [&str; 6] = [
    "progenitor",
    "progenitor-client",
    "typify",
    "regress",
    "chrono",
    "openapiv3",
];

/// The packages of this workspace that each package may depend on.
const ALLOWED: [(&str, &[&str]); 8] = [
    ("partner-center-core", &[]),
    ("partner-center-transfers", &["partner-center-core"]),
    ("partner-center-bulk", &["partner-center-transfers"]),
    ("partner-center-codegen", &[]),
    ("partner-center-terminal", &[]),
    ("partner-center-emulator", &["partner-center-terminal"]),
    ("partner-center-conformance", &["partner-center-terminal"]),
    (
        "pctransfers",
        &[
            "partner-center-bulk",
            "partner-center-emulator",
            "partner-center-terminal",
            "partner-center-transfers",
        ],
    ),
];

/// The most crates that a user's build may have on Linux, by the arguments that choose its features.
const MOST_CRATES: [(&[&str], usize); 2] = [(&[], 96), (&["--no-default-features"], 84)];

/// Where the number of crates in a user's build is documented.
const DOCUMENTS: [&str; 2] = ["README.md", "crates/transfers/README.md"];

pub(super) fn check(root: &Path) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    let transfers = ["--package", "partner-center-transfers"];
    let all_features = tree(root, &[&transfers[..], &["--all-features"]].concat())?;
    for name in GENERATOR_CRATES {
        if all_features.contains(name) {
            problems.push(format!("partner-center-transfers depends on {name}"));
        }
    }
    for (package, allowed) in ALLOWED {
        let direct = tree(root, &["--package", package, "--depth", "1"])?;
        for name in direct.iter().filter(|name| *name != package) {
            let is_ours = name.starts_with("partner-center-") || name == "pctransfers";
            if is_ours && !allowed.contains(&name.as_str()) {
                problems.push(format!("{package} may not depend on {name}"));
            }
        }
        let has_http = direct.contains("reqwest");
        if has_http != (package == "partner-center-core") {
            problems.push(format!(
                "{package}: only partner-center-core depends on reqwest directly"
            ));
        }
    }
    // The numbers are those of Linux.
    if cfg!(target_os = "linux") {
        for (features, most) in MOST_CRATES {
            let count = tree(root, &[&transfers[..], features].concat())?.len();
            if count > most {
                let arguments = [&["cargo tree -e normal"][..], &transfers, features].concat();
                problems.push(format!(
                    "`{}`: {count} crates; expected at most {most}",
                    arguments.join(" ")
                ));
            }
        }
        let count = tree(root, &transfers)?.len();
        let sentence = format!("A user's default build has {count} crates");
        let documented = DOCUMENTS.iter().any(|file| {
            let text = files::read_text(&root.join(file)).unwrap_or_default();
            text.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .contains(&sentence)
        });
        if !documented {
            let documents = DOCUMENTS.join(" or ");
            problems.push(format!("{documents}: expected the sentence {sentence:?}"));
        }
    }
    Ok(problems)
}

/// Returns the names of the crates that `cargo tree` lists.
fn tree(root: &Path, arguments: &[&str]) -> Result<BTreeSet<String>, String> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["tree", "--locked", "--prefix", "none", "--edges", "normal"])
        .args(arguments)
        .current_dir(root);
    let printed = process::run("`cargo tree`", &mut cargo)?;
    let names = printed.lines().filter_map(|line| line.split(' ').next());
    Ok(names.map(str::to_owned).collect())
}
