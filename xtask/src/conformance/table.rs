//! The table in spec/CLIENTS.md, between two markers.

use std::fmt::Write as _;
use std::path::Path;

use super::emulator_cases::cases;
use super::results::{Row, passed};
use crate::files;

const CLIENTS: &str = "spec/CLIENTS.md";
const BEGIN: &str = "<!-- begin: written by `cargo xtask conformance` -->\n";
const END: &str = "<!-- end -->";

/// Formats a line for each client, and a subsection with the limits of each below.
pub(super) fn text(rows: &[Row]) -> String {
    let mut text = "\n| client | language |".to_owned();
    for case in cases() {
        let _ = write!(text, " {} |", case.name);
    }
    text.push_str(" scenarios |\n|---|---|");
    text.push_str(&"---|".repeat(cases().len() + 1));
    text.push('\n');
    for row in rows {
        let _ = write!(text, "| {} | {} |", row.client.title, row.client.language);
        for case in &row.emulator {
            text.push_str(if case.failure.is_none() {
                " yes |"
            } else {
                " no |"
            });
        }
        let (good, all) = (passed(&row.scenarios), row.scenarios.len());
        let _ = writeln!(text, " {good} of {all} |");
    }
    text.push_str("\n## What each client cannot do\n");
    for row in rows.iter().filter(|row| !row.client.cannot.is_empty()) {
        let _ = writeln!(text, "\n### {}\n", row.client.title);
        for limit in &row.client.cannot {
            let cases: Vec<_> = limit.cases.iter().map(|case| format!("`{case}`")).collect();
            let _ = writeln!(text, "- {} ({})", limit.reason, cases.join(", "));
        }
    }
    text.push('\n');
    text
}

/// Writes the table and returns whether it changed.
pub(super) fn write(root: &Path, text: &str) -> Result<bool, String> {
    let (old, new) = replaced(root, text)?;
    if old == new {
        return Ok(false);
    }
    files::write(&root.join(CLIENTS), new)?;
    Ok(true)
}

/// Fails if the table in the file differs.
pub(super) fn check(root: &Path, text: &str) -> Result<(), String> {
    let (old, new) = replaced(root, text)?;
    if old == new {
        return Ok(());
    }
    let (_, found, _) = split(&old)?;
    let added = text
        .lines()
        .filter(|line| !found.lines().any(|old| old == *line));
    let removed = found
        .lines()
        .filter(|line| !text.lines().any(|new| new == *line));
    let diff: String = removed
        .map(|line| format!("-{line}\n"))
        .chain(added.map(|line| format!("+{line}\n")))
        .collect();
    Err(format!(
        "{CLIENTS}: the table of clients is out of date; run `cargo xtask conformance`\n{diff}"
    ))
}

fn replaced(root: &Path, text: &str) -> Result<(String, String), String> {
    let old = files::read_text(&root.join(CLIENTS))?;
    let (before, _, after) = split(&old)?;
    let new = format!("{before}{BEGIN}{text}{END}{after}");
    Ok((old, new))
}

fn split(page: &str) -> Result<(&str, &str, &str), String> {
    let missing = || {
        format!(
            "{CLIENTS}: expected the markers `{}` and `{END}`",
            BEGIN.trim_end()
        )
    };
    let (before, rest) = page.split_once(BEGIN).ok_or_else(missing)?;
    let (found, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok((before, found, after))
}
