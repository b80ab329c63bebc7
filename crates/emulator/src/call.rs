//! The ids of one call, and the headers that stand on every answer, a 404 for an unknown path
//! included.
//!
//! `MS-RequestId`, `MS-CorrelationId` and `X-Locale` come back as they were sent; where one is
//! missing the service makes it up, and so does this. `MS-CV` is the service's own.

use std::io::Write as _;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::DATE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use crate::ledger::{Entry, Received};
use crate::world::World;

const MS_REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const MS_CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const MS_CV: HeaderName = HeaderName::from_static("ms-cv");
const X_LOCALE: HeaderName = HeaderName::from_static("x-locale");

/// The length of a GUID in the one form that the service documents, with hyphens.
const GUID_LENGTH: usize = 36;

/// How long the first part of a correlation vector is.
const VECTOR_LENGTH: usize = 22;

/// What the headers of a request say about the call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    request_id: Id,
    correlation_id: Id,
    locale: HeaderValue,
    malformed: Option<&'static str>,
}

/// An id, and how it is written: with the letter case it came with.
#[derive(Clone, Debug)]
struct Id {
    guid: Uuid,
    text: HeaderValue,
}

impl Call {
    fn read(headers: &HeaderMap) -> Self {
        let mut malformed = None;
        let mut id = |header: &HeaderName, name: &'static str| {
            Id::read(headers, header).unwrap_or_else(|()| {
                malformed.get_or_insert(name);
                Id::made_up()
            })
        };
        Self {
            request_id: id(&MS_REQUEST_ID, "MS-RequestId"),
            correlation_id: id(&MS_CORRELATION_ID, "MS-CorrelationId"),
            locale: headers
                .get(&X_LOCALE)
                .filter(|value| value.to_str().is_ok_and(|text| !text.is_empty()))
                .cloned()
                .unwrap_or(HeaderValue::from_static("en-US")),
            malformed,
        }
    }

    /// The idempotency key.
    pub(crate) fn request_id(&self) -> Uuid {
        self.request_id.guid
    }

    /// The name of a header that should hold a GUID and does not.
    pub(crate) fn malformed(&self) -> Option<&'static str> {
        self.malformed
    }
}

impl Id {
    /// The id in a header, or a new one where it is missing. An error if it is no single GUID.
    fn read(headers: &HeaderMap, name: &HeaderName) -> Result<Self, ()> {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Ok(Self::made_up()),
            (Some(text), None) => {
                let guid = text.to_str().ok().and_then(guid).ok_or(())?;
                Ok(Self {
                    guid,
                    text: text.clone(),
                })
            }
            (Some(_), Some(_)) => Err(()),
        }
    }

    fn made_up() -> Self {
        let guid = Uuid::new_v4();
        Self {
            guid,
            text: header(&guid.to_string()),
        }
    }
}

/// Reads a GUID in either letter case, with hyphens and without braces.
pub(crate) fn guid(text: &str) -> Option<Uuid> {
    // The library takes other forms as well; the length tells them apart.
    Uuid::try_parse(text)
        .ok()
        .filter(|_| text.len() == GUID_LENGTH)
}

/// Stands around every handler: reads the ids before it, sets the headers after it, and writes
/// the request down.
pub(crate) async fn on_every_call(
    State(world): State<Arc<World>>,
    mut request: Request,
    next: Next,
) -> Response {
    let call = Call::read(request.headers());
    let mut record = Record::new(&world, &request, call.request_id.guid);
    request.extensions_mut().insert(call.clone());

    let mut response = next.run(request).await;

    record.status = response.status().as_u16();
    let headers = response.headers_mut();
    headers.insert(MS_REQUEST_ID, call.request_id.text);
    headers.insert(MS_CORRELATION_ID, call.correlation_id.text);
    headers.insert(MS_CV, correlation_vector());
    headers.insert(X_LOCALE, call.locale);
    headers.insert(DATE, header(&httpdate::fmt_http_date(world.clock.now())));
    response
}

/// Writes down how a request was answered, when it was, or when it is certain that it will not be.
struct Record {
    world: Arc<World>,
    entry: Entry,
    /// What the log says of it.
    line: Option<String>,
    status: u16,
}

impl Record {
    fn new(world: &Arc<World>, request: &Request, request_id: Uuid) -> Self {
        let method = request.method().to_string();
        let path = request.uri().path().to_owned();
        let line = world
            .options
            .log
            .then(|| format!("{method} {path} MS-RequestId {request_id}"));
        let entry = world.store().ledger_mut().received(Received {
            method,
            path,
            request_id,
            status: 0,
        });
        Self {
            world: Arc::clone(world),
            entry,
            line,
            status: 0,
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.world
            .store()
            .ledger_mut()
            .answered(self.entry, self.status);
        if let Some(line) = &self.line {
            let now = httpdate::fmt_http_date(self.world.clock.now());
            let status = match self.status {
                0 => "no answer".to_owned(),
                status => status.to_string(),
            };
            // Whoever closed standard error does not want to read it.
            let _ = writeln!(std::io::stderr(), "{now} {line}: {status}");
        }
    }
}

/// Opaque to callers; the service's own look like this.
fn correlation_vector() -> HeaderValue {
    let mut text = Uuid::new_v4().simple().to_string();
    text.truncate(VECTOR_LENGTH);
    text.push_str(".0");
    header(&text)
}

fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("digits, letters, hyphens and dots can stand in a header")
}
