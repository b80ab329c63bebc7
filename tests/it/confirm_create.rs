//! Searching the transfers of a customer for one that a create may have made.

use partner_center_tests::{CUSTOMER, Reply, ScriptedServer, client, example};
use partner_center_transfers::types::CreateTransferRequest;
use partner_center_transfers::{CreateConfirmation, KnownTransfers, Verdict};
use serde_json::{Value, from_value, json};

/// Confirms a create with this list of transfers, and the list from before it if there is one.
async fn confirm(request: &str, before: Option<&Value>, list: &Value) -> CreateConfirmation {
    let request = example(&format!("create-transfer-{request}.request.json"));
    let request: CreateTransferRequest = from_value(request).unwrap();
    let lists = before.into_iter().chain([list]);
    let replies = lists.map(|list| Reply::json("200 OK", &list.to_string()));
    let server = ScriptedServer::start(replies.collect::<Vec<_>>()).await;
    let client = client(server.url());
    let before = match before {
        Some(_) => Some(
            client
                .list_transfers()
                .customer_id(CUSTOMER)
                .send()
                .await
                .unwrap(),
        ),
        None => None,
    };
    let confirmation = client
        .confirm_create(CUSTOMER, request, before.as_ref())
        .await;
    confirmation.unwrap()
}

fn found(confirmation: &CreateConfirmation) -> Vec<&str> {
    let ids = confirmation.transfers().iter().map(|one| one.id.as_deref());
    ids.map(Option::unwrap_or_default).collect()
}

/// An example with other properties.
fn with(example: &Value, members: &Value) -> Value {
    let mut transfer = example.clone();
    let members = members.as_object().unwrap().clone();
    transfer.as_object_mut().unwrap().extend(members);
    transfer
}

#[tokio::test]
async fn a_create_is_found_by_its_content() {
    let made = example("create-transfer-active.json");
    let lower = json!([
        {"subscriptionId": "3f6a9c12-0d7b-45e8-b2c4-61e8a7d90b53"},
        {"subscriptionId": "b7d2c0e4-91a5-4e3d-8a6f-20c1d9e85f37"},
    ]);
    let list = json!([
        with(
            &made,
            &json!({"id": "other-target", "targetPartnerTenantId": "x"})
        ),
        with(&made, &json!({"id": "fewer", "lineItems": [lower[0]]})),
        with(&made, &json!({"id": "lower-case", "lineItems": lower})),
        with(&made, &json!({"id": "known"})),
        example("create-transfer-pending.json"),
    ]);
    let confirmation = confirm("license-based", None, &list).await;
    assert_eq!(found(&confirmation), ["lower-case", "known"]);
    let before = json!([{"id": "KNOWN"}]);
    let confirmation = confirm("license-based", Some(&before), &list).await;
    assert_eq!(found(&confirmation), ["lower-case"]);

    let pending = example("create-transfer-pending.json");
    let list = json!([
        with(&pending, &json!({"id": "same"})),
        with(&pending, &json!({"id": "silent", "customerEmailId": ""})),
        with(
            &pending,
            &json!({"id": "no-types", "targetProductTypes": null})
        ),
        with(
            &pending,
            &json!({"id": "customer", "customerEmailId": "else@relecloud.example"})
        ),
        with(&pending, &json!({"id": "record", "partnerOnRecord": "1"})),
        with(
            &pending,
            &json!({"id": "types", "targetProductTypes": ["Azure"]})
        ),
        made,
    ]);
    let confirmation = confirm("new-commerce", None, &list).await;
    assert_eq!(found(&confirmation), ["same", "silent", "no-types"]);
}

#[tokio::test]
async fn only_one_new_transfer_confirms_a_create() {
    let made = example("create-transfer-active.json");
    let [one, two] = ["1", "2"].map(|id| with(&made, &json!({ "id": id })));
    let nameless = with(&made, &json!({ "id": null }));
    let changed = |members: Value| with(&one, &members);
    let not_applied = "not applied: no new transfer has this content";
    let applied = "applied: one new transfer has this content";
    let maybe = "unknown: one transfer may be the created one";
    let several = "unknown: 2 transfers may be the created one";
    let incomplete = "unknown: the list of the customer's transfers is incomplete";
    let (sure, unsure, no) = (Verdict::Applied, Verdict::Unknown, Verdict::NotApplied);
    for (before, now, verdict, sentence) in [
        (Some(json!([])), json!([]), no, not_applied),
        (None, json!([]), no, not_applied),
        (Some(json!([one])), json!([one]), no, not_applied),
        (Some(json!([])), json!([one]), sure, applied),
        (Some(json!([one])), json!([one, two]), sure, applied),
        (None, json!([one]), unsure, maybe),
        (Some(json!([])), json!([one, two]), unsure, several),
        // A transfer without an id cannot be distinguished from the known ones.
        (Some(json!([])), json!([nameless]), unsure, maybe),
        (
            Some(json!([nameless])),
            json!([nameless, nameless]),
            unsure,
            several,
        ),
        (Some(json!([nameless])), json!([one]), unsure, maybe),
        // A missing property may be equal.
        (
            Some(json!([])),
            json!([changed(json!({"lineItems": null}))]),
            unsure,
            maybe,
        ),
        (
            Some(json!([])),
            json!([changed(json!({"lineItems": [{}]}))]),
            unsure,
            maybe,
        ),
        (
            Some(json!([])),
            json!([changed(json!({"sourcePartnerTenantId": null}))]),
            unsure,
            maybe,
        ),
        (
            Some(json!([])),
            json!([changed(json!({"targetPartnerTenantId": ""}))]),
            unsure,
            maybe,
        ),
        // An incomplete list may lack the transfer.
        (Some(json!(null)), json!([one]), unsure, maybe),
        (Some(json!([null])), json!([one]), unsure, maybe),
        (Some(json!([])), json!(null), unsure, incomplete),
        (Some(json!([])), json!([null]), unsure, incomplete),
        (Some(json!([])), json!([null, one]), unsure, maybe),
    ] {
        let confirmation = confirm("license-based", before.as_ref(), &now).await;
        assert_eq!(confirmation.verdict(), verdict, "{before:?} {now}");
        assert_eq!(confirmation.to_string(), sentence, "{before:?} {now}");
        assert_eq!(confirmation.transfer().is_some(), verdict == sure);
        let transfers = confirmation.transfers().to_vec();
        assert_eq!(confirmation.into_transfers(), transfers);
    }

    let pending = example("create-transfer-pending.json");
    let untyped = with(&pending, &json!({"transferType": null}));
    for (now, verdict) in [(pending, sure), (untyped, unsure), (one, no)] {
        let confirmation = confirm("new-commerce", Some(&json!([])), &json!([now])).await;
        assert_eq!(confirmation.verdict(), verdict, "{now}");
    }
}

#[tokio::test]
async fn a_create_is_confirmed_from_a_stored_list() {
    let made = example("create-transfer-active.json");
    let known = with(&made, &json!({"id": "KNOWN"}));
    let new = with(&made, &json!({"id": "new"}));
    let without_id = with(&made, &json!({"id": null}));
    let request = example("create-transfer-license-based.request.json");
    let request: CreateTransferRequest = from_value(request).unwrap();
    for (before, after, verdict) in [
        (json!([known]), json!([known, new]), Verdict::Applied),
        (
            json!([known]),
            json!([with(&made, &json!({"id": "known"}))]),
            Verdict::NotApplied,
        ),
        (json!([]), json!([known, new]), Verdict::Unknown),
        // Each transfer can be the one that had no id, or that was null.
        (json!([without_id]), json!([new]), Verdict::Unknown),
        (json!([null]), json!([new]), Verdict::Unknown),
    ] {
        let replies = [&before, &after].map(|list| Reply::json("200 OK", &list.to_string()));
        let server = ScriptedServer::start(replies).await;
        let client = client(server.url());
        let list = client.list_transfers().customer_id(CUSTOMER).send().await;
        let stored = serde_json::to_string(&KnownTransfers::from(&list.unwrap())).unwrap();
        let stored: KnownTransfers = serde_json::from_str(&stored).unwrap();
        let confirmation = client.confirm_create_since(CUSTOMER, request.clone(), &stored);
        let confirmation = confirmation.await.unwrap();
        assert_eq!(confirmation.verdict(), verdict, "{before} {after}");
    }
}
