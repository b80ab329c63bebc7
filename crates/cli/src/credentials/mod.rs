//! Credentials from environment variables, from files that they name, and from the sign-in of
//! `pctransfers login`. Values of variables are never printed.

mod app;
mod azure_cli;
mod cached_credential;
mod cached_token;
mod claims;
mod sign_in;
mod sign_out;
mod token_file;

use std::sync::Arc;

use partner_center_transfers::setting;
use partner_center_transfers::{
    BoxFuture, CertificateFileError, ClientCertificateCredential, ClientSecretCredential, Cloud,
    Credential, RefreshTokenCredential, RefreshTokenStore, StaticToken,
};

use crate::arguments::{AuthMethod, GlobalOptions};
use crate::environment::{is_set, password, path, secret};
use crate::failure::Failure;
use crate::profile::{self, Profile, Setting};
use crate::{input_file, terminal};

use self::azure_cli::AzureCli;
use self::cached_credential::CachedCredential;
use self::cached_token::{Fingerprint, Kind};
use self::token_file::TokenFile;

pub(crate) use self::app::App;
pub(crate) use self::cached_token::CachedToken;
pub(crate) use self::claims::Claims;
pub(crate) use self::sign_in::{NewSignIn, SignIn};
pub(crate) use self::sign_out::sign_out;

const TOKEN: &str = "PCTRANSFERS_TOKEN";
const TENANT_ID: &str = "PCTRANSFERS_TENANT_ID";
const CLIENT_ID: &str = "PCTRANSFERS_CLIENT_ID";
const SECRET: &str = "PCTRANSFERS_CLIENT_SECRET";
const CERTIFICATE: &str = "PCTRANSFERS_CLIENT_CERTIFICATE";
const CERTIFICATE_PASSWORD: &str = "PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD";
const REFRESH_TOKEN: &str = "PCTRANSFERS_REFRESH_TOKEN";
const REFRESH_TOKEN_FILE: &str = "PCTRANSFERS_REFRESH_TOKEN_FILE";

/// The variables of an app, which exclude [`TOKEN`].
const OF_APP: [&str; 7] = [
    TENANT_ID,
    CLIENT_ID,
    SECRET,
    CERTIFICATE,
    CERTIFICATE_PASSWORD,
    REFRESH_TOKEN,
    REFRESH_TOKEN_FILE,
];

/// The credential of the command, and what is known about it.
pub(crate) struct SelectedCredential {
    pub(crate) credential: Arc<dyn Credential>,
    /// Where it comes from, for messages.
    pub(crate) description: String,
    /// The tenant and the client id, if they are known without a token.
    pub(crate) tenant: Option<String>,
    pub(crate) client_id: Option<String>,
    /// The access token that later commands use, if it is kept.
    pub(crate) cached_token: Option<CachedToken>,
}

/// Finds the credential: the one of `--auth`, of the environment, or the sign-in. Checks it as far as
/// possible without a request.
pub(crate) fn find(
    global: &GlobalOptions,
    profile: &Profile,
    cloud: &Cloud,
) -> Result<SelectedCredential, Failure> {
    if global.auth == Some(AuthMethod::AzureCli) {
        return azure_cli(profile);
    }
    check_conflicts()?;
    if let Some(token) = secret(TOKEN)? {
        return Ok(SelectedCredential {
            credential: checked(TOKEN, StaticToken::new(token))?,
            description: TOKEN.to_owned(),
            tenant: None,
            client_id: None,
            cached_token: None,
        });
    }
    let set = OF_APP.into_iter().find(|name| is_set(name));
    let (tenant, client) = (tenant(profile)?, client_id(profile)?);
    let (tenant, client) = match (tenant, client, set) {
        (Some(tenant), Some(client), _) => (tenant, client),
        (None, _, Some(set)) => return Err(missing(set, TENANT_ID)),
        (_, None, Some(set)) => return Err(missing(set, CLIENT_ID)),
        (_, _, None) => return Err(no_credentials(profile)),
    };
    check_app(&tenant, &client)?;
    let app = App::new(cloud, &tenant.value, &client.value);
    let (tenant, client) = (tenant.value, client.value);
    let Some(uncached) = of_app(&tenant, &client)? else {
        return match SignIn::new(&app, profile.name.as_deref()) {
            Some(sign_in) if sign_in.exists()? => {
                let fingerprint = sign_in.fingerprint();
                let uncached = UncachedCredential {
                    credential: Arc::new(sign_in),
                    description: "the sign-in of pctransfers login".to_owned(),
                    kind: Kind::SignIn(profile.name.clone().unwrap_or_default()),
                    fingerprint,
                };
                Ok(uncached.cached(global, &app, tenant, client))
            }
            _ => Err(not_signed_in(set, profile)),
        };
    };
    Ok(uncached.cached(global, &app, tenant, client))
}

/// The tenant of the caller: that of the environment, or else of the profile. `None` if the
/// access token was given, since that may be for any tenant.
pub(crate) fn caller_tenant(
    auth: Option<AuthMethod>,
    profile: &Profile,
) -> Result<Option<String>, Failure> {
    if auth.is_none() && is_set(TOKEN) {
        return Ok(None);
    }
    Ok(tenant(profile)?.map(|tenant| tenant.value))
}

/// The tenant, and where it comes from.
pub(crate) fn tenant(profile: &Profile) -> Result<Option<Setting>, Failure> {
    profile::setting(profile, TENANT_ID, "tenant", profile.tenant.as_deref())
}

/// The client id, and where it comes from.
pub(crate) fn client_id(profile: &Profile) -> Result<Option<Setting>, Failure> {
    let of_profile = profile.client_id.as_deref();
    profile::setting(profile, CLIENT_ID, "client-id", of_profile)
}

/// The variable that commands use instead of the sign-in, if one is set.
pub(crate) fn overrides_sign_in() -> Option<&'static str> {
    [
        TOKEN,
        SECRET,
        CERTIFICATE,
        REFRESH_TOKEN,
        REFRESH_TOKEN_FILE,
    ]
    .into_iter()
    .find(|name| is_set(name))
}

/// Checks the tenant and the client id one by one, so that the error names the invalid one.
pub(crate) fn check_app(tenant: &Setting, client: &Setting) -> Result<(), Failure> {
    let check = |source: &str, tenant: &str, client: &str| {
        checked(source, ClientSecretCredential::new(tenant, client, "-")).map(drop)
    };
    check(&tenant.source, &tenant.value, "-")?;
    check(&client.source, &tenant.value, &client.value)
}

/// The access token of the sign-in; `None` if the user has no home directory.
pub(crate) fn sign_in_token(app: &App, profile: &Profile, sign_in: &SignIn) -> Option<CachedToken> {
    let profile = profile.name.clone().unwrap_or_default();
    CachedToken::new(app, &Kind::SignIn(profile), sign_in.fingerprint())
}

/// The session of `az`, for the tenant that the environment or the profile names.
fn azure_cli(profile: &Profile) -> Result<SelectedCredential, Failure> {
    let tenant = tenant(profile)?;
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

/// Fails if two credentials are set, since it is then unclear which partner was meant.
fn check_conflicts() -> Result<(), Failure> {
    let conflicts = [
        (CERTIFICATE, SECRET),
        (CERTIFICATE, REFRESH_TOKEN),
        (CERTIFICATE, REFRESH_TOKEN_FILE),
        (REFRESH_TOKEN, REFRESH_TOKEN_FILE),
    ];
    let with_token = OF_APP.map(|name| (TOKEN, name));
    let mut pairs = with_token.into_iter().chain(conflicts);
    match pairs.find(|(one, other)| is_set(one) && is_set(other)) {
        Some((one, other)) => Err(Failure::Usage(format!(
            "both {one} and {other} are set: unset one of them"
        ))),
        None => Ok(()),
    }
}

fn missing(set: &str, name: &str) -> Failure {
    Failure::Usage(format!("{set} is set but {name} is not: set it too"))
}

fn no_credentials(profile: &Profile) -> Failure {
    let sign_in = match &profile.name {
        Some(name) => format!(
            "add tenant and client-id to the profile {name} and sign in with pctransfers login"
        ),
        None => "sign in with pctransfers login".to_owned(),
    };
    Failure::Usage(format!(
        "no credentials: set {TOKEN} to an access token, or set {TENANT_ID}, {CLIENT_ID} and \
         one of {SECRET}, {CERTIFICATE}, {REFRESH_TOKEN} and {REFRESH_TOKEN_FILE}, or {sign_in}; \
         --emulator needs none"
    ))
}

/// The app is known, but there is neither a secret nor a sign-in.
fn not_signed_in(set: Option<&str>, profile: &Profile) -> Failure {
    Failure::Usage(match (set, &profile.name) {
        (None, Some(name)) => format!(
            "no user is signed in with the profile {name}: run pctransfers login, or set one of \
             {SECRET}, {CERTIFICATE}, {REFRESH_TOKEN} and {REFRESH_TOKEN_FILE}"
        ),
        _ => format!(
            "{} is set but none of {SECRET}, {CERTIFICATE}, {REFRESH_TOKEN} and \
             {REFRESH_TOKEN_FILE} is: set one of them, or sign in with pctransfers login",
            set.unwrap_or(TENANT_ID)
        ),
    })
}

/// The credential of the environment or of the sign-in, without a token cache.
struct UncachedCredential {
    credential: Arc<dyn Credential>,
    description: String,
    kind: Kind,
    fingerprint: Fingerprint,
}

impl UncachedCredential {
    /// Adds the cache, unless the user wants none.
    fn cached(
        self,
        global: &GlobalOptions,
        app: &App,
        tenant: String,
        client: String,
    ) -> SelectedCredential {
        let cached_token = CachedToken::new(app, &self.kind, self.fingerprint);
        let cached_token = cached_token.filter(|_| !global.no_token_cache);
        let credential = match &cached_token {
            Some(token) => Arc::new(CachedCredential::new(self.credential, token.clone())),
            None => self.credential,
        };
        SelectedCredential {
            credential,
            description: self.description,
            tenant: Some(tenant),
            client_id: Some(client),
            cached_token,
        }
    }
}

/// The credential of an app in the environment, if there is one.
fn of_app(tenant: &str, client: &str) -> Result<Option<UncachedCredential>, Failure> {
    let client_secret = secret(SECRET)?;
    if let Some(path) = path(CERTIFICATE)? {
        let (credential, fingerprint) = certificate(tenant, client, &path)?;
        return Ok(Some(UncachedCredential {
            credential: checked(CERTIFICATE, credential)?,
            description: CERTIFICATE.to_owned(),
            kind: Kind::Certificate,
            fingerprint,
        }));
    }
    if is_set(CERTIFICATE_PASSWORD) {
        return Err(Failure::Usage(format!(
            "{CERTIFICATE_PASSWORD} is set but {CERTIFICATE} is not: set it to the path of the \
             certificate, or unset the password"
        )));
    }
    let (name, credential, fingerprint) = if let Some(path) = path(REFRESH_TOKEN_FILE)? {
        let (file, token) = TokenFile::open(REFRESH_TOKEN_FILE, &path)?;
        let fingerprint = file.fingerprint();
        let credential = RefreshTokenCredential::new(tenant, client, token);
        (REFRESH_TOKEN_FILE, credential.store(file), fingerprint)
    } else if let Some(token) = secret(REFRESH_TOKEN)? {
        let fingerprint = Fingerprint::new(token.as_bytes());
        let credential = RefreshTokenCredential::new(tenant, client, token);
        (REFRESH_TOKEN, credential.store(NotStored), fingerprint)
    } else if let Some(secret) = client_secret {
        let fingerprint = Fingerprint::new(secret.as_bytes());
        let credential = ClientSecretCredential::new(tenant, client, secret);
        return Ok(Some(UncachedCredential {
            credential: checked(SECRET, credential)?,
            description: SECRET.to_owned(),
            kind: Kind::Secret,
            fingerprint,
        }));
    } else {
        return Ok(None);
    };
    let credential = match client_secret {
        Some(secret) => checked(SECRET, credential.client_secret(secret))?,
        None => checked(name, credential)?,
    };
    Ok(Some(UncachedCredential {
        credential,
        description: name.to_owned(),
        kind: Kind::RefreshToken,
        fingerprint,
    }))
}

/// Reads the file with the app's certificate and private key.
fn certificate(
    tenant: &str,
    client: &str,
    path: &str,
) -> Result<(ClientCertificateCredential, Fingerprint), Failure> {
    let file = input_file::read(path);
    let file = file.map_err(|error| Failure::Usage(format!("{CERTIFICATE}: {error}")))?;
    let password = password(CERTIFICATE_PASSWORD)?;
    let credential =
        ClientCertificateCredential::from_file(tenant, client, &file, password.as_deref());
    let credential = credential.map_err(|error| {
        Failure::Usage(match error {
            CertificateFileError::PasswordMissing => format!(
                "{CERTIFICATE}: the private key in {path:?} is encrypted: set \
                     {CERTIFICATE_PASSWORD} to the password of the file"
            ),
            CertificateFileError::PasswordWrong if quoted(password.as_deref()) => format!(
                "{CERTIFICATE_PASSWORD} is enclosed in quotes, and is not the password of \
                     {path:?}: set it without the quotes"
            ),
            CertificateFileError::PasswordWrong => format!(
                "{CERTIFICATE_PASSWORD} is not the password of {path:?}: set it to the one \
                     that the file was exported with"
            ),
            CertificateFileError::Invalid(reason) => {
                format!("{CERTIFICATE}: cannot use {path:?}: {reason}")
            }
        })
    })?;
    Ok((credential, Fingerprint::new(&file)))
}

fn quoted(password: Option<&str>) -> bool {
    password.is_some_and(|password| setting::is_quoted(password.trim()))
}

/// Checks a credential; the error names the environment variable.
fn checked(
    name: &str,
    credential: impl Credential + 'static,
) -> Result<Arc<dyn Credential>, Failure> {
    credential
        .check()
        .map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    Ok(Arc::new(credential))
}

/// Warns that a renewed refresh token is not stored.
struct NotStored;

impl RefreshTokenStore for NotStored {
    fn store<'a>(
        &'a self,
        _: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        terminal::warn(&format!(
            "the login service renewed the refresh token, and {REFRESH_TOKEN} cannot store the \
             new one: use {REFRESH_TOKEN_FILE} before the old one expires"
        ));
        Box::pin(std::future::ready(Ok(())))
    }
}
