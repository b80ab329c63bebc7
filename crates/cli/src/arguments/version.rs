//! What `--version` prints.

use partner_center_transfers::SPEC_VERSION;

/// The version of the command, of the specification that its client is generated from, and the
/// commit that it is built from.
pub(crate) fn version() -> String {
    // `build.rs` finds the commit.
    format!(
        "{}\nspecification {SPEC_VERSION}\ncommit {}",
        env!("CARGO_PKG_VERSION"),
        env!("PCTRANSFERS_COMMIT")
    )
}
