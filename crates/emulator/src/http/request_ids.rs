//! The ids of a request, and the headers of every response, also of a 404 for an unknown path.
//!
//! Like the service, the emulator returns `MS-RequestId`, `MS-CorrelationId` and `X-Locale` as they
//! were sent, and generates missing ones. `MS-CV` is the service's own.

use std::io::Write as _;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::DATE;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use partner_center_terminal::printable;
use uuid::Uuid;

use super::app_state::AppState;
use super::path_case::ReceivedPath;
use super::request_log::RecordedRequest;

const MS_REQUEST_ID: &str = "MS-RequestId";
const MS_CORRELATION_ID: &str = "MS-CorrelationId";

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
fn read_id(headers: &HeaderMap, name: &str) -> Result<(Uuid, HeaderValue), ()> {
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
    let mut read = |name| {
        read_id(headers, name).unwrap_or_else(|()| {
            malformed.get_or_insert(name);
            random_id()
        })
    };
    let (request_id, request_id_text) = read(MS_REQUEST_ID);
    let (_, correlation_id_text) = read(MS_CORRELATION_ID);
    let ids = RequestIds {
        request_id,
        malformed,
    };
    (ids, request_id_text, correlation_id_text)
}

fn random_id() -> (Uuid, HeaderValue) {
    let id = Uuid::new_v4();
    (id, header(&id.to_string()))
}

fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("digits, letters and punctuation are valid in a header")
}

/// Middleware around every handler: reads the ids, sets the headers of the response, and records
/// the request.
pub(crate) async fn identify_and_record(
    State(app): State<Arc<AppState>>,
    mut request: Request,
    next: Next,
) -> Response {
    let (ids, request_id, correlation_id) = read_ids(request.headers());
    let locale = request.headers().get("X-Locale").cloned();
    let locale = locale.filter(|value| value.to_str().is_ok_and(|text| !text.is_empty()));
    let mut record = Record::new(&app, &request, ids.request_id);
    request.extensions_mut().insert(ids);

    let mut response = next.run(request).await;

    record.status = response.status().as_u16();
    let mut correlation_vector = Uuid::new_v4().simple().to_string();
    correlation_vector.truncate(22);
    correlation_vector.push_str(".0");
    let headers = response.headers_mut();
    headers.insert(MS_REQUEST_ID, request_id);
    headers.insert(MS_CORRELATION_ID, correlation_id);
    headers.insert("MS-CV", header(&correlation_vector));
    headers.insert(
        "X-Locale",
        locale.unwrap_or(HeaderValue::from_static("en-US")),
    );
    headers.insert(DATE, header(&httpdate::fmt_http_date(app.clock.now())));
    response
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
    fn new(app: &Arc<AppState>, request: &Request, request_id: Uuid) -> Self {
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
            // A closed standard error is not an error of the request.
            let _ = writeln!(std::io::stderr(), "{now} {}: {status}", printable(line));
        }
    }
}
