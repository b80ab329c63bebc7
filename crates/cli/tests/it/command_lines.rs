//! Command lines that several tests use.

pub(crate) const CUSTOMER: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";

pub(crate) const IN_PART: &str = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";

pub(crate) const TO_WITHDRAW: &str = "67c5b05b-09b5-47ba-9047-5056fe2afa4f";

pub(crate) const WHOLE: &str = "11111111-aaaa-4bbb-8ccc-000000000001";

pub(crate) const WITHOUT_ORDER: &str = "11111111-aaaa-4bbb-8ccc-000000000002";

pub(crate) const IN_PROGRESS: &str = "11111111-aaaa-4bbb-8ccc-000000000003";

pub(crate) const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

pub(crate) fn accept(transfer: &str) -> [&str; 8] {
    [
        "--emulator",
        "accept",
        "--yes",
        "--no-read",
        "--customer",
        CUSTOMER,
        "--transfer",
        transfer,
    ]
}

pub(crate) fn accept_json(transfer: &str) -> [&str; 10] {
    [
        "--emulator",
        "--output",
        "json",
        "accept",
        "--customer",
        CUSTOMER,
        "--transfer",
        transfer,
        "--yes",
        "--no-read",
    ]
}

/// An accept of the first transfer at another endpoint.
pub(crate) fn accept_at(endpoint: &str) -> [&str; 11] {
    [
        "--endpoint",
        endpoint,
        "accept",
        "--customer",
        CUSTOMER,
        "--transfer",
        IN_PART,
        // Without waiting between attempts.
        "--retries",
        "0",
        "--yes",
        "--no-read",
    ]
}
