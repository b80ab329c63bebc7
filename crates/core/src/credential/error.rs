//! Why there is no token: one opaque type that keeps all that the login service said, and says
//! what a person can do about it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::entra_error::Refusal;

/// No access token could be had.
///
/// `Display` is one sentence with what to do, where that is known. Neither it nor `Debug` shows a
/// token, a secret or an assertion.
///
/// It is cheap to clone: callers who waited for the same token get the same error.
///
/// ```
/// # fn look(error: partner_center_core::CredentialError) {
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
    refusal: Option<Refusal>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl CredentialError {
    /// An error of a credential of your own. `message` is one sentence, lower case, without a
    /// full stop and without secrets.
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

    /// Adds what caused it. The text of the cause is shown by `Debug`, so it must hold no secret.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Arc::make_mut(&mut self.0).source = Some(Arc::from(source.into()));
        self
    }

    /// Says whether asking again later may help; see [`is_transient`](Self::is_transient).
    pub fn with_transient(mut self, transient: bool) -> Self {
        Arc::make_mut(&mut self.0).transient = transient;
        self
    }

    pub(crate) fn with_hint(mut self, hint: &'static str) -> Self {
        Arc::make_mut(&mut self.0).hint = Some(hint);
        self
    }

    /// The login service answered, and not with a token.
    pub(crate) fn refused(refusal: Refusal, retry_after: Option<Duration>) -> Self {
        Self(Arc::new(Inner {
            message: refusal.sentence(),
            hint: refusal.hint(),
            transient: refusal.is_transient(),
            retry_after,
            refusal: Some(refusal),
            source: None,
        }))
    }

    /// What to do about it, where the cause is known: multifactor authentication or consent is
    /// missing, a secret is wrong or has expired, and so on.
    ///
    /// Source: the "Microsoft Entra authentication and authorization error codes" page.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint
    }

    /// Whether asking again later may help: no connection came about, the login service was busy
    /// or broken, or it said so itself. The request has been repeated by then, where that was
    /// called for.
    pub fn is_transient(&self) -> bool {
        self.0.transient
    }

    /// The HTTP status of the login service's answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.refusal().map(|refusal| refusal.status)
    }

    /// How long the login service asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The OAuth error, such as `invalid_client`.
    pub fn error(&self) -> Option<&str> {
        self.refusal()?.error.as_deref()
    }

    /// The login service's own description, such as `AADSTS7000215: Invalid client secret ...`,
    /// whole.
    pub fn error_description(&self) -> Option<&str> {
        self.refusal()?.error_description.as_deref()
    }

    /// The numbers of the `AADSTS` codes, the first one first; none if none were given.
    pub fn error_codes(&self) -> &[u64] {
        self.refusal()
            .map_or(&[], |refusal| &refusal.error_codes[..])
    }

    /// What the OAuth error leaves open, such as `consent_required` or `basic_action`.
    pub fn suberror(&self) -> Option<&str> {
        self.refusal()?.suberror.as_deref()
    }

    /// The login service's id of the flow, for a support request.
    pub fn correlation_id(&self) -> Option<&str> {
        self.refusal()?.correlation_id.as_deref()
    }

    /// The login service's id of this request, for a support request.
    pub fn trace_id(&self) -> Option<&str> {
        self.refusal()?.trace_id.as_deref()
    }

    /// The body of the refusal as it came, up to 64 KiB. Where it held what was sent in secret,
    /// that is replaced. `None` if no answer came, and for an answer with a success status, since
    /// that may hold a token.
    pub fn body(&self) -> Option<&[u8]> {
        self.refusal().map(|refusal| &refusal.body[..])
    }

    fn refusal(&self) -> Option<&Refusal> {
        self.0.refusal.as_ref()
    }
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(hint) = self.0.hint {
            write!(f, "; {hint}")?;
        }
        if let Some(time) = self.0.retry_after {
            write!(f, "; it asks to wait for {} seconds", time.as_secs())?;
        }
        let ids = [
            ("correlation id", self.correlation_id()),
            ("trace id", self.trace_id()),
        ];
        let ids: Vec<String> = ids
            .into_iter()
            .filter_map(|(name, id)| Some(format!("{name} {}", super::entra_error::one_line(id?))))
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
    fn an_error_is_small_and_can_go_anywhere() {
        fn can_go_anywhere<T: std::error::Error + Clone + Send + Sync + 'static>() {}
        can_go_anywhere::<CredentialError>();
        assert_eq!(size_of::<CredentialError>(), size_of::<usize>());
    }

    #[test]
    fn an_error_of_a_users_credential_has_its_message_and_its_source() {
        let error = CredentialError::new("the vault is sealed")
            .with_source(std::io::Error::other("tty lost"))
            .with_transient(true);
        assert_eq!(error.to_string(), "the vault is sealed");
        assert_eq!(error.source().unwrap().to_string(), "tty lost");
        assert!(error.is_transient());
        assert!(error.error_codes().is_empty() && error.body().is_none());
    }
}
