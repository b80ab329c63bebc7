//! The connection to the service: endpoint, credential, limits and language.

use std::time::Duration;

use partner_center_emulator::Emulator;
use partner_center_transfers::types::PartnerTenantId;
use partner_center_transfers::{
    CallOptions, Client, ClientBuilder, ClientSecretCredential, Cloud, RetryPolicy,
};

use crate::arguments::{GlobalOptions, ServiceCommand};
use crate::ca_file::CA_FILE;
use crate::credentials::{self, variable};
use crate::failure::Failure;
use crate::invocation::Service;
use crate::{call_log, emulator_env, environment, input_file, terminal};

const ENDPOINT: &str = "PCTRANSFERS_ENDPOINT";
const AUTHORITY: &str = "PCTRANSFERS_AUTHORITY";

/// A client, and the temporary emulator if there is one.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Client,
    /// The tenant of the emulator's partner, if it is certain that it is the right one.
    caller: Option<String>,
    /// The tenant of the credential, a GUID or a domain, if the settings name it.
    tenant: Option<String>,
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
        let builder = || builder(global);
        builder().check_endpoints()?;
        let mut cloud = global.cloud.clone();
        if let Some(url) = variable(AUTHORITY)? {
            let endpoint = cloud.endpoint().to_owned();
            cloud = custom_cloud(builder(), AUTHORITY, &cloud, endpoint, url)?;
        }
        let endpoint = match &global.endpoint {
            Some(url) => Some(("--endpoint", environment::option("--endpoint", url)?)),
            None => variable(ENDPOINT)?.map(|url| (ENDPOINT, url)),
        };
        if let Some((source, url)) = endpoint {
            let authority = cloud.authority().to_owned();
            cloud = custom_cloud(builder(), source, &cloud, url, authority)?;
        }
        let client = trusting_ca_file(builder().cloud(cloud))?
            .credential(credentials::from_environment()?)
            .options(call_options(global))
            .on_event(call_log::observer(global.verbose, global.quiet))
            .build()?;
        Ok(Self {
            client,
            caller: None,
            tenant: variable(credentials::TENANT_ID)?,
            _emulator: None,
        })
    }

    async fn to_emulator(
        global: &GlobalOptions,
        is_source: bool,
        may_be_other: bool,
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
        }
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

/// A builder with the hosts to which plain http is allowed.
fn builder(global: &GlobalOptions) -> ClientBuilder<Client> {
    let hosts = global.insecure_http.iter();
    hosts.fold(Client::builder(), |builder, host| {
        builder.allow_insecure_http(host)
    })
}

/// Adds the root certificates in the file that the environment names.
fn trusting_ca_file(builder: ClientBuilder<Client>) -> Result<ClientBuilder<Client>, Failure> {
    let Some(path) = environment::path(CA_FILE)? else {
        return Ok(builder);
    };
    let invalid = |error: String| Failure::Usage(format!("{CA_FILE}: {error}"));
    let file = input_file::read(&path).map_err(invalid)?;
    let builder = builder.add_root_certificate(file);
    builder
        .check_root_certificates()
        .map_err(|error| invalid(format!("{path:?}: {error}")))?;
    Ok(builder)
}

/// The cloud with another endpoint and authority. An error names the source of the URL.
fn custom_cloud(
    builder: ClientBuilder<Client>,
    source: &str,
    cloud: &Cloud,
    endpoint: String,
    authority: String,
) -> Result<Cloud, Failure> {
    let cloud = Cloud::Custom {
        endpoint,
        authority,
        audience: cloud.audience().to_owned(),
    };
    match builder.cloud(cloud.clone()).check_endpoints() {
        Ok(()) => Ok(cloud),
        Err(error) => Err(Failure::Usage(format!("{source}: {error}"))),
    }
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
