use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[non_exhaustive]
pub enum Operation {
    /// `accept_transfer`
    #[serde(rename = "accept_transfer")]
    Accept,
    /// `create_transfer`
    #[serde(rename = "create_transfer")]
    Create,
    /// `get_transfer_eligibility`
    #[serde(rename = "get_transfer_eligibility")]
    Eligibility,
    /// `get_transfer`
    #[serde(rename = "get_transfer")]
    Get,
    /// `list_transfers`
    #[serde(rename = "list_transfers")]
    List,
    /// `update_transfer`
    #[serde(rename = "update_transfer")]
    Update,
    /// `withdraw_transfer`
    #[serde(rename = "withdraw_transfer")]
    Withdraw,
}

impl Operation {
    /// All operations of the `OpenAPI` document; the emulator serves each of them.
    pub const ALL: [Self; 7] = [
        Self::Accept,
        Self::Create,
        Self::Eligibility,
        Self::Get,
        Self::List,
        Self::Update,
        Self::Withdraw,
    ];
}

/// Writes the operation id of the `OpenAPI` document.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
