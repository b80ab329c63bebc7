//! The words for a transfer's state, brought to what a caller has to tell apart: is it open, being
//! processed, or at an end?

use crate::types::{TransferEntity, TransferLineItemStatus, TransferStatus};

/// How far a transfer has come.
///
/// Sources: the examples in Microsoft's pages on transfers, and for `Pending` and `Expired` third
/// parties. The steps between the words are inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransferPhase {
    /// `Active` or `Pending`: one partner waits for the other. Nothing has moved.
    Open,
    /// `InProgress`: accepted, and the service works on it.
    InProgress,
    /// `Complete`, `Completed` or `PartiallyComplete`: accepted and processed. What became of each
    /// subscription is in its line item.
    Processed,
    /// `Reject`: the target did not want it. Nothing has moved.
    Rejected,
    /// `Cancel`: the target took it back. Nothing has moved.
    Cancelled,
    /// `Expired`: nobody accepted it in time. Nothing has moved.
    Expired,
    /// No status, or a word that this version does not know; the transfer has it as it came.
    Unknown,
}

impl TransferPhase {
    /// Whether nothing more will happen to the transfer, as far as its status tells.
    pub fn is_settled(self) -> bool {
        matches!(
            self,
            Self::Processed | Self::Rejected | Self::Cancelled | Self::Expired
        )
    }
}

impl TransferEntity {
    /// How far the transfer has come, by its status.
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

    /// Whether nothing more will happen to it: by its status, or, where that is missing or an
    /// unknown word, because each of its line items is known to have moved or failed. A line item
    /// has no status before its transfer has been processed.
    pub fn is_settled(&self) -> bool {
        let each_item_is = || {
            !self.line_items.is_empty()
                && self.line_items.iter().all(|item| {
                    matches!(
                        item.status,
                        Some(TransferLineItemStatus::Complete | TransferLineItemStatus::Failed)
                    )
                })
        };
        match self.phase() {
            TransferPhase::Unknown => each_item_is(),
            phase => phase.is_settled(),
        }
    }
}
