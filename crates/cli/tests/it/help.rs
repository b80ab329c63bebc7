//! Help pages and the version.

use crate::run::{CANARY, command, finish, run};

const COMMANDS: [&str; 16] = [
    "accept",
    "cancel",
    "completions",
    "config",
    "create",
    "eligibility",
    "explain",
    "get",
    "list",
    "login",
    "logout",
    "man",
    "reject",
    "wait",
    "whoami",
    "withdraw",
];

#[test]
fn long_help_of_the_program_is_complete() {
    insta::assert_snapshot!("help", run(&["--help"]).story());
}

#[test]
fn long_help_of_a_command_has_its_own_options_only() {
    for name in COMMANDS {
        let help = run(&[name, "--help"]).stdout;
        assert!(!help.contains("--locale"), "{help}");
        insta::assert_snapshot!(format!("help-{name}"), help);
    }
}

#[test]
fn short_help_of_a_command_has_one_line_per_option() {
    for name in COMMANDS {
        let help = run(&[name, "-h"]).stdout;
        assert!(!help.contains("--locale"), "{help}");
        assert!(help.lines().count() < 40, "{help}");
    }
    insta::assert_snapshot!("short-help-accept", run(&["accept", "-h"]).stdout);
}

#[test]
fn help_does_not_show_values_of_environment_variables() {
    let run = finish(
        command()
            .arg("--help")
            .env("PCTRANSFERS_TOKEN", CANARY)
            .env("PCTRANSFERS_ENDPOINT", format!("https://{CANARY}")),
    );
    assert_eq!(run.code, 0);
}

#[test]
fn version_is_that_of_the_package() {
    let run = run(&["--version"]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stdout,
        format!("pctransfers {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn short_help_is_shown_without_arguments() {
    let short = run(&["-h"]);
    insta::assert_snapshot!("short-help", short.stdout);
    let run = run(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, short.stdout);
}
