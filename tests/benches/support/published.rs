//! The published accept, and its response.

pub(crate) const CUSTOMER: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
pub(crate) const TRANSFER: &str = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";
pub(crate) const REQUEST_ID: &str = "8389053b-731c-4261-9899-1583d7859153";
pub(crate) const CORRELATION_ID: &str = "4827b753-8541-428b-8c90-059b6b4851bd";
pub(crate) const TOKEN: &str = "canary-eyJ0eXAiOiJKV1Qi-canary";
pub(crate) const RESPONSE: &str =
    include_str!("../../../spec/examples/accept-transfer-partial.json");
