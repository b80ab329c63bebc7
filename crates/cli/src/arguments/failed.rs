//! What can be said about arguments that cannot be parsed.

use std::ffi::OsString;

use clap::ValueEnum as _;

use super::global::OutputFormat;

/// The output format that the arguments ask for, even if others are invalid.
pub(crate) fn requested_output(arguments: impl IntoIterator<Item = OsString>) -> OutputFormat {
    let mut arguments = arguments.into_iter().skip(1);
    let mut format = OutputFormat::default();
    while let Some(argument) = arguments.next().filter(|argument| argument != "--") {
        let argument = argument.to_string_lossy();
        let value = match argument.strip_prefix("--output") {
            Some("") => arguments.next().unwrap_or_default(),
            Some(value) => value.strip_prefix('=').unwrap_or_default().into(),
            None => continue,
        };
        if let Ok(requested) = OutputFormat::from_str(&value.to_string_lossy(), true) {
            format = requested;
        }
    }
    format
}

/// The error on one line, without the usage and other advice below it.
pub(crate) fn message(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut lines = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    // Such as the missing arguments, one per line.
    let details: Vec<&str> = lines.collect();
    let mut message = match &details[..] {
        [] => first.to_owned(),
        details => format!("{first} {}", details.join(", ")),
    };
    for tip in text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("tip: "))
    {
        message += "; ";
        message += tip;
    }
    message
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::{OutputFormat, message, requested_output};
    use crate::arguments::Arguments;

    #[test]
    fn the_format_is_found_among_invalid_arguments() {
        for (arguments, format) in [
            ("", OutputFormat::Text),
            ("--output json", OutputFormat::Json),
            ("--bogus --output=json accept", OutputFormat::Json),
            ("accept --customer --output jsonl", OutputFormat::Jsonl),
            ("--output JSON", OutputFormat::Json),
            ("--output xml", OutputFormat::Text),
            ("--output", OutputFormat::Text),
            ("--outputs json", OutputFormat::Text),
            ("accept -- --output json", OutputFormat::Text),
            ("--output text --output json", OutputFormat::Json),
        ] {
            let words = ["pctransfers"].into_iter().chain(arguments.split(' '));
            assert_eq!(
                requested_output(words.map(Into::into)),
                format,
                "{arguments}"
            );
        }
    }

    #[test]
    fn the_message_is_one_line() {
        let parse = |words: &[&str]| {
            let words = ["pctransfers"].iter().chain(words);
            Arguments::parse_from(words.map(Into::into)).unwrap_err()
        };
        let error = parse(&["create", "--yes"]);
        assert_eq!(error.kind(), ErrorKind::MissingRequiredArgument);
        assert_eq!(
            message(&error),
            "the following required arguments were not provided: --target <ID>, --subscription <ID>"
        );
        assert_eq!(
            message(&parse(&["--outpt", "json", "list"])),
            "unexpected argument '--outpt' found; a similar argument exists: '--output'"
        );
    }
}
