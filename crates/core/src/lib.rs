//! What every call to Microsoft's Partner Center REST API needs, and no operation knows:
//! where to send it, who sends it, which ids it carries, how its answer is read, and what went
//! wrong when it failed.
//!
//! Users meet these types through the crate of an API family, such as
//! `partner-center-transfers`, which re-exports them. The code that is generated for such a
//! family compiles against [`codegen_support`], which is not meant for anyone else.
//!
//! | module | idea |
//! |---|---|
//! | `builder`, `options` | settings of a client and of its calls, checked when it is built |
//! | `cloud`, `endpoint` | where the API and the login service are, and where a token may go |
//! | `credential`, `secret` | access tokens, and text that never shows itself |
//! | `id` | GUIDs that cannot be swapped |
//! | `pipeline` | one call: headers, attempts, limits |
//! | `retry`, `effect` | when to send again; could the service have acted? Pure functions |
//! | `runtime` | time and chance, which a test can replace |
//! | `answer`, `response`, `error` | what came of a call |
//! | `error_body`, `error_codes` | the shapes of the service's error bodies, and what its codes mean |
//! | `trace` | spans and events |
//! | `timestamp`, `object`, `open_enum`, `lenient` | reading values that drift |

mod builder;
mod cloud;
#[doc(hidden)]
pub mod codegen_support;
mod credential;
mod effect;
mod endpoint;
mod error;
mod error_body;
mod error_codes;
mod id;
#[doc(hidden)]
pub mod lenient;
mod object;
mod open_enum;
mod options;
mod pipeline;
mod raw_response;
mod response;
mod retry;
mod runtime;
mod secret;
mod timestamp;
mod trace;

pub use builder::ClientBuilder;
pub use cloud::Cloud;
#[cfg(feature = "azure_core")]
pub use credential::AzureCredential;
#[cfg(feature = "certificate")]
pub use credential::ClientCertificateCredential;
pub use credential::{
    AccessToken, ClientSecretCredential, Credential, CredentialError, RefreshTokenCredential,
    RefreshTokenStore, StaticToken, TokenRequest,
};
pub use error::{Error, ServiceCode};
pub use error_codes::ErrorCodeInfo;
pub use http::{HeaderMap, StatusCode};
pub use id::{CorrelationId, ParseGuidError, RequestId};
pub use options::CallOptions;
pub use response::Response;
pub use retry::RetryPolicy;
pub use runtime::{BoxFuture, Runtime};
pub use timestamp::Timestamp;
