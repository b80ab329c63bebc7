//! Test support: the examples of the spec, clients with fixed ids, servers, a fake runtime,
//! captured logs, a proxy that fails, and functions to fuzz.

mod chaos;
mod examples;
mod fake_runtime;
mod fixed_server;
mod fuzz;
mod log;
mod scenario_bodies;
pub mod scenario_driver;
mod scripted_server;
mod tls_server;
mod whole_run;

pub use chaos::{ChaosOptions, Counts, Flaw, Mode, Report, Violation, chaos, fault_names};
pub use examples::{example, example_text, spec, workspace};
pub use fake_runtime::{ATTEMPT_TIMEOUT, CALL_TIMEOUT, FakeRuntime, NumberedTokens, settle};
pub use fixed_server::fixed_server;
pub use fuzz::{FUZZ_TARGETS, FuzzTarget};
pub use log::Log;
use partner_center_transfers::{Client, Error, RetryPolicy};
pub use scripted_server::{Reply, Request, ScriptedServer};
pub use tls_server::TestAuthority;
pub use whole_run::whole_run;

/// The customer of the published requests.
pub const CUSTOMER: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
/// The transfer of the published accept.
pub const TRANSFER: &str = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";
/// The transfer of the published withdrawal.
pub const WITHDRAWN: &str = "67c5b05b-09b5-47ba-9047-5056fe2afa4f";
/// The `MS-RequestId` of the published accept.
pub const REQUEST_ID: &str = "8389053b-731c-4261-9899-1583d7859153";
/// The `MS-CorrelationId` of the published accept.
pub const CORRELATION_ID: &str = "4827b753-8541-428b-8c90-059b6b4851bd";
/// A token that may appear only in the `Authorization` header.
pub const TOKEN: &str = "canary-eyJ0eXAiOiJKV1Qi-canary";

/// A client without retries.
///
/// # Panics
///
/// The URL is not a valid endpoint.
pub fn client(url: &str) -> Client {
    client_with(url, TOKEN)
}

/// A client without retries, with this token.
fn client_with(url: &str, token: &str) -> Client {
    Client::builder()
        .endpoint(url)
        .bearer_token(token)
        .retry(RetryPolicy::never())
        .build()
        .expect("a valid endpoint")
}

/// Makes the published accept, with random ids of the call.
///
/// # Errors
///
/// Those of the call.
pub async fn accept(client: &Client) -> Result<(), Error> {
    let call = client
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER);
    call.send().await.map(|_| ())
}
