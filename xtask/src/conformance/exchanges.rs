//! What is asked of each client against the emulator, and what must come of it: the columns of the
//! table.

use std::fmt;

use partner_center_emulator::model::{DataSet, Transfer};
use partner_center_emulator::scenario::Answer;
use partner_center_emulator::{FaultKind, data_set};
use serde_json::{Value, json};
use uuid::Uuid;

/// A call, and what comes of it.
pub(super) struct Exchange {
    /// As the table has it.
    pub(super) name: &'static str,
    pub(super) call: Call,
    /// What strikes it.
    pub(super) fault: Option<FaultKind>,
    pub(super) expected: Expected,
}

pub(super) struct Call {
    pub(super) operation: &'static str,
    /// Who calls.
    pub(super) partner: Uuid,
    /// The parameters, but for the customer and the ids of the call.
    pub(super) inputs: Value,
    pub(super) body: Option<Value>,
}

/// What the client tells its caller.
pub(super) enum Expected {
    Answer {
        status: u16,
        content: Content,
        /// How many the call had.
        effects: usize,
    },
    /// Has no effect.
    Error { status: u16, code: Option<u32> },
}

/// Of an answer.
pub(super) enum Content {
    Nothing,
    /// How many orders and transfer errors.
    Orders(usize, usize),
    /// What stands at a JSON pointer.
    Member(&'static str, &'static str),
}

/// A transfer that no data set has.
const UNKNOWN: Uuid = Uuid::from_u128(0x9999_9999_aaaa_4bbb_8ccc_0000_0000_0009);

/// As the built-in one that is pending, for there is one to cancel and one to accept.
const ALSO_PENDING: Uuid = Uuid::from_u128(0x9999_9999_aaaa_4bbb_8ccc_0000_0000_0010);

/// What the calls need beside the built-in data set.
pub(super) fn prepare(data: &mut DataSet) {
    let mut transfers = data.transfers.iter();
    let pending = transfers.find(|one| one.id == data_set::PENDING);
    let also = pending.map(|pending| Transfer {
        id: ALSO_PENDING,
        ..pending.clone()
    });
    data.transfers.extend(also);
}

/// The cases of the table, in its order.
pub(super) fn exchanges() -> impl Iterator<Item = Exchange> {
    // Reads come first: what is eligible depends on what was accepted.
    reads()
        .into_iter()
        .chain(licence_based())
        .chain(new_commerce())
        .chain(refusals())
}

fn reads() -> [Exchange; 3] {
    let read = |name, pointer, text, call| {
        Exchange::answered(name, 200, Content::Member(pointer, text), 0, call)
    };
    let one = json!({ "transfer-id": data_set::IN_PROGRESS });
    let kind = json!({ "transferType": "directtoindirect" });
    let call = |operation, inputs| Call {
        operation,
        partner: data_set::SOURCE,
        inputs,
        body: None,
    };
    [
        read("get", "/status", "InProgress", call("get_transfer", one)),
        read(
            "list",
            "/0/id",
            "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba",
            call("list_transfers", json!({})),
        ),
        read(
            "eligibility",
            "/0/id",
            "5B000000-0000-4000-8000-000000000001",
            call("get_transfer_eligibility", kind),
        ),
    ]
}

fn licence_based() -> [Exchange; 5] {
    let accepted = |name, transfer, orders, errors| {
        let content = Content::Orders(orders, errors);
        Exchange::answered(name, 200, content, 1, accept(transfer))
    };
    [
        accepted("accept", data_set::ACCEPTED_WHOLE, 2, 0),
        accepted("partial accept", data_set::ACCEPTED_IN_PART, 2, 1),
        Exchange::answered(
            "withdraw",
            204,
            Content::Nothing,
            1,
            withdraw(data_set::TO_WITHDRAW),
        ),
        Exchange::changed(
            "create",
            (201, "Active"),
            create(
                data_set::SOURCE,
                json!({
                    "sourcePartnerTenantId": data_set::SOURCE,
                    "targetPartnerTenantId": data_set::TARGET,
                    "lineItems": [{ "subscriptionId": data_set::FREE_SUBSCRIPTIONS[0] }],
                }),
            ),
        ),
        Exchange::changed(
            "reject",
            (200, "Reject"),
            update(
                data_set::TARGET,
                data_set::ACCEPTED_WITHOUT_ORDER,
                json!({ "status": "reject" }),
            ),
        ),
    ]
}

fn new_commerce() -> [Exchange; 3] {
    let item = json!({
        "subscriptionId": data_set::FREE_SUBSCRIPTIONS[1],
        "productType": "OnlineServicesNCE",
    });
    [
        Exchange::changed(
            "create (NCE)",
            (201, "Pending"),
            create(
                data_set::TARGET,
                json!({
                    "sourcePartnerTenantId": data_set::SOURCE,
                    "sourcePartnerName": "Contoso",
                    "customerEmailId": "admin@tailspin.example",
                    "transferType": 5,
                }),
            ),
        ),
        Exchange::changed(
            "accept (NCE)",
            (200, "InProgress"),
            update(
                data_set::SOURCE,
                ALSO_PENDING,
                json!({ "lineItems": [item] }),
            ),
        ),
        Exchange::changed(
            "cancel (NCE)",
            (200, "Cancel"),
            update(
                data_set::TARGET,
                data_set::PENDING,
                json!({
                    "status": "Cancel",
                    "sourcePartnerTenantId": data_set::SOURCE,
                    "targetPartnerTenantId": data_set::TARGET,
                    "customerName": "Tailspin Toys",
                }),
            ),
        ),
    ]
}

fn refusals() -> [Exchange; 3] {
    let refused = |name, status, code, call| Exchange {
        name,
        call,
        fault: None,
        expected: Expected::Error { status, code },
    };
    [
        refused("404", 404, Some(900_100), withdraw(UNKNOWN)),
        refused("409", 409, Some(900_101), accept(data_set::IN_PROGRESS)),
        Exchange {
            fault: Some(FaultKind::Status {
                status: 429,
                code: None,
                retry_after_seconds: Some(57),
                after_effect: false,
            }),
            ..refused("429", 429, None, accept(data_set::IN_PROGRESS))
        },
    ]
}

fn accept(transfer: Uuid) -> Call {
    on("accept_transfer", data_set::TARGET, transfer)
}

fn withdraw(transfer: Uuid) -> Call {
    on("withdraw_transfer", data_set::SOURCE, transfer)
}

fn update(partner: Uuid, transfer: Uuid, mut body: Value) -> Call {
    body["id"] = json!(transfer);
    Call {
        body: Some(body),
        ..on("update_transfer", partner, transfer)
    }
}

fn create(partner: Uuid, body: Value) -> Call {
    Call {
        operation: "create_transfer",
        partner,
        inputs: json!({}),
        body: Some(body),
    }
}

fn on(operation: &'static str, partner: Uuid, transfer: Uuid) -> Call {
    Call {
        operation,
        partner,
        inputs: json!({ "transfer-id": transfer }),
        body: None,
    }
}

impl Exchange {
    fn answered(
        name: &'static str,
        status: u16,
        content: Content,
        effects: usize,
        call: Call,
    ) -> Self {
        Self {
            name,
            call,
            fault: None,
            expected: Expected::Answer {
                status,
                content,
                effects,
            },
        }
    }

    /// The transfer is in the answer, with its status.
    fn changed(name: &'static str, (status, state): (u16, &'static str), call: Call) -> Self {
        Self::answered(name, status, Content::Member("/status", state), 1, call)
    }
}

impl Content {
    pub(super) fn is_in(&self, answer: &Answer) -> bool {
        match *self {
            Self::Nothing => true,
            Self::Orders(orders, errors) => {
                answer.orders.zip(answer.errors) == Some((orders, errors))
            }
            Self::Member(pointer, text) => {
                let result = answer.result.as_ref();
                result.and_then(|result| result.pointer(pointer)) == Some(&text.into())
            }
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(f, "nothing in it"),
            Self::Orders(orders, errors) => write!(f, "{orders} orders and {errors} errors"),
            Self::Member(pointer, text) => write!(f, "{text} at {pointer}"),
        }
    }
}
