//! The connection to the service: endpoint, credential, limits and language.

use std::time::Duration;

use partner_center_emulator::{Emulator, data_set};
use partner_center_transfers::types::PartnerTenantId;
use partner_center_transfers::{CallOptions, Client, ClientSecretCredential, Cloud, RetryPolicy};

use crate::arguments::{GlobalOptions, ServiceCommand};
use crate::credentials::{self, variable};
use crate::failure::Failure;
use crate::terminal;

const ENDPOINT: &str = "PCTRANSFERS_ENDPOINT";
const AUTHORITY: &str = "PCTRANSFERS_AUTHORITY";

/// A client, and the temporary emulator if there is one.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Client,
    /// The tenant of the emulator's partner.
    caller: Option<String>,
    /// Stops when dropped.
    _emulator: Option<Emulator>,
}

impl Connection {
    /// Creates the client, and starts the emulator if needed. Sends nothing.
    pub(crate) async fn open(
        global: &GlobalOptions,
        command: &ServiceCommand,
    ) -> Result<Self, Failure> {
        if global.emulator {
            Self::to_emulator(global, command).await
        } else {
            Self::to_service(global)
        }
    }

    fn to_service(global: &GlobalOptions) -> Result<Self, Failure> {
        let endpoint = match &global.endpoint {
            Some(url) => Some(("--endpoint", url.clone())),
            None => variable(ENDPOINT)?.map(|url| (ENDPOINT, url)),
        };
        let authority = variable(AUTHORITY)?;
        let cloud = |endpoint: Option<&String>, authority: Option<&String>| {
            let cloud = &global.cloud;
            if endpoint.is_none() && authority.is_none() {
                return cloud.clone();
            }
            Cloud::Custom {
                endpoint: endpoint.map_or(cloud.endpoint(), |url| url).to_owned(),
                authority: authority.map_or(cloud.authority(), |url| url).to_owned(),
                audience: cloud.audience().to_owned(),
            }
        };
        let url = endpoint.as_ref().map(|(_, url)| url);
        let client = Client::builder()
            .cloud(cloud(url, authority.as_ref()))
            .credential(credentials::from_environment()?)
            .options(call_options(global))
            .build()
            .map_err(|error| {
                // The client's error does not name the option or the variable.
                let source = if is_invalid(cloud(url, None)) {
                    endpoint.as_ref().map(|(source, _)| *source)
                } else if is_invalid(cloud(None, authority.as_ref())) {
                    Some(AUTHORITY)
                } else {
                    None
                };
                match source {
                    Some(source) => Failure::Usage(format!("{source}: {error}")),
                    None => Failure::Call(error),
                }
            })?;
        Ok(Self {
            client,
            caller: None,
            _emulator: None,
        })
    }

    async fn to_emulator(
        global: &GlobalOptions,
        command: &ServiceCommand,
    ) -> Result<Self, Failure> {
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
        let (tenant, app, secret) = if command.is_for_source() {
            (
                data_set::SOURCE,
                data_set::SOURCE_APP,
                data_set::SOURCE_SECRET,
            )
        } else {
            (
                data_set::TARGET,
                data_set::TARGET_APP,
                data_set::TARGET_SECRET,
            )
        };
        let (tenant, app) = (tenant.to_string(), app.to_string());
        let client = Client::builder()
            .cloud(Cloud::emulator(url))
            .credential(ClientSecretCredential::new(tenant.clone(), app, secret))
            .options(call_options(global))
            .build()?;
        Ok(Self {
            client,
            caller: Some(tenant),
            _emulator: Some(emulator),
        })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The tenant id of the calling partner; `None` if it is unknown, as the environment may
    /// contain a domain instead.
    pub(crate) fn caller(&self) -> Result<Option<String>, Failure> {
        match &self.caller {
            Some(tenant) => Ok(Some(tenant.clone())),
            None => Ok(variable(credentials::TENANT_ID)?
                .filter(|tenant| tenant.parse::<PartnerTenantId>().is_ok())),
        }
    }
}

/// Whether no client can be built for this cloud with any credential.
fn is_invalid(cloud: Cloud) -> bool {
    let client = Client::builder().cloud(cloud).bearer_token("any");
    client.build().is_err()
}

fn call_options(global: &GlobalOptions) -> CallOptions {
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
