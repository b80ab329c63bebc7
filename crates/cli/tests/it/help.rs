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

/// The names of all commands, with those of their subcommands, as the completions have them.
fn all_commands() -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    for page in run(&[
        "man",
        "--out",
        tempfile::tempdir().unwrap().path().to_str().unwrap(),
    ])
    .stdout
    .lines()
    {
        let name = page.strip_suffix(".1").unwrap();
        let words = name.split('-').skip(1).map(str::to_owned).collect();
        commands.push(words);
    }
    commands
}

#[test]
fn short_help_fits_on_a_screen_of_80_columns() {
    let commands = all_commands();
    assert!(commands.len() > 14, "{commands:?}");
    let mut too_long = Vec::new();
    for words in commands {
        let help = finish(command().args(&words).arg("-h").env("COLUMNS", "80"));
        assert_eq!(help.code, 0, "{words:?}: {}", help.stderr);
        let lines = help.stdout.lines().count();
        let widest = help
            .stdout
            .lines()
            .map(|line| line.chars().count())
            .max()
            .unwrap();
        if lines > 40 || widest > 80 {
            too_long.push(format!(
                "{words:?}: {lines} lines, {widest} columns\n{}",
                help.stdout
            ));
        }
    }
    assert!(too_long.is_empty(), "{}", too_long.join("\n"));
}

#[test]
fn short_help_of_a_command_has_its_own_options_only() {
    for name in COMMANDS {
        let help = run(&[name, "-h"]).stdout;
        assert!(!help.contains("--locale"), "{help}");
    }
    insta::assert_snapshot!("short-help-accept", run(&["accept", "-h"]).stdout);
}

#[test]
fn only_the_help_of_the_program_has_what_all_commands_share() {
    for words in all_commands() {
        for option in ["-h", "--help"] {
            let help = finish(command().args(&words).arg(option)).stdout;
            let is_complete = words.is_empty() && option == "--help";
            for shared in [
                "--locale",
                "NO_COLOR",
                "Exit codes:\n",
                "Environment variables:\n",
            ] {
                assert_eq!(
                    help.contains(shared),
                    is_complete,
                    "{words:?} {option}: {shared}"
                );
            }
            if words
                .last()
                .is_some_and(|word| word != "bulk" && word != "config")
            {
                let has_examples = help.contains("\nExamples:\n");
                assert_eq!(
                    has_examples,
                    option == "--help",
                    "{words:?} {option}\n{help}"
                );
            }
        }
    }
}

#[test]
fn the_help_of_the_program_has_each_command_in_one_group() {
    for option in ["-h", "--help"] {
        let help = run(&[option]).stdout;
        for name in COMMANDS {
            let start = format!("\n  {name} ");
            assert_eq!(help.matches(&start).count(), 1, "{name}\n{help}");
        }
    }
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
fn the_version_names_the_specification_and_the_commit() {
    let package = env!("CARGO_PKG_VERSION");
    let short = run(&["-V"]);
    assert_eq!(
        (short.code, short.stdout),
        (0, format!("pctransfers {package}\n"))
    );
    let long = run(&["--version"]);
    assert_eq!(long.code, 0);
    let document = include_str!("../../../../spec/openapi.yaml");
    let (_, specification) = document.split_once("\n  version: \"").unwrap();
    let specification = specification.split('"').next().unwrap();
    let start = format!("pctransfers {package}\nspecification {specification}\ncommit ");
    let commit = long
        .stdout
        .strip_prefix(&start)
        .unwrap_or_else(|| panic!("{}", long.stdout));
    // `unknown` in a source tree without git.
    let git = std::process::Command::new("git")
        .args(["rev-parse", "HEAD"])
        .output();
    match git {
        Ok(git) if git.status.success() => {
            assert!(commit.len() == 41 && commit.trim().bytes().all(|it| it.is_ascii_hexdigit()));
        }
        _ => assert!(!commit.trim().is_empty()),
    }
}

#[test]
fn short_help_is_shown_without_arguments() {
    let short = run(&["-h"]);
    insta::assert_snapshot!("short-help", short.stdout);
    let run = run(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, short.stdout);
}
