//! The error of a credential: why there is no token, and what to do about it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::error_text::{ERROR_LIMIT, one_line, shortened};

use super::entra_error::EntraError;

/// Why no access token could be got.
///
/// `Display` is one sentence, with what to do if that is known. Neither it nor `Debug` shows a
/// token, a secret or an assertion. Clones are cheap and share the error.
///
/// ```
/// # fn handle(error: partner_center_transfers::CredentialError) {
/// if let Some(hint) = error.hint() {
///     eprintln!("{hint}");
/// }
/// if error.error_codes().contains(&7_000_222) {
///     eprintln!("the client secret has expired");
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct CredentialError(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    message: String,
    hint: Option<&'static str>,
    transient: bool,
    retry_after: Option<Duration>,
    refusal: Option<EntraError>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl CredentialError {
    /// An error of your own credential. `message` is a lower-case sentence without a full stop and
    /// without secrets.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            message: message.into(),
            hint: None,
            transient: false,
            retry_after: None,
            refusal: None,
            source: None,
        }))
    }

    /// Adds the cause. `Debug` shows its text, so it must not contain a secret.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Arc::make_mut(&mut self.0).source = Some(Arc::from(source.into()));
        self
    }

    /// Sets [`is_transient`](Self::is_transient); `false` by default.
    pub fn with_transient(mut self, transient: bool) -> Self {
        Arc::make_mut(&mut self.0).transient = transient;
        self
    }

    pub(crate) fn with_hint(mut self, hint: &'static str) -> Self {
        Arc::make_mut(&mut self.0).hint = Some(hint);
        self
    }

    /// The login service answered with an error.
    pub(crate) fn refused(refusal: EntraError, retry_after: Option<Duration>) -> Self {
        Self(Arc::new(Inner {
            message: refusal.message(),
            hint: refusal.hint(),
            transient: refusal.is_transient(),
            retry_after,
            refusal: Some(refusal),
            source: None,
        }))
    }

    /// What to do about it, if the cause is known: multifactor authentication or consent is
    /// missing, a secret is wrong or has expired, and so on.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint
    }

    /// Whether a later request may succeed: there was no connection, the login service was busy or
    /// failing, or its error says so. The credential has already retried where that is useful.
    pub fn is_transient(&self) -> bool {
        self.0.transient
    }

    /// The HTTP status of the login service's response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.refusal().map(|refusal| refusal.status)
    }

    /// The time that the login service asks to wait (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The OAuth error, such as `invalid_client`.
    pub fn error(&self) -> Option<&str> {
        self.refusal()?.error.as_deref()
    }

    /// The login service's description, such as `AADSTS7000215: Invalid client secret ...`.
    pub fn error_description(&self) -> Option<&str> {
        self.refusal()?.error_description.as_deref()
    }

    /// The numbers of the `AADSTS` codes, most important first; empty if the response has no code.
    pub fn error_codes(&self) -> &[u64] {
        self.refusal()
            .map_or(&[], |refusal| &refusal.error_codes[..])
    }

    /// A detail of the OAuth error, such as `consent_required` or `basic_action`.
    pub fn suberror(&self) -> Option<&str> {
        self.refusal()?.suberror.as_deref()
    }

    /// The login service's id of the sign-in, for support requests.
    pub fn correlation_id(&self) -> Option<&str> {
        self.refusal()?.correlation_id.as_deref()
    }

    /// The login service's id of this request, for support requests.
    pub fn trace_id(&self) -> Option<&str> {
        self.refusal()?.trace_id.as_deref()
    }

    /// The body of the login service's error response, up to 64 KiB, with secrets redacted. `None`
    /// without a response and for a success status, since such a body may contain a token.
    pub fn body(&self) -> Option<&[u8]> {
        self.refusal().map(|refusal| &refusal.body[..])
    }

    fn refusal(&self) -> Option<&EntraError> {
        self.0.refusal.as_ref()
    }
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shortened(&self.0.message, ERROR_LIMIT / 2))?;
        if let Some(hint) = self.0.hint {
            write!(f, "; {hint}")?;
        }
        if let Some(time) = self.0.retry_after {
            write!(f, "; the login service asks to wait {} s", time.as_secs())?;
        }
        let ids = [
            ("correlation id", self.correlation_id()),
            ("trace id", self.trace_id()),
        ];
        let ids: Vec<String> = ids
            .into_iter()
            .filter_map(|(name, id)| Some(format!("{name} {}", one_line(id?, 64))))
            .collect();
        if !ids.is_empty() {
            write!(f, " [{}]", ids.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Debug for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut shown = f.debug_struct("CredentialError");
        shown.field("message", &inner.message);
        if let Some(hint) = inner.hint {
            shown.field("hint", &hint);
        }
        shown.field("transient", &inner.transient);
        if let Some(time) = inner.retry_after {
            shown.field("retry_after", &time);
        }
        if let Some(refusal) = &inner.refusal {
            shown
                .field("status", &refusal.status.as_u16())
                .field("error", &refusal.error)
                .field("error_description", &refusal.error_description)
                .field("error_codes", &refusal.error_codes)
                .field("suberror", &refusal.suberror)
                .field("correlation_id", &refusal.correlation_id)
                .field("trace_id", &refusal.trace_id)
                .field("body_length", &refusal.body.len());
        }
        if let Some(source) = &inner.source {
            shown.field("source", &source.to_string());
        }
        shown.finish()
    }
}

impl StdError for CredentialError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::CredentialError;

    #[test]
    fn an_error_is_small_and_can_be_sent_and_cloned() {
        fn is_portable<T: std::error::Error + Clone + Send + Sync + 'static>() {}
        is_portable::<CredentialError>();
        assert_eq!(size_of::<CredentialError>(), size_of::<usize>());
    }

    #[test]
    fn a_custom_error_keeps_its_message_and_source() {
        let error = CredentialError::new("the vault is sealed")
            .with_source(std::io::Error::other("tty lost"))
            .with_transient(true);
        assert_eq!(error.to_string(), "the vault is sealed");
        assert_eq!(error.source().unwrap().to_string(), "tty lost");
        assert!(error.is_transient());
        assert!(error.error_codes().is_empty() && error.body().is_none());
    }
}
