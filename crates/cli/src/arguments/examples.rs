//! Examples of each command, for its help and its manual page. A test parses each of them.

/// What an example is for, and its command line.
pub(crate) type Example = (&'static str, &'static str);

/// The examples of a command, which is named by its words, as in `bulk accept`.
pub(crate) fn examples(path: &str) -> &'static [Example] {
    let found = EXAMPLES.iter().find(|(name, _)| *name == path);
    found.map_or(&[], |(_, examples)| examples)
}

/// In the order of the commands in the help.
const EXAMPLES: &[(&str, &[Example])] = &[
    (
        "create",
        &[
            (
                "Offer a subscription to another partner",
                "pctransfers create CUSTOMER --target TARGET --subscription SUBSCRIPTION",
            ),
            (
                "Ask another partner for new-commerce subscriptions of two types",
                "pctransfers create CUSTOMER --new-commerce --source SOURCE \\\n      --source-name Contoso --customer-email admin@tailspin.example \\\n      --product Software,SaaS",
            ),
            (
                "Send a request from a file",
                "pctransfers create CUSTOMER --file request.json",
            ),
        ],
    ),
    (
        "get",
        &[
            ("Show a transfer", "pctransfers get CUSTOMER TRANSFER"),
            (
                "Show a transfer of the default customer as JSON",
                "pctransfers get --output json TRANSFER",
            ),
        ],
    ),
    (
        "list",
        &[
            ("List all transfers", "pctransfers list CUSTOMER"),
            (
                "List transfers that others offer to you and that are still open",
                "pctransfers list CUSTOMER --status active,pending --direction incoming",
            ),
            (
                "List the open transfers of many customers as a table for Excel",
                "pctransfers list --customers customers.csv --status active,pending \\\n      --output csv",
            ),
            (
                "List the transfers of many customers that expire within a week",
                "pctransfers list --customers customers.csv --expiring-within 7d",
            ),
        ],
    ),
    (
        "accept",
        &[
            (
                "Accept a transfer after a question",
                "pctransfers accept CUSTOMER TRANSFER",
            ),
            (
                "Accept a transfer in a script",
                "pctransfers accept CUSTOMER TRANSFER --yes --output json",
            ),
            (
                "Hand over a subscription of new commerce",
                "pctransfers accept CUSTOMER TRANSFER --new-commerce \\\n      --subscription SUBSCRIPTION",
            ),
        ],
    ),
    (
        "reject",
        &[(
            "Reject a transfer after a question",
            "pctransfers reject CUSTOMER TRANSFER",
        )],
    ),
    (
        "cancel",
        &[(
            "Cancel a transfer after a question",
            "pctransfers cancel CUSTOMER TRANSFER",
        )],
    ),
    (
        "withdraw",
        &[(
            "Withdraw a transfer after a question",
            "pctransfers withdraw CUSTOMER TRANSFER",
        )],
    ),
    (
        "eligibility",
        &[
            (
                "Show which subscriptions can be transferred",
                "pctransfers eligibility CUSTOMER",
            ),
            (
                "Print their ids only",
                "pctransfers --quiet eligibility CUSTOMER",
            ),
        ],
    ),
    (
        "wait",
        &[(
            "Wait for at most an hour",
            "pctransfers wait CUSTOMER TRANSFER --max-wait 3600",
        )],
    ),
    (
        "bulk create",
        &[(
            "Show what would be created, without a change",
            "pctransfers bulk create --input plan.csv --dry-run",
        )],
    ),
    (
        "bulk accept",
        &[
            (
                "Show what would be accepted, without a change",
                "pctransfers bulk accept --input plan.csv --dry-run",
            ),
            (
                "Accept the transfers of a file after a question",
                "pctransfers bulk accept --input plan.csv --journal run.journal",
            ),
            (
                "Send at most 5 requests per second",
                "pctransfers bulk accept --input plan.csv --journal run.journal --rate 5/s",
            ),
        ],
    ),
    (
        "bulk reject",
        &[(
            "Reject the transfers of a file after a question",
            "pctransfers bulk reject --input plan.csv --journal run.journal",
        )],
    ),
    (
        "bulk cancel",
        &[(
            "Cancel the transfers of a file after a question",
            "pctransfers bulk cancel --input plan.csv --journal run.journal",
        )],
    ),
    (
        "bulk withdraw",
        &[(
            "Withdraw the transfers of a file after a question",
            "pctransfers bulk withdraw --input plan.csv --journal run.journal",
        )],
    ),
    (
        "bulk resume",
        &[(
            "Continue a run",
            "pctransfers bulk resume --journal run.journal",
        )],
    ),
    (
        "bulk status",
        &[(
            "Show how far a run has come",
            "pctransfers bulk status --journal run.journal",
        )],
    ),
    (
        "bulk report",
        &[(
            "Write a table for Excel",
            "pctransfers bulk report --journal run.journal --format csv \\\n      --out report.csv",
        )],
    ),
    (
        "login",
        &[(
            "Sign in with the tenant and the app of a profile",
            "pctransfers login --profile contoso",
        )],
    ),
    (
        "logout",
        &[("Sign out", "pctransfers logout --profile contoso")],
    ),
    (
        "whoami",
        &[(
            "Show the user and the tenant for a script",
            "pctransfers whoami --output json",
        )],
    ),
    (
        "config list",
        &[("List the profiles", "pctransfers config list")],
    ),
    (
        "config set",
        &[
            (
                "Set the default customer",
                "pctransfers config set customer CUSTOMER",
            ),
            (
                "Set the tenant of a profile",
                "pctransfers config set tenant contoso.onmicrosoft.com --profile contoso",
            ),
        ],
    ),
    (
        "config path",
        &[("Print where the profiles are", "pctransfers config path")],
    ),
    (
        "explain",
        &[
            ("Explain a code", "pctransfers explain 900103"),
            ("List all known codes", "pctransfers explain"),
        ],
    ),
    (
        "emulator",
        &[
            ("Run an emulator on port 8484", "pctransfers emulator"),
            (
                "Keep its state in a file",
                "pctransfers emulator --state emulator.json",
            ),
        ],
    ),
    (
        "completions",
        &[(
            "Install the completions for fish",
            "pctransfers completions fish > ~/.config/fish/completions/pctransfers.fish",
        )],
    ),
    (
        "man",
        &[
            ("Read the manual page", "pctransfers man | man -l -"),
            (
                "Install all manual pages",
                "pctransfers man --out ~/.local/share/man/man1",
            ),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::CommandFactory as _;

    use super::{EXAMPLES, examples};
    use crate::arguments::Arguments;

    /// The paths of all commands that can be run.
    fn leaves(command: &clap::Command, path: &str, leaves: &mut Vec<String>) {
        for command in command
            .get_subcommands()
            .filter(|it| it.get_name() != "help")
        {
            let path = format!("{path} {}", command.get_name());
            if command.has_subcommands() {
                self::leaves(command, &path, leaves);
            } else {
                leaves.push(path.trim_start().to_owned());
            }
        }
    }

    #[test]
    fn each_command_has_examples_and_each_example_one_command() {
        let mut commands = Vec::new();
        leaves(&Arguments::command(), "", &mut commands);
        for path in &commands {
            assert!(!examples(path).is_empty(), "no example of {path}");
        }
        for (path, _) in EXAMPLES {
            assert!(
                commands.iter().any(|command| command == path),
                "no command {path}"
            );
        }
    }

    #[test]
    fn each_example_parses() {
        let customer = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
        for (path, examples) in EXAMPLES {
            for (_, line) in *examples {
                // The part that the shell passes to the command.
                let words: Vec<OsString> = line
                    .split(['|', '>'])
                    .next()
                    .unwrap()
                    .split_whitespace()
                    .filter(|word| *word != "\\")
                    .map(|word| match word {
                        "CUSTOMER" => customer.into(),
                        word if word.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                            "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba".into()
                        }
                        word => word.into(),
                    })
                    .collect();
                // The only example that depends on a profile.
                let default = *line == "pctransfers get --output json TRANSFER";
                let default = default.then(|| customer.parse().unwrap());
                if let Err(error) = Arguments::parse_with(words, |_| Ok(default)) {
                    panic!("{path}: {line}\n{error}");
                }
            }
        }
    }

    /// The help indents them by four columns, and must not break them.
    #[test]
    fn each_line_of_an_example_fits_on_a_terminal_of_80_columns() {
        for (path, examples) in EXAMPLES {
            for (purpose, line) in *examples {
                let lines = line.lines().chain([*purpose]);
                assert!(
                    lines.map(str::len).all(|length| length <= 76),
                    "{path}: {line}"
                );
            }
        }
    }
}
