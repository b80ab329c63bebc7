//! Each `cargo run -p pctransfers -- ...` that the README shows is run, and ends as it says there.

use assert_cmd::Command;

#[test]
fn the_readme_s_commands_end_as_it_says() {
    let readme = include_str!("../../../README.md");
    let mut run = 0;
    for line in readme.lines() {
        let Some(rest) = line.strip_prefix("cargo run -p pctransfers -- ") else {
            continue;
        };
        let (arguments, code) = rest
            .split_once(" # exits with ")
            .unwrap_or_else(|| panic!("the README does not say how this ends: {line}"));
        let mut command = Command::cargo_bin("pctransfers").expect("cargo has built it");
        command.args(arguments.split(' '));
        for name in ["PCTRANSFERS_TOKEN", "PCTRANSFERS_ENDPOINT"] {
            command.env_remove(name);
        }
        command
            .assert()
            .code(code.parse::<i32>().expect("a number"));
        run += 1;
    }
    assert!(
        run >= 4,
        "the README shows only {run} of the command's calls"
    );
}
