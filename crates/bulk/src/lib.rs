//! Plans of many transfers: checked as a whole, kept in a journal, and run within rate limits.
//!
//! A partner that takes over another one's customers has hundreds or thousands of transfers to
//! create or accept. This library runs such a list, and can be interrupted at any time:
//!
//! - A [`Plan`] comes from a CSV file or from code. All its problems are found before anything is
//!   sent.
//! - A [`Journal`] is one SQLite file with the plan, each request before it leaves, and each answer.
//!   Any SQLite tool can read it.
//! - A [`Runner`] sends the rows of a journal, several at the same time and within rate limits, and
//!   reports [`Event`]s. It runs a new plan, and what an earlier run has left.
//! - A [`Sweep`] lists the transfers of many customers within the same limits, and changes nothing.
//!
//! # Example
//!
//! ```
//! use partner_center_bulk::{Event, Identity, Journal, JournalView, Operation, Plan, RunOptions, Runner};
//! use partner_center_emulator::{Emulator, data_set};
//! use partner_center_transfers::{Client, Cloud};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // In place of the service, and of a file that Excel has written.
//! let emulator = Emulator::start().await?;
//! let file = format!(
//!     "Customer;Transfer;Reference\r\n{0};{1};first\r\n{0};{2};second\r\n",
//!     data_set::CUSTOMER,
//!     data_set::ACCEPTED_WHOLE,
//!     data_set::ACCEPTED_IN_PART,
//! );
//! let plan = Plan::from_csv(file.as_bytes(), Operation::Accept)?;
//!
//! let client = Client::builder()
//!     .cloud(Cloud::emulator(emulator.url()))
//!     .bearer_token(emulator.token(data_set::TARGET).ok_or("no such partner")?)
//!     .build()?;
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("accept.db");
//! # /*
//! let path = "accept.db";
//! # */
//! let identity = Identity { endpoint: client.endpoint(), tenant: None };
//! // If the process ends before the run does, open the journal to go on: `Journal::open(&path)?`.
//! let journal = Journal::create(&path, &plan, &identity)?;
//!
//! let options = RunOptions::default().concurrency(4).rate("300/min".parse()?);
//! let mut run = Runner::new(client, journal).options(options).start()?;
//! while let Some(event) = run.next_event().await {
//!     if let Event::Row(row) = event {
//!         println!("row {}: {:?}", row.row, row.outcome);
//!     }
//! }
//! let summary = run.finish().await?.summary;
//! assert_eq!((summary.done, summary.in_part), (1, 1));
//! for row in JournalView::open(&path)?.rows_for_a_person()? {
//!     println!("{}: {:?}", row.key, row.cause);
//! }
//! assert_eq!(emulator.effects().len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! # States
//!
//! | state | meaning | what a run does |
//! |---|---|---|
//! | [`Planned`](RowState::Planned) | not sent, or certainly not applied | sends it |
//! | [`Sending`](RowState::Sending) | may have been sent | reads it back |
//! | [`Processing`](RowState::Processing) | accepted, and not processed yet | reads it until it is, for [`RunOptions::wait`] |
//! | [`Settled`](RowState::Settled) | done, moved in part, or failed | nothing |
//! | [`Unknown`](RowState::Unknown) | cannot be found out | nothing: a person must look |
//!
//! # Nothing is done twice
//!
//! - A change and its `MS-RequestId` are on the disk before the request leaves. Each repetition of a
//!   row has the same id.
//! - After a request that may have been applied, the transfer is read before anything else. Only if
//!   it shows that nothing was applied, and the request cannot arrive any more
//!   ([`RunOptions::resend_delay`]), the change is sent again.
//! - Creates have no id to read back, so the customer's transfers are read before each create, and
//!   kept in the journal. A create is not sent if an open transfer already does the same. For withdrawals the transfer is read before, since a withdrawn transfer
//!   looks like one that never existed.
//! - A journal has one runner at a time, and the caller's endpoint and tenant must be its own.
//!
//! # When something fails
//!
//! | what | what the run does |
//! |---|---|
//! | the service refuses a row | the row is settled as failed, with code, cause and remedy |
//! | the service limits the rate (429) | the customer waits until `Retry-After`; everything does if several customers are limited at once |
//! | an answer is lost, or leaves open what happened | reads the transfer |
//! | no connection, or the service is unavailable | everything waits and is tried again; after about two minutes the run stops, and after three attempts if no request has reached the service yet |
//! | the login or the service refuses the caller | the run stops; no row fails for it |
//! | the journal cannot be written | the run ends with an error; nothing is sent that is not in it |
//!
//! After a stop the other rows are as they were, and a run of the same journal continues.

mod formula;
mod journal;
mod plan;
#[doc(hidden)] // For the command `pctransfers`.
pub mod reads;
mod report;
mod runner;
mod sweep;
mod time;
#[doc(hidden)] // For the command `pctransfers`.
pub mod wording;

#[doc(hidden)] // For the command `pctransfers`.
pub use formula::is_formula;
pub use journal::{
    Identity, Journal, JournalError, JournalView, Outcome, RowRecord, RowState, Summary,
};
pub use plan::{Change, Operation, Plan, PlanError, PlanRow, Problem, customers_from_csv};
pub use report::{
    FailedInput, Report, ReportError, ReportOutcome, ReportRow, ReportTotals, write_csv,
    write_failed_as_input, write_html, write_json,
};
pub use runner::{
    Event, Finished, ParseRateError, PauseReason, Rate, RowEvent, Run, RunOptions, Runner,
    StopReason,
};
pub use sweep::{RunningSweep, Sweep, SweepEvent};

/// The README's example compiles too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
