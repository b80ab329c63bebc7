//! Manual pages, generated from the declaration of the arguments: one for the program and one for
//! each command. The names of their sections are those of man-pages(7).

use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use roff::{Roff, bold, roman};

use crate::arguments::{Arguments, LONG_HELP, examples};

/// The title of a section of the help, and of the same section in the manual.
const SECTIONS: [(&str, &str); 2] = [
    ("Exit codes:", "EXIT STATUS"),
    ("Environment variables:", "ENVIRONMENT"),
];

/// The manual page of the program.
pub(crate) fn man() -> String {
    page(&Arguments::documented_command(), &[])
}

/// Writes the pages of the program and of all commands to a directory, and returns their names.
pub(crate) fn write_man(directory: &Path) -> Result<String, String> {
    let failed = |action: &str, path: &Path, error: std::io::Error| {
        format!("failed to {action} {}: {error}", path.display())
    };
    std::fs::create_dir_all(directory).map_err(|error| failed("create", directory, error))?;
    let mut names = String::new();
    for (name, text) in pages() {
        let path = directory.join(&name);
        std::fs::write(&path, text).map_err(|error| failed("write", &path, error))?;
        names += &name;
        names.push('\n');
    }
    Ok(names)
}

/// The names and contents of all pages.
fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    add_pages(&Arguments::documented_command(), &[], &mut pages);
    pages
}

fn add_pages(command: &Command, parents: &[&str], pages: &mut Vec<(String, String)>) {
    let words = [parents, &[command.get_name()]].concat();
    pages.push((format!("{}.1", words.join("-")), page(command, parents)));
    for subcommand in subcommands(command) {
        add_pages(subcommand, &words, pages);
    }
}

fn subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    let all = command.get_subcommands();
    all.filter(|command| !command.is_hide_set() && command.get_name() != "help")
}

/// A page. `parents` are the words before the name of the command.
fn page(command: &Command, parents: &[&str]) -> String {
    let words = [parents, &[command.get_name()]].concat();
    // One section for all options, whatever their headings in the help are.
    let mut flat = command
        .clone()
        .display_name(words.join("-"))
        .mut_args(|arg| arg.help_heading(None::<&str>));
    if parents.is_empty() {
        flat = flat.override_usage("pctransfers [OPTIONS] COMMAND [ARGUMENTS]");
    }
    let source = concat!("pctransfers ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(flat)
        .title(words.join("-").to_uppercase())
        .source(source)
        .manual("Partner Center transfers");
    let mut roff = Vec::new();
    // Writing to memory cannot fail.
    let _ = man.render_title(&mut roff);
    let _ = man.render_name_section(&mut roff);
    let _ = man.render_synopsis_section(&mut roff);
    let _ = man.render_description_section(&mut roff);
    let _ = commands_section(command, &words).to_writer(&mut roff);
    let _ = man.render_options_section(&mut roff);
    let more = if parents.is_empty() {
        sections_of_program()
    } else {
        sections_of_command(&words)
    };
    let _ = more.to_writer(&mut roff);
    String::from_utf8_lossy(&roff).into_owned()
}

/// The commands with the names of their pages, at the end of the description.
fn commands_section(command: &Command, words: &[&str]) -> Roff {
    let mut roff = Roff::new();
    if subcommands(command).next().is_none() {
        return roff;
    }
    roff.control("SS", ["Commands"]);
    for subcommand in subcommands(command) {
        let about = subcommand.get_about().map(ToString::to_string);
        let name = format!("{}-{}", words.join("-"), subcommand.get_name());
        roff.control("TP", []);
        roff.text([bold(name), roman("(1)")]);
        roff.text([roman(about.unwrap_or_default())]);
    }
    roff
}

/// Exit codes, environment and notes, as the help of the program has them.
fn sections_of_program() -> Roff {
    let mut roff = Roff::new();
    let mut notes: Vec<&str> = Vec::new();
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for paragraph in LONG_HELP.split("\n\n") {
        let (title, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        match SECTIONS.iter().find(|(known, _)| *known == title) {
            Some((title, _)) => parts.push((title, rest.lines().collect())),
            None => notes.push(paragraph),
        }
    }
    for (title, section) in SECTIONS {
        roff.control("SH", [section]);
        for (_, lines) in parts.iter().filter(|(known, _)| *known == title) {
            for (name, text) in entries(lines) {
                roff.control("TP", []);
                roff.text([bold(name)]);
                roff.text([roman(text)]);
            }
        }
    }
    roff.control("SH", ["NOTES"]);
    for paragraph in notes {
        let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        if let (Some(title), true) = (first.strip_suffix(':'), !rest.is_empty()) {
            roff.control("SS", [title]);
        } else {
            roff.control("PP", []);
            roff.text([roman(first.trim())]);
        }
        for line in rest.lines() {
            roff.text([roman(line.trim())]);
        }
    }
    roff
}

/// The entries of a table in the help: a name, and a text that can continue on further lines.
fn entries(lines: &[&str]) -> Vec<(String, String)> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in lines {
        let is_name = line.starts_with("  ") && !line.starts_with("   ");
        if is_name {
            let line = line.trim();
            let (name, text) = line.split_once("  ").unwrap_or((line, ""));
            entries.push((name.to_owned(), text.trim().to_owned()));
        } else if let Some((_, text)) = entries.last_mut() {
            if !text.is_empty() {
                text.push(' ');
            }
            *text += line.trim();
        }
    }
    entries
}

/// The examples of a command, and the page with everything that all commands share.
fn sections_of_command(words: &[&str]) -> Roff {
    let mut roff = Roff::new();
    let examples = examples(&words[1..].join(" "));
    if !examples.is_empty() {
        roff.control("SH", ["EXAMPLES"]);
    }
    for (purpose, line) in examples {
        roff.control("PP", []);
        roff.text([roman(format!("{purpose}:"))]);
        roff.control("PP", []);
        roff.control("RS", ["4"]);
        roff.control("nf", []);
        for line in line.lines() {
            roff.text([bold(line)]);
        }
        roff.control("fi", []);
        roff.control("RE", []);
    }
    roff.control("SH", ["SEE ALSO"]);
    let parents = (1..words.len())
        .rev()
        .map(|length| words[..length].join("-"));
    let mut references = Vec::new();
    for (index, parent) in parents.enumerate() {
        if index > 0 {
            references.push(roman(", "));
        }
        references.extend([bold(parent), roman("(1)")]);
    }
    references.push(roman(
        ": global options, environment variables and exit codes are those of the program",
    ));
    roff.text(references);
    roff
}
