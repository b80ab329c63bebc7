//! Client for the transfers operations of Microsoft's Partner Center REST API: a partner hands the
//! subscriptions of a customer over to another one.
//!
//! ```no_run
//! use partner_center_transfers::{Client, AcceptOutcome};
//!
//! # async fn example(token: String) -> Result<(), partner_center_transfers::Error> {
//! let client = Client::builder().bearer_token(token).build()?;
//! let answer = client
//!     .accept_transfer()
//!     .customer_id("d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d")
//!     .transfer_id("aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba")
//!     .send()
//!     .await?;
//! // HTTP 200 is not yet success: look at the outcome.
//! match answer.into_inner().outcome() {
//!     AcceptOutcome::Complete { orders } => println!("{} orders", orders.len()),
//!     AcceptOutcome::Partial { orders, errors } => {
//!         println!("{} orders, {} errors", orders.len(), errors.len());
//!     }
//!     AcceptOutcome::Failed { errors } => println!("nothing moved, {} errors", errors.len()),
//!     AcceptOutcome::Unknown => println!("the answer does not say: read the transfer back"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Two generations of transfers share their paths and differ in who does what:
//!
//! | | traditional licence-based | new commerce |
//! |---|---|---|
//! | create | source: [`Client::create_license_based_transfer`] | target: [`Client::create_new_commerce_transfer`] |
//! | accept | target: [`Client::accept_transfer`] | source: [`Client::accept_new_commerce_transfer`] |
//! | refuse | target: [`Client::reject_transfer`] | |
//! | take back | source: [`Client::withdraw_transfer`] | target: [`Client::cancel_transfer`] |
//! | look | [`Client::get_transfer`], [`Client::list_transfers`], [`Client::get_transfer_eligibility`] | the first two |
//!
//! Accepting a transfer moves subscriptions and money. When a call fails, ask
//! [`Error::may_have_been_applied`] before anything is sent again; if it may, ask the service with
//! [`Client::confirm_accept`] and its like. What became of each subscription tells
//! [`by_subscription`](types::TransferSubmitResult::by_subscription), and
//! [`Client::wait_until_settled`] waits for it. What an error code means, and what to do, tells
//! [`explain`].
//!
//! The operations, their builders and the [`types`] are generated from the project's OpenAPI
//! document; what gives them meaning, such as [`AcceptOutcome`], is written by hand. Sources of the
//! facts stand in the documentation of each item; nothing was verified against the live service.
//!
//! # Features
//!
//! - `rustls`, the default, or `native-tls`: which library does TLS.
//! - `certificate`, off: an app authenticates with a certificate instead of a secret.
//! - `azure_core`, off: any credential of the Azure SDK, such as those of `azure_identity`.
//! - `schemars`, off: `JsonSchema` for the [`types`].
//!
//! # Tracing
//!
//! Each call is a [`tracing`](https://docs.rs/tracing) span at the level INFO, `partner_center.call`,
//! and each of its attempts a span within it, `partner_center.attempt`, that ends with the last byte
//! of the answer. The names are those of OpenTelemetry's conventions for HTTP client spans where it
//! has one. A field stands where it is known:
//!
//! | field | call | attempt | |
//! |---|---|---|---|
//! | `otel.name` | yes | yes | the operation's id; for an attempt the method and the template |
//! | `otel.kind` | | yes | `client` |
//! | `otel.status_code` | yes | yes | `ERROR` if it failed |
//! | `error.type` | yes | yes | if it failed, one of those below |
//! | `url.template` | yes | yes | the path with the names of its parameters |
//! | `http.request.method` | | yes | |
//! | `http.request.resend_count` | | yes | from the second attempt on: 1, and so on |
//! | `http.response.status_code` | yes | yes | if an answer came |
//! | `server.address`, `server.port` | | yes | |
//! | `azure.service.request.id` | | yes | the `MS-RequestId` of the answer |
//! | `ms.request_id`, `ms.correlation_id` | yes | | the ids that the call carries |
//! | `attempts` | yes | | how often it was tried |
//! | `may_have_been_applied` | yes | | if it failed: [`Error::may_have_been_applied`] |
//!
//! The type of an error is the status of an answer that is no success, or `connect`, `timeout` or
//! `interrupted`; for a call also `credential`, or `decode` where the answer cannot be read. A call
//! whose future is dropped is `cancelled`, and a warning says how far it had come. Events say when a
//! call is sent again, after `delay_ms`, and when it is not for want of budget or of time
//! (`remaining_ms`).
//!
//! No token, secret or body is logged at any level. Nor is `url.full`, though the conventions have
//! it: the ids of customers are in it.

mod confirm;
mod confirm_create;
mod error_code;
#[rustfmt::skip]
#[allow(
    clippy::all,
    clippy::pedantic,
    unused_qualifications,
    reason = "generated: its shape is the generator's, and its documentation is the spec's"
)]
mod generated;
mod accept_outcome;
mod phase;
mod requests;
mod subscriptions;
mod wait;

pub use accept_outcome::AcceptOutcome;
pub use confirm::{Confirmation, Verdict};
pub use confirm_create::CreateConfirmation;
pub use generated::{Client, builder, types};
#[cfg(feature = "azure_core")]
pub use partner_center_core::AzureCredential;
#[cfg(feature = "certificate")]
pub use partner_center_core::ClientCertificateCredential;
pub use partner_center_core::{
    AccessToken, BoxFuture, CallOptions, ClientBuilder, ClientSecretCredential, Cloud,
    CorrelationId, Credential, CredentialError, Error, Explanation, HeaderMap, ParseGuidError,
    RefreshTokenCredential, RefreshTokenStore, RequestId, Response, RetryPolicy, Runtime,
    ServiceCode, StaticToken, StatusCode, Timestamp, TokenRequest, explain, explanations,
};
pub use phase::TransferPhase;
pub use subscriptions::{SubscriptionResult, SubscriptionSummary};
pub use wait::{PollPolicy, Progress, WaitOutcome};

/// The README's examples compile too.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// Compiles the examples of this crate's README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
