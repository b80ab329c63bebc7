//! The ids of the published requests, and a token for them.

/// The customer of the published requests.
pub const CUSTOMER: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
/// The transfer of the published accept.
pub const TRANSFER: &str = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";
/// The transfer of the published withdrawal.
pub const WITHDRAWN: &str = "67c5b05b-09b5-47ba-9047-5056fe2afa4f";
/// The `MS-RequestId` of the published accept.
pub const REQUEST_ID: &str = "8389053b-731c-4261-9899-1583d7859153";
/// The `MS-CorrelationId` of the published accept.
pub const CORRELATION_ID: &str = "4827b753-8541-428b-8c90-059b6b4851bd";
/// A token that may appear only in the `Authorization` header.
pub const TOKEN: &str = "canary-eyJ0eXAiOiJKV1Qi-canary";
