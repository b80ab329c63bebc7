//! The reasons for which the service refuses a request. `http` maps them to statuses and codes.

use uuid::Uuid;

use super::model::Status;

/// A refusal by the rules of the service.
#[derive(Clone, Debug)]
pub(crate) enum ServiceError {
    /// The partner has no relationship with the customer.
    NoRelationship { customer: Uuid },
    /// The transfer does not exist, or the partner does not take part in it.
    TransferNotFound { transfer: Uuid },
    /// The other partner of the transfer has to do this; the text says which one.
    WrongPartner(&'static str),
    /// The target of a new-commerce transfer names itself as the source.
    SourceIsCaller,
    /// The customer does not have the subscription, or it cannot be transferred.
    InvalidSubscription { path: String, reason: String },
    /// The number is not a transfer type of new commerce.
    UnknownTransferType,
    /// A member of the request is missing or wrong.
    InvalidMember { path: String, reason: String },
    /// The status of the transfer does not allow the change.
    WrongStatus { transfer: Uuid, status: Status },
    /// Another request is changing the transfer.
    TransferBusy { transfer: Uuid },
    /// The data set was replaced while the request was in progress.
    DataReplaced,
}

impl ServiceError {
    pub(crate) fn invalid_member(path: impl Into<String>, reason: &str) -> Self {
        Self::InvalidMember {
            path: path.into(),
            reason: reason.to_owned(),
        }
    }
}
