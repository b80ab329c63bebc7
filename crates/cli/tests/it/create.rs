//! Creating a transfer, from options or from a file.

use serde_json::{Value, json};
use wiremock::MockServer;

use crate::run::server::{CUSTOMER, SOURCE, TARGET, answers, call, example, on_create, sent};
use crate::run::{CANARY, command, finish};

#[tokio::test]
async fn create_sends_the_options() {
    let server = MockServer::start().await;
    answers(&server, "GET", 200, "[]").await;
    answers(&server, "POST", 201, example!("create-transfer-active")).await;
    let subscriptions = ["--subscription", "S1", "--subscription", "s2"];
    let more = [
        "--partner-on-record",
        "6210447",
        "--customer-name",
        "Relecloud",
    ];
    let run = call(&server, &on_create(&[subscriptions, more].concat()));
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("created", run.story());
    let body = json!({
        "customerName": "Relecloud",
        "sourcePartnerTenantId": SOURCE,
        "targetPartnerTenantId": TARGET,
        "lineItems": [
            { "subscriptionId": "S1", "partnerIdOnRecord": "6210447" },
            { "subscriptionId": "s2", "partnerIdOnRecord": "6210447" },
        ],
    });
    assert_eq!(
        sent(&server).await,
        [
            ("GET".to_owned(), "/transfers".to_owned(), None),
            ("POST".to_owned(), "/transfers".to_owned(), Some(body)),
        ]
    );
}

#[tokio::test]
async fn create_with_new_commerce_sends_the_new_commerce_body() {
    let server = MockServer::start().await;
    answers(&server, "POST", 201, example!("create-transfer-pending")).await;
    let create = ["create", "--yes", "--new-commerce", "--customer", CUSTOMER];
    let source = ["--source", SOURCE, "--source-name", "Contoso"];
    let reach = [
        "--customer-email",
        "a@b.example",
        "--target-email",
        "my-reference",
    ];
    let what = ["--product", "saas", "--transfer-type", "3", "--no-read"];
    let run = call(&server, &[&create[..], &source, &reach, &what].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let body = json!({
        "sourcePartnerTenantId": SOURCE, "sourcePartnerName": "Contoso",
        "customerEmailId": "a@b.example", "targetPartnerEmailId": "my-reference",
        "targetProductTypes": ["SaaS"], "transferType": 3,
    });
    assert_eq!(sent(&server).await[0].2, Some(body));
}

#[tokio::test]
async fn create_reads_a_whole_request_from_a_file_or_standard_input() {
    let server = MockServer::start().await;
    answers(&server, "POST", 201, example!("create-transfer-active")).await;
    let examples = [
        example!("create-transfer-license-based.request"),
        example!("create-transfer-new-commerce.request"),
    ];
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("body.json");
    let create = [
        "create",
        "--yes",
        "--no-read",
        "--customer",
        CUSTOMER,
        "--file",
    ];
    let from_file = [&create[..], &[file.to_str().unwrap()]].concat();
    for example in examples {
        std::fs::write(&file, example).unwrap();
        assert_eq!(call(&server, &from_file).code, 0);
        let run = finish(
            command()
                .args(["--endpoint", &server.uri()])
                .args(create)
                .arg("-")
                .env("PCTRANSFERS_TOKEN", CANARY)
                .write_stdin(example),
        );
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let bodies: Vec<Value> = sent(&server)
        .await
        .into_iter()
        .filter_map(|sent| sent.2)
        .collect();
    let examples = examples.map(|example| serde_json::from_str::<Value>(example).unwrap());
    assert_eq!(
        bodies,
        [&examples[0], &examples[0], &examples[1], &examples[1]].map(Clone::clone)
    );

    for (text, said) in [
        ("{", "not valid JSON: "),
        (
            "{}",
            "not a valid licence-based request (a new-commerce request has transferType ",
        ),
        (
            r#"{"transferType":5}"#,
            "not a valid new-commerce request: missing field",
        ),
        (
            r#"{"sourcePartnerTenantId":"0c2f3a5d-6a0e-4f0e-9d0a-5b1f6d1c7a21",
                "targetPartnerTenantId":"7f1b8e92-2c47-4d8b-8f63-3e2a9c5d4b10",
                "lineItems":[{"subscriptionId":"s","wrong":1}]}"#,
            "unknown property `lineItems[0].wrong`",
        ),
    ] {
        std::fs::write(&file, text).unwrap();
        let run = call(&server, &from_file);
        assert_eq!(run.code, 2, "{text}");
        assert!(run.stderr.contains(said), "{text}: {}", run.stderr);
    }
    assert_eq!(sent(&server).await.len(), 4);
}

/// A partner without a relationship to the customer cannot read its transfers.
#[tokio::test]
async fn a_refused_list_does_not_stop_a_create() {
    let server = MockServer::start().await;
    answers(
        &server,
        "GET",
        403,
        r#"{"code":1000,"description":"No relationship."}"#,
    )
    .await;
    answers(&server, "POST", 201, example!("create-transfer-active")).await;
    let run = call(&server, &on_create(&["--subscription", "s"]));
    run.went_on_without("the customer's transfers");
}

#[tokio::test]
async fn options_that_would_not_be_sent_are_rejected() {
    let server = MockServer::start().await;
    for given in [
        ["--customer-email", "a@b.example"],
        ["--target-email", "a@b.example"],
        ["--product", "SaaS"],
        ["--transfer-type", "3"],
    ] {
        let run = call(
            &server,
            &on_create(&[&["--subscription", "s"], &given[..]].concat()),
        );
        assert_eq!(run.code, 2, "{given:?}: {}", run.stdout);
        let said = format!("create: {} requires --new-commerce", given[0]);
        assert!(run.stderr.contains(&said), "{}", run.stderr);

        let file = ["create", "--yes", "--customer", CUSTOMER, "--file", "-"];
        let run = call(&server, &[&file[..], &given].concat());
        assert_eq!(run.code, 2, "{given:?}: {}", run.stdout);
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    }
    assert_eq!(sent(&server).await, []);
}
