//! The headers that every request carries.

use http::Method;
use http::header::{
    ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};

use crate::call_context::{CallContext, OperationInfo};
use crate::error::Error;
use crate::error_codes::ErrorCodeInfo;
use crate::id::{CorrelationId, ParseGuidError, RequestId};
use crate::options::CallOptions;
use crate::retry::CallKind;

const MS_REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const MS_CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const MS_APPLICATION: HeaderName = HeaderName::from_static("ms-partnercenter-application");
const X_LOCALE: HeaderName = HeaderName::from_static("x-locale");
const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The headers that are the same for all calls with these options.
pub(super) fn common_headers(options: &CallOptions, product: &str) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, APPLICATION_JSON);
    let own = format!("{product} ({})", std::env::consts::OS);
    let user_agent = match &options.user_agent {
        Some(product) => format!("{product} {own}"),
        None => own,
    };
    headers.insert(USER_AGENT, header_value("user agent", &user_agent)?);
    if let Some(locale) = &options.locale {
        headers.insert(X_LOCALE, header_value("locale", locale)?);
    }
    if let Some(name) = &options.application {
        headers.insert(MS_APPLICATION, header_value("application", name)?);
    }
    Ok(headers)
}

/// Adds the common headers and the ids to a request. Headers that the call itself has set stay.
pub(super) fn prepare(
    request: &mut reqwest::Request,
    mut common: HeaderMap,
    operation: &OperationInfo,
    correlation_id: Option<CorrelationId>,
    error_codes: &'static [ErrorCodeInfo],
) -> Result<CallContext, Error> {
    let kind = CallKind::of(request.method(), operation.creates);
    let empty_upload = request.body().is_none()
        && matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        );
    let headers = request.headers_mut();
    common.extend(std::mem::take(headers));
    *headers = common;
    let request_id = id_header(headers, MS_REQUEST_ID, RequestId::random)?;
    let correlation_id = id_header(headers, MS_CORRELATION_ID, || {
        correlation_id.unwrap_or_else(CorrelationId::random)
    })?;
    if empty_upload {
        // The HTTP library omits the length of an empty body, and gateways answer 411 without it.
        // The content type is that of the documented accept request.
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        headers.entry(CONTENT_TYPE).or_insert(APPLICATION_JSON);
    }
    Ok(CallContext {
        operation_id: operation.operation_id,
        kind,
        request_id,
        correlation_id,
        attempts: 0,
        maybe_applied: false,
        error_codes,
    })
}

/// The id in a header that the call has set; otherwise sets a new one.
fn id_header<I>(
    headers: &mut HeaderMap,
    name: HeaderName,
    new: impl FnOnce() -> I,
) -> Result<I, Error>
where
    I: std::str::FromStr<Err = ParseGuidError> + std::fmt::Display,
{
    if let Some(value) = headers.get(&name) {
        let id = value.to_str().unwrap_or_default().parse();
        return id.map_err(|error| Error::invalid_input(format!("{name}: {error}")));
    }
    let id = new();
    let value = header_value(name.as_str(), &id.to_string()).map_err(Error::invalid_input)?;
    headers.insert(name, value);
    Ok(id)
}

/// Text as a header value; `name` is for the error.
pub(crate) fn header_value(name: &str, text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text).map_err(|_| {
        format!(
            "{name}: {text:?} is not a valid header value; expected visible characters on one line"
        )
    })
}
