//! Shell completions, generated from the declaration of the arguments.
//!
//! The scripts contain all commands, options and words, so that a completion does not start the
//! command. Names of profiles are the exception: all shells but elvish ask the command for them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};
use clap_complete::{Shell, generate};

use crate::arguments::Arguments;

/// Prints the names of the profiles, one per line. PowerShell discards errors in a way of its own.
const PROFILES: &str = "pctransfers completions --profiles 2>/dev/null";

pub(crate) fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "pctransfers", &mut script);
    let script = String::from_utf8_lossy(&script);
    let lines = script.lines();
    match shell {
        Shell::Bash => bash(lines),
        Shell::Zsh => lines.map(zsh).collect(),
        Shell::Fish => lines.map(fish).chain(fish_arguments()).collect(),
        Shell::PowerShell => lines.map(power_shell).collect(),
        _ => script.into_owned(),
    }
}

/// Names the profiles after `--profile`, and leaves out the names of positional arguments, which
/// are not words to complete.
fn bash<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut script = String::new();
    let mut is_profile = false;
    for line in lines {
        let text = line.trim();
        if is_profile && text.starts_with("COMPREPLY=") {
            let _ = writeln!(
                script,
                r#"                    COMPREPLY=($(compgen -W "$({PROFILES})" -- "${{cur}}"))"#
            );
        } else if let Some(words) = text.strip_prefix("opts=\"") {
            let is_word = |word: &&str| !word.starts_with(['[', '<']);
            let words: Vec<&str> = words
                .trim_end_matches('"')
                .split(' ')
                .filter(is_word)
                .collect();
            let _ = writeln!(script, "            opts=\"{}\"", words.join(" "));
        } else {
            let _ = writeln!(script, "{line}");
        }
        is_profile = text == "--profile)";
    }
    script
}

fn zsh(line: &str) -> String {
    let profiles = format!(r#":NAME:{{compadd -- ${{(f)"$({PROFILES})"}}}}"#);
    if line.starts_with("'--profile=") {
        line.replace(":NAME:_default", &profiles) + "\n"
    } else {
        format!("{line}\n")
    }
}

fn fish(line: &str) -> String {
    if line.contains(" -l profile ") {
        format!("{line} -f -a \"({PROFILES})\"\n")
    } else {
        format!("{line}\n")
    }
}

/// The words of arguments, which the generated script does not have.
fn fish_arguments() -> Vec<String> {
    let command = Arguments::command();
    let mut lines = Vec::new();
    for subcommand in command.get_subcommands() {
        let words: Vec<String> = subcommand.get_positionals().flat_map(words_of).collect();
        if !words.is_empty() {
            lines.push(format!(
                "complete -c pctransfers -n \"__fish_pctransfers_using_subcommand {}\" -f -a \"{}\"\n",
                subcommand.get_name(),
                words.join(" ")
            ));
        }
    }
    lines
}

/// Adds the words of options and arguments, which the generated script does not have.
fn power_shell(line: &str) -> String {
    let mut text = format!("{line}\n");
    if line.trim() != "param($wordToComplete, $commandAst, $cursorPosition)" {
        return text;
    }
    let mut words = BTreeMap::new();
    add_words(&Arguments::command(), &mut words);
    text += "\n    $wordsAfter = @{\n";
    for (before, words) in words {
        let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let _ = writeln!(text, "        '{before}' = @({})", words.join(", "));
    }
    text += "    }
    $before = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    if ($before.Count) {
        if ($before[-1] -eq '--profile') {
            $words = @(";
    text += &PROFILES.replace("2>/dev/null", "2>$null");
    text += ")
        } else {
            $words = $wordsAfter[$before[-1]]
        }
        if ($words) {
            return $words |
                Where-Object { $_ -like \"$wordToComplete*\" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }
    }
";
    text
}

/// The words that can follow an option, or the name of a command.
fn add_words(command: &Command, words: &mut BTreeMap<String, Vec<String>>) {
    for arg in command.get_arguments() {
        let before = match arg.get_long() {
            Some(long) => format!("--{long}"),
            None => command.get_name().to_owned(),
        };
        let known = words_of(arg);
        if !known.is_empty() {
            words.entry(before).or_insert(known);
        }
    }
    for subcommand in command.get_subcommands() {
        add_words(subcommand, words);
    }
}

fn words_of(arg: &Arg) -> Vec<String> {
    if !arg.get_action().takes_values() {
        return Vec::new();
    }
    let values = arg.get_possible_values();
    values
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect()
}
