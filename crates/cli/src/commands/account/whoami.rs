//! Shows who the commands act as, according to the access token.

use std::fmt::Write as _;

use partner_center_transfers::printable;
use serde_json::json;

use super::printed::Printed;
use super::token::access_token;
use crate::arguments::GlobalOptions;
use crate::credentials::{self, Claims};
use crate::failure::Failure;
use crate::{output, profile, service};

pub(super) async fn whoami(global: &GlobalOptions) -> Result<Printed, Failure> {
    let profile = profile::active(global)?;
    let (_, cloud) = service::client_builder(global, &profile)?;
    let found = credentials::find(global, &profile, &cloud)?;
    let token = access_token(global, &profile, found.credential).await?;

    let claims = Claims::of(token.secret());
    let is_readable = claims.is_some();
    let claims = claims.unwrap_or_default();
    let tenant = claims.tenant.or(found.tenant);
    let client = claims.client_id.or(found.client_id);
    let expires_at = claims
        .expires_at
        .and_then(|seconds| jiff::Timestamp::from_second(i64::try_from(seconds).ok()?).ok());
    let name = tenant.as_deref().and_then(|tenant| profile.name_of(tenant));

    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:11} {}", printable(value));
    };
    line("Profile", profile.name.as_deref().unwrap_or("none"));
    line("Service", cloud.endpoint());
    line("Login", cloud.authority());
    line("Credential", &found.description);
    let unknown = "unknown: the access token does not say";
    match (&tenant, name) {
        (Some(tenant), Some(name)) => line("Tenant", &format!("{tenant} ({name})")),
        (tenant, _) => line("Tenant", tenant.as_deref().unwrap_or(unknown)),
    }
    line("App", client.as_deref().unwrap_or(unknown));
    let user = claims.user.as_deref().or(claims.user_id.as_deref());
    line(
        "User",
        match user {
            Some(user) => user,
            None if is_readable => "none: the app acts for itself",
            None => unknown,
        },
    );
    if user.is_some() || !is_readable {
        line(
            "MFA",
            match claims.mfa {
                Some(true) => "yes",
                Some(false) => "no: Partner Center requires it",
                None => unknown,
            },
        );
    }
    let expires = expires_at.map(|time| format!("{time:.0}"));
    let local = expires
        .clone()
        .map(|time| output::with_offset(&time.into()));
    line("Expires", local.as_deref().unwrap_or(unknown));
    Ok(Printed {
        text,
        short: tenant
            .as_ref()
            .map_or_else(String::new, |it| format!("{it}\n")),
        document: json!({
            "profile": profile.name,
            "endpoint": cloud.endpoint(),
            "authority": cloud.authority(),
            "credential": found.description,
            "tenant": tenant,
            "tenantName": name,
            "clientId": client,
            "user": claims.user,
            "userId": claims.user_id,
            "mfa": claims.mfa,
            "expiresAt": expires,
            "scopes": claims.scopes,
            "roles": claims.roles,
        }),
    })
}
