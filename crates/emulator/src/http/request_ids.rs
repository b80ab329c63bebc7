//! The ids of a request, and the headers of every response, also of a 404 for an unknown path.
//!
//! Like the service, the emulator returns `MS-RequestId`, `MS-CorrelationId` and `X-Locale` as they
//! were sent, and generates missing ones. `MS-CV` is the service's own.

use std::io::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{DATE, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Request};
use axum::middleware::Next;
use axum::response::Response;
use partner_center_terminal::printable;
use uuid::Uuid;

use super::app_state::AppState;
use super::path_case::ReceivedPath;
use super::request_log::RecordedRequest;

const MS_REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const MS_CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const MS_CV: HeaderName = HeaderName::from_static("ms-cv");
const X_LOCALE: HeaderName = HeaderName::from_static("x-locale");

/// The ids in the headers of a request.
#[derive(Clone, Debug)]
pub(crate) struct RequestIds {
    pub(crate) request_id: Uuid,
    /// The name of a header that should have a GUID and does not.
    pub(crate) malformed: Option<&'static str>,
}

/// Parses a GUID in either letter case, with hyphens and without braces.
pub(crate) fn parse_guid(text: &str) -> Option<Uuid> {
    // `Uuid` accepts other forms too; they have other lengths.
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

/// The id in a header, with its text as it was sent. A missing id is generated. An error if the
/// header is not a single GUID.
fn read_id(headers: &HeaderMap, name: &HeaderName) -> Result<(Uuid, HeaderValue), ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(random_id()),
        (Some(text), None) => {
            let id = text.to_str().ok().and_then(parse_guid).ok_or(())?;
            Ok((id, text.clone()))
        }
        (Some(_), Some(_)) => Err(()),
    }
}

/// The ids of a request, and the texts of both ids for the response.
fn read_ids(headers: &HeaderMap) -> (RequestIds, HeaderValue, HeaderValue) {
    let mut malformed = None;
    let mut read = |header: &HeaderName, name| {
        read_id(headers, header).unwrap_or_else(|()| {
            malformed.get_or_insert(name);
            random_id()
        })
    };
    let (request_id, request_id_text) = read(&MS_REQUEST_ID, "MS-RequestId");
    let (_, correlation_id_text) = read(&MS_CORRELATION_ID, "MS-CorrelationId");
    let ids = RequestIds {
        request_id,
        malformed,
    };
    (ids, request_id_text, correlation_id_text)
}

fn random_id() -> (Uuid, HeaderValue) {
    let id = random_guid();
    let text = header(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    (id, text)
}

/// Returns a random GUID that need not be secret. Its generator is seeded once, so it makes no system
/// call.
fn random_guid() -> Uuid {
    uuid::Builder::from_random_bytes(fastrand::u128(..).to_ne_bytes()).into_uuid()
}

fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("digits, letters and punctuation are valid in a header")
}

/// Middleware around the handlers of the router.
pub(crate) async fn identify_and_record(
    State(app): State<Arc<AppState>>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let exchange = Exchange::start(&app, &request);
    exchange.finish(next.run(request).await)
}

/// A request and its response: reads the ids, sets the headers of the response, and records the
/// request.
pub(crate) struct Exchange {
    ids: RequestIds,
    request_id: HeaderValue,
    correlation_id: HeaderValue,
    locale: Option<HeaderValue>,
    record: Record,
}

impl Exchange {
    pub(crate) fn start<B>(app: &Arc<AppState>, request: &Request<B>) -> Self {
        let (ids, request_id, correlation_id) = read_ids(request.headers());
        let locale = request.headers().get(X_LOCALE).cloned();
        Self {
            record: Record::new(app, request, ids.request_id),
            ids,
            request_id,
            correlation_id,
            locale: locale.filter(|value| value.to_str().is_ok_and(|text| !text.is_empty())),
        }
    }

    pub(crate) fn ids(&self) -> RequestIds {
        self.ids.clone()
    }

    pub(crate) fn finish(mut self, mut response: Response) -> Response {
        self.record.status = response.status().as_u16();
        let default_locale = HeaderValue::from_static("en-US");
        let date = httpdate::fmt_http_date(self.record.app.clock.now());
        let headers = response.headers_mut();
        headers.insert(MS_REQUEST_ID, self.request_id);
        headers.insert(MS_CORRELATION_ID, self.correlation_id);
        headers.insert(MS_CV, correlation_vector());
        headers.insert(X_LOCALE, self.locale.unwrap_or(default_locale));
        headers.insert(DATE, header(&date));
        response
    }
}

/// The service's own id of a request: 22 characters, and a number.
fn correlation_vector() -> HeaderValue {
    let mut text = [0; 32];
    random_guid().simple().encode_lower(&mut text);
    text[22..24].copy_from_slice(b".0");
    HeaderValue::from_bytes(&text[..24]).expect("digits and letters are valid in a header")
}

/// Records the status of a request when it is dropped: after the response, or when it is certain
/// that there will be none.
struct Record {
    app: Arc<AppState>,
    number: usize,
    /// The line for the log, if there is one.
    line: Option<String>,
    status: u16,
}

impl Record {
    fn new<B>(app: &Arc<AppState>, request: &Request<B>, request_id: Uuid) -> Self {
        let method = request.method().to_string();
        let path = match request.extensions().get() {
            Some(ReceivedPath(path)) => path.clone(),
            None => request.uri().path().to_owned(),
        };
        let log = app.options.log;
        let line = log.then(|| format!("{method} {path} MS-RequestId {request_id}"));
        let number = app.request_log().add(RecordedRequest {
            method,
            path,
            request_id,
            status: 0,
        });
        Self {
            app: Arc::clone(app),
            number,
            line,
            status: 0,
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.app.request_log().set_status(self.number, self.status);
        if let Some(line) = &self.line {
            let now = httpdate::fmt_http_date(self.app.clock.now());
            let status = match self.status {
                0 => "no response".to_owned(),
                status => status.to_string(),
            };
            // One write. A closed standard error is not an error of the request.
            let line = format!("{now} {}: {status}\n", printable(line));
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
    }
}
