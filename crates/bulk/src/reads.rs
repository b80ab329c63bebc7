//! What all reads of many transfers have in common: those of a sweep, and those of the command
//! before a run.

use partner_center_transfers::Error;

pub use crate::runner::failure::pause_of;
pub use crate::runner::limits::Limits;

/// How often one read may be answered with a 429.
pub const MAX_LIMITED: u32 = 10;

/// Whether the read of any other customer would fail likewise. A status 403 or 404 can be about one
/// customer, whatever its code says.
pub fn fails_for_all(error: &Error) -> bool {
    let is_token_refused = error.status().is_some_and(|status| status.as_u16() == 401);
    error.is_credential() || error.is_configuration() || is_token_refused
}
