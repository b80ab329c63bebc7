//! Calls that may have been applied, and are retried because the caller asked for it.

use partner_center_tests::{FakeRuntime, Reply, ScriptedServer, example_text};
use partner_center_transfers::RetryPolicy;

use super::{Operation, client, describe, ok, send, status};

#[tokio::test]
async fn retry_ambiguous_retries_with_the_same_request_id_and_the_outcome_stays_ambiguous() {
    let policy = || RetryPolicy::default().retry_ambiguous(true);
    let closed = || Reply::BytesThenClose(vec![]);

    let server = ScriptedServer::start([closed(), status("500 Internal Server Error"), ok()]).await;
    let client_ = client(server.url(), FakeRuntime::new(), policy());
    assert_eq!(send(&client_, Operation::Accept).await.unwrap().attempts, 3);
    let requests = server.requests();
    assert_eq!(
        requests[0].header("ms-requestid"),
        requests[2].header("ms-requestid")
    );

    // The 409 may be about the first attempt, which was applied.
    let conflict = Reply::json(
        "409 Conflict",
        &example_text("fault-409-another-request.json"),
    );
    let server = ScriptedServer::start([closed(), conflict]).await;
    let client_ = client(server.url(), FakeRuntime::new(), policy());
    let error = send(&client_, Operation::Accept).await.unwrap_err();
    assert_eq!(describe(&error), "service 409");
    assert_eq!(error.code_name(), Some("TransferProcessedByAnotherRequest"));
    assert!(error.may_have_been_applied());
}

#[tokio::test]
async fn a_truncated_success_is_never_retried() {
    let server = ScriptedServer::start([Reply::truncated("200 OK", "{"), ok()]).await;
    let policy = RetryPolicy::default().retry_ambiguous(true);
    let client = client(server.url(), FakeRuntime::new(), policy);
    let error = send(&client, Operation::Accept).await.unwrap_err();
    assert_eq!(describe(&error), "interrupted 200");
    assert_eq!(server.requests().len(), 1);
}
