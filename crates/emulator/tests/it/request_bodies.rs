//! Invalid bodies of create and update: the error names the member, and nothing takes effect.

use partner_center_emulator::data_set;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{Lab, check_error_with, json as body, path, transfers_path};

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

fn with(mut body: Value, changes: &[(&str, Value)]) -> Value {
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if value == "missing" {
            parent.remove(name);
        } else {
            parent.insert(name.to_owned(), value.clone());
        }
    }
    body
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
#[tokio::test]
async fn errors_name_the_member_of_the_body() {
    let lab = Lab::new().await;
    let before = lab.emulator.data();
    let (source, target) = (lab.source(), lab.target());
    let transfer = data_set::ACCEPTED_WHOLE;
    let legacy = json!({
        "sourcePartnerTenantId": data_set::SOURCE,
        "targetPartnerTenantId": data_set::TARGET,
        "lineItems": [{"subscriptionId": data_set::FREE_SUBSCRIPTIONS[0]}],
    });
    let new_commerce = json!({
        "sourcePartnerTenantId": data_set::SOURCE,
        "sourcePartnerName": "Contoso",
        "customerEmailId": "admin@tailspin.example",
        "transferType": 3,
    });
    let reject = json!({"id": transfer, "status": "reject"});
    let accept_body = json!({
        "lineItems": [{
            "subscriptionId": data_set::FREE_SUBSCRIPTIONS[0],
            "productType": "OnlineServicesNCE",
        }],
    });
    let missing = || json!("missing");
    let item = "/lineItems/0/subscriptionId";
    let named = "lineItems[0].subscriptionId";
    for (name, code, changed) in [
        (
            "sourcePartnerTenantId",
            800_002,
            ("/sourcePartnerTenantId", missing()),
        ),
        (
            "sourcePartnerTenantId",
            800_002,
            ("/sourcePartnerTenantId", json!(7)),
        ),
        (
            "targetPartnerTenantId",
            800_002,
            ("/targetPartnerTenantId", missing()),
        ),
        (
            "targetPartnerTenantId",
            800_002,
            ("/targetPartnerTenantId", json!("x")),
        ),
        (
            "targetPartnerTenantId",
            800_002,
            ("/targetPartnerTenantId", json!(UNKNOWN)),
        ),
        (
            "targetPartnerTenantId",
            800_002,
            ("/targetPartnerTenantId", json!(data_set::SOURCE)),
        ),
        ("lineItems", 800_002, ("/lineItems", json!([]))),
        ("lineItems", 800_002, ("/lineItems", json!({}))),
        ("lineItems[0]", 800_002, ("/lineItems", json!([1]))),
        (named, 800_002, (item, missing())),
        (named, 800_078, (item, json!(UNKNOWN))),
        ("transferType", 800_002, ("/transferType", json!(5))),
        ("customerName", 800_002, ("/customerName", Value::Null)),
        (
            "lineItems[0].quantity",
            800_002,
            ("/lineItems/0/quantity", json!(1)),
        ),
    ] {
        let request = with(legacy.clone(), std::slice::from_ref(&changed));
        let response = lab.create(&source, &request).send().await.unwrap();
        check_error_with(response, 400, code.into(), &[name.to_owned()]).await;
    }
    let twice = json!([
        {"subscriptionId": data_set::FREE_SUBSCRIPTIONS[0]},
        {"subscriptionId": data_set::FREE_SUBSCRIPTIONS[0].to_lowercase()},
    ]);
    let request = with(legacy.clone(), &[("/lineItems", twice)]);
    let response = lab.create(&source, &request).send().await.unwrap();
    let data = ["lineItems[1].subscriptionId".to_owned()];
    check_error_with(response, 400, 800_002.into(), &data).await;

    for (name, code, changed) in [
        (
            "sourcePartnerName",
            800_002,
            ("/sourcePartnerName", missing()),
        ),
        ("customerEmailId", 800_002, ("/customerEmailId", missing())),
        ("transferType", 800_002, ("/transferType", missing())),
        ("transferType", 800_002, ("/transferType", json!("five"))),
        ("transferType", 900_126, ("/transferType", json!(4))),
        (
            "targetProductTypes",
            800_002,
            ("/targetProductTypes", json!("OnlineServicesNCE")),
        ),
        (
            "ignoreEligibilityCheck",
            800_002,
            ("/ignoreEligibilityCheck", json!("no")),
        ),
        (
            "sourcePartnerTenantId",
            900_148,
            ("/sourcePartnerTenantId", json!(data_set::TARGET)),
        ),
        ("status", 800_002, ("/status", json!("Pending"))),
    ] {
        let request = with(new_commerce.clone(), &[changed]);
        let response = lab.create(&target, &request).send().await.unwrap();
        check_error_with(response, 400, code.into(), &[name.to_owned()]).await;
    }
    for (name, changed) in [
        ("id", ("/id", missing())),
        ("id", ("/id", json!(UNKNOWN))),
        ("status", ("/status", missing())),
        ("status", ("/status", json!("Reject"))),
        ("customerName", ("/customerName", json!("Tailspin Toys"))),
    ] {
        let request = with(reject.clone(), &[changed]);
        let response = lab.update(&target, transfer, &request).send().await;
        check_error_with(response.unwrap(), 400, 800_002.into(), &[name.to_owned()]).await;
    }
    for (name, code, changed) in [
        (
            "lineItems[0].productType",
            800_002,
            ("/lineItems/0/productType", missing()),
        ),
        (
            "lineItems[0].id",
            800_002,
            ("/lineItems/0/id", json!("first")),
        ),
        ("status", 800_002, ("/status", json!("Cancel"))),
        (named, 800_078, (item, json!(UNKNOWN))),
        (
            named,
            800_078,
            (item, json!(data_set::SUSPENDED_SUBSCRIPTION)),
        ),
    ] {
        let request = with(accept_body.clone(), &[changed]);
        let response = lab
            .update(&source, data_set::PENDING, &request)
            .send()
            .await;
        check_error_with(response.unwrap(), 400, code.into(), &[name.to_owned()]).await;
    }
    assert_eq!(lab.emulator.data(), before);
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn a_body_must_be_a_json_object() {
    let lab = Lab::new().await;
    for (method, path) in [
        (Method::POST, transfers_path()),
        (Method::PATCH, path(data_set::PENDING)),
    ] {
        for text in ["", "{", "[]", "null"] {
            let response = lab
                .bare(method.clone(), &path)
                .bearer_auth(lab.source())
                .header("Content-Type", "application/json")
                .header("Content-Length", text.len())
                .body(text)
                .send()
                .await
                .unwrap();
            let data = ["body".to_owned()];
            check_error_with(response, 400, 800_002.into(), &data).await;
        }
    }
}

/// The caller is the other partner, or does not take part.
#[tokio::test]
async fn only_the_right_partner_can_create() {
    let lab = Lab::new().await;
    let legacy = json!({
        "sourcePartnerTenantId": data_set::SOURCE,
        "targetPartnerTenantId": data_set::TARGET,
        "lineItems": [{"subscriptionId": data_set::FREE_SUBSCRIPTIONS[0]}],
    });
    let new_commerce = json!({
        "sourcePartnerTenantId": data_set::STRANGER,
        "targetPartnerTenantId": data_set::TARGET,
        "sourcePartnerName": "Wingtip",
        "customerEmailId": "",
        "transferType": 3,
    });
    let stranger = lab.emulator.token(data_set::STRANGER).unwrap();
    for (token, request, code) in [
        (lab.target(), &legacy, 2_032),
        (stranger.clone(), &legacy, 20_002),
        (lab.source(), &new_commerce, 2_032),
        (lab.target(), &new_commerce, 20_002),
        (stranger, &new_commerce, 20_002),
    ] {
        let response = lab.create(&token, request).send().await.unwrap();
        assert_eq!(response.status(), 403);
        assert_eq!(body(response).await["code"], code);
    }
    assert_eq!(lab.emulator.effects(), []);
}
