//! Error responses: status, code and the documented envelope `{code, description, data, source}`.
//!
//! Codes are numbers, as in all examples in Microsoft's documentation, although a table there calls
//! them text. If no code is documented for a status, the code is the status as text, to distinguish
//! it from codes of the service. `spec/openapi.yaml` does the same.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::generated::error_codes::{self as codes, ErrorCode};
use super::response::ApiResponse;
use crate::service::model::Status;
use crate::service::service_error::ServiceError;

/// An error response.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    /// `None` stands for the status as text.
    code: Option<u32>,
    description: String,
    data: Option<String>,
}

impl ApiError {
    /// An error with a documented code.
    pub(crate) fn new(code: ErrorCode, description: impl Into<String>) -> Self {
        Self::with_code(status(code.status), Some(code.code), description)
    }

    /// An error for which no code is documented.
    pub(crate) fn without_code(status: StatusCode, description: impl Into<String>) -> Self {
        Self::with_code(status, None, description)
    }

    pub(crate) fn with_code(
        status: StatusCode,
        code: Option<u32>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            description: description.into(),
            data: None,
        }
    }

    pub(crate) fn invalid_input(description: impl Into<String>) -> Self {
        Self::new(codes::INVALID_INPUT, description)
    }

    /// Adds the name of a parameter or a resource.
    pub(crate) fn data(mut self, data: impl Into<String>) -> Self {
        self.data = Some(data.into());
        self
    }
}

/// Statuses of the error codes and of injected faults are checked before.
pub(crate) fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NoRelationship { customer } => Self::new(
                codes::NO_COMMERCE_RELATIONSHIP,
                "The partner has no commerce relationship with the customer.",
            )
            .data(format!("Resource: {customer}")),
            ServiceError::TransferNotFound { transfer } => Self::new(
                codes::TRANSFER_ID_NOT_FOUND,
                format!("Transfer {transfer} was not found."),
            ),
            // That this is refused follows from the examples. The code, the general one for
            // denied access, is a guess.
            ServiceError::WrongPartner(description) => {
                Self::new(codes::ACCESS_DENIED_2032, description)
            }
            ServiceError::SourceIsCaller => Self::new(
                codes::SOURCE_IS_REQUESTING_PARTNER,
                "The source partner of a transfer cannot be the partner that requests it.",
            )
            .data("sourcePartnerTenantId"),
            ServiceError::InvalidSubscription { path, reason } => Self::new(
                codes::INVALID_SUBSCRIPTION,
                format!("The subscription is not valid: {reason}."),
            )
            .data(path),
            ServiceError::UnknownTransferType => Self::new(
                codes::ENUM_VALUE_NOT_RECOGNISED,
                "The transfer type is not known. Those of new commerce are 3 and 5.",
            )
            .data("transferType"),
            ServiceError::InvalidMember { path, reason } => {
                Self::invalid_input(format!("{path} {reason}.")).data(path)
            }
            ServiceError::WrongStatus {
                transfer,
                status: Status::InProgress,
            } => Self::new(
                codes::TRANSFER_NOT_ALLOWED_IF_STATUS_IS_IN_PROGRESS,
                format!("Transfer {transfer} is in progress."),
            ),
            // The text names the status, so the code serves every final status.
            ServiceError::WrongStatus { transfer, status } => Self::new(
                codes::TRANSFER_NOT_ALLOWED_IF_STATUS_IS_COMPLETED,
                format!("The request cannot be processed for {status} transfer {transfer}."),
            ),
            ServiceError::TransferBusy { transfer } => Self::new(
                codes::TRANSFER_PROCESSED_BY_ANOTHER_REQUEST,
                format!("Transfer {transfer} is being processed by another request."),
            ),
            ServiceError::DataReplaced => Self::without_code(
                StatusCode::CONFLICT,
                "The data set of the emulator was replaced during the request.",
            ),
        }
    }
}

impl From<ApiError> for ApiResponse {
    fn from(error: ApiError) -> Self {
        let status = error.status.as_str();
        let body = json!({
            "code": error.code.map_or_else(|| json!(status), Value::from),
            "description": error.description,
            "data": Vec::from_iter(error.data),
            "source": "PartnerFD",
        });
        Self::json(error.status, &body)
    }
}

impl From<ServiceError> for ApiResponse {
    fn from(error: ServiceError) -> Self {
        ApiError::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        ApiResponse::from(self).into_response()
    }
}
