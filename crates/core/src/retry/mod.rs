//! When a call is retried, and after what delay: policy as data, decisions as pure functions.
//!
//! A call that changes something is sent again only if nothing was sent, or if the service turned it away. If the
//! service accepted a transfer nevertheless, it refuses the second accept, and the error says that the change
//! may have been applied. A transfer that was created twice cannot be detected, so a create is sent
//! again only if nothing was sent, or if the service says that it did nothing.
//!
//! The service documents `MS-RequestId` as an idempotency key, but neither how long it remembers one
//! nor how it responds to a repeated one. Relying on it is left to the caller.

mod attempt_result;
mod decision;
mod effect;
mod policy;
mod retry_after;
mod token_bucket;

pub(crate) use attempt_result::{AttemptResult, ResponseParts, is_transient};
pub(crate) use decision::{RetryDecision, decide, leaves_time};
pub(crate) use effect::{CallKind, may_have_acted, may_have_acted_despite};
pub use policy::RetryPolicy;
pub(crate) use retry_after::retry_after;
pub(crate) use token_bucket::RetryTokenBucket;
