//! Removes the sign-ins of a profile, and the access tokens that commands have kept.

use std::path::PathBuf;

use super::app::{App, files_of_all_apps};
use super::cached_token::{self, Kind};
use super::sign_in;
use crate::failure::Failure;
use crate::files::private_file;
use crate::profile::Profile;

/// What was removed.
pub(crate) struct SignedOut {
    pub(crate) signed_in: bool,
    pub(crate) access_tokens: usize,
}

/// Removes the sign-ins of the profile for all apps, since its tenant and client id may have changed
/// since, and the access tokens of these sign-ins and of `app`.
pub(crate) async fn sign_out(profile: &Profile, app: Option<&App>) -> Result<SignedOut, Failure> {
    let of_profile = |directory: &str, name: &str| {
        files_of_all_apps(directory, name).map_err(|error| {
            Failure::Local(format!("cannot list the files in {directory}: {error}"))
        })
    };
    // First, so that no command gets another access token meanwhile.
    let name = sign_in::file_name(profile.name.as_deref());
    let sign_ins = remove(&of_profile(sign_in::DIRECTORY, name)?).await?;

    let directory = cached_token::DIRECTORY;
    let kind = Kind::SignIn(profile.name.clone().unwrap_or_default());
    let mut paths = of_profile(directory, &kind.name())?;
    if let Some(app) = app {
        let kinds = [Kind::Secret, Kind::Certificate, Kind::RefreshToken];
        let path = |kind: &Kind| app.file(directory, &kind.name());
        paths.extend(kinds.iter().filter_map(path));
    }
    Ok(SignedOut {
        signed_in: sign_ins > 0,
        access_tokens: remove(&paths).await?,
    })
}

/// Removes files. Returns how many of them there were.
async fn remove(paths: &[PathBuf]) -> Result<usize, Failure> {
    let mut removed = 0;
    for path in paths {
        let was_there = private_file::lock_and_remove(path).await.map_err(|error| {
            Failure::Local(format!("cannot remove {}: {error}", path.display()))
        })?;
        removed += usize::from(was_there);
    }
    Ok(removed)
}
