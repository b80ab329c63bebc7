//! The base of Partner Center clients: endpoints, credentials, ids, the call pipeline with retries,
//! responses and errors. It knows no operation.
//!
//! Users get these types from the crate of an API family, such as `partner-center-transfers`,
//! which re-exports them. The generated code of such a crate uses [`codegen_support`], which is not
//! public API.
//!
//! From top to bottom; a module uses only those below it:
//!
//! | module | content |
//! |---|---|
//! | `codegen_support` | what generated code uses |
//! | `builder` | builds a client and checks its settings |
//! | `call` | one call: headers, attempts, response |
//! | `trace` | spans and events |
//! | `response`, `error` | the result of a call |
//! | `credential` | access tokens |
//! | `options`, `retry` | settings of calls; when to retry |
//! | `cloud` | the clouds with their URLs |
//! | `network` | connections: base URLs, where tokens may be sent, proxies, root certificates |
//! | `decode` | tolerant decoding of JSON |
//! | `call_context`, `id` | what identifies a call |
//! | `call_event` | events for programs that show what a client does |
//! | `error_codes` | what is known about an error code; the codes are the API family's |
//! | `runtime` | clock and randomness |
//! | `content_encoding` | responses that cannot be decompressed |
//! | `date_time` | parsing dates and times |
//! | `secret`, `redact`, `error_text` | keeping secrets out of messages |
//! | `printable` | text of the service that is safe to print |
//! | `setting` | secrets and ids as shells and files contain them |
//! | `text_encoding` | reading text files of other systems |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod call;
mod call_context;
mod call_event;
mod cloud;
#[doc(hidden)]
pub mod codegen_support;
mod content_encoding;
mod credential;
mod date_time;
mod decode;
mod error;
mod error_codes;
mod error_text;
mod id;
mod network;
mod options;
mod printable;
mod redact;
mod response;
mod retry;
mod runtime;
mod secret;
#[doc(hidden)]
pub mod setting;
#[doc(hidden)]
pub mod text_encoding;
mod trace;

pub use builder::ClientBuilder;
pub use call_event::{AttemptFailure, CallEvent, VisibleHeaders};
pub use cloud::Cloud;
#[cfg(feature = "azure_core")]
pub use credential::AzureCredential;
#[cfg(feature = "certificate")]
#[doc(hidden)]
pub use credential::CertificateFileError;
#[cfg(feature = "certificate")]
pub use credential::ClientCertificateCredential;
pub use credential::{
    AccessToken, ClientSecretCredential, Credential, CredentialError, DeviceCodeCredential,
    DeviceCodeMessage, RefreshToken, RefreshTokenCredential, RefreshTokenStore, StaticToken,
    TokenRequest,
};
pub use decode::extra_properties::ExtraProperties;
#[doc(hidden)]
pub use decode::lenient;
pub use decode::timestamp::Timestamp;
pub use error::{AuthChallenge, Error, ServiceCode};
pub use error_codes::ErrorCodeInfo;
pub use http::{HeaderMap, StatusCode};
pub use id::{CorrelationId, ParseGuidError, RequestId};
pub use options::CallOptions;
#[doc(hidden)]
pub use printable::printable;
pub use response::Response;
pub use retry::RetryPolicy;
pub use runtime::{BoxFuture, Runtime};
