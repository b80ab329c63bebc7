//! Gets an access token without a call.

use partner_center_transfers::{AccessToken, Credential};

use crate::arguments::GlobalOptions;
use crate::failure::Failure;
use crate::profile::Profile;
use crate::{connection, service};

pub(super) async fn access_token(
    global: &GlobalOptions,
    profile: &Profile,
    credential: impl Credential + Clone + 'static,
) -> Result<AccessToken, Failure> {
    let builder = || {
        let (builder, _) = service::client_builder(global, profile)?;
        let builder = builder.credential(credential.clone());
        Ok::<_, Failure>(builder.options(connection::call_options(global)))
    };
    // Invalid settings, such as that of a proxy, are errors of usage.
    builder()?.build()?;
    let token = builder()?.access_token().await;
    token.map_err(|error| Failure::SignIn(Box::new(error)))
}
