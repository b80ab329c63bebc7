//! A token as calls carry it: checked, worded once, and never shown.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::secret::Secret;

use super::error::CredentialError;
use super::token::AccessToken;

/// A token as calls carry it. Clones are the same token.
#[derive(Clone, Debug)]
pub(crate) struct Bearer(Arc<Worded>);

#[derive(Debug)]
struct Worded {
    text: Secret,
    header: HeaderValue,
    /// Whether the service has answered a call that carried it, and not with a refusal of it.
    taken: AtomicBool,
}

impl Bearer {
    pub(crate) fn new(token: &AccessToken) -> Result<Self, CredentialError> {
        token.check()?;
        let text = token.text();
        let word = b"Bearer ";
        let mut line = Zeroizing::new(Vec::with_capacity(word.len() + text.expose().len()));
        line.extend_from_slice(word);
        line.extend_from_slice(text.expose().as_bytes());
        // Made once: its copies share the bytes, which wipe themselves after the last of them.
        let header = HeaderValue::from_maybe_shared(Bytes::from_owner(line));
        let mut header = header
            .map_err(|_| CredentialError::new("the bearer token cannot stand in a header"))?;
        header.set_sensitive(true);
        Ok(Self(Arc::new(Worded {
            text: text.clone(),
            header,
            taken: AtomicBool::new(false),
        })))
    }

    /// The token alone.
    pub(crate) fn text(&self) -> &Secret {
        &self.0.text
    }

    /// The value of `Authorization`.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.header.clone()
    }

    /// Notes that the service took it.
    pub(crate) fn was_taken(&self) {
        self.0.taken.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_taken(&self) -> bool {
        self.0.taken.load(Ordering::Relaxed)
    }

    /// Whether both are one token, and not two of the same text.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
