//! The paths of the operations. They are matched here and not by the router: its layers cost more
//! than the operations.

use std::sync::Arc;

use axum::http::header::ALLOW;
use axum::http::{HeaderValue, Method, Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use super::api_error::ApiError;
use super::app_state::AppState;
use super::connection_control::ConnectionControl;
use super::request_ids::{Exchange, parse_guid};
use super::transfers::{self, NotGuid};
use crate::service::operation::Operation;

/// The beginning of the paths.
const PREFIX: &str = "/v1/customers/";

/// Whether this is the path of an operation, or of nothing.
pub(super) fn is_below(path: &str) -> bool {
    let start = path.get(..PREFIX.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// Responds to a request whose path [is below](is_below) that of the operations.
pub(super) async fn respond(
    app: &Arc<AppState>,
    connection: &ConnectionControl,
    request: Request<Incoming>,
) -> Response {
    if let Err(reason) = app.options.hosts.check(&request) {
        return forbidden(&reason);
    }
    let exchange = Exchange::start(app, &request);
    let response = match Route::find(request.uri().path()) {
        None => unknown_path().into_response(),
        Some(route) => match route.resource.operation(request.method()) {
            Err(allowed) => {
                let mut response = method_not_allowed(request.method()).into_response();
                let allowed = HeaderValue::from_static(allowed);
                response.headers_mut().insert(ALLOW, allowed);
                response
            }
            Ok(operation) => {
                let (customer, transfer) = (route.customer, route.transfer);
                let (head, body) = request.into_parts();
                let request = transfers::Request {
                    app: Arc::clone(app),
                    operation,
                    ids: exchange.ids(),
                    customer,
                    transfer,
                    query: head.uri.query().map(str::to_owned),
                    headers: head.headers,
                    body,
                };
                request.respond(connection).await
            }
        },
    };
    exchange.finish(response)
}

/// The response to a web page of another site.
pub(super) fn forbidden(reason: &str) -> Response {
    ApiError::without_code(StatusCode::FORBIDDEN, format!("{reason}.")).into_response()
}

pub(super) fn method_not_allowed(method: &Method) -> ApiError {
    ApiError::without_code(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("The method {method} is not allowed for this resource."),
    )
}

pub(super) fn unknown_path() -> ApiError {
    ApiError::without_code(StatusCode::NOT_FOUND, "There is no resource at this path.")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resource {
    Transfers,
    Transfer,
    Accept,
    Eligibility,
}

impl Resource {
    /// Returns the operation of a method. The error is the methods that are allowed.
    fn operation(self, method: &Method) -> Result<Operation, &'static str> {
        let method = match *method {
            // The server leaves out the body.
            Method::HEAD => &Method::GET,
            _ => method,
        };
        match (self, method.as_str()) {
            (Self::Transfers, "GET") => Ok(Operation::List),
            (Self::Transfers, "POST") => Ok(Operation::Create),
            (Self::Transfers, _) => Err("GET,HEAD,POST"),
            (Self::Transfer, "GET") => Ok(Operation::Get),
            (Self::Transfer, "PATCH") => Ok(Operation::Update),
            (Self::Transfer, "DELETE") => Ok(Operation::Withdraw),
            (Self::Transfer, _) => Err("GET,HEAD,PATCH,DELETE"),
            (Self::Accept, "POST") => Ok(Operation::Accept),
            (Self::Accept, _) => Err("POST"),
            (Self::Eligibility, "GET") => Ok(Operation::Eligibility),
            (Self::Eligibility, _) => Err("GET,HEAD"),
        }
    }
}

/// A path of an operation.
#[derive(Debug, PartialEq, Eq)]
struct Route {
    resource: Resource,
    customer: Result<Uuid, NotGuid>,
    /// The transfer if the path has one.
    transfer: Option<Result<Uuid, NotGuid>>,
}

impl Route {
    fn find(path: &str) -> Option<Self> {
        let mut segments = path.split('/').skip(PREFIX.matches('/').count());
        let customer = segments.next()?;
        let mut next = || segments.next();
        let (kind, transfer, action) = (next()?, next(), next());
        if next().is_some() {
            return None;
        }
        let is_transfers = kind.eq_ignore_ascii_case("transfers");
        let resource = match (transfer, action) {
            (None, _) if is_transfers => Resource::Transfers,
            (None, _) if kind.eq_ignore_ascii_case("transferseligibility") => Resource::Eligibility,
            (Some(transfer), None) if is_transfers && !transfer.is_empty() => Resource::Transfer,
            (_, Some(action)) if is_transfers && action.eq_ignore_ascii_case("accept") => {
                Resource::Accept
            }
            _ => return None,
        };
        Some(Self {
            resource,
            customer: id(customer),
            transfer: transfer.map(id),
        })
    }
}

fn id(segment: &str) -> Result<Uuid, NotGuid> {
    let decoded = percent_decode_str(segment).decode_utf8();
    decoded.ok().and_then(|id| parse_guid(&id)).ok_or(NotGuid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_matched_by_whole_segments_in_any_letter_case() {
        let id = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
        let guid = parse_guid(id).ok_or(NotGuid);
        let route = |resource, transfer| {
            let customer = guid;
            Some(Route {
                resource,
                customer,
                transfer,
            })
        };
        for (path, found) in [
            ("/transfers", route(Resource::Transfers, None)),
            ("/TRANSFERSELIGIBILITY", route(Resource::Eligibility, None)),
            (
                "/transfers/d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d",
                route(Resource::Transfer, Some(guid)),
            ),
            (
                "/Transfers/d6bf25b7%2De0a8-4f2d-a31b-97b55cfc774d/Accept",
                route(Resource::Accept, Some(guid)),
            ),
            (
                "/transfers/%FF",
                route(Resource::Transfer, Some(Err(NotGuid))),
            ),
            (
                "/transfers//accept",
                route(Resource::Accept, Some(Err(NotGuid))),
            ),
            ("", None),
            ("/", None),
            ("/transfers/", None),
            ("/transferseligibility/", None),
            ("/transfer", None),
            ("/transfers%2F", None),
            ("/transfers/1/reject", None),
            ("/transfers/1/accept/", None),
            ("/transferseligibility/1/accept", None),
        ] {
            let path = format!("/V1/customers/{id}{path}");
            assert!(is_below(&path));
            assert_eq!(Route::find(&path), found, "{path}");
        }
        assert_eq!(
            Route::find("/v1/customers//transfers").map(|route| route.customer),
            Some(Err(NotGuid))
        );
        for other in ["/", "/v1/customers", "/v1/customer/1/transfers", "/v1/é/x"] {
            assert!(!is_below(other), "{other}");
        }
    }
}
