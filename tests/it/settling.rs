//! After a call whose outcome is unknown: reading back, looking for what was created, waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use partner_center_tests::{
    CUSTOMER, RawServer, Reply, Still, TRANSFER, client, example, example_text,
};
use partner_center_transfers::types::{
    CreateTransferRequest, CustomerId, TransferEntity, TransferId,
};
use partner_center_transfers::{
    AccessToken, BoxFuture, Client, Confirmation, CreateConfirmation, Credential, CredentialError,
    Error, PollPolicy, RetryPolicy, TokenRequest, Verdict, WaitOutcome, explain,
};
use serde_json::{Value, from_value, json};

fn ids() -> (CustomerId, TransferId) {
    (CUSTOMER.parse().unwrap(), TRANSFER.parse().unwrap())
}

fn status(status: &str) -> Reply {
    Reply::json("200 OK", &json!({ "status": status }).to_string())
}

fn gone() -> Reply {
    Reply::json(
        "404 Not Found",
        &example_text("fault-404-transfer-not-found.json"),
    )
}

/// What each of the four confirmations says of one answer.
async fn confirmations(reply: Reply) -> [Confirmation; 4] {
    let server = RawServer::start(vec![reply; 4]).await;
    let client = client(server.url());
    let (customer, transfer) = ids();
    let said = [
        client.confirm_accept(customer, transfer).await.unwrap(),
        client.confirm_withdraw(customer, transfer).await.unwrap(),
        client.confirm_reject(customer, transfer).await.unwrap(),
        client.confirm_cancel(customer, transfer).await.unwrap(),
    ];
    let line = format!("GET /v1/customers/{CUSTOMER}/transfers/{TRANSFER} HTTP/1.1\r\n");
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.starts_with(&line))
    );
    said
}

#[tokio::test]
async fn each_state_says_whether_a_call_was_applied() {
    use Verdict::{Applied, NotApplied, NotYetSettled, Overtaken, Unknown};
    // Accept, withdraw, reject, cancel.
    for (reply, expected) in [
        (status("Active"), [NotApplied; 4]),
        (status("Pending"), [NotApplied; 4]),
        (status("INPROGRESS"), [NotYetSettled; 4]),
        (
            status("Complete"),
            [Applied, Overtaken, Overtaken, Overtaken],
        ),
        (
            status("Completed"),
            [Applied, Overtaken, Overtaken, Overtaken],
        ),
        (
            status("PartiallyComplete"),
            [Applied, Overtaken, Overtaken, Overtaken],
        ),
        (status("reject"), [Overtaken, Overtaken, Applied, Overtaken]),
        (status("Cancel"), [Overtaken, Overtaken, Overtaken, Applied]),
        (status("Expired"), [Overtaken; 4]),
        (status("AwaitingReview"), [Unknown; 4]),
        (Reply::json("200 OK", "{}"), [Unknown; 4]),
        (gone(), [Overtaken, Applied, Overtaken, Overtaken]),
    ] {
        let said = confirmations(reply.clone())
            .await
            .map(|said| said.verdict());
        assert_eq!(said, expected, "{reply:?}");
    }
    let [unknown, ..] = confirmations(status("AwaitingReview")).await;
    assert_eq!(
        unknown.to_string(),
        "unknown: the transfer is AwaitingReview"
    );
    assert_eq!(
        unknown.into_transfer().unwrap().status.unwrap().as_str(),
        "AwaitingReview"
    );
    let [_, withdrawn, ..] = confirmations(gone()).await;
    assert_eq!(withdrawn.to_string(), "applied: the transfer is not there");
}

#[tokio::test]
async fn a_404_that_is_not_about_the_transfer_confirms_nothing() {
    let (customer, transfer) = ids();
    for reply in [
        Reply::answer("404 Not Found", "", ""),
        Reply::json(
            "404 Not Found",
            r#"{"code":60003,"description":"no such tenant"}"#,
        ),
        Reply::json("400 Bad Request", r#"{"code":900100}"#),
    ] {
        let server = RawServer::start([reply]).await;
        let said = client(server.url())
            .confirm_withdraw(customer, transfer)
            .await;
        assert!(said.unwrap_err().is_service());
    }
}

/// What a list says of a create, beside the list of before if there is one.
async fn created(request: &str, before: Option<&Value>, list: &Value) -> CreateConfirmation {
    let request = example(&format!("create-transfer-{request}.request.json"));
    let request: CreateTransferRequest = from_value(request).unwrap();
    let lists = before.into_iter().chain([list]);
    let replies = lists.map(|list| Reply::json("200 OK", &list.to_string()));
    let server = RawServer::start(replies.collect::<Vec<_>>()).await;
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
    let read = client
        .confirm_create(ids().0, request, before.as_ref())
        .await;
    read.unwrap()
}

fn found(read: &CreateConfirmation) -> Vec<&str> {
    let ids = read.transfers().iter().map(|one| one.id.as_deref());
    ids.map(Option::unwrap_or_default).collect()
}

/// A transfer of an example with other members.
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
    let read = created("license-based", None, &list).await;
    assert_eq!(found(&read), ["lower-case", "known"]);
    let before = json!([{"id": "KNOWN"}]);
    let read = created("license-based", Some(&before), &list).await;
    assert_eq!(found(&read), ["lower-case"]);

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
    let read = created("new-commerce", None, &list).await;
    assert_eq!(found(&read), ["same", "silent", "no-types"]);
}

#[tokio::test]
async fn only_what_was_not_there_before_says_that_a_create_was_applied() {
    let made = example("create-transfer-active.json");
    let [one, two] = ["1", "2"].map(|id| with(&made, &json!({ "id": id })));
    let nameless = with(&made, &json!({ "id": null }));
    let vague = |members: Value| with(&one, &members);
    let not_applied = "not applied: no new transfer has this content";
    let applied = "applied: one new transfer has this content";
    let maybe = "unknown: one transfer may be it";
    let several = "unknown: 2 transfers may be it";
    let not_whole = "unknown: the list of the customer's transfers is not whole";
    let (sure, unsure, no) = (Verdict::Applied, Verdict::Unknown, Verdict::NotApplied);
    for (before, now, verdict, sentence) in [
        (Some(json!([])), json!([]), no, not_applied),
        (None, json!([]), no, not_applied),
        (Some(json!([one])), json!([one]), no, not_applied),
        (Some(json!([])), json!([one]), sure, applied),
        (Some(json!([one])), json!([one, two]), sure, applied),
        (None, json!([one]), unsure, maybe),
        (Some(json!([])), json!([one, two]), unsure, several),
        // Without an id nobody can say which one it was.
        (Some(json!([])), json!([nameless]), unsure, maybe),
        (
            Some(json!([nameless])),
            json!([nameless, nameless]),
            unsure,
            several,
        ),
        (Some(json!([nameless])), json!([one]), unsure, maybe),
        // What is missing may be the same.
        (
            Some(json!([])),
            json!([vague(json!({"lineItems": null}))]),
            unsure,
            maybe,
        ),
        (
            Some(json!([])),
            json!([vague(json!({"lineItems": [{}]}))]),
            unsure,
            maybe,
        ),
        (
            Some(json!([])),
            json!([vague(json!({"sourcePartnerTenantId": null}))]),
            unsure,
            maybe,
        ),
        (
            Some(json!([])),
            json!([vague(json!({"targetPartnerTenantId": ""}))]),
            unsure,
            maybe,
        ),
        // And so may what a list leaves out.
        (Some(json!(null)), json!([one]), unsure, maybe),
        (Some(json!([null])), json!([one]), unsure, maybe),
        (Some(json!([])), json!(null), unsure, not_whole),
        (Some(json!([])), json!([null]), unsure, not_whole),
        (Some(json!([])), json!([null, one]), unsure, maybe),
    ] {
        let read = created("license-based", before.as_ref(), &now).await;
        assert_eq!(read.verdict(), verdict, "{before:?} {now}");
        assert_eq!(read.to_string(), sentence, "{before:?} {now}");
        assert_eq!(read.transfer().is_some(), verdict == sure);
    }

    let pending = example("create-transfer-pending.json");
    let untyped = with(&pending, &json!({"transferType": null}));
    for (now, verdict) in [(pending, sure), (untyped, unsure), (one, no)] {
        let read = created("new-commerce", Some(&json!([])), &json!([now])).await;
        assert_eq!(read.verdict(), verdict, "{now}");
    }
}

/// A client that sends each read once, on a clock that takes no time.
fn still(url: &str) -> (Client, Arc<Still>) {
    let clock = Still::new(&[]);
    let client = Client::builder().endpoint(url).bearer_token("t");
    let client = client.retry(RetryPolicy::never()).runtime(clock.clone());
    (client.build().unwrap(), clock)
}

/// What a wait of a quarter of an hour comes to, how long it slept, and what it told.
async fn wait(replies: Vec<Reply>) -> (Result<WaitOutcome, Error>, Vec<u64>, Vec<String>) {
    let server = RawServer::start(replies).await;
    let (client, clock) = still(server.url());
    let (customer, transfer) = ids();
    let mut told = Vec::new();
    let policy = PollPolicy::default();
    let waited = client
        .wait_until_settled(customer, transfer, PollPolicy::USUAL, &policy, |progress| {
            let seen = match progress.seen {
                Ok(transfer) => format!("{:?}", transfer.phase()),
                Err(error) => error.status().unwrap().as_u16().to_string(),
            };
            told.push(format!(
                "{} {seen} {}",
                progress.reads,
                progress.waited.as_secs()
            ));
        })
        .await;
    let waits = clock.waits().iter().map(Duration::as_secs).collect();
    assert_eq!(server.requests().len(), told.len());
    (waited, waits, told)
}

#[tokio::test]
async fn waiting_slows_down_and_honours_retry_after() {
    let busy = Reply::answer("429 Too Many Requests", "Retry-After: 57\r\n", "");
    let down = Reply::answer("500 Internal Server Error", "", "");
    let (waited, waits, told) = wait(vec![
        status("Active"),
        status("InProgress"),
        busy,
        down,
        Reply::json(
            "200 OK",
            &example_text("get-transfer-partially-complete.json"),
        ),
    ])
    .await;
    let WaitOutcome::Settled(transfer) = waited.unwrap() else {
        panic!("{told:?}");
    };
    assert_eq!(transfer.by_subscription().len(), 3);
    assert_eq!(waits, [5, 10, 57, 40]);
    assert_eq!(
        told,
        [
            "1 Open 0",
            "2 InProgress 5",
            "3 429 15",
            "4 500 72",
            "5 Processed 112"
        ]
    );
}

#[tokio::test]
async fn waiting_ends_with_the_time_and_keeps_what_was_read() {
    let (waited, waits, told) = wait(vec![status("AwaitingReview"); 60]).await;
    let WaitOutcome::TimedOut(transfer) = waited.unwrap() else {
        panic!("{told:?}");
    };
    assert_eq!(transfer.status.unwrap().as_str(), "AwaitingReview");
    assert_eq!(waits[..6], [5, 10, 20, 40, 60, 60]);
    assert_eq!(waits.iter().sum::<u64>(), PollPolicy::USUAL.as_secs());
    assert_eq!(told.len(), waits.len() + 1);
}

#[tokio::test]
async fn waiting_tells_what_has_ended_from_what_never_was() {
    let (waited, ..) = wait(vec![status("Active"), gone()]).await;
    assert_eq!(waited.unwrap(), WaitOutcome::Gone);
    let (waited, waits, _) = wait(vec![gone()]).await;
    assert_eq!(waited.unwrap_err().code_name(), Some("TransferIdNotFound"));
    assert_eq!(waits, Vec::<u64>::new());
    for ended in ["Reject", "Cancel", "Expired", "complete"] {
        assert!(
            matches!(
                wait(vec![status(ended)]).await.0,
                Ok(WaitOutcome::Settled(_))
            ),
            "{ended}"
        );
    }
    // A word that nobody knows, but each line item has one that is.
    let odd =
        json!({"status": "Failed", "lineItems": [{"status": "Failed"}, {"status": "Complete"}]});
    let (waited, ..) = wait(vec![Reply::json("200 OK", &odd.to_string())]).await;
    let transfer: TransferEntity = from_value(odd).unwrap();
    assert_eq!(waited.unwrap(), WaitOutcome::Settled(Box::new(transfer)));
    let open = json!({"status": "Queued", "lineItems": [{"status": "Failed"}, {"status": "Odd"}]});
    let open: TransferEntity = from_value(open).unwrap();
    assert!(!open.is_settled());
    // That the last read was turned away says nothing against what was seen before it.
    let busy = Reply::answer("429 Too Many Requests", "Retry-After: 3600\r\n", "");
    let (waited, ..) = wait(vec![status("InProgress"), busy]).await;
    assert!(matches!(waited, Ok(WaitOutcome::TimedOut(_))), "{waited:?}");
    // A wait that the service asks for and that is longer than the time: not worth it.
    let busy = Reply::answer("503 Service Unavailable", "Retry-After: 3600\r\n", "");
    let (waited, waits, _) = wait(vec![busy]).await;
    assert_eq!(
        waited.unwrap_err().retry_after(),
        Some(Duration::from_secs(3600))
    );
    assert_eq!(waits, Vec::<u64>::new());
    let (waited, ..) = wait(vec![Reply::answer("403 Forbidden", "", "")]).await;
    assert!(waited.unwrap_err().is_service());
}

/// A login service that is busy when it is asked for the second time.
#[derive(Debug)]
struct BusyLogin(AtomicUsize);

impl Credential for BusyLogin {
    fn access_token<'a>(
        &'a self,
        _: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async {
            match self.0.fetch_add(1, Ordering::Relaxed) {
                1 => Err(CredentialError::new("busy").with_transient(true)),
                // It holds for no longer than the read.
                _ => Ok(AccessToken::new("t", Duration::ZERO)),
            }
        })
    }
}

#[tokio::test]
async fn waiting_outlives_a_login_service_that_is_busy() {
    let (customer, transfer) = ids();
    let server = RawServer::start([status("InProgress"), status("Complete")]).await;
    let clock = Still::new(&[]);
    let client = Client::builder()
        .endpoint(server.url())
        .credential(BusyLogin(AtomicUsize::new(0)))
        .retry(RetryPolicy::never())
        .runtime(clock.clone())
        .build()
        .unwrap();
    let mut seen = Vec::new();
    let policy = PollPolicy::default();
    let waited = client
        .wait_until_settled(customer, transfer, PollPolicy::USUAL, &policy, |progress| {
            seen.push(progress.seen.map_err(Error::is_credential).is_ok());
        })
        .await;
    assert!(matches!(waited, Ok(WaitOutcome::Settled(_))), "{waited:?}");
    assert_eq!(seen, [true, false, true]);
}

#[tokio::test]
async fn a_fault_with_the_status_of_a_success_is_none() {
    let body = r#"{"code":900101,"description":"in progress","data":[]}"#;
    let server = RawServer::start([Reply::json("200 OK", body)]).await;
    let (customer, transfer) = ids();
    let call = client(server.url())
        .reject_transfer(customer, transfer)
        .send()
        .await;
    let error = call.unwrap_err();
    assert!(
        error.is_decode() && error.may_have_been_applied(),
        "{error}"
    );
    assert_eq!(
        error.code().map(ToString::to_string).as_deref(),
        Some("900101")
    );
}

#[tokio::test]
async fn each_documented_code_of_transfers_has_a_cause_and_a_remedy() {
    for code in (800_001..=800_005)
        .chain(800_015..=800_016)
        .chain(900_100..=900_104)
        .chain(900_131..=900_139)
        .chain(900_145..=900_148)
        .chain([800_078, 900_400])
    {
        let known = explain(code).unwrap_or_else(|| panic!("{code}"));
        assert!(
            known.to_string().starts_with(&format!("{code} (")),
            "{known}"
        );
    }
    let body = r#"{"code":"900103","description":"d"}"#;
    let server = RawServer::start([Reply::json("500 Internal Server Error", body)]).await;
    let call = client(server.url());
    let call = call
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER);
    let error = call.send().await.unwrap_err();
    assert_eq!(error.code_info(), explain(900_103));
    assert!(error.remedy().unwrap().starts_with("read the transfer"));
    assert_eq!(error.hint(), None);
    assert_eq!(explain(1), None);
}
