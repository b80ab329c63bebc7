//! The app that the command acts as, and the names of the files that belong to it.

use std::fmt::Write as _;
use std::path::PathBuf;

use partner_center_transfers::{Cloud, setting};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::profile;

/// An app in a tenant, and the login service that knows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct App {
    pub(crate) authority: String,
    pub(crate) audience: String,
    pub(crate) tenant: String,
    pub(crate) client_id: String,
}

impl App {
    pub(crate) fn new(cloud: &Cloud, tenant: &str, client_id: &str) -> Self {
        let id = |text: &str| setting::plain_id(text).to_ascii_lowercase();
        Self {
            authority: cloud.authority().trim_end_matches('/').to_ascii_lowercase(),
            audience: cloud.audience().to_owned(),
            tenant: id(tenant),
            client_id: id(client_id),
        }
    }

    /// The path of a file of this app in the user's state directory: its name starts with `name` and
    /// differs between apps. `None` if the user has no home directory.
    pub(super) fn file(&self, directory: &str, name: &str) -> Option<PathBuf> {
        let parts = [
            name,
            &self.authority,
            &self.audience,
            &self.tenant,
            &self.client_id,
        ];
        let id = &digest(&parts.map(str::as_bytes))[..16];
        Some(
            profile::state_directory()?
                .join(directory)
                .join(format!("{name}-{id}.json")),
        )
    }
}

/// A SHA-256 digest in hexadecimal digits. Parts of different lengths give different digests.
pub(super) fn digest(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    let mut text = String::new();
    for byte in digest.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
