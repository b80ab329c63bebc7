//! A local Partner Center: the transfers operations of Microsoft's Partner Center REST API on a
//! loopback port, with the service's rules and without an account.
//!
//! Microsoft offers nothing that a developer could start for a first try or a test. This does:
//! real HTTP, real state, the documented answers and faults, and a record of what took effect,
//! so that a test can say that nothing happened twice.
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
//! let answer = reqwest::Client::new().delete(&url).bearer_auth("forged").send().await?;
//! assert_eq!(answer.status(), 401);
//! let answer = reqwest::Client::new().delete(&url).bearer_auth(token).send().await?;
//! assert_eq!(answer.status(), 204);
//! assert_eq!(emulator.effects().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Test your own code with it
//!
//! ```
//! use partner_center_emulator::{Emulator, Fault, FaultKind, data_set};
//! use partner_center_transfers::{ClientSecretCredential, Client, Cloud, AcceptOutcome};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::start().await?;
//! let client = Client::builder()
//!     .cloud(Cloud::Custom {
//!         endpoint: emulator.url(),
//!         authority: emulator.url(),
//!         audience: Cloud::Global.audience().to_owned(),
//!     })
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
//! // Success with a loss in it, as the service has it.
//! let answer = accept(data_set::ACCEPTED_IN_PART).await?;
//! let result = answer.into_inner();
//! assert!(matches!(result.outcome(), AcceptOutcome::Partial { .. }));
//!
//! // The answer is lost on its way, and the accept was done: once, as the ledger says.
//! emulator.inject(Fault::new(FaultKind::ResetAfterEffect).count(1))?;
//! let lost = accept(data_set::ACCEPTED_WHOLE).await.unwrap_err();
//! assert!(lost.may_have_been_applied());
//! assert_eq!(emulator.effects()[1].transfer, data_set::ACCEPTED_WHOLE);
//! assert_eq!(emulator.effects()[1].requests, 1);
//! # Ok(())
//! # }
//! ```
//!
//! A test that does not care for tokens takes one from [`Emulator::token`], or starts with
//! [`EmulatorBuilder::no_auth`]. Nothing waits for real time: [`Emulator::advance`] lets tokens and
//! pending transfers expire, limits recover, and transfers in progress come to their end.
//!
//! # Both generations
//!
//! A transfer of new commerce is created by its target and accepted by its source, and the service
//! works on it after it has answered:
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
//! let wish = json!({
//!     "sourcePartnerTenantId": source, "sourcePartnerName": "Contoso",
//!     "customerEmailId": "admin@tailspin.example", "transferType": 5,
//! });
//! let answer = http.post(&transfers).bearer_auth(token(target)?).json(&wish).send().await?;
//! let created: Value = serde_json::from_slice(&answer.bytes().await?)?;
//! assert_eq!(created["status"], "Pending");
//! let url = format!("{transfers}/{}", created["id"].as_str().unwrap_or_default());
//!
//! let subscription = data_set::FREE_SUBSCRIPTIONS[0];
//! let item = json!({"subscriptionId": subscription, "productType": "OnlineServicesNCE"});
//! let request = http.patch(&url).bearer_auth(token(source)?);
//! let answer = request.json(&json!({"lineItems": [item]})).send().await?;
//! let accepted: Value = serde_json::from_slice(&answer.bytes().await?)?;
//! assert_eq!(accepted["status"], "InProgress");
//!
//! let answer = http.get(&url).bearer_auth(token(target)?).send().await?;
//! let settled: Value = serde_json::from_slice(&answer.bytes().await?)?;
//! assert_eq!(settled["status"], "Complete");
//! assert_eq!(emulator.effects()[1].orders.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # What it starts with
//!
//! One customer, [`data_set::CUSTOMER`], with six transfers from [`data_set::SOURCE`] to
//! [`data_set::TARGET`], and subscriptions in none of them. The first two are those of the requests that Microsoft documents, which
//! work here word for word.
//!
//! | transfer | |
//! |---|---|
//! | [`data_set::ACCEPTED_IN_PART`] | accept gives two orders and one error, as documented |
//! | [`data_set::TO_WITHDRAW`] | active; the documented withdraw names it |
//! | [`data_set::ACCEPTED_WHOLE`] | accept gives two orders |
//! | [`data_set::ACCEPTED_WITHOUT_ORDER`] | accept gives errors only, with status 200 all the same |
//! | [`data_set::IN_PROGRESS`] | refuses to be changed: 409, code 900101 |
//! | [`data_set::PENDING`] | of new commerce: the source may accept it, the target cancel it |
//!
//! Other data comes from [`DataSet::from_file`] or from code, through [`EmulatorBuilder::data`] and
//! [`Emulator::change`].
//!
//! The README beside the source says how to use it from other languages, and where it differs from
//! the service: what is documented, what is inferred and what is a guess.
//!
//! # How it is built
//!
//! | module | idea |
//! |---|---|
//! | `model`, `data_file`, `data_set`, `schema` | what it knows, and how that is loaded and checked |
//! | `rules`, `creation`, `submit_result`, `transfer_entity` | who may do what, and what comes of it; no HTTP |
//! | `store`, `reading`, `ledger`, `state_file` | the state, repeated requests, the record, the disk |
//! | `token_endpoint`, `token`, `assertion`, `bearer` | who asks |
//! | `api`, `call`, `body`, `transfer_request`, `media_type`, `rate_limit` | requests, and what is checked before them |
//! | `answer`, `refusal`, `json_style` | what is said, kept as data so that it can be said again |
//! | `faults`, `truncated`, `control`, `clock`, `moment` | what a test asks for |
//! | `server`, `connection`, `world`, `options`, `command` | a port, a thread, and their end |

mod answer;
mod api;
mod assertion;
mod bearer;
mod body;
mod call;
mod clock;
#[cfg(feature = "command")]
pub mod command;
mod connection;
mod control;
mod creation;
mod data_file;
pub mod data_set;
#[rustfmt::skip]
#[expect(
    dead_code,
    reason = "generated for all known codes, of which the emulator uses some"
)]
mod error_codes;
mod faults;
mod json_style;
mod ledger;
mod media_type;
pub mod model;
mod moment;
mod options;
mod rate_limit;
mod reading;
mod refusal;
mod rules;
#[cfg(any(feature = "command", test))]
mod schema;
mod secret;
mod server;
mod state_file;
mod store;
mod submit_result;
mod token;
mod token_endpoint;
mod transfer_entity;
mod transfer_request;
mod truncated;
mod world;

pub use data_file::DataError;
pub use faults::{Fault, FaultKind};
pub use ledger::{Effect, Operation, Received};
pub use model::DataSet;
pub use rate_limit::RateLimit;
pub use secret::Secret;
pub use server::{Emulator, EmulatorBuilder};
