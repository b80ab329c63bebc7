//! Signs a user in with a device code.

use partner_center_transfers::{DeviceCodeCredential, DeviceCodeMessage, printable};
use serde_json::json;

use super::app::{app, of_profile};
use super::printed::Printed;
use super::token::access_token;
use crate::arguments::GlobalOptions;
use crate::credentials::{self, Claims, NewSignIn, SignIn};
use crate::failure::Failure;
use crate::{profile, service, terminal};

pub(super) async fn login(global: &GlobalOptions) -> Result<Printed, Failure> {
    let profile = profile::active(global)?;
    let (_, cloud) = service::client_builder(global, &profile)?;
    let app = app(&profile, &cloud)?;
    let sign_in = SignIn::new(&app, profile.name.as_deref()).ok_or_else(|| {
        Failure::Usage(
            "there is no directory for the sign-in: set HOME or XDG_STATE_HOME".to_owned(),
        )
    })?;
    // Before the user signs in.
    sign_in.check_writable()?;
    if let Some(name) = credentials::overrides_sign_in() {
        terminal::warn(&format!(
            "{name} is set, and commands use it instead of the sign-in: unset it"
        ));
    }
    let cached_token = credentials::sign_in_token(&app, &profile, &sign_in);
    let store = NewSignIn {
        sign_in,
        cached_token: cached_token.clone(),
    };
    let credential = DeviceCodeCredential::new(&app.tenant, &app.client_id, show).store(store);
    let token = access_token(global, &profile, credential.clone()).await?;
    if credential.refresh_token().await.is_none() {
        return Err(Failure::Local(
            "the login service sent no refresh token, so the sign-in cannot be kept".to_owned(),
        ));
    }
    if let Some(cached) = cached_token.filter(|_| !global.no_token_cache) {
        cached.lock_and_write(&token).await;
    }
    let claims = Claims::of(token.secret()).unwrap_or_default();
    let user = printable(claims.user.as_deref().unwrap_or("a user")).into_owned();
    let mfa = match claims.mfa {
        Some(true) => " with multifactor authentication",
        Some(false) => " without multifactor authentication, which Partner Center requires",
        None => "",
    };
    Ok(Printed {
        text: format!("Signed in{} as {user}{mfa}.\n", of_profile(&profile)),
        short: String::new(),
        document: json!({
            "profile": profile.name,
            "tenant": claims.tenant.as_ref().unwrap_or(&app.tenant),
            "clientId": app.client_id,
            "user": claims.user,
            "mfa": claims.mfa,
        }),
    })
}

/// Shows the user where to sign in.
fn show(message: &DeviceCodeMessage) {
    terminal::diagnose(&format!(
        "{message}\nWaiting for the sign-in. Ctrl-C stops it.\n"
    ));
}
