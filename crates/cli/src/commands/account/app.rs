//! The app that a user signs in to.

use partner_center_transfers::Cloud;

use crate::credentials::{self, App};
use crate::failure::Failure;
use crate::profile::Profile;

/// The app of the environment or of the profile.
pub(super) fn app(profile: &Profile, cloud: &Cloud) -> Result<App, Failure> {
    if let Some(app) = configured_app(profile, cloud)? {
        return Ok(app);
    }
    let (key, variable) = match credentials::tenant(profile)? {
        None => ("tenant", "PCTRANSFERS_TENANT_ID"),
        Some(_) => ("client-id", "PCTRANSFERS_CLIENT_ID"),
    };
    Err(Failure::Usage(format!(
        "the sign-in needs the {key} of the app: run pctransfers config set {key} VALUE, or set \
         {variable}"
    )))
}

/// The app of the environment or of the profile; `None` if its tenant or its client id is not set.
pub(super) fn configured_app(profile: &Profile, cloud: &Cloud) -> Result<Option<App>, Failure> {
    let tenant = credentials::tenant(profile)?;
    let (Some(tenant), Some(client)) = (tenant, credentials::client_id(profile)?) else {
        return Ok(None);
    };
    credentials::check_app(&tenant, &client)?;
    Ok(Some(App::new(cloud, &tenant.value, &client.value)))
}

/// Says in a sentence to which profile a sign-in belongs.
pub(super) fn of_profile(profile: &Profile) -> String {
    match &profile.name {
        Some(name) => format!(" with the profile {name}"),
        None => String::new(),
    }
}
