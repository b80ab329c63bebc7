//! One call, from the request that generated code has built to a response or an error.
//!
//! | module | content |
//! |---|---|
//! | `request` | what is special about the request of a call |
//! | `pipeline` | what all calls of a client share; the loop over the attempts of one call |
//! | `attempt` | sends one request and classifies the result |
//! | `header_value` | the values of headers |
//! | `headers` | the headers that every request carries |
//! | `body` | the body of a response, without copies where it came in one piece |
//! | `received` | a response as received, up to a size limit |
//! | `raw_response` | a received response that generated code decodes or rejects |

mod attempt;
mod body;
mod header_value;
mod headers;
mod pipeline;
mod raw_response;
mod received;
mod request;

pub use pipeline::Pipeline;
pub(crate) use pipeline::PipelineConfig;
pub use raw_response::RawResponse;
pub use request::Request;
