//! Test controls: the clock, injected faults, data files and the state file.

pub(crate) mod clock;
mod data_file;
pub mod data_set;
pub(crate) mod faults;
mod locked_file;
mod many_customers;
#[cfg(any(feature = "command", test))]
pub(crate) mod schema;
pub(crate) mod state_file;
mod tenant_domains;

pub(crate) use data_file::parse_json;
