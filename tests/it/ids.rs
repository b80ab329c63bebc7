//! Ids: their text form and their errors. Tokens: hidden in `Debug` output.

use partner_center_tests::{CUSTOMER, TOKEN, TRANSFER, client};
use partner_center_transfers::RequestId;
use partner_center_transfers::types::{CustomerId, TransferId};

#[test]
fn an_id_ignores_letter_case() {
    let id: CustomerId = CUSTOMER.to_uppercase().parse().unwrap();
    assert_eq!(id.to_string(), CUSTOMER);
    assert_eq!(id, CustomerId::try_from(CUSTOMER).unwrap());
    assert_eq!(serde_json::to_value(id).unwrap(), CUSTOMER);
    assert_eq!(
        serde_json::from_value::<CustomerId>(CUSTOMER.into()).unwrap(),
        id
    );
    let error = serde_json::from_str::<TransferId>("\"42\"")
        .unwrap_err()
        .to_string();
    assert!(error.contains("\"42\" is not a GUID"), "{error}");
}

#[test]
fn braces_and_blanks_around_an_id_are_removed() {
    let upper = CUSTOMER.to_uppercase();
    for text in [
        format!("{{{CUSTOMER}}}"),
        format!("({upper})"),
        format!(" {CUSTOMER}\r\n"),
        format!("\t{{{upper}}} "),
        format!("urn:uuid:{CUSTOMER}"),
    ] {
        let id: CustomerId = text.parse().unwrap();
        assert_eq!(id.to_string(), CUSTOMER, "{text:?}");
        let file = serde_json::from_value::<CustomerId>(text.as_str().into());
        assert_eq!(file.unwrap(), id);
        // A value of a program is exact.
        CustomerId::try_from(text).unwrap_err();
    }
    for text in [
        format!("{{{CUSTOMER}"),
        format!("{CUSTOMER}\u{200B}"),
        format!("{{{CUSTOMER})"),
        format!("{{{{{CUSTOMER}}}}}"),
        CUSTOMER.replace('-', ""),
        CUSTOMER.replace('d', "g"),
    ] {
        text.parse::<CustomerId>().unwrap_err();
    }
    for quoted in [
        format!("\"{CUSTOMER}\""),
        format!("\u{201C}{CUSTOMER}\u{201D}"),
    ] {
        let error = quoted.parse::<TransferId>().unwrap_err().to_string();
        assert!(error.ends_with(", without quotes"), "{error}");
    }
}

#[test]
fn new_ids_are_random() {
    assert_ne!(RequestId::random(), RequestId::random());
}

#[test]
fn an_error_shortens_long_invalid_text() {
    let long = "x".repeat(10_000);
    let error = long.parse::<TransferId>().unwrap_err().to_string();
    assert!(error.len() < 250, "{error}");
}

#[test]
fn debug_of_client_and_builder_hides_the_token() {
    let client = client("http://127.0.0.1:1");
    let call = client
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER);
    for shown in [
        format!("{client:?}"),
        format!("{client:#?}"),
        format!("{call:?}"),
    ] {
        assert!(!shown.contains(TOKEN), "{shown}");
        assert!(shown.contains("<redacted>"), "{shown}");
    }
}

#[test]
fn an_optional_id_of_a_response_is_converted_or_named_as_missing() {
    let id: TransferId = TRANSFER.parse().unwrap();
    assert_eq!(TransferId::try_from(Some(TRANSFER)), Ok(id));
    assert_eq!(TransferId::try_from(&Some(TRANSFER.to_owned())), Ok(id));
    assert_eq!(TransferId::try_from(Some(TRANSFER.to_owned())), Ok(id));
    for (value, message) in [
        (None, "no id: the response that it was taken from has none"),
        (Some("7"), "\"7\" is not a GUID"),
    ] {
        let error = CustomerId::try_from(value).unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
    }
}
