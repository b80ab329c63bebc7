//! Accept and withdraw of license-based transfers, and the headers of every response.

use partner_center_emulator::{Operation, data_set};
use uuid::{Uuid, uuid};

use crate::{
    COMPLETE, FAILED, Lab, PARTIAL, check_error, check_error_with, header, is_random_guid, json,
    parsed,
};

#[tokio::test]
async fn the_documented_accept_gives_the_documented_response() {
    let lab = Lab::new().await;
    let response = lab
        .accept(data_set::ACCEPTED_IN_PART)
        .header("Accept", "application/json")
        .header("MS-CorrelationId", "4827b753-8541-428b-8c90-059b6b4851bd")
        .header("MS-RequestId", "8389053b-731c-4261-9899-1583d7859153")
        .header("X-Locale", "en-US")
        .header("Content-Type", "application/json")
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 200);
    let length: usize = header(&response, "Content-Length").parse().unwrap();
    assert_eq!(
        header(&response, "Content-Type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(
        header(&response, "MS-CorrelationId"),
        "4827b753-8541-428b-8c90-059b6b4851bd"
    );
    assert_eq!(
        header(&response, "MS-RequestId"),
        "8389053b-731c-4261-9899-1583d7859153"
    );
    assert_eq!(header(&response, "X-Locale"), "en-US");
    assert!(!header(&response, "MS-CV").is_empty());
    assert!(!header(&response, "Date").is_empty());
    let body = response.text().await.unwrap();
    assert_eq!(body.len(), length);
    assert_eq!(parsed(&body), parsed(PARTIAL));

    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].operation, Operation::Accept);
    assert_eq!(effects[0].operation.to_string(), "accept_transfer");
    assert_eq!(effects[0].customer, data_set::CUSTOMER);
    assert_eq!(effects[0].transfer, data_set::ACCEPTED_IN_PART);
    assert_eq!(
        effects[0].request_id,
        uuid!("8389053b-731c-4261-9899-1583d7859153")
    );
    assert_eq!(effects[0].requests, 1);
}

#[tokio::test]
async fn the_documented_withdraw_gives_the_documented_response() {
    let lab = Lab::new().await;
    let response = lab
        .withdraw(data_set::TO_WITHDRAW)
        .header("Accept", "application/json")
        .header("MS-RequestId", "cdf6e25c-7b32-4cc3-d8bc-53e0b37eebd8")
        .header("MS-CorrelationId", "9041d76d-8915-43a8-8e82-00ca46a1a73d")
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 204);
    assert_eq!(
        header(&response, "MS-RequestId"),
        "cdf6e25c-7b32-4cc3-d8bc-53e0b37eebd8"
    );
    assert_eq!(
        header(&response, "MS-CorrelationId"),
        "9041d76d-8915-43a8-8e82-00ca46a1a73d"
    );
    assert!(!response.headers().contains_key("Content-Type"));
    assert_eq!(response.bytes().await.unwrap(), "");

    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].operation, Operation::Withdraw);
    assert_eq!(effects[0].operation.to_string(), "withdraw_transfer");
    assert_eq!(effects[0].transfer, data_set::TO_WITHDRAW);
}

#[tokio::test]
async fn an_accepted_transfer_can_be_neither_accepted_nor_withdrawn() {
    for (transfer, result, state) in [
        (data_set::ACCEPTED_WHOLE, COMPLETE, "Complete"),
        (data_set::ACCEPTED_IN_PART, PARTIAL, "PartiallyComplete"),
        (data_set::ACCEPTED_WITHOUT_ORDER, FAILED, "Complete"),
    ] {
        let lab = Lab::new().await;
        let response = lab.accept(transfer).send().await.unwrap();
        assert_eq!(response.status(), 200, "{state}");
        assert_eq!(json(response).await, parsed(result), "{state}");

        for again in [lab.accept(transfer), lab.withdraw(transfer)] {
            let description = check_error(again.send().await.unwrap(), 400, 900_102.into()).await;
            assert_eq!(
                description,
                format!("The request cannot be processed for {state} transfer {transfer}.")
            );
        }
        assert_eq!(lab.emulator.effects().len(), 1, "{state}");
        assert_eq!(lab.emulator.requests().len(), 3, "{state}");
    }
}

#[tokio::test]
async fn a_withdrawn_transfer_is_gone() {
    let lab = Lab::new().await;
    let transfer = data_set::ACCEPTED_WHOLE;
    let response = lab.withdraw(transfer).send().await.unwrap();
    assert_eq!(response.status(), 204);

    for again in [lab.accept(transfer), lab.withdraw(transfer)] {
        let description = check_error(again.send().await.unwrap(), 404, 900_100.into()).await;
        assert_eq!(description, format!("Transfer {transfer} was not found."));
    }
    assert_eq!(lab.emulator.effects().len(), 1);
}

#[tokio::test]
async fn a_transfer_in_progress_can_be_neither_accepted_nor_withdrawn() {
    let lab = Lab::new().await;
    let transfer = data_set::IN_PROGRESS;
    for request in [lab.accept(transfer), lab.withdraw(transfer)] {
        let description = check_error(request.send().await.unwrap(), 409, 900_101.into()).await;
        assert_eq!(description, format!("Transfer {transfer} is in progress."));
    }
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn a_transfer_is_found_under_its_customer_only_and_in_either_letter_case() {
    let lab = Lab::new().await;
    let transfer = data_set::ACCEPTED_WHOLE;
    let elsewhere = Uuid::from_u128(7);
    let path = format!("/v1/customers/{elsewhere}/transfers/{transfer}");
    let request = lab
        .bare(reqwest::Method::DELETE, &path)
        .bearer_auth(lab.source());
    let data = [format!("Resource: {elsewhere}")];
    check_error_with(request.send().await.unwrap(), 403, 20_002.into(), &data).await;
    check_error(
        lab.withdraw(elsewhere).send().await.unwrap(),
        404,
        900_100.into(),
    )
    .await;
    let path = format!(
        "/v1/customers/{}/transfers/{}",
        data_set::CUSTOMER.to_string().to_uppercase(),
        transfer.to_string().to_uppercase()
    );
    let request = lab
        .bare(reqwest::Method::DELETE, &path)
        .bearer_auth(lab.source());
    assert_eq!(request.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn missing_ids_are_generated_and_unique() {
    let lab = Lab::new().await;
    let mut seen = Vec::new();
    for transfer in [data_set::ACCEPTED_WHOLE, data_set::ACCEPTED_IN_PART] {
        let response = lab.accept(transfer).send().await.unwrap();
        for name in ["MS-RequestId", "MS-CorrelationId"] {
            let id = header(&response, name).to_owned();
            assert!(is_random_guid(&id), "{id}");
            assert!(!seen.contains(&id));
            seen.push(id);
        }
        assert_eq!(header(&response, "X-Locale"), "en-US");
    }
    let written = lab.emulator.requests();
    assert_eq!(written[0].request_id.to_string(), seen[0]);
    assert_eq!(written[1].request_id.to_string(), seen[2]);
}

#[tokio::test]
async fn ids_and_locale_are_returned_as_sent() {
    let lab = Lab::new().await;
    let response = lab
        .accept(data_set::IN_PROGRESS)
        .header("MS-RequestId", "8389053B-731C-4261-9899-1583d7859153")
        .header("MS-CorrelationId", "4827B753-8541-428B-8C90-059b6b4851bd")
        .header("X-Locale", "nl-NL")
        .send()
        .await
        .unwrap();
    assert_eq!(
        header(&response, "MS-RequestId"),
        "8389053B-731C-4261-9899-1583d7859153"
    );
    assert_eq!(
        header(&response, "MS-CorrelationId"),
        "4827B753-8541-428B-8C90-059b6b4851bd"
    );
    assert_eq!(header(&response, "X-Locale"), "nl-NL");
}
