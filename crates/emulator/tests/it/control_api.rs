//! The control endpoint, as other languages use it.

use std::fmt::Display;

use partner_center_emulator::{DataSet, Emulator, data_set};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{Lab, json as body};

impl Lab {
    async fn at_control(&self, method: Method, path: &str, body: impl Display) -> Response {
        self.control(method, path, body).send().await.unwrap()
    }
}

#[tokio::test]
async fn the_ledger_and_the_state_can_be_read() {
    let lab = Lab::new().await;
    let health = lab.at_control(Method::GET, "/health", "").await;
    assert_eq!(body(health).await["status"], "ok");

    let token = lab
        .at_control(Method::GET, &format!("/tokens/{}", data_set::SOURCE), "")
        .await;
    let token = token.text().await.unwrap();
    let request_id = "8389053b-731c-4261-9899-1583d7859153";
    for _ in 0..2 {
        let response = lab
            .bare(Method::DELETE, &crate::path(data_set::TO_WITHDRAW))
            .bearer_auth(&token)
            .header("MS-RequestId", request_id)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 204);
    }
    let ledger = body(lab.at_control(Method::GET, "/ledger", "").await).await;
    assert_eq!(
        ledger["effects"],
        json!([{
            "operation": "withdraw_transfer",
            "partner": data_set::SOURCE,
            "customerId": data_set::CUSTOMER,
            "transferId": data_set::TO_WITHDRAW,
            "requestId": request_id,
            "orders": [],
            "requests": 2,
        }])
    );
    assert_eq!(ledger["requests"].as_array().unwrap().len(), 2);
    assert_eq!(ledger["requests"][1]["status"], 204);
    assert!(!ledger.to_string().contains(&token));

    let state = body(lab.at_control(Method::GET, "/state", "").await).await;
    assert_eq!(state["transfers"][1]["status"], "Withdrawn");
    for secret in [data_set::SOURCE_SECRET, data_set::TARGET_REFRESH_TOKEN] {
        assert!(!state.to_string().contains(secret));
    }
    let unknown = lab.at_control(Method::GET, "/tokens/unknown", "").await;
    assert_eq!(unknown.status(), 404);
    let user = format!("/tokens/{}/{}", data_set::TARGET, data_set::TARGET_USER);
    assert_eq!(lab.at_control(Method::GET, &user, "").await.status(), 200);
}

#[tokio::test]
async fn faults_the_clock_and_the_data_can_be_set() {
    let lab = Lab::with(Emulator::builder().no_auth()).await;
    let fault = json!({
        "operation": "accept_transfer",
        "count": 1,
        "fault": { "kind": "status", "status": 503, "retryAfterSeconds": 5 },
    });
    let added = lab.at_control(Method::POST, "/faults", &fault).await;
    assert_eq!(added.status(), 204);
    let waiting = body(lab.at_control(Method::GET, "/faults", "").await).await;
    assert_eq!(waiting[0]["fault"]["status"], 503);
    let faulty = lab.accept(data_set::ACCEPTED_WHOLE).send().await.unwrap();
    assert_eq!(faulty.status(), 503);
    assert_eq!(faulty.headers()["Retry-After"], "5");
    let accepted = lab.accept(data_set::ACCEPTED_WHOLE).send().await.unwrap();
    assert_eq!(accepted.status(), 200);

    for (wrong, message) in [
        (
            json!({ "fault": { "kind": "flood" } }),
            "unknown variant `flood`",
        ),
        (
            json!({ "fault": { "kind": "stall" }, "often": 1 }),
            "often: unknown field",
        ),
        (
            json!({ "fault": { "kind": "html", "status": 200 } }),
            "fault.status: 200",
        ),
    ] {
        let refused = lab.at_control(Method::POST, "/faults", &wrong).await;
        assert_eq!(refused.status(), 400);
        let error = body(refused).await["error"].as_str().unwrap().to_owned();
        assert!(error.contains(message), "{error}");
    }
    lab.at_control(
        Method::POST,
        "/faults",
        json!({ "fault": { "kind": "resetBeforeEffect" } }),
    )
    .await;
    assert_eq!(
        lab.at_control(Method::DELETE, "/faults", "").await.status(),
        204
    );
    let waiting = body(lab.at_control(Method::GET, "/faults", "").await).await;
    assert_eq!(waiting, json!([]));

    let before = body(lab.at_control(Method::GET, "/clock", "").await).await;
    let after = lab.at_control(Method::POST, "/clock", json!({ "advanceSeconds": 100_000 }));
    let after = body(after.await).await;
    let moved = after["now"].as_u64().unwrap() - before["now"].as_u64().unwrap();
    assert!(moved >= 100_000, "{moved}");

    let mut data = serde_json::to_value(DataSet::built_in()).unwrap();
    data["transfers"][0]["status"] = json!("Complete");
    let loaded = lab.at_control(Method::POST, "/data", &data).await;
    assert_eq!(loaded.status(), 204);
    assert_eq!(lab.emulator.effects(), []);
    let response = lab.accept(data_set::ACCEPTED_IN_PART).send().await.unwrap();
    assert_eq!(response.status(), 400);
    data["transfers"][0]["customerTenantId"] = json!(data_set::SOURCE);
    let refused = body(lab.at_control(Method::POST, "/data", &data).await).await;
    let error = refused["error"].as_str().unwrap();
    assert!(
        error.starts_with("transfers[0].customerTenantId: "),
        "{error}"
    );
    // An empty body loads the built-in data set.
    assert_eq!(
        lab.at_control(Method::POST, "/data", "").await.status(),
        204
    );
    let response = lab.accept(data_set::ACCEPTED_IN_PART).send().await.unwrap();
    assert_eq!(
        body(response).await["orders"].as_array().map(Vec::len),
        Some(2)
    );
    let missing: Value = body(lab.at_control(Method::GET, "/ledger", "").await).await;
    assert_eq!(missing["effects"].as_array().unwrap().len(), 1);
}
