//! What every call to Microsoft's Partner Center REST API needs, and no operation knows:
//! where to send it, who sends it, which ids it carries, how its answer is read, and what went
//! wrong when it failed.
//!
//! Users meet these types through the crate of an API family, such as
//! `partner-center-transfers`, which re-exports them. The code that is generated for such a
//! family compiles against [`rt`], which is not meant for anyone else.
//!
//! | module | idea |
//! |---|---|
//! | `builder` | settings of a client, checked when it is built |
//! | `endpoint` | the base URL, and where a token may go |
//! | `secret` | text that never shows itself |
//! | `id` | GUIDs that cannot be swapped |
//! | `pipeline` | one call: headers, sending, reading |
//! | `response`, `error` | what came of it |
//! | `effect` | could the service have acted? |
//! | `fault` | the several shapes of the service's error bodies |
//! | `timestamp`, `open_enum`, `lenient` | reading values that drift |

mod builder;
mod effect;
mod endpoint;
mod error;
mod fault;
mod id;
#[doc(hidden)]
pub mod lenient;
mod open_enum;
mod pipeline;
mod response;
#[doc(hidden)]
pub mod rt;
mod secret;
mod timestamp;

pub use builder::ClientBuilder;
pub use error::{Error, ServiceCode};
pub use http::{HeaderMap, StatusCode};
pub use id::{CorrelationId, ParseGuidError, RequestId};
pub use response::Response;
pub use timestamp::Timestamp;
