//! The faults of the proxy: what reaches the service, and what the client gets.

use super::operation::Operation;

/// A response of a rate limit, as the service documents it.
const RATE_LIMIT: &str =
    r#"{"statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds."}"#;
/// The page of a gateway.
const PAGE: &str = "<html><head><title>Error</title></head><body>An error occurred.</body></html>";

/// How often a request reaches the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    Never,
    /// Before the client gets its response.
    Once,
    /// Two copies at the same time; the client gets the response to the first.
    TwiceAtOnce,
    /// A copy after the first response; the client gets the response to the copy.
    TwiceInTurn,
    /// Once, and a copy later.
    OnceAndLater,
    /// Only after the client has given up this attempt.
    Later,
}

/// What the client gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The service's response.
    Whole,
    /// The service's response, a few bytes at a time.
    InPieces,
    /// The service's response twice, on the same connection.
    Doubled,
    /// The service's response after interim responses.
    AfterInterim,
    /// The service's response after twenty seconds.
    Delayed,
    /// The service's response; then the connection closes.
    ThenClosed,
    /// The first part of the service's response; then the connection closes.
    HalfHead,
    /// The head and half of the body of the service's response, and this end.
    HalfBody(End),
    /// The head of a body in chunks and one chunk; then the connection closes.
    HalfChunked,
    /// No byte, and this end.
    Nothing(End),
    /// This status and headers, with this body, instead of the service's response.
    Forged(&'static str, &'static str),
}

/// How a response ends that is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Closed,
    Reset,
    /// The connection stays open until the time limit of the attempt.
    Stalled,
}

/// A fault of the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) name: &'static str,
    pub(super) delivery: Delivery,
    pub(super) answer: Answer,
}

const fn fault(name: &'static str, delivery: Delivery, answer: Answer) -> Fault {
    Fault {
        name,
        delivery,
        answer,
    }
}

/// No fault.
pub(super) const NONE: Fault = fault("none", Delivery::Once, Answer::Whole);

/// The faults that a network and the gateways in it can have. None of them claims what only the
/// service can know.
pub(super) const FAULTS: [Fault; 51] = {
    use Answer::{
        AfterInterim, Delayed, Doubled, Forged, HalfBody, HalfChunked, HalfHead, InPieces, Nothing,
        ThenClosed, Whole,
    };
    use Delivery::{Later, Never, Once, OnceAndLater, TwiceAtOnce, TwiceInTurn};
    use End::{Closed, Reset, Stalled};
    [
        fault("reset before", Never, Nothing(Reset)),
        fault("close before", Never, Nothing(Closed)),
        fault("stall before", Never, Nothing(Stalled)),
        fault(
            "302 before",
            Never,
            Forged("302 Found\r\nLocation: /login", PAGE),
        ),
        fault(
            "401 before",
            Never,
            Forged(
                "401 Unauthorized\r\nWWW-Authenticate: Bearer error=\"invalid_token\"",
                "",
            ),
        ),
        fault("403 before", Never, Forged("403 Forbidden", PAGE)),
        fault("404 before", Never, Forged("404 Not Found", PAGE)),
        fault("408 before", Never, Forged("408 Request Timeout", PAGE)),
        fault(
            "429 before",
            Never,
            Forged("429 Too Many Requests", RATE_LIMIT),
        ),
        fault(
            "429 with Retry-After before",
            Never,
            Forged("429 Too Many Requests\r\nRetry-After: 3", RATE_LIMIT),
        ),
        fault(
            "429 for an hour before",
            Never,
            Forged("429 Too Many Requests\r\nRetry-After: 3600", RATE_LIMIT),
        ),
        fault("500 before", Never, Forged("500 Internal Server Error", "")),
        fault("502 before", Never, Forged("502 Bad Gateway", PAGE)),
        fault("503 before", Never, Forged("503 Service Unavailable", PAGE)),
        fault(
            "503 with Retry-After before",
            Never,
            Forged("503 Service Unavailable\r\nRetry-After: 2", PAGE),
        ),
        fault("504 before", Never, Forged("504 Gateway Timeout", PAGE)),
        fault("reset after", Once, Nothing(Reset)),
        fault("close after", Once, Nothing(Closed)),
        fault("stall after", Once, Nothing(Stalled)),
        fault("half head", Once, HalfHead),
        fault("half body, closed", Once, HalfBody(Closed)),
        fault("half body, reset", Once, HalfBody(Reset)),
        fault("half body, stalled", Once, HalfBody(Stalled)),
        fault("half of the chunks", Once, HalfChunked),
        fault(
            "200 page after",
            Once,
            Forged("200 OK\r\nContent-Type: text/html", PAGE),
        ),
        fault("202 after", Once, Forged("202 Accepted", "")),
        fault(
            "302 after",
            Once,
            Forged("302 Found\r\nLocation: /login", PAGE),
        ),
        fault("404 after", Once, Forged("404 Not Found", PAGE)),
        fault("408 after", Once, Forged("408 Request Timeout", "")),
        fault(
            "500 after",
            Once,
            Forged("500 Internal Server Error", r#"{"code": 800003}"#),
        ),
        fault("501 after", Once, Forged("501 Not Implemented", PAGE)),
        fault("502 after", Once, Forged("502 Bad Gateway", PAGE)),
        fault("503 after", Once, Forged("503 Service Unavailable", PAGE)),
        fault(
            "503 with Retry-After after",
            Once,
            Forged("503 Service Unavailable\r\nRetry-After: 1", ""),
        ),
        fault("504 after", Once, Forged("504 Gateway Timeout", PAGE)),
        fault("in pieces", Once, InPieces),
        fault("response twice", Once, Doubled),
        fault("interim responses", Once, AfterInterim),
        fault("delay", Once, Delayed),
        fault("closed afterwards", Once, ThenClosed),
        fault("duplicate at once", TwiceAtOnce, Whole),
        fault("duplicate in turn", TwiceInTurn, Whole),
        fault("duplicate later", OnceAndLater, Whole),
        fault("duplicate at once, reset", TwiceAtOnce, Nothing(Reset)),
        fault(
            "duplicate later, 504",
            OnceAndLater,
            Forged("504 Gateway Timeout", PAGE),
        ),
        fault("late after reset", Later, Nothing(Reset)),
        fault("late after stall", Later, Nothing(Stalled)),
        fault("late after 408", Later, Forged("408 Request Timeout", PAGE)),
        fault("late after 502", Later, Forged("502 Bad Gateway", PAGE)),
        fault(
            "late after 503 with Retry-After",
            Later,
            Forged("503 Service Unavailable\r\nRetry-After: 1", PAGE),
        ),
        fault("late after 504", Later, Forged("504 Gateway Timeout", "")),
    ]
};

/// A gateway that limits rates cannot have passed on what it refuses; the client relies on that for
/// everything but a create.
pub(super) const PAGE_429_AFTER: Fault = fault(
    "429 page after",
    Delivery::Once,
    Answer::Forged("429 Too Many Requests\r\nRetry-After: 1", PAGE),
);

impl Fault {
    /// Whether a client can cope with this fault. Without idempotency no client can prevent that a
    /// copy of a create takes effect, nor know that a copy is refused because the first was applied.
    pub(super) fn is_possible(&self, operation: Operation, idempotency: bool) -> bool {
        match self.delivery {
            Delivery::TwiceAtOnce | Delivery::TwiceInTurn => idempotency,
            Delivery::OnceAndLater => idempotency || !operation.creates(),
            _ => true,
        }
    }

    /// Whether a read can have this fault: a read that is delivered again or late is of no interest.
    pub(super) fn is_for_reads(&self) -> bool {
        matches!(self.delivery, Delivery::Never | Delivery::Once)
    }
}
