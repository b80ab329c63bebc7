//! The built-in data set, by id: the transfers of the two requests that Microsoft documents, and
//! others of our own for the other outcomes.
//!
//! All of it stands in `data/built-in.json`, a data file like any other, which
//! `partner-center-emulator data` prints as a start for one's own.

use uuid::{Uuid, uuid};

use crate::model::DataSet;

/// The customer of all transfers here: the one of the documented requests.
pub const CUSTOMER: Uuid = uuid!("d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d");

/// The partner that hands over in all transfers here, by tenant id.
pub const SOURCE: Uuid = uuid!("11111111-0000-4000-8000-00000000000a");

/// Its app.
pub const SOURCE_APP: Uuid = uuid!("11111111-0000-4000-8000-0000000000aa");

/// Its app's client secret.
pub const SOURCE_SECRET: &str = "emulator-source-secret";

/// The partner that receives in all transfers here, by tenant id.
pub const TARGET: Uuid = uuid!("22222222-0000-4000-8000-00000000000b");

/// Its app.
pub const TARGET_APP: Uuid = uuid!("22222222-0000-4000-8000-0000000000bb");

/// Its app's client secret.
pub const TARGET_SECRET: &str = "emulator-target-secret";

/// A user of the target who signed in with multifactor authentication.
pub const TARGET_USER: Uuid = uuid!("22222222-0000-4000-8000-00000000b001");

/// The refresh token of that user.
pub const TARGET_REFRESH_TOKEN: &str = "emulator-target-refresh-token";

/// A user of the target who did not.
pub const TARGET_USER_WITHOUT_MFA: Uuid = uuid!("22222222-0000-4000-8000-00000000b002");

/// The refresh token of that one.
pub const TARGET_REFRESH_TOKEN_WITHOUT_MFA: &str = "emulator-target-refresh-token-without-mfa";

/// A partner that has nothing to do with the customer.
pub const STRANGER: Uuid = uuid!("33333333-0000-4000-8000-00000000000c");

/// Active. An accept gives two orders and one error: the documented answer, byte for byte as it
/// stands in `spec/examples/accept-transfer-partial.json`.
pub const ACCEPTED_IN_PART: Uuid = uuid!("aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba");

/// Active. The documented request to withdraw names it. If it is accepted instead, that gives two
/// orders.
pub const TO_WITHDRAW: Uuid = uuid!("67c5b05b-09b5-47ba-9047-5056fe2afa4f");

/// Active. An accept gives two orders and no error.
pub const ACCEPTED_WHOLE: Uuid = uuid!("11111111-aaaa-4bbb-8ccc-000000000001");

/// Active. An accept gives no order and two errors.
pub const ACCEPTED_WITHOUT_ORDER: Uuid = uuid!("11111111-aaaa-4bbb-8ccc-000000000002");

/// In progress, for ever: refuses to be accepted and to be withdrawn.
pub const IN_PROGRESS: Uuid = uuid!("11111111-aaaa-4bbb-8ccc-000000000003");

/// Of new commerce, created by the target and pending: the source may accept it with line items,
/// the target may cancel it. It does not expire.
pub const PENDING: Uuid = uuid!("11111111-aaaa-4bbb-8ccc-000000000004");

/// Subscriptions of the customer that are in no transfer.
pub const FREE_SUBSCRIPTIONS: [&str; 2] = [
    "5B000000-0000-4000-8000-000000000008",
    "5B000000-0000-4000-8000-000000000009",
];

/// A subscription of the customer that is suspended, and so not eligible.
pub const SUSPENDED_SUBSCRIPTION: &str = "5B000000-0000-4000-8000-00000000000A";

/// One that is deleted, and so not eligible either.
pub const DELETED_SUBSCRIPTION: &str = "5B000000-0000-4000-8000-00000000000B";

/// The built-in data set as a data file.
pub(crate) const JSON: &str = include_str!("../data/built-in.json");

impl DataSet {
    /// The [built-in data set](crate::data_set).
    #[expect(
        clippy::missing_panics_doc,
        reason = "it cannot: a test reads the same text"
    )]
    pub fn built_in() -> Self {
        Self::from_json(JSON).expect("it is built in, and a test reads it")
    }
}
