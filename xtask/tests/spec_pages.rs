//! The pages of spec/, which the npm package contains too: their links lead to files of the package and
//! to headings that exist, and the first one is short.

use std::path::{Path, PathBuf};

const PAGES: [&str; 8] = [
    "CHANGELOG.md",
    "CLIENTS.md",
    "DOCUMENT.md",
    "README.md",
    "RULES.md",
    "SOURCES.md",
    "UPGRADE.md",
    "scenarios/README.md",
];
/// The lines of a page that a newcomer reads in a minute.
const MAX_LINES: usize = 90;

fn spec() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../spec")
}

fn page(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The targets of a page's links, without those to other sites.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split(')').next());
    targets.filter(|link| !link.contains("://")).collect()
}

/// The anchors of a page's headings.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let kept = line.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.replace(' ', "-");
        kept.replace(|it: char| !it.is_alphanumeric() && it != '-', "")
    };
    headings.map(anchor).collect()
}

#[test]
fn links_lead_to_files_of_the_package() {
    let manifest = page(&spec().join("../xtask/src/pack/package.rs"));
    for name in PAGES {
        let path = spec().join(name);
        let text = page(&path);
        let packed = manifest.contains(&format!("\"spec/{name}\"")) || name.contains('/');
        assert!(packed, "{name} is not packed");
        for link in links(&text) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                path.clone()
            } else {
                path.parent().unwrap().join(file)
            };
            let real = std::fs::canonicalize(&target);
            let real = real.unwrap_or_else(|error| panic!("{name}: {link}: {error}"));
            let inside = real.starts_with(std::fs::canonicalize(spec()).unwrap());
            assert!(inside, "{name}: {link} is not in the package");
            let found = anchor.is_empty() || anchors(&page(&real)).iter().any(|it| it == anchor);
            assert!(found, "{name}: {link} has no heading");
        }
    }
}

#[test]
fn the_first_page_is_short_and_starts_each_language() {
    let text = page(&spec().join("README.md"));
    assert!(text.lines().count() <= MAX_LINES);
    for language in [
        "C#",
        "PowerShell",
        "Python",
        "TypeScript",
        "Go",
        "Java",
        "Kotlin",
        "PHP",
        "Ruby",
        "Rust",
    ] {
        let rows = text
            .lines()
            .filter(|line| line.starts_with(&format!("| {language} |")));
        assert_eq!(rows.count(), 1, "{language}");
    }
    for part in [
        "/oauth2/v2.0/token",
        "scope=https://api.partnercenter.microsoft.com/.default",
        "/oauth2/token",
        "resource=https://api.partnercenter.microsoft.com",
        "partner-center-emulator",
        "openapi-flat.json",
    ] {
        assert!(text.contains(part), "{part}");
    }
}
