//! Which service is called: the first of the option, the environment variable, the profile and the
//! cloud that says so.

use partner_center_transfers::{Client, ClientBuilder, Cloud};

use crate::arguments::GlobalOptions;
use crate::ca_file::CA_FILE;
use crate::failure::Failure;
use crate::profile::{self, Profile, Setting};
use crate::{environment, input_file};

const ENDPOINT: &str = "PCTRANSFERS_ENDPOINT";
const AUTHORITY: &str = "PCTRANSFERS_AUTHORITY";

/// A builder for the service, without a credential, and its cloud.
pub(crate) fn client_builder(
    global: &GlobalOptions,
    profile: &Profile,
) -> Result<(ClientBuilder<Client>, Cloud), Failure> {
    let cloud = cloud(global, profile)?;
    let builder = trusting_ca_file(builder(global).cloud(cloud.clone()))?;
    Ok((builder, cloud))
}

fn cloud(global: &GlobalOptions, profile: &Profile) -> Result<Cloud, Failure> {
    builder(global).check_endpoints()?;
    // The URLs of a profile belong to its own cloud.
    let urls = match global.cloud {
        Some(_) => &Profile::default(),
        None => profile,
    };
    let cloud = global.cloud.as_ref().or(profile.cloud.as_ref());
    let mut cloud = cloud.cloned().unwrap_or(Cloud::Global);
    let authority = profile::setting(urls, AUTHORITY, "authority", urls.authority.as_deref())?;
    if let Some(Setting { value, source }) = authority {
        let endpoint = cloud.endpoint().to_owned();
        cloud = custom_cloud(builder(global), &source, &cloud, endpoint, value)?;
    }
    let endpoint = match &global.endpoint {
        Some(url) => Some(Setting {
            value: environment::option("--endpoint", url)?,
            source: "--endpoint".to_owned(),
        }),
        None => profile::setting(urls, ENDPOINT, "endpoint", urls.endpoint.as_deref())?,
    };
    if let Some(Setting { value, source }) = endpoint {
        let authority = cloud.authority().to_owned();
        cloud = custom_cloud(builder(global), &source, &cloud, value, authority)?;
    }
    Ok(cloud)
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
