//! What a row of a plan changes.

use std::fmt;

use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelTransferRequest, CreateLicenseBasedTransferRequest,
    CreateNewCommerceTransferRequest, CreateTransferRequest, TransferId,
};
use serde::{Deserialize, Serialize};

/// What a row of a plan changes: the operation with its request.
///
/// The journal keeps it as JSON, `{"kind": "accept", "request": {"transfer": "..."}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "request", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// Offers license-based subscriptions to a target. The caller is the source.
    CreateLicenseBased(CreateLicenseBasedTransferRequest),
    /// Asks a source for the new-commerce subscriptions of a customer. The caller is the target.
    CreateNewCommerce(CreateNewCommerceTransferRequest),
    /// Accepts a license-based transfer. The caller is the target.
    Accept {
        /// The transfer to accept.
        transfer: TransferId,
    },
    /// Accepts a new-commerce transfer. The caller is the source.
    AcceptNewCommerce {
        /// The transfer to accept.
        transfer: TransferId,
        /// The subscriptions to hand over; at least one.
        line_items: Vec<AcceptNewCommerceTransferLineItem>,
    },
    /// Rejects a license-based transfer. The caller is the target.
    Reject {
        /// The transfer to reject.
        transfer: TransferId,
    },
    /// Cancels a new-commerce transfer. The caller is the target.
    Cancel(CancelTransferRequest),
    /// Withdraws a license-based transfer. The caller is the source.
    Withdraw {
        /// The transfer to withdraw.
        transfer: TransferId,
    },
}

/// An operation of a plan, of either generation of transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Operation {
    /// Creates transfers.
    Create,
    /// Accepts transfers.
    Accept,
    /// Rejects transfers.
    Reject,
    /// Cancels transfers.
    Cancel,
    /// Withdraws transfers.
    Withdraw,
}

impl Operation {
    /// The name, such as `accept`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Cancel => "cancel",
            Self::Withdraw => "withdraw",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Change {
    /// The operation.
    pub fn operation(&self) -> Operation {
        match self {
            Self::CreateLicenseBased(_) | Self::CreateNewCommerce(_) => Operation::Create,
            Self::Accept { .. } | Self::AcceptNewCommerce { .. } => Operation::Accept,
            Self::Reject { .. } => Operation::Reject,
            Self::Cancel(_) => Operation::Cancel,
            Self::Withdraw { .. } => Operation::Withdraw,
        }
    }

    /// The request of a create; `None` for another change.
    #[doc(hidden)]
    pub fn create_request(&self) -> Option<CreateTransferRequest> {
        match self {
            Self::CreateLicenseBased(request) => Some(request.clone().into()),
            Self::CreateNewCommerce(request) => Some(request.clone().into()),
            _ => None,
        }
    }

    /// The transfer that is changed; `None` for a create.
    pub fn transfer(&self) -> Option<TransferId> {
        match self {
            Self::CreateLicenseBased(_) | Self::CreateNewCommerce(_) => None,
            Self::Accept { transfer }
            | Self::AcceptNewCommerce { transfer, .. }
            | Self::Reject { transfer }
            | Self::Withdraw { transfer } => Some(*transfer),
            Self::Cancel(request) => Some(request.id),
        }
    }

    /// The subscriptions that the request names. Empty where the service knows them.
    pub fn subscriptions(&self) -> Vec<&str> {
        match self {
            Self::CreateLicenseBased(request) => {
                let items = request.line_items.iter();
                items.map(|item| item.subscription_id.as_str()).collect()
            }
            Self::AcceptNewCommerce { line_items, .. } => {
                let items = line_items.iter();
                items.map(|item| item.subscription_id.as_str()).collect()
            }
            _ => Vec::new(),
        }
    }
}
