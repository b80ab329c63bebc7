//! Creating a transfer, from options or from a file.

use serde_json::{Value, json};

use crate::run::{CANARY, command, finish};
use crate::server::{CUSTOMER, SOURCE, Server, TARGET, example, on_create};

#[test]
fn create_sends_the_options() {
    let server = Server::start();
    server.reply("GET", 200, "[]");
    server.reply("POST", 201, example!("create-transfer-active"));
    let subscriptions = ["--subscription", "S1", "--subscription", "s2"];
    let more = [
        "--partner-on-record",
        "6210447",
        "--customer-name",
        "Relecloud",
    ];
    let run = server.call(&on_create(&[subscriptions, more].concat()));
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
        server.sent(),
        [
            ("GET".to_owned(), "/transfers".to_owned(), None),
            (
                "GET".to_owned(),
                "/transferseligibility?transferType=directtoindirect".to_owned(),
                None
            ),
            ("POST".to_owned(), "/transfers".to_owned(), Some(body)),
        ]
    );
}

#[test]
fn create_with_new_commerce_sends_the_new_commerce_body() {
    let server = Server::start();
    server.reply("POST", 201, example!("create-transfer-pending"));
    let create = ["create", "--yes", "--new-commerce", "--customer", CUSTOMER];
    let source = ["--source", SOURCE, "--source-name", "Contoso"];
    let reach = [
        "--customer-email",
        "a@b.example",
        "--target-email",
        "my-reference",
    ];
    let what = ["--product", "saas", "--transfer-type", "3", "--no-read"];
    let run = server.call(&[&create[..], &source, &reach, &what].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let body = json!({
        "sourcePartnerTenantId": SOURCE, "sourcePartnerName": "Contoso",
        "customerEmailId": "a@b.example", "targetPartnerEmailId": "my-reference",
        "targetProductTypes": ["SaaS"], "transferType": 3,
    });
    assert_eq!(server.sent()[0].2, Some(body));
}

#[test]
fn create_reads_a_whole_request_from_a_file_or_standard_input() {
    let server = Server::start();
    server.reply("POST", 201, example!("create-transfer-active"));
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
        assert_eq!(server.call(&from_file).code, 0);
        let run = finish(
            command()
                .args(["--endpoint", &server.url()])
                .args(create)
                .arg("-")
                .env("PCTRANSFERS_TOKEN", CANARY)
                .write_stdin(example),
        );
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let bodies: Vec<Value> = server
        .sent()
        .into_iter()
        .filter_map(|sent| sent.2)
        .collect();
    let examples = examples.map(|example| serde_json::from_str::<Value>(example).unwrap());
    assert_eq!(
        bodies,
        [&examples[0], &examples[0], &examples[1], &examples[1]].map(Clone::clone)
    );

    for (text, expected) in [
        ("{", "not valid JSON: "),
        (
            "[]",
            "expected a JSON object with the properties of a request",
        ),
        (
            r#"{"sourcePartnerTenantId":"0c2f3a5d-6a0e-4f0e-9d0a-5b1f6d1c7a21","targetPartnerTenantId":"7f1b8e92-2c47-4d8b-8f63-3e2a9c5d4b10","lineItems":[]}"#,
            "lineItems: empty; expected at least one subscription",
        ),
        (
            "{}",
            "not a valid license-based request (a new-commerce request has transferType ",
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
        let run = server.call(&from_file);
        assert_eq!(run.code, 2, "{text}");
        assert!(run.stderr.contains(expected), "{text}: {}", run.stderr);
    }
    assert_eq!(server.sent().len(), 4);
}

/// A partner without a relationship to the customer cannot read its transfers.
#[test]
fn a_refused_list_does_not_stop_a_create() {
    let server = Server::start();
    server.reply(
        "GET",
        403,
        r#"{"code":1000,"description":"No relationship."}"#,
    );
    server.reply("POST", 201, example!("create-transfer-active"));
    let run = server.call(&on_create(&["--subscription", "s"]));
    run.went_on_without("the customer's transfers");
}

#[test]
fn options_that_would_not_be_sent_are_rejected() {
    let server = Server::start();
    for given in [
        ["--customer-email", "a@b.example"],
        ["--target-email", "a@b.example"],
        ["--product", "SaaS"],
        ["--transfer-type", "3"],
    ] {
        let run = server.call(&on_create(&[&["--subscription", "s"], &given[..]].concat()));
        assert_eq!(run.code, 2, "{given:?}: {}", run.stdout);
        let expected = format!("create: {} requires --new-commerce", given[0]);
        assert!(run.stderr.contains(&expected), "{}", run.stderr);

        let file = ["create", "--yes", "--customer", CUSTOMER, "--file", "-"];
        let run = server.call(&[&file[..], &given].concat());
        assert_eq!(run.code, 2, "{given:?}: {}", run.stdout);
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    }
    assert_eq!(server.sent(), []);
}

#[test]
fn a_request_file_of_another_system_is_read() {
    let text = example!("create-transfer-license-based.request");
    let marked = format!("\u{feff}{text}");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("body.json");
    let create = ["create", "--yes", "--customer", CUSTOMER, "--file"];
    let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    };
    for content in [
        marked.clone().into_bytes(),
        utf16(&marked, u16::to_le_bytes),
        utf16(&marked, u16::to_be_bytes),
    ] {
        let server = Server::start();
        server.reply("GET", 200, "[]");
        server.reply("POST", 201, example!("create-transfer-active"));
        std::fs::write(&file, &content).unwrap();
        let run = server.call(&[&create[..], &[file.to_str().unwrap()]].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        let url = server.url();
        let mut command = command();
        command
            .args(["--endpoint", &url])
            .args(create)
            .arg("-")
            .env("PCTRANSFERS_TOKEN", CANARY)
            .write_stdin(content);
        let run = finish(&mut command);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let sent: Vec<_> = server
            .sent()
            .into_iter()
            .filter_map(|(_, _, body)| body)
            .collect();
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(sent, [expected.clone(), expected]);
    }
    for (content, expected) in [
        (
            utf16(text, u16::to_le_bytes),
            "looks like UTF-16 without a byte order mark",
        ),
        (b"{\"customerName\": \"Zo\xEB\"}".to_vec(), "Windows-1252"),
        (b"PK\x03\x04\0\0".to_vec(), "looks like binary data"),
    ] {
        let server = Server::start();
        std::fs::write(&file, content).unwrap();
        let run = server.call(&[&create[..], &[file.to_str().unwrap()]].concat());
        assert_eq!(run.code, 2, "{}", run.stderr);
        for expected in ["--file", expected, "save the file as UTF-8"] {
            assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
        }
        assert!(server.requests().is_empty());
    }
}

#[test]
fn ids_of_subscriptions_are_sent_without_blanks_and_braces() {
    let server = Server::start();
    server.reply("GET", 200, "[]");
    server.reply("POST", 201, example!("create-transfer-active"));
    let subscriptions = [
        "--subscription",
        "{6A0A1F0B-8f6f-4f4c-9d53-6b1f1f1f1f1f}\r\n",
    ];
    let more = ["--subscription", " s2 ", "--partner-on-record", "6210447\n"];
    let run = server.call(&on_create(
        &[subscriptions, [more[0], more[1]], [more[2], more[3]]].concat(),
    ));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let sent = server.sent();
    let create = sent.iter().find(|(method, ..)| method == "POST").unwrap();
    let items = &create.2.as_ref().unwrap()["lineItems"];
    assert_eq!(
        *items,
        json!([
            { "subscriptionId": "6A0A1F0B-8f6f-4f4c-9d53-6b1f1f1f1f1f", "partnerIdOnRecord": "6210447" },
            { "subscriptionId": "s2", "partnerIdOnRecord": "6210447" },
        ])
    );
    let quoted = server.call(&on_create(&["--subscription", "\"s2\""]));
    assert_eq!(quoted.code, 2);
    assert!(
        quoted.stderr.contains("enclosed in quotes"),
        "{}",
        quoted.stderr
    );
}

#[test]
fn ids_in_a_file_are_sent_without_blanks_and_braces() {
    let guid = "6A0A1F0B-8f6f-4f4c-9d53-6b1f1f1f1f1f";
    let license_based = |items: Value| {
        json!({
            "sourcePartnerTenantId": format!(" {{{SOURCE}}} "),
            "targetPartnerTenantId": format!("({TARGET})\n"),
            "lineItems": items,
        })
    };
    let new_commerce = |partner: &str| {
        json!({
            "sourcePartnerTenantId": format!("{{{SOURCE}}}"), "sourcePartnerName": " Contoso ",
            "customerEmailId": "a@b.example", "partnerOnRecord": partner, "transferType": 5,
        })
    };
    let create = |server: &Server, request: &Value| {
        let mut command = command();
        command
            .args(["--endpoint", &server.url(), "create", "--yes", "--no-read"])
            .args(["--customer", CUSTOMER, "--file", "-"])
            .env("PCTRANSFERS_TOKEN", CANARY);
        finish(command.write_stdin(request.to_string()))
    };
    let server = Server::start();
    server.reply("POST", 201, example!("create-transfer-active"));
    let items = json!([
        { "subscriptionId": format!("{{{guid}}}\r\n"), "partnerIdOnRecord": "6210447\n" },
        { "subscriptionId": " s2 " },
    ]);
    for request in [license_based(items), new_commerce(" 6210447")] {
        let run = create(&server, &request);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let sent: Vec<Value> = server.sent().into_iter().filter_map(|it| it.2).collect();
    assert_eq!(
        sent,
        [
            json!({
                "sourcePartnerTenantId": SOURCE, "targetPartnerTenantId": TARGET,
                "lineItems": [
                    { "subscriptionId": guid, "partnerIdOnRecord": "6210447" },
                    { "subscriptionId": "s2" },
                ],
            }),
            json!({
                "sourcePartnerTenantId": SOURCE, "sourcePartnerName": " Contoso ",
                "customerEmailId": "a@b.example", "partnerOnRecord": "6210447", "transferType": 5,
            }),
        ]
    );

    let server = Server::start();
    let item = |id: &str| json!({ "subscriptionId": id });
    for (request, expected) in [
        // The same subscription in two forms.
        (
            license_based(json!([item(guid), item(&format!("{{{guid}}}"))])),
            "is given twice",
        ),
        (
            license_based(json!([item("s1"), item("'s2'")])),
            "lineItems[1].subscriptionId: the id is enclosed in quotes",
        ),
        (
            license_based(json!([item(" ")])),
            "lineItems[0].subscriptionId: the id is empty",
        ),
        (
            license_based(json!([{ "subscriptionId": "s", "partnerIdOnRecord": "1\n2" }])),
            "lineItems[0].partnerIdOnRecord: the id contains a line break",
        ),
        (
            new_commerce("\u{200b}6210447"),
            "partnerOnRecord: the id contains the invisible character",
        ),
    ] {
        let run = create(&server, &request);
        assert_eq!(run.code, 2, "{request}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
    }
    assert_eq!(server.sent(), []);
}
