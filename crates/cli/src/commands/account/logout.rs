//! Removes the sign-in from this machine.

use serde_json::json;

use super::app::{app, of_profile};
use super::printed::Printed;
use crate::arguments::GlobalOptions;
use crate::credentials::{self, SignIn};
use crate::failure::Failure;
use crate::{profile, service};

pub(super) fn logout(global: &GlobalOptions) -> Result<Printed, Failure> {
    let profile = profile::active(global)?;
    let (_, cloud) = service::client_builder(global, &profile)?;
    let app = app(&profile, &cloud)?;
    let mut tokens = 0;
    for token in credentials::cached_tokens(&app, &profile) {
        tokens += usize::from(token.remove()?);
    }
    let signed_in = match SignIn::new(&app, profile.name.as_deref()) {
        Some(sign_in) => sign_in.remove()?,
        None => false,
    };
    let with = of_profile(&profile);
    let text = if signed_in {
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
            "signedOut": signed_in,
            "accessTokensRemoved": tokens,
        }),
    })
}
