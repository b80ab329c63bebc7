//! What an accept did. The service answers 200 to a complete, a partial and a failed transfer; the
//! two lists of the response distinguish them.

use crate::types::{Order, TransferError, TransferSubmitResult};

/// The outcome of accepting a transfer.
///
/// The line items of a transfer form groups. Each group becomes an order or an error, whatever
/// happens to the other groups. [`TransferSubmitResult::by_subscription`] says what happened to
/// each subscription.
///
/// Source: the published example; that groups are independent is inferred from it.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "the accept may have moved only a part of the subscriptions, or nothing"]
pub enum AcceptOutcome {
    /// There are orders and no errors.
    Complete {
        /// The orders in the tenant of the accepting partner.
        orders: Vec<Order>,
    },
    /// Some groups became orders, and others failed. To move the rest, fix the cause and let the
    /// source partner create a new transfer of the failed subscriptions only.
    Partial {
        /// The orders in the tenant of the accepting partner.
        orders: Vec<Order>,
        /// Why the other groups failed.
        errors: Vec<TransferError>,
    },
    /// There are errors and no orders: nothing moved.
    Failed {
        /// Why the groups failed; at least one error.
        errors: Vec<TransferError>,
    },
    /// The response has neither orders nor errors, so it does not say whether anything moved. Read
    /// the transfer: [`Client::confirm_accept`](crate::Client::confirm_accept).
    Unknown,
}

impl TransferSubmitResult {
    /// The outcome that this response describes.
    pub fn outcome(self) -> AcceptOutcome {
        let Self {
            orders,
            transfer_errors: errors,
            ..
        } = self;
        match (orders.is_empty(), errors.is_empty()) {
            (true, true) => AcceptOutcome::Unknown,
            (true, false) => AcceptOutcome::Failed { errors },
            (false, true) => AcceptOutcome::Complete { orders },
            (false, false) => AcceptOutcome::Partial { orders, errors },
        }
    }
}
