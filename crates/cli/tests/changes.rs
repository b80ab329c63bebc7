//! What changes a transfer: which requests are sent, with which bodies, and what is made of the
//! answers.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail a test as its own lines do"
)]

mod run;

use run::server::{SOURCE, TARGET, TRANSFER, answers, call, example, methods, on_transfer, sent};
use serde_json::json;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::test]
async fn a_change_reads_once_and_sends_once() {
    for (arguments, verb, url, body) in [
        (
            on_transfer("accept", &["--yes"]),
            "POST",
            format!("/transfers/{TRANSFER}/accept"),
            None,
        ),
        (
            on_transfer("withdraw", &["--yes"]),
            "DELETE",
            format!("/transfers/{TRANSFER}"),
            None,
        ),
        (
            on_transfer("reject", &["--yes"]),
            "PATCH",
            format!("/transfers/{TRANSFER}"),
            Some(json!({ "id": TRANSFER, "status": "reject" })),
        ),
        (
            on_transfer("cancel", &["--yes"]),
            "PATCH",
            format!("/transfers/{TRANSFER}"),
            Some(json!({
                "id": TRANSFER, "status": "Cancel", "sourcePartnerTenantId": SOURCE,
                "targetPartnerTenantId": TARGET, "customerName": "Relecloud",
            })),
        ),
        (
            on_transfer(
                "accept",
                &[
                    "--yes",
                    "--new-commerce",
                    "--subscription",
                    "a",
                    "--subscription",
                    "b=SaaS",
                ],
            ),
            "PATCH",
            format!("/transfers/{TRANSFER}"),
            Some(json!({ "id": TRANSFER, "lineItems": [
                { "subscriptionId": "a", "productType": "OnlineServicesNCE" },
                { "subscriptionId": "b", "productType": "SaaS" },
            ]})),
        ),
    ] {
        let server = MockServer::start().await;
        let before = json!({
            "id": TRANSFER, "status": "Active", "customerName": "Relecloud",
            "sourcePartnerTenantId": SOURCE, "targetPartnerTenantId": TARGET,
        });
        answers(&server, "GET", 200, &before.to_string()).await;
        answers(&server, "POST", 200, r#"{"orders":[{"id":"o"}]}"#).await;
        answers(&server, "DELETE", 204, "").await;
        let after = match arguments[0] {
            "reject" => example!("update-transfer-rejected"),
            "cancel" => example!("update-transfer-cancelled"),
            _ => example!("update-transfer-in-progress"),
        };
        answers(&server, "PATCH", 200, after).await;
        let run = call(&server, &arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stderr, "");
        assert_eq!(
            sent(&server).await,
            [
                ("GET".to_owned(), format!("/transfers/{TRANSFER}"), None),
                (verb.to_owned(), url, body),
            ]
        );

        // The same without the read, and not at all without leave.
        let number = server.received_requests().await.unwrap().len();
        assert_eq!(
            call(&server, &[&arguments[..], &["--no-read"]].concat()).code,
            0
        );
        assert_eq!(server.received_requests().await.unwrap().len(), number + 1);
        let unapproved: Vec<&str> = arguments
            .iter()
            .copied()
            .filter(|it| *it != "--yes")
            .collect();
        let run = call(&server, &unapproved);
        assert_eq!(run.code, 2);
        assert!(
            run.stderr
                .contains("say --yes to go ahead; nothing was sent"),
            "{}",
            run.stderr
        );
        assert_eq!(server.received_requests().await.unwrap().len(), number + 1);
    }
}

#[tokio::test]
async fn a_failed_read_stops_no_accept_that_was_approved() {
    let server = MockServer::start().await;
    answers(&server, "GET", 500, "{}").await;
    answers(&server, "POST", 200, r#"{"orders":[{"id":"o"}]}"#).await;
    let run = call(&server, &on_transfer("accept", &["--yes"]));
    run.went_on_without("the transfer");
    assert_eq!(methods(&sent(&server).await), ["GET", "POST"]);
}

/// The transfer has a subscription that moved, one that failed, and one that nothing names.
#[tokio::test]
async fn an_accept_tells_the_fate_of_each_subscription() {
    let server = MockServer::start().await;
    let before = json!({ "id": TRANSFER, "status": "Active", "lineItems": [
        { "subscriptionId": "B7D2C0E4-91A5-4E3D-8A6F-20C1D9E85F37", "friendlyName": "Office", "quantity": 5 },
        { "subscriptionId": "3F6A9C12-0D7B-45E8-B2C4-61E8A7D90B53", "offerId": "an-offer" },
        { "subscriptionId": "94C8E1B0-2A6D-4F37-9E05-D7B3C2F1A648" },
    ]});
    let answer = json!({
        "orders": [{ "id": "d0a4c2e7-5b18-4f96-8c3d-7e1f2a6b9045", "lineItems": [
            { "subscriptionId": "b7d2c0e4-91a5-4e3d-8a6f-20c1d9e85f37", "quantity": 5 },
        ]}],
        "transferErrors": [{ "code": 900_103, "description": "It is suspended.", "lineItems": [
            { "subscriptionId": "3F6A9C12-0D7B-45E8-B2C4-61E8A7D90B53" },
        ]}],
    });
    answers(&server, "GET", 200, &before.to_string()).await;
    answers(&server, "POST", 200, &answer.to_string()).await;
    let run = call(&server, &on_transfer("accept", &["--yes"]));
    assert_eq!(run.code, 3, "{}", run.stderr);
    insta::assert_snapshot!("accepted-by-subscription", run.story());

    let run = call(
        &server,
        &on_transfer("accept", &["--yes", "--output", "json"]),
    );
    assert_eq!(
        run.document()["subscriptions"],
        json!([
            { "subscriptionId": "B7D2C0E4-91A5-4E3D-8A6F-20C1D9E85F37", "result": "moved",
              "orderId": "d0a4c2e7-5b18-4f96-8c3d-7e1f2a6b9045", "code": null, "cause": null },
            { "subscriptionId": "3F6A9C12-0D7B-45E8-B2C4-61E8A7D90B53", "result": "failed",
              "orderId": null, "code": 900_103, "cause": "It is suspended." },
            { "subscriptionId": "94C8E1B0-2A6D-4F37-9E05-D7B3C2F1A648", "result": "notMentioned",
              "orderId": null, "code": null, "cause": null },
        ])
    );
    let run = call(&server, &on_transfer("accept", &["--yes", "--quiet"]));
    assert_eq!(run.stdout, "d0a4c2e7-5b18-4f96-8c3d-7e1f2a6b9045\n");
}

/// The service works on a new-commerce transfer after it has answered, or it is done by then.
#[tokio::test]
async fn an_accept_of_new_commerce_ends_as_far_as_it_has_come() {
    for (status, code, outcome, waits) in [
        ("InProgress", 0, "accepted", true),
        ("Complete", 0, "complete", false),
        ("PartiallyComplete", 3, "partial", false),
    ] {
        let server = MockServer::start().await;
        answers(
            &server,
            "PATCH",
            200,
            &json!({ "status": status }).to_string(),
        )
        .await;
        let accept = [
            "--yes",
            "--no-read",
            "--new-commerce",
            "--subscription",
            "s",
        ];
        let arguments = on_transfer("accept", &accept);
        let run = call(&server, &arguments);
        assert_eq!(run.code, code, "{status}: {}", run.stderr);
        assert_eq!(run.stdout.contains("pctransfers wait"), waits, "{status}");
        let run = call(&server, &[&arguments[..], &["--output", "json"]].concat());
        assert_eq!(run.document()["outcome"], outcome);
    }
}

/// The answer came, and says something else than was asked for.
#[tokio::test]
async fn a_change_that_was_answered_with_another_state_is_not_called_done() {
    let new_commerce = ["--new-commerce", "--subscription", "s"];
    for (name, more, status, code, said) in [
        (
            "reject",
            &[][..],
            "Active",
            6,
            "was not rejected: the answer says Active.",
        ),
        (
            "reject",
            &[],
            "InProgress",
            7,
            "was not rejected: the answer says InProgress.",
        ),
        (
            "reject",
            &[],
            "Complete",
            4,
            "was not rejected: the answer says Complete.",
        ),
        (
            "cancel",
            &[],
            "Pending",
            6,
            "was not cancelled: the answer says Pending.",
        ),
        (
            "accept",
            &new_commerce,
            "Expired",
            4,
            "was not accepted: the answer says Expired.",
        ),
        (
            "accept",
            &new_commerce,
            "PartiallyComplete",
            3,
            "others have not.",
        ),
    ] {
        let server = MockServer::start().await;
        let body = json!({ "id": TRANSFER, "status": status });
        answers(&server, "PATCH", 200, &body.to_string()).await;
        let arguments = on_transfer(name, &[&["--yes", "--no-read"], more].concat());
        let run = call(&server, &arguments);
        assert_eq!(run.code, code, "{name} {status}: {}", run.stderr);
        let first = run.stdout.lines().next().unwrap();
        assert!(first.ends_with(said), "{name} {status}: {first}");
    }
}

/// What an answer leaves out, the transfer says; it is read again for that alone.
#[tokio::test]
async fn what_an_accept_leaves_out_is_read_from_the_transfer() {
    let items = |fates: [Option<&str>; 2]| {
        let [one, two] = fates.map(|fate| json!(fate));
        json!([
            { "subscriptionId": "one", "status": one, "orderId": "o" },
            { "subscriptionId": "two", "status": two },
        ])
    };
    let order = json!({ "orders": [{ "id": "o", "lineItems": [{ "subscriptionId": "one" }] }] });
    let moved = [Some("Complete"), Some("Complete")];
    let half = [Some("Complete"), Some("Failed")];
    for (answer, status, fates, code, outcome) in [
        (&order, "Complete", moved, 0, "complete"),
        (&order, "PartiallyComplete", half, 3, "partial"),
        (&order, "InProgress", [None, None], 7, "notSettled"),
        // A word that says nothing, or no more than before: only the answer counts.
        (&order, "AnotherWord", [None, None], 0, "complete"),
        (&order, "Active", [None, None], 0, "complete"),
        (&json!({}), "Complete", moved, 0, "complete"),
        (&json!({}), "InProgress", [None, None], 7, "notSettled"),
        (&json!({}), "Active", [None, None], 5, "unknown"),
    ] {
        let server = MockServer::start().await;
        let before = json!({ "status": "Active", "lineItems": items([None, None]) });
        Mock::given(method("GET"))
            .respond_with(ResponseTemplate::new(200).set_body_json(before))
            .up_to_n_times(1)
            .mount(&server)
            .await;
        let after = json!({ "status": status, "lineItems": items(fates) });
        answers(&server, "GET", 200, &after.to_string()).await;
        answers(&server, "POST", 200, &answer.to_string()).await;
        let accept = on_transfer("accept", &["--yes", "--output", "json"]);
        let run = call(&server, &accept);
        assert_eq!(run.code, code, "{answer} {status}: {}", run.stdout);
        assert_eq!(run.document()["outcome"], outcome);
        assert_eq!(methods(&sent(&server).await), ["GET", "POST", "GET"]);
        if code == 3 {
            let told = run.document()["subscriptions"].clone();
            assert_eq!(told[0]["result"], "moved");
            assert_eq!(told[1]["result"], "failed");
            let run = call(&server, &on_transfer("accept", &["--yes", "--no-read"]));
            assert_eq!(run.code, 0, "{}", run.stdout);
        }
    }
}
