//! The server's reply to one request: the bytes of a response, or a fault.

use std::collections::BTreeMap;
use std::path::Path;

use data_encoding::BASE64;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{body_file, repeat};
use crate::json_text::json_text;

/// Header names and values.
type Headers = BTreeMap<String, String>;

/// The server's reply to one request. `status` makes it a response, with at most one `body...`
/// member; `raw` sends bytes that are not HTTP; `fault` alone sends nothing; `fault` and `status`
/// send a response that ends after `faultAfterBytes` of the body.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend(
    "anyOf" = [{"required": ["status"]}, {"required": ["raw"]}, {"required": ["fault"]}]
))]
pub struct Reply {
    /// The status of the response.
    #[schemars(range(min = 200, max = 599))]
    pub status: Option<u16>,
    /// The headers of the response. `{url}` in a value is replaced with the server's URL.
    /// `Content-Length` and `Connection: close` are added unless given.
    #[serde(default)]
    pub headers: Headers,
    /// A JSON body, sent without whitespace. An object with `$repeat` (a count) and `$item` becomes
    /// a list; `{n}` in a text of the item becomes its index, from 0, as twelve digits.
    pub body: Option<Value>,
    /// The path of a file with the body, relative to the folder of the scenario.
    pub body_file: Option<String>,
    /// A body as text.
    pub body_text: Option<String>,
    /// A body as bytes, in base64.
    pub body_base64: Option<String>,
    /// The server sends this text, which is not HTTP, and closes the connection.
    pub raw: Option<String>,
    /// The fault of the connection.
    pub fault: Option<ReplyFault>,
    /// How many bytes of the body are sent, after all headers, before the fault.
    pub fault_after_bytes: Option<usize>,
}

/// A fault of the connection.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ReplyFault {
    /// The connection is reset before the request is read.
    ResetBeforeReading,
    /// The connection is reset after the request is read.
    Reset,
    /// The connection is closed after the request is read.
    Close,
    /// After the request is read, the server sends nothing until the client closes the connection.
    Stall,
}

/// A reply whose body is loaded.
#[derive(Clone, Debug)]
pub(crate) struct PreparedReply {
    pub(crate) fault: Option<ReplyFault>,
    /// The whole body, even if a fault truncates it.
    pub(crate) body: Vec<u8>,
    status: Option<u16>,
    headers: Headers,
    raw: Option<String>,
    /// How many bytes of the body are sent.
    sent: usize,
}

impl Reply {
    /// Loads the body. `folder` is where `bodyFile` starts.
    pub(super) fn prepare(&self, folder: &Path) -> Result<PreparedReply, String> {
        let bodies = [
            ("body", self.body.is_some()),
            ("bodyFile", self.body_file.is_some()),
            ("bodyText", self.body_text.is_some()),
            ("bodyBase64", self.body_base64.is_some()),
        ];
        let bodies = bodies.iter().filter(|(_, is_set)| *is_set);
        let bodies: Vec<&str> = bodies.map(|(name, _)| *name).collect();
        if bodies.len() > 1 {
            return Err(format!("sets {}; set only one", bodies.join(" and ")));
        }
        match (self.status, &self.raw, self.fault) {
            (Some(_), Some(_), _) | (_, Some(_), Some(_)) => {
                return Err("sets `raw` with `status` or `fault`; set `raw` alone".to_owned());
            }
            (Some(_), _, Some(ReplyFault::Reset | ReplyFault::ResetBeforeReading)) => {
                return Err(
                    "a reset can discard the part of the response that was sent; use `close` or \
                     `stall`"
                        .to_owned(),
                );
            }
            (None, _, _) if !bodies.is_empty() => {
                return Err(format!("sets `{}` without `status`", bodies.join("")));
            }
            _ => {}
        }
        let body = self.load_body(folder)?;
        let sent = self.fault_after_bytes.unwrap_or(body.len());
        if sent > body.len() {
            return Err(format!(
                "faultAfterBytes is {sent}, but the body has only {} bytes",
                body.len()
            ));
        }
        Ok(PreparedReply {
            fault: self.fault,
            body,
            status: self.status,
            headers: self.headers.clone(),
            raw: self.raw.clone(),
            sent,
        })
    }

    fn load_body(&self, folder: &Path) -> Result<Vec<u8>, String> {
        if let Some(body) = &self.body {
            return Ok(repeat::expand(body)?.to_string().into_bytes());
        }
        if let Some(file) = &self.body_file {
            return body_file::read(folder, file).map_err(|why| format!("bodyFile {file}: {why}"));
        }
        if let Some(text) = &self.body_base64 {
            let decoded = BASE64.decode(text.as_bytes());
            return decoded.map_err(|error| format!("bodyBase64: {error}"));
        }
        Ok(self.body_text.clone().unwrap_or_default().into_bytes())
    }
}

impl PreparedReply {
    /// Returns the bytes to send, truncated where the fault occurs.
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
        let has = |name: &str| {
            let mut names = self.headers.keys();
            names.any(|key| key.eq_ignore_ascii_case(name))
        };
        if !has("content-length") && !has("transfer-encoding") && status != 204 {
            let length = self.body.len().to_string();
            head.extend(["Content-Length: ", &length, "\r\n"]);
        }
        if !has("connection") {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body[..self.sent]].concat()
    }

    /// Returns the whole body as JSON, if it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        let body = self.body.strip_prefix(b"\xEF\xBB\xBF");
        serde_json::from_str(&json_text(body.unwrap_or(&self.body))).ok()
    }
}
