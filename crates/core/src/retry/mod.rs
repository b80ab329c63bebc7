//! When a call is retried, and after what delay: policy as data, decisions as pure functions.
//!
//! A call that changes something is sent again only where the service turned it away. An accept that
//! was done nevertheless is refused the second time, and the error says that it may have been
//! applied. A transfer that was created twice cannot be recognized, so a create is sent again only
//! where the service says that it did nothing. The service documents `MS-RequestId` as an idempotency
//! key, but neither how long it remembers one nor what it answers to a repeated one, so relying on it
//! is left to the caller.

mod attempt_result;
mod decision;
mod effect;
mod policy;
mod retry_after;
mod token_bucket;

pub(crate) use attempt_result::{Answer, AttemptResult, is_transient};
pub(crate) use decision::{RetryDecision, decide, leaves_time};
pub(crate) use effect::{CallKind, answer_may_have_acted, may_have_acted};
pub use policy::RetryPolicy;
pub(crate) use retry_after::retry_after;
pub(crate) use token_bucket::RetryTokenBucket;
