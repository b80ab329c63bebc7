//! What a user's build has in it, and what the manifests promise.

use std::process::Command;

use partner_center_tests::workspace;

fn tree(arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "--prefix",
            "none",
            "--edges",
            "normal",
        ])
        .args(arguments)
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let mut crates: Vec<String> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect();
    crates.sort();
    crates.dedup();
    crates
}

#[test]
fn a_user_gets_no_generator() {
    let crates = tree(&["--package", "partner-center-transfers", "--all-features"]);
    assert!(crates.contains(&"reqwest".to_owned()), "{crates:?}");
    for unwanted in [
        "progenitor",
        "progenitor-client",
        "typify",
        "regress",
        "chrono",
        "openapiv3",
    ] {
        assert!(
            !crates.contains(&unwanted.to_owned()),
            "{unwanted} is in {crates:?}"
        );
    }
}

/// The number in the README, which is that of Linux.
#[test]
#[cfg(target_os = "linux")]
fn a_user_s_crates_are_as_many_as_the_readme_says() {
    let crates = tree(&["--package", "partner-center-transfers"]);
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let said = format!("A user's default build has {} crates", crates.len());
    assert!(readme.contains(&said), "the README does not say: {said}");
}

#[test]
fn only_core_speaks_http() {
    for package in ["partner-center-transfers", "partner-center-codegen"] {
        let direct = tree(&["--package", package, "--depth", "1"]);
        assert!(
            !direct.contains(&"reqwest".to_owned()),
            "{package}: {direct:?}"
        );
    }
    let direct = tree(&["--package", "partner-center-core", "--depth", "1"]);
    assert!(direct.contains(&"reqwest".to_owned()), "{direct:?}");
}

#[test]
fn every_member_takes_versions_and_lints_from_the_workspace() {
    let root = workspace();
    let mut members = vec![root.join("xtask"), root.join("tests")];
    for entry in std::fs::read_dir(root.join("crates")).unwrap() {
        members.push(entry.unwrap().path());
    }
    assert_eq!(members.len(), 7);
    for member in members {
        let manifest = std::fs::read_to_string(member.join("Cargo.toml")).unwrap();
        let name = member.display();
        assert!(manifest.contains("\n[lints]\nworkspace = true\n"), "{name}");
        let mut in_dependencies = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                in_dependencies = line.ends_with("dependencies]");
            } else if in_dependencies && !line.is_empty() && !line.starts_with('#') {
                // A dev-dependency in a cycle must have no version, which the workspace's has.
                let from_workspace = line.ends_with(".workspace = true")
                    || line.contains("{ workspace = true")
                    || line.contains("{ path = \"../transfers\", features");
                assert!(from_workspace, "{name}: {line}");
            }
        }
    }
}

#[test]
fn the_declared_compiler_is_the_one_that_is_used() {
    let read = |file: &str| std::fs::read_to_string(workspace().join(file)).unwrap();
    let declared = read("Cargo.toml");
    let declared = declared
        .split("rust-version = \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let pinned = read("rust-toolchain.toml");
    assert!(
        pinned.contains(&format!("channel = \"{declared}.")),
        "{declared}, {pinned}"
    );
}
