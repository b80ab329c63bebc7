//! The user's directories, as the platform defines them: `XDG_CONFIG_HOME` and `XDG_STATE_HOME` on
//! Unix, with their defaults below `HOME`.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

/// The name of the command's directory in each of them.
const NAME: &str = "pctransfers";

/// The directory of the configuration. `None` if the user has no home directory.
pub(crate) fn configuration() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.config_dir().join(NAME))
}

/// The directory of what the command keeps between runs. `None` if the user has no home directory.
pub(crate) fn state() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    // Windows has no directory for state; this one does not roam.
    let directory = strategy.state_dir().unwrap_or_else(|| strategy.cache_dir());
    Some(directory.join(NAME))
}
