//! The phase of a transfer: open, in progress, or one of several ends.

use crate::types::{TransferEntity, TransferLineItemStatus, TransferStatus};

/// How far a transfer has come.
///
/// Sources: the examples in Microsoft's pages on transfers; for `Pending` and `Expired` third
/// parties. The transitions between the phases are inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransferPhase {
    /// `Active` or `Pending`: waits for a partner. Nothing has moved.
    Open,
    /// `InProgress`: accepted, and the service processes it.
    InProgress,
    /// `Complete`, `Completed` or `PartiallyComplete`: accepted and processed. Each line item has
    /// its own result.
    Processed,
    /// `Reject`: rejected by the target. Nothing has moved.
    Rejected,
    /// `Cancel`: cancelled by the target. Nothing has moved.
    Cancelled,
    /// `Expired`: not accepted in time. Nothing has moved.
    Expired,
    /// The status is missing or not known to this version; the transfer keeps it as it was sent.
    Unknown,
}

impl TransferPhase {
    /// Whether a transfer in this phase does not change any more.
    pub fn is_settled(self) -> bool {
        matches!(
            self,
            Self::Processed | Self::Rejected | Self::Cancelled | Self::Expired
        )
    }
}

impl TransferEntity {
    /// The phase of the transfer, by its status.
    pub fn phase(&self) -> TransferPhase {
        match self.status.as_ref() {
            Some(TransferStatus::Active | TransferStatus::Pending) => TransferPhase::Open,
            Some(TransferStatus::InProgress) => TransferPhase::InProgress,
            Some(
                TransferStatus::Complete
                | TransferStatus::Completed
                | TransferStatus::PartiallyComplete,
            ) => TransferPhase::Processed,
            Some(TransferStatus::Reject) => TransferPhase::Rejected,
            Some(TransferStatus::Cancel) => TransferPhase::Cancelled,
            Some(TransferStatus::Expired) => TransferPhase::Expired,
            Some(TransferStatus::Other(_)) | None => TransferPhase::Unknown,
        }
    }

    /// Whether the transfer does not change any more: by its status, or, if that is missing or
    /// unknown, because each of its line items has moved or failed.
    pub fn is_settled(&self) -> bool {
        use TransferLineItemStatus::{Complete, Failed};
        match self.phase() {
            TransferPhase::Unknown => {
                let mut items = self.line_items.iter();
                !self.line_items.is_empty()
                    && items.all(|item| matches!(item.status, Some(Complete | Failed)))
            }
            phase => phase.is_settled(),
        }
    }
}
