//! Spans and events of calls and attempts, named after OpenTelemetry's conventions for HTTP clients.
//!
//! They hold ids, statuses and times, but no tokens, secrets or bodies. Instead of `url.full`,
//! which contains customer ids, they have `url.template`.
//!
//! A span that is dropped before it is closed belongs to a call that its caller cancelled; it is
//! marked as such.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use tracing::field::Empty;
use tracing::{Span, debug_span, info, info_span, record_all, warn};

use crate::call_context::{CallContext, OperationInfo};
use crate::error::Error;

/// The `error.type` of a cancelled call or attempt.
const CANCELLED: &str = "cancelled";

/// The `otel.status_code` of failed calls and attempts. Others have none: OpenTelemetry leaves that to
/// applications.
const ERROR: &str = "ERROR";

/// Polls a future within a span, and drops it outside. `Instrument` would copy the span, and enter it
/// once more to drop the future.
pub(crate) async fn in_span<F: Future>(span: &Span, mut future: Pin<&mut F>) -> F::Output {
    poll_fn(|context| span.in_scope(|| future.as_mut().poll(context))).await
}

/// A running call and its span.
#[derive(Debug)]
pub(crate) struct CallSpan {
    pub(crate) call: CallContext,
    /// Whether an attempt is running, whose request may reach the service.
    in_flight: bool,
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

    /// The span, and what changes while the call runs: its context, and whether an attempt is running.
    pub(crate) fn running(&mut self) -> (&Span, &mut CallContext, &mut bool) {
        (&self.span, &mut self.call, &mut self.in_flight)
    }

    /// Closes the span of a call that succeeded.
    pub(crate) fn succeeded(mut self, status: StatusCode) {
        self.closed = true;
        record_all!(
            self.span,
            attempts = self.call.attempts,
            http.response.status_code = status.as_u16(),
        );
    }

    /// Closes the span of a call that failed, and returns its error.
    pub(crate) fn failed(mut self, error: Error) -> Error {
        self.closed = true;
        let status = error.status();
        let error_type = match &status {
            Some(status) if error.is_service() => status.as_str(),
            _ => error.kind_name(),
        };
        record_all!(
            self.span,
            http.response.status_code = status.map(|status| status.as_u16()),
            error.r#type = error_type,
            otel.status_code = ERROR,
            attempts = error.attempts(),
            may_have_been_applied = error.may_have_been_applied(),
        );
        error
    }
}

impl Drop for CallSpan {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        let call = self.call;
        let may_have_been_applied = call.kind.changes() && (self.in_flight || call.maybe_applied);
        record_all!(
            self.span,
            error.r#type = CANCELLED,
            otel.status_code = ERROR,
            attempts = call.attempts,
            may_have_been_applied,
        );
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
        // In the macro, because it does not evaluate the values where the span is off.
        record_all!(
            self.span,
            http.response.status_code = response.map(|(status, _)| status.as_u16()),
            azure.service.request.id =
                response.and_then(|(_, headers)| headers.get("ms-requestid")?.to_str().ok()),
            error.r#type = error_type,
            otel.status_code = error_type.map(|_| ERROR),
        );
    }
}

impl Drop for AttemptSpan {
    fn drop(&mut self) {
        if !self.closed {
            record_all!(
                self.span,
                error.r#type = CANCELLED,
                otel.status_code = ERROR,
            );
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
