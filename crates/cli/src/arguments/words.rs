//! Values for which the service has a list of words. A word that is not in the list is refused,
//! because a misspelt one would select nothing or be sent. `other:WORD` gives one all the same: the
//! service can have words that this version does not know.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StyledStr, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};
use partner_center_transfers::types::{TransferProductType, TransferStatus};
use partner_center_transfers::{Cloud, ErrorCodeInfo, error_codes};

use crate::similar::similar;

/// Before a word that is not in the list.
const OTHER: &str = "other:";

/// Parses a word in any letter case.
#[derive(Clone, Debug)]
pub(super) struct WordParser<T> {
    known: &'static [&'static str],
    /// Whether `other:WORD` gives another word.
    is_open: bool,
    convert: fn(&str) -> T,
}

pub(super) fn statuses() -> WordParser<TransferStatus> {
    WordParser {
        known: TransferStatus::KNOWN,
        is_open: true,
        convert: |word| word.into(),
    }
}

pub(super) fn products() -> WordParser<TransferProductType> {
    WordParser {
        known: TransferProductType::KNOWN,
        is_open: true,
        convert: |word| word.into(),
    }
}

/// For a list that is not an enum of the specification.
pub(super) fn words(known: &'static [&'static str]) -> WordParser<String> {
    WordParser {
        known,
        is_open: true,
        convert: str::to_owned,
    }
}

pub(super) fn clouds() -> WordParser<Cloud> {
    WordParser {
        known: &["global", "us-government", "china"],
        is_open: false,
        convert: |name| {
            let others = [Cloud::UsGovernment, Cloud::China];
            let other = others.into_iter().find(|cloud| cloud.to_string() == name);
            other.unwrap_or(Cloud::Global)
        },
    }
}

impl<T> WordParser<T> {
    /// The value; `None` if the word is neither known nor marked as another one.
    fn find(&self, text: &str) -> Option<Result<T, String>> {
        let word = text.trim();
        let is_known = |known: &&&str| known.eq_ignore_ascii_case(word);
        if let Some(known) = self.known.iter().find(is_known) {
            return Some(Ok((self.convert)(known)));
        }
        let start = word.get(..OTHER.len())?;
        let other = word.get(OTHER.len()..)?.trim();
        let is_other = self.is_open && start.eq_ignore_ascii_case(OTHER);
        is_other.then(|| {
            if other.is_empty() {
                return Err(format!("the word after {OTHER} is missing"));
            }
            Ok((self.convert)(other))
        })
    }

    /// The value of a part of an argument. The error is one line.
    pub(super) fn parse(&self, text: &str) -> Result<T, String> {
        self.find(text).unwrap_or_else(|| {
            let similar = similar(text.trim(), self.known.iter().copied());
            let similar = similar.map_or_else(String::new, |word| format!("did you mean {word}? "));
            Err(format!(
                "unknown word {text:?}: {similar}known are {}, and {OTHER}WORD gives another one",
                self.known.join(", ")
            ))
        })
    }

    /// The error about a word that is not in the list.
    fn unknown(&self, command: &Command, arg: Option<&Arg>, word: &str) -> Error {
        let mut error = Error::new(ErrorKind::InvalidValue).with_cmd(command);
        let name = arg.map(ToString::to_string).unwrap_or_default();
        error.insert(ContextKind::InvalidArg, ContextValue::String(name));
        let value = ContextValue::String(word.to_owned());
        error.insert(ContextKind::InvalidValue, value);
        let known = self.known.iter().map(|&word| word.to_owned()).collect();
        error.insert(ContextKind::ValidValue, ContextValue::Strings(known));
        if self.is_open && !word.is_empty() {
            let tip = format!("for a value that this version does not know, write '{OTHER}{word}'");
            let tips = ContextValue::StyledStrs(vec![StyledStr::from(tip)]);
            error.insert(ContextKind::Suggested, tips);
        }
        error
    }
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for WordParser<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        let text = value.to_string_lossy();
        match self.find(&text) {
            Some(Ok(value)) => Ok(value),
            Some(Err(reason)) => fail(reason, command, arg, value),
            None => Err(self.unknown(command, arg, text.trim())),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.known.iter().map(PossibleValue::new)))
    }
}

/// Parses a known error code of the service.
#[derive(Clone, Copy, Debug)]
pub(super) struct ErrorCodeParser;

impl TypedValueParser for ErrorCodeParser {
    type Value = &'static ErrorCodeInfo;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, Error> {
        let text = value.to_string_lossy();
        let text = text.trim();
        let Ok(code) = text.parse::<i64>() else {
            let reason = "expected a number, such as 900103".to_owned();
            return fail(reason, command, arg, value);
        };
        let codes = error_codes();
        if let Some(info) = codes.iter().find(|info| info.code == code) {
            return Ok(info);
        }
        let names: Vec<String> = codes.iter().map(|info| info.code.to_string()).collect();
        let similar = similar(text, names.iter().map(String::as_str));
        let similar = similar.map_or_else(String::new, |code| format!("did you mean {code}? "));
        let reason = format!(
            "unknown error code {code}: {similar}pctransfers explain lists the known codes"
        );
        fail(reason, command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let codes = error_codes().iter();
        Some(Box::new(codes.map(|info| {
            PossibleValue::new(info.code.to_string()).help(info.name)
        })))
    }
}

/// The error of clap about an invalid value, with this reason.
fn fail<T: Clone + Send + Sync + 'static>(
    reason: String,
    command: &Command,
    arg: Option<&Arg>,
    value: &OsStr,
) -> Result<T, Error> {
    let parser = move |_: &str| Err::<T, String>(reason.clone());
    parser.parse_ref(command, arg, value)
}

#[cfg(test)]
mod tests {
    use partner_center_transfers::types::TransferStatus;

    use super::{clouds, statuses};

    #[test]
    fn each_name_of_a_cloud_gives_this_cloud() {
        for name in clouds().known {
            assert_eq!(clouds().parse(name).unwrap().to_string(), *name);
        }
    }

    #[test]
    fn only_a_marked_word_may_be_unknown() {
        let other = TransferStatus::Other("Paused".to_owned());
        assert_eq!(statuses().parse("OTHER: Paused"), Ok(other));
        for (text, reason) in [
            ("paused", "known are Active, Pending,"),
            ("actve", "did you mean Active?"),
            ("other:", "the word after other: is missing"),
            ("", "unknown word"),
            ("üüüüüü", "unknown word"),
        ] {
            let error = statuses().parse(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
        assert!(clouds().parse("other:mars").is_err());
    }
}
