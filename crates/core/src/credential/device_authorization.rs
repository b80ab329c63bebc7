//! The response of the device authorization endpoint (RFC 8628, section 3.2).

use std::time::Duration;

use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use crate::secret::Secret;

use super::device_code_message::{DeviceCodeMessage, clean};
use super::error::CredentialError;
use super::form::Form;
use super::provider::TokenRequest;
use super::token_endpoint::TokenEndpoint;
use super::token_response::{TokenResponse, lifetime};

/// What errors call the response.
const WHAT: &str = "a device code";

/// The lifetime of a code if the response has none, as Microsoft documents it.
const LIFETIME: Duration = Duration::from_mins(15);

/// The time between polls if the response has none (RFC 8628, section 3.2).
const INTERVAL: Duration = Duration::from_secs(5);

/// The shortest time between polls, so that an interval of zero is not a busy loop.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

/// The two codes of a sign-in: the device code polls for its result, and the user types the other.
#[derive(Debug)]
pub(super) struct DeviceAuthorization {
    pub(super) device_code: Secret,
    pub(super) interval: Duration,
    pub(super) message: DeviceCodeMessage,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Members {
    device_code: Option<String>,
    user_code: Option<String>,
    verification_uri: Option<String>,
    verification_uri_complete: Option<String>,
    expires_in: Option<Value>,
    interval: Option<Value>,
    message: Option<String>,
}

impl TokenEndpoint {
    /// Requests the codes of a sign-in.
    pub(super) async fn request_device_code(
        &self,
        request: &TokenRequest<'_>,
        form: Form<'_>,
    ) -> Result<DeviceAuthorization, CredentialError> {
        let (response, _) = self.post(request, &form, |_| false).await?;
        read(&response)
    }
}

fn read(response: &TokenResponse) -> Result<DeviceAuthorization, CredentialError> {
    let members: Members = response.json(WHAT, &[])?;
    let missing = |name: &str| response.invalid(WHAT, &format!("it has no {name}"));
    let required = |value: Option<String>, name: &str| {
        let value = value.filter(|text| !text.trim().is_empty());
        value.ok_or_else(|| missing(name))
    };
    let device_code = Secret::new(required(members.device_code, "device_code")?);
    let user_code = clean(&required(members.user_code, "user_code")?);
    let verification_uri = web_address(&required(members.verification_uri, "verification_uri")?)
        .ok_or_else(|| response.invalid(WHAT, "its verification_uri is not a web address"))?;
    let complete = members.verification_uri_complete;
    let message = members.message.map(|text| clean(&text));
    let interval = members.interval.as_ref().and_then(lifetime);
    Ok(DeviceAuthorization {
        device_code,
        interval: interval.unwrap_or(INTERVAL).max(SHORTEST_INTERVAL),
        message: DeviceCodeMessage {
            user_code,
            verification_uri,
            verification_uri_complete: complete.as_deref().and_then(web_address),
            message: message.filter(|text| !text.is_empty()),
            expires_in: members
                .expires_in
                .as_ref()
                .and_then(lifetime)
                .unwrap_or(LIFETIME),
        },
    })
}

/// A URL that a browser opens as a page, since users open it and programs may.
fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let url = Url::parse(text).ok()?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    (is_plain && matches!(url.scheme(), "https" | "http")).then(|| text.to_owned())
}
