//! Access tokens of the Azure CLI, `az`, for the account that is signed in there.
//!
//! The command is run as it is, because it alone knows the format of its session; `azure_identity`
//! does the same. Its tokens are not cached here: it has a cache, and its account may change.

use std::io::ErrorKind;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use partner_center_transfers::{
    AccessToken, BoxFuture, ClientSecretCredential, Credential, CredentialError, TokenRequest,
    printable, setting,
};
use serde::Deserialize;

use super::app_settings;
use super::cached_token::seconds_since_1970;
use super::check::checked;
use super::claims::Claims;
use super::selected_credential::SelectedCredential;
use crate::failure::Failure;
use crate::profile::Profile;

/// The session of `az`, for the tenant that the environment or the profile names.
pub(super) fn find(profile: &Profile) -> Result<SelectedCredential, Failure> {
    let tenant = app_settings::tenant(profile)?;
    if let Some(tenant) = &tenant {
        checked(
            &tenant.source,
            ClientSecretCredential::new(&tenant.value, "-", "-"),
        )?;
    }
    let tenant = tenant.map(|tenant| setting::plain_id(&tenant.value).to_owned());
    Ok(SelectedCredential {
        credential: Arc::new(AzureCli {
            tenant: tenant.clone(),
        }),
        description: "the Azure CLI".to_owned(),
        tenant,
        client_id: None,
        cached_token: None,
    })
}

#[derive(Debug)]
struct AzureCli {
    /// The tenant to get the token for; `None` for that of the account.
    tenant: Option<String>,
}

/// The output of `az account get-access-token`.
#[derive(Deserialize)]
struct TokenOutput {
    #[serde(rename = "accessToken")]
    access_token: String,
    /// Seconds since 1970. Versions before 2.54 do not have it.
    expires_on: Option<u64>,
}

impl AzureCli {
    fn run(tenant: Option<&str>, scope: &str) -> Result<AccessToken, CredentialError> {
        // `az` is a batch file on Windows. The arguments contain no character that is special there:
        // the scope is a URL, and the tenant is checked.
        let mut command = Command::new(if cfg!(windows) { "az.cmd" } else { "az" });
        command.args(["account", "get-access-token", "--output", "json"]);
        command.args(["--scope", scope]);
        if let Some(tenant) = tenant {
            command.args(["--tenant", tenant]);
        }
        let output = command.stdin(Stdio::null()).output().map_err(|error| {
            CredentialError::new(match error.kind() {
                ErrorKind::NotFound => {
                    "there is no command az: install the Azure CLI, or use another credential"
                        .to_owned()
                }
                _ => format!("failed to run az: {error}"),
            })
        })?;
        if !output.status.success() {
            return Err(failed(&output));
        }
        // Not shown in any message: it contains the token.
        let token: TokenOutput = serde_json::from_slice(&output.stdout).map_err(|_| {
            CredentialError::new(
                "the output of az account get-access-token is not the expected JSON: update the \
                 Azure CLI",
            )
        })?;
        let expires = token
            .expires_on
            .or_else(|| Claims::of(&token.access_token)?.expires_at);
        Ok(match expires {
            Some(expires) => {
                let lifetime = expires.saturating_sub(seconds_since_1970());
                AccessToken::new(token.access_token, Duration::from_secs(lifetime))
            }
            None => AccessToken::without_expiry(token.access_token),
        })
    }
}

/// The error of a run that failed, with the first line that says why.
fn failed(output: &Output) -> CredentialError {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines().find(|line| line.starts_with("ERROR"));
    let line = line.or_else(|| lines().next()).unwrap_or("no message");
    // Such as `Please run 'az login' to setup account.`
    let line: String = printable(line).chars().take(300).collect();
    CredentialError::new(format!(
        "az account get-access-token failed ({}): {line}",
        output.status
    ))
}

impl Credential for AzureCli {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        let (tenant, scope) = (self.tenant.clone(), request.scope().to_owned());
        Box::pin(async move {
            let run = move || Self::run(tenant.as_deref(), &scope);
            let run = tokio::task::spawn_blocking(run).await;
            run.unwrap_or_else(|_| Err(CredentialError::new("az did not end")))
        })
    }
}
