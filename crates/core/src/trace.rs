//! Spans and events of calls and attempts, named after OpenTelemetry's conventions for HTTP clients.
//!
//! They hold ids, statuses and times, but no tokens, secrets or bodies. Instead of `url.full`,
//! which contains customer ids, they have `url.template`.
//!
//! A span that is dropped before it is closed belongs to a call that its caller cancelled; it is
//! marked as such.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use tracing::field::Empty;
use tracing::{Span, debug_span, info, info_span, warn};

use crate::call_context::{CallContext, OperationInfo};
use crate::error::Error;

/// The `error.type` of a cancelled call or attempt.
const CANCELLED: &str = "cancelled";

/// A running call and its span.
#[derive(Debug)]
pub(crate) struct CallSpan {
    pub(crate) call: CallContext,
    /// Whether an attempt is running, whose request may reach the service.
    pub(crate) in_flight: bool,
    span: Span,
    closed: bool,
}

impl CallSpan {
    pub(crate) fn open(operation: &OperationInfo, call: CallContext) -> Self {
        let span = info_span!(
            "partner_center.call",
            otel.name = operation.operation_id,
            otel.status_code = Empty,
            url.template = operation.url_template,
            ms.request_id = %call.request_id,
            ms.correlation_id = %call.correlation_id,
            attempts = Empty,
            may_have_been_applied = Empty,
            http.response.status_code = Empty,
            error.r#type = Empty,
        );
        Self {
            call,
            in_flight: false,
            span,
            closed: false,
        }
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Closes the span of a call that succeeded.
    pub(crate) fn succeeded(mut self, status: StatusCode) {
        self.closed = true;
        self.span.record("attempts", self.call.attempts);
        self.record_status(status);
    }

    /// Closes the span of a call that failed, and returns its error.
    pub(crate) fn failed(mut self, error: Error) -> Error {
        self.closed = true;
        let status = error.status();
        if let Some(status) = status {
            self.record_status(status);
        }
        match status {
            Some(status) if error.is_service() => fail(&self.span, status.as_str()),
            _ => fail(&self.span, error.kind_name()),
        }
        self.record_attempts(error.attempts(), error.may_have_been_applied());
        error
    }

    fn record_status(&self, status: StatusCode) {
        self.span
            .record("http.response.status_code", status.as_u16());
    }

    fn record_attempts(&self, attempts: u32, may_have_been_applied: bool) {
        self.span.record("attempts", attempts);
        self.span
            .record("may_have_been_applied", may_have_been_applied);
    }
}

impl Drop for CallSpan {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        let call = self.call;
        let may_have_been_applied = call.kind.changes() && (self.in_flight || call.maybe_applied);
        fail(&self.span, CANCELLED);
        self.record_attempts(call.attempts, may_have_been_applied);
        // With the ids: a log that shows warnings only has no spans.
        warn!(
            parent: &self.span,
            ms.request_id = %call.request_id,
            ms.correlation_id = %call.correlation_id,
            attempts = call.attempts,
            may_have_been_applied,
            "the call was cancelled before its response"
        );
    }
}

/// Marks a span as failed. None is marked as successful: OpenTelemetry leaves that to applications.
fn fail(span: &Span, error_type: &str) {
    span.record("error.type", error_type);
    span.record("otel.status_code", "ERROR");
}

/// The span of a running attempt.
#[derive(Debug)]
pub(crate) struct AttemptSpan {
    span: Span,
    closed: bool,
}

impl AttemptSpan {
    /// `attempt` counts from 1.
    pub(crate) fn open(
        operation: &OperationInfo,
        request: &reqwest::Request,
        attempt: u32,
    ) -> Self {
        let span = info_span!(
            "partner_center.attempt",
            otel.kind = "client",
            otel.name = format!("{} {}", request.method(), operation.url_template),
            otel.status_code = Empty,
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
        Self {
            span,
            closed: false,
        }
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Closes the span with the response, if there was one, and the error type, if it failed.
    pub(crate) fn close(
        mut self,
        response: Option<(StatusCode, &HeaderMap)>,
        error_type: Option<&str>,
    ) {
        self.closed = true;
        if let Some((status, headers)) = response {
            self.span
                .record("http.response.status_code", status.as_u16());
            let id = headers.get("ms-requestid");
            if let Some(id) = id.and_then(|id| id.to_str().ok()) {
                self.span.record("azure.service.request.id", id);
            }
        }
        if let Some(error_type) = error_type {
            fail(&self.span, error_type);
        }
    }
}

impl Drop for AttemptSpan {
    fn drop(&mut self) {
        if !self.closed {
            fail(&self.span, CANCELLED);
        }
    }
}

/// The span in which a call gets its token, from the cache or from the login service.
pub(crate) fn token() -> Span {
    debug_span!("partner_center.token")
}

/// Logs a retry.
pub(crate) fn retry(attempts: u32, delay: Duration) {
    info!(
        http.request.resend_count = attempts,
        delay_ms = milliseconds(delay),
        "retrying the call"
    );
}

/// Logs that there is no retry since the client's retry tokens are spent.
pub(crate) fn retry_tokens_spent(attempts: u32) {
    warn!(
        attempts,
        "not retrying the call: the client's retry budget is spent"
    );
}

/// Logs that there is no retry since the deadline would pass first.
pub(crate) fn past_deadline(attempts: u32, delay: Duration, remaining: Duration) {
    warn!(
        attempts,
        delay_ms = milliseconds(delay),
        remaining_ms = milliseconds(remaining),
        "not retrying the call: its deadline comes first"
    );
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
