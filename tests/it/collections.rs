//! Lists are read as a bare array and in the envelope of most lists of this API.

use partner_center_tests::{CUSTOMER, Reply, ScriptedServer, client, example};
use partner_center_transfers::types::{CreateTransferRequest, TransferEntity};
use partner_center_transfers::{Error, Response, Verdict};
use serde_json::{Value, from_value, json};

/// The envelope around a list.
fn envelope(items: &Value) -> Value {
    let length = items.as_array().map_or(0, Vec::len);
    json!({
        "totalCount": length,
        "items": items,
        "links": {"self": {"uri": "/customers/c/transfers", "method": "GET", "headers": []}},
        "attributes": {"objectType": "Collection"},
    })
}

async fn list(body: &Value) -> Result<Response<Vec<TransferEntity>>, Error> {
    let server = ScriptedServer::start([Reply::json("200 OK", &body.to_string())]).await;
    let client = client(server.url());
    let result = client.list_transfers().customer_id(CUSTOMER).send().await;
    assert_eq!(server.requests().len(), 1);
    result
}

#[tokio::test]
async fn an_envelope_gives_the_same_transfers_as_a_bare_array() {
    let items = example("list-transfers-several.json");
    let bare = list(&items).await.unwrap().into_inner();
    assert!(bare.len() > 1);
    let answer = list(&envelope(&items)).await.unwrap();
    assert_eq!(answer.get(), &bare);
    // The other members of the envelope are in the body.
    let body: Value = answer.decode_body().unwrap();
    assert_eq!(body["links"]["self"]["method"], "GET");

    for empty in [
        envelope(&Value::Null),
        json!({"totalCount": 0, "attributes": {"objectType": "Collection"}}),
    ] {
        assert_eq!(list(&empty).await.unwrap().into_inner(), [], "{empty}");
    }
}

#[tokio::test]
async fn a_list_with_another_page_is_an_error_and_not_a_part_of_the_list() {
    let items = json!([{"id": "a"}]);
    let mut next = envelope(&items);
    next["links"]["next"] = json!({"uri": "/next?token=secret", "method": "GET"});
    let mut token = envelope(&items);
    token["continuationToken"] = json!("secret");
    let mut total = envelope(&items);
    total["totalCount"] = json!(2);
    for body in [next, token, total] {
        let error = list(&body).await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("the list is incomplete"), "{text}");
        assert!(!text.contains("secret"), "{text}");
        // What came is not lost.
        let kept: Value = serde_json::from_slice(error.body().unwrap()).unwrap();
        assert_eq!(kept["items"], items);
    }
}

#[tokio::test]
async fn a_create_is_confirmed_by_a_list_in_an_envelope() {
    let request = example("create-transfer-license-based.request.json");
    let request: CreateTransferRequest = from_value(request).unwrap();
    let made = envelope(&json!([example("create-transfer-active.json")]));
    for (body, verdict) in [
        (made, Verdict::Applied),
        (envelope(&json!([])), Verdict::NotApplied),
        (envelope(&json!([null])), Verdict::Unknown),
    ] {
        let server = ScriptedServer::start([
            Reply::json("200 OK", &envelope(&json!([])).to_string()),
            Reply::json("200 OK", &body.to_string()),
        ])
        .await;
        let client = client(server.url());
        let before = client.list_transfers().customer_id(CUSTOMER).send();
        let before = before.await.unwrap();
        let confirmed = client.confirm_create(CUSTOMER, request.clone(), Some(&before));
        assert_eq!(confirmed.await.unwrap().verdict(), verdict, "{body}");
    }
}
