//! The result of each subscription, joined from responses and line items by subscription id.

use partner_center_tests::example;
use partner_center_transfers::types::{ErrorCode, TransferEntity, TransferSubmitResult};
use partner_center_transfers::{SubscriptionResult, SubscriptionSummary};
use serde_json::{Value, from_value, json};

/// Each subscription and its result in a few words.
fn shown(summaries: &[SubscriptionSummary<'_>]) -> Vec<String> {
    let each = summaries.iter().map(|summary| {
        let id = summary.subscription_id.unwrap_or("none");
        match &summary.result {
            SubscriptionResult::Moved { order_id } => {
                format!("{id} moved {}", order_id.unwrap_or("?"))
            }
            SubscriptionResult::Failed { code, cause } => {
                let code = code.and_then(ErrorCode::as_number).unwrap_or_default();
                format!("{id} failed {code} {}", cause.unwrap_or("?"))
            }
            other => format!("{id} {other:?}"),
        }
    });
    each.collect()
}

fn transfer(items: &Value) -> TransferEntity {
    from_value(json!({ "lineItems": items })).unwrap()
}

fn result(orders: &Value, errors: &Value) -> TransferSubmitResult {
    from_value(json!({ "orders": orders, "transferErrors": errors })).unwrap()
}

#[test]
fn the_published_response_is_joined_with_the_transfer_as_read_before() {
    let published: TransferSubmitResult =
        from_value(example("accept-transfer-partial.json")).unwrap();
    // The items have the same id, and the error has another letter case of the failed subscription.
    let offer = |at: usize| json!(published.orders[at].line_items[0].offer_id);
    let before = transfer(&json!([
        {"id": 0, "subscriptionId": "A", "offerId": offer(0), "quantity": 1},
        {"id": 0, "subscriptionId": "637ff8f6-d842-4573-8da8-89765356cd1a", "quantity": 1},
        {"id": 0, "subscriptionId": "B", "offerId": offer(1), "quantity": 1},
        {"id": 0, "subscriptionId": "C", "offerId": "OTHER", "quantity": 1},
    ]));
    let summaries = published.by_subscription(&before);
    let lines = shown(&summaries);
    assert_eq!(lines.len(), 4);
    assert!(
        lines[1].starts_with(
            "637ff8f6-d842-4573-8da8-89765356cd1a failed 900103 Subscription SyncState"
        )
    );
    assert!(lines[0].starts_with("A moved"), "{lines:?}");
    assert!(lines[2].starts_with("B moved"), "{lines:?}");
    assert_eq!(lines[3], "C NotMentioned");
    assert_eq!(published.clone().outcome(), published.outcome());
}

#[test]
fn orders_without_subscriptions_are_matched_by_offer_and_quantity_if_there_are_enough() {
    let line = |offer: &str| json!({"offerId": offer, "quantity": 1});
    let orders = json!([
        {"id": "O1", "lineItems": [line("x"), line("x")]},
        {"id": "O2", "lineItems": [line("Y")]},
        {"id": "O3", "lineItems": [line("z")]},
        {"id": "O4", "lineItems": [line("z")]},
        {"id": "O5", "lineItems": [{"offerId": "n", "quantity": 2, "subscriptionId": "named"}]},
    ]);
    let item =
        |id: &str, offer: &str| json!({"subscriptionId": id, "offerId": offer, "quantity": 1});
    let before = transfer(&json!([
        item("X1", "X"), item("X2", "X"),
        item("Y1", "Y"), item("Y2", "Y"),
        item("Z1", "Z"), item("Z2", "Z"),
        item("NAMED", "other"), {"subscriptionId": "Q", "offerId": "X", "quantity": 7},
    ]));
    assert_eq!(
        shown(&result(&orders, &json!([])).by_subscription(&before)),
        [
            "X1 moved O1",
            "X2 moved O1",
            // One order for two subscriptions: not known which one moved.
            "Y1 NotMentioned",
            "Y2 NotMentioned",
            // Two orders for two subscriptions: both moved, in either order.
            "Z1 moved ?",
            "Z2 moved ?",
            "NAMED moved O5",
            "Q NotMentioned",
        ]
    );
}

#[test]
fn addons_at_any_depth_have_the_result_of_their_base_unless_they_are_named() {
    let before = transfer(&json!([
        {"subscriptionId": "base", "addonItems": [
            {"subscriptionId": "addon", "addonItems": [{"subscriptionId": "deep"}]},
            {"subscriptionId": "named", "addonItems": null},
        ]},
        {"subscriptionId": "other", "offerId": "o", "quantity": 1, "addonItems": [{"subscriptionId": "its"}]},
        {"subscriptionId": null},
    ]));
    let answer = result(
        &json!([{"id": "O", "lineItems": [{"offerId": "o", "quantity": 1}]}]),
        &json!([
            {"code": "900103", "description": "base is suspended", "lineItems": [{"subscriptionId": "BASE"}]},
            {"code": 5, "lineItems": [{"subscriptionId": "x", "addonItems": [{"sourceSubscriptionId": "NAMED"}]}]},
        ]),
    );
    assert_eq!(
        shown(&answer.by_subscription(&before)),
        [
            "base failed 900103 base is suspended",
            "addon failed 900103 base is suspended",
            "deep failed 900103 base is suspended",
            "named failed 5 ?",
            "other moved O",
            "its moved O",
            "none NotMentioned",
            // Named by an error only.
            "x failed 5 ?",
        ]
    );
}

#[test]
fn a_transfer_read_back_is_summarized_alone_and_with_the_response() {
    let read: TransferEntity = from_value(example("get-transfer-partially-complete.json")).unwrap();
    let alone = [
        "B7D2C0E4-91A5-4E3D-8A6F-20C1D9E85F37 moved d0a4c2e7-5b18-4f96-8c3d-7e1f2a6b9045",
        "3F6A9C12-0D7B-45E8-B2C4-61E8A7D90B53 failed 0 The subscription is suspended. \
         Subscription: 3f6a9c12-0d7b-45e8-b2c4-61e8a7d90b53",
        "94C8E1B0-2A6D-4F37-9E05-D7B3C2F1A648 moved 1c7e9b53-a260-4d84-9f1a-b5d83c0e6f72",
    ];
    assert_eq!(shown(&read.by_subscription()), alone);
    // The error names only the group, and adds the code.
    let answer = result(
        &json!([]),
        &json!([{"transferGroupId": "1", "code": 900_103, "description": "d"}]),
    );
    assert_eq!(
        shown(&answer.by_subscription(&read)),
        [
            alone[0],
            "3F6A9C12-0D7B-45E8-B2C4-61E8A7D90B53 failed 900103 d",
            alone[2]
        ]
    );
}

#[test]
fn the_status_of_a_line_item_comes_before_its_other_members() {
    let read: TransferEntity = from_value(json!({"status": "PartiallyComplete", "lineItems": [
        {"subscriptionId": "moved", "status": "Complete"},
        {"subscriptionId": "warned", "status": "Complete", "transferError": "late"},
        {"subscriptionId": "failed", "status": "Failed", "orderId": "O"},
    ]}))
    .unwrap();
    assert_eq!(
        shown(&read.by_subscription()),
        ["moved moved ?", "warned moved ?", "failed failed 0 ?"]
    );
}

#[test]
fn a_line_item_without_a_result_takes_it_from_the_transfer() {
    let items = json!([
        {"subscriptionId": "silent"},
        {"subscriptionId": "odd", "status": "Skipped"},
        {"subscriptionId": "ordered", "orderId": "O"},
        {"subscriptionId": "refused", "transferError": "no"},
    ]);
    let read = |status: &str| -> TransferEntity {
        from_value(json!({"status": status, "lineItems": items})).unwrap()
    };
    let rest = ["odd NotMentioned", "ordered moved O", "refused failed 0 no"];
    for (status, silent) in [
        ("Complete", "silent moved ?"),
        ("COMPLETED", "silent moved ?"),
        ("PartiallyComplete", "silent NotMentioned"),
        ("Active", "silent NotMentioned"),
    ] {
        let transfer = read(status);
        let lines = shown(&transfer.by_subscription());
        assert_eq!(
            (lines[0].as_str(), &lines[1..]),
            (silent, &rest.map(str::to_owned)[..]),
            "{status}"
        );
    }
}

#[test]
fn a_transfer_contains_its_subscriptions_and_add_ons() {
    let transfer = transfer(&json!([
        {"subscriptionId": " Base ", "addonItems": [{"sourceSubscriptionId": "addon"}]},
        {"offerId": "none"}
    ]));
    for id in ["base", "BASE\n", "Addon"] {
        assert!(transfer.contains_subscription(id), "{id}");
    }
    for id in ["", "none", "bas"] {
        assert!(!transfer.contains_subscription(id), "{id}");
    }
}
