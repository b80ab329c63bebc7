//! The domain: the data of the service, its rules, and what took effect. No HTTP here.

pub(crate) mod certificate;
pub(crate) mod change;
pub(crate) mod creation;
pub(crate) mod device_codes;
pub(crate) mod indexed_data;
pub(crate) mod ledger;
pub mod model;
pub(crate) mod operation;
pub(crate) mod processing;
pub(crate) mod queries;
pub(crate) mod rate_limit;
pub(crate) mod refresh_tokens;
pub(crate) mod rules;
pub(crate) mod service_error;
pub(crate) mod store;
pub(crate) mod timestamp;
