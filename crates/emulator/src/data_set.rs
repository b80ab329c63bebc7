//! What the emulator starts with, by id: the transfers of the two requests that Microsoft
//! documents, and three of our own for the other outcomes.
//!
//! The results of an accept are the example files of `spec/`: one copy serves the specification
//! and the emulator.

use bytes::Bytes;
use uuid::{Uuid, uuid};

use crate::store::Store;
use crate::transfer::{State, Submission, Transfer};

/// The customer of all transfers here: the one of the documented requests.
pub const CUSTOMER: Uuid = uuid!("d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d");

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

pub(crate) fn store() -> Store {
    let complete = Submission {
        result: Bytes::from_static(include_bytes!(
            "../../../spec/examples/accept-transfer-complete.json"
        )),
        becomes: State::Complete,
    };
    let partial = Submission {
        result: Bytes::from_static(include_bytes!(
            "../../../spec/examples/accept-transfer-partial.json"
        )),
        becomes: State::PartiallyComplete,
    };
    let failed = Submission {
        result: Bytes::from_static(include_bytes!(
            "../../../spec/examples/accept-transfer-failed.json"
        )),
        becomes: State::Failed,
    };
    let transfers = [
        (ACCEPTED_IN_PART, State::Active, partial),
        (TO_WITHDRAW, State::Active, complete.clone()),
        (ACCEPTED_WHOLE, State::Active, complete.clone()),
        (ACCEPTED_WITHOUT_ORDER, State::Active, failed),
        (IN_PROGRESS, State::InProgress, complete),
    ];
    Store::new(
        transfers.map(|(id, state, submission)| ((CUSTOMER, id), Transfer::new(state, submission))),
    )
}
