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
//! # What it starts with
//!
//! One customer, [`data_set::CUSTOMER`], with five transfers. The first two are those of the
//! requests that Microsoft documents, which work here word for word.
//!
//! | transfer | |
//! |---|---|
//! | [`data_set::ACCEPTED_IN_PART`] | accept gives two orders and one error, as documented |
//! | [`data_set::TO_WITHDRAW`] | active; the documented withdraw names it |
//! | [`data_set::ACCEPTED_WHOLE`] | accept gives two orders |
//! | [`data_set::ACCEPTED_WITHOUT_ORDER`] | accept gives errors only, with status 200 all the same |
//! | [`data_set::IN_PROGRESS`] | refuses both operations: 409, code 900101 |
//!
//! # Where it differs from the service
//!
//! - **Any bearer token is taken** that is one word. Nothing is read from it, so both partners of
//!   a transfer look the same, and either may accept and withdraw.
//! - A request is checked in this order: path, method, token, ids in headers, ids in the path,
//!   length. The service's own order is not documented.
//! - What the service answers to a repeated `MS-RequestId` is not documented. Here the first
//!   answer comes again, without a second effect, for as long as the emulator runs; the same id
//!   on another request is refused.
//! - A 204 has no `Content-Length`: HTTP forbids it, though the documented example shows one.
//! - Descriptions are in English whatever `X-Locale` asks for, and the header is echoed.
//!
//! # How it is built
//!
//! | module | idea |
//! |---|---|
//! | `server` | a port, a thread, and their end |
//! | `api` | which path is which operation, and what is checked before it |
//! | `call` | the ids of one call, and the headers of every answer |
//! | `bearer` | who may ask |
//! | `store` | the state, changed by one request at a time; repeated requests |
//! | `transfer` | the states of one transfer |
//! | `ledger` | what was asked, and what took effect |
//! | `answer`, `fault` | what is said, kept as data so that it can be said again |
//! | `data_set` | what it starts with |

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
mod data_file;
pub mod data_set;
mod faults;
mod json_style;
mod ledger;
mod media_type;
pub mod model;
mod options;
mod rate_limit;
mod refusal;
mod rules;
#[cfg(feature = "command")]
pub mod scenario;
#[cfg(any(feature = "command", test))]
mod schema;
mod secret;
mod server;
mod state_file;
mod store;
mod submit_result;
mod token;
mod token_endpoint;
mod truncated;
mod world;

pub use data_file::DataError;
pub use faults::{Fault, FaultKind};
pub use ledger::{Effect, Operation, Received};
pub use model::DataSet;
pub use rate_limit::RateLimit;
pub use secret::Secret;
pub use server::{Emulator, EmulatorBuilder};
