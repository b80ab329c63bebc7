//! Texts that suggest command lines. For people each command line has a line of its own, so that it
//! can be pasted as it is; in JSON the text is one line.

/// Marks a command line in a text. The rest of the text has no line breaks.
pub(crate) fn command(line: &str) -> String {
    format!("\n{line}\n")
}

/// The text with its command lines on one line.
pub(crate) fn on_one_line(text: &str) -> String {
    text.replace('\n', "")
}

/// The lines of the text. Command lines and what follows them are indented.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut parts = text.split('\n');
    while let Some(part) = parts.next() {
        let is_first = lines.is_empty();
        let part = if is_first {
            part
        } else {
            part.trim_start_matches([',', ';', ' '])
        };
        let command = parts.next();
        if !part.is_empty() {
            let indentation = if is_first { "" } else { "  " };
            let end = if command.is_some() { ":" } else { "" };
            lines.push(format!("{indentation}{}{end}", part.trim_end()));
        }
        lines.extend(command.map(|line| format!("    {line}")));
    }
    lines
}

/// The lines of the text, each with a line break.
pub(crate) fn text(text: &str) -> String {
    lines(text).join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::{command, lines, on_one_line};

    #[test]
    fn each_command_line_has_a_line_of_its_own() {
        let (one, other) = (command("pctransfers get"), command("pctransfers cancel"));
        let text = format!("it exists: look at it with {one}, or end it with {other}; or wait");
        assert_eq!(
            lines(&text),
            [
                "it exists: look at it with:",
                "    pctransfers get",
                "  or end it with:",
                "    pctransfers cancel",
                "  or wait",
            ]
        );
        assert_eq!(
            lines(&format!("run {one}")),
            ["run:", "    pctransfers get"]
        );
        assert_eq!(lines("no command"), ["no command"]);
        assert_eq!(
            on_one_line(&text),
            "it exists: look at it with pctransfers get, or end it with pctransfers cancel; or wait"
        );
    }
}
