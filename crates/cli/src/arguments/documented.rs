//! The command line with its examples and groups, as the help and the manual show it.

use std::fmt::Write as _;

use clap::builder::{StyledStr, Styles};
use clap::{Arg, Command};
use partner_center_terminal::width;
use textwrap::Options;

use super::examples::examples;
use super::{help, ids};

/// The groups of commands in the help of the program. Commands that are in none are the last group.
const GROUPS: [(&str, &[&str]); 2] = [
    (
        "Transfers",
        &[
            "create",
            "get",
            "list",
            "accept",
            "reject",
            "cancel",
            "withdraw",
            "eligibility",
            "wait",
            "bulk",
        ],
    ),
    (
        "Sign-in and profiles",
        &["login", "logout", "whoami", "config"],
    ),
];

const OTHER_COMMANDS: &str = "Other commands";

/// Options that `pctransfers -h` shows; `--help` shows all of them.
const SHORT_OPTIONS: [&str; 3] = ["emulator", "help", "version"];

/// Options of the emulator that its `-h` shows, so that it fits on a screen. The emulator's own command
/// has the same options.
const SHORT_EMULATOR_OPTIONS: [&str; 8] = [
    "listen",
    "allow_remote",
    "tls",
    "data",
    "state",
    "no_auth",
    "quiet",
    "help",
];

fn is_rare(path: &str, arg: &Arg) -> bool {
    path == "emulator" && !SHORT_EMULATOR_OPTIONS.contains(&arg.get_id().as_str())
}

/// The command with examples for each subcommand, and with the global options of the program only.
pub(super) fn complete(mut command: Command) -> Command {
    command.build();
    command
        .mut_args(any_letter_case)
        .mut_subcommands(|subcommand| document(subcommand, ""))
}

/// The same, with the commands in groups.
pub(super) fn for_help(command: Command) -> Command {
    let command = complete(command);
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}{{all-args}}{{after-help}}",
        groups(&command)
    );
    command
        .override_usage("pctransfers [OPTIONS] <COMMAND>")
        .help_template(StyledStr::from(template))
        .mut_args(|arg| {
            let is_short = SHORT_OPTIONS.contains(&arg.get_id().as_str());
            arg.hide_short_help(!is_short)
        })
        // The template shows them.
        .mut_subcommands(|subcommand| subcommand.hide(true))
}

fn document(command: Command, parent: &str) -> Command {
    if command.get_name() == "help" {
        return command;
    }
    let path = format!("{parent} {}", command.get_name());
    let path = path.trim_start();
    let mut text = String::new();
    if let Some(more) = command.get_after_long_help() {
        let _ = write!(text, "{}\n\n", more.ansi());
    }
    let examples = examples(path);
    if !examples.is_empty() {
        let header = Styles::styled().get_header().to_owned();
        let _ = writeln!(text, "{header}Examples:{header:#}");
        for (purpose, line) in examples {
            let _ = writeln!(text, "  {purpose}:\n    {line}");
        }
        text.push('\n');
    }
    text += help::SUBCOMMAND;
    let command = match ids::usage_of(&command, path) {
        Some(usage) => command.override_usage(usage),
        None => command,
    };
    command
        .mut_args(|arg| {
            let (is_global, is_rare) = (arg.is_global_set(), is_rare(path, &arg));
            let arg = any_letter_case(arg);
            if is_global {
                arg.hide(true)
            } else if is_rare {
                arg.hide_short_help(true)
            } else {
                arg
            }
        })
        .after_help(help::SHORT_SUBCOMMAND)
        .after_long_help(StyledStr::from(text))
        .mut_subcommands(|subcommand| document(subcommand, path))
}

/// Words of a list are recognized in any letter case.
fn any_letter_case(arg: Arg) -> Arg {
    let is_word = !arg.get_possible_values().is_empty();
    arg.ignore_case(is_word)
}

/// The commands and what they do, in groups.
fn groups(command: &Command) -> String {
    let visible: Vec<&Command> = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set() && command.get_name() != "help")
        .collect();
    let is_other = |command: &&&Command| {
        !GROUPS
            .iter()
            .any(|(_, names)| names.contains(&command.get_name()))
    };
    let mut groups: Vec<(&str, Vec<&Command>)> = Vec::new();
    for (heading, names) in GROUPS {
        let find = |name| {
            visible
                .iter()
                .find(move |command| command.get_name() == name)
        };
        groups.push((
            heading,
            names
                .iter()
                .filter_map(|name| find(*name))
                .copied()
                .collect(),
        ));
    }
    groups.push((
        OTHER_COMMANDS,
        visible.iter().filter(is_other).copied().collect(),
    ));

    let longest = visible
        .iter()
        .map(|command| command.get_name().len())
        .max()
        .unwrap_or(0);
    let indentation = " ".repeat(longest + 4);
    let styles = Styles::styled();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let mut text = String::new();
    for (heading, commands) in groups.iter().filter(|(_, commands)| !commands.is_empty()) {
        let _ = writeln!(text, "{header}{heading}:{header:#}");
        for command in commands {
            let about = command
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            let options = Options::new(width::of_help())
                .initial_indent(&indentation)
                .subsequent_indent(&indentation);
            let about = textwrap::fill(&about, options);
            let about = about.trim_start();
            let name = command.get_name();
            let gap = " ".repeat(longest + 2 - name.len());
            let _ = writeln!(text, "  {literal}{name}{literal:#}{gap}{about}");
        }
        text.push('\n');
    }
    text
}
