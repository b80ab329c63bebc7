//! Spans and events: one span a call, within it one an attempt, with the names of OpenTelemetry's
//! conventions for HTTP clients. Ids, statuses and times stand in them; tokens, secrets, bodies
//! and addresses with ids of customers in them do not.

use std::time::Duration;

use tracing::field::Empty;
use tracing::{Span, debug_span, info, info_span};

use crate::answer::Answer;
use crate::error::{Call, Error};
use crate::pipeline::{Attempted, OperationInfo};

/// The span of a whole call.
pub(crate) fn call(operation: &OperationInfo, call: &Call) -> Span {
    info_span!(
        "partner_center.call",
        otel.name = operation.operation_id,
        url.template = operation.url_template,
        ms.request_id = %call.request_id,
        ms.correlation_id = %call.correlation_id,
        attempts = Empty,
        http.response.status_code = Empty,
        error.r#type = Empty,
    )
}

/// Closes the span of a call with what came of it.
pub(crate) fn finish(span: &Span, result: &Result<Answer, Error>) {
    match result {
        Ok(answer) => {
            span.record("attempts", answer.attempts());
            span.record("http.response.status_code", answer.status().as_u16());
            if !answer.status().is_success() {
                span.record("error.type", answer.status().as_str());
            }
        }
        Err(error) => {
            span.record("attempts", error.attempts());
            if let Some(status) = error.status() {
                span.record("http.response.status_code", status.as_u16());
            }
            span.record("error.type", error.kind_name());
        }
    }
}

/// The span of one attempt, which counts from 1.
pub(crate) fn attempt(operation: &OperationInfo, request: &reqwest::Request, attempt: u32) -> Span {
    let span = info_span!(
        "partner_center.attempt",
        otel.kind = "client",
        otel.name = format!("{} {}", request.method(), operation.url_template),
        http.request.method = request.method().as_str(),
        http.request.resend_count = Empty,
        url.template = operation.url_template,
        server.address = request.url().host_str(),
        server.port = request.url().port_or_known_default(),
        http.response.status_code = Empty,
        azure.service.request.id = Empty,
        error.r#type = Empty,
    );
    if attempt > 1 {
        span.record("http.request.resend_count", attempt - 1);
    }
    span
}

/// Closes the span of an attempt with what came of it.
pub(crate) fn attempted(span: &Span, attempted: &Attempted) {
    if let Some(answer) = attempted.answer() {
        span.record("http.response.status_code", answer.status().as_u16());
        let id = answer.headers().get("ms-requestid");
        if let Some(id) = id.and_then(|id| id.to_str().ok()) {
            span.record("azure.service.request.id", id);
        }
    }
    if let Some(error) = attempted.error_type() {
        span.record("error.type", error);
    }
}

/// The span in which a token is had, from the cache or from the login service.
pub(crate) fn token() -> Span {
    debug_span!("partner_center.token")
}

/// Says that a call is sent again.
pub(crate) fn retry(attempts: u32, delay: Duration) {
    info!(
        http.request.resend_count = attempts,
        delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
        "sending the call again"
    );
}
