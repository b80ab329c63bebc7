//! The headers that every request carries.

use bytes::Bytes;
use http::Method;
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue,
    USER_AGENT,
};
use uuid::fmt::Hyphenated;

use crate::call_context::{CallContext, OperationInfo};
use crate::credential::Bearer;
use crate::error::Error;
use crate::error_codes::ErrorCodeInfo;
use crate::id::{CorrelationId, ParseGuidError, random_ids};
use crate::network::Endpoint;
use crate::options::CallOptions;
use crate::retry::CallKind;

use super::header_value::{APPLICATION_JSON, header_value};
use super::request::Request;

const MS_REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const MS_CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const MS_APPLICATION: HeaderName = HeaderName::from_static("ms-partnercenter-application");
const X_LOCALE: HeaderName = HeaderName::from_static("x-locale");

/// A template of the headers of a POST without a body, in which the ids and the token are blank.
///
/// It has all headers, `Host` included, because reqwest copies the map without spare room, and one more
/// header would make each copy grow.
pub(super) fn header_template(
    options: &CallOptions,
    product: &str,
    endpoint: &Endpoint,
) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, header_value("host", endpoint.authority())?);
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
    for name in [MS_REQUEST_ID, MS_CORRELATION_ID, AUTHORIZATION] {
        headers.insert(name, HeaderValue::from_static(""));
    }
    // The HTTP library omits the length of an empty body, and gateways answer 411 without it.
    // The content type is that of the documented accept request.
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    headers.insert(CONTENT_TYPE, APPLICATION_JSON);
    Ok(headers)
}

/// Takes the ids that the call has set from its headers, and makes the others.
pub(super) fn identify(
    request: &mut Request,
    operation: &OperationInfo,
    correlation_id: Option<CorrelationId>,
    error_codes: &'static [ErrorCodeInfo],
) -> Result<CallContext, Error> {
    let request_id = given_id(&mut request.headers, &MS_REQUEST_ID)?;
    let correlation_id = given_id(&mut request.headers, &MS_CORRELATION_ID)?.or(correlation_id);
    let (request_id, correlation_id) = match (request_id, correlation_id) {
        (Some(request_id), Some(correlation_id)) => (request_id, correlation_id),
        (request_id, correlation_id) => {
            let (new_request_id, new_correlation_id) = random_ids().map_err(|error| {
                Error::configuration(format!("the system provides no random bytes: {error}"))
            })?;
            (
                request_id.unwrap_or(new_request_id),
                correlation_id.unwrap_or(new_correlation_id),
            )
        }
    };
    Ok(CallContext {
        operation_id: operation.operation_id,
        kind: CallKind::of(&request.method, operation.creates),
        request_id,
        correlation_id,
        attempts: 0,
        maybe_applied: false,
        error_codes,
    })
}

/// The id in a header that the call has set.
fn given_id<I>(headers: &mut HeaderMap, name: &HeaderName) -> Result<Option<I>, Error>
where
    I: std::str::FromStr<Err = ParseGuidError>,
{
    let Some(value) = headers.remove(name) else {
        return Ok(None);
    };
    let id = value.to_str().unwrap_or_default().parse();
    id.map(Some)
        .map_err(|error| Error::invalid_input(format!("{name}: {error}")))
}

/// The headers of an attempt. Those that the call itself has set replace those of the template, but for
/// the ids and the token.
pub(super) fn attempt_headers(
    template: &HeaderMap,
    request: &Request,
    call: &CallContext,
    bearer: &Bearer,
) -> HeaderMap {
    let mut headers = template.clone();
    let may_have_body = matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
    if request.body.is_some() || !may_have_body {
        headers.remove(CONTENT_LENGTH);
        headers.remove(CONTENT_TYPE);
    }
    for (name, value) in &request.headers {
        headers.insert(name, value.clone());
    }
    let [request_id, correlation_id] = id_values(call);
    headers.insert(MS_REQUEST_ID, request_id);
    headers.insert(MS_CORRELATION_ID, correlation_id);
    headers.insert(AUTHORIZATION, bearer.header());
    headers
}

/// Both ids as header values, which share one allocation.
fn id_values(call: &CallContext) -> [HeaderValue; 2] {
    let ids = [call.request_id.as_uuid(), call.correlation_id.as_uuid()];
    let mut text = vec![0; ids.len() * Hyphenated::LENGTH];
    for (id, place) in ids.iter().zip(text.chunks_exact_mut(Hyphenated::LENGTH)) {
        id.as_hyphenated().encode_lower(place);
    }
    let text = Bytes::from(text);
    [0, Hyphenated::LENGTH].map(|start| {
        HeaderValue::from_maybe_shared(text.slice(start..start + Hyphenated::LENGTH))
            .expect("hexadecimal digits and hyphens are a valid header value")
    })
}
