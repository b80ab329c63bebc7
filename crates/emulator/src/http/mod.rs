//! The HTTP server: routes, authentication, bodies, headers, error envelopes, and the token
//! endpoint.

pub(crate) mod allowed_hosts;
mod api_error;
pub(crate) mod app_state;
mod bearer_auth;
mod body;
pub(crate) mod connection;
pub(crate) mod connection_limit;
mod control_api;
mod generated {
    #[rustfmt::skip]
    #[expect(dead_code, reason = "contains all known codes; the emulator uses some of them")]
    pub(super) mod error_codes;
}
mod idempotency;
mod media_type;
mod path_case;
pub(crate) mod persistent_state;
mod public_url;
mod request_ids;
pub(crate) mod request_log;
mod response;
pub(crate) mod router;
mod sign_in_page;
#[cfg(feature = "tls")]
pub(crate) mod tls;
mod token_endpoint;
mod transfers;
