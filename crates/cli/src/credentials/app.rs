//! The app that the command acts as, and the names of the files that belong to it.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use partner_center_transfers::{Cloud, setting};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::profile;

/// The number of hexadecimal digits in a file name that identify the app.
const ID_LENGTH: usize = 16;

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
        let id = &digest(&parts.map(str::as_bytes))[..ID_LENGTH];
        Some(
            profile::state_directory()?
                .join(directory)
                .join(format!("{name}-{id}.json")),
        )
    }
}

/// The paths of the files of all apps whose names start with `name`, and of those that commands are
/// about to write: they have a file for the lock.
pub(super) fn files_of_all_apps(directory: &str, name: &str) -> io::Result<Vec<PathBuf>> {
    let Some(state) = profile::state_directory() else {
        return Ok(Vec::new());
    };
    let entries = match fs::read_dir(state.join(directory)) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|it| it.to_str());
        let id = stem.and_then(|it| it.strip_prefix(name)?.strip_prefix('-'));
        let is_id = |id: &str| id.len() == ID_LENGTH && id.bytes().all(|it| it.is_ascii_hexdigit());
        let extension = path.extension().and_then(|it| it.to_str());
        if id.is_some_and(is_id) && matches!(extension, Some("json" | "lock")) {
            paths.push(path.with_extension("json"));
        }
    }
    paths.sort();
    paths.dedup();
    Ok(paths)
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
