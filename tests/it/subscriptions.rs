//! What became of each subscription: answers joined with line items by the ids of subscriptions.

use partner_center_tests::example;
use partner_center_transfers::types::{ErrorCode, TransferEntity, TransferSubmitResult};
use partner_center_transfers::{SubscriptionResult, SubscriptionSummary};
use serde_json::{Value, from_value, json};

/// Each subscription and its fate in a few words.
fn shown(outcomes: &[SubscriptionSummary<'_>]) -> Vec<String> {
    let each = outcomes.iter().map(|outcome| {
        let id = outcome.subscription_id.unwrap_or("none");
        match &outcome.result {
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
fn the_seed_joins_with_the_transfer_as_it_was_before() {
    let seed: TransferSubmitResult = from_value(example("accept-transfer-partial.json")).unwrap();
    // Three items with the same id; the failed one in another letter case than in the error.
    let offer = |at: usize| json!(seed.orders[at].line_items[0].offer_id);
    let before = transfer(&json!([
        {"id": 0, "subscriptionId": "A", "offerId": offer(0), "quantity": 1},
        {"id": 0, "subscriptionId": "637ff8f6-d842-4573-8da8-89765356cd1a", "quantity": 1},
        {"id": 0, "subscriptionId": "B", "offerId": offer(1), "quantity": 1},
        {"id": 0, "subscriptionId": "C", "offerId": "OTHER", "quantity": 1},
    ]));
    let outcomes = seed.by_subscription(&before);
    let said = shown(&outcomes);
    assert_eq!(said.len(), 4);
    assert!(
        said[1].starts_with(
            "637ff8f6-d842-4573-8da8-89765356cd1a failed 900103 Subscription SyncState"
        )
    );
    assert!(said[0].starts_with("A moved"), "{said:?}");
    assert!(said[2].starts_with("B moved"), "{said:?}");
    assert_eq!(said[3], "C NotMentioned");
    assert_eq!(seed.clone().outcome(), seed.outcome());
}

#[test]
fn orders_that_name_no_subscription_are_matched_only_where_they_suffice() {
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
            // One order for two: nobody can say which one it was.
            "Y1 NotMentioned",
            "Y2 NotMentioned",
            // Two orders for two: moved, but which is which is not said.
            "Z1 moved ?",
            "Z2 moved ?",
            "NAMED moved O5",
            "Q NotMentioned",
        ]
    );
}

#[test]
fn add_ons_at_any_depth_share_the_fate_of_their_base_unless_something_names_them() {
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
            // Named by an error, and not in the transfer that was read.
            "x failed 5 ?",
        ]
    );
}

#[test]
fn a_transfer_read_back_tells_by_itself_and_with_the_answer() {
    let read: TransferEntity = from_value(example("get-transfer-partially-complete.json")).unwrap();
    let alone = [
        "B7D2C0E4-91A5-4E3D-8A6F-20C1D9E85F37 moved d0a4c2e7-5b18-4f96-8c3d-7e1f2a6b9045",
        "3F6A9C12-0D7B-45E8-B2C4-61E8A7D90B53 failed 0 The subscription is suspended. \
         Subscription: 3f6a9c12-0d7b-45e8-b2c4-61e8a7d90b53",
        "94C8E1B0-2A6D-4F37-9E05-D7B3C2F1A648 moved 1c7e9b53-a260-4d84-9f1a-b5d83c0e6f72",
    ];
    assert_eq!(shown(&read.by_subscription()), alone);
    // The group of the error is all that ties it to the item, and it brings the code.
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
fn a_line_item_that_says_nothing_goes_by_the_transfer() {
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
        let said = shown(&transfer.by_subscription());
        assert_eq!(
            (said[0].as_str(), &said[1..]),
            (silent, &rest.map(str::to_owned)[..]),
            "{status}"
        );
    }
}
