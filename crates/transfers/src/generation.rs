//! The generation of a transfer, as far as the transfer shows it.

use crate::types::{TransferEntity, TransferStatus};

/// A generation of transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// Offered by the source, which names the subscriptions.
    LicenseBased,
    /// Requested by the target, without subscriptions.
    NewCommerce,
}

impl Generation {
    /// The generation of a transfer. `None` if the transfer does not show it: its type is unknown, or
    /// it has neither a type nor anything else that only one generation has.
    pub fn of(transfer: &TransferEntity) -> Option<Self> {
        match (transfer.transfer_type, &transfer.status) {
            // Older and newer pages of the documentation name one of the two each.
            (Some(3 | 5), _) | (None, Some(TransferStatus::Pending)) => Some(Self::NewCommerce),
            (None, Some(TransferStatus::Active | TransferStatus::InProgress))
                if looks_license_based(transfer) =>
            {
                Some(Self::LicenseBased)
            }
            _ => None,
        }
    }

    /// The name, such as `new-commerce`.
    pub fn name(self) -> &'static str {
        match self {
            Self::LicenseBased => "license-based",
            Self::NewCommerce => "new-commerce",
        }
    }
}

/// License-based transfers have line items from the start, and none of the properties that were
/// added for new commerce.
fn looks_license_based(transfer: &TransferEntity) -> bool {
    !transfer.line_items.is_empty()
        && transfer
            .line_items
            .iter()
            .all(|item| item.product_type.is_none())
        && transfer.transfer_direction.is_none()
        && transfer.expiration_time.is_none()
        && transfer.target_product_types.is_empty()
}
