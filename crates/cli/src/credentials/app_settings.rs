//! The tenant and the client id of the environment or of the profile.

use partner_center_transfers::ClientSecretCredential;

use super::check::checked;
use super::variables::{CLIENT_ID, TENANT_ID, TOKEN};
use crate::arguments::global::AuthMethod;
use crate::environment::is_set;
use crate::failure::Failure;
use crate::profile::{self, Profile, Setting};

/// The tenant of the caller: that of the environment, or else of the profile. `None` if the
/// access token was given, since that may be for any tenant.
pub(crate) fn caller_tenant(
    auth: Option<AuthMethod>,
    profile: &Profile,
) -> Result<Option<String>, Failure> {
    if auth.is_none() && is_set(TOKEN) {
        return Ok(None);
    }
    Ok(tenant(profile)?.map(|tenant| tenant.value))
}

/// The tenant, and where it comes from.
pub(crate) fn tenant(profile: &Profile) -> Result<Option<Setting>, Failure> {
    profile::setting(profile, TENANT_ID, "tenant", profile.tenant.as_deref())
}

/// The client id, and where it comes from.
pub(crate) fn client_id(profile: &Profile) -> Result<Option<Setting>, Failure> {
    let of_profile = profile.client_id.as_deref();
    profile::setting(profile, CLIENT_ID, "client-id", of_profile)
}

/// Checks the tenant and the client id one by one, so that the error names the invalid one.
pub(crate) fn check_app(tenant: &Setting, client: &Setting) -> Result<(), Failure> {
    let check = |source: &str, tenant: &str, client: &str| {
        checked(source, ClientSecretCredential::new(tenant, client, "-")).map(drop)
    };
    check(&tenant.source, &tenant.value, "-")?;
    check(&client.source, &tenant.value, &client.value)
}
