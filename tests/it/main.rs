//! The workspace's tests, each file one promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod client_surface;
mod credentials;
mod errors;
mod family;
mod faults;
mod ids;
mod json_schemas;
mod oddities;
mod payloads;
mod random_faults;
mod scenarios;
mod schemas;
mod settling;
mod spans;
mod spec_surface;
mod subscriptions;
mod token_cache;
mod token_endpoint;
mod whole_run;
mod wire;
