//! How much memory a call takes.

use partner_center_tests::{
    CORRELATION_ID, CUSTOMER, REQUEST_ID, TOKEN, TRANSFER, client, example_text, fixed_server,
};
use partner_center_transfers::types::TransferSubmitResult;

/// The allocations of ten calls on this thread, after some that open the connection.
fn allocations(call: impl AsyncFn()) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let calls = |count| {
        runtime.block_on(async {
            for _ in 0..count {
                call().await;
            }
        });
    };
    calls(3);
    allocation_counter::measure(|| calls(10)).count_total
}

/// A call also makes ids, keeps limits and can be retried, and yet allocates less.
#[test]
fn a_call_allocates_less_than_the_same_request_by_hand() {
    let address = fixed_server(&example_text("accept-transfer-partial.json"));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{address}/v1/customers/{CUSTOMER}/transfers/{TRANSFER}/accept");
    let by_hand = allocations(async || {
        let request = http
            .post(&url)
            .bearer_auth(TOKEN)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .header("content-length", "0")
            .header("ms-requestid", REQUEST_ID)
            .header("ms-correlationid", CORRELATION_ID);
        let response = request.send().await.unwrap();
        response.json::<TransferSubmitResult>().await.unwrap();
    });
    let client = client(&format!("http://{address}"));
    let ours = allocations(async || {
        let call = client
            .accept_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(TRANSFER);
        call.send().await.unwrap();
    });
    assert!(ours < by_hand, "{ours} and by hand {by_hand} in ten calls");
}

/// Each call in flight has one. It has some 2,500 bytes, and each further `reqwest::Request` in it 264.
#[test]
fn the_future_of_a_call_has_less_than_2700_bytes() {
    let client = client("http://localhost");
    let call = client
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER);
    let size = size_of_val(&call.send());
    assert!(size < 2_700, "{size} bytes");
}
