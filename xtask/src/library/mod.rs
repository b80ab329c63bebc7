//! Checks of the libraries that other programs build: their public API, and the oldest compiler and
//! dependencies that they work with.

pub(crate) mod api;
mod copy;
pub(crate) mod minimal_versions;
pub(crate) mod msrv;
mod old_compiler;
pub(crate) mod semver;

/// The folders of the libraries below `crates/`. Their packages have the prefix `partner-center-`.
pub(crate) const LIBRARIES: [&str; 3] = ["core", "transfers", "bulk"];

/// The features that need no compiler newer than `rust-version`: all but `azure_core`.
const FEATURES: &str = "partner-center-bulk/native-tls,partner-center-transfers/certificate,\
                        partner-center-transfers/schemars";

/// Returns the name of a library's package.
fn package(library: &str) -> String {
    format!("partner-center-{library}")
}
