//! A scenario file as types, and how files are loaded.

mod body_file;
pub(crate) mod expect;
pub(crate) mod file;
pub(crate) mod invocation;
pub(crate) mod load;
mod repeat;
pub(crate) mod reply;

pub use expect::{
    ErrorKind, Expectations, ExpectedAnswer, ExpectedConclusion, ExpectedError, ExpectedOutcome,
    ExpectedRequests, ExpectedResult, ExpectedRetry, HeaderRule, OutcomeKind, Wait,
};
pub use file::{Origin, Scenario, Source, Tag, schema};
pub use invocation::{ClientSettings, Invocation};
pub use load::{LoadError, LoadedScenario, load};
pub use reply::{Reply, ReplyFault};
