//! Removes the sign-in from this machine.

use serde_json::json;

use super::app::{configured_app, of_profile};
use super::printed::Printed;
use crate::arguments::GlobalOptions;
use crate::credentials;
use crate::failure::Failure;
use crate::{profile, service};

pub(super) async fn logout(global: &GlobalOptions) -> Result<Printed, Failure> {
    let profile = profile::active(global)?;
    let (_, cloud) = service::client_builder(global, &profile)?;
    let app = configured_app(&profile, &cloud)?;
    let removed = credentials::sign_out(&profile, app.as_ref()).await?;
    let with = of_profile(&profile);
    let text = if removed.signed_in {
        format!(
            "Signed out{with}. The sign-in is removed from this machine; to end it at the login \
             service too, revoke the user's sessions there.\n"
        )
    } else {
        format!("You were not signed in{with}.\n")
    };
    Ok(Printed {
        text,
        short: String::new(),
        document: json!({
            "profile": profile.name,
            "signedOut": removed.signed_in,
            "accessTokensRemoved": removed.access_tokens,
        }),
    })
}
