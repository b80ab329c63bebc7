//! The connection to the service: endpoint, credential, limits and language.

use std::time::Duration;

use partner_center_emulator::Emulator;
use partner_center_transfers::types::PartnerTenantId;
use partner_center_transfers::{CallOptions, Client, ClientSecretCredential, Cloud, RetryPolicy};

use crate::arguments::{AuthMethod, GlobalOptions, ServiceCommand};
use crate::credentials::{self, CachedToken};
use crate::failure::Failure;
use crate::invocation::Service;
use crate::profile::{self, Profile};
use crate::{call_log, emulator_env, service, terminal};

/// A client, and the temporary emulator if there is one.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Client,
    /// The tenant of the emulator's partner, if it is certain that it is the right one.
    caller: Option<String>,
    /// The tenant of the credential, a GUID or a domain, if the settings name it.
    tenant: Option<String>,
    auth: Option<AuthMethod>,
    profile: Profile,
    cached_token: Option<CachedToken>,
    /// Stops when dropped.
    _emulator: Option<Emulator>,
}

impl Connection {
    /// Creates the client, and starts the emulator if needed. Sends nothing.
    pub(crate) async fn open(
        global: &GlobalOptions,
        command: &ServiceCommand,
    ) -> Result<Self, Failure> {
        // A file can contain a request of either partner.
        let may_be_other =
            matches!(command, ServiceCommand::Create(create) if create.file.is_some());
        Self::open_as(global, command.is_for_source(), may_be_other).await
    }

    /// The same for another command. At the emulator the caller is the source partner, or else the
    /// target partner; `may_be_other` says that this is a guess.
    pub(crate) async fn open_as(
        global: &GlobalOptions,
        is_source: bool,
        may_be_other: bool,
    ) -> Result<Self, Failure> {
        if global.emulator {
            Self::to_emulator(global, is_source, may_be_other).await
        } else {
            Self::to_service(global)
        }
    }

    fn to_service(global: &GlobalOptions) -> Result<Self, Failure> {
        let profile = profile::active(global)?;
        let (builder, cloud) = service::client_builder(global, &profile)?;
        let found = credentials::find(global, &profile, &cloud)?;
        let client = builder
            .credential(found.credential)
            .options(call_options(global))
            .on_event(call_log::observer(global.verbose, global.quiet))
            .build()?;
        Ok(Self {
            client,
            caller: None,
            tenant: found.tenant,
            auth: global.auth,
            profile,
            cached_token: found.cached_token,
            _emulator: None,
        })
    }

    async fn to_emulator(
        global: &GlobalOptions,
        is_source: bool,
        may_be_other: bool,
    ) -> Result<Self, Failure> {
        let profile = profile::active(global)?;
        let emulator = Emulator::start()
            .await
            .map_err(|error| Failure::Local(format!("failed to start the emulator: {error}")))?;
        let url = emulator.url();
        if !global.quiet {
            terminal::diagnose(&format!(
                "Using a temporary emulator at {url}; nothing real is changed.\n"
            ));
        }
        // The partner that may run the command, with a token of the emulator's login service.
        let (tenant, app, secret) = emulator_env::credential(is_source);
        let client = Client::builder()
            .cloud(Cloud::emulator(url))
            .credential(ClientSecretCredential::new(tenant.clone(), app, secret))
            .options(call_options(global))
            .on_event(call_log::observer(global.verbose, global.quiet))
            .build()?;
        Ok(Self {
            client,
            caller: (!may_be_other).then(|| tenant.clone()),
            tenant: Some(tenant),
            auth: None,
            profile,
            cached_token: None,
            _emulator: Some(emulator),
        })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The service that the client calls, and as whom.
    pub(crate) fn service(&self) -> Service {
        Service {
            tenant: self.tenant.clone(),
            endpoint: self.client.endpoint(),
            profile: self.profile.clone(),
        }
    }

    /// The tenant id of the calling partner; `None` if it is unknown, as the environment or the
    /// profile may contain a domain instead.
    pub(crate) fn caller(&self) -> Result<Option<String>, Failure> {
        match &self.caller {
            Some(tenant) => Ok(Some(tenant.clone())),
            None => Ok(credentials::caller_tenant(self.auth, &self.profile)?
                .filter(|tenant| tenant.parse::<PartnerTenantId>().is_ok())),
        }
    }

    /// The profile that the command uses.
    pub(crate) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Removes the access token from the cache, since the service refused it.
    pub(crate) async fn forget_token(&self) {
        if let Some(token) = &self.cached_token {
            // Otherwise the next command finds out again that it is refused.
            let _ = token.lock_and_remove().await;
        }
    }
}

pub(crate) fn call_options(global: &GlobalOptions) -> CallOptions {
    // One attempt may take the whole time, because a slow accept must not be given up early.
    let limit = Duration::from_secs(global.timeout);
    let options = CallOptions::default()
        .user_agent(concat!("pctransfers/", env!("CARGO_PKG_VERSION")))
        .retry(RetryPolicy::default().max_attempts(global.retries.saturating_add(1)))
        .timeout(limit)
        .attempt_timeout(limit);
    match &global.locale {
        Some(locale) => options.locale(locale),
        None => options,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::call_options;
    use crate::arguments::Arguments;

    #[test]
    fn one_attempt_may_take_the_whole_time() {
        for (given, seconds) in [(&[][..], "100s"), (&["--timeout", "7"], "7s")] {
            let arguments = [&["pctransfers", "man"], given].concat();
            let arguments = Arguments::try_parse_from(arguments).unwrap();
            let shown = format!("{:?}", call_options(&arguments.global));
            for limit in ["timeout", "attempt_timeout"] {
                let expected = format!(" {limit}: Some({seconds})");
                assert!(shown.contains(&expected), "{shown}");
            }
        }
    }
}
