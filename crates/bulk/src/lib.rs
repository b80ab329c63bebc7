//! Bulk

mod journal;
mod plan;
mod runner;
mod time;

pub use journal::{
    Identity, Journal, JournalError, JournalView, Outcome, RowRecord, RowState, Summary,
};
pub use plan::{Change, Operation, Plan, PlanError, PlanRow, Problem};
pub use runner::{
    Event, Finished, ParseRateError, PauseReason, Rate, RowEvent, Run, RunOptions, Runner,
    StopReason,
};
