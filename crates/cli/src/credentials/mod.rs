//! Credentials from environment variables, from files that they name, and from the sign-in of
//! `pctransfers login`. Values of variables are never printed.

mod app;
mod app_credential;
mod app_settings;
mod azure_cli;
mod cached_credential;
mod cached_token;
mod check;
mod claims;
mod selected_credential;
mod sign_in;
mod sign_out;
mod token_file;
mod variables;

use std::sync::Arc;

use partner_center_transfers::{Cloud, StaticToken};

use crate::arguments::global::{AuthMethod, GlobalOptions};
use crate::environment::{is_set, secret};
use crate::failure::Failure;
use crate::profile::Profile;

use self::cached_token::Kind;
use self::check::checked;
use self::selected_credential::{SelectedCredential, UncachedCredential};
use self::variables::{
    CERTIFICATE, CLIENT_ID, OF_APP, REFRESH_TOKEN, REFRESH_TOKEN_FILE, SECRET, TENANT_ID, TOKEN,
    check_conflicts,
};

pub(crate) use self::app::App;
pub(crate) use self::app_settings::{caller_tenant, check_app, client_id, tenant};
pub(crate) use self::cached_token::CachedToken;
pub(crate) use self::claims::Claims;
pub(crate) use self::sign_in::{NewSignIn, SignIn};
pub(crate) use self::sign_out::sign_out;
pub(crate) use self::variables::overrides_sign_in;

/// Finds the credential: the one of `--auth`, of the environment, or the sign-in. Checks it as far as
/// possible without a request.
pub(crate) fn find(
    global: &GlobalOptions,
    profile: &Profile,
    cloud: &Cloud,
) -> Result<SelectedCredential, Failure> {
    if global.auth == Some(AuthMethod::AzureCli) {
        return azure_cli::find(profile);
    }
    check_conflicts()?;
    if let Some(token) = secret(TOKEN)? {
        return Ok(SelectedCredential {
            credential: checked(TOKEN, StaticToken::new(token))?,
            description: TOKEN.to_owned(),
            tenant: None,
            client_id: None,
            cached_token: None,
        });
    }
    let set = OF_APP.into_iter().find(|name| is_set(name));
    let (tenant, client) = (tenant(profile)?, client_id(profile)?);
    let (tenant, client) = match (tenant, client, set) {
        (Some(tenant), Some(client), _) => (tenant, client),
        (None, _, Some(set)) => return Err(missing(set, TENANT_ID)),
        (_, None, Some(set)) => return Err(missing(set, CLIENT_ID)),
        (_, _, None) => return Err(no_credentials(profile)),
    };
    check_app(&tenant, &client)?;
    let app = App::new(cloud, &tenant.value, &client.value);
    let (tenant, client) = (tenant.value, client.value);
    let uncached = match app_credential::of_environment(&tenant, &client)? {
        Some(credential) => credential,
        None => match SignIn::new(&app, profile.name.as_deref()) {
            Some(sign_in) if sign_in.exists()? => UncachedCredential {
                fingerprint: sign_in.fingerprint(),
                credential: Arc::new(sign_in),
                description: "the sign-in of pctransfers login".to_owned(),
                kind: Kind::SignIn(profile.name.clone().unwrap_or_default()),
            },
            _ => return Err(not_signed_in(set, profile)),
        },
    };
    Ok(uncached.cached(global, &app, tenant, client))
}

/// The access token of the sign-in; `None` if the user has no home directory.
pub(crate) fn sign_in_token(app: &App, profile: &Profile, sign_in: &SignIn) -> Option<CachedToken> {
    let profile = profile.name.clone().unwrap_or_default();
    CachedToken::new(app, &Kind::SignIn(profile), sign_in.fingerprint())
}

fn missing(set: &str, name: &str) -> Failure {
    Failure::Usage(format!("{set} is set but {name} is not: set it too"))
}

fn no_credentials(profile: &Profile) -> Failure {
    let sign_in = match &profile.name {
        Some(name) => format!(
            "add tenant and client-id to the profile {name} and sign in with pctransfers login"
        ),
        None => "sign in with pctransfers login".to_owned(),
    };
    Failure::Usage(format!(
        "no credentials: set {TOKEN} to an access token, or set {TENANT_ID}, {CLIENT_ID} and \
         one of {SECRET}, {CERTIFICATE}, {REFRESH_TOKEN} and {REFRESH_TOKEN_FILE}, or {sign_in}; \
         --emulator needs none"
    ))
}

/// The app is known, but there is neither a secret nor a sign-in.
fn not_signed_in(set: Option<&str>, profile: &Profile) -> Failure {
    Failure::Usage(match (set, &profile.name) {
        (None, Some(name)) => format!(
            "no user is signed in with the profile {name}: run pctransfers login, or set one of \
             {SECRET}, {CERTIFICATE}, {REFRESH_TOKEN} and {REFRESH_TOKEN_FILE}"
        ),
        _ => format!(
            "{} is set but none of {SECRET}, {CERTIFICATE}, {REFRESH_TOKEN} and \
             {REFRESH_TOKEN_FILE} is: set one of them, or sign in with pctransfers login",
            set.unwrap_or(TENANT_ID)
        ),
    })
}
