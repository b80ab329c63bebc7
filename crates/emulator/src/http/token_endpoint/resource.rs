//! The resources that tokens are issued for.

use super::access_token::API_AUDIENCES;
use super::error::{self, TokenError};

/// The resources that the endpoints issue tokens for. The API accepts only the first two.
const RESOURCES: [&str; 5] = [
    API_AUDIENCES[0],
    API_AUDIENCES[1],
    "https://partner.partnercenterapi.microsoftonline.cn",
    "https://graph.windows.net",
    "https://graph.microsoft.com",
];

/// Returns the resource that a scope names.
pub(super) fn find_resource(scope: &str, grant: &str) -> Result<&'static str, TokenError> {
    // Words such as `offline_access` name no resource.
    let (resource, permission) = scope
        .split(' ')
        .find_map(|word| word.rsplit_once('/'))
        .ok_or(error::UNKNOWN_RESOURCE)?;
    if grant == "client_credentials" && permission != ".default" {
        return Err(error::INVALID_SCOPE);
    }
    known_resource(resource)
}

pub(super) fn known_resource(resource: &str) -> Result<&'static str, TokenError> {
    let resource = resource.trim_end_matches('/');
    let mut known = RESOURCES.into_iter();
    known
        .find(|known| known.eq_ignore_ascii_case(resource))
        .ok_or(error::UNKNOWN_RESOURCE)
}
