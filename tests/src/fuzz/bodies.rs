//! Bodies of successful responses: reading, writing and reading again gives the same, and nothing is
//! lost.

use std::fmt::Debug;

use partner_center_transfers::types::{TransferEligibility, TransferEntity, TransferSubmitResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(super) fn success_bodies(bytes: &[u8]) {
    round_trip::<TransferEntity>(bytes);
    round_trip::<Vec<TransferEntity>>(bytes);
    round_trip::<TransferSubmitResult>(bytes);
    round_trip::<TransferEligibility>(bytes);
}

fn round_trip<T: DeserializeOwned + Serialize + PartialEq + Debug>(bytes: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(again, read);
    // Numbers that are not exact in JSON values are compared by the bytes above only.
    if let (Ok(sent), Ok(kept)) = (
        serde_json::from_slice(bytes),
        serde_json::from_slice(&written),
    ) {
        assert_kept(&sent, &kept, "");
    }
}

/// Checks that each value of the response is in what was written. Nulls and empty lists need not be.
fn assert_kept(sent: &Value, kept: &Value, path: &str) {
    match (sent, kept) {
        (Value::Object(sent), Value::Object(kept)) => {
            for (name, value) in sent {
                assert_kept(
                    value,
                    kept.get(name).unwrap_or(&Value::Null),
                    &format!("{path}/{name}"),
                );
            }
        }
        (Value::Array(sent), Value::Array(kept)) => {
            // Known lists are kept without nulls, unknown ones as they are.
            let all = sent.len() == kept.len();
            let sent = sent.iter().filter(|item| all || !item.is_null());
            for (at, item) in sent.enumerate() {
                let kept = kept.get(at).unwrap_or(&Value::Null);
                assert_kept(item, kept, &format!("{path}/{at}"));
            }
        }
        (Value::Null, _) => {}
        // An empty text in place of a number or a boolean counts as null.
        (Value::String(text), Value::Null) if text.is_empty() => {}
        (Value::Array(sent), Value::Null) if sent.iter().all(Value::is_null) => {}
        _ => assert!(is_same(sent, kept), "{path}: sent {sent}, kept {kept}"),
    }
}

/// Whether two values that are neither objects nor lists say the same: numbers as text are numbers, and
/// words of the documentation are kept in its letter case.
fn is_same(sent: &Value, kept: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let (sent, kept) = (text(sent), text(kept));
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let is_word = sent.bytes().all(|byte| byte.is_ascii_alphabetic());
    sent == kept
        || number(&sent).is_some_and(|sent| number(&kept) == Some(sent))
        || is_word && sent.eq_ignore_ascii_case(&kept)
}
