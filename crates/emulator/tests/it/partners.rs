//! Who may do what: tokens, and the partners that they name.

use std::time::Duration;

use partner_center_emulator::{Emulator, data_set};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::{Lab, accept_path, fault, fault_with, header, path};

const TRANSFER: Uuid = data_set::ACCEPTED_WHOLE;

#[tokio::test]
async fn only_the_source_withdraws_and_only_the_target_accepts() {
    let lab = Lab::new().await;
    for (method, path, token, said) in [
        (
            Method::POST,
            accept_path(TRANSFER),
            lab.source(),
            "Only the target partner of a transfer can accept it.",
        ),
        (
            Method::DELETE,
            path(TRANSFER),
            lab.target(),
            "Only the source partner of a transfer can withdraw it.",
        ),
    ] {
        let request = lab.bare(method, &path).bearer_auth(token);
        let answer = request.header("Content-Length", "0").send().await.unwrap();
        assert_eq!(fault(answer, 403, 2_032.into()).await, said);
    }
    assert_eq!(lab.emulator.effects(), []);
    assert_eq!(lab.withdraw(TRANSFER).send().await.unwrap().status(), 204);
    assert_eq!(
        lab.emulator.effects()[0].partner,
        Some(data_set::SOURCE),
        "the ledger says who"
    );
}

#[tokio::test]
async fn to_a_stranger_a_customer_is_closed_and_to_a_third_partner_a_transfer_is_not_there() {
    let lab = Lab::new().await;
    let stranger = lab.emulator.token(data_set::STRANGER).unwrap();
    let send = || {
        lab.bare(Method::DELETE, &path(TRANSFER))
            .bearer_auth(&stranger)
            .send()
    };
    let data = [format!("Resource: {}", data_set::CUSTOMER)];
    fault_with(send().await.unwrap(), 403, 20_002.into(), &data).await;

    lab.emulator
        .change(|data| data.customers[0].partners.push(data_set::STRANGER))
        .unwrap();
    fault(send().await.unwrap(), 404, 900_100.into()).await;
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn a_token_must_be_ours_and_fresh() {
    let lab = Lab::new().await;
    let other = Emulator::start().await.unwrap();
    let good = lab.target();
    let forged = {
        let (signed, _) = good.rsplit_once('.').unwrap();
        format!("{signed}.AAAA")
    };
    for token in [forged, other.token(data_set::TARGET).unwrap()] {
        let answer = lab
            .bare(Method::DELETE, &path(TRANSFER))
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        let description = fault(answer, 401, 800_001.into()).await;
        assert!(description.contains("not one that this emulator has issued"));
    }
    let send = || lab.accept_with(&good, data_set::IN_PROGRESS).send();
    lab.emulator.advance(Duration::from_secs(3500));
    fault(send().await.unwrap(), 409, 900_101.into()).await;
    lab.emulator.advance(Duration::from_secs(100));
    let answer = send().await.unwrap();
    assert_eq!(
        header(&answer, "WWW-Authenticate"),
        r#"Bearer error="invalid_token""#
    );
    assert_eq!(
        fault(answer, 401, 800_001.into()).await,
        "The token has expired."
    );
}

#[tokio::test]
async fn a_user_must_have_shown_a_second_factor() {
    let lab = Lab::new().await;
    for (user, status) in [
        (data_set::TARGET_USER_WITHOUT_MFA, 401),
        (data_set::TARGET_USER, 200),
    ] {
        let token = lab.emulator.user_token(data_set::TARGET, user).unwrap();
        let answer = lab.accept_with(&token, TRANSFER).send().await.unwrap();
        assert_eq!(answer.status(), status);
        if status == 401 {
            fault(answer, 401, 900_421.into()).await;
        }
    }
    assert_eq!(lab.emulator.effects().len(), 1);
}

#[tokio::test]
async fn without_auth_anyone_may_do_everything() {
    let lab = Lab::with(Emulator::builder().no_auth()).await;
    let withdraw = lab.bare(Method::DELETE, &path(data_set::TO_WITHDRAW));
    assert_eq!(withdraw.send().await.unwrap().status(), 204);
    let accept = lab.accept_with("any", TRANSFER);
    assert_eq!(accept.send().await.unwrap().status(), 200);
    assert_eq!(lab.emulator.effects()[0].partner, None);
    let elsewhere = format!("/v1/customers/{}/transfers/{TRANSFER}", Uuid::from_u128(7));
    let unknown = lab.bare(Method::DELETE, &elsewhere).send().await.unwrap();
    fault(unknown, 404, Value::from(900_100)).await;
}
