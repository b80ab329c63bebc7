//! Published payloads are decoded and written back without loss.

use partner_center_tests::{example, example_text};
use partner_center_transfers::AcceptOutcome;
use partner_center_transfers::types::{
    BillingCycle, ErrorCode, Order, OrderLineItemTransactionType, OrderStatus,
    OrderTransactionType, TransferEligibility, TransferEntity, TransferError, TransferLineItemId,
    TransferStatus, TransferSubmitResult,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn decode(value: &Value) -> TransferSubmitResult {
    serde_json::from_value(value.clone()).unwrap()
}

/// Removes the empty lists that the original does not have and writing adds.
fn without_added_empty_lists(written: Value, original: &Value) -> Value {
    match written {
        Value::Object(members) => members
            .into_iter()
            .filter(|(name, value)| {
                original.get(name).is_some() || value.as_array().is_none_or(|list| !list.is_empty())
            })
            .map(|(name, value)| {
                let original = original.get(&name).unwrap_or(&Value::Null);
                (name.clone(), without_added_empty_lists(value, original))
            })
            .collect(),
        Value::Array(items) => items
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                let original = original.get(index).unwrap_or(&Value::Null);
                without_added_empty_lists(item, original)
            })
            .collect(),
        leaf => leaf,
    }
}

fn round_trip(original: &Value) -> Value {
    round_trip_as::<TransferSubmitResult>(original)
}

fn round_trip_as<T: DeserializeOwned + Serialize>(original: &Value) -> Value {
    let read: T = serde_json::from_value(original.clone()).unwrap();
    without_added_empty_lists(serde_json::to_value(read).unwrap(), original)
}

/// Removes nulls and empty lists: a null list is written as an empty one.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null() && **value != json!([]))
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        leaf => leaf.clone(),
    }
}

#[test]
fn the_published_accept_response_round_trips() {
    let published = example("accept-transfer-partial.json");
    assert_eq!(round_trip(&published), published);
}

#[test]
fn the_published_accept_response_is_stored_unchanged() {
    // The published text has this formatting, which a formatter would change.
    let text = example_text("accept-transfer-partial.json");
    assert!(text.starts_with("{\n  \"orders\": [\n    {\n"), "{text}");
    assert!(text.contains("\"headers\": [ ]\n"));
    assert!(text.contains("\"links\": {\n          }\n"));
}

#[test]
fn own_accept_examples_round_trip() {
    for name in [
        "accept-transfer-complete.json",
        "accept-transfer-failed.json",
    ] {
        let original = example(name);
        assert_eq!(round_trip(&original), original, "{name}");
    }
}

#[test]
fn the_published_accept_response_is_decoded_completely() {
    let result = decode(&example("accept-transfer-partial.json"));
    let AcceptOutcome::Partial { orders, errors } = result.clone().outcome() else {
        panic!("{result:?}");
    };
    assert_eq!(orders.len(), 2);
    let order = &orders[0];
    assert_eq!(
        order.id.as_deref(),
        Some("21b92393-ffce-4bc7-87c5-62cfa897d8f9")
    );
    assert_eq!(order.billing_cycle, Some(BillingCycle::Annual));
    assert_eq!(order.status, Some(OrderStatus::Completed));
    assert_eq!(
        order.transaction_type,
        Some(OrderTransactionType::UserPurchase)
    );
    assert_eq!(
        order.creation_date.as_ref().unwrap().as_str(),
        "2020-03-25T22:24:23.183+00:00"
    );
    let item = &order.line_items[0];
    assert_eq!(item.line_item_number, Some(0));
    // The letter case is kept.
    assert_eq!(
        item.offer_id.as_deref(),
        Some("5344C201-3099-44E5-B333-C3EB0401EDE0")
    );
    assert_eq!(item.quantity, Some(1));
    assert_eq!(
        item.transaction_type,
        Some(OrderLineItemTransactionType::New)
    );
    assert_eq!(item.links.as_ref().unwrap().sku, None);
    let links = order.links.as_ref().unwrap();
    assert_eq!(
        links.patch_operation.as_ref().unwrap().method.as_deref(),
        Some("PATCH")
    );

    let [error] = &errors[..] else {
        panic!("{errors:?}")
    };
    assert_eq!(error.transfer_group_id.as_deref(), Some("1"));
    assert_eq!(error.code, Some(ErrorCode::Integer(900_103)));
    let item = &error.line_items[0];
    assert_eq!(item.id, Some(TransferLineItemId::Integer(1)));
    assert_eq!(
        item.subscription_id.as_deref(),
        Some("637FF8F6-D842-4573-8DA8-89765356CD1A")
    );
    assert_eq!(item.addon_items, []);
}

#[test]
fn unknown_values_and_properties_round_trip() {
    let original = json!({
        "orders": [{
            "id": "A-Mixed-Case-Id",
            "billingCycle": "fortnightly",
            "status": "Pending PO Upload",
            "transactionType": "PartnerGift",
            "creationDate": "2020-03-25T22:24:34",
            "lineItems": [{"transactionType": "Split", "provisioningContext": {"a": [1, {"b": null}]}}],
            "totalPrice": 12.5,
            "addedLater": {"deep": [true]}
        }],
        "transferErrors": [],
        "nextStep": "read"
    });
    assert_eq!(round_trip(&original), original);
    let result = decode(&original);
    let order = &result.orders[0];
    assert_eq!(
        order.billing_cycle,
        Some(BillingCycle::Other("fortnightly".to_owned()))
    );
    assert_eq!(
        order.status.as_ref().unwrap().to_string(),
        "Pending PO Upload"
    );
    assert_eq!(order.extra["addedLater"], json!({"deep": [true]}));
    assert_eq!(result.extra["nextStep"], "read");
}

#[test]
fn nested_addons_round_trip() {
    let mut item = json!({"subscriptionId": "S-0"});
    for depth in 1..10 {
        item = json!({"subscriptionId": format!("S-{depth}"), "addonItems": [item]});
    }
    let original = json!({"orders": [], "transferErrors": [{"lineItems": [item]}]});
    assert_eq!(round_trip(&original), original);
}

#[test]
fn transfer_examples_round_trip() {
    for name in [
        "create-transfer-active",
        "create-transfer-pending",
        "get-transfer-active",
        "get-transfer-partially-complete",
        "get-transfer-pending",
        "update-transfer-cancelled",
        "update-transfer-in-progress",
        "update-transfer-rejected",
    ] {
        let original = example(&format!("{name}.json"));
        assert_eq!(
            round_trip_as::<TransferEntity>(&original),
            original,
            "{name}"
        );
    }
    let list = example("list-transfers-several.json");
    assert_eq!(round_trip_as::<Vec<TransferEntity>>(&list), list);
    let eligible = example("get-transfer-eligibility-mixed.json");
    assert_eq!(
        round_trip_as::<Vec<TransferEligibility>>(&eligible),
        eligible
    );
}

#[test]
fn transfers_with_nulls_lose_only_the_nulls() {
    let odd = example("get-transfer-nulls.json");
    let written = round_trip_as::<TransferEntity>(&odd);
    assert_eq!(without_nulls(&written), without_nulls(&odd));
    let read: TransferEntity = serde_json::from_value(odd).unwrap();
    assert_eq!(
        read.status,
        Some(TransferStatus::Other("AwaitingReview".to_owned()))
    );
    assert_eq!(
        read.line_items[0].id,
        Some(TransferLineItemId::String("0".to_owned()))
    );
    assert_eq!(read.extra["addedLater"], json!({"by": "the service"}));
    let deep = &read.line_items[0].addon_items[0].addon_items[0];
    assert_eq!(deep.addon_items, []);

    let odd = example("get-transfer-eligibility-nulls.json");
    let written = round_trip_as::<Vec<TransferEligibility>>(&odd);
    assert_eq!(without_nulls(&written), without_nulls(&odd));
}

#[test]
fn numbers_as_text_and_text_as_numbers_are_read() {
    let mixed = json!({
        "id": 17, "status": "ACTIVE", "transferType": "3", "transferDirection": "1",
        "createdTime": "yesterday", "partnerOnRecord": 6_210_447, "ignoreEligibilityCheck": "true",
        "targetProductTypes": ["onlineservicesnce", "Quantum", null], "participants": null,
        "lineItems": [{"id": "0", "subscriptionId": 5, "quantity": "5"}],
    });
    let read: TransferEntity = serde_json::from_value(mixed).unwrap();
    assert_eq!(read.id.as_deref(), Some("17"));
    assert_eq!(read.status, Some(TransferStatus::Active));
    assert_eq!(
        (read.transfer_type, read.transfer_direction),
        (Some(3), Some(1))
    );
    assert_eq!(read.created_time.unwrap().as_str(), "yesterday");
    assert_eq!(read.partner_on_record.as_deref(), Some("6210447"));
    let types: Vec<String> = read
        .target_product_types
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(types, ["OnlineServicesNCE", "Quantum"]);
    assert_eq!(read.line_items[0].quantity, Some(5));
    assert_eq!(read.line_items[0].subscription_id.as_deref(), Some("5"));
}

#[test]
fn orders_and_errors_determine_the_outcome_of_an_accept() {
    let outcome = |orders: &[Order], errors: &[TransferError]| {
        let mut result = TransferSubmitResult::default();
        result.orders = orders.to_vec();
        result.transfer_errors = errors.to_vec();
        result.outcome()
    };
    let orders = vec![Order::default()];
    let errors = vec![TransferError::default()];
    let complete = outcome(&orders, &[]);
    let partial = outcome(&orders, &errors);
    let failed = outcome(&[], &errors);
    assert_eq!(outcome(&[], &[]), AcceptOutcome::Unknown);
    let (orders_, errors_) = (orders.clone(), errors.clone());
    assert_eq!(complete, AcceptOutcome::Complete { orders: orders_ });
    assert_eq!(failed, AcceptOutcome::Failed { errors: errors_ });
    assert_eq!(partial, AcceptOutcome::Partial { orders, errors });
}
