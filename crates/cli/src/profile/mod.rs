//! Profiles: named settings in a file of the user, so that commands need fewer options.
//!
//! A value comes from the first of these that has it: the option, the environment variable, the
//! profile, the default. A profile contains no secret.

mod config_file;
mod directories;
mod keys;
mod nearest;

use std::collections::BTreeMap;

use partner_center_transfers::Cloud;
use partner_center_transfers::types::CustomerId;

use crate::arguments::GlobalOptions;
use crate::environment::{self, variable};
use crate::failure::Failure;

use self::config_file::Config;

const PROFILE: &str = "PCTRANSFERS_PROFILE";

/// The profile that is used if neither the caller nor the file chooses one.
const UNNAMED: &str = "default";

/// The settings of a profile. All are optional.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    /// `None` if no profile is in use.
    pub(crate) name: Option<String>,
    /// The tenant of the partner, a GUID or a domain.
    pub(crate) tenant: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) cloud: Option<Cloud>,
    pub(crate) endpoint: Option<String>,
    pub(crate) authority: Option<String>,
    /// The customer of commands that name none.
    pub(crate) customer: Option<CustomerId>,
    /// The name of the partner itself.
    pub(crate) partner_name: Option<String>,
    /// Names of partners by their tenant ids in lower case.
    pub(crate) partners: BTreeMap<String, String>,
}

impl Profile {
    /// The name of a partner, if the profile has it.
    pub(crate) fn name_of(&self, tenant: &str) -> Option<&str> {
        let own = self.tenant.as_deref();
        if let (Some(own), Some(name)) = (own, &self.partner_name)
            && own.eq_ignore_ascii_case(tenant)
        {
            return Some(name);
        }
        let name = self.partners.get(&tenant.to_ascii_lowercase());
        name.map(String::as_str)
    }

    /// The profile for a call to an emulator, which has its own partners.
    fn for_emulator(self) -> Self {
        Self {
            tenant: None,
            client_id: None,
            cloud: None,
            endpoint: None,
            authority: None,
            ..self
        }
    }
}

/// The name of the profile that the caller chose with an option or a variable.
fn chosen(global: &GlobalOptions) -> Result<Option<(&'static str, String)>, Failure> {
    match &global.profile {
        Some(name) => Ok(Some(("--profile", environment::option("--profile", name)?))),
        None => Ok(variable(PROFILE)?.map(|name| (PROFILE, name))),
    }
}

/// The profile of the command: the one of `--profile`, of `PCTRANSFERS_PROFILE`, of the key
/// `default-profile`, or the one named `default` if it exists. With `--emulator` it has no
/// settings of the service and of the caller.
pub(crate) fn active(global: &GlobalOptions) -> Result<Profile, Failure> {
    let chosen = chosen(global)?;
    let mut config = Config::load()?;
    let profile = match chosen {
        Some((source, name)) => match config.profiles.remove(&name) {
            Some(profile) => profile,
            None => {
                let message = config.unknown_profile(&name);
                return Err(Failure::Usage(format!("{source}: {message}")));
            }
        },
        None => {
            let name = config.default_profile.take();
            let profile = config.profiles.remove(name.as_deref().unwrap_or(UNNAMED));
            profile.unwrap_or_default()
        }
    };
    Ok(if global.emulator {
        profile.for_emulator()
    } else {
        profile
    })
}
