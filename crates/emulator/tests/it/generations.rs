//! Both generations of transfers from creation to end, and what each partner sees.

use std::time::Duration;

use partner_center_emulator::model::Status;
use partner_center_emulator::{Emulator, Operation, data_set};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Lab, check_error, check_error_with, eligibility_path, json as body, path, transfers_path,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn license_based(subscriptions: &[&str]) -> Value {
    let items: Vec<Value> = subscriptions
        .iter()
        .map(|id| json!({"subscriptionId": id}))
        .collect();
    json!({
        "sourcePartnerTenantId": data_set::SOURCE,
        "targetPartnerTenantId": data_set::TARGET,
        "lineItems": items,
    })
}

fn new_commerce() -> Value {
    json!({
        "sourcePartnerTenantId": data_set::SOURCE,
        "sourcePartnerName": "Contoso",
        "customerEmailId": "admin@tailspin.example",
        "transferType": 5,
        "targetPartnerEmailId": "reference-17",
    })
}

fn accept_body(subscriptions: &[&str]) -> Value {
    let items: Vec<Value> = subscriptions
        .iter()
        .map(|id| json!({"subscriptionId": id, "productType": "OnlineServicesNCE"}))
        .collect();
    json!({"lineItems": items})
}

fn id(transfer: &Value) -> Uuid {
    transfer["id"].as_str().unwrap().parse().unwrap()
}

async fn created(lab: &Lab, token: &str, request: &Value) -> Value {
    let response = lab.create(token, request).send().await.unwrap();
    assert_eq!(response.status(), 201);
    body(response).await
}

#[tokio::test]
async fn a_license_based_transfer_is_created_by_the_source_and_accepted_by_the_target() {
    let lab = Lab::new().await;
    let (source, target) = (lab.source(), lab.target());
    let mut request = license_based(&data_set::FREE_SUBSCRIPTIONS);
    request["lineItems"][1]["partnerIdOnRecord"] = json!("1234567");
    let transfer = created(&lab, &source, &request).await;
    assert_eq!(transfer["status"], "Active");
    assert_eq!(transfer["partnertenantid"], json!(data_set::SOURCE));
    assert_eq!(transfer["attributes"]["objectType"], "TransferEntity");
    let items = transfer["lineItems"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["subscriptionId"], data_set::FREE_SUBSCRIPTIONS[0]);
    assert_eq!(items[0]["partnerIdOnRecord"], "6210447");
    assert_eq!(items[1]["partnerIdOnRecord"], "1234567");
    assert_eq!(items[0].get("status"), None, "not accepted yet");
    // Like the published response to a create.
    for name in ["sourcePartnerName", "targetPartnerName", "transferType"] {
        assert_eq!(transfer.get(name), None, "{name}");
    }
    let time = transfer["createdTime"].as_str().unwrap();
    assert_eq!(time.len(), "2020-03-25T22:20:57.1057725Z".len(), "{time}");
    let link = format!(
        "/customers/{}/transfers/{}",
        data_set::CUSTOMER,
        id(&transfer)
    );
    assert_eq!(transfer["links"]["self"]["uri"], link);

    // The other partner sees it too.
    let seen = lab.transfer(&target, id(&transfer)).await;
    assert_eq!(seen["partnertenantid"], json!(data_set::TARGET));
    assert_eq!(seen["sourcePartnerName"], "Contoso (source)");
    assert_eq!(seen["lineItems"], transfer["lineItems"]);

    let response = lab.accept(id(&transfer)).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let result = body(response).await;
    assert_eq!(result["orders"].as_array().unwrap().len(), 2);
    assert_eq!(result["transferErrors"], json!([]));
    let seen = lab.transfer(&source, id(&transfer)).await;
    assert_eq!(seen["status"], "Complete");
    for at in [0, 1] {
        let item = &seen["lineItems"][at];
        assert_eq!(item["status"], "Complete");
        assert_eq!(item["transferGroupId"], at.to_string());
        assert_eq!(item["orderId"], result["orders"][at]["id"]);
    }
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 2);
    assert_eq!(effects[0].operation, Operation::Create);
    assert_eq!(effects[0].transfer, id(&transfer));
    assert_eq!(effects[0].partner, Some(data_set::SOURCE));
    assert_eq!(effects[1].orders.len(), 2);
}

#[tokio::test]
async fn the_same_requests_make_the_same_ids() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let lab = Lab::new().await;
        let request = license_based(&data_set::FREE_SUBSCRIPTIONS[..1]);
        let first = created(&lab, &lab.source(), &request).await;
        let second = created(&lab, &lab.target(), &new_commerce()).await;
        let accepted = body(lab.accept(id(&first)).send().await.unwrap()).await;
        ids.push((id(&first), id(&second), accepted["orders"][0]["id"].clone()));
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0].0, ids[0].1);
}

#[tokio::test]
async fn the_target_rejects_and_the_source_does_not() {
    let lab = Lab::new().await;
    let transfer = data_set::ACCEPTED_WHOLE;
    let reject = json!({"id": transfer, "status": "reject"});
    let response = lab.update(&lab.source(), transfer, &reject).send().await;
    check_error(response.unwrap(), 403, 2_032.into()).await;
    let response = lab.update(&lab.target(), transfer, &reject).send().await;
    let response = response.unwrap();
    assert_eq!(response.status(), 200);
    let rejected = body(response).await;
    assert_eq!(rejected["status"], "Reject");
    assert_eq!(rejected["id"], json!(transfer));
    assert_eq!(
        lab.transfer(&lab.source(), transfer).await["status"],
        "Reject"
    );
    let again = lab.update(&lab.target(), transfer, &reject).send().await;
    let description = check_error(again.unwrap(), 400, 900_102.into()).await;
    assert!(description.contains("Reject transfer"), "{description}");
    check_error(
        lab.accept(transfer).send().await.unwrap(),
        400,
        900_102.into(),
    )
    .await;
    assert_eq!(lab.emulator.effects().len(), 1);
    assert_eq!(lab.emulator.effects()[0].operation, Operation::Update);
}

#[tokio::test]
async fn a_withdrawn_transfer_is_gone() {
    let lab = Lab::new().await;
    let gone = data_set::TO_WITHDRAW;
    assert_eq!(lab.withdraw(gone).send().await.unwrap().status(), 204);
    let response = lab.read(&lab.source(), &path(gone)).send().await.unwrap();
    check_error(response, 404, 900_100.into()).await;
    let list = lab.read(&lab.source(), &transfers_path()).send().await;
    let list = body(list.unwrap()).await;
    assert!(!list.to_string().contains(&gone.to_string()));
}

#[tokio::test]
async fn new_commerce_is_created_by_the_target_and_accepted_by_the_source() {
    let takes = Duration::from_secs(900);
    let lab = Lab::with(Emulator::builder().new_commerce_takes(takes)).await;
    let (source, target) = (lab.source(), lab.target());
    let transfer = created(&lab, &target, &new_commerce()).await;
    assert_eq!(transfer["status"], "Pending");
    assert_eq!(transfer["transferType"], 5);
    assert_eq!(transfer["transferDirection"], 1);
    assert_eq!(transfer["lineItems"], json!([]));
    assert_eq!(transfer["targetPartnerEmailId"], "reference-17");
    assert_eq!(transfer["targetPartnerTenantId"], json!(data_set::TARGET));
    assert_eq!(transfer["customerName"], "Tailspin Toys");
    let id = id(&transfer);
    assert_eq!(lab.transfer(&source, id).await["transferDirection"], 2);

    let request = accept_body(&data_set::FREE_SUBSCRIPTIONS);
    let response = lab.update(&target, id, &request).send().await.unwrap();
    check_error(response, 403, 2_032.into()).await;
    let response = lab.update(&source, id, &request).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let accepted = body(response).await;
    assert_eq!(accepted["status"], "InProgress");
    let first = &accepted["lineItems"][0];
    assert_eq!(first["productType"], "OnlineServicesNCE");
    assert_eq!(first.get("status"), None);
    // According to a third party, the target does not see them yet.
    let seen = lab.transfer(&target, id).await;
    assert_eq!(seen["status"], "InProgress");
    assert_eq!(seen["lineItems"], json!([]));
    let again = lab.update(&source, id, &request).send().await.unwrap();
    check_error(again, 409, 900_101.into()).await;
    assert_eq!(lab.emulator.data().orders, []);

    lab.emulator.advance(Duration::from_secs(890));
    assert_eq!(lab.transfer(&source, id).await["status"], "InProgress");
    lab.emulator.advance(Duration::from_secs(20));
    let seen = lab.transfer(&target, id).await;
    assert_eq!(seen["status"], "Complete");
    assert_eq!(seen["lineItems"][1]["status"], "Complete");
    assert!(seen["completedTime"].is_string());
    let data = lab.emulator.data();
    assert_eq!(data.orders.len(), 2);
    for subscription in data_set::FREE_SUBSCRIPTIONS {
        let owner = data.customers[0]
            .subscription(subscription)
            .unwrap()
            .partner;
        assert_eq!(owner, data_set::TARGET);
    }
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 2);
    assert_eq!(effects[1].operation, Operation::Update);
    let placed: Vec<Uuid> = data.orders.iter().map(|order| order.id).collect();
    assert_eq!(effects[1].orders, placed);
}

/// By default the next read shows the result: two orders of three, as one subscription has moved
/// before.
#[tokio::test]
async fn new_commerce_is_settled_at_the_next_read_and_can_fail_in_part() {
    let lab = Lab::new().await;
    let moved = lab.emulator.data().transfers[1].groups[0].line_items[0]
        .subscription_id
        .clone();
    lab.accept(data_set::TO_WITHDRAW).send().await.unwrap();
    let [first, second] = data_set::FREE_SUBSCRIPTIONS;
    let request = accept_body(&[first, &moved, &second.to_lowercase()]);
    let response = lab
        .update(&lab.source(), data_set::PENDING, &request)
        .send()
        .await
        .unwrap();
    assert_eq!(body(response).await["status"], "InProgress");
    let seen = lab.transfer(&lab.target(), data_set::PENDING).await;
    assert_eq!(seen["status"], "PartiallyComplete");
    let failed = &seen["lineItems"][1];
    assert_eq!(failed["status"], "Failed");
    assert_eq!(
        failed["transferError"],
        format!("The subscription {moved} has already been transferred.")
    );
    assert_eq!(failed.get("orderId"), None);
    assert_eq!(lab.emulator.effects()[1].orders.len(), 2);
}

#[tokio::test]
async fn only_the_target_cancels_and_only_while_it_is_pending() {
    let lab = Lab::with(Emulator::builder().new_commerce_takes(DAY)).await;
    let (source, target) = (lab.source(), lab.target());
    let cancel = |id: Uuid| json!({"id": id, "status": "Cancel", "customerName": "Tailspin Toys"});
    let pending = data_set::PENDING;
    let response = lab.update(&source, pending, &cancel(pending)).send().await;
    check_error(response.unwrap(), 403, 2_032.into()).await;
    let response = lab.update(&target, pending, &cancel(pending)).send().await;
    let response = response.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(body(response).await["status"], "Cancel");
    let request = accept_body(&data_set::FREE_SUBSCRIPTIONS);
    let response = lab.update(&source, pending, &request).send().await.unwrap();
    check_error(response, 400, 900_102.into()).await;

    let accepted = id(&created(&lab, &target, &new_commerce()).await);
    let response = lab.update(&source, accepted, &request).send().await;
    assert_eq!(response.unwrap().status(), 200);
    let response = lab
        .update(&target, accepted, &cancel(accepted))
        .send()
        .await;
    check_error(response.unwrap(), 409, 900_101.into()).await;
    lab.emulator.advance(DAY + DAY);
    // The first token has expired.
    let target = lab.target();
    let response = lab
        .update(&target, accepted, &cancel(accepted))
        .send()
        .await;
    check_error(response.unwrap(), 400, 900_102.into()).await;
}

#[tokio::test]
async fn a_new_commerce_transfer_expires_after_thirty_days() {
    let lab = Lab::new().await;
    let target = lab.target();
    let transfer = created(&lab, &target, &new_commerce()).await;
    let expires = transfer["expirationTime"].as_str().unwrap().to_owned();
    lab.emulator.advance(29 * DAY);
    let status = |id| {
        lab.emulator
            .transfer(data_set::CUSTOMER, id)
            .unwrap()
            .status
    };
    assert_eq!(status(id(&transfer)), Status::Pending);
    lab.emulator.advance(DAY + DAY);
    let source = lab.source();
    let seen = lab.transfer(&source, id(&transfer)).await;
    assert_eq!(seen["status"], "Expired");
    assert_eq!(seen["lastModifiedTime"], expires);
    let request = accept_body(&data_set::FREE_SUBSCRIPTIONS);
    let response = lab.update(&source, id(&transfer), &request).send().await;
    check_error(response.unwrap(), 400, 900_102.into()).await;
    // The transfer of the data set has no expiration time, and license-based ones never expire.
    assert_eq!(status(data_set::PENDING), Status::Pending);
    assert_eq!(status(data_set::ACCEPTED_WHOLE), Status::Active);
}

/// The generations have the same paths and different changes.
#[tokio::test]
async fn changes_of_the_other_generation_are_refused() {
    let lab = Lab::new().await;
    let (source, target) = (lab.source(), lab.target());
    let (legacy, pending) = (data_set::ACCEPTED_WHOLE, data_set::PENDING);
    let before = lab.emulator.data();
    let cancel = json!({"id": legacy, "status": "Cancel"});
    let reject = json!({"id": pending, "status": "reject"});
    let accept = accept_body(&data_set::FREE_SUBSCRIPTIONS);
    for request in [
        lab.accept(pending),
        lab.withdraw(pending),
        lab.update(&target, pending, &reject),
        lab.update(&target, legacy, &cancel),
        lab.update(&source, legacy, &accept),
    ] {
        check_error(request.send().await.unwrap(), 400, 900_102.into()).await;
    }
    assert_eq!(lab.emulator.data(), before);
}

#[tokio::test]
async fn a_list_contains_the_transfers_of_the_caller() {
    let lab = Lab::new().await;
    let list = lab.read(&lab.target(), &transfers_path()).send().await;
    let list = body(list.unwrap()).await;
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 6);
    for transfer in list {
        assert_eq!(transfer["partnertenantid"], json!(data_set::TARGET));
        assert_eq!(*transfer, lab.transfer(&lab.target(), id(transfer)).await);
    }
    lab.emulator
        .change(|data| {
            data.customers[0].partners.push(data_set::STRANGER);
            data.transfers[5].target_partner_tenant_id = data_set::STRANGER;
        })
        .unwrap();
    let stranger = lab.emulator.token(data_set::STRANGER).unwrap();
    for (token, count) in [(stranger, 1), (lab.target(), 5), (lab.source(), 6)] {
        let list = lab.read(&token, &transfers_path()).send().await.unwrap();
        assert_eq!(body(list).await.as_array().unwrap().len(), count);
    }
    assert_eq!(lab.emulator.effects(), [], "a read changes nothing");
}

#[tokio::test]
async fn eligibility_has_a_reason_for_each_subscription_that_cannot_be_transferred() {
    let lab = Lab::new().await;
    let ask = async |token: &str| {
        let path = format!("{}?transferType=directtoindirect", eligibility_path());
        body(lab.read(token, &path).send().await.unwrap()).await
    };
    let about = |response: &Value, id: &str| {
        let list = response.as_array().unwrap().iter();
        let mut found = list.filter(|one| one["id"] == id);
        found.next().cloned()
    };
    let response = ask(&lab.source()).await;
    assert_eq!(response.as_array().unwrap().len(), 14);
    let [free, other] = data_set::FREE_SUBSCRIPTIONS;
    assert_eq!(
        about(&response, free),
        Some(json!({"id": free, "isEligible": true}))
    );
    for (id, reason) in [
        (
            data_set::SUSPENDED_SUBSCRIPTION,
            "Subscription status is Suspended.".to_owned(),
        ),
        (
            data_set::DELETED_SUBSCRIPTION,
            "Subscription status is Deleted.".to_owned(),
        ),
        (
            "5B000000-0000-4000-8000-000000000003",
            format!(
                "Subscription is part of transfer {}.",
                data_set::TO_WITHDRAW
            ),
        ),
    ] {
        assert_eq!(
            about(&response, id),
            Some(json!({"id": id, "isEligible": false, "reason": reason}))
        );
    }
    assert_eq!(
        ask(&lab.target()).await,
        json!([]),
        "the target bills none of them"
    );

    // A created transfer makes a subscription ineligible; a withdraw or an accept ends that.
    let transfer = created(&lab, &lab.source(), &license_based(&[free])).await;
    let response = ask(&lab.source()).await;
    assert_eq!(about(&response, free).unwrap()["isEligible"], false);
    lab.withdraw(id(&transfer)).send().await.unwrap();
    let response = ask(&lab.source()).await;
    assert_eq!(about(&response, free).unwrap()["isEligible"], true);
    let transfer = created(&lab, &lab.source(), &license_based(&[other])).await;
    lab.accept(id(&transfer)).send().await.unwrap();
    assert_eq!(about(&ask(&lab.source()).await, other), None);
    assert!(about(&ask(&lab.target()).await, other).is_some());

    let response = lab.read(&lab.source(), &eligibility_path()).send().await;
    let data = ["transferType".to_owned()];
    check_error_with(response.unwrap(), 400, 800_002.into(), &data).await;
}

#[tokio::test]
async fn a_repeated_create_makes_one_transfer() {
    let lab = Lab::new().await;
    let key = Uuid::from_u128(7).to_string();
    let send = async |request: Value| {
        let source = lab.source();
        let call = lab.create(&source, &request).header("MS-RequestId", &key);
        call.send().await.unwrap()
    };
    let request = license_based(&data_set::FREE_SUBSCRIPTIONS);
    let first = body(send(request.clone()).await).await;
    assert_eq!(body(send(request).await).await, first);
    let other = send(license_based(&data_set::FREE_SUBSCRIPTIONS[..1])).await;
    assert_eq!(other.status(), 400, "another body is another request");
    assert_eq!(body(other).await["code"], 800_002);
    assert_eq!(lab.emulator.data().transfers.len(), 7);
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].requests, 2);
}

/// A created transfer and one in progress are restored, and changes that are due are made.
#[tokio::test]
async fn the_state_file_contains_new_transfers() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let builder = || {
        let builder = Emulator::builder().state_file(&file);
        builder.new_commerce_takes(DAY)
    };
    let key = Uuid::from_u128(8).to_string();
    let (made, response) = {
        let lab = Lab::with(builder()).await;
        let request = license_based(&data_set::FREE_SUBSCRIPTIONS[..1]);
        let source = lab.source();
        let call = lab.create(&source, &request).header("MS-RequestId", &key);
        let made = body(call.send().await.unwrap()).await;
        let request = accept_body(&data_set::FREE_SUBSCRIPTIONS[1..]);
        let call = lab.update(&source, data_set::PENDING, &request);
        (made, body(call.send().await.unwrap()).await)
    };
    assert_eq!(response["status"], "InProgress");
    let lab = Lab::with(builder()).await;
    let source = lab.source();
    let request = license_based(&data_set::FREE_SUBSCRIPTIONS[..1]);
    let call = lab.create(&source, &request).header("MS-RequestId", &key);
    assert_eq!(body(call.send().await.unwrap()).await, made);
    assert_eq!(lab.emulator.data().transfers.len(), 7);
    assert_eq!(lab.emulator.data().orders, []);
    lab.emulator.advance(DAY + DAY);
    assert_eq!(lab.emulator.data().orders.len(), 1);
    drop(lab);
    let lab = Lab::with(builder()).await;
    let source = lab.source();
    let seen = lab.transfer(&source, data_set::PENDING).await;
    assert_eq!(seen["status"], "Complete");
    assert_eq!(lab.emulator.data().orders.len(), 1);
}

#[tokio::test]
async fn without_auth_the_body_names_the_caller() {
    let lab = Lab::with(Emulator::builder().no_auth()).await;
    let request = license_based(&data_set::FREE_SUBSCRIPTIONS);
    let transfer = created(&lab, "any", &request).await;
    assert_eq!(transfer["partnertenantid"], json!(data_set::SOURCE));
    let response = lab.create("any", &new_commerce()).send().await.unwrap();
    let data = ["targetPartnerTenantId".to_owned()];
    check_error_with(response, 400, 800_002.into(), &data).await;
    let mut request = new_commerce();
    request["targetPartnerTenantId"] = json!(data_set::TARGET);
    let transfer = created(&lab, "any", &request).await;
    assert_eq!(transfer["partnertenantid"], json!(data_set::TARGET));
    // The caller may be either partner.
    assert_eq!(transfer["transferDirection"], json!(null));
    let seen = lab.transfer("any", data_set::PENDING).await;
    assert_eq!(seen["transferDirection"], json!(null));
}
