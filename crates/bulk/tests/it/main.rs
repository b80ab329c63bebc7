//! Tests of the library: plans, journals and runs against the emulator.
#![expect(clippy::unwrap_used, reason = "a failed test may panic")]

mod plan;
mod plan_csv;
mod run;
mod support;
