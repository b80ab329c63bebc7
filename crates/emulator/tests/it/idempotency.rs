//! One `MS-RequestId`, one effect.

use partner_center_emulator::{Emulator, data_set};
use uuid::Uuid;

use crate::{COMPLETE, FAILED, Lab, header, json, parsed};

const KEY: &str = "8389053b-731c-4261-9899-1583d7859153";

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_again_without_a_second_effect() {
    let lab = Lab::new().await;
    for key in [KEY.to_owned(), KEY.to_uppercase(), KEY.to_owned()] {
        let answer = lab
            .accept(data_set::ACCEPTED_WHOLE)
            .header("MS-RequestId", &key)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "MS-RequestId"), key);
        assert_eq!(json(answer).await, parsed(COMPLETE));
    }
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].requests, 3);

    for _ in 0..2 {
        let answer = lab
            .withdraw(data_set::TO_WITHDRAW)
            .header("MS-RequestId", Uuid::from_u128(1).to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 204);
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
        let answer = send("cdf6e25c-7b32-4cc3-d8bc-53e0b37eebd8").await.unwrap();
        assert_eq!(answer.status(), 400);
        bodies.push(answer.bytes().await.unwrap());
    }
    assert_eq!(bodies[0], bodies[1]);
    // The first key still has its own answer, although the state is another by now.
    assert_eq!(json(send(KEY).await.unwrap()).await, parsed(FAILED));
    assert_eq!(lab.emulator.effects().len(), 1);
    assert_eq!(lab.emulator.effects()[0].requests, 2);
}

#[tokio::test]
async fn the_same_id_on_another_request_is_refused() {
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
        let answer = other.header("MS-RequestId", KEY).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        assert_eq!(header(&answer, "MS-RequestId"), KEY);
        let body: serde_json::Value =
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(body["code"], 800_002);
        assert_eq!(
            body["description"],
            format!(
                "The MS-RequestId {KEY} was used by another request. Use a new one for each call."
            )
        );
    }
    assert_eq!(lab.emulator.effects().len(), 1);
    // The refused transfer was left alone, and a new id gets it.
    let answer = lab.accept(data_set::ACCEPTED_IN_PART).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_request_that_was_not_let_in_does_not_use_its_id_up() {
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
async fn without_the_promise_a_repeated_request_is_carried_out_anew() {
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

/// The second comes while the first is at work, as from a client that gave up too early.
#[tokio::test]
async fn a_request_that_is_repeated_while_it_is_at_work_gets_the_same_answer() {
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
    let description = crate::fault(third, 409, 900_104.into()).await;
    assert!(description.contains("another request"), "{description}");
    lab.emulator.advance(hour);
    for call in [one, other] {
        let answer = call.await.unwrap().unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(json(answer).await, parsed(COMPLETE));
    }
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].requests, 2);
}
