//! Compares the decoded answer with the body that the server sent.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::scenario::expect::ExpectedResult;

/// The maximum number of differences to report.
const MAX_REPORTED: usize = 5;

/// Lists where the result differs from the body.
pub(super) fn differences(
    expected: &ExpectedResult,
    keeps_unknown: bool,
    sent: &Value,
    got: &Value,
) -> Vec<String> {
    let mut walk = Walk {
        expected,
        keeps_unknown,
        path: Vec::new(),
        found: Vec::new(),
    };
    walk.compare(&simplified(sent), &simplified(got));
    let more = walk.found.len().saturating_sub(MAX_REPORTED);
    walk.found.truncate(MAX_REPORTED);
    if more > 0 {
        walk.found
            .push(format!("and {more} more differences in the result"));
    }
    walk.found
}

/// Removes what is ignored: members that are null, empty lists or empty objects, and nulls in lists.
fn simplified(value: &Value) -> Value {
    match value {
        Value::Array(items) => items
            .iter()
            .filter(|item| !item.is_null())
            .map(simplified)
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), simplified(value)))
            .filter(|(_, value)| !is_ignored(value))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

fn is_ignored(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

struct Walk<'a> {
    expected: &'a ExpectedResult,
    keeps_unknown: bool,
    path: Vec<String>,
    found: Vec<String>,
}

impl Walk<'_> {
    fn compare(&mut self, sent: &Value, got: &Value) {
        match (sent, got) {
            (Value::Object(sent), Value::Object(got)) => self.members(sent, got),
            (Value::Array(sent), Value::Array(got)) if sent.len() == got.len() => {
                for (number, (sent, got)) in sent.iter().zip(got).enumerate() {
                    self.path.push(number.to_string());
                    self.compare(sent, got);
                    self.path.pop();
                }
            }
            (Value::Array(sent), Value::Array(got)) => {
                let (sent, got) = (sent.len(), got.len());
                self.differs(&format!("{sent} items"), &format!("{got} items"));
            }
            _ if equal(sent, got) || same_instant(sent, got) || self.tolerated(sent, got) => {}
            _ => self.differs(&sent.to_string(), &got.to_string()),
        }
    }

    fn members(&mut self, sent: &Map<String, Value>, got: &Map<String, Value>) {
        let names: BTreeSet<&String> = sent.keys().chain(got.keys()).collect();
        for name in names {
            self.path.push(name.clone());
            match (sent.get(name), got.get(name)) {
                (Some(sent), Some(got)) => self.compare(sent, got),
                (Some(sent), None) if !self.may_miss() => {
                    self.differs(&sent.to_string(), "nothing");
                }
                (None, Some(got)) => self.differs("nothing", &got.to_string()),
                _ => {}
            }
            self.path.pop();
        }
    }

    /// Returns whether the member at the path may be missing.
    fn may_miss(&self) -> bool {
        self.matches_any(&self.expected.may_be_lost)
            || (!self.keeps_unknown && self.matches_any(&self.expected.unknown))
    }

    fn tolerated(&self, sent: &Value, got: &Value) -> bool {
        let (sent, got) = (text(sent), text(got));
        let (Some(sent), Some(got)) = (sent, got) else {
            return false;
        };
        if self.matches_any(&self.expected.in_any_case) {
            return sent.eq_ignore_ascii_case(&got);
        }
        let as_number = || {
            let (sent, got): (f64, f64) = (sent.parse().ok()?, got.parse().ok()?);
            Some(sent.total_cmp(&got).is_eq())
        };
        self.matches_any(&self.expected.as_text)
            && (sent.eq_ignore_ascii_case(&got) || as_number().unwrap_or(false))
    }

    fn matches_any(&self, pointers: &BTreeSet<String>) -> bool {
        pointers.iter().any(|pointer| {
            let steps: Vec<&str> = pointer.split('/').skip(1).collect();
            steps.len() == self.path.len()
                && steps
                    .iter()
                    .zip(&self.path)
                    .all(|(step, at)| *step == "*" || step == at)
        })
    }

    fn differs(&mut self, expected: &str, got: &str) {
        let path = self.path.join("/");
        self.found
            .push(format!("result/{path}: expected {expected}, got {got}"));
    }
}

/// Compares timestamps, since typed clients may write a different number of digits, or `Z`.
fn same_instant(sent: &Value, got: &Value) -> bool {
    let instant = |value: &Value| value.as_str()?.parse::<jiff::Timestamp>().ok();
    instant(sent).is_some_and(|sent| Some(sent) == instant(got))
}

/// Compares values; `1` and `1.0` are equal.
fn equal(sent: &Value, got: &Value) -> bool {
    let whole = sent.as_i64().is_some() && got.as_i64().is_some();
    sent == got || (!whole && sent.is_number() && sent.as_f64() == got.as_f64())
}

/// Returns a text, number or boolean as text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
