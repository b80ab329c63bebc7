//! A create that an open transfer makes unnecessary is not sent.

use partner_center_tests::Reply;
use serde_json::{Value, json};

use crate::server::{CUSTOMER, SOURCE, Server, TARGET, TRANSFER, example, on_create};

const SUBSCRIPTION: &str = "B7D2C0E4-91A5-4E3D-8A6F-20C1D9E85F37";

/// A list with one transfer, which has these properties besides the usual ones.
fn list_with(properties: Value) -> String {
    let mut transfer = json!({
        "id": TRANSFER, "status": "Active", "sourcePartnerTenantId": SOURCE,
        "targetPartnerTenantId": TARGET,
        "lineItems": [{ "id": 0, "subscriptionId": SUBSCRIPTION }],
    });
    let Value::Object(properties) = properties else {
        panic!("not an object");
    };
    for (name, value) in properties {
        transfer[name] = value;
    }
    json!([transfer]).to_string()
}

fn server_with(list: &str) -> Server {
    let server = Server::start();
    server.reply("GET", 200, list);
    server.reply("POST", 201, example!("create-transfer-active"));
    server
}

fn other_case() -> String {
    SUBSCRIPTION.to_lowercase()
}

#[test]
fn a_subscription_in_an_open_transfer_is_not_offered_again() {
    let addon = json!([{ "subscriptionId": "base", "addonItems": [
        { "subscriptionId": "x", "addonItems": [{ "subscriptionId": SUBSCRIPTION }] },
    ]}]);
    for properties in [
        json!({}),
        json!({ "status": "active" }),
        json!({ "status": "InProgress" }),
        json!({ "status": "AnotherWord" }),
        json!({ "status": null }),
        json!({ "lineItems": addon }),
        // The service may leave out the partners, and varies the letter case of ids.
        json!({ "targetPartnerTenantId": TARGET.to_uppercase() }),
        json!({ "targetPartnerTenantId": null, "sourcePartnerTenantId": "" }),
        json!({ "lineItems": [{ "sourceSubscriptionId": format!(" {SUBSCRIPTION} ") }] }),
        // An accepted new-commerce transfer has line items.
        json!({ "transferType": 5, "status": "Pending" }),
    ] {
        let server = server_with(&list_with(properties.clone()));
        let id = other_case();
        let subscriptions = ["--subscription", "second-id", "--subscription", &id];
        let create = on_create(&subscriptions);
        let run = server.call(&create);
        assert_eq!(run.code, 2, "{properties}: {}", run.stdout);
        assert_eq!(server.methods(), ["GET"], "{properties}");
        let shown = format!(
            "look at it with:\n    pctransfers get --customer {CUSTOMER} --transfer {TRANSFER}"
        );
        for expected in [
            "nothing was sent",
            TRANSFER,
            &id,
            &shown,
            "--allow-duplicate",
        ] {
            assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
        }
        assert!(!run.stderr.contains("second-id"), "{}", run.stderr);

        let run = server.call(&[&create[..], &["--output", "json"]].concat());
        assert_eq!(run.code, 2);
        assert_eq!(run.document()["outcome"], "error");
        assert_eq!(run.document()["error"]["mayHaveBeenApplied"], false);

        let run = server.call(&[&create[..], &["--allow-duplicate"]].concat());
        assert_eq!(run.code, 0, "{properties}: {}", run.stderr);
        assert_eq!(server.methods().last().unwrap(), "POST");
    }
}

#[test]
fn a_duplicate_says_what_to_do() {
    let server = server_with(&list_with(json!({})));
    let id = other_case();
    let run = server.call(&on_create(&["--subscription", &id]));
    let error = run.stderr.replace(&server.url(), "URL");
    insta::assert_snapshot!("duplicate", error);
}

#[test]
fn other_transfers_do_not_stop_a_create() {
    for properties in [
        json!({ "status": "Complete" }),
        json!({ "status": "PartiallyComplete" }),
        json!({ "status": "Reject" }),
        json!({ "status": "Cancel" }),
        json!({ "status": "Expired" }),
        json!({ "targetPartnerTenantId": "00000000-0000-4000-8000-000000000000" }),
        json!({ "lineItems": [{ "subscriptionId": "another" }] }),
        json!({ "lineItems": [] }),
        json!({ "lineItems": null }),
    ] {
        let server = server_with(&list_with(properties.clone()));
        let run = server.call(&on_create(&["--subscription", SUBSCRIPTION]));
        assert_eq!(run.code, 0, "{properties}: {}", run.stderr);
        assert_eq!(server.methods(), ["GET", "GET", "POST"], "{properties}");
    }
}

#[test]
fn a_request_from_a_file_is_checked_too() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("body.json");
    let create = ["create", "--yes", "--customer", CUSTOMER, "--file"];
    let create = [&create[..], &[file.to_str().unwrap()]].concat();

    let server = server_with(&list_with(json!({})));
    std::fs::write(&file, example!("create-transfer-license-based.request")).unwrap();
    let run = server.call(&create);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(server.methods(), ["GET"]);

    let pending = json!([{
        "id": TRANSFER, "status": "Pending", "transferType": 3, "sourcePartnerTenantId": SOURCE,
    }]);
    let server = server_with(&pending.to_string());
    std::fs::write(&file, example!("create-transfer-new-commerce.request")).unwrap();
    let run = server.call(&create);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(server.methods(), ["GET"]);
}

fn new_commerce<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let create = ["create", "--yes", "--new-commerce", "--customer", CUSTOMER];
    let source = ["--source", SOURCE, "--source-name", "Contoso"];
    let reach = ["--customer-email", "a@b.example"];
    [&create[..], &source, &reach, more].concat()
}

#[test]
fn the_same_partner_is_not_asked_twice_for_the_same_products() {
    let asked = |products: Value, more: Value| {
        let mut transfer = json!({
            "id": TRANSFER, "status": "Pending", "transferType": 5, "transferDirection": 1,
            "sourcePartnerTenantId": SOURCE, "targetPartnerTenantId": TARGET,
            "targetProductTypes": products,
        });
        for (name, value) in more.as_object().unwrap() {
            transfer[name] = value.clone();
        }
        json!([transfer]).to_string()
    };
    for (list, more, is_sent) in [
        (asked(json!(null), json!({})), &[][..], false),
        (asked(json!([]), json!({})), &["--product", "SaaS"], false),
        (
            asked(json!(["SaaS", "Software"]), json!({})),
            &["--product", "saas"],
            false,
        ),
        (
            asked(json!(null), json!({ "status": "Odd" })),
            &["--target", TARGET],
            false,
        ),
        // The other transfer asks for less, or for another reseller, or another partner.
        (asked(json!(["SaaS"]), json!({})), &[], true),
        (
            asked(json!(["SaaS"]), json!({})),
            &["--product", "Software"],
            true,
        ),
        (
            asked(json!(null), json!({ "partnerOnRecord": "1" })),
            &["--partner-on-record", "2"],
            true,
        ),
        (
            asked(json!(null), json!({ "sourcePartnerTenantId": TARGET })),
            &[],
            true,
        ),
        (asked(json!(null), json!({})), &["--target", CUSTOMER], true),
        (
            asked(json!(null), json!({ "status": "Expired" })),
            &[],
            true,
        ),
        // A license-based one.
        (list_with(json!({})), &[], true),
    ] {
        let server = server_with(&list);
        let create = new_commerce(more);
        let run = server.call(&create);
        assert_eq!(
            run.code,
            if is_sent { 0 } else { 2 },
            "{list}: {}",
            run.stderr
        );
        let sent = [&["GET"][..], if is_sent { &["POST"] } else { &[] }].concat();
        assert_eq!(server.methods(), sent, "{list}");
        if !is_sent {
            let cancel = format!("pctransfers cancel --customer {CUSTOMER} --transfer {TRANSFER}");
            assert!(run.stderr.contains(&cancel), "{}", run.stderr);
            let run = server.call(&[&create[..], &["--allow-duplicate"]].concat());
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
    }
}

/// The service recognizes a repeated call by its id, whatever the first call has done.
#[test]
fn a_lost_create_can_be_repeated_with_its_request_id() {
    let server = server_with(&list_with(json!({})));
    let id = "8389053b-731c-4261-9899-1583d7859153";
    let again = ["--subscription", SUBSCRIPTION, "--request-id", id];
    let run = server.call(&on_create(&again));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(server.methods(), ["POST"]);
    assert_eq!(server.requests()[0].header("MS-RequestId"), Some(id));
}

#[test]
fn an_unread_list_is_a_warning() {
    let server = Server::start();
    server.reply("GET", 500, "{}");
    server.reply("POST", 201, example!("create-transfer-active"));
    let run = server.call(&on_create(&["--subscription", SUBSCRIPTION]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = "an open transfer may contain the same subscriptions already";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
}

#[test]
fn an_id_that_is_not_a_guid_is_not_copied_into_a_command_line() {
    let server = server_with(&list_with(json!({ "id": "x; rm -rf \u{202e}~" })));
    let run = server.call(&on_create(&["--subscription", SUBSCRIPTION]));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--transfer <ID>"), "{}", run.stderr);
    assert!(!run.stderr.contains("--transfer x"), "{}", run.stderr);
}

#[test]
fn a_subscription_is_named_once_in_a_request() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("body.json");
    let body = json!({
        "sourcePartnerTenantId": SOURCE, "targetPartnerTenantId": TARGET,
        "lineItems": [{ "subscriptionId": "a" }, { "subscriptionId": "b" }, { "subscriptionId": "A" }],
    });
    std::fs::write(&file, body.to_string()).unwrap();
    let from_file = ["create", "--yes", "--customer", CUSTOMER, "--file"];
    let transfer = ["--customer", CUSTOMER, "--transfer", TRANSFER, "--yes"];
    let hand_over = [
        "--new-commerce",
        "--subscription",
        "a=SaaS",
        "--subscription",
        "A",
    ];
    for words in [
        on_create(&["--subscription", "a", "--subscription", "A"]),
        on_create(&[
            "--subscription",
            "a",
            "--subscription",
            "A",
            "--no-read",
            "--allow-duplicate",
        ]),
        [&from_file[..], &[file.to_str().unwrap()]].concat(),
        [&["accept"], &transfer[..], &hand_over].concat(),
    ] {
        let server = server_with("[]");
        let run = server.call(&words);
        assert_eq!(run.code, 2, "{words:?}: {}", run.stdout);
        assert!(run.stderr.contains("given twice"), "{}", run.stderr);
        assert_eq!(server.methods(), [""; 0], "{words:?}");
    }
}

#[test]
fn subscriptions_that_cannot_be_transferred_are_named() {
    let server = Server::start();
    server.reply_once("GET", 200, "[]");
    let eligibility = json!([
        { "id": SUBSCRIPTION, "isEligible": false, "reason": "It is suspended.\u{1b}[2J" },
        { "id": "fine", "isEligible": true },
        { "id": "not-asked-for", "isEligible": false, "reason": "x" },
        { "id": "silent", "isEligible": false },
        { "id": "unknown", "isEligible": null },
    ]);
    server.reply("GET", 200, &eligibility.to_string());
    server.reply("POST", 201, example!("create-transfer-active"));
    let id = other_case();
    let ids = [&id, "fine", "silent", "unknown", "unlisted"];
    let options: Vec<&str> = ids.iter().flat_map(|id| ["--subscription", id]).collect();
    let run = server.call(&on_create(&options));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stderr,
        format!(
            "warning: subscription {id} cannot be transferred: It is suspended.\u{fffd}[2J\n\
             warning: subscription silent cannot be transferred; the service gives no reason\n"
        )
    );
    let target = server.requests()[1].target().to_owned();
    assert!(
        target.ends_with("/transferseligibility?transferType=directtoindirect"),
        "{target}"
    );
}

/// New-commerce subscriptions are never in the list.
#[test]
fn a_new_commerce_create_does_not_read_the_eligibility() {
    let server = server_with("[]");
    assert_eq!(server.call(&new_commerce(&[])).code, 0);
    assert_eq!(server.methods(), ["GET", "POST"]);
}

#[test]
fn an_eligibility_that_cannot_be_read_is_a_warning() {
    let server = Server::start();
    server.reply_once("GET", 200, "[]");
    server.add("GET", Reply::json("403 -", "{}"), false);
    server.reply("POST", 201, example!("create-transfer-active"));
    let run = server.call(&on_create(&["--subscription", "s"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = "warning: could not read which subscriptions can be transferred: ";
    assert!(run.stderr.starts_with(expected), "{}", run.stderr);
}

/// The suggested command works where the first one worked.
#[test]
fn a_suggested_command_repeats_the_options_of_the_connection() {
    let server = server_with(&list_with(json!({})));
    let options = [
        "--subscription",
        SUBSCRIPTION,
        "--insecure-http",
        "emulator:8484",
    ];
    let more = ["--insecure-http", "10.0.0.1", "--cloud", "china"];
    let create = on_create(&[&options[..], &more].concat());
    let run = server.call(&create);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let line = format!(
        "\n    pctransfers get --customer {CUSTOMER} --transfer {TRANSFER} --endpoint {} \
         --insecure-http emulator:8484 --insecure-http 10.0.0.1 --cloud china\n",
        server.url()
    );
    assert!(run.stderr.contains(&line), "{}", run.stderr);
    let run = server.call(&[&create[..], &["--output", "json"]].concat());
    let document = run.document();
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.contains(line.trim()), "{message}");
    assert!(!message.contains('\n'), "{message}");
}
