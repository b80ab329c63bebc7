//! One call, from the request that generated code has built to a response or an error.
//!
//! | module | content |
//! |---|---|
//! | `pipeline` | what all calls of a client share; the loop over the attempts of one call |
//! | `attempt` | sends one request and classifies the result |
//! | `headers` | the headers that every request carries |
//! | `body` | the body of a response, without copies where it came in one piece |
//! | `received` | a response as received, up to a size limit |
//! | `raw_response` | a received response that generated code decodes or rejects |

mod attempt;
mod body;
mod headers;
mod pipeline;
mod raw_response;
mod received;

pub(crate) use headers::header_value;
pub use pipeline::Pipeline;
pub(crate) use pipeline::PipelineConfig;
pub use raw_response::RawResponse;
