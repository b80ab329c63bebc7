//! Commands that change a transfer: requests, bodies and results.

use partner_center_emulator::data_set;
use serde_json::json;

use crate::run::run;
use crate::server::{CUSTOMER, SOURCE, Server, TARGET, TRANSFER, example, on_transfer};

#[test]
fn a_change_is_read_once_and_sent_once() {
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
        let server = Server::start();
        let before = json!({
            "id": TRANSFER, "status": "Active", "customerName": "Relecloud",
            "sourcePartnerTenantId": SOURCE, "targetPartnerTenantId": TARGET,
        });
        server.reply("GET", 200, &before.to_string());
        server.reply("POST", 200, r#"{"orders":[{"id":"o"}]}"#);
        server.reply("DELETE", 204, "");
        let after = match arguments[0] {
            "reject" => example!("update-transfer-rejected"),
            "cancel" => example!("update-transfer-cancelled"),
            _ => example!("update-transfer-in-progress"),
        };
        server.reply("PATCH", 200, after);
        let run = server.call(&arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stderr, "");
        assert_eq!(
            server.sent(),
            [
                ("GET".to_owned(), format!("/transfers/{TRANSFER}"), None),
                (verb.to_owned(), url, body),
            ]
        );

        // Once without the read, and not at all without --yes.
        let number = server.requests().len();
        assert_eq!(
            server.call(&[&arguments[..], &["--no-read"]].concat()).code,
            0
        );
        assert_eq!(server.requests().len(), number + 1);
        let unconfirmed: Vec<&str> = arguments
            .iter()
            .copied()
            .filter(|it| *it != "--yes")
            .collect();
        let run = server.call(&unconfirmed);
        assert_eq!(run.code, 2);
        assert!(
            run.stderr
                .contains("add --yes to proceed; nothing was sent"),
            "{}",
            run.stderr
        );
        assert_eq!(server.requests().len(), number + 1);
    }
}

#[test]
fn a_failed_read_does_not_stop_a_confirmed_accept() {
    let server = Server::start();
    server.reply("GET", 500, "{}");
    server.reply("POST", 200, r#"{"orders":[{"id":"o"}]}"#);
    let run = server.call(&on_transfer("accept", &["--yes"]));
    run.went_on_without("the transfer");
    assert_eq!(server.methods(), ["GET", "POST"]);
}

/// One subscription moved, one failed, and one is not mentioned.
#[test]
fn an_accept_shows_the_result_of_each_subscription() {
    let server = Server::start();
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
    server.reply("GET", 200, &before.to_string());
    server.reply("POST", 200, &answer.to_string());
    let run = server.call(&on_transfer("accept", &["--yes"]));
    assert_eq!(run.code, 3, "{}", run.stderr);
    insta::assert_snapshot!("accepted-by-subscription", run.story());

    let run = server.call(&on_transfer("accept", &["--yes", "--output", "json"]));
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
    let run = server.call(&on_transfer("accept", &["--yes", "--quiet"]));
    assert_eq!(run.stdout, "d0a4c2e7-5b18-4f96-8c3d-7e1f2a6b9045\n");
}

/// The service may still be processing a new-commerce transfer when it responds.
#[test]
fn a_new_commerce_accept_reports_the_state_it_has_reached() {
    for (status, code, outcome, waits) in [
        ("InProgress", 0, "accepted", true),
        ("Complete", 0, "complete", false),
        ("PartiallyComplete", 3, "partial", false),
    ] {
        let server = Server::start();
        server.reply("PATCH", 200, &json!({ "status": status }).to_string());
        let accept = [
            "--yes",
            "--no-read",
            "--new-commerce",
            "--subscription",
            "s",
        ];
        let arguments = on_transfer("accept", &accept);
        let run = server.call(&arguments);
        assert_eq!(run.code, code, "{status}: {}", run.stderr);
        let url = server.url();
        let line = format!(
            "\n    pctransfers wait --customer {CUSTOMER} --transfer {TRANSFER} --endpoint {url}\n"
        );
        assert_eq!(run.stdout.contains(&line), waits, "{}", run.stdout);
        assert_eq!(run.stdout.contains("Next step"), waits, "{}", run.stdout);
        let run = server.call(&[&arguments[..], &["--output", "json"]].concat());
        assert_eq!(run.document()["outcome"], outcome);
    }
}

/// The temporary emulator has ended by then.
#[test]
fn no_next_step_is_suggested_for_a_temporary_emulator() {
    let (customer, transfer) = (
        data_set::CUSTOMER.to_string(),
        data_set::PENDING.to_string(),
    );
    let target = ["--customer", &customer, "--transfer", &transfer];
    let accept = ["--emulator", "accept", "--new-commerce", "--subscription"];
    let run = run(&[&accept[..], &[data_set::FREE_SUBSCRIPTIONS[0]], &target].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("was accepted"), "{}", run.stdout);
    for text in ["pctransfers wait", "Next step"] {
        assert!(!run.stdout.contains(text), "{}", run.stdout);
    }
}

#[test]
fn a_response_with_another_status_is_not_a_success() {
    let new_commerce = ["--new-commerce", "--subscription", "s"];
    for (name, more, status, code, expected) in [
        (
            "reject",
            &[][..],
            "Active",
            6,
            "was not rejected: its status is Active.",
        ),
        (
            "reject",
            &[],
            "InProgress",
            7,
            "was not rejected: its status is InProgress.",
        ),
        (
            "reject",
            &[],
            "Complete",
            4,
            "was not rejected: its status is Complete.",
        ),
        (
            "cancel",
            &[],
            "Pending",
            6,
            "was not cancelled: its status is Pending.",
        ),
        (
            "accept",
            &new_commerce,
            "Expired",
            4,
            "was not accepted: its status is Expired.",
        ),
        (
            "accept",
            &new_commerce,
            "PartiallyComplete",
            3,
            "others have not.",
        ),
    ] {
        let server = Server::start();
        let body = json!({ "id": TRANSFER, "status": status });
        server.reply("PATCH", 200, &body.to_string());
        let arguments = on_transfer(name, &[&["--yes", "--no-read"], more].concat());
        let run = server.call(&arguments);
        assert_eq!(run.code, code, "{name} {status}: {}", run.stderr);
        let first = run.stdout.lines().next().unwrap();
        assert!(first.ends_with(expected), "{name} {status}: {first}");
    }
}

/// The end of a transfer without a move is not the result of a subscription.
#[test]
fn subscriptions_of_a_transfer_that_was_ended_have_no_result() {
    for (name, statuses) in [
        ("reject", [json!("Reject"), json!(null)]),
        ("cancel", [json!("Cancel"), json!(null)]),
    ] {
        for status in statuses {
            let server = Server::start();
            let items = json!([{ "subscriptionId": "s" }]);
            let body = json!({ "id": TRANSFER, "status": status, "lineItems": items });
            server.reply("PATCH", 200, &body.to_string());
            let run = server.call(&on_transfer(name, &["--yes", "--no-read"]));
            assert_eq!(run.code, 0, "{name} {status}: {}", run.stderr);
            let mut lines = run.stdout.lines();
            let item = lines.find(|line| line.starts_with("s\t")).unwrap();
            assert_eq!(
                item.split('\t').nth(3),
                Some("-"),
                "{name} {status}: {item}"
            );
        }
    }
}

#[test]
fn results_missing_in_an_accept_response_are_read_from_the_transfer() {
    let items = |results: [Option<&str>; 2]| {
        let [one, two] = results.map(|result| json!(result));
        json!([
            { "subscriptionId": "one", "status": one, "orderId": "o" },
            { "subscriptionId": "two", "status": two },
        ])
    };
    let order = json!({ "orders": [{ "id": "o", "lineItems": [{ "subscriptionId": "one" }] }] });
    let moved = [Some("Complete"), Some("Complete")];
    let half = [Some("Complete"), Some("Failed")];
    for (answer, status, results, code, outcome) in [
        (&order, "Complete", moved, 0, "complete"),
        (&order, "PartiallyComplete", half, 3, "partial"),
        (&order, "InProgress", [None, None], 7, "notSettled"),
        // A status that shows no result: only the response counts.
        (&order, "AnotherWord", [None, None], 0, "complete"),
        (&order, "Active", [None, None], 0, "complete"),
        (&json!({}), "Complete", moved, 0, "complete"),
        (&json!({}), "InProgress", [None, None], 7, "notSettled"),
        (&json!({}), "Active", [None, None], 5, "unknown"),
    ] {
        let server = Server::start();
        let before = json!({ "status": "Active", "lineItems": items([None, None]) });
        server.reply_once("GET", 200, &before.to_string());
        let after = json!({ "status": status, "lineItems": items(results) });
        server.reply("GET", 200, &after.to_string());
        server.reply("POST", 200, &answer.to_string());
        let accept = on_transfer("accept", &["--yes", "--output", "json"]);
        let run = server.call(&accept);
        assert_eq!(run.code, code, "{answer} {status}: {}", run.stdout);
        assert_eq!(run.document()["outcome"], outcome);
        assert_eq!(server.methods(), ["GET", "POST", "GET"]);
        if code == 3 {
            let subscriptions = run.document()["subscriptions"].clone();
            assert_eq!(subscriptions[0]["result"], "moved");
            assert_eq!(subscriptions[1]["result"], "failed");
            let run = server.call(&on_transfer("accept", &["--yes", "--no-read"]));
            assert_eq!(run.code, 0, "{}", run.stdout);
        }
    }
}
