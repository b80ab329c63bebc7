//! The keys of a profile, and the check of their values.

use partner_center_transfers::setting;
use partner_center_transfers::{
    Client, ClientSecretCredential, Cloud, Credential as _, CredentialError,
};

use super::settings::Profile;
use crate::similar::did_you_mean;

/// A key of a profile.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// Its name in JSON.
    pub(crate) member: &'static str,
}

/// The table of partner names in a profile.
pub(super) const PARTNERS: &str = "partners";

pub(crate) const KEYS: [Key; 7] = [
    key("tenant", "tenant"),
    key("client-id", "clientId"),
    key("cloud", "cloud"),
    key("endpoint", "endpoint"),
    key("authority", "authority"),
    key("customer", "customer"),
    key("partner-name", "partnerName"),
];

const fn key(name: &'static str, member: &'static str) -> Key {
    Key { name, member }
}

/// The key with this name; `_` counts as `-`. The error says what is wrong with the name.
pub(super) fn find(name: &str) -> Result<&'static Key, String> {
    let written = name.replace('_', "-");
    if let Some(key) = KEYS.iter().find(|key| key.name == written) {
        return Ok(key);
    }
    if let Some(place) = place_of_secret(name) {
        return Err(format!(
            "{name:?} looks like a secret, and the configuration contains none: {place}"
        ));
    }
    let names = KEYS.each_ref().map(|key| key.name);
    let suggestion = did_you_mean(&written, names.into_iter().chain([PARTNERS]));
    Err(format!(
        "unknown key {name:?}; a profile has {} and the table {PARTNERS}{suggestion}",
        names.join(", ")
    ))
}

/// Where a secret belongs, if the name of a key is that of a secret.
pub(super) fn place_of_secret(name: &str) -> Option<&'static str> {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let place = if has(&["cert", "pfx", "pkcs12", "pem"]) {
        if has(&["pass", "pwd"]) {
            "set PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD"
        } else {
            "set PCTRANSFERS_CLIENT_CERTIFICATE to the path of the file"
        }
    } else if has(&["refresh"]) {
        "run pctransfers login, or set PCTRANSFERS_REFRESH_TOKEN_FILE"
    } else if has(&["token", "bearer", "jwt"]) {
        "set PCTRANSFERS_TOKEN, or run pctransfers login"
    } else if has(&["secret", "pass", "pwd", "key", "credential", "assertion"]) {
        "set PCTRANSFERS_CLIENT_SECRET"
    } else {
        return None;
    };
    Some(place)
}

impl Profile {
    /// Sets a value. The error follows the name of the key, and does not contain the value.
    pub(super) fn set(&mut self, key: &Key, value: &str) -> Result<(), String> {
        let value = value.trim_matches([' ', '\t', '\r', '\n']);
        setting::check(value).map_err(|error| error.to_string())?;
        let text = || Some(value.to_owned());
        match key.name {
            "tenant" => {
                check_app(value, "-").map_err(
                    |_| "is neither a GUID nor a domain such as contoso.onmicrosoft.com",
                )?;
                self.tenant = Some(setting::plain_id(value).to_owned());
            }
            "client-id" => {
                check_app("contoso.onmicrosoft.com", value).map_err(|_| {
                    "is not the id of an app; expected a GUID such as \
                     0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e"
                })?;
                self.client_id = Some(setting::plain_id(value).to_owned());
            }
            "cloud" => {
                let clouds = [Cloud::Global, Cloud::UsGovernment, Cloud::China];
                let names = clouds.each_ref().map(ToString::to_string);
                let found = clouds.into_iter().find(|it| it.to_string() == value);
                self.cloud = Some(found.ok_or_else(|| {
                    let suggestion = did_you_mean(value, names.iter().map(String::as_str));
                    format!(
                        "is not the name of a cloud; expected one of {}{suggestion}",
                        names.join(", ")
                    )
                })?);
            }
            "endpoint" => {
                check_url(value)?;
                self.endpoint = text();
            }
            "authority" => {
                check_url(value)?;
                self.authority = text();
            }
            "customer" => {
                let customer = setting::plain_id(value).parse();
                let customer = customer.map_err(
                    |_| "is not a GUID; expected one such as d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d",
                )?;
                self.customer = Some(customer);
            }
            _ => self.partner_name = text(),
        }
        Ok(())
    }

    /// The value of a key as text. That of the endpoint is the base URL of the calls.
    pub(crate) fn get(&self, key: &Key) -> Option<String> {
        match key.name {
            "tenant" => self.tenant.clone(),
            "client-id" => self.client_id.clone(),
            "cloud" => self.cloud.as_ref().map(ToString::to_string),
            "endpoint" => self.endpoint.as_deref().map(base_url),
            "authority" => self.authority.clone(),
            "customer" => self.customer.map(|it| it.to_string()),
            _ => self.partner_name.clone(),
        }
    }
}

/// Checks a tenant and a client id as the credentials do. The error contains the values.
fn check_app(tenant: &str, client: &str) -> Result<(), CredentialError> {
    ClientSecretCredential::new(tenant, client, "-").check()
}

/// The endpoint without the version at its end; as it is if it is invalid.
fn base_url(endpoint: &str) -> String {
    let cloud = Cloud::Custom {
        endpoint: endpoint.to_owned(),
        authority: Cloud::Global.authority().to_owned(),
        audience: Cloud::Global.audience().to_owned(),
    };
    let builder = Client::builder().cloud(cloud);
    let builder = builder.allow_insecure_http(host(endpoint));
    let base_url = builder.check_endpoints();
    base_url.unwrap_or_else(|_| endpoint.to_owned())
}

/// The host and the port of a URL.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// What can be checked without knowing the hosts of `--insecure-http`.
fn check_url(url: &str) -> Result<(), String> {
    let Some((scheme, _)) = url.split_once("://") else {
        return Err("is not a URL; expected one such as https://HOST".to_owned());
    };
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return Err("is not a URL that starts with https:// or http://".to_owned());
    }
    if host(url).contains('@') {
        return Err(
            "contains a user name or a password, which the configuration may not: remove it"
                .to_owned(),
        );
    }
    Ok(())
}
