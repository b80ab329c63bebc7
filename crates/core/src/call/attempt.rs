//! One attempt of a call: sends the request, receives the response, and classifies the result.

use std::pin::pin;
use std::time::{Duration, Instant};

use http::StatusCode;

use crate::call_context::{CallContext, OperationInfo};
use crate::call_event::{AttemptFailure, CallEvent, Observer, VisibleHeaders};
use crate::credential::Bearer;
use crate::error::{Error, TimeLimit};
use crate::network::Connector;
use crate::retry::{AttemptResult, CallKind};
use crate::runtime::{Runtime, within};
use crate::trace::{AttemptSpan, in_span};

use super::received::Received;

/// What the HTTP library makes of a request: the head of a response, or an error.
type Sent = reqwest::Result<reqwest::Response>;

/// What an attempt resulted in.
pub(super) enum Attempt {
    /// A whole response, or as much of it as is kept.
    Response(Received),
    /// The head of a response; then the connection closed, or without an error the time ran out.
    Incomplete(Received, Option<reqwest::Error>),
    /// No connection, so nothing was sent.
    NotSent(reqwest::Error),
    /// The request may have been sent, and there was no response; without an error the time ran
    /// out.
    NoResponse(Option<reqwest::Error>),
}

impl Attempt {
    /// Opens the span of an attempt, reports its request to the observer, and returns the future that
    /// sends it.
    ///
    /// Not async, because a `reqwest::Request` would enlarge the future of every call.
    pub(super) fn prepare(
        api: &Connector,
        request: reqwest::Request,
        operation: &OperationInfo,
        attempt: u32,
    ) -> (impl Future<Output = Sent> + use<>, AttemptSpan) {
        let span = AttemptSpan::open(operation, &request, attempt);
        api.observer.sending(&request);
        (api.http.execute(request), span)
    }

    /// Sends the request by awaiting its response, within the limit. `bearer` is redacted where the
    /// response repeats it, and `start` is when the attempt began.
    pub(super) async fn send(
        response: impl Future<Output = Sent>,
        observer: &Observer,
        runtime: &dyn Runtime,
        bearer: &Bearer,
        start: Instant,
        limit: TimeLimit,
        span: AttemptSpan,
    ) -> Self {
        let mut head = None;
        let exchanged = {
            // Pinned here, since it is large, and `within` would move it. The timer needs no span.
            let exchange = pin!(exchange(response, runtime, bearer, &mut head));
            within(runtime, limit.remaining(), in_span(span.span(), exchange)).await
        };
        let attempt = match (exchanged, head) {
            (Some(Ok(())), Some(response)) => Self::Response(response),
            (Some(Err(error)), Some(response)) => Self::Incomplete(response, Some(error)),
            (None, Some(response)) => Self::Incomplete(response, None),
            // This includes connecting that timed out: nothing was sent.
            (Some(Err(error)), None) if error.is_connect() => Self::NotSent(error),
            (Some(Err(error)), None) => Self::NoResponse(Some(error)),
            (None | Some(Ok(())), None) => Self::NoResponse(None),
        };
        let response = attempt.response();
        span.close(
            response.map(|response| (response.status, &response.headers)),
            attempt.error_type(),
        );
        if observer.is_some() {
            let elapsed = runtime.now().saturating_duration_since(start);
            observer.observe(&attempt.event(elapsed));
        }
        attempt
    }

    /// The result as retries see it.
    pub(super) fn result(&self, kind: CallKind) -> AttemptResult<'_> {
        match self {
            // An incomplete success of a reading call can be read again. A call that changes something
            // is done.
            Self::Incomplete(response, _) if response.status.is_success() && !kind.changes() => {
                AttemptResult::NoResponse
            }
            Self::Response(response) | Self::Incomplete(response, _) => {
                AttemptResult::Response(response.parts())
            }
            Self::NotSent(_) => AttemptResult::NotSent,
            Self::NoResponse(_) => AttemptResult::NoResponse,
        }
    }

    pub(super) fn is_unauthorized(&self) -> bool {
        self.response()
            .is_some_and(|response| response.status == StatusCode::UNAUTHORIZED)
    }

    /// Whether nothing was sent.
    pub(super) fn is_unsent(&self) -> bool {
        matches!(self, Self::NotSent(_))
    }

    /// Whether an earlier attempt of the same call may be the reason for this response. Refusals of a
    /// token and rate limits are not, because they come before the service looks at the request.
    pub(super) fn may_result_from_earlier_attempt(&self) -> bool {
        self.response().is_some_and(|response| {
            !matches!(
                response.status,
                StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS
            )
        })
    }

    /// What the caller gets if this is the last attempt.
    pub(super) fn conclude(self, call: CallContext, limit: TimeLimit) -> Result<Received, Error> {
        match self {
            Self::Response(response) => Ok(response),
            Self::Incomplete(mut response, error) => {
                response.whole = false;
                let response = response.into_error_response();
                Err(Error::incomplete(call, response, limit, error))
            }
            Self::NotSent(error) => Err(Error::connect(call, error)),
            Self::NoResponse(Some(error)) if !error.is_timeout() => {
                Err(Error::interrupted(call, error))
            }
            Self::NoResponse(error) => Err(Error::timeout(call, limit, true, error)),
        }
    }

    /// What the caller gets if there is no new token after this attempt's 401.
    pub(super) fn without_new_token(self, error: Error) -> Error {
        match self {
            Self::Response(response) | Self::Incomplete(response, _) => {
                error.after(response.into_error_response())
            }
            Self::NotSent(_) | Self::NoResponse(_) => error,
        }
    }

    fn response(&self) -> Option<&Received> {
        match self {
            Self::Response(response) | Self::Incomplete(response, _) => Some(response),
            Self::NotSent(_) | Self::NoResponse(_) => None,
        }
    }

    /// Why the attempt does not suffice.
    pub(super) fn failure(&self) -> AttemptFailure {
        match self {
            Self::Response(response) => AttemptFailure::Status(response.status),
            Self::NotSent(_) => AttemptFailure::NotConnected,
            Self::Incomplete(_, None) | Self::NoResponse(None) => AttemptFailure::TimedOut,
            Self::Incomplete(..) | Self::NoResponse(_) => AttemptFailure::ConnectionClosed,
        }
    }

    fn event(&self, elapsed: Duration) -> CallEvent<'_> {
        match self {
            Self::Response(response) => CallEvent::Received {
                status: response.status,
                headers: VisibleHeaders::new(&response.headers),
                elapsed,
            },
            _ => CallEvent::Failed {
                cause: self.failure(),
                elapsed,
            },
        }
    }

    /// What failed, in one word for traces.
    fn error_type(&self) -> Option<&str> {
        match self {
            Self::Response(response) if response.status.is_success() => None,
            Self::Response(response) => Some(response.status.as_str()),
            Self::NotSent(_) => Some("connect"),
            Self::Incomplete(_, None) | Self::NoResponse(None) => Some("timeout"),
            Self::Incomplete(..) | Self::NoResponse(_) => Some("interrupted"),
        }
    }
}

/// Awaits the response, which is left in `head` as far as it was received.
async fn exchange(
    response: impl Future<Output = Sent>,
    runtime: &dyn Runtime,
    bearer: &Bearer,
    head: &mut Option<Received>,
) -> Result<(), reqwest::Error> {
    let mut response = response.await?;
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let received = Received::new(status, headers, runtime, bearer.clone());
    let received = head.insert(received);
    while let Some(chunk) = response.chunk().await? {
        if !received.append(chunk) {
            break;
        }
    }
    Ok(())
}
