//! Responses that differ from the documentation or vary between calls are read all the same.

use partner_center_tests::{
    CUSTOMER, Reply, ScriptedServer, TRANSFER, client, example, example_text,
};
use partner_center_transfers::types::{
    BillingCycle, ErrorCode, Fault, OrderStatus, RateLimitFault, TransferLineItemId,
    TransferLineItemStatus, TransferSubmitResult,
};
use partner_center_transfers::{AcceptOutcome, Error, Response};
use serde_json::json;

async fn accept(reply: Reply) -> Result<Response<TransferSubmitResult>, Error> {
    let server = ScriptedServer::start([reply]).await;
    let client = client(server.url());
    let call = client
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER);
    let result = call.send().await;
    assert_eq!(server.requests().len(), 1);
    result
}

#[tokio::test]
async fn a_partial_failure_has_status_200() {
    for (name, orders, errors) in [("partial", 2, 1), ("complete", 2, 0), ("failed", 0, 1)] {
        let text = example_text(&format!("accept-transfer-{name}.json"));
        let answer = accept(Reply::json("200 OK", &text)).await.unwrap();
        let counts = match answer.into_inner().outcome() {
            AcceptOutcome::Complete { orders } => (orders.len(), 0),
            AcceptOutcome::Partial { orders, errors } => (orders.len(), errors.len()),
            AcceptOutcome::Failed { errors } => (0, errors.len()),
            AcceptOutcome::Unknown => (0, 0),
        };
        assert_eq!(counts.0, orders, "{name}");
        assert_eq!(counts.1.min(1), errors, "{name}");
    }
}

#[tokio::test]
async fn an_error_code_is_a_number_or_text() {
    for code in [json!(900_100), json!("900100")] {
        let body = json!({"code": code, "description": "no such transfer", "source": "PartnerFD"});
        let error = accept(Reply::json("404 Not Found", &body.to_string()))
            .await
            .unwrap_err();
        assert_eq!(error.code().unwrap().as_str(), "900100");
        assert_eq!(error.code().unwrap().as_number(), Some(900_100));
        assert_eq!(error.description(), Some("no such transfer"));
        // The body keeps the form that was sent.
        let fault: Fault = serde_json::from_slice(error.body().unwrap()).unwrap();
        assert_eq!(serde_json::to_value(fault.code).unwrap(), code);

        let answer = json!({"transferErrors": [{"code": code}]}).to_string();
        let answer = accept(Reply::json("200 OK", &answer))
            .await
            .unwrap()
            .into_inner();
        let expected = match code.as_i64() {
            Some(number) => ErrorCode::Integer(number),
            None => ErrorCode::String("900100".to_owned()),
        };
        assert_eq!(answer.transfer_errors[0].code, Some(expected));
    }
}

#[tokio::test]
async fn a_429_has_its_own_error_body() {
    let body = example_text("rate-limit-429.json");
    let headers = "Content-Type: application/json\r\nRetry-After: 57\r\n";
    let error = accept(Reply::response("429 Too Many Requests", headers, &body))
        .await
        .unwrap_err();
    assert!(error.is_service());
    assert_eq!(error.status().unwrap().as_u16(), 429);
    assert_eq!(error.code(), None);
    assert_eq!(
        error.description(),
        Some("Rate limit is exceeded. Try again in 57 seconds.")
    );
    assert_eq!(error.headers().unwrap()["retry-after"], "57");
    assert!(!error.may_have_been_applied());
    let fault: RateLimitFault = serde_json::from_slice(error.body().unwrap()).unwrap();
    assert_eq!(
        serde_json::to_value(fault).unwrap(),
        example("rate-limit-429.json")
    );
}

#[tokio::test]
async fn line_item_ids_repeat_and_are_numbers_or_text() {
    let body = json!({"transferErrors": [{"lineItems": [
        {"id": 0, "subscriptionId": "A"},
        {"id": 0, "subscriptionId": "B"},
        {"id": "0", "subscriptionId": "C"},
        {"id": null, "subscriptionId": "D"},
    ]}]});
    let answer = accept(Reply::json("200 OK", &body.to_string()))
        .await
        .unwrap()
        .into_inner();
    let items = &answer.transfer_errors[0].line_items;
    let ids: Vec<_> = items.iter().map(|item| item.id.clone()).collect();
    assert_eq!(
        ids,
        [
            Some(TransferLineItemId::Integer(0)),
            Some(TransferLineItemId::Integer(0)),
            Some(TransferLineItemId::String("0".to_owned())),
            None
        ]
    );
}

#[test]
fn enum_values_ignore_letter_case() {
    for (text, known) in [
        ("completed", true),
        ("Completed", true),
        ("COMPLETED", true),
        ("Complete", false),
    ] {
        let status: OrderStatus = serde_json::from_value(json!(text)).unwrap();
        assert_eq!(status == OrderStatus::Completed, known, "{text}");
        assert_eq!(matches!(status, OrderStatus::Other(_)), !known, "{text}");
    }
    assert_eq!(
        TransferLineItemStatus::from("complete"),
        TransferLineItemStatus::Complete
    );
    assert_eq!(BillingCycle::from("One_Time"), BillingCycle::OneTime);
    // A known value is written as in the spec, an unknown one as it was read.
    assert_eq!(
        serde_json::to_value(OrderStatus::from("PENDING")).unwrap(),
        "pending"
    );
    assert_eq!(
        serde_json::to_value(OrderStatus::from("PartiallyDone")).unwrap(),
        "PartiallyDone"
    );
    // A number instead of text.
    let cycle: BillingCycle = serde_json::from_value(json!(2)).unwrap();
    assert_eq!(cycle, BillingCycle::Other("2".to_owned()));
}

#[tokio::test]
async fn nulls_and_other_types_than_documented_are_read() {
    let text = example_text("accept-transfer-nulls.json");
    accept(Reply::json("200 OK", &text)).await.unwrap();

    let body = json!({
        "orders": [{
            "id": 17,
            "lineItems": null,
            "links": {"self": {"headers": null}},
            "creationDate": 1_585_175_063,
            "totalPrice": "12.5"
        }, {
            "lineItems": [{"quantity": "3", "partnerIdOnRecord": 5_139_005, "additionalPartnerIdsOnRecord": [1, "2"]}]
        }],
        "transferErrors": null
    });
    let answer = accept(Reply::json("200 OK", &body.to_string()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.orders[0].id.as_deref(), Some("17"));
    assert_eq!(answer.orders[0].line_items, []);
    assert_eq!(
        answer.orders[0].creation_date.as_ref().unwrap().as_str(),
        "1585175063"
    );
    let item = &answer.orders[1].line_items[0];
    assert_eq!(item.quantity, Some(3));
    assert_eq!(item.partner_id_on_record.as_deref(), Some("5139005"));
    assert_eq!(item.additional_partner_ids_on_record, ["1", "2"]);
    assert_eq!(answer.transfer_errors, []);
    let odd = r#"{"orders":[null,{"id":"1","attributes":"x","links":[],"lineItems":[null],
        "totalPrice":"","partnerOnRecordAttestationAccepted":"True"}],"transferErrors":[null]}"#;
    let other = accept(Reply::json("200 OK", odd))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(other.orders.len(), 1);
    assert_eq!(other.orders[0].links, None);
    assert_eq!(other.orders[0].extra["links"], json!([]));
    assert_eq!(other.orders[0].extra["attributes"], "x");
    assert_eq!(
        other.orders[0].partner_on_record_attestation_accepted,
        Some(true)
    );
    assert_eq!(other.transfer_errors, []);
    assert!(matches!(answer.outcome(), AcceptOutcome::Complete { orders } if orders.len() == 2));
}

#[tokio::test]
async fn a_byte_order_mark_and_an_empty_object_are_read() {
    let answer = accept(Reply::json("200 OK", "\u{feff}{\"orders\":[{}]}"))
        .await
        .unwrap();
    assert_eq!(answer.get().orders.len(), 1);
    let answer = accept(Reply::json("200 OK", "{}"))
        .await
        .unwrap()
        .into_inner();
    assert!(matches!(answer.outcome(), AcceptOutcome::Unknown));
}

#[tokio::test]
async fn a_gzip_body_is_read() {
    use std::io::Write as _;

    let text = example_text("accept-transfer-partial.json");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    let body = encoder.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let reply = |body: &[u8]| Reply::Bytes([head.as_bytes(), body].concat());
    let answer = accept(reply(&body)).await.unwrap();
    assert_eq!(answer.body(), text.as_bytes());

    // The header says gzip, and the body is not.
    let error = accept(reply(&vec![b'x'; body.len()])).await.unwrap_err();
    assert!(
        error.is_interrupted() && error.may_have_been_applied(),
        "{error:?}"
    );
    assert_eq!(error.status().unwrap().as_u16(), 200);
}
