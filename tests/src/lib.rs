//! Test support: the examples of the spec, clients with fixed ids, servers, a fake runtime,
//! captured logs, a proxy that fails, and functions to fuzz.

mod chaos;
mod examples;
mod fake_runtime;
mod fixed_server;
mod fuzz;
mod log;
mod published;
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
pub use published::{CORRELATION_ID, CUSTOMER, REQUEST_ID, TOKEN, TRANSFER, WITHDRAWN};
pub use scripted_server::{Reply, Request, ScriptedServer};
pub use tls_server::TestAuthority;
pub use whole_run::whole_run;

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
