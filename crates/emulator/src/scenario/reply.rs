//! What the server does with one request: an answer to the byte, or a fault.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::model::Headers;
use super::repeat;

/// What the server does with one request. `status` is an answer, with at most one `body…`; `raw` is
/// something that is no HTTP; `fault` alone is no answer at all; `fault` and `status` are an answer
/// that breaks off after `fault…`'s part of the body.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend(
    "anyOf" = [{"required": ["status"]}, {"required": ["raw"]}, {"required": ["fault"]}]
))]
pub struct Reply {
    /// The status of the answer.
    #[schemars(range(min = 200, max = 599))]
    pub status: Option<u16>,
    /// The headers of the answer. `{url}` in a value is the URL of the server. `Content-Length`
    /// and `Connection: close` are added where they are not given.
    #[serde(default)]
    pub headers: Headers,
    /// A body as JSON, written without blanks. An object with `$repeat`, a count, and `$item`
    /// stands for a list; `{n}` in a text of the item is its number, from 0, as twelve digits.
    pub body: Option<Value>,
    /// A body that is a file; its path begins at the folder of the scenario.
    pub body_file: Option<String>,
    /// A body as text.
    pub body_text: Option<String>,
    /// A body as bytes, in base64.
    pub body_base64: Option<String>,
    /// The server says this, which is no answer in HTTP, and hangs up.
    pub raw: Option<String>,
    /// What breaks.
    pub fault: Option<Fault>,
    /// How many bytes of the body are sent before the fault, after the whole head.
    pub fault_after_bytes: Option<usize>,
}

/// What breaks.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fault {
    /// The connection is reset before anything was read.
    ResetBeforeReading,
    /// The request is read, and then the connection is reset.
    Reset,
    /// The request is read, and then the connection is closed.
    Close,
    /// The request is read, and then nothing more is said until the client hangs up.
    Stall,
}

/// A reply that is ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    pub(crate) status: Option<u16>,
    pub(crate) headers: Headers,
    /// The whole body, though a fault may cut it.
    pub(crate) body: Vec<u8>,
    pub(crate) raw: Option<String>,
    pub(crate) fault: Option<Fault>,
    pub(crate) sent: usize,
}

impl Reply {
    /// Reads what it refers to.
    pub(crate) fn prepare(&self, folder: &Path) -> Result<Prepared, String> {
        let given = [
            ("body", self.body.is_some()),
            ("bodyFile", self.body_file.is_some()),
            ("bodyText", self.body_text.is_some()),
            ("bodyBase64", self.body_base64.is_some()),
        ];
        let given: Vec<&str> = given
            .iter()
            .filter_map(|(name, is)| is.then_some(*name))
            .collect();
        if given.len() > 1 {
            return Err(format!(
                "gives {}; expected one of them",
                given.join(" and ")
            ));
        }
        match (self.status, &self.raw, self.fault) {
            (Some(_), Some(_), _) | (_, Some(_), Some(_)) => {
                return Err("gives `raw` and more; expected `raw` alone".to_owned());
            }
            (Some(_), _, Some(Fault::Reset | Fault::ResetBeforeReading)) => {
                return Err(
                    "resets after a part of the answer, which could be lost on the way; \
                     expected `close` or `stall`"
                        .to_owned(),
                );
            }
            (None, _, _) if !given.is_empty() => {
                return Err(format!("gives `{}` without a `status`", given.join("")));
            }
            _ => {}
        }
        let body = self.bytes(folder)?;
        let sent = self.fault_after_bytes.unwrap_or(body.len());
        if sent > body.len() {
            return Err(format!(
                "faultAfterBytes is {sent}, and the body has {} bytes",
                body.len()
            ));
        }
        Ok(Prepared {
            status: self.status,
            headers: self.headers.clone(),
            body,
            raw: self.raw.clone(),
            fault: self.fault,
            sent,
        })
    }

    fn bytes(&self, folder: &Path) -> Result<Vec<u8>, String> {
        if let Some(body) = &self.body {
            return Ok(repeat::expand(body)?.to_string().into_bytes());
        }
        if let Some(file) = &self.body_file {
            let path = folder.join(file);
            return std::fs::read(&path)
                .map_err(|error| format!("bodyFile {}: {error}", path.display()));
        }
        if let Some(text) = &self.body_base64 {
            return STANDARD
                .decode(text)
                .map_err(|error| format!("bodyBase64: {error}"));
        }
        Ok(self.body_text.clone().unwrap_or_default().into_bytes())
    }
}

impl Prepared {
    /// The bytes that are sent, up to where a fault cuts them.
    pub(crate) fn wire(&self, url: &str) -> Vec<u8> {
        let Some(status) = self.status else {
            return self.raw.clone().unwrap_or_default().into_bytes();
        };
        let reason = StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Unknown");
        let mut head = format!("HTTP/1.1 {status} {reason}\r\n");
        for (name, value) in &self.headers {
            head.extend([name, ": ", &value.replace("{url}", url), "\r\n"]);
        }
        let given = |name: &str| {
            self.headers
                .keys()
                .any(|key| key.eq_ignore_ascii_case(name))
        };
        if !given("content-length") && !given("transfer-encoding") && status != 204 {
            let length = self.body.len().to_string();
            head.extend(["Content-Length: ", &length, "\r\n"]);
        }
        if !given("connection") {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body[..self.sent]].concat()
    }

    /// The body as JSON, if all of it is sent and it is that.
    pub(crate) fn json(&self) -> Option<Value> {
        let body = self
            .body
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&self.body);
        serde_json::from_slice(body).ok()
    }
}
