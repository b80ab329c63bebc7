//! After a call whose outcome is unknown: the transfer is read back, and its state says whether
//! the call was applied. Nothing here changes anything.

use std::fmt;

use crate::types::{CustomerId, TransferEntity, TransferId, TransferStatus};
use crate::{Client, Error, ServiceCode, TransferPhase};

/// Whether a call was applied, by what is read afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// It was, or another call with the same effect.
    Applied,
    /// It was not, at the time of reading. A request that is still on its way can be applied yet:
    /// wait before it is sent again, and send it with the same `MS-RequestId`.
    NotApplied,
    /// The service works on the transfer: after an accept, which may be another caller's. Wait
    /// until it has settled.
    NotYetSettled,
    /// The transfer has come to another end, or is not there; the call was not applied, or that
    /// cannot be seen any more.
    Overtaken,
    /// The state does not tell; see the transfer.
    Unknown,
}

/// What reading back has shown.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it says whether the call was applied"]
pub struct Confirmation {
    verdict: Verdict,
    transfer: Option<TransferEntity>,
}

impl Confirmation {
    /// Whether the call was applied.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The transfer as it was read; `None` if it is not there. Its status is kept as it came, also
    /// where this version does not know it.
    pub fn transfer(&self) -> Option<&TransferEntity> {
        self.transfer.as_ref()
    }

    /// The transfer itself.
    pub fn into_transfer(self) -> Option<TransferEntity> {
        self.transfer
    }
}

/// One sentence, such as `not yet settled: the transfer is InProgress`.
impl fmt::Display for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.verdict {
            Verdict::Applied => "applied",
            Verdict::NotApplied => "not applied",
            Verdict::NotYetSettled => "not yet settled",
            Verdict::Overtaken => "overtaken by something else",
            Verdict::Unknown => "unknown",
        })?;
        match &self.transfer {
            None => f.write_str(": the transfer is not there"),
            Some(transfer) => match &transfer.status {
                Some(status) => write!(f, ": the transfer is {status}"),
                None => f.write_str(": the transfer has no status"),
            },
        }
    }
}

/// What was to be done to a transfer.
#[derive(Clone, Copy, Debug)]
enum Action {
    Accept,
    Withdraw,
    Reject,
    Cancel,
}

/// In new commerce the accept names the line items, and the transfer may stay `Pending` for a
/// quarter of an hour after it.
fn may_be_accepted(action: Action, transfer: &TransferEntity) -> bool {
    matches!(action, Action::Accept)
        && transfer.status == Some(TransferStatus::Pending)
        && !transfer.line_items.is_empty()
}

/// What a phase says of an action; without one the transfer is not there.
fn judge(action: Action, phase: Option<TransferPhase>) -> Verdict {
    let Some(phase) = phase else {
        return match action {
            Action::Withdraw => Verdict::Applied,
            Action::Accept | Action::Reject | Action::Cancel => Verdict::Overtaken,
        };
    };
    match (phase, action) {
        (TransferPhase::Open, _) => Verdict::NotApplied,
        (TransferPhase::InProgress, _) => Verdict::NotYetSettled,
        (TransferPhase::Processed, Action::Accept)
        | (TransferPhase::Rejected, Action::Reject)
        | (TransferPhase::Cancelled, Action::Cancel) => Verdict::Applied,
        (TransferPhase::Unknown, _) => Verdict::Unknown,
        _ => Verdict::Overtaken,
    }
}

impl Client {
    /// Whether an accept was applied, of either generation: for a call whose
    /// [`Error::may_have_been_applied`] holds.
    ///
    /// | the transfer is | the accept was |
    /// |---|---|
    /// | `Active`, or `Pending` without line items | not applied |
    /// | `Pending` with line items, which an accept of new commerce brings | not yet settled |
    /// | `InProgress` | not yet settled |
    /// | `Complete`, `Completed`, `PartiallyComplete` | applied; see [`TransferEntity::by_subscription`] |
    /// | `Reject`, `Cancel`, `Expired`, or not there (404, code 900100) | overtaken |
    /// | anything else | unknown |
    ///
    /// That it is not there tells something only of a transfer that was seen before: the service
    /// answers the same for ids that never were.
    ///
    /// ```no_run
    /// use partner_center_transfers::Verdict;
    /// use partner_center_transfers::types::{CustomerId, TransferId};
    ///
    /// # async fn example(client: partner_center_transfers::Client)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let customer: CustomerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d".parse()?;
    /// let transfer: TransferId = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba".parse()?;
    /// let call = client.accept_transfer().customer_id(customer).transfer_id(transfer);
    /// match call.send().await {
    ///     Err(error) if error.may_have_been_applied() => {
    ///         let confirmation = client.confirm_accept(customer, transfer).await?;
    ///         if confirmation.verdict() == Verdict::NotApplied { /* it may be sent again */ }
    ///     }
    ///     other => drop(other?.into_inner().outcome()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the transfer cannot be read, other than for not being there.
    pub async fn confirm_accept(
        &self,
        customer_id: CustomerId,
        transfer_id: TransferId,
    ) -> Result<Confirmation, Error> {
        self.confirm(Action::Accept, customer_id, transfer_id).await
    }

    /// Whether a withdraw was applied, for a call whose [`Error::may_have_been_applied`] holds.
    ///
    /// A transfer that is not there (404, code 900100) counts as withdrawn. The service answers
    /// the same for ids that never were, and for transfers that the caller takes no part in: so
    /// this tells the truth only of a transfer that was there before. What a withdrawn transfer
    /// answers is not documented; that it is this is inferred.
    ///
    /// `Active` and `Pending` are not applied, and `InProgress` is not yet settled: somebody has
    /// accepted the transfer. Any other known state means that the withdraw was overtaken.
    ///
    /// # Errors
    ///
    /// If the transfer cannot be read, other than for not being there.
    pub async fn confirm_withdraw(
        &self,
        customer_id: CustomerId,
        transfer_id: TransferId,
    ) -> Result<Confirmation, Error> {
        self.confirm(Action::Withdraw, customer_id, transfer_id)
            .await
    }

    /// Whether a reject was applied: the transfer is `Reject` then. Other states are judged as by
    /// [`confirm_withdraw`](Self::confirm_withdraw); a transfer that is not there is overtaken, or
    /// never was.
    ///
    /// # Errors
    ///
    /// If the transfer cannot be read, other than for not being there.
    pub async fn confirm_reject(
        &self,
        customer_id: CustomerId,
        transfer_id: TransferId,
    ) -> Result<Confirmation, Error> {
        self.confirm(Action::Reject, customer_id, transfer_id).await
    }

    /// Whether a cancel of new commerce was applied: the transfer is `Cancel` then, which is
    /// inferred from the request. Other states are judged as by
    /// [`confirm_reject`](Self::confirm_reject).
    ///
    /// # Errors
    ///
    /// If the transfer cannot be read, other than for not being there.
    pub async fn confirm_cancel(
        &self,
        customer_id: CustomerId,
        transfer_id: TransferId,
    ) -> Result<Confirmation, Error> {
        self.confirm(Action::Cancel, customer_id, transfer_id).await
    }

    async fn confirm(
        &self,
        action: Action,
        customer_id: CustomerId,
        transfer_id: TransferId,
    ) -> Result<Confirmation, Error> {
        let read = self
            .get_transfer()
            .customer_id(customer_id)
            .transfer_id(transfer_id);
        let transfer = match read.send().await {
            Ok(answer) => Some(answer.into_inner()),
            Err(error) if is_not_there(&error) => None,
            Err(error) => return Err(error),
        };
        Ok(Confirmation {
            verdict: match &transfer {
                Some(transfer) if may_be_accepted(action, transfer) => Verdict::NotYetSettled,
                _ => judge(action, transfer.as_ref().map(TransferEntity::phase)),
            },
            transfer,
        })
    }
}

/// Whether the service says that there is no such transfer. A 404 alone may be a gateway's, or
/// about the customer.
pub(crate) fn is_not_there(error: &Error) -> bool {
    let code = error.code().and_then(ServiceCode::as_number);
    code == Some(900_100) && error.status().is_some_and(|status| status.as_u16() == 404)
}
