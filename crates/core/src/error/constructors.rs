//! Makes errors, each with whether the service may have acted.

use crate::call_context::CallContext;
use crate::credential::CredentialError;
use crate::decode::error_body::Page;
use crate::network::Route;
use crate::retry::{ResponseParts, may_have_acted_despite};

use super::kind::{Kind, TimeLimit};
use super::response::ErrorResponse;
use super::{Error, Inner};

impl Error {
    pub(crate) fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput(message.into()), None, false)
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration(message.into()), None, false)
    }

    /// There is no access token, so nothing was sent with it.
    pub(crate) fn credential(call: CallContext, source: CredentialError) -> Self {
        let mut error = Self::new(Kind::Credential, Some(call), false);
        error.0.source = Some(Box::new(source));
        error
    }

    /// No connection was made, so the request was not sent.
    pub(crate) fn connect(call: CallContext, source: reqwest::Error) -> Self {
        Self::new(Kind::Connect, Some(call), false).with_source(Some(source))
    }

    /// A time limit passed; `in_flight` says whether a request had been sent by then.
    pub(crate) fn timeout(
        call: CallContext,
        limit: TimeLimit,
        in_flight: bool,
        source: Option<reqwest::Error>,
    ) -> Self {
        Self::new(Kind::Timeout(limit), Some(call), in_flight).with_source(source)
    }

    /// The connection closed after the request, or a part of it, was sent.
    pub(crate) fn interrupted(call: CallContext, source: reqwest::Error) -> Self {
        Self::new(Kind::Interrupted, Some(call), true).with_source(Some(source))
    }

    /// The response's head was received, then the connection closed or a time limit passed. A
    /// status that is not a success is final without the body too.
    pub(crate) fn incomplete(
        call: CallContext,
        response: ErrorResponse,
        limit: TimeLimit,
        source: Option<reqwest::Error>,
    ) -> Self {
        let kind = match &source {
            _ if !response.status.is_success() => Kind::Service,
            Some(error) if !error.is_timeout() => Kind::Interrupted,
            _ => Kind::Timeout(limit),
        };
        Self::with_response(kind, call, response).with_source(source)
    }

    /// The service answered with a status that is not a documented success.
    pub(crate) fn service(call: CallContext, response: ErrorResponse) -> Self {
        Self::with_response(Kind::Service, call, response)
    }

    /// The service answered with a success whose body cannot be decoded.
    pub(crate) fn decode(call: CallContext, response: ErrorResponse, reason: String) -> Self {
        Self::with_response(Kind::Decode(reason), call, response)
    }

    /// The service's success is a web page, which something else sent in its place.
    pub(crate) fn page(call: CallContext, response: ErrorResponse, page: Page) -> Self {
        Self::with_response(Kind::Page(page), call, response)
    }

    fn with_response(kind: Kind, call: CallContext, response: ErrorResponse) -> Self {
        let parts = ResponseParts {
            status: response.status,
            headers: &response.headers,
            body: &response.body,
        };
        let acted = may_have_acted_despite(parts, call.kind);
        Self::new(kind, Some(call), acted).after(response)
    }

    /// `acted` says whether the last attempt may have taken effect if the call changes something.
    fn new(kind: Kind, call: Option<CallContext>, acted: bool) -> Self {
        Self(Box::new(Inner {
            kind,
            may_have_been_applied: call
                .is_some_and(|call| call.kind.changes() && (acted || call.maybe_applied)),
            call,
            response: None,
            route: None,
            source: None,
        }))
    }

    /// Adds the response that the failure came after.
    pub(crate) fn after(mut self, response: ErrorResponse) -> Self {
        self.0.response = Some(response);
        self
    }

    /// Adds how the request was to reach the service, if the call got as far as that.
    pub(crate) fn on(mut self, route: &Route) -> Self {
        if self.attempts() > 0 {
            self.0.route = Some(route.clone());
        }
        self
    }

    fn with_source(mut self, source: Option<reqwest::Error>) -> Self {
        if let Some(source) = source {
            // A URL with a customer's id must not go into logs.
            self.0.source = Some(Box::new(source.without_url()));
        }
        self
    }
}
