//! Reads the members of a JSON object one by one.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::http::api_error::ApiError;
use crate::http::request_ids::parse_guid;
use crate::service::change::RequestedItem;
use crate::service::service_error::ServiceError;
use crate::text_encoding::{self, Charset};

/// The members of an object that are not read yet, and the path of the object.
pub(super) struct Members {
    path: String,
    left: Map<String, Value>,
}

impl Members {
    pub(super) fn of_body((body, charset): (&[u8], Charset)) -> Result<Self, ApiError> {
        let text = text_encoding::decode_as(body, charset)
            .map_err(|reason| ServiceError::invalid_member("body", &reason))?;
        match serde_json::from_str(&text) {
            Ok(Value::Object(left)) => Ok(Self {
                path: String::new(),
                left,
            }),
            _ => Err(ServiceError::invalid_member("body", "is not a JSON object").into()),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.left.contains_key(name)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name)
    }

    pub(super) fn invalid(&self, name: &str, reason: &str) -> ApiError {
        ServiceError::invalid_member(format!("{}{name}", self.path), reason).into()
    }

    fn required(&mut self, name: &str) -> Result<Value, ApiError> {
        self.take(name)
            .ok_or_else(|| self.invalid(name, "is required"))
    }

    fn get<T: DeserializeOwned>(&mut self, name: &str, reason: &str) -> Result<T, ApiError> {
        let value = self.required(name)?;
        serde_json::from_value(value).map_err(|_| self.invalid(name, reason))
    }

    /// Reads an optional member. `reason` describes a member of another type.
    pub(super) fn optional<T: DeserializeOwned>(
        &mut self,
        name: &str,
        reason: &str,
    ) -> Result<Option<T>, ApiError> {
        if !self.has(name) {
            return Ok(None);
        }
        self.get(name, reason).map(Some)
    }

    pub(super) fn string(&mut self, name: &str) -> Result<String, ApiError> {
        self.get(name, "must be a string")
    }

    pub(super) fn optional_string(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        self.optional(name, "must be a string")
    }

    pub(super) fn number(&mut self, name: &str) -> Result<i64, ApiError> {
        let value = self.required(name)?;
        whole(&value).ok_or_else(|| self.invalid(name, "must be a whole number"))
    }

    pub(super) fn guid(&mut self, name: &str) -> Result<Uuid, ApiError> {
        let text = self.string(name)?;
        parse_guid(&text).ok_or_else(|| self.invalid(name, "must be a GUID"))
    }

    /// Reads the line items: at least one, and no duplicate subscription.
    pub(super) fn items(
        &mut self,
        read: impl Fn(&mut Self) -> Result<RequestedItem, ApiError>,
    ) -> Result<Vec<RequestedItem>, ApiError> {
        let values: Vec<Value> = self.get("lineItems", "must be a list")?;
        if values.is_empty() {
            return Err(self.invalid("lineItems", "must have at least one line item"));
        }
        let mut subscriptions = HashSet::new();
        let mut items = Vec::new();
        for (at, value) in values.into_iter().enumerate() {
            let Value::Object(left) = value else {
                return Err(self.invalid(&format!("lineItems[{at}]"), "must be an object"));
            };
            let mut members = Self {
                path: format!("lineItems[{at}]."),
                left,
            };
            let item = read(&mut members)?;
            if !subscriptions.insert(item.subscription_id.to_ascii_lowercase()) {
                return Err(members.invalid("subscriptionId", "is duplicated"));
            }
            members.end()?;
            items.push(item);
        }
        Ok(items)
    }

    /// Checks that there are no other members.
    pub(super) fn end(&self) -> Result<(), ApiError> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.invalid(
                name,
                "is not allowed here; the generations of transfers cannot be mixed",
            )),
        }
    }
}

/// Returns a whole number, also if it is written as `5.0`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "checked to be whole and small"
)]
pub(super) fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        let is_whole = number.fract() == 0.0 && number.abs() < 1e15;
        is_whole.then_some(number as i64)
    })
}
