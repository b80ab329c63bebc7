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

/// The cloud with another authority, and with the base URL of another endpoint. An error names the
/// source of the URL.
fn custom_cloud(
    builder: ClientBuilder<Client>,
    source: &str,
    cloud: &Cloud,
    endpoint: String,
    authority: String,
) -> Result<Cloud, Failure> {
    let of = |endpoint, authority| Cloud::Custom {
        endpoint,
        authority,
        audience: cloud.audience().to_owned(),
    };
    let given = of(endpoint, authority.clone());
    match builder.cloud(given).check_endpoints() {
        Ok(base_url) => Ok(of(base_url, authority)),
        Err(error) => Err(Failure::Usage(format!("{source}: {error}"))),
    }
}

/// Checks a URL before it is set in a profile, as a command checks it that uses the profile.
pub(crate) fn check_url(global: &GlobalOptions, key: &str, url: &str) -> Result<(), Failure> {
    let cloud = Cloud::Global;
    let [endpoint, authority] = match key {
        "endpoint" => [url, cloud.authority()],
        "authority" => [cloud.endpoint(), url],
        _ => return Ok(()),
    };
    let (endpoint, authority) = (endpoint.to_owned(), authority.to_owned());
    custom_cloud(builder(global), key, &cloud, endpoint, authority).map(drop)
}
