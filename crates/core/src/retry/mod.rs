//! When a call is retried, and after what delay: policy as data, decisions as pure functions.
//!
//! A call that changes something is retried only where the service cannot have acted on it. The
//! service documents `MS-RequestId` as an idempotency key, but neither how long it remembers one
//! nor what it answers to a repeated one, so relying on it is left to the caller.

mod attempt_result;
mod decision;
mod effect;
mod policy;
mod retry_after;
mod token_bucket;

pub(crate) use attempt_result::AttemptResult;
pub(crate) use decision::{RetryDecision, decide, leaves_time};
pub(crate) use effect::{is_mutating, may_have_acted, status_may_have_acted};
pub use policy::RetryPolicy;
pub(crate) use retry_after::retry_after;
pub(crate) use token_bucket::RetryTokenBucket;
