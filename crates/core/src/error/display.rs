//! How an error is shown: `Display` is one sentence, `Debug` lists the fields. `{:#}` leaves out the
//! advice to read the state back, for callers that have done so.

use std::fmt;

use crate::error_text::{ERROR_LIMIT, one_line, root_cause, shortened, with_unit};

use super::Error;
use super::kind::{Kind, TimeLimit};
use super::response_text::{fmt_body, fmt_challenges, fmt_page};

impl fmt::Display for Error {
    /// At most 2 KiB: the beginning repeats text of others, and the end says what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if f.alternate() {
            format!("{:#}", Advice(self))
        } else {
            Advice(self).to_string()
        };
        let beginning = Facts(self).to_string();
        let left = ERROR_LIMIT.saturating_sub(end.len());
        f.write_str(&shortened(&beginning, left))?;
        f.write_str(&end)
    }
}

/// The maximum length of one part of the end, in bytes.
const DETAIL_LIMIT: usize = 600;

/// What happened and why.
struct Facts<'a>(&'a Error);

impl fmt::Display for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(error) = self;
        error.fmt_what_happened(f)?;
        error.fmt_response(f)?;
        error.fmt_cause(f)
    }
}

/// What to do about it, and which call it was.
struct Advice<'a>(&'a Error);

impl fmt::Display for Advice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_advice(f)
    }
}

impl Error {
    fn fmt_advice(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(hint) = self.hint() {
            write!(f, "; {}", shortened(hint, DETAIL_LIMIT))?;
        }
        if let Some(wait) = self.retry_after() {
            write!(f, "; the service asks to wait {}", with_unit(wait))?;
        }
        let applied = self.may_have_been_applied();
        if let Kind::Decode(reason) = &self.0.kind {
            let reason = shortened(reason, DETAIL_LIMIT);
            write!(f, ", but the response cannot be decoded: {reason}")?;
            if applied && !f.alternate() {
                f.write_str("; assume that it was applied until you have read the state back")?;
            }
        } else if let (Kind::Page(_), true, false) = (&self.0.kind, applied, f.alternate()) {
            f.write_str("; it may have been applied, so read the state back before a retry")?;
        } else if applied && !f.alternate() {
            f.write_str("; the service may have acted, so read the state back before a retry")?;
        }
        if let Some(call) = self.0.call {
            write!(f, " [request id {}", call.request_id)?;
            if call.attempts > 1 {
                write!(f, ", {} attempts", call.attempts)?;
            }
            f.write_str("]")?;
        }
        Ok(())
    }

    fn fmt_what_happened(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation_id().unwrap_or("call");
        let service: &dyn fmt::Display = match &self.0.route {
            Some(route) => route,
            None => &"the service",
        };
        match &self.0.kind {
            Kind::InvalidInput(message) | Kind::Configuration(message) => f.write_str(message),
            Kind::Connect if self.may_have_been_applied() => {
                write!(f, "{operation} was not retried: no connection to {service}")
            }
            Kind::Connect => write!(f, "{operation} was not sent: no connection to {service}"),
            Kind::Credential if self.0.response.is_some() => {
                write!(f, "{operation} was answered with")
            }
            Kind::Credential => {
                write!(f, "{operation} was not sent: could not get an access token")
            }
            Kind::Timeout(limit) => {
                let (time, of) = match limit {
                    TimeLimit::Attempt(limit) => (limit, "one attempt"),
                    TimeLimit::Call { whole, .. } => (whole, "the whole call"),
                };
                let missing = match self.0.response {
                    None => "no response",
                    Some(_) => "no complete response",
                };
                let from = match &self.0.route {
                    Some(route) => format!(" from {route}"),
                    None => String::new(),
                };
                let time = with_unit(*time);
                write!(
                    f,
                    "{operation} timed out: {missing}{from} within {time} (limit for {of})"
                )
            }
            Kind::Interrupted => write!(
                f,
                "{operation} failed: connection closed before the response from {service} was complete"
            ),
            Kind::Service | Kind::Page(_) => write!(f, "{operation} was answered with"),
            Kind::Decode(_) => write!(f, "{operation} succeeded with"),
        }
    }

    fn fmt_response(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(response) = &self.0.response else {
            return Ok(());
        };
        if matches!(self.0.kind, Kind::Timeout(_) | Kind::Interrupted) {
            f.write_str("; it began with")?;
        }
        write!(f, " {}", response.status)?;
        if let Some(code) = self.code() {
            write!(f, ", code {}", one_line(code.as_str(), 64))?;
        }
        if let Some(name) = self.code_name() {
            write!(f, " ({name})")?;
        }
        fmt_body(f, response, self.says_more())?;
        match &self.0.kind {
            Kind::Page(page) => fmt_page(f, page),
            Kind::Service | Kind::Credential => fmt_challenges(f, response),
            _ => Ok(()),
        }
    }

    /// Whether the body of the response is what failed, so that details and excerpts of it help.
    fn says_more(&self) -> bool {
        matches!(self.0.kind, Kind::Service | Kind::Credential)
    }

    fn fmt_cause(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(source) = self.0.source.as_deref() else {
            return Ok(());
        };
        match self.0.kind {
            // A credential's error is a whole sentence, with what to do.
            Kind::Credential if self.0.response.is_some() => {
                write!(f, "; could not get a new access token: {source}")
            }
            Kind::Credential => write!(f, ": {source}"),
            _ => match &self.0.route {
                Some(route) => write!(f, " ({})", route.cause(source)),
                None => write!(f, " ({})", root_cause(source)),
            },
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut shown = f.debug_struct("Error");
        shown.field("kind", &inner.kind.name());
        match &inner.kind {
            Kind::InvalidInput(text) | Kind::Configuration(text) | Kind::Decode(text) => {
                shown.field("reason", text);
            }
            Kind::Page(page) => {
                shown.field("page", &page.title);
            }
            Kind::Timeout(limit) => {
                shown.field("limit", limit);
            }
            _ => {}
        }
        if let Some(response) = &inner.response {
            shown
                .field("status", &response.status.as_u16())
                .field("code", &response.code)
                .field("description", &response.error_body.description)
                .field("retry_after", &response.retry_after)
                .field("body_length", &response.body.len());
            if !response.error_body.details.is_empty() {
                shown.field("details", &response.error_body.details);
            }
        }
        if let Some(call) = &inner.call {
            shown
                .field("operation_id", &call.operation_id)
                .field("request_id", &call.request_id)
                .field("correlation_id", &call.correlation_id)
                .field("attempts", &call.attempts);
        }
        shown.field("may_have_been_applied", &inner.may_have_been_applied);
        if let Some(source) = &inner.source {
            shown.field("source", &source.to_string());
        }
        shown.finish()
    }
}
