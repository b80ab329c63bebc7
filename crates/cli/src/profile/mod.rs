//! Profiles: named settings in a file of the user, so that commands need fewer options.
//!
//! A value comes from the first of these that has it: the option, the environment variable, the
//! profile, the default. A profile contains no secret.

mod config_file;
mod directories;
mod edit;
mod keys;
mod settings;

use std::sync::Once;

use crate::arguments::global::GlobalOptions;
use crate::environment::{self, variable};
use crate::failure::Failure;
use crate::terminal;

pub(crate) use self::config_file::{Config, DEFAULT_PROFILE};
pub(crate) use self::directories::state as state_directory;
pub(crate) use self::edit::set;
pub(crate) use self::keys::KEYS;
pub(crate) use self::settings::Profile;

const PROFILE: &str = "PCTRANSFERS_PROFILE";

/// The profile that is used if neither the caller nor the file chooses one.
const UNNAMED: &str = "default";

/// The name of the profile that the caller chose with an option or a variable.
fn chosen(global: &GlobalOptions) -> Result<Option<(&'static str, String)>, Failure> {
    match &global.profile {
        Some(name) => Ok(Some(("--profile", environment::option("--profile", name)?))),
        None => Ok(variable(PROFILE)?.map(|name| (PROFILE, name))),
    }
}

/// The names of all profiles, one per line, for completions. Empty if the file is invalid.
pub(crate) fn names() -> String {
    let config = Config::load().unwrap_or_default();
    config
        .profiles
        .keys()
        .fold(String::new(), |names, name| names + name + "\n")
}

/// The name of the profile that the command uses or would create. The name of the caller comes with
/// the option or the variable that has it.
fn name(
    global: &GlobalOptions,
    config: &Config,
) -> Result<(Option<&'static str>, String), Failure> {
    if let Some((source, name)) = chosen(global)? {
        return Ok((Some(source), name));
    }
    let name = config.default_profile.as_deref().unwrap_or(UNNAMED);
    Ok((None, name.to_owned()))
}

/// The name of the profile that `config set` changes.
pub(crate) fn name_to_set(global: &GlobalOptions) -> Result<String, Failure> {
    Ok(name(global, &Config::load()?)?.1)
}

/// The profile of the command: the one of `--profile`, of `PCTRANSFERS_PROFILE`, of the key
/// `default-profile`, or the one named `default` if it exists. With `--emulator` it has no
/// settings of the service and of the caller.
pub(crate) fn active(global: &GlobalOptions) -> Result<Profile, Failure> {
    let profile = active_in(Config::load()?, global)?;
    if global.emulator {
        return Ok(profile.for_emulator());
    }
    if global.profile.is_some() {
        warn_of_overrides(&profile);
    }
    Ok(profile)
}

/// The profile of the command, as the configuration has it.
pub(crate) fn active_in(mut config: Config, global: &GlobalOptions) -> Result<Profile, Failure> {
    let (source, name) = name(global, &config)?;
    match (config.profiles.remove(&name), source) {
        (Some(profile), _) => Ok(profile),
        (None, None) => Ok(Profile::default()),
        (None, Some(source)) => {
            let message = config.unknown_profile(&name);
            Err(Failure::Usage(format!("{source}: {message}")))
        }
    }
}

/// A value, and what to name in a message about it.
pub(crate) struct Setting {
    pub(crate) value: String,
    pub(crate) source: String,
}

/// The value of a variable, or else of the profile.
pub(crate) fn setting(
    profile: &Profile,
    name: &str,
    key: &str,
    of_profile: Option<&str>,
) -> Result<Option<Setting>, Failure> {
    let of_variable = variable(name)?.map(|value| Setting {
        value,
        source: name.to_owned(),
    });
    let of_profile = || {
        let profile = profile.name.as_deref().unwrap_or(UNNAMED);
        of_profile.map(|value| Setting {
            value: value.to_owned(),
            source: format!("profile {profile:?}: {key}"),
        })
    };
    Ok(of_variable.or_else(of_profile))
}

/// Warns once that the environment overrides the profile of `--profile`, since the caller may have
/// forgotten the variables.
fn warn_of_overrides(profile: &Profile) {
    static ONCE: Once = Once::new();
    let pairs = [
        ("PCTRANSFERS_TENANT_ID", "tenant", &profile.tenant),
        ("PCTRANSFERS_CLIENT_ID", "client-id", &profile.client_id),
        ("PCTRANSFERS_ENDPOINT", "endpoint", &profile.endpoint),
        ("PCTRANSFERS_AUTHORITY", "authority", &profile.authority),
    ];
    ONCE.call_once(|| {
        for (name, key, value) in pairs {
            // An invalid variable is an error where it is used.
            let variable = variable(name).ok().flatten();
            if variable.is_some() && value.is_some() && variable != *value {
                let profile = profile.name.as_deref().unwrap_or(UNNAMED);
                terminal::warn(&format!(
                    "{name} is set, and overrides {key} of the profile {profile}"
                ));
            }
        }
    });
}
