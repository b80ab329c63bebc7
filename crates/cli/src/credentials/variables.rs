//! The environment variables with credentials, and which of them exclude each other.

use crate::environment::is_set;
use crate::failure::Failure;

pub(super) const TOKEN: &str = "PCTRANSFERS_TOKEN";
pub(super) const TENANT_ID: &str = "PCTRANSFERS_TENANT_ID";
pub(super) const CLIENT_ID: &str = "PCTRANSFERS_CLIENT_ID";
pub(super) const SECRET: &str = "PCTRANSFERS_CLIENT_SECRET";
pub(super) const CERTIFICATE: &str = "PCTRANSFERS_CLIENT_CERTIFICATE";
pub(super) const CERTIFICATE_PASSWORD: &str = "PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD";
pub(super) const REFRESH_TOKEN: &str = "PCTRANSFERS_REFRESH_TOKEN";
pub(super) const REFRESH_TOKEN_FILE: &str = "PCTRANSFERS_REFRESH_TOKEN_FILE";

/// The variables of an app, which exclude [`TOKEN`].
pub(super) const OF_APP: [&str; 7] = [
    TENANT_ID,
    CLIENT_ID,
    SECRET,
    CERTIFICATE,
    CERTIFICATE_PASSWORD,
    REFRESH_TOKEN,
    REFRESH_TOKEN_FILE,
];

/// Fails if two credentials are set, since it is then unclear which partner was meant.
pub(super) fn check_conflicts() -> Result<(), Failure> {
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
