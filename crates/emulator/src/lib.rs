//! A local Partner Center: the transfers operations of Microsoft's Partner Center REST API on a
//! loopback port, with the rules of the service and without an account.
//!
//! Microsoft offers no test environment for first tries and tests. The emulator has real HTTP, real
//! state, the documented responses and errors, and a ledger of what took effect, so that a test can
//! assert that nothing happened twice.
//!
//! ```
//! use partner_center_emulator::{Emulator, data_set};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::start().await?;
//! let url = format!(
//!     "{}/v1/customers/{}/transfers/{}",
//!     emulator.url(),
//!     data_set::CUSTOMER,
//!     data_set::TO_WITHDRAW,
//! );
//!
//! let token = emulator.token(data_set::SOURCE).ok_or("no such partner")?;
//! let response = reqwest::Client::new().delete(&url).bearer_auth("forged").send().await?;
//! assert_eq!(response.status(), 401);
//! let response = reqwest::Client::new().delete(&url).bearer_auth(token).send().await?;
//! assert_eq!(response.status(), 204);
//! assert_eq!(emulator.effects().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Test your own code
//!
//! ```
//! use partner_center_emulator::{Emulator, FaultKind, InjectedFault, data_set};
//! use partner_center_transfers::{AcceptOutcome, Client, ClientSecretCredential, Cloud};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::start().await?;
//! let client = Client::builder()
//!     .cloud(Cloud::emulator(emulator.url()))
//!     .credential(ClientSecretCredential::new(
//!         data_set::TARGET.to_string(),
//!         data_set::TARGET_APP.to_string(),
//!         data_set::TARGET_SECRET,
//!     ))
//!     .build()?;
//! let accept = |transfer| {
//!     let call = client.accept_transfer();
//!     call.customer_id(data_set::CUSTOMER).transfer_id(transfer).send()
//! };
//!
//! // A success with an error in it, as the service sends it.
//! let response = accept(data_set::ACCEPTED_IN_PART).await?;
//! let result = response.into_inner();
//! assert!(matches!(result.outcome(), AcceptOutcome::Partial { .. }));
//!
//! // The response is lost, but the accept took effect, once.
//! emulator.inject(InjectedFault::new(FaultKind::ResetAfterEffect).count(1))?;
//! let lost = accept(data_set::ACCEPTED_WHOLE).await.unwrap_err();
//! assert!(lost.may_have_been_applied());
//! assert_eq!(emulator.effects()[1].transfer, data_set::ACCEPTED_WHOLE);
//! assert_eq!(emulator.effects()[1].requests, 1);
//! # Ok(())
//! # }
//! ```
//!
//! A test that does not test authentication takes a token from [`Emulator::token`], or uses
//! [`EmulatorBuilder::no_auth`]. No test has to wait: [`Emulator::advance`] moves the clock, so that
//! tokens and pending transfers expire, rate limits recover, and transfers in progress are finished.
//!
//! # Both generations
//!
//! The target creates a new-commerce transfer, the source accepts it, and the service processes it
//! after its response:
//!
//! ```
//! use partner_center_emulator::{Emulator, data_set};
//! use serde_json::{Value, json};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::start().await?;
//! let (source, target) = (data_set::SOURCE, data_set::TARGET);
//! let transfers = format!("{}/v1/customers/{}/transfers", emulator.url(), data_set::CUSTOMER);
//! let token = |partner| emulator.token(partner).ok_or("no such partner");
//! let http = reqwest::Client::new();
//!
//! let request = json!({
//!     "sourcePartnerTenantId": source, "sourcePartnerName": "Contoso",
//!     "customerEmailId": "admin@tailspin.example", "transferType": 5,
//! });
//! let response = http.post(&transfers).bearer_auth(token(target)?).json(&request).send().await?;
//! let created: Value = serde_json::from_slice(&response.bytes().await?)?;
//! assert_eq!(created["status"], "Pending");
//! let url = format!("{transfers}/{}", created["id"].as_str().unwrap_or_default());
//!
//! let subscription = data_set::FREE_SUBSCRIPTIONS[0];
//! let item = json!({"subscriptionId": subscription, "productType": "OnlineServicesNCE"});
//! let patch = http.patch(&url).bearer_auth(token(source)?);
//! let response = patch.json(&json!({"lineItems": [item]})).send().await?;
//! let accepted: Value = serde_json::from_slice(&response.bytes().await?)?;
//! assert_eq!(accepted["status"], "InProgress");
//!
//! let response = http.get(&url).bearer_auth(token(target)?).send().await?;
//! let settled: Value = serde_json::from_slice(&response.bytes().await?)?;
//! assert_eq!(settled["status"], "Complete");
//! assert_eq!(emulator.effects()[1].orders.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Data
//!
//! The built-in data set has one customer, [`data_set::CUSTOMER`], with six transfers from
//! [`data_set::SOURCE`] to [`data_set::TARGET`], and subscriptions that are in no transfer. The
//! first two transfers are those of the requests that Microsoft documents, which work word for word.
//!
//! | transfer | |
//! |---|---|
//! | [`data_set::ACCEPTED_IN_PART`] | an accept gives two orders and one error, as documented |
//! | [`data_set::TO_WITHDRAW`] | active; the documented withdraw request names it |
//! | [`data_set::ACCEPTED_WHOLE`] | an accept gives two orders |
//! | [`data_set::ACCEPTED_WITHOUT_ORDER`] | an accept gives only errors, with status 200 |
//! | [`data_set::IN_PROGRESS`] | changes are refused: 409, code 900101 |
//! | [`data_set::PENDING`] | new commerce: the source can accept it, the target can cancel it |
//!
//! Other data comes from [`DataSet::from_file`] or from code, through [`EmulatorBuilder::data`] and
//! [`Emulator::change`].
//!
//! The README describes the use from other languages, and the differences from the service: what is
//! documented, what is inferred and what is a guess.
//!
//! The code has three parts: `service` is the domain and knows no HTTP, `http` is the server, and
//! `control` has the clock, injected faults and files.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "command")]
pub mod command;
mod control;
mod http;
mod options;
mod server;
mod service;
mod text_encoding;

pub use control::data_set;
pub use control::faults::{FaultKind, InjectedFault};
pub use http::request_log::RecordedRequest;
pub use server::{Emulator, EmulatorBuilder};
pub use service::device_codes::DeviceCodeAnswer;
pub use service::ledger::Effect;
pub use service::model::{self, DataError, DataSet, Secret};
pub use service::operation::Operation;
pub use service::rate_limit::RateLimit;
