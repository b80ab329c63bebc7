//! Client for the transfers operations of Microsoft's Partner Center REST API: a partner transfers
//! a customer's subscriptions to another partner.
//!
//! ```no_run
//! use partner_center_transfers::{AcceptOutcome, Client};
//!
//! # async fn example(token: String) -> Result<(), partner_center_transfers::Error> {
//! let client = Client::builder().bearer_token(token).build()?;
//! let response = client
//!     .accept_transfer()
//!     .customer_id("d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d")
//!     .transfer_id("aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba")
//!     .send()
//!     .await?;
//! // HTTP 200 alone is not success: look at the outcome.
//! match response.into_inner().outcome() {
//!     AcceptOutcome::Complete { orders } => println!("{} orders", orders.len()),
//!     AcceptOutcome::Partial { orders, errors } => {
//!         println!("{} orders, {} errors", orders.len(), errors.len());
//!     }
//!     AcceptOutcome::Failed { errors } => println!("nothing moved, {} errors", errors.len()),
//!     AcceptOutcome::Unknown => println!("not known: read the transfer back"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Operations
//!
//! Two generations of transfers share their paths. They differ in which partner does what: the
//! *source* hands the subscriptions over, and the *target* receives them.
//!
//! | | license-based | new commerce |
//! |---|---|---|
//! | create | source: [`Client::create_license_based_transfer`] | target: [`Client::create_new_commerce_transfer`] |
//! | accept | target: [`Client::accept_transfer`] | source: [`Client::accept_new_commerce_transfer`] |
//! | reject | target: [`Client::reject_transfer`] | |
//! | take back | source: [`Client::withdraw_transfer`] | target: [`Client::cancel_transfer`] |
//! | read | [`Client::get_transfer`], [`Client::list_transfers`] | the same |
//! | read what can be transferred | source: [`Client::get_transfer_eligibility`] | no operation |
//!
//! For all operations:
//!
//! - An app alone and an app with a user can authenticate. Microsoft's pages name the role admin
//!   agent; for some operations older pages also name sales agent and global admin.
//! - The operations are documented for the global cloud only.
//! - Reads change nothing and can be repeated. The service throttles with status 429; the client
//!   retries after the service's `Retry-After`.
//! - `MS-RequestId` is the idempotency key of a call. The client takes a random one for each call
//!   and sends it with every attempt. To repeat a call that got no response, pass the same
//!   [`RequestId`]; after any response, use a new one. How long the service remembers an id is not
//!   documented.
//! - Nothing here was verified against the live service. The documentation of each item names its
//!   source.
//!
//! # After an error
//!
//! An accept moves subscriptions and money, so do not repeat a failed call blindly:
//!
//! - [`Error::may_have_been_applied`] says whether the service may have applied the call.
//! - [`Client::confirm_accept`], [`Client::confirm_withdraw`], [`Client::confirm_reject`],
//!   [`Client::confirm_cancel`] and [`Client::confirm_create`] read whether it did.
//! - [`Client::wait_until_settled`] waits until the service has processed a transfer.
//! - [`by_subscription`](types::TransferEntity::by_subscription) says what happened to each
//!   subscription.
//! - [`explain`] has the cause of an error code and its remedy.
//!
//! # Errors and retries
//!
//! Each operation fails with an [`Error`]. If [`Error::is_invalid_input`] holds, an argument is
//! missing or invalid, and no request was sent. Otherwise [`Error::may_have_been_applied`] says
//! whether the operation may have taken effect.
//!
//! Reads are retried after transient failures; other operations only if the service cannot have
//! processed the request. The service limits the rate of requests (status 429) and says in
//! `Retry-After` how long to wait. [`RetryPolicy`] sets the limits of retries.
//!
//! # Features
//!
//! | feature | default | effect |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls, with the platform's certificates |
//! | `native-tls` | no | TLS by the platform's library; with both features rustls is used |
//! | `gzip` | no | asks for responses that are compressed with gzip, and decodes them |
//! | `certificate` | no | `ClientCertificateCredential`: an app authenticates with a certificate |
//! | `azure_core` | no | `AzureCredential`: any credential of the Azure SDK, which needs Rust 1.88 |
//! | `schemars` | no | `JsonSchema` for the [`types`] |
//!
//! # Tracing
//!
//! Each call is a [`tracing`](https://docs.rs/tracing) span at level INFO, `partner_center.call`.
//! Each attempt is a span `partner_center.attempt` in it, which ends with the last byte of the
//! response. Names follow OpenTelemetry's conventions for HTTP client spans where it has one. A
//! field is present if its value is known:
//!
//! | field | call | attempt | value |
//! |---|---|---|---|
//! | `otel.name` | yes | yes | operation id; for an attempt method and template |
//! | `otel.kind` | | yes | `client` |
//! | `otel.status_code` | yes | yes | `ERROR` after a failure |
//! | `error.type` | yes | yes | after a failure: see below |
//! | `url.template` | yes | yes | path with the names of its parameters |
//! | `http.request.method` | | yes | |
//! | `http.request.resend_count` | | yes | 1 for the second attempt, and so on |
//! | `http.response.status_code` | yes | yes | if there was a response |
//! | `server.address`, `server.port` | | yes | |
//! | `azure.service.request.id` | | yes | `MS-RequestId` of the response |
//! | `ms.request_id`, `ms.correlation_id` | yes | | the ids of the call |
//! | `attempts` | yes | | number of attempts |
//! | `may_have_been_applied` | yes | | after a failure: [`Error::may_have_been_applied`] |
//!
//! `error.type` is the status of an unsuccessful response, or `connect`, `timeout` or
//! `interrupted`; for a call also `credential`, or `decode` for a response that cannot be read. A
//! call whose future is dropped is `cancelled`, and a warning says how far it had come. Events
//! report each retry with its `delay_ms`, and a retry that is not made because of the retry budget
//! or the time limit (`remaining_ms`).
//!
//! No level logs a token, a secret or a body, nor `url.full`, which contains the ids of customers.
//!
//! A program that shows its user what happens, such as a command, can use
//! [`ClientBuilder::on_event`] instead: it gets each request with its URL, each response, and each wait
//! before a retry.

#![cfg_attr(docsrs, feature(doc_cfg))]

// First, so that the page of the client starts with the operations.
#[rustfmt::skip]
#[allow(
    clippy::all,
    clippy::pedantic,
    unused_qualifications,
    reason = "generated: its shape is the generator's, and its documentation is the spec's"
)]
mod generated;

mod accept_outcome;
mod client_info;
mod confirm;
mod confirm_create;
mod duplicate;
mod error_code;
mod generation;
mod ids;
mod known_transfers;
mod phase;
mod requests;
mod subscriptions;
mod wait;

pub use accept_outcome::AcceptOutcome;
pub use confirm::{Confirmation, Verdict};
pub use confirm_create::CreateConfirmation;
#[doc(hidden)]
pub use duplicate::{Duplicate, find_duplicates};
pub use error_code::{error_codes, explain};
pub use generated::{Client, SPEC_VERSION, builder, types};
#[doc(hidden)]
pub use generation::Generation;
pub use ids::OptionalIdError;
pub use known_transfers::KnownTransfers;
#[cfg(feature = "azure_core")]
pub use partner_center_core::AzureCredential;
#[cfg(feature = "certificate")]
#[doc(hidden)]
pub use partner_center_core::CertificateFileError;
#[cfg(feature = "certificate")]
pub use partner_center_core::ClientCertificateCredential;
#[doc(hidden)]
pub use partner_center_core::printable;
pub use partner_center_core::{
    AccessToken, AttemptFailure, AuthChallenge, BoxFuture, CallEvent, CallOptions, ClientBuilder,
    ClientSecretCredential, Cloud, CorrelationId, Credential, CredentialError,
    DeviceCodeCredential, DeviceCodeMessage, Error, ErrorCodeInfo, ExtraProperties, HeaderMap,
    ParseGuidError, RefreshToken, RefreshTokenCredential, RefreshTokenStore, RequestId, Response,
    RetryPolicy, Runtime, ServiceCode, StaticToken, StatusCode, Timestamp, TokenRequest,
    VisibleHeaders,
};
#[doc(hidden)]
pub use partner_center_core::{setting, text_encoding};
pub use phase::TransferPhase;
pub use subscriptions::{SubscriptionResult, SubscriptionSummary};
pub use wait::{PollPolicy, Progress, WaitOutcome, WaitUntilSettled};

/// The README's examples compile too.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// Compiles the examples of this crate's README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
