//! Checks a credential before a request.

use std::sync::Arc;

use partner_center_transfers::Credential;

use crate::failure::Failure;

/// Checks a credential; the error names the environment variable.
pub(super) fn checked(
    name: &str,
    credential: impl Credential + 'static,
) -> Result<Arc<dyn Credential>, Failure> {
    credential
        .check()
        .map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    Ok(Arc::new(credential))
}
