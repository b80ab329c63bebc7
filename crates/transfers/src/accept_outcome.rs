//! What an accept came to. The service answers 200 when everything moved, when a part did, and
//! when nothing did; only the two lists in its answer tell which.

use crate::types::{Order, TransferError, TransferSubmitResult};

/// What came of accepting a transfer.
///
/// The line items of a transfer are in groups, and each group becomes an order or an error by
/// itself. What moved stays moved, whatever happened to the rest.
///
/// Source: the example in the "Accept a transfer of subscriptions for a customer" page of
/// Microsoft's documentation; that groups are independent is inferred from it.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an accept that the service answered with 200 may have moved a part, or nothing"]
pub enum AcceptOutcome {
    /// There are orders, and no errors: all that is answered for has moved. What became of each
    /// subscription of the transfer, also of one that the answer leaves out, is in
    /// [`TransferSubmitResult::by_subscription`].
    Complete {
        /// The orders in the accepting partner's tenant.
        orders: Vec<Order>,
    },
    /// Some groups became orders, and some failed. To move the rest, mend the cause and have a
    /// new transfer made for the failed subscriptions alone.
    Partial {
        /// The orders in the accepting partner's tenant.
        orders: Vec<Order>,
        /// Why the other groups failed.
        errors: Vec<TransferError>,
    },
    /// No group became an order.
    Failed {
        /// Why they failed; at least one.
        errors: Vec<TransferError>,
    },
    /// There are neither orders nor errors, so nobody knows whether anything has moved. Read the
    /// transfer back: [`Client::confirm_accept`](crate::Client::confirm_accept).
    Unknown,
}

impl TransferSubmitResult {
    /// What this answer comes to.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_tell_the_outcome() {
        let orders = vec![Order::default()];
        let errors = vec![TransferError::default()];
        let outcome = |orders: &[Order], errors: &[TransferError]| {
            TransferSubmitResult {
                orders: orders.to_vec(),
                transfer_errors: errors.to_vec(),
                ..TransferSubmitResult::default()
            }
            .outcome()
        };

        assert_eq!(
            outcome(&orders, &[]),
            AcceptOutcome::Complete {
                orders: orders.clone()
            }
        );
        assert_eq!(
            outcome(&orders, &errors),
            AcceptOutcome::Partial {
                orders: orders.clone(),
                errors: errors.clone()
            }
        );
        assert_eq!(outcome(&[], &errors), AcceptOutcome::Failed { errors });
        assert_eq!(outcome(&[], &[]), AcceptOutcome::Unknown);
    }
}
