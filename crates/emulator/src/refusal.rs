//! The refusals, each with its status, its code and the documented envelope
//! `{code, description, data, source}`.
//!
//! Codes are numbers, as in every example that Microsoft shows, though a table of the same
//! documentation calls them text. Where no code is documented for a status, the status stands in
//! for it, as text, so that nobody takes it for one of the service's; `spec/openapi.yaml` does the
//! same.

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use crate::answer::Answer;
use crate::error_codes::{self, ErrorCode};
use crate::model::Status;
use crate::transfer_request::Change;

/// A refusal.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    envelope: Envelope,
}

/// The body, with its members in the documented order.
#[derive(Clone, Debug, Serialize)]
struct Envelope {
    code: Code,
    description: String,
    data: Vec<String>,
    source: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Code {
    Documented(u32),
    StandIn(String),
}

impl Refusal {
    fn documented(code: ErrorCode, description: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(code.status)
            .expect("the generator checks that each status is a valid one");
        Self::new(status, Code::Documented(code.code), description.into())
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
                data: Vec::new(),
                source: "PartnerFD",
            },
        }
    }

    fn with_data(mut self, data: impl Into<String>) -> Self {
        self.envelope.data.push(data.into());
        self
    }

    /// What a test asked for: a status, with a code if there is one.
    pub(crate) fn injected(status: StatusCode, code: Option<u32>) -> Self {
        let description = "A fault that was asked for at the emulator's control endpoint.";
        match code {
            Some(code) => Self::new(status, Code::Documented(code), description.to_owned()),
            None => Self::stand_in(status, description),
        }
    }

    /// `PartnerTokenMissing`.
    pub(crate) fn token_missing() -> Self {
        Self::documented(
            error_codes::PARTNER_TOKEN_MISSING,
            "The partner token is missing, or the Authorization header is not `Bearer <token>`.",
        )
    }

    /// A token that is not one of this emulator, or no longer. The code is that of a missing one:
    /// what the service says to a wrong one is not documented.
    pub(crate) fn token_invalid(reason: &str) -> Self {
        Self::documented(error_codes::PARTNER_TOKEN_MISSING, reason)
    }

    /// A token for another API.
    pub(crate) fn wrong_audience() -> Self {
        Self::documented(
            error_codes::INVALID_TOKEN_AUDIENCE,
            "The token was issued for an audience that is not accepted.",
        )
    }

    /// A token of a user who has not shown a second factor.
    pub(crate) fn mfa_required() -> Self {
        Self::documented(
            error_codes::MFA_REQUIRED_900421,
            "The token does not show that multifactor authentication was done.",
        )
    }

    /// A partner that has nothing to do with the customer.
    pub(crate) fn no_relationship(customer: Uuid) -> Self {
        Self::documented(
            error_codes::NO_COMMERCE_RELATIONSHIP,
            "The partner has no commerce relationship with the customer.",
        )
        .with_data(format!("Resource: {customer}"))
    }

    /// The other partner of the transfer. That this is refused follows from the examples; the code
    /// is the general one for access denied, and a guess.
    pub(crate) fn wrong_partner(change: &Change) -> Self {
        let description = match change {
            Change::Accept => "Only the target partner of a transfer can accept it.",
            Change::Withdraw => "Only the source partner of a transfer can withdraw it.",
            Change::Reject => "Only the target partner of a transfer can reject it.",
            Change::Cancel => "Only the target partner that created a transfer can cancel it.",
            Change::AcceptNewCommerce(_) => {
                "Only the source partner of a new-commerce transfer can accept it."
            }
            Change::CreateLicenseBased(_) => {
                "Only the source partner can create a transfer with line items."
            }
            Change::CreateNewCommerce(_) => {
                "Only the target partner can create a transfer without line items."
            }
        };
        Self::documented(error_codes::ACCESS_DENIED_2032, description)
    }

    /// The target of a new-commerce transfer asks itself.
    pub(crate) fn source_is_the_caller() -> Self {
        Self::documented(
            error_codes::SOURCE_IS_REQUESTING_PARTNER,
            "The source partner of a transfer cannot be the partner that requests it.",
        )
        .with_data("sourcePartnerTenantId")
    }

    /// A subscription that the customer does not have, or that cannot be transferred.
    pub(crate) fn invalid_subscription(path: &str, reason: &str) -> Self {
        Self::documented(
            error_codes::INVALID_SUBSCRIPTION,
            format!("The subscription is not valid: {reason}."),
        )
        .with_data(path)
    }

    /// A number that stands for no kind of new-commerce transfer.
    pub(crate) fn unknown_transfer_type() -> Self {
        Self::documented(
            error_codes::ENUM_VALUE_NOT_RECOGNISED,
            "The transfer type is not known. Those of new commerce are 3 and 5.",
        )
        .with_data("transferType")
    }

    /// `InvalidInput`, for a member of the body or a parameter; its name is in `data`.
    pub(crate) fn invalid_member(path: &str, reason: &str) -> Self {
        Self::invalid_input(format!("{path} {reason}.")).with_data(path)
    }

    /// The data set was replaced while a request was being worked on.
    pub(crate) fn data_was_replaced() -> Self {
        Self::stand_in(
            StatusCode::CONFLICT,
            "The emulator was given other data while it worked on the request.",
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

    /// `InvalidInput`, for an id in the path. The parameter's name is in `data`.
    ///
    /// Which code the service has for a transfer id is not documented; 900118 is that of customer
    /// ids.
    pub(crate) fn transfer_id_is_no_guid() -> Self {
        Self::invalid_input("The transfer id is not valid.".to_owned()).with_data("transfer-id")
    }

    fn invalid_input(description: String) -> Self {
        Self::documented(error_codes::INVALID_INPUT, description)
    }

    /// The code is documented for customer ids.
    pub(crate) fn customer_id_is_no_guid() -> Self {
        Self::documented(
            error_codes::INVALID_CUSTOMER_ID,
            "The customer id is not valid.",
        )
    }

    /// `TransferIdNotFound`.
    pub(crate) fn transfer_not_found(transfer: Uuid) -> Self {
        Self::documented(
            error_codes::TRANSFER_ID_NOT_FOUND,
            format!("Transfer {transfer} was not found."),
        )
    }

    /// `TransferProcessedByAnotherRequest`.
    pub(crate) fn processed_by_another_request(transfer: Uuid) -> Self {
        Self::documented(
            error_codes::TRANSFER_PROCESSED_BY_ANOTHER_REQUEST,
            format!("Transfer {transfer} is being processed by another request."),
        )
    }

    /// A transfer that is in a state in which this cannot be done to it.
    pub(crate) fn wrong_state(transfer: Uuid, status: Status) -> Self {
        match status {
            Status::InProgress => Self::documented(
                error_codes::TRANSFER_NOT_ALLOWED_IF_STATUS_IS_IN_PROGRESS,
                format!("Transfer {transfer} is in progress."),
            ),
            // Its text names the state, so it serves each state that has an end.
            _ => Self::documented(
                error_codes::TRANSFER_NOT_ALLOWED_IF_STATUS_IS_COMPLETED,
                format!("The request cannot be processed for {status} transfer {transfer}."),
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

    /// A request that accepts nothing that can be given.
    pub(crate) fn not_acceptable() -> Self {
        Self::stand_in(
            StatusCode::NOT_ACCEPTABLE,
            "None of the accepted media types can be produced; this gives application/json.",
        )
    }

    /// A body that took too long to come.
    pub(crate) fn body_too_slow() -> Self {
        Self::stand_in(
            StatusCode::REQUEST_TIMEOUT,
            "The body of the request did not come in time.",
        )
    }

    /// A body that is longer than any request needs.
    pub(crate) fn body_too_large(limit: usize) -> Self {
        Self::stand_in(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The body of the request is larger than {limit} bytes."),
        )
    }

    /// A body that broke off, or that is not framed as HTTP wants it.
    pub(crate) fn body_unreadable() -> Self {
        Self::invalid_input("The body of the request could not be read to its end.".to_owned())
    }

    /// A body that is no JSON.
    pub(crate) fn unsupported_media_type() -> Self {
        Self::stand_in(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body of the request must be application/json.",
        )
    }

    /// `ServiceException`, for a state file that could not be written. What was asked has been
    /// done all the same.
    pub(crate) fn state_not_saved() -> Self {
        Self::documented(
            error_codes::SERVICE_EXCEPTION,
            "The emulator could not write its state file.",
        )
    }

    /// A request with a body that does not say how long it is.
    pub(crate) fn length_required() -> Self {
        Self::stand_in(
            StatusCode::LENGTH_REQUIRED,
            "A POST or PATCH needs a Content-Length, 0 if it has no body.",
        )
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let body = serde_json::to_vec(&refusal.envelope)
            .expect("numbers and text with string keys are always JSON");
        Self::json(refusal.status, body.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Answer::from(self).into_response()
    }
}
