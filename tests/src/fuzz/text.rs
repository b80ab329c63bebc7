//! Text of others: files in other encodings, text to print, times and ids.

use std::time::Duration;

use partner_center_bulk::is_formula;
use partner_center_transfers::types::{CustomerId, TransferId};
use partner_center_transfers::{AccessToken, Timestamp, printable, setting, text_encoding};

pub(super) fn text(bytes: &[u8]) {
    let text = match text_encoding::decode_text(bytes) {
        Ok(text) => text,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            String::from_utf8_lossy(bytes)
        }
    };
    let shown = printable(&text);
    assert!(!shown.contains(char::is_control), "{shown:?}");
    assert!(
        !shown.contains(['\u{202e}', '\u{200b}', '\u{2028}']),
        "{shown:?}"
    );
    assert_eq!(printable(&shown), shown, "what is printable stays");
    let _ = is_formula(&shown);
    let _ = (
        setting::check(&text),
        setting::plain_id(&text),
        setting::is_quoted(&text),
    );
    if let Ok(id) = text.parse::<CustomerId>() {
        assert_eq!(id.to_string().parse::<CustomerId>().ok(), Some(id));
        assert!(text.parse::<TransferId>().is_ok());
    }
    let json = serde_json::Value::String(text.clone().into_owned());
    if let Ok(time) = serde_json::from_value::<Timestamp>(json) {
        assert_eq!(time.as_str(), text);
        let _ = time.to_system_time();
    }
    let debug = |text: &str| format!("{:?}", AccessToken::new(text, Duration::from_secs(1)));
    assert_eq!(debug(&text), debug("another"), "`Debug` shows no token");
}
