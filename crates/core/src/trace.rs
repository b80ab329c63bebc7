//! Spans and events: one span a call, within it one an attempt, with the names of OpenTelemetry's
//! conventions for HTTP clients. Ids, statuses and times stand in them; tokens, secrets, bodies
//! and addresses with ids of customers in them do not, so `url.full` is left out and
//! `url.template` has its place.
//!
//! A span is closed by what came of it. One that is dropped before is a call that its caller gave
//! up, which would leave no trace otherwise, and nobody knows then what the service has done.

use std::time::Duration;

use tracing::field::Empty;
use tracing::{Span, debug_span, info, info_span, warn};

use crate::error::{Call, Error};
use crate::pipeline::{Attempted, OperationInfo};
use crate::response::Response;

/// What a span says of work that was given up.
const CANCELLED: &str = "cancelled";

/// A call on its way: how far it has come, and its span.
#[derive(Debug)]
pub(crate) struct CallSpan {
    pub(crate) call: Call,
    /// An attempt is on its way, and may reach the service or not.
    pub(crate) in_flight: bool,
    span: Span,
    closed: bool,
}

impl CallSpan {
    pub(crate) fn open(operation: &OperationInfo, call: Call) -> Self {
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

    /// The call succeeded, and this is what its caller gets.
    pub(crate) fn succeeded<T>(mut self, response: Response<T>) -> Response<T> {
        self.closed = true;
        self.span.record("attempts", response.attempts());
        self.span
            .record("http.response.status_code", response.status().as_u16());
        response
    }

    /// The call failed, and this is what its caller gets.
    pub(crate) fn failed(mut self, error: Error) -> Error {
        self.closed = true;
        let status = error.status();
        if let Some(status) = status {
            self.span
                .record("http.response.status_code", status.as_u16());
        }
        match status {
            Some(status) if error.is_service() => fail(&self.span, status.as_str()),
            _ => fail(&self.span, error.kind_name()),
        }
        self.so_far(error.attempts(), error.may_have_been_applied());
        error
    }

    fn so_far(&self, attempts: u32, may_have_been_applied: bool) {
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
        let Call {
            attempts, mutating, ..
        } = self.call;
        let may_have_been_applied = mutating && (self.in_flight || self.call.maybe_applied);
        fail(&self.span, CANCELLED);
        self.so_far(attempts, may_have_been_applied);
        // With its ids, since a log of warnings alone has no span.
        warn!(
            parent: &self.span,
            ms.request_id = %self.call.request_id,
            ms.correlation_id = %self.call.correlation_id,
            attempts,
            may_have_been_applied,
            "the call was given up before its answer"
        );
    }
}

/// Marks a span as failed. Nothing marks one as good: OpenTelemetry leaves that to applications.
fn fail(span: &Span, error_type: &str) {
    span.record("error.type", error_type);
    span.record("otel.status_code", "ERROR");
}

/// An attempt on its way.
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

    /// Closes it with what came of the attempt.
    pub(crate) fn close(mut self, attempted: &Attempted) {
        self.closed = true;
        if let Some(answer) = attempted.answer() {
            self.span
                .record("http.response.status_code", answer.status().as_u16());
            let id = answer.headers().get("ms-requestid");
            if let Some(id) = id.and_then(|id| id.to_str().ok()) {
                self.span.record("azure.service.request.id", id);
            }
        }
        if let Some(error) = attempted.error_type() {
            fail(&self.span, error);
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

/// The span in which a token is had, from the cache or from the login service.
pub(crate) fn token() -> Span {
    debug_span!("partner_center.token")
}

/// Says that a call is sent again.
pub(crate) fn retry(attempts: u32, delay: Duration) {
    info!(
        http.request.resend_count = attempts,
        delay_ms = milliseconds(delay),
        "sending the call again"
    );
}

/// Says that a call would have been sent again, were there a budget left for retries.
pub(crate) fn over_budget(attempts: u32) {
    warn!(
        attempts,
        "not sending the call again: the client's retry budget is spent"
    );
}

/// Says that a call would have been sent again, were there time left for it.
pub(crate) fn past_deadline(attempts: u32, delay: Duration, remaining: Duration) {
    warn!(
        attempts,
        delay_ms = milliseconds(delay),
        remaining_ms = milliseconds(remaining),
        "not sending the call again: its deadline comes before"
    );
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
