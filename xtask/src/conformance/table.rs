//! The table in spec/README.md, between two marks.

use std::fmt::Write as _;
use std::path::Path;

use super::exchanges::exchanges;
use super::report::{Row, passed};

const README: &str = "spec/README.md";
const BEGIN: &str = "<!-- begin: written by `cargo xtask conformance` -->\n";
const END: &str = "<!-- end -->";

/// A line for each client, and below what they cannot do.
pub(super) fn text(rows: &[Row]) -> String {
    let mut text = "\n| client | language |".to_owned();
    for exchange in exchanges() {
        let _ = write!(text, " {} |", exchange.name);
    }
    text.push_str(" scenarios |\n|---|---|");
    text.push_str(&"---|".repeat(exchanges().count() + 1));
    text.push('\n');
    for row in rows {
        let _ = write!(text, "| {} | {} |", row.client.title, row.client.language);
        for case in &row.service {
            text.push_str(if case.failure.is_none() {
                " yes |"
            } else {
                " no |"
            });
        }
        let (good, all) = (passed(&row.scenarios), row.scenarios.len());
        let _ = writeln!(text, " {good} of {all} |");
    }
    for row in rows.iter().filter(|row| !row.client.cannot.is_empty()) {
        let _ = writeln!(text, "\n**{}**", row.client.title);
        text.push('\n');
        for limit in &row.client.cannot {
            let cases: Vec<_> = limit.cases.iter().map(|case| format!("`{case}`")).collect();
            let _ = writeln!(text, "- {} ({})", limit.reason, cases.join(", "));
        }
    }
    text.push('\n');
    text
}

/// Puts it in its place. Gives whether that changed anything.
pub(super) fn write(root: &Path, text: &str) -> Result<bool, String> {
    let (old, new) = replaced(root, text)?;
    if old == new {
        return Ok(false);
    }
    std::fs::write(root.join(README), new)
        .map_err(|error| format!("failed to write {README}: {error}"))?;
    Ok(true)
}

/// Fails if it is not what stands there.
pub(super) fn check(root: &Path, text: &str) -> Result<(), String> {
    let (old, new) = replaced(root, text)?;
    if old == new {
        return Ok(());
    }
    let (_, found, _) = split(&old)?;
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (found, wanted) = (lines(found), lines(text));
    let gone = found.iter().filter(|line| !wanted.contains(line));
    let come = wanted.iter().filter(|line| !found.contains(line));
    let gone = gone.map(|line| format!("-{line}\n"));
    let diff: String = gone.chain(come.map(|line| format!("+{line}\n"))).collect();
    Err(format!(
        "{README}: the table of clients is out of date; run `cargo xtask conformance`\n{diff}"
    ))
}

fn replaced(root: &Path, text: &str) -> Result<(String, String), String> {
    let old = std::fs::read_to_string(root.join(README))
        .map_err(|error| format!("failed to read {README}: {error}"))?;
    let (before, _, after) = split(&old)?;
    let new = format!("{before}{BEGIN}{text}{END}{after}");
    Ok((old, new))
}

fn split(readme: &str) -> Result<(&str, &str, &str), String> {
    let marks = || {
        format!(
            "{README}: expected the marks `{}` and `{END}`",
            BEGIN.trim_end()
        )
    };
    let (before, rest) = readme.split_once(BEGIN).ok_or_else(marks)?;
    let (found, after) = rest.split_once(END).ok_or_else(marks)?;
    Ok((before, found, after))
}
