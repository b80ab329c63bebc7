//! The cases that each client runs against the emulator: the columns of the table.

use std::fmt;

use partner_center_conformance::ReportedAnswer;
use partner_center_emulator::model::{DataSet, Transfer};
use partner_center_emulator::{FaultKind, data_set};
use serde_json::{Value, json};
use uuid::Uuid;

/// A call and its expected result.
pub(super) struct EmulatorCase {
    /// The heading of its column.
    pub(super) name: &'static str,
    pub(super) call: ClientCall,
    /// A fault that the emulator injects.
    pub(super) fault: Option<FaultKind>,
    pub(super) expected: ExpectedReport,
}

pub(super) struct ClientCall {
    pub(super) operation: &'static str,
    /// The partner that calls.
    pub(super) partner: Uuid,
    /// The parameters, except the customer and the request ids.
    pub(super) inputs: Value,
    pub(super) body: Option<Value>,
}

/// What the client must report.
pub(super) enum ExpectedReport {
    Answer {
        status: u16,
        content: Content,
        /// The number of changes that the emulator must have recorded.
        effects: usize,
    },
    /// An error, without any recorded change.
    Error { status: u16, code: Option<u32> },
}

/// The expected content of an answer.
pub(super) enum Content {
    Nothing,
    /// The numbers of orders and transfer errors.
    Orders(usize, usize),
    /// A JSON pointer and the text there.
    Member(&'static str, &'static str),
}

/// A transfer that does not exist.
const UNKNOWN: Uuid = Uuid::from_u128(0x9999_9999_aaaa_4bbb_8ccc_0000_0000_0009);

/// A second pending transfer, since one is canceled and one is accepted.
const ALSO_PENDING: Uuid = Uuid::from_u128(0x9999_9999_aaaa_4bbb_8ccc_0000_0000_0010);

/// Adds what the cases need to the built-in data set.
pub(super) fn add_data(data: &mut DataSet) {
    let mut transfers = data.transfers.iter();
    let pending = transfers.find(|one| one.id == data_set::PENDING);
    let also = pending.map(|pending| Transfer {
        id: ALSO_PENDING,
        ..pending.clone()
    });
    data.transfers.extend(also);
}

/// Returns the cases in the order of the columns.
pub(super) fn cases() -> impl Iterator<Item = EmulatorCase> {
    // Reads come first, since accepted transfers change the eligibility.
    reads()
        .into_iter()
        .chain(licence_based())
        .chain(new_commerce())
        .chain(refusals())
}

fn reads() -> [EmulatorCase; 3] {
    let read = |name, pointer, text, call| {
        EmulatorCase::answered(name, 200, Content::Member(pointer, text), 0, call)
    };
    let one = json!({ "transfer-id": data_set::IN_PROGRESS });
    let kind = json!({ "transferType": "directtoindirect" });
    let call = |operation, inputs| ClientCall {
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

fn licence_based() -> [EmulatorCase; 5] {
    let accepted = |name, transfer, orders, errors| {
        let content = Content::Orders(orders, errors);
        EmulatorCase::answered(name, 200, content, 1, accept(transfer))
    };
    [
        accepted("accept", data_set::ACCEPTED_WHOLE, 2, 0),
        accepted("partial accept", data_set::ACCEPTED_IN_PART, 2, 1),
        EmulatorCase::answered(
            "withdraw",
            204,
            Content::Nothing,
            1,
            withdraw(data_set::TO_WITHDRAW),
        ),
        EmulatorCase::changed(
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
        EmulatorCase::changed(
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

fn new_commerce() -> [EmulatorCase; 3] {
    let item = json!({
        "subscriptionId": data_set::FREE_SUBSCRIPTIONS[1],
        "productType": "OnlineServicesNCE",
    });
    [
        EmulatorCase::changed(
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
        EmulatorCase::changed(
            "accept (NCE)",
            (200, "InProgress"),
            update(
                data_set::SOURCE,
                ALSO_PENDING,
                json!({ "lineItems": [item] }),
            ),
        ),
        EmulatorCase::changed(
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

fn refusals() -> [EmulatorCase; 3] {
    let refused = |name, status, code, call| EmulatorCase {
        name,
        call,
        fault: None,
        expected: ExpectedReport::Error { status, code },
    };
    [
        refused("404", 404, Some(900_100), withdraw(UNKNOWN)),
        refused("409", 409, Some(900_101), accept(data_set::IN_PROGRESS)),
        EmulatorCase {
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

fn accept(transfer: Uuid) -> ClientCall {
    on("accept_transfer", data_set::TARGET, transfer)
}

fn withdraw(transfer: Uuid) -> ClientCall {
    on("withdraw_transfer", data_set::SOURCE, transfer)
}

fn update(partner: Uuid, transfer: Uuid, mut body: Value) -> ClientCall {
    body["id"] = json!(transfer);
    ClientCall {
        body: Some(body),
        ..on("update_transfer", partner, transfer)
    }
}

fn create(partner: Uuid, body: Value) -> ClientCall {
    ClientCall {
        operation: "create_transfer",
        partner,
        inputs: json!({}),
        body: Some(body),
    }
}

fn on(operation: &'static str, partner: Uuid, transfer: Uuid) -> ClientCall {
    ClientCall {
        operation,
        partner,
        inputs: json!({ "transfer-id": transfer }),
        body: None,
    }
}

impl EmulatorCase {
    fn answered(
        name: &'static str,
        status: u16,
        content: Content,
        effects: usize,
        call: ClientCall,
    ) -> Self {
        Self {
            name,
            call,
            fault: None,
            expected: ExpectedReport::Answer {
                status,
                content,
                effects,
            },
        }
    }

    /// The answer contains the transfer with its new status.
    fn changed(name: &'static str, (status, state): (u16, &'static str), call: ClientCall) -> Self {
        Self::answered(name, status, Content::Member("/status", state), 1, call)
    }
}

impl Content {
    pub(super) fn matches(&self, answer: &ReportedAnswer) -> bool {
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
            Self::Nothing => write!(f, "any content"),
            Self::Orders(orders, errors) => write!(f, "{orders} orders and {errors} errors"),
            Self::Member(pointer, text) => write!(f, "{text} at {pointer}"),
        }
    }
}
