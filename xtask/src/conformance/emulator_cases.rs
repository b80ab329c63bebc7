//! The cases that each client runs against the emulator: the columns of the table. They are in
//! `emulator_cases.json`.

use partner_center_conformance::Conclusion;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A call and its expected result.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EmulatorCase {
    /// The heading of its column.
    pub(super) name: String,
    pub(super) operation: String,
    /// The partner that calls.
    pub(super) partner: Partner,
    /// The parameters, except the customer and the request ids.
    #[serde(default)]
    pub(super) inputs: Map<String, Value>,
    pub(super) body: Option<Value>,
    /// Whether the emulator injects a response with status 429.
    #[serde(default)]
    pub(super) is_rate_limited: bool,
    expect: ExpectedReport,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Partner {
    Source,
    Target,
}

/// What the client must report. A status from 400 on is an error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExpectedReport {
    status: u16,
    /// The code of an error.
    code: Option<u32>,
    /// The numbers of orders and transfer errors in an answer.
    orders_and_errors: Option<(usize, usize)>,
    /// A JSON pointer into an answer, and the text there.
    member: Option<(String, String)>,
    /// The number of effects that the emulator must have recorded.
    #[serde(default)]
    effects: usize,
}

/// Returns the cases in the order of the columns.
pub(super) fn cases() -> Vec<EmulatorCase> {
    let json = include_str!("emulator_cases.json");
    serde_json::from_str(json).expect("the file is part of this program, and a test reads it")
}

impl EmulatorCase {
    /// Returns what differs, if anything does.
    pub(super) fn judge(&self, got: &Conclusion, effects: usize) -> Option<String> {
        let expect = &self.expect;
        if !expect.matches(got) {
            let got = serde_json::to_string(got).unwrap_or_default();
            return Some(format!("expected {expect:?}, got {got}"));
        }
        let expected = expect.effects;
        (effects != expected).then(|| format!("expected {expected} effect(s), got {effects}"))
    }
}

impl ExpectedReport {
    fn matches(&self, got: &Conclusion) -> bool {
        match (&got.answer, &got.error) {
            (Some(answer), _) if self.status < 400 => {
                let counts = answer.orders.zip(answer.errors);
                let is_member = |(pointer, text): &(String, String)| {
                    let member = answer.result.as_ref()?.pointer(pointer)?;
                    (member == text).then_some(())
                };
                answer.status == Some(self.status)
                    && self
                        .orders_and_errors
                        .is_none_or(|expected| counts == Some(expected))
                    && self
                        .member
                        .as_ref()
                        .is_none_or(|member| is_member(member).is_some())
            }
            (_, Some(error)) if self.status >= 400 => {
                // A code may be a number or text.
                let text = |code: &Value| code.to_string().replace('"', "");
                error.status == Some(self.status)
                    && error.code.as_ref().map(text) == self.code.map(|code| code.to_string())
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_file_has_the_cases_of_the_table() {
        assert_eq!(super::cases().len(), 14);
    }
}
