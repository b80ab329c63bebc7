//! Reads a transfer back after a call without a clear result, and says whether the call was applied.

use std::fmt::{self, Display};

use crate::types::{CustomerId, TransferEntity, TransferId, TransferStatus};
use crate::{Client, Error, ServiceCode, TransferPhase, builder};

/// Whether a call was applied, as a later read shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// The call was applied, or another call with the same effect.
    Applied,
    /// The call was not applied when the transfer was read. A request that is still in transit can
    /// be applied later: wait before you send the call again, with the same `MS-RequestId`.
    NotApplied,
    /// An accept, this one or another caller's, is being processed. Wait until the transfer has
    /// settled.
    NotYetSettled,
    /// Another change ended the transfer, or it was not found although the call does not remove
    /// it. The call was not applied, or its effect cannot be seen any more.
    Overtaken,
    /// The transfer does not show whether the call was applied.
    Unknown,
}

/// The result of reading a transfer back.
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

    /// The transfer as it was read; `None` if it was not found.
    pub fn transfer(&self) -> Option<&TransferEntity> {
        self.transfer.as_ref()
    }

    /// Takes the transfer out.
    pub fn into_transfer(self) -> Option<TransferEntity> {
        self.transfer
    }
}

/// One sentence, such as `not yet settled: the transfer is InProgress`.
impl Display for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.verdict {
            Verdict::Applied => "applied",
            Verdict::NotApplied => "not applied",
            Verdict::NotYetSettled => "not yet settled",
            Verdict::Overtaken => "overtaken by another change",
            Verdict::Unknown => "unknown",
        })?;
        match &self.transfer {
            None => f.write_str(": the transfer was not found"),
            Some(transfer) => match &transfer.status {
                Some(status) => write!(f, ": the transfer is {status}"),
                None => f.write_str(": the transfer has no status"),
            },
        }
    }
}

/// The call to confirm.
#[derive(Clone, Copy, Debug)]
enum Action {
    Accept,
    Withdraw,
    Reject,
    Cancel,
}

/// The verdict for a transfer that was read, or for one that was not found.
fn judge(action: Action, transfer: Option<&TransferEntity>) -> Verdict {
    let Some(transfer) = transfer else {
        return match action {
            Action::Withdraw => Verdict::Applied,
            Action::Accept | Action::Reject | Action::Cancel => Verdict::Overtaken,
        };
    };
    // A new-commerce transfer has line items once it is accepted, and can stay `Pending` for
    // fifteen minutes after that.
    let may_be_accepted =
        transfer.status == Some(TransferStatus::Pending) && !transfer.line_items.is_empty();
    match (transfer.phase(), action) {
        (TransferPhase::Open, Action::Accept) if may_be_accepted => Verdict::NotYetSettled,
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
    /// Reads whether an accept was applied, of either generation. Use it after an error with
    /// [`Error::may_have_been_applied`].
    ///
    /// | status of the transfer | verdict |
    /// |---|---|
    /// | `Active`, or `Pending` without line items | [`Verdict::NotApplied`] |
    /// | `Pending` with line items (a new-commerce accept adds them) | [`Verdict::NotYetSettled`] |
    /// | `InProgress` | [`Verdict::NotYetSettled`] |
    /// | `Complete`, `Completed`, `PartiallyComplete` | [`Verdict::Applied`]; see [`TransferEntity::by_subscription`] |
    /// | `Reject`, `Cancel`, `Expired`, or not found (404 with code 900100) | [`Verdict::Overtaken`] |
    /// | anything else | [`Verdict::Unknown`] |
    ///
    /// The service also answers 404 with code 900100 to ids that never existed, so "not found" is
    /// meaningful only for a transfer that was read before.
    ///
    /// ```no_run
    /// use partner_center_transfers::Verdict;
    ///
    /// # async fn example(client: partner_center_transfers::Client)
    /// # -> Result<(), partner_center_transfers::Error> {
    /// let customer = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
    /// let transfer = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";
    /// let call = client.accept_transfer().customer_id(customer).transfer_id(transfer);
    /// match call.send().await {
    ///     Err(error) if error.may_have_been_applied() => {
    ///         let confirmation = client.confirm_accept(customer, transfer).await?;
    ///         if confirmation.verdict() == Verdict::NotApplied { /* send it again */ }
    ///     }
    ///     result => drop(result?.into_inner().outcome()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The read failed with anything but "not found".
    pub async fn confirm_accept(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        transfer_id: impl TryInto<TransferId, Error: Display>,
    ) -> Result<Confirmation, Error> {
        let read = self.get_transfer().customer_id(customer_id);
        confirm(Action::Accept, read.transfer_id(transfer_id)).await
    }

    /// Reads whether a withdrawal was applied. Use it after an error with
    /// [`Error::may_have_been_applied`].
    ///
    /// A transfer that is not found (404 with code 900100) counts as withdrawn; that is inferred,
    /// because no page says what the service answers for a withdrawn transfer. It answers the same
    /// for ids that never existed and for transfers of other partners, so the verdict is
    /// meaningful only for a transfer that was read before.
    ///
    /// `Active` and `Pending` give [`Verdict::NotApplied`], `InProgress`
    /// [`Verdict::NotYetSettled`], other known states [`Verdict::Overtaken`].
    ///
    /// # Errors
    ///
    /// The read failed with anything but "not found".
    pub async fn confirm_withdraw(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        transfer_id: impl TryInto<TransferId, Error: Display>,
    ) -> Result<Confirmation, Error> {
        let read = self.get_transfer().customer_id(customer_id);
        confirm(Action::Withdraw, read.transfer_id(transfer_id)).await
    }

    /// Reads whether a rejection was applied: the transfer is `Reject` then. A transfer that is not
    /// found gives [`Verdict::Overtaken`]; other states are as for
    /// [`confirm_withdraw`](Self::confirm_withdraw).
    ///
    /// # Errors
    ///
    /// The read failed with anything but "not found".
    pub async fn confirm_reject(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        transfer_id: impl TryInto<TransferId, Error: Display>,
    ) -> Result<Confirmation, Error> {
        let read = self.get_transfer().customer_id(customer_id);
        confirm(Action::Reject, read.transfer_id(transfer_id)).await
    }

    /// Reads whether the cancellation of a new-commerce transfer was applied: the transfer is
    /// `Cancel` then, which is inferred from the request. Other states are as for
    /// [`confirm_reject`](Self::confirm_reject).
    ///
    /// # Errors
    ///
    /// The read failed with anything but "not found".
    pub async fn confirm_cancel(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        transfer_id: impl TryInto<TransferId, Error: Display>,
    ) -> Result<Confirmation, Error> {
        let read = self.get_transfer().customer_id(customer_id);
        confirm(Action::Cancel, read.transfer_id(transfer_id)).await
    }
}

async fn confirm(action: Action, read: builder::GetTransfer<'_>) -> Result<Confirmation, Error> {
    let transfer = match read.send().await {
        Ok(response) => Some(response.into_inner()),
        Err(error) if is_not_found(&error) => None,
        Err(error) => return Err(error),
    };
    Ok(Confirmation {
        verdict: judge(action, transfer.as_ref()),
        transfer,
    })
}

/// Whether the service says that the transfer does not exist. The status 404 alone can come from a
/// gateway, or be about the customer.
pub(crate) fn is_not_found(error: &Error) -> bool {
    let code = error.code().and_then(ServiceCode::as_number);
    code == Some(900_100) && error.status().is_some_and(|status| status.as_u16() == 404)
}
