//! Which service is used, and how: the cloud or the endpoint, the limits, the language.

use std::cell::Cell;
use std::time::Duration;

use partner_center_emulator::{Emulator, data_set};
use partner_center_transfers::types::PartnerTenantId;
use partner_center_transfers::{CallOptions, Client, ClientSecretCredential, Cloud, RetryPolicy};

use crate::arguments::Arguments;
use crate::calls::Call;
use crate::credential::{self, variable};
use crate::report::{Failure, Sent};
use crate::streams;

const ENDPOINT: &str = "PCTRANSFERS_ENDPOINT";
const AUTHORITY: &str = "PCTRANSFERS_AUTHORITY";

/// A client, and the emulator that it speaks to if there is one.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Client,
    /// The tenant of the emulator's partner, if it is one.
    caller: Option<String>,
    under_way: Cell<Option<Sent>>,
    /// Runs for as long as it is held.
    _emulator: Option<Emulator>,
}

impl Connection {
    /// Chooses the service and makes the client. Nothing is sent.
    pub(crate) async fn open(arguments: &Arguments, call: &Call) -> Result<Self, Failure> {
        if arguments.emulator {
            return Self::to_emulator(arguments, call).await;
        }
        let endpoint = match &arguments.endpoint {
            Some(url) => Some(("--endpoint", url.clone())),
            None => variable(ENDPOINT)?.map(|url| (ENDPOINT, url)),
        };
        let authority = variable(AUTHORITY)?;
        let of_cloud = &arguments.cloud;
        let url = |(_, url): &(_, String)| url.clone();
        let client = Client::builder()
            .cloud(cloud(
                of_cloud,
                endpoint.as_ref().map(url),
                authority.clone(),
            ))
            .credential(credential::from_environment()?)
            .options(options(arguments))
            .build()
            .map_err(|error| {
                // The client does not know where its settings came from.
                let named = if let Some((name, url)) = endpoint
                    && is_wrong(cloud(of_cloud, Some(url), None))
                {
                    name
                } else if is_wrong(cloud(of_cloud, None, authority)) {
                    AUTHORITY
                } else {
                    return Failure::Call(error);
                };
                Failure::Usage(format!("{named}: {error}"))
            })?;
        Ok(Self {
            client,
            caller: None,
            under_way: Cell::new(None),
            _emulator: None,
        })
    }

    async fn to_emulator(arguments: &Arguments, call: &Call) -> Result<Self, Failure> {
        let emulator = Emulator::start()
            .await
            .map_err(|error| Failure::Local(format!("failed to start the emulator: {error}")))?;
        let url = emulator.url();
        if !arguments.quiet {
            streams::diagnose(&format!(
                "Using a throw-away emulator at {url}: nothing real is changed.\n"
            ));
        }
        // The partner that may do what is asked, with a token of the emulator's own login
        // service: the way that a real call goes.
        let (tenant, app, secret) = if call.is_of_source() {
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
        let client = Client::builder()
            .cloud(cloud(&Cloud::Global, Some(url.clone()), Some(url)))
            .credential(ClientSecretCredential::new(
                tenant.to_string(),
                app.to_string(),
                secret,
            ))
            .options(options(arguments))
            .build()?;
        Ok(Self {
            client,
            caller: Some(tenant.to_string()),
            under_way: Cell::new(None),
            _emulator: Some(emulator),
        })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Notes that a change is sent from now on.
    pub(crate) fn sends(&self, change: Sent) {
        self.under_way.set(Some(change));
    }

    /// The change that was sent, if one was.
    pub(crate) fn under_way(&self) -> Option<Sent> {
        self.under_way.get()
    }

    /// The tenant id of the partner who calls, if it is known: the environment may have a domain.
    pub(crate) fn caller(&self) -> Result<Option<String>, Failure> {
        match &self.caller {
            Some(tenant) => Ok(Some(tenant.clone())),
            None => Ok(variable(credential::TENANT_ID)?
                .filter(|tenant| tenant.parse::<PartnerTenantId>().is_ok())),
        }
    }
}

/// The cloud, with another endpoint or login service where one is named.
fn cloud(cloud: &Cloud, endpoint: Option<String>, authority: Option<String>) -> Cloud {
    if endpoint.is_none() && authority.is_none() {
        return cloud.clone();
    }
    Cloud::Custom {
        endpoint: endpoint.unwrap_or_else(|| cloud.endpoint().to_owned()),
        authority: authority.unwrap_or_else(|| cloud.authority().to_owned()),
        audience: cloud.audience().to_owned(),
    }
}

/// Whether there can be no client of this cloud, whoever calls.
fn is_wrong(cloud: Cloud) -> bool {
    let client = Client::builder().cloud(cloud).bearer_token("any");
    client.build().is_err()
}

fn options(arguments: &Arguments) -> CallOptions {
    let mut options = CallOptions::default()
        .user_agent(concat!("pctransfers/", env!("CARGO_PKG_VERSION")))
        .retry(RetryPolicy::default().max_attempts(arguments.retries.saturating_add(1)));
    // One attempt may take all of it: an accept that is slow must not be given up early.
    let limit = Duration::from_secs(arguments.timeout);
    options = options.timeout(limit).attempt_timeout(limit);
    if let Some(locale) = &arguments.locale {
        options = options.locale(locale);
    }
    options
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::options;
    use crate::arguments::Arguments;

    #[test]
    fn one_attempt_may_take_the_whole_time() {
        for (given, seconds) in [(&[][..], "100s"), (&["--timeout", "7"], "7s")] {
            let arguments = [&["pctransfers", "man"], given].concat();
            let options = options(&Arguments::try_parse_from(arguments).unwrap());
            let shown = format!("{options:?}");
            for limit in ["timeout", "attempt_timeout"] {
                let expected = format!(" {limit}: Some({seconds})");
                assert!(shown.contains(&expected), "{shown}");
            }
        }
    }
}
