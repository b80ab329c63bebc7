//! Tests of the library: plans, journals and runs against the emulator.
#![expect(clippy::unwrap_used, reason = "a failed test may panic")]

mod crash;
mod faults;
mod journal;
mod operations;
mod plan;
mod plan_csv;
mod rate_limits;
mod refused_callers;
mod report;
mod run;
mod support;
mod sweep;
