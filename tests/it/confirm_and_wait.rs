//! Reading a transfer back after an unclear result, and waiting until it has settled.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use partner_center_tests::{
    CUSTOMER, FakeRuntime, Reply, ScriptedServer, TRANSFER, client, example_text,
};
use partner_center_transfers::types::{CustomerId, TransferEntity, TransferId};
use partner_center_transfers::{
    AccessToken, BoxFuture, Client, Confirmation, Credential, CredentialError, Error, PollPolicy,
    RetryPolicy, TokenRequest, Verdict, WaitOutcome,
};
use serde_json::{from_value, json};

fn ids() -> (CustomerId, TransferId) {
    (CUSTOMER.parse().unwrap(), TRANSFER.parse().unwrap())
}

fn status(status: &str) -> Reply {
    Reply::json("200 OK", &json!({ "status": status }).to_string())
}

fn not_found() -> Reply {
    Reply::json(
        "404 Not Found",
        &example_text("fault-404-transfer-not-found.json"),
    )
}

/// The four confirmations of one reply.
async fn confirmations(reply: Reply) -> [Confirmation; 4] {
    let server = ScriptedServer::start(vec![reply; 4]).await;
    let client = client(server.url());
    let (customer, transfer) = ids();
    let confirmations = [
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
            .all(|request| request.head.starts_with(&line))
    );
    confirmations
}

#[tokio::test]
async fn each_state_of_a_transfer_gives_a_verdict() {
    use Verdict::{Applied, NotApplied, NotYetSettled, Overtaken, Unknown};
    // Accept, withdraw, reject, cancel.
    for (reply, expected) in [
        (status("Active"), [NotApplied; 4]),
        (status("Pending"), [NotApplied; 4]),
        // A new-commerce transfer that is accepted but not processed yet: a lost accept may be the one.
        (
            Reply::json(
                "200 OK",
                r#"{"status":"Pending","lineItems":[{"subscriptionId":"S"}]}"#,
            ),
            [NotYetSettled, NotApplied, NotApplied, NotApplied],
        ),
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
        (not_found(), [Overtaken, Applied, Overtaken, Overtaken]),
    ] {
        let verdicts = confirmations(reply.clone())
            .await
            .map(|confirmation| confirmation.verdict());
        assert_eq!(verdicts, expected, "{reply:?}");
    }
    let [unknown, ..] = confirmations(status("AwaitingReview")).await;
    assert_eq!(
        unknown.to_string(),
        "unknown: the transfer is AwaitingReview"
    );
    let read = unknown.transfer().unwrap().clone();
    assert_eq!(read.status.as_ref().unwrap().as_str(), "AwaitingReview");
    assert_eq!(unknown.into_transfer(), Some(read));
    let [_, withdrawn, ..] = confirmations(not_found()).await;
    assert_eq!(withdrawn.to_string(), "applied: the transfer was not found");
    assert_eq!(withdrawn.transfer(), None);
}

#[tokio::test]
async fn only_a_404_about_the_transfer_means_not_found() {
    let (customer, transfer) = ids();
    for reply in [
        Reply::response("404 Not Found", "", ""),
        Reply::json(
            "404 Not Found",
            r#"{"code":60003,"description":"no such tenant"}"#,
        ),
        Reply::json("400 Bad Request", r#"{"code":900100}"#),
    ] {
        let server = ScriptedServer::start([reply]).await;
        let result = client(server.url())
            .confirm_withdraw(customer, transfer)
            .await;
        assert!(result.unwrap_err().is_service());
    }
}

/// A client without retries, and its clock.
fn client_and_clock(url: &str) -> (Client, Arc<FakeRuntime>) {
    let clock = FakeRuntime::new();
    let client = Client::builder().endpoint(url).bearer_token("t");
    let client = client.retry(RetryPolicy::never()).runtime(clock.clone());
    (client.build().unwrap(), clock)
}

/// The result of a wait of 15 minutes, its sleeps, and its progress.
async fn wait(replies: Vec<Reply>) -> (Result<WaitOutcome, Error>, Vec<u64>, Vec<String>) {
    let server = ScriptedServer::start(replies).await;
    let (client, clock) = client_and_clock(server.url());
    let (customer, transfer) = ids();
    let mut progress_lines = Vec::new();
    let waited = client
        .wait_until_settled(customer, transfer)
        .on_progress(|progress| {
            let seen = match progress.result {
                Ok(transfer) => format!("{:?}", transfer.phase()),
                Err(error) => error.status().unwrap().as_u16().to_string(),
            };
            progress_lines.push(format!(
                "{} {seen} {}",
                progress.reads,
                progress.waited.as_secs()
            ));
        })
        .await;
    let waits = clock.sleeps().iter().map(Duration::as_secs).collect();
    assert_eq!(server.requests().len(), progress_lines.len());
    (waited, waits, progress_lines)
}

#[tokio::test]
async fn a_wait_slows_down_and_respects_retry_after() {
    let busy = Reply::response("429 Too Many Requests", "Retry-After: 57\r\n", "");
    let down = Reply::response("500 Internal Server Error", "", "");
    let (waited, waits, progress_lines) = wait(vec![
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
        panic!("{progress_lines:?}");
    };
    assert_eq!(transfer.by_subscription().len(), 3);
    assert_eq!(waits, [5, 10, 57, 40]);
    assert_eq!(
        progress_lines,
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
async fn a_wait_times_out_with_the_transfer_as_last_read() {
    let (waited, waits, progress_lines) = wait(vec![status("AwaitingReview"); 60]).await;
    let WaitOutcome::TimedOut(transfer) = waited.unwrap() else {
        panic!("{progress_lines:?}");
    };
    assert_eq!(transfer.status.unwrap().as_str(), "AwaitingReview");
    assert_eq!(waits[..6], [5, 10, 20, 40, 60, 60]);
    assert_eq!(
        waits.iter().sum::<u64>(),
        PollPolicy::USUAL_PROCESSING_TIME.as_secs()
    );
    assert_eq!(progress_lines.len(), waits.len() + 1);
}

#[tokio::test]
async fn a_wait_tells_settled_gone_and_not_found_apart() {
    let (waited, ..) = wait(vec![status("Active"), not_found()]).await;
    assert_eq!(waited.unwrap(), WaitOutcome::Gone);
    let (waited, waits, _) = wait(vec![not_found()]).await;
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
    // An unknown status, but each line item has a known one.
    let odd =
        json!({"status": "Failed", "lineItems": [{"status": "Failed"}, {"status": "Complete"}]});
    let (waited, ..) = wait(vec![Reply::json("200 OK", &odd.to_string())]).await;
    let transfer: TransferEntity = from_value(odd).unwrap();
    assert_eq!(waited.unwrap(), WaitOutcome::Settled(Box::new(transfer)));
    let open = json!({"status": "Queued", "lineItems": [{"status": "Failed"}, {"status": "Odd"}]});
    let open: TransferEntity = from_value(open).unwrap();
    assert!(!open.is_settled());
    // A failed last read does not hide the transfer that was read before.
    let busy = Reply::response("429 Too Many Requests", "Retry-After: 3600\r\n", "");
    let (waited, ..) = wait(vec![status("InProgress"), busy]).await;
    assert!(matches!(waited, Ok(WaitOutcome::TimedOut(_))), "{waited:?}");
    // The service asks for a longer delay than the time limit of the wait.
    let busy = Reply::response("503 Service Unavailable", "Retry-After: 3600\r\n", "");
    let (waited, waits, _) = wait(vec![busy]).await;
    assert_eq!(
        waited.unwrap_err().retry_after(),
        Some(Duration::from_secs(3600))
    );
    assert_eq!(waits, Vec::<u64>::new());
    let (waited, ..) = wait(vec![Reply::response("403 Forbidden", "", "")]).await;
    assert!(waited.unwrap_err().is_service());
}

/// A credential whose second request fails with a transient error.
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
                // The token is used for one read only.
                _ => Ok(AccessToken::new("t", Duration::ZERO)),
            }
        })
    }
}

#[tokio::test]
async fn a_wait_continues_after_a_transient_credential_error() {
    let (customer, transfer) = ids();
    let server = ScriptedServer::start([status("InProgress"), status("Complete")]).await;
    let clock = FakeRuntime::new();
    let client = Client::builder()
        .endpoint(server.url())
        .credential(BusyLogin(AtomicUsize::new(0)))
        .retry(RetryPolicy::never())
        .runtime(clock.clone())
        .build()
        .unwrap();
    let mut seen = Vec::new();
    let waited = client
        .wait_until_settled(customer, transfer)
        .on_progress(|progress| {
            seen.push(progress.result.map_err(Error::is_credential).is_ok());
        })
        .await;
    assert!(matches!(waited, Ok(WaitOutcome::Settled(_))), "{waited:?}");
    assert_eq!(seen, [true, false, true]);
}

#[tokio::test]
async fn an_error_body_with_status_200_is_a_decode_error() {
    let body = r#"{"code":900101,"description":"in progress","data":[]}"#;
    let server = ScriptedServer::start([Reply::json("200 OK", body)]).await;
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
