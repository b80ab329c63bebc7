//! The refusals, each with its status, its code and the documented envelope
//! `{code, description, data, source}`.
//!
//! Codes are numbers, as in every example that Microsoft shows, though a table of the same
//! documentation calls them text. Where no code is documented for a status, the status stands in
//! for it, as text, so that nobody takes it for one of the service's; `spec/openapi.yaml` does the
//! same.

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use crate::answer::Answer;
use crate::transfer::State;

/// A refusal.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    status: StatusCode,
    envelope: Envelope,
}

/// The body, with its members in the documented order.
#[derive(Clone, Debug, Serialize)]
struct Envelope {
    code: Code,
    description: String,
    data: [&'static str; 0],
    source: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Code {
    Documented(u32),
    StandIn(String),
}

impl Fault {
    fn documented(status: StatusCode, code: u32, description: impl Into<String>) -> Self {
        Self::new(status, Code::Documented(code), description.into())
    }

    fn stand_in(status: StatusCode, description: impl Into<String>) -> Self {
        let code = Code::StandIn(status.as_str().to_owned());
        Self::new(status, code, description.into())
    }

    fn new(status: StatusCode, code: Code, description: String) -> Self {
        Self {
            status,
            envelope: Envelope {
                code,
                description,
                data: [],
                source: "PartnerFD",
            },
        }
    }

    /// `PartnerTokenMissing`.
    pub(crate) fn token_missing() -> Self {
        Self::documented(
            StatusCode::UNAUTHORIZED,
            800_001,
            "The partner token is missing, or the Authorization header is not `Bearer <token>`.",
        )
    }

    /// `InvalidInput`, for a header that should hold a GUID.
    pub(crate) fn header_is_no_guid(header: &str) -> Self {
        Self::invalid_input(format!("The header {header} is not one GUID."))
    }

    /// `InvalidInput`, for an idempotency key that another request has used.
    pub(crate) fn request_id_was_used(request_id: Uuid) -> Self {
        Self::invalid_input(format!(
            "The MS-RequestId {request_id} was used by another request. Use a new one for each \
             call."
        ))
    }

    fn invalid_input(description: String) -> Self {
        Self::documented(StatusCode::BAD_REQUEST, 800_002, description)
    }

    /// Documented for customer ids; for transfer ids it is a guess by analogy.
    pub(crate) fn path_id_is_no_guid(which: &str) -> Self {
        Self::documented(
            StatusCode::BAD_REQUEST,
            900_118,
            format!("The {which} is not valid."),
        )
    }

    /// `TransferIdNotFound`.
    pub(crate) fn transfer_not_found(transfer: Uuid) -> Self {
        Self::documented(
            StatusCode::NOT_FOUND,
            900_100,
            format!("Transfer {transfer} was not found."),
        )
    }

    /// A transfer that is in a state in which it can be neither accepted nor withdrawn.
    pub(crate) fn wrong_state(transfer: Uuid, state: State) -> Self {
        match state {
            // `TransferNotAllowedIfStatusIsInProgress`.
            State::InProgress => Self::documented(
                StatusCode::CONFLICT,
                900_101,
                format!("Transfer {transfer} is in progress."),
            ),
            // `TransferNotAllowedIfStatusIsCompleted`. Its text names the state, so it serves
            // each state that has an end.
            _ => Self::documented(
                StatusCode::BAD_REQUEST,
                900_102,
                format!("The request cannot be processed for {state} transfer {transfer}."),
            ),
        }
    }

    /// A path that is no resource.
    pub(crate) fn unknown_path() -> Self {
        Self::stand_in(StatusCode::NOT_FOUND, "There is no resource at this path.")
    }

    /// A method that the resource does not know.
    pub(crate) fn method_not_allowed(method: &Method) -> Self {
        Self::stand_in(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("The method {method} is not allowed for this resource."),
        )
    }

    /// A POST that does not say how long its body is.
    pub(crate) fn length_required() -> Self {
        Self::stand_in(
            StatusCode::LENGTH_REQUIRED,
            "A POST needs a Content-Length, 0 if it has no body.",
        )
    }
}

impl From<Fault> for Answer {
    fn from(fault: Fault) -> Self {
        let body = serde_json::to_vec(&fault.envelope)
            .expect("numbers and text with string keys are always JSON");
        Self::json(fault.status, body.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let challenge = self.status == StatusCode::UNAUTHORIZED;
        let mut response = Answer::from(self).into_response();
        if challenge {
            response.headers_mut().insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static(r#"Bearer error="invalid_token""#),
            );
        }
        response
    }
}
