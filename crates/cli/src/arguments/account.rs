//! Commands for the sign-in and for the profiles.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Sign in as a user, in a browser on this or another device
    ///
    /// Shows a code and the address where to enter it, waits until you have signed in there, and
    /// keeps the sign-in for later commands, in a file that only you can read. Needs the tenant and
    /// the client id of an app that allows public client flows, from the profile or the environment.
    Login,
    /// Remove the sign-in and the access tokens from this machine
    Logout,
    /// Show the tenant, the app and the user that the commands act as
    ///
    /// Gets an access token if none is kept, and shows what it says, also about multifactor
    /// authentication and its expiry.
    Whoami,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// List the profiles and their settings
    List,
    /// Set a value of a profile, and create the profile if it does not exist
    ///
    /// Creates or changes the profile that --profile names, or else the one that commands use.
    Set {
        /// Key: tenant, client-id, cloud, endpoint, authority, customer, partner-name,
        /// partners.TENANT (the name of another partner) or default-profile
        key: String,
        /// The value
        #[arg(required_unless_present = "unset", allow_hyphen_values = true)]
        value: Option<String>,
        /// Remove the key
        #[arg(long, conflicts_with = "value")]
        unset: bool,
    },
    /// Print the path of the configuration file
    Path,
}
