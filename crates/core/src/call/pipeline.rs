//! The path of every call, independent of the operation.
//!
//! Headers and ids are set once per call. Each attempt then has a token and a time limit, until
//! there is a final result, no retry is allowed, or the time for the whole call is over.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderMap;
use tracing::Instrument as _;

use crate::call_context::{CallContext, OperationInfo};
use crate::call_event::{CallEvent, Observer};
use crate::cloud::Cloud;
use crate::credential::{Bearer, Credential, TokenCache};
use crate::error::{Error, TimeLimit};
use crate::error_codes::ErrorCodeInfo;
use crate::network::{Connector, Endpoint, TransportOptions};
use crate::options::CallOptions;
use crate::retry::{self, CallKind, RetryDecision, RetryTokenBucket};
use crate::runtime::{Runtime, within};
use crate::trace::{self, CallSpan, in_span};

use super::attempt::Attempt;
use super::headers::{attempt_headers, header_template, identify};
use super::raw_response::RawResponse;
use super::received::Received;
use super::request::Request;

/// The checked settings of a client.
pub(crate) struct PipelineConfig {
    pub(crate) endpoint: Endpoint,
    pub(crate) authority: Endpoint,
    pub(crate) cloud: Cloud,
    pub(crate) credential: Arc<dyn Credential>,
    pub(crate) options: CallOptions,
    pub(crate) transport: TransportOptions,
    pub(crate) runtime: Arc<dyn Runtime>,
    pub(crate) observer: Observer,
    pub(crate) product: &'static str,
    pub(crate) error_codes: &'static [ErrorCodeInfo],
}

/// Sends the calls of a client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pipeline {
    shared: Arc<Shared>,
    settings: Arc<Settings>,
}

/// Shared by a client, its clones and its variants with other options.
struct Shared {
    api: Connector,
    tokens: TokenCache,
    retry_tokens: RetryTokenBucket,
    runtime: Arc<dyn Runtime>,
    product: &'static str,
    error_codes: &'static [ErrorCodeInfo],
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("endpoint", &self.api.endpoint)
            .field("tokens", &self.tokens)
            .field("runtime", &self.runtime)
            .field("product", &self.product)
            .finish_non_exhaustive()
    }
}

/// What differs between variants of a client.
struct Settings {
    options: CallOptions,
    /// The template of the headers of a call with these options, or which option is not a valid header
    /// value.
    headers: Result<HeaderMap, String>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Settings {
    fn new(options: CallOptions, product: &str, endpoint: &Endpoint) -> Arc<Self> {
        let headers = header_template(&options, product, endpoint);
        Arc::new(Self { options, headers })
    }
}

/// The deadline of a call, kept as start and limit since their sum may overflow `Instant`.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    start: Instant,
    limit: Duration,
}

impl Deadline {
    fn remaining(&self, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.start);
        self.limit.saturating_sub(passed)
    }
}

impl Pipeline {
    pub(crate) fn new(config: PipelineConfig) -> Result<Self, Error> {
        let PipelineConfig {
            endpoint,
            authority,
            cloud,
            transport,
            runtime,
            observer,
            product,
            ..
        } = config;
        let api = Connector::new(endpoint, &transport, true)?.observed_by(&observer);
        // The login service is another host, for which other proxy rules hold. It is asked about
        // once an hour, so idle connections are of no use.
        let login = Connector::new(authority, &transport, false)?.observed_by(&observer);
        let tokens = TokenCache::new(config.credential, cloud, login, Arc::clone(&runtime));
        let settings = Settings::new(config.options, product, &api.endpoint);
        if let Err(message) = &settings.headers {
            return Err(Error::configuration(message.clone()));
        }
        Ok(Self {
            shared: Arc::new(Shared {
                api,
                tokens,
                retry_tokens: RetryTokenBucket::new(),
                runtime,
                product,
                error_codes: config.error_codes,
            }),
            settings,
        })
    }

    /// A variant with other settings where `options` has any.
    pub fn with(&self, options: CallOptions) -> Self {
        let shared = Arc::clone(&self.shared);
        let options = options.or(&self.settings.options);
        let settings = Settings::new(options, shared.product, &shared.api.endpoint);
        Self { shared, settings }
    }

    /// The base URL of the API, without a slash at the end.
    pub fn endpoint(&self) -> &str {
        self.shared.api.endpoint.base()
    }

    /// The clock and the sleep that calls use, for waits between calls.
    pub fn runtime(&self) -> &dyn Runtime {
        &*self.shared.runtime
    }

    /// Sends a request, retries it as the policy allows, and receives the response.
    ///
    /// # Errors
    ///
    /// If there is no complete response. A response of any status is not an error here.
    pub async fn execute(
        &self,
        mut request: Request,
        operation: &OperationInfo,
    ) -> Result<RawResponse, Error> {
        // The HTTP library panics outside of a Tokio runtime.
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::configuration(
                "no Tokio runtime: await calls within one that has time and I/O enabled",
            ));
        }
        let Settings { options, headers } = &*self.settings;
        options.check().map_err(Error::invalid_input)?;
        let headers = headers
            .as_ref()
            .map_err(|message| Error::invalid_input(message.clone()))?;
        let call = identify(
            &mut request,
            operation,
            options.correlation_id,
            self.shared.error_codes,
        )?;
        let mut span = CallSpan::open(operation, call);
        let received = {
            let (tracing_span, call, in_flight) = span.running();
            let attempts = self.attempts(&request, headers, operation, call, in_flight);
            // Pinned here, since they are large, and awaiting them directly would move them.
            in_span(tracing_span, pin!(attempts)).await
        };
        match received {
            Ok(received) => Ok(RawResponse::new(received, span)),
            Err(error) => Err(span.failed(error.on(&self.shared.api.route))),
        }
    }

    async fn attempts(
        &self,
        request: &Request,
        template: &HeaderMap,
        operation: &OperationInfo,
        call: &mut CallContext,
        in_flight: &mut bool,
    ) -> Result<Received, Error> {
        let Shared {
            api,
            tokens,
            retry_tokens,
            ..
        } = &*self.shared;
        let runtime = self.runtime();
        let options = &self.settings.options;
        let deadline = Deadline {
            start: runtime.now(),
            limit: options.call_limit(),
        };
        let mut bearer = self.token(*call, deadline, deadline.start).await?;
        let mut token_rejected = false;
        // Whether an attempt before this one has reached the service.
        let mut sent = false;
        loop {
            call.attempts += 1;
            *in_flight = true;
            let start = runtime.now();
            let limit = attempt_limit(options, deadline, start);
            let headers = attempt_headers(template, request, call, &bearer);
            let request = request.attempt(&api.endpoint, headers);
            let (response, span) = Attempt::prepare(api, request, operation, call.attempts);
            let attempt = Attempt::send(
                response,
                &api.observer,
                runtime,
                &bearer,
                start,
                limit,
                span,
            )
            .await;
            *in_flight = false;
            if attempt.is_unauthorized() && !token_rejected {
                token_rejected = true;
                if tokens.reject(&bearer) && retry_tokens.withdraw() {
                    match self.token(*call, deadline, runtime.now()).await {
                        // The same token would be rejected again.
                        Ok(new) if new.text().expose() == bearer.text().expose() => {
                            return attempt.conclude(*call, limit);
                        }
                        Ok(new) => {
                            bearer = new;
                            api.observer.observe(&CallEvent::Retrying {
                                cause: attempt.failure(),
                                delay: Duration::ZERO,
                            });
                        }
                        Err(error) => return Err(attempt.without_new_token(error)),
                    }
                    continue;
                }
                retry_tokens_spent(call.attempts, &api.observer);
            }
            // The service refuses to do twice what an earlier attempt has done.
            call.maybe_applied |=
                call.kind.changes() && sent && attempt.may_result_from_earlier_attempt();
            sent |= !attempt.is_unsent();
            if !attempt.result(CallKind::Reading).is_transient() {
                retry_tokens.deposit();
                if !attempt.is_unauthorized() {
                    bearer.accepted();
                }
                // Nearly every call ends here, and needs no jitter.
                return attempt.conclude(*call, limit);
            }
            let result = attempt.result(call.kind);
            let decision = retry::decide(
                options.policy(),
                call.attempts,
                result,
                call.kind,
                runtime.wall_clock(),
                runtime.random(),
            );
            let RetryDecision::Wait(delay) = decision else {
                return attempt.conclude(*call, limit);
            };
            let remaining = deadline.remaining(runtime.now());
            if !retry::leaves_time(delay, remaining) {
                trace::past_deadline(call.attempts, delay, remaining);
                api.observer.observe(&CallEvent::NotRetrying {
                    reason: "the time limit of the call comes first",
                });
                return attempt.conclude(*call, limit);
            }
            if !retry_tokens.withdraw() {
                retry_tokens_spent(call.attempts, &api.observer);
                return attempt.conclude(*call, limit);
            }
            call.maybe_applied |= call.kind.changes() && retry::may_have_acted(result, call.kind);
            trace::retry(call.attempts, delay);
            api.observer.observe(&CallEvent::Retrying {
                cause: attempt.failure(),
                delay,
            });
            drop(attempt);
            runtime.sleep(delay).await;
        }
    }

    async fn token(
        &self,
        call: CallContext,
        deadline: Deadline,
        now: Instant,
    ) -> Result<Bearer, Error> {
        let span = trace::token();
        if let Some(bearer) = span.in_scope(|| self.shared.tokens.cached(now)) {
            return Ok(bearer);
        }
        let remaining = deadline.remaining(now);
        let token = within(self.runtime(), remaining, self.shared.tokens.get());
        // In a box, so that the rare call that requests a token does not make all calls larger.
        let Some(token) = Box::pin(token.instrument(span)).await else {
            let whole = deadline.limit;
            let limit = TimeLimit::Call { whole, remaining };
            return Err(Error::timeout(call, limit, false, None));
        };
        token.map_err(|error| Error::credential(call, error))
    }
}

fn retry_tokens_spent(attempts: u32, observer: &Observer) {
    trace::retry_tokens_spent(attempts);
    observer.observe(&CallEvent::NotRetrying {
        reason: "the retry budget of the client is spent",
    });
}

/// The limit of the next attempt: its own, or what is left for the whole call.
fn attempt_limit(options: &CallOptions, deadline: Deadline, now: Instant) -> TimeLimit {
    let remaining = deadline.remaining(now);
    let limit = options.attempt_limit();
    if remaining < limit {
        TimeLimit::Call {
            whole: deadline.limit,
            remaining,
        }
    } else {
        TimeLimit::Attempt(limit)
    }
}
