//! Requests tokens from the token endpoint, and codes from the device authorization endpoint, with
//! retries. Such a request changes nothing, so it is safe to repeat.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use crate::call_event::{AttemptFailure, CallEvent, Observer, VisibleHeaders};
use crate::network::{Connector, Route};
use crate::redact::redact_headers;
use crate::retry::{self, AttemptResult, CallKind, ResponseParts, RetryDecision, RetryPolicy};
use crate::runtime::within;

use super::entra_error::EntraError;
use super::error::CredentialError;
use super::form::Form;
use super::provider::TokenRequest;
use super::token_response::{Granted, TokenResponse};

/// The limit for one attempt.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(30);

/// The longest `Retry-After` to wait for, since a caller is waiting too.
const RETRY_AFTER_CAP: Duration = Duration::from_secs(30);

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A response, with the error if it is incomplete.
type Sent = Result<(TokenResponse, Option<reqwest::Error>), reqwest::Error>;

/// A checked URL to which secrets may be sent.
#[derive(Clone, Debug)]
pub(crate) struct TokenEndpoint {
    pub(crate) url: String,
}

impl TokenEndpoint {
    /// Sends the form and decodes the tokens.
    pub(crate) async fn request_token(
        &self,
        request: &TokenRequest<'_>,
        form: Form<'_>,
    ) -> Result<Granted, CredentialError> {
        // It may be the only copy, even if the connection was closed after it.
        let has_refresh_token =
            |response: &TokenResponse| response.granted(form.secrets()).refresh_token.is_some();
        let (response, incomplete) = self.post(request, &form, has_refresh_token).await?;
        let mut granted = response.granted(form.secrets());
        if let Some(error) = incomplete {
            granted.access_token = Err(error);
        }
        Ok(granted)
    }

    /// Sends the form and returns the response of a success. An incomplete one is retried, unless
    /// `keep` is true for it; then the error says why it is incomplete.
    pub(super) async fn post(
        &self,
        request: &TokenRequest<'_>,
        form: &Form<'_>,
        keep: impl Fn(&TokenResponse) -> bool,
    ) -> Result<(TokenResponse, Option<CredentialError>), CredentialError> {
        let runtime = request.runtime;
        let route = &request.login.route;
        let policy = RetryPolicy::default().retry_after_cap(RETRY_AFTER_CAP);
        let body = form.encode();
        let mut attempt = 1;
        loop {
            let start = runtime.now();
            let sent = self.send(request.login, body.clone());
            let sent = within(runtime, ATTEMPT_LIMIT, sent).await;
            let elapsed = runtime.now().saturating_duration_since(start);
            let failure = observe(
                &request.login.observer,
                sent.as_ref(),
                elapsed,
                form.secrets(),
            );
            let Some(sent) = sent else {
                let limit = ATTEMPT_LIMIT.as_secs();
                let message = format!(
                    "timed out: no complete response from the login service at {route} within \
                     {limit} s"
                );
                return Err(CredentialError::new(message).with_transient(true));
            };
            let now = runtime.wall_clock();
            let decide = |result| {
                retry::decide(
                    &policy,
                    attempt,
                    result,
                    CallKind::Reading,
                    now,
                    runtime.random(),
                )
            };
            let (error, decision) = match sent {
                Ok((response, None)) if response.status.is_success() => {
                    return Ok((response, None));
                }
                Ok((response, None)) => {
                    let body = response.body_without_partial_secret(form.secrets());
                    let refusal = EntraError::read(response.status, body, form.secrets());
                    let status = if refusal.says_transient() {
                        StatusCode::SERVICE_UNAVAILABLE
                    } else {
                        response.status
                    };
                    let decision = decide(AttemptResult::Response(ResponseParts {
                        status,
                        headers: &response.headers,
                        body: &[],
                    }));
                    let asked = retry::retry_after(&response.headers, now);
                    (CredentialError::refused(refusal, asked), decision)
                }
                Ok((response, Some(error))) => {
                    if response.status.is_success() && keep(&response) {
                        return Ok((response, Some(unreachable(route, error))));
                    }
                    (unreachable(route, error), decide(AttemptResult::NoResponse))
                }
                Err(error) => {
                    let result = if error.is_connect() {
                        AttemptResult::NotSent
                    } else {
                        AttemptResult::NoResponse
                    };
                    (unreachable(route, error), decide(result))
                }
            };
            match decision {
                RetryDecision::Stop => return Err(error),
                RetryDecision::Wait(delay) => {
                    let cause = failure;
                    let event = CallEvent::Retrying { cause, delay };
                    request.login.observer.observe(&event);
                    runtime.sleep(delay).await;
                }
            }
            attempt += 1;
        }
    }

    /// Sends the form and receives the response, with the error if it is incomplete.
    async fn send(&self, login: &Connector, body: Bytes) -> Sent {
        let request = login.http.post(&self.url).header(ACCEPT, JSON);
        let request = request.header(CONTENT_TYPE, FORM).body(body).build()?;
        login.observer.sending(&request);
        let mut response = login.http.execute(request).await?;
        let headers = std::mem::take(response.headers_mut());
        let mut received = TokenResponse::new(response.status(), headers);
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if received.append(&chunk) => {}
                Ok(_) => return Ok((received, None)),
                Err(error) => return Ok((received, Some(error))),
            }
        }
    }
}

/// Reports the end of an attempt, and returns why it does not suffice if it does not. `sent` is
/// `None` if the time ran out.
fn observe(
    observer: &Observer,
    sent: Option<&Sent>,
    elapsed: Duration,
    secrets: &[&str],
) -> AttemptFailure {
    let cause = match sent {
        None => AttemptFailure::TimedOut,
        Some(Ok((response, None))) => AttemptFailure::Status(response.status),
        Some(Err(error)) if error.is_connect() => AttemptFailure::NotConnected,
        Some(_) => AttemptFailure::ConnectionClosed,
    };
    match sent {
        // Copying the headers is for observers only.
        _ if !observer.is_some() => {}
        Some(Ok((response, None))) => {
            let headers = redact_headers(response.headers.clone(), secrets);
            observer.observe(&CallEvent::Received {
                status: response.status,
                headers: VisibleHeaders::new(&headers),
                elapsed,
            });
        }
        _ => observer.observe(&CallEvent::Failed { cause, elapsed }),
    }
    cause
}

fn unreachable(route: &Route, error: reqwest::Error) -> CredentialError {
    let what = if error.is_connect() {
        format!("no connection to the login service at {route}")
    } else if error.is_builder() {
        format!("the request to the login service at {route} could not be built")
    } else {
        format!(
            "connection closed before the response of the login service at {route} was complete"
        )
    };
    // The error's message contains the URL otherwise.
    let error = error.without_url();
    CredentialError::new(format!("{what} ({})", route.cause(&error)))
        .with_transient(!error.is_builder())
        .with_source(error)
}
