//! Gates that look for what no test names: failing networks, random bytes, and changed code that no
//! test notices.

mod chaos;
mod fuzz;
mod mutants;

pub(crate) use chaos::ChaosArgs;
pub(crate) use fuzz::FuzzArgs;
pub(crate) use mutants::MutantsArgs;

pub(crate) use chaos::run as chaos;
pub(crate) use fuzz::run as fuzz;
pub(crate) use mutants::run as mutants;
