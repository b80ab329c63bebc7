//! Method, path, query and body of create, update and the reads, and how often they are sent.

use partner_center_tests::{
    CUSTOMER, FakeRuntime, NumberedTokens, Reply, ScriptedServer, client, example, example_text,
};
use partner_center_transfers::builder::{CreateTransfer, UpdateTransfer};
use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelTransferRequest, CreateLicenseBasedTransferLineItem,
    CreateLicenseBasedTransferRequest, CreateNewCommerceTransferRequest, CreateTransferRequest,
    CustomerId, TransferEntity, TransferId, TransferProductType, TransferStatus,
    UpdateTransferRequest,
};
use partner_center_transfers::{Client, Response, StatusCode};
use serde_json::{Value, from_value, json, to_value};
use wiremock::matchers::{body_json, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const SOURCE: &str = "0c2f3a5d-6a0e-4f0e-9d0a-5b1f6d1c7a21";
const TARGET: &str = "7f1b8e92-2c47-4d8b-8f63-3e2a9c5d4b10";
const REJECTED: &str = "c84d1f06-2e9b-47a3-8d50-f6b7a3c9e214";
const PENDING: &str = "f2c7a950-48d1-4e6b-b93f-1a5d8c0e7264";

fn customer() -> CustomerId {
    CUSTOMER.parse().unwrap()
}

fn transfer(id: &str) -> TransferId {
    id.parse().unwrap()
}

/// A server that expects one request with exactly this body, and replies with an example.
async fn one(verb: &str, at: &str, body: &str, status: u16, answer: &str) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method(verb))
        .and(path(format!("/v1/customers/{CUSTOMER}{at}")))
        .and(header("content-type", "application/json"))
        .and(body_json(example(body)))
        .respond_with(
            ResponseTemplate::new(status).set_body_raw(example_text(answer), "application/json"),
        )
        .expect(1)
        .mount(&server)
        .await;
    server
}

fn licence_based() -> CreateLicenseBasedTransferRequest {
    let mut first = CreateLicenseBasedTransferLineItem::new("B7D2C0E4-91A5-4E3D-8A6F-20C1D9E85F37");
    first.partner_id_on_record = Some("6210447".to_owned());
    let second = CreateLicenseBasedTransferLineItem::new("3F6A9C12-0D7B-45E8-B2C4-61E8A7D90B53");
    let builder = CreateLicenseBasedTransferRequest::builder()
        .source_partner_tenant_id(SOURCE)
        .target_partner_tenant_id(TARGET)
        .line_items(vec![first, second]);
    builder.try_into().unwrap()
}

/// The service looks at the token first, so the refused attempt has made nothing.
#[tokio::test]
async fn a_create_is_sent_again_with_a_new_token() {
    let made = Reply::json("201 Created", &example_text("create-transfer-active.json"));
    let refused = Reply::json("401 Unauthorized", "");
    let server = ScriptedServer::start([refused, made]).await;
    let client = Client::builder()
        .endpoint(server.url())
        .credential(NumberedTokens::default())
        .build()
        .unwrap();
    let call = client.create_license_based_transfer(customer(), licence_based());
    assert_eq!(call.send().await.unwrap().attempts(), 2);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for (name, same) in [("ms-requestid", true), ("authorization", false)] {
        let values = [requests[0].header(name), requests[1].header(name)];
        assert_eq!(values[0] == values[1], same, "{name}: {values:?}");
    }
}

#[tokio::test]
async fn each_generation_has_its_own_create_body() {
    for (status, code) in [(201, StatusCode::CREATED), (200, StatusCode::OK)] {
        let server = one(
            "POST",
            "/transfers",
            "create-transfer-license-based.request.json",
            status,
            "create-transfer-active.json",
        )
        .await;
        let client = client(&server.uri());
        let call = client.create_license_based_transfer(customer(), licence_based());
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), code);
        assert_eq!(answer.get().status, Some(TransferStatus::Active));
        assert_eq!(answer.get().partnertenantid.as_deref(), Some(SOURCE));
    }

    let server = one(
        "POST",
        "/transfers",
        "create-transfer-new-commerce.request.json",
        201,
        "create-transfer-pending.json",
    )
    .await;
    let request = CreateNewCommerceTransferRequest::builder()
        .source_partner_tenant_id(SOURCE)
        .source_partner_name("Contoso")
        .customer_email_id("admin@relecloud.example")
        .transfer_type(5)
        .customer_name("Relecloud".to_owned())
        .target_product_types(vec![TransferProductType::OnlineServicesNce])
        .partner_on_record("6210447".to_owned());
    let client = client(&server.uri());
    let call = client.create_new_commerce_transfer(customer(), request);
    let answer = call.send().await.unwrap().into_inner();
    assert_eq!(answer.status, Some(TransferStatus::Pending));
    assert_eq!(answer.line_items, []);
}

#[tokio::test]
async fn reject_cancel_and_accept_have_their_own_bodies() {
    let send = |id: &str, body: &str, answer: &str| {
        let (at, body, answer) = (
            format!("/transfers/{id}"),
            body.to_owned(),
            answer.to_owned(),
        );
        async move {
            let body = format!("update-transfer-{body}.request.json");
            let answer = format!("update-transfer-{answer}.json");
            one("PATCH", &at, &body, 200, &answer).await
        }
    };
    let status = |answer: Response<TransferEntity>| answer.into_inner().status;

    let server = send(REJECTED, "reject", "rejected").await;
    let reject = client(&server.uri());
    let reject = reject
        .reject_transfer(customer(), transfer(REJECTED))
        .send();
    assert_eq!(status(reject.await.unwrap()), Some(TransferStatus::Reject));

    let server = send(PENDING, "cancel", "cancelled").await;
    let read: TransferEntity = from_value(example("get-transfer-pending.json")).unwrap();
    let cancel = client(&server.uri());
    let cancel = cancel.cancel_transfer(customer(), &read).send();
    assert_eq!(status(cancel.await.unwrap()), Some(TransferStatus::Cancel));

    let server = send(PENDING, "accept", "in-progress").await;
    let item = AcceptNewCommerceTransferLineItem::new(
        "b7d2c0e4-91a5-4e3d-8a6f-20c1d9e85f37",
        "OnlineServicesNCE",
    );
    let accept = client(&server.uri());
    let accept = accept
        .accept_new_commerce_transfer(customer(), transfer(PENDING), [item])
        .send();
    assert_eq!(
        status(accept.await.unwrap()),
        Some(TransferStatus::InProgress)
    );
}

#[tokio::test]
async fn reads_have_no_body() {
    let server = MockServer::start().await;
    let answers = [
        ("/transfers", "list-transfers-several.json"),
        (
            &format!("/transfers/{PENDING}"),
            "get-transfer-pending.json",
        ),
        (
            "/transferseligibility",
            "get-transfer-eligibility-mixed.json",
        ),
    ];
    for (at, answer) in answers {
        let mock = Mock::given(method("GET")).and(path(format!("/v1/customers/{CUSTOMER}{at}")));
        let mock = match at {
            "/transferseligibility" => mock.and(query_param("transferType", "directtoindirect")),
            _ => mock,
        };
        let answer = ResponseTemplate::new(200).set_body_raw(example_text(answer), "text/json");
        mock.respond_with(answer).expect(1).mount(&server).await;
    }
    let client = client(&server.uri());
    let list = client.list_transfers().customer_id(CUSTOMER).send();
    assert_eq!(list.await.unwrap().into_inner().len(), 4);
    let call = client
        .get_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(PENDING);
    let read = call.send().await.unwrap().into_inner();
    assert_eq!(read.transfer_type, Some(3));
    let call = client.get_transfer_eligibility().customer_id(CUSTOMER);
    let eligible = call.transfer_type("directtoindirect").send().await.unwrap();
    let eligible = eligible.into_inner();
    assert_eq!(eligible[0].is_eligible, Some(true));
    assert_eq!(eligible[0].reason, None);
    assert_eq!(
        eligible[1].reason.as_deref(),
        Some("Subscription status is Suspended.")
    );
    for request in server.received_requests().await.unwrap() {
        assert_eq!(request.body, b"");
    }
}

#[tokio::test]
async fn an_invalid_argument_is_named_and_nothing_is_sent() {
    let server = ScriptedServer::start([]).await;
    let client = client(server.url());
    let builder = CreateLicenseBasedTransferRequest::builder;
    let new_commerce = || {
        CreateNewCommerceTransferRequest::builder()
            .source_partner_tenant_id(SOURCE)
            .source_partner_name("Contoso")
            .customer_email_id("admin@relecloud.example")
    };
    let creates: [(CreateTransfer<'_>, &str); 7] = [
        (
            client.create_license_based_transfer(customer(), builder()),
            "body: no value supplied for line_items",
        ),
        (
            client.create_license_based_transfer(
                customer(),
                builder()
                    .source_partner_tenant_id(SOURCE)
                    .target_partner_tenant_id(TARGET)
                    .line_items(vec![]),
            ),
            "body: line_items: empty; expected at least one subscription",
        ),
        (
            client.create_license_based_transfer(
                customer(),
                builder()
                    .source_partner_tenant_id(SOURCE)
                    .target_partner_tenant_id(TARGET)
                    .line_items(vec![CreateLicenseBasedTransferLineItem::new(" ")]),
            ),
            "body: line_items[0].subscription_id: empty",
        ),
        (
            client.create_license_based_transfer(
                customer(),
                builder()
                    .source_partner_tenant_id("Contoso")
                    .target_partner_tenant_id(TARGET)
                    .line_items(vec![]),
            ),
            "source_partner_tenant_id: \"Contoso\" is not a GUID",
        ),
        (
            client.create_new_commerce_transfer(customer(), new_commerce()),
            "no value supplied for transfer_type",
        ),
        (
            client.create_transfer().customer_id(CUSTOMER),
            "body: required, and not set",
        ),
        (
            client.create_transfer().body(licence_based()),
            "customer_id: required, and not set",
        ),
    ];
    for (call, expected) in creates {
        let error = call.send().await.unwrap_err();
        assert!(
            error.is_invalid_input() && error.to_string().contains(expected),
            "{error}, not {expected}"
        );
    }
    let nothing: [AcceptNewCommerceTransferLineItem; 0] = [];
    let updates: [(UpdateTransfer<'_>, &str); 3] = [
        (
            client.cancel_transfer(customer(), CancelTransferRequest::builder()),
            "transfer_id: no value supplied for id",
        ),
        (
            client.cancel_transfer(customer(), &TransferEntity::default()),
            "transfer_id: no id: the response that it was taken from has none",
        ),
        (
            client.accept_new_commerce_transfer(customer(), transfer(PENDING), nothing),
            "body: line_items: empty",
        ),
    ];
    for (call, expected) in updates {
        let error = call.send().await.unwrap_err();
        assert!(
            error.is_invalid_input() && error.to_string().contains(expected),
            "{error}, not {expected}"
        );
    }
    assert!(server.requests().is_empty());
}

#[test]
fn each_request_body_round_trips() {
    for name in ["license-based", "new-commerce"] {
        let body = example(&format!("create-transfer-{name}.request.json"));
        let read: CreateTransferRequest = from_value(body.clone()).unwrap();
        assert_eq!(to_value(read).unwrap(), body);
    }
    for name in ["reject", "cancel", "accept"] {
        let body = example(&format!("update-transfer-{name}.request.json"));
        let read: UpdateTransferRequest = from_value(body.clone()).unwrap();
        assert_eq!(to_value(read).unwrap(), body);
    }
    let unknown = json!({"id": PENDING, "status": "Approve"});
    assert!(from_value::<UpdateTransferRequest>(unknown).is_err());
}

#[test]
fn the_spec_rejects_a_body_of_both_generations_or_of_none() {
    let spec = partner_center_tests::spec();
    let is_valid = |schema: &str, body: &Value| {
        let schemas = spec["components"]["schemas"].as_object().unwrap();
        let schemas: serde_json::Map<String, Value> = schemas
            .iter()
            .map(|(name, schema)| (name.clone(), partner_center_codegen::json_schema_of(schema)))
            .collect();
        let root = json!({
            "components": { "schemas": schemas },
            "$ref": format!("#/components/schemas/{schema}"),
        });
        jsonschema::validator_for(&root).unwrap().is_valid(body)
    };
    let with = |name: &str, more: &[(&str, Value)]| {
        let mut body = example(name);
        for (key, value) in more {
            body[*key] = value.clone();
        }
        body
    };
    let licence = "create-transfer-license-based.request.json";
    let commerce = "create-transfer-new-commerce.request.json";
    let lines = json!([{"subscriptionId": "S"}]);
    for (body, valid) in [
        (with(licence, &[]), true),
        (with(commerce, &[]), true),
        (with(commerce, &[("lineItems", lines.clone())]), false),
        (
            with(licence, &[("customerEmailId", json!("a@b.example"))]),
            false,
        ),
        (with(licence, &[("lineItems", json!([]))]), false),
        (
            json!({"sourcePartnerTenantId": SOURCE, "targetPartnerTenantId": TARGET}),
            false,
        ),
    ] {
        assert_eq!(is_valid("CreateTransferRequest", &body), valid, "{body}");
    }
    for (body, valid) in [
        (with("update-transfer-reject.request.json", &[]), true),
        (with("update-transfer-cancel.request.json", &[]), true),
        (with("update-transfer-accept.request.json", &[]), true),
        (
            with(
                "update-transfer-reject.request.json",
                &[("status", json!("Reject"))],
            ),
            false,
        ),
        (
            with(
                "update-transfer-cancel.request.json",
                &[("lineItems", lines.clone())],
            ),
            false,
        ),
        (json!({"id": PENDING, "lineItems": lines}), false),
    ] {
        assert_eq!(is_valid("UpdateTransferRequest", &body), valid, "{body}");
    }
}

/// A client with the default retry policy and a fake clock.
fn retrying_client(url: &str) -> Client {
    let client = Client::builder().endpoint(url).bearer_token("t");
    client.runtime(FakeRuntime::new()).build().unwrap()
}

#[tokio::test]
async fn reads_are_retried_after_a_503_and_changes_are_not() {
    let unavailable = || Reply::response("503 Service Unavailable", "", "");
    let list = ScriptedServer::start([unavailable(), Reply::json("200 OK", "[]")]).await;
    let call = retrying_client(list.url());
    let answer = call
        .list_transfers()
        .customer_id(CUSTOMER)
        .send()
        .await
        .unwrap();
    assert_eq!((answer.attempts(), list.requests().len()), (2, 2));

    let get = ScriptedServer::start([unavailable(), Reply::json("200 OK", "{}")]).await;
    let call = retrying_client(get.url());
    let call = call
        .get_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(PENDING);
    assert_eq!(call.send().await.unwrap().attempts(), 2);
    assert_eq!(get.requests().len(), 2);

    let create = ScriptedServer::start([unavailable(), Reply::json("201 Created", "{}")]).await;
    let call = retrying_client(create.url());
    let call = call.create_license_based_transfer(customer(), licence_based());
    let error = call.send().await.unwrap_err();
    assert!(error.may_have_been_applied());
    assert_eq!(create.requests().len(), 1);

    let update = ScriptedServer::start([unavailable(), Reply::json("200 OK", "{}")]).await;
    let call = retrying_client(update.url());
    let error = call
        .reject_transfer(customer(), transfer(PENDING))
        .send()
        .await
        .unwrap_err();
    assert!(error.may_have_been_applied());
    assert_eq!(update.requests().len(), 1);
}
