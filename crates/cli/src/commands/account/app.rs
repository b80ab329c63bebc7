//! The app that a user signs in to.

use partner_center_transfers::Cloud;

use crate::credentials::{self, App};
use crate::failure::Failure;
use crate::profile::Profile;

/// The app of the environment or of the profile.
pub(super) fn app(profile: &Profile, cloud: &Cloud) -> Result<App, Failure> {
    let missing = |key: &str, variable: &str| {
        Failure::Usage(format!(
            "the sign-in needs the {key} of the app: run pctransfers config set {key} VALUE, or \
             set {variable}"
        ))
    };
    let tenant = credentials::tenant(profile)?;
    let client = credentials::client_id(profile)?;
    let tenant = tenant.ok_or_else(|| missing("tenant", "PCTRANSFERS_TENANT_ID"))?;
    let client = client.ok_or_else(|| missing("client-id", "PCTRANSFERS_CLIENT_ID"))?;
    credentials::check_app(&tenant, &client)?;
    Ok(App::new(cloud, &tenant.value, &client.value))
}

/// Says in a sentence to which profile a sign-in belongs.
pub(super) fn of_profile(profile: &Profile) -> String {
    match &profile.name {
        Some(name) => format!(" with the profile {name}"),
        None => String::new(),
    }
}
