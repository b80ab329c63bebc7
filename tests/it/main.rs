//! The tests of the workspace, in one binary so that they link once.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod allocations;
mod call_events;
mod chaos;
mod collections;
mod confirm_and_wait;
mod confirm_create;
mod connections;
mod credentials;
mod device_code;
mod errors;
mod failures;
mod fuzz_corpus;
mod ids;
mod operations;
mod payloads;
mod samples;
mod scenarios;
mod spans;
mod spec;
mod subscriptions;
mod token_cache;
mod token_endpoint;
mod unfamiliar_answers;
mod whole_run;
mod wire;
mod wire_quirks;
