//! Each change takes effect at most once.

use std::collections::BTreeMap;

use partner_center_emulator::{Emulator, data_set};
use serde_json::Value;
use uuid::Uuid;

use crate::{COMPLETE, FAILED, Lab, header, json, parsed};

const KEY: &str = "8389053b-731c-4261-9899-1583d7859153";

#[tokio::test]
async fn a_repeated_request_gets_the_first_response_without_a_second_effect() {
    let lab = Lab::new().await;
    for key in [KEY.to_owned(), KEY.to_uppercase(), KEY.to_owned()] {
        let response = lab
            .accept(data_set::ACCEPTED_WHOLE)
            .header("MS-RequestId", &key)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "MS-RequestId"), key);
        assert_eq!(json(response).await, parsed(COMPLETE));
    }
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].requests, 3);

    for _ in 0..2 {
        let response = lab
            .withdraw(data_set::TO_WITHDRAW)
            .header("MS-RequestId", Uuid::from_u128(1).to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 204);
    }
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 2);
    assert_eq!(effects[1].requests, 2);
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_refusal_again() {
    let lab = Lab::new().await;
    let mut bodies = Vec::new();
    let send = |key: &'static str| {
        lab.accept(data_set::ACCEPTED_WITHOUT_ORDER)
            .header("MS-RequestId", key)
            .send()
    };
    assert_eq!(json(send(KEY).await.unwrap()).await, parsed(FAILED));
    for _ in 0..2 {
        let response = send("cdf6e25c-7b32-4cc3-d8bc-53e0b37eebd8").await.unwrap();
        assert_eq!(response.status(), 400);
        bodies.push(response.bytes().await.unwrap());
    }
    assert_eq!(bodies[0], bodies[1]);
    // The first id still gets its own response, although the status has changed.
    assert_eq!(json(send(KEY).await.unwrap()).await, parsed(FAILED));
    assert_eq!(lab.emulator.effects().len(), 1);
    assert_eq!(lab.emulator.effects()[0].requests, 2);
}

#[tokio::test]
async fn the_id_of_another_request_is_refused() {
    let lab = Lab::new().await;
    let first = lab
        .accept(data_set::ACCEPTED_WHOLE)
        .header("MS-RequestId", KEY);
    assert_eq!(first.send().await.unwrap().status(), 200);
    for other in [
        lab.accept(data_set::ACCEPTED_IN_PART),
        lab.bare(
            reqwest::Method::DELETE,
            &crate::path(data_set::ACCEPTED_WHOLE),
        )
        .bearer_auth(lab.target()),
    ] {
        let response = other.header("MS-RequestId", KEY).send().await.unwrap();
        assert_eq!(response.status(), 400);
        assert_eq!(header(&response, "MS-RequestId"), KEY);
        let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(body["code"], 800_002);
        assert_eq!(
            body["description"],
            format!(
                "The MS-RequestId {KEY} was used by another request. Use a new one for each call."
            )
        );
    }
    assert_eq!(lab.emulator.effects().len(), 1);
    // The refused request changed nothing, and a new id works.
    let response = lab.accept(data_set::ACCEPTED_IN_PART).send().await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_request_without_authorization_does_not_use_up_its_id() {
    let lab = Lab::new().await;
    let request = lab
        .bare(reqwest::Method::DELETE, &crate::path(data_set::TO_WITHDRAW))
        .header("MS-RequestId", KEY);
    assert_eq!(request.send().await.unwrap().status(), 401);
    let request = lab
        .withdraw(data_set::TO_WITHDRAW)
        .header("MS-RequestId", KEY);
    assert_eq!(request.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn partners_do_not_share_ids() {
    let lab = Lab::new().await;
    let withdraw = lab
        .withdraw(data_set::TO_WITHDRAW)
        .header("MS-RequestId", KEY);
    assert_eq!(withdraw.send().await.unwrap().status(), 204);
    let accept = lab
        .accept(data_set::ACCEPTED_WHOLE)
        .header("MS-RequestId", KEY);
    assert_eq!(accept.send().await.unwrap().status(), 200);
    assert_eq!(lab.emulator.effects().len(), 2);
}

#[tokio::test]
async fn without_idempotency_a_repeated_request_is_executed_again() {
    let lab = Lab::with(Emulator::builder().no_idempotency()).await;
    let mut statuses = Vec::new();
    for _ in 0..2 {
        let accept = lab
            .accept(data_set::ACCEPTED_WHOLE)
            .header("MS-RequestId", KEY);
        statuses.push(accept.send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [200, 400]);
    assert_eq!(lab.emulator.effects().len(), 1);
    assert_eq!(lab.emulator.effects()[0].requests, 1);
}

/// The second request arrives while the first is in progress, as from a client that timed out.
#[tokio::test]
async fn a_request_that_is_repeated_while_in_progress_gets_the_same_response() {
    let hour = std::time::Duration::from_secs(3600);
    let lab = Lab::with(Emulator::builder().accept_takes(hour)).await;
    let send = || {
        let call = lab
            .accept(data_set::ACCEPTED_WHOLE)
            .header("MS-RequestId", KEY)
            .send();
        tokio::spawn(call)
    };
    let (one, other) = (send(), send());
    while lab.emulator.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    let third = lab.accept(data_set::ACCEPTED_WHOLE).send().await.unwrap();
    let description = crate::check_error(third, 409, 900_104.into()).await;
    assert!(description.contains("another request"), "{description}");
    lab.emulator.advance(hour);
    for call in [one, other] {
        let response = call.await.unwrap().unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(json(response).await, parsed(COMPLETE));
    }
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].requests, 2);
}

const CALLS: usize = 3_000;

/// 32 tasks with a connection each.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_thousands_of_concurrent_accepts_takes_effect() {
    let lab = std::sync::Arc::new(Lab::new().await);
    let token = lab.target();
    let tasks: Vec<_> = (0..32)
        .map(|task| {
            let lab = std::sync::Arc::clone(&lab);
            let token = token.clone();
            tokio::spawn(async move {
                let path = crate::accept_path(data_set::ACCEPTED_WHOLE);
                let mut responses = Vec::new();
                for _ in (task..CALLS).step_by(32) {
                    let request = lab
                        .bare(reqwest::Method::POST, &path)
                        .bearer_auth(&token)
                        .header("Content-Length", "0");
                    let response = request.send().await.unwrap();
                    let status = response.status().as_u16();
                    responses.push((status, json(response).await["code"].clone()));
                }
                responses
            })
        })
        .collect();
    let mut counted: BTreeMap<(u16, String), usize> = BTreeMap::new();
    for task in tasks {
        for (status, code) in task.await.unwrap() {
            let code = match code {
                Value::Null => String::new(),
                code => code.to_string(),
            };
            *counted.entry((status, code)).or_default() += 1;
        }
    }
    assert_eq!(counted[&(200, String::new())], 1, "{counted:?}");
    let refused = |status, code: &str| {
        let key = (status, code.to_owned());
        counted.get(&key).copied().unwrap_or_default()
    };
    let others = refused(409, "900104") + refused(400, "900102");
    assert_eq!(others, CALLS - 1, "{counted:?}");

    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].requests, 1);
    assert_eq!(lab.emulator.data().orders.len(), 2);
    assert_eq!(lab.emulator.requests().len(), CALLS);
}
