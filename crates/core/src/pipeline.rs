//! One call, from a request that generated code has built to an answer or an error. Knows no
//! operation, and every operation goes through it.
//!
//! The call's ids and headers are set once; then come attempts, each with a token and a time
//! limit, until one is answered, none may follow, or the time for the whole call is spent. What
//! may follow is `retry`'s to say; here is only the loop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT,
};
use http::{HeaderMap, Method, StatusCode};
use tracing::Instrument;

use crate::cloud::Cloud;
use crate::raw_response::RawResponse;

use crate::credential::{Bearer, Credential, TokenCache};
use crate::effect;
use crate::endpoint::Endpoint;
use crate::error::{Call, Error, Limit};
use crate::error_codes::ErrorCodeInfo;
use crate::id::{CorrelationId, RequestId};
use crate::options::CallOptions;
use crate::retry::{self, AttemptResult, RetryDecision, RetryTokenBucket};
use crate::runtime::{Runtime, within};
use crate::trace::{self, AttemptSpan, CallSpan};

const MS_REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const MS_CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const MS_APPLICATION: HeaderName = HeaderName::from_static("ms-partnercenter-application");
const X_LOCALE: HeaderName = HeaderName::from_static("x-locale");
const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How much of a successful answer is read. The largest known are some hundred kilobytes.
const BODY_LIMIT: usize = 32 * 1024 * 1024;
/// How much of any other answer is read: a person reads it.
const ERROR_BODY_LIMIT: usize = 256 * 1024;

/// What the generated code says of an operation.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// The operation's id in the OpenAPI document.
    pub operation_id: &'static str,
    /// The path with the names of its parameters in braces.
    pub url_template: &'static str,
}

/// What calls are sent with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pipeline {
    shared: Arc<Shared>,
    settings: Arc<Settings>,
}

/// What may differ from one variant of a client to the next.
#[derive(Debug)]
struct Settings {
    options: CallOptions,
    /// The headers that all calls with these options carry, or why there are none.
    headers: Result<HeaderMap, String>,
}

impl Settings {
    fn new(options: CallOptions, product: &str) -> Arc<Self> {
        let headers = fixed_headers(&options, product);
        Arc::new(Self { options, headers })
    }
}

/// What is set up once and shared by a client, its clones and its variants.
#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    endpoint: Endpoint,
    tokens: TokenCache,
    budget: RetryTokenBucket,
    runtime: Arc<dyn Runtime>,
    product: &'static str,
    error_codes: &'static [ErrorCodeInfo],
}

/// The time for a whole call. Counted as what has passed, since no clock holds every sum.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    start: Instant,
    limit: Duration,
}

impl Deadline {
    fn remaining(&self, runtime: &dyn Runtime) -> Duration {
        let passed = runtime.now().saturating_duration_since(self.start);
        self.limit.saturating_sub(passed)
    }
}

/// What came of one attempt.
pub(crate) enum Attempted {
    Answered(RawResponse),
    /// The answer's head came; the rest did not.
    CutOff(RawResponse, Option<reqwest::Error>),
    /// Nothing was sent.
    NotSent(reqwest::Error),
    /// Something may have been sent, and no answer came; without an error the time ran out.
    NoAnswer(Option<reqwest::Error>),
}

impl Pipeline {
    pub(crate) fn new(
        endpoint: Endpoint,
        cloud: Cloud,
        credential: Arc<dyn Credential>,
        options: CallOptions,
        connect_timeout: Duration,
        runtime: Arc<dyn Runtime>,
        product: &'static str,
        error_codes: &'static [ErrorCodeInfo],
    ) -> Result<Self, Error> {
        let http = built(transport(&endpoint, connect_timeout))?;
        // The login service is another host, with its own rule about proxies.
        let authority = Endpoint::parse(cloud.authority())
            .map_err(|error| Error::configuration(error.to_string()))?;
        // A connection is of use to the Tokio runtime that opened it, and none is wanted twice in
        // the lifetime of a token.
        let login = transport(&authority, connect_timeout).pool_max_idle_per_host(0);
        let login = built(login)?;
        let tokens = TokenCache::new(credential, cloud, login, Arc::clone(&runtime));
        let settings = Settings::new(options, product);
        // Whatever cannot stand in a header is said now.
        if let Err(message) = &settings.headers {
            return Err(Error::configuration(message.clone()));
        }
        Ok(Self {
            shared: Arc::new(Shared {
                http,
                endpoint,
                tokens,
                budget: RetryTokenBucket::new(),
                runtime,
                product,
                error_codes,
            }),
            settings,
        })
    }

    /// The same, with settings of its own where `options` has any.
    pub fn with(&self, options: CallOptions) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            settings: Settings::new(options.or(&self.settings.options), self.shared.product),
        }
    }

    /// What builds requests. It is not what sends them: that is [`execute`](Self::execute).
    pub fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    /// The URL of a path of the API, such as `/v1/customers`.
    pub fn url(&self, path: &str) -> reqwest::Url {
        self.shared.endpoint.at(path)
    }

    /// The clock and the sleep of its calls, for what waits between calls.
    pub fn runtime(&self) -> &dyn Runtime {
        &*self.shared.runtime
    }

    /// Sends a request, as often as policy allows, and reads its answer.
    ///
    /// # Errors
    ///
    /// If no whole answer came. An answer of any status is no error here.
    pub async fn execute(
        &self,
        mut request: reqwest::Request,
        operation: &OperationInfo,
    ) -> Result<RawResponse, Error> {
        // The HTTP library would panic without it.
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::configuration(
                "no Tokio runtime: a call must be awaited within one, with its timer and its I/O on",
            ));
        }
        self.settings
            .options
            .check()
            .map_err(Error::invalid_input)?;
        let call = self.prepare(&mut request, operation)?;
        let mut calling = CallSpan::open(operation, call);
        let span = calling.span().clone();
        let attempts = self.attempts(&request, operation, &mut calling);
        match attempts.instrument(span).await {
            // Whether it is a success, generated code has yet to say.
            Ok(answer) => Ok(answer.traced(calling)),
            Err(error) => Err(calling.failed(error)),
        }
    }

    async fn attempts(
        &self,
        request: &reqwest::Request,
        operation: &OperationInfo,
        calling: &mut CallSpan,
    ) -> Result<RawResponse, Error> {
        let Shared {
            tokens,
            budget,
            runtime,
            ..
        } = &*self.shared;
        let deadline = Deadline {
            start: runtime.now(),
            limit: self.settings.options.call_limit(),
        };
        let mut bearer = self.token(&calling.call, deadline).await?;
        let mut token_dropped = false;
        loop {
            calling.call.attempts += 1;
            calling.in_flight = true;
            let limit = self.limit(deadline);
            let attempted = self
                .attempt(request, operation, &calling.call, &bearer, limit)
                .await;
            calling.in_flight = false;
            let call = &mut calling.call;
            if attempted.is_unauthorized() && !token_dropped {
                token_dropped = true;
                if tokens.reject(&bearer) && budget.pay() {
                    bearer = match self.token(call, deadline).await {
                        // The same token would be refused the same way.
                        Ok(fresh) if fresh.text().expose() == bearer.text().expose() => {
                            return conclude(attempted, *call, limit);
                        }
                        Ok(fresh) => fresh,
                        Err(error) => return Err(attempted.refused_before(error, *call)),
                    };
                    continue;
                }
                trace::over_budget(call.attempts);
            }
            if !attempted.is_transient() {
                budget.earn();
                if !attempted.is_unauthorized() {
                    bearer.was_taken();
                }
                // Nearly each call ends here, and needs no chance.
                return conclude(attempted, *call, limit);
            }
            let verdict = retry::decide(
                self.settings.options.policy(),
                call.attempts,
                attempted.seen(call.mutating),
                call.mutating,
                runtime.wall_clock(),
                runtime.random(),
            );
            let RetryDecision::Wait(delay) = verdict else {
                return conclude(attempted, *call, limit);
            };
            let remaining = deadline.remaining(&**runtime);
            if !retry::leaves_time(delay, remaining) {
                trace::past_deadline(call.attempts, delay, remaining);
                return conclude(attempted, *call, limit);
            }
            if !budget.pay() {
                trace::over_budget(call.attempts);
                return conclude(attempted, *call, limit);
            }
            call.maybe_applied |= call.mutating && attempted.may_have_acted();
            trace::retry(call.attempts, delay);
            drop(attempted);
            runtime.sleep(delay).await;
        }
    }

    /// The limit of the next attempt: its own, or what is left for the whole call.
    fn limit(&self, deadline: Deadline) -> Limit {
        let remaining = deadline.remaining(&*self.shared.runtime);
        let of_attempt = self.settings.options.attempt_limit();
        if remaining < of_attempt {
            Limit::Call {
                whole: deadline.limit,
                remaining,
            }
        } else {
            Limit::Attempt(of_attempt)
        }
    }

    async fn token(&self, call: &Call, deadline: Deadline) -> Result<Bearer, Error> {
        let runtime = &*self.shared.runtime;
        let remaining = deadline.remaining(runtime);
        let token = within(runtime, remaining, self.shared.tokens.get());
        match token.instrument(trace::token()).await {
            Some(Ok(token)) => Ok(token),
            Some(Err(error)) => Err(Error::credential(*call, error)),
            None => {
                let whole = deadline.limit;
                Err(Error::timeout(
                    *call,
                    Limit::Call { whole, remaining },
                    false,
                    None,
                ))
            }
        }
    }

    async fn attempt(
        &self,
        request: &reqwest::Request,
        operation: &OperationInfo,
        call: &Call,
        bearer: &Bearer,
        limit: Limit,
    ) -> Attempted {
        let span = AttemptSpan::open(operation, request, call.attempts);
        let mut head = None;
        let exchange = self.exchange(request, bearer, *call, &mut head);
        let exchanged = within(&*self.shared.runtime, limit.duration(), exchange);
        let attempted = match (exchanged.instrument(span.span().clone()).await, head) {
            (Some(Ok(())), Some(answer)) => Attempted::Answered(answer),
            (Some(Err(error)), Some(answer)) => Attempted::CutOff(answer, Some(error)),
            (None, Some(answer)) => Attempted::CutOff(answer, None),
            // Connecting that ran out of time is a connect too: that nothing was sent is what counts.
            (Some(Err(error)), None) if error.is_connect() => Attempted::NotSent(error),
            (Some(Err(error)), None) => Attempted::NoAnswer(Some(error)),
            (None | Some(Ok(())), None) => Attempted::NoAnswer(None),
        };
        span.close(&attempted);
        attempted
    }

    /// Sends the request and reads its answer, which is left in `head` as far as it has come.
    async fn exchange(
        &self,
        request: &reqwest::Request,
        bearer: &Bearer,
        call: Call,
        head: &mut Option<RawResponse>,
    ) -> Result<(), reqwest::Error> {
        let mut copy = reqwest::Request::new(request.method().clone(), request.url().clone());
        copy.headers_mut().clone_from(request.headers());
        copy.headers_mut().insert(AUTHORIZATION, bearer.header());
        if let Some(body) = request.body().and_then(reqwest::Body::as_bytes) {
            *copy.body_mut() = Some(Bytes::copy_from_slice(body).into());
        }
        let mut response = self.shared.http.execute(copy).await?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let retry_after = retry::retry_after(&headers, self.shared.runtime.wall_clock());
        let limit = if status.is_success() {
            BODY_LIMIT
        } else {
            ERROR_BODY_LIMIT
        };
        let answer = RawResponse::new(call, status, headers, retry_after, bearer.clone());
        let answer = head.insert(answer);
        while let Some(chunk) = response.chunk().await? {
            if !answer.keep(&chunk, limit) {
                break;
            }
        }
        Ok(())
    }

    /// Adds the headers that every call carries; those that the call has set stay.
    fn prepare(
        &self,
        request: &mut reqwest::Request,
        operation: &OperationInfo,
    ) -> Result<Call, Error> {
        let mutating = effect::is_mutating(request.method());
        let empty_upload = request.body().is_none()
            && matches!(
                *request.method(),
                Method::POST | Method::PUT | Method::PATCH
            );
        let fixed = self.settings.headers.as_ref();
        let mut fixed = fixed
            .cloned()
            .map_err(|message| Error::invalid_input(message.clone()))?;
        let headers = request.headers_mut();
        // What the call itself has set stays.
        fixed.extend(std::mem::take(headers));
        *headers = fixed;
        let request_id = id_header(headers, MS_REQUEST_ID, RequestId::random)?;
        let of_client = self.settings.options.correlation_id;
        let correlation_id = id_header(headers, MS_CORRELATION_ID, || {
            of_client.unwrap_or_else(CorrelationId::random)
        })?;
        if empty_upload {
            // Without the length, gateways of the service's kind answer 411, and the HTTP
            // library leaves it out. The type is what the documented request of an accept has.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            headers.entry(CONTENT_TYPE).or_insert(APPLICATION_JSON);
        }
        Ok(Call {
            operation_id: operation.operation_id,
            mutating,
            request_id,
            correlation_id,
            attempts: 0,
            maybe_applied: false,
            error_codes: self.shared.error_codes,
        })
    }
}

/// The headers that are the same for all calls with these options.
fn fixed_headers(options: &CallOptions, product: &str) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, APPLICATION_JSON);
    let own = format!("{product} ({})", std::env::consts::OS);
    let user_agent = match &options.user_agent {
        Some(product) => format!("{product} {own}"),
        None => own,
    };
    headers.insert(USER_AGENT, text_header("user agent", &user_agent)?);
    if let Some(locale) = &options.locale {
        headers.insert(X_LOCALE, text_header("locale", locale)?);
    }
    if let Some(name) = &options.application {
        headers.insert(MS_APPLICATION, text_header("application", name)?);
    }
    Ok(headers)
}

/// What the caller gets.
fn conclude(attempted: Attempted, call: Call, limit: Limit) -> Result<RawResponse, Error> {
    match attempted {
        Attempted::Answered(answer) => Ok(answer.of(call)),
        Attempted::CutOff(answer, error) => Err(answer.of(call).cut_off(limit, error)),
        Attempted::NotSent(error) => Err(Error::connect(call, error)),
        Attempted::NoAnswer(Some(error)) if !error.is_timeout() => {
            Err(Error::interrupted(call, error))
        }
        Attempted::NoAnswer(error) => Err(Error::timeout(call, limit, true, error)),
    }
}

impl Attempted {
    fn seen(&self, mutating: bool) -> AttemptResult<'_> {
        match self {
            // What was to be read did not come whole, and can be read again; what was to be
            // changed is changed.
            Self::CutOff(answer, _) if answer.status().is_success() && !mutating => {
                AttemptResult::NoAnswer
            }
            Self::Answered(answer) | Self::CutOff(answer, _) => {
                AttemptResult::Response(answer.status(), answer.headers())
            }
            Self::NotSent(_) => AttemptResult::NotSent,
            Self::NoAnswer(_) => AttemptResult::NoAnswer,
        }
    }

    /// Whether a mutating call may have taken effect with this attempt.
    fn may_have_acted(&self) -> bool {
        match self.seen(true) {
            AttemptResult::NotSent => false,
            AttemptResult::NoAnswer => true,
            AttemptResult::Response(status, headers) => effect::possible_after(status, headers),
        }
    }

    fn is_unauthorized(&self) -> bool {
        self.answer()
            .is_some_and(|answer| answer.status() == StatusCode::UNAUTHORIZED)
    }

    /// Whether it says that the service is in trouble, and not the call.
    fn is_transient(&self) -> bool {
        retry::is_transient(self.seen(false))
    }

    /// There is no new token after this answer; what it said is kept beside that.
    fn refused_before(self, error: Error, call: Call) -> Error {
        match self {
            Self::Answered(answer) | Self::CutOff(answer, _) => {
                answer.of(call).refused_before(error)
            }
            Self::NotSent(_) | Self::NoAnswer(_) => error,
        }
    }

    /// The answer, as far as one came.
    pub(crate) fn answer(&self) -> Option<&RawResponse> {
        match self {
            Self::Answered(answer) | Self::CutOff(answer, _) => Some(answer),
            Self::NotSent(_) | Self::NoAnswer(_) => None,
        }
    }

    /// What went wrong, in a word for a trace.
    pub(crate) fn error_type(&self) -> Option<&str> {
        match self {
            Self::Answered(answer) if answer.status().is_success() => None,
            Self::Answered(answer) => Some(answer.status_text()),
            Self::NotSent(_) => Some("connect"),
            Self::CutOff(_, None) | Self::NoAnswer(None) => Some("timeout"),
            Self::CutOff(..) | Self::NoAnswer(_) => Some("interrupted"),
        }
    }
}

/// The HTTP library as it is set up for a host.
fn transport(endpoint: &Endpoint, connect_timeout: Duration) -> reqwest::ClientBuilder {
    let mut http = reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        // Another host must not get the token, and a redirected POST would not be a POST.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false);
    if endpoint.is_loopback() {
        // A proxy would be another machine that reads the token.
        http = http.no_proxy();
    }
    http
}

fn built(http: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
    http.build().map_err(|error| {
        Error::configuration(format!("failed to set up the HTTP library: {error}"))
    })
}

/// A setting as a header.
fn text_header(name: &str, text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text).map_err(|_| {
        format!(
            "{name}: {text:?} cannot stand in a header; expected visible characters on one line"
        )
    })
}

/// The id that the call has set in a header, or one that is set there now.
fn id_header<I>(
    headers: &mut HeaderMap,
    name: HeaderName,
    otherwise: impl FnOnce() -> I,
) -> Result<I, Error>
where
    I: std::str::FromStr<Err = crate::ParseGuidError> + std::fmt::Display,
{
    if let Some(value) = headers.get(&name) {
        let text = value.to_str().unwrap_or_default();
        let id = text.parse();
        return id.map_err(|error| Error::invalid_input(format!("{name}: {error}")));
    }
    let id = otherwise();
    let value = text_header(name.as_str(), &id.to_string()).map_err(Error::invalid_input)?;
    headers.insert(name, value);
    Ok(id)
}
