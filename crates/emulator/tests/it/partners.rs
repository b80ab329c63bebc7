//! Permissions of partners and users.

use std::time::Duration;

use partner_center_emulator::{Emulator, data_set};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::{Lab, accept_path, check_error, check_error_with, header, path};

const TRANSFER: Uuid = data_set::ACCEPTED_WHOLE;

#[tokio::test]
async fn only_the_source_withdraws_and_only_the_target_accepts() {
    let lab = Lab::new().await;
    for (method, path, token, message) in [
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
        let response = request.header("Content-Length", "0").send().await.unwrap();
        assert_eq!(check_error(response, 403, 2_032.into()).await, message);
    }
    assert_eq!(lab.emulator.effects(), []);
    assert_eq!(lab.withdraw(TRANSFER).send().await.unwrap().status(), 204);
    assert_eq!(
        lab.emulator.effects()[0].partner,
        Some(data_set::SOURCE),
        "the ledger names the partner"
    );
}

#[tokio::test]
async fn other_partners_get_403_for_the_customer_or_404_for_the_transfer() {
    let lab = Lab::new().await;
    let stranger = lab.emulator.token(data_set::STRANGER).unwrap();
    let send = || {
        lab.bare(Method::DELETE, &path(TRANSFER))
            .bearer_auth(&stranger)
            .send()
    };
    let data = [format!("Resource: {}", data_set::CUSTOMER)];
    check_error_with(send().await.unwrap(), 403, 20_002.into(), &data).await;

    lab.emulator
        .change(|data| data.customers[0].partners.push(data_set::STRANGER))
        .unwrap();
    check_error(send().await.unwrap(), 404, 900_100.into()).await;
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn a_token_must_be_issued_by_this_emulator_and_not_expired() {
    let lab = Lab::new().await;
    let other = Emulator::start().await.unwrap();
    let good = lab.target();
    let forged = {
        let (signed, _) = good.rsplit_once('.').unwrap();
        format!("{signed}.AAAA")
    };
    for token in [forged, other.token(data_set::TARGET).unwrap()] {
        let response = lab
            .bare(Method::DELETE, &path(TRANSFER))
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        let description = check_error(response, 401, 800_001.into()).await;
        assert!(description.contains("was not issued by this emulator"));
    }
    let send = || lab.accept_with(&good, data_set::IN_PROGRESS).send();
    lab.emulator.advance(Duration::from_secs(3500));
    check_error(send().await.unwrap(), 409, 900_101.into()).await;
    lab.emulator.advance(Duration::from_secs(100));
    let response = send().await.unwrap();
    assert_eq!(
        header(&response, "WWW-Authenticate"),
        r#"Bearer error="invalid_token""#
    );
    assert_eq!(
        check_error(response, 401, 800_001.into()).await,
        "The token has expired."
    );
}

/// A token that was used before is treated like one that was not: it is only its signature that is
/// not checked again.
#[tokio::test]
async fn a_token_that_was_used_before_gives_no_more_rights_than_a_new_one() {
    let lab = Lab::new().await;
    let (used, new) = (lab.target(), lab.target());
    let read = |token: &str| lab.read(token, &path(TRANSFER)).send();
    for _ in 0..2 {
        assert_eq!(read(&used).await.unwrap().status(), 200);
    }
    for altered in [format!("{used}A"), used.replacen('.', "..", 1)] {
        assert_eq!(read(&altered).await.unwrap().status(), 401);
    }
    // The partner with its apps, and its relationship to the customer, are gone.
    let mut data = lab.emulator.data();
    data.partners
        .retain(|one| one.tenant_id != data_set::TARGET);
    data.transfers.clear();
    for customer in &mut data.customers {
        customer.partners.retain(|one| *one != data_set::TARGET);
    }
    let json = serde_json::to_string(&data).unwrap();
    let loaded = lab.control(Method::POST, "/data", json).send();
    assert_eq!(loaded.await.unwrap().status(), 204);
    let code = 20_002;
    for token in [&used, &new] {
        let resource = format!("Resource: {}", data_set::CUSTOMER);
        check_error_with(read(token).await.unwrap(), 403, code.into(), &[resource]).await;
    }
    assert_eq!(lab.emulator.effects(), []);
    lab.emulator.advance(Duration::from_secs(3600));
    for token in [&used, &new] {
        check_error(read(token).await.unwrap(), 401, 800_001.into()).await;
    }
}

#[tokio::test]
async fn a_user_needs_multifactor_authentication() {
    let lab = Lab::new().await;
    for (user, status) in [
        (data_set::TARGET_USER_WITHOUT_MFA, 401),
        (data_set::TARGET_USER, 200),
    ] {
        let token = lab.emulator.user_token(data_set::TARGET, user).unwrap();
        let response = lab.accept_with(&token, TRANSFER).send().await.unwrap();
        assert_eq!(response.status(), status);
        if status == 401 {
            check_error(response, 401, 900_421.into()).await;
        }
    }
    assert_eq!(lab.emulator.effects().len(), 1);
}

#[tokio::test]
async fn without_auth_every_caller_may_do_everything() {
    let lab = Lab::with(Emulator::builder().no_auth()).await;
    let withdraw = lab.bare(Method::DELETE, &path(data_set::TO_WITHDRAW));
    assert_eq!(withdraw.send().await.unwrap().status(), 204);
    let accept = lab.accept_with("any", TRANSFER);
    assert_eq!(accept.send().await.unwrap().status(), 200);
    assert_eq!(lab.emulator.effects()[0].partner, None);
    let elsewhere = format!("/v1/customers/{}/transfers/{TRANSFER}", Uuid::from_u128(7));
    let unknown = lab.bare(Method::DELETE, &elsewhere).send().await.unwrap();
    check_error(unknown, 404, Value::from(900_100)).await;
}
