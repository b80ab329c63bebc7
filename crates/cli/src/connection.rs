//! Which service is used, and with which token.
//!
//! The token comes from the environment and from nowhere else, and it goes to the client and to
//! nowhere else: nothing here prints it.

use std::env::{self, VarError};

use partner_center_emulator::Emulator;
use partner_center_transfers::Client;

use crate::arguments::Arguments;
use crate::report::Failure;
use crate::streams;

const TOKEN: &str = "PCTRANSFERS_TOKEN";
const ENDPOINT: &str = "PCTRANSFERS_ENDPOINT";

/// A client, and the emulator that it speaks to if there is one.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Client,
    /// Runs for as long as it is held.
    _emulator: Option<Emulator>,
}

impl Connection {
    /// Chooses the service and makes the client. Nothing is sent.
    pub(crate) async fn open(arguments: &Arguments) -> Result<Self, Failure> {
        if arguments.emulator {
            return Self::to_emulator().await;
        }
        let mut builder = Client::builder();
        let endpoint = match &arguments.endpoint {
            Some(url) => Some(url.clone()),
            None => variable(ENDPOINT)?,
        };
        if let Some(url) = endpoint {
            builder = builder.endpoint(url);
        }
        let token = variable(TOKEN)?.ok_or_else(|| {
            Failure::Usage(format!(
                "no access token: set the environment variable {TOKEN} to one, or use --emulator \
                 for a first try"
            ))
        })?;
        Ok(Self {
            client: builder.bearer_token(token).build()?,
            _emulator: None,
        })
    }

    async fn to_emulator() -> Result<Self, Failure> {
        let emulator = Emulator::start()
            .await
            .map_err(|error| Failure::Local(format!("failed to start the emulator: {error}")))?;
        let url = emulator.url();
        streams::diagnose(&format!(
            "Using a throw-away emulator at {url}: nothing real is changed.\n"
        ));
        let client = Client::builder()
            .endpoint(url)
            .bearer_token("throw-away")
            .build()?;
        Ok(Self {
            client,
            _emulator: Some(emulator),
        })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

/// The text of an environment variable. One that is empty counts as one that is not set: that is
/// how scripts and CI systems leave a variable out.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        // The value is not repeated: it may be a secret.
        Err(VarError::NotUnicode(_)) => Err(Failure::Usage(format!(
            "the environment variable {name} holds bytes that are no text"
        ))),
    }
}
