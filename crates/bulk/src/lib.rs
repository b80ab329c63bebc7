//! Plans of many transfers, checked as a whole.

mod plan;

pub use plan::{Change, Operation, Plan, PlanError, PlanRow, Problem};
