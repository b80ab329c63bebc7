//! A code span is on one line. Markdown allows a line break in it, but some tools stop at one, and
//! others print it. A backtick without a partner is a mistake too.

use serde_json::Value;

use crate::checker::Checker;
use crate::document::escape;

/// The keys of texts.
const TEXTS: [&str; 5] = ["cause", "description", "remedy", "summary", "title"];
/// Keys of payloads, which may contain anything.
const PAYLOADS: [&str; 4] = ["default", "enum", "example", "value"];

pub(super) fn check(checker: &mut Checker<'_>) {
    let root = checker.root();
    visit(checker, root, "", "");
}

/// Checks the texts in a value at the key `under`.
fn visit(checker: &mut Checker<'_>, value: &Value, at: &str, under: &str) {
    match value {
        Value::Object(entries) => {
            // Names of properties, not keywords.
            let are_names = under == "properties";
            let are_texts = under == "x-enumDescriptions";
            for (key, value) in entries {
                let at = format!("{at}/{}", escape(key));
                match value {
                    Value::String(text) if are_texts || TEXTS.contains(&key.as_str()) => {
                        check_text(checker, text, &at);
                    }
                    _ if !are_names && PAYLOADS.contains(&key.as_str()) => {}
                    _ => visit(checker, value, &at, if are_names { "" } else { key }),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                visit(checker, item, &format!("{at}/{index}"), "");
            }
        }
        _ => {}
    }
}

fn check_text(checker: &mut Checker<'_>, text: &str, at: &str) {
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let mark = trimmed.len() - trimmed.trim_start_matches('`').len();
        let is_fence = mark >= 3 && !trimmed[mark..].contains('`');
        match fence {
            Some(open) if is_fence && mark >= open.len() && trimmed[mark..].trim().is_empty() => {
                fence = None;
            }
            None if is_fence => fence = Some(&trimmed[..mark]),
            None if is_open_at_end(line) => {
                let message = format!(
                    "the code span in {:?} does not end on its line; keep a code span on one line",
                    line.trim()
                );
                checker.error(at, message);
                return;
            }
            _ => {}
        }
    }
}

/// Whether a line contains backticks without as many on the same line that close the span.
fn is_open_at_end(line: &str) -> bool {
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let after = rest[start..].trim_start_matches('`');
        let count = rest.len() - start - after.len();
        let mut closing = after;
        loop {
            let Some(next) = closing.find('`') else {
                return true;
            };
            let behind = closing[next..].trim_start_matches('`');
            let length = closing.len() - next - behind.len();
            closing = behind;
            if length == count {
                break;
            }
        }
        rest = closing;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_open_at_end;

    #[test]
    fn a_span_ends_with_as_many_backticks_as_it_starts_with() {
        for (line, open) in [
            ("no code", false),
            ("`a` and `b`", false),
            ("``a ` b``", false),
            ("`a` and `b", true),
            ("a` b", true),
            ("``a` b", true),
            ("`", true),
        ] {
            assert_eq!(is_open_at_end(line), open, "{line}");
        }
    }
}
