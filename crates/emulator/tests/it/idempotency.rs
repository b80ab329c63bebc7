//! One `MS-RequestId`, one effect.

use partner_center_emulator::data_set;
use uuid::Uuid;

use crate::{COMPLETE, FAILED, Lab, header};

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
        assert_eq!(answer.bytes().await.unwrap(), COMPLETE);
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
    assert_eq!(send(KEY).await.unwrap().bytes().await.unwrap(), FAILED);
    for _ in 0..2 {
        let answer = send("cdf6e25c-7b32-4cc3-d8bc-53e0b37eebd8").await.unwrap();
        assert_eq!(answer.status(), 400);
        bodies.push(answer.bytes().await.unwrap());
    }
    assert_eq!(bodies[0], bodies[1]);
    // The first key still has its own answer, although the state is another by now.
    assert_eq!(send(KEY).await.unwrap().bytes().await.unwrap(), FAILED);
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
        lab.withdraw(data_set::ACCEPTED_WHOLE),
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

#[tokio::test(flavor = "multi_thread")]
async fn of_many_accepts_at_once_one_takes_effect() {
    let lab = Lab::new().await;
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(lab.accept(data_set::ACCEPTED_WHOLE).send()))
        .collect();
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.unwrap().unwrap().status().as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|status| *status == 400));
    assert_eq!(lab.emulator.effects().len(), 1);
    assert_eq!(lab.emulator.requests().len(), 64);
}
