//! The ids of the built-in data set: the transfers of the two requests that Microsoft documents,
//! and others for the other results.
//!
//! `partner-center-emulator data` prints the data set, as a start for your own. With `--customers` it
//! prints [`DataSet::with_customers`], whose ids [`customer`], [`transfer`] and [`subscription`]
//! return.

use uuid::{Uuid, uuid};

use crate::service::model::DataSet;

pub use super::many_customers::{customer, subscription, transfer};

/// The customer of all transfers: the one of the documented requests.
pub const CUSTOMER: Uuid = uuid!("d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d");

/// The tenant id of the source partner of all transfers.
pub const SOURCE: Uuid = uuid!("11111111-0000-4000-8000-00000000000a");

/// The app of the source partner.
pub const SOURCE_APP: Uuid = uuid!("11111111-0000-4000-8000-0000000000aa");

/// The client secret of the source partner's app.
pub const SOURCE_SECRET: &str = "emulator-source-secret";

/// The public client of the source partner, for a sign-in with a device code.
pub const SOURCE_PUBLIC_APP: Uuid = uuid!("11111111-0000-4000-8000-0000000000ad");

/// A user of the source who signed in with multifactor authentication.
pub const SOURCE_USER: Uuid = uuid!("11111111-0000-4000-8000-00000000a001");

/// The tenant id of the target partner of all transfers.
pub const TARGET: Uuid = uuid!("22222222-0000-4000-8000-00000000000b");

/// The app of the target partner.
pub const TARGET_APP: Uuid = uuid!("22222222-0000-4000-8000-0000000000bb");

/// The client secret of the target partner's app.
pub const TARGET_SECRET: &str = "emulator-target-secret";

/// The public client of the target partner, for a sign-in with a device code.
pub const TARGET_PUBLIC_APP: Uuid = uuid!("22222222-0000-4000-8000-0000000000bd");

/// A user of the target who signed in with multifactor authentication.
pub const TARGET_USER: Uuid = uuid!("22222222-0000-4000-8000-00000000b001");

/// The refresh token of [`TARGET_USER`].
pub const TARGET_REFRESH_TOKEN: &str = "emulator-target-refresh-token";

/// A user of the target who signed in without multifactor authentication.
pub const TARGET_USER_WITHOUT_MFA: Uuid = uuid!("22222222-0000-4000-8000-00000000b002");

/// The refresh token of [`TARGET_USER_WITHOUT_MFA`].
pub const TARGET_REFRESH_TOKEN_WITHOUT_MFA: &str = "emulator-target-refresh-token-without-mfa";

/// A partner without a relationship to the customer.
pub const STRANGER: Uuid = uuid!("33333333-0000-4000-8000-00000000000c");

/// Active. An accept gives two orders and one error: the documented response, which is also in
/// `spec/examples/accept-transfer-partial.json`.
pub const ACCEPTED_IN_PART: Uuid = uuid!("aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba");

/// Active. The documented withdraw request names it. An accept gives two orders.
pub const TO_WITHDRAW: Uuid = uuid!("67c5b05b-09b5-47ba-9047-5056fe2afa4f");

/// Active. An accept gives two orders and no error.
pub const ACCEPTED_WHOLE: Uuid = uuid!("11111111-aaaa-4bbb-8ccc-000000000001");

/// Active. An accept gives no order and two errors.
pub const ACCEPTED_WITHOUT_ORDER: Uuid = uuid!("11111111-aaaa-4bbb-8ccc-000000000002");

/// Always in progress: it can be neither accepted nor withdrawn.
pub const IN_PROGRESS: Uuid = uuid!("11111111-aaaa-4bbb-8ccc-000000000003");

/// A pending new-commerce transfer, created by the target. The source can accept it with line
/// items, and the target can cancel it. It does not expire.
pub const PENDING: Uuid = uuid!("11111111-aaaa-4bbb-8ccc-000000000004");

/// Subscriptions of the customer that are in no transfer.
pub const FREE_SUBSCRIPTIONS: [&str; 2] = [
    "5B000000-0000-4000-8000-000000000008",
    "5B000000-0000-4000-8000-000000000009",
];

/// A suspended subscription of the customer, which is not eligible.
pub const SUSPENDED_SUBSCRIPTION: &str = "5B000000-0000-4000-8000-00000000000A";

/// A deleted subscription of the customer, which is not eligible.
pub const DELETED_SUBSCRIPTION: &str = "5B000000-0000-4000-8000-00000000000B";

/// The built-in data set as a data file.
pub(crate) const JSON: &str = include_str!("../../data/built-in.json");

impl DataSet {
    /// Returns the [built-in data set](crate::data_set).
    #[expect(
        clippy::missing_panics_doc,
        reason = "the built-in data set is valid: a test reads it"
    )]
    pub fn built_in() -> Self {
        Self::from_json(JSON).expect("the built-in data set is valid: a test reads it")
    }
}
