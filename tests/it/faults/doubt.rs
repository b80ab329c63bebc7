//! Calls of which nobody knows whether the service acted, sent again by the caller's choice.

use partner_center_tests::{FakeRuntime, Reply, ScriptedServer, example_text};
use partner_center_transfers::RetryPolicy;

use super::{Operation, client, describe, half, ok, send, status};

#[tokio::test]
async fn leaning_on_the_request_id_is_a_choice_and_doubt_stays() {
    let bold = || RetryPolicy::default().retry_ambiguous(true);
    let closed = || Reply::BytesThenClose(vec![]);

    let server = ScriptedServer::start([closed(), status("500 Internal Server Error"), ok()]).await;
    let client_ = client(server.url(), FakeRuntime::new(), bold());
    assert_eq!(send(&client_, Operation::Accept).await.unwrap().attempts, 3);
    let requests = server.requests();
    assert_eq!(
        requests[0].header("ms-requestid"),
        requests[2].header("ms-requestid")
    );

    // The last answer is a refusal, but the first attempt may have been what it refuses to repeat.
    let conflict = Reply::json(
        "409 Conflict",
        &example_text("fault-409-another-request.json"),
    );
    let server = ScriptedServer::start([closed(), conflict]).await;
    let client_ = client(server.url(), FakeRuntime::new(), bold());
    let error = send(&client_, Operation::Accept).await.unwrap_err();
    assert_eq!(describe(&error), "service 409");
    assert_eq!(error.code_name(), Some("TransferProcessedByAnotherRequest"));
    assert!(error.may_have_been_applied());
}

#[tokio::test]
async fn a_success_that_was_cut_short_is_not_sent_again_by_any_policy() {
    let server = ScriptedServer::start([half("200 OK"), ok()]).await;
    let bold = RetryPolicy::default().retry_ambiguous(true);
    let client = client(server.url(), FakeRuntime::new(), bold);
    let error = send(&client, Operation::Accept).await.unwrap_err();
    assert_eq!(describe(&error), "interrupted 200");
    assert_eq!(server.requests().len(), 1);
}
