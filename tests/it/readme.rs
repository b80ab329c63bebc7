//! Each command that the README shows is run: by `cargo xtask ci`, which CI calls, or by the
//! command's own tests, which run all of its lines.

use partner_center_tests::workspace;

/// The lines of the README's shell blocks, without what stands behind `#`.
fn commands() -> Vec<String> {
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let mut in_shell = false;
    let mut commands = Vec::new();
    for line in readme.lines() {
        if line.starts_with("```") {
            in_shell = line == "```sh";
        } else if in_shell {
            let command = line.split(" # ").next().unwrap_or_default();
            commands.push(command.trim().to_owned());
        }
    }
    commands
}

#[test]
fn ci_runs_each_command() {
    let gates = std::fs::read_to_string(workspace().join("xtask/src/ci.rs")).unwrap();
    let ci = std::fs::read_to_string(workspace().join(".ci/run")).unwrap();
    // Run by xtask's own tests, in a copy of the workspace, since it writes.
    let xtask = std::fs::read_to_string(workspace().join("xtask/tests/codegen.rs")).unwrap();
    assert!(xtask.contains("copy.xtask(&[\"codegen\"])"));

    let commands = commands();
    assert!(commands.len() >= 7, "{commands:?}");
    for command in commands {
        let run = gates.contains(&format!("\"{command}\""))
            || ci.lines().any(|line| line == command)
            || command == "cargo xtask codegen"
            // `cargo xtask ci` is what CI calls; a benchmark's figures need a quiet machine, and
            // CI compiles it.
            || command == "cargo bench -p partner-center-tests"
            || command == "cargo bench -p partner-center-emulator"
            // Runs until it is stopped: its own tests start and stop it.
            || command == "cargo run -p partner-center-emulator"
            || command.starts_with("cargo run -p pctransfers -- ");
        assert!(run, "nobody runs `{command}`");
    }
}
