//! The calls of a row: its change, and the reads before and after it.

use partner_center_transfers::types::{TransferEntity, TransferSubmitResult};
use partner_center_transfers::{
    Client, Confirmation, Error, KnownTransfers, RequestId, Response, Verdict,
};

use super::duplicate::duplicate;
use crate::journal::row::OpenRow;
use crate::plan::Change;

/// What the service answered to a change.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) decoded: ReplyBody,
    pub(super) status: u16,
    /// As received.
    pub(super) body: String,
}

#[derive(Debug)]
pub(super) enum ReplyBody {
    Accepted(Box<TransferSubmitResult>),
    Transfer(Box<TransferEntity>),
    Nothing,
}

impl Reply {
    fn new<T>(response: Response<T>, decoded: impl FnOnce(T) -> ReplyBody) -> Self {
        Self {
            status: response.status().as_u16(),
            body: text(response.body()),
            decoded: decoded(response.into_inner()),
        }
    }
}

/// The body as text. Most are UTF-8, which is checked faster than it is repaired.
fn text(body: &[u8]) -> String {
    str::from_utf8(body).map_or_else(
        |_| String::from_utf8_lossy(body).into_owned(),
        str::to_owned,
    )
}

fn transfer(entity: TransferEntity) -> ReplyBody {
    ReplyBody::Transfer(Box::new(entity))
}

/// Sends the change of a row.
pub(super) async fn send(
    client: &Client,
    row: &OpenRow,
    request_id: RequestId,
) -> Result<Reply, Error> {
    let customer = row.customer;
    match &row.change {
        Change::CreateLicenseBased(request) => {
            let call = client.create_license_based_transfer(customer, request.clone());
            let response = call.request_id(request_id).send().await?;
            Ok(Reply::new(response, transfer))
        }
        Change::CreateNewCommerce(request) => {
            let call = client.create_new_commerce_transfer(customer, request.clone());
            let response = call.request_id(request_id).send().await?;
            Ok(Reply::new(response, transfer))
        }
        Change::Accept { transfer } => {
            let call = client.accept_transfer().customer_id(customer);
            let call = call.transfer_id(*transfer).request_id(request_id);
            Ok(Reply::new(call.send().await?, |result| {
                ReplyBody::Accepted(Box::new(result))
            }))
        }
        Change::AcceptNewCommerce {
            transfer: id,
            line_items,
        } => {
            let call = client.accept_new_commerce_transfer(customer, *id, line_items.clone());
            let response = call.request_id(request_id).send().await?;
            Ok(Reply::new(response, transfer))
        }
        Change::Reject { transfer: id } => {
            let call = client.reject_transfer(customer, *id);
            let response = call.request_id(request_id).send().await?;
            Ok(Reply::new(response, transfer))
        }
        Change::Cancel(request) => {
            let call = client.cancel_transfer(customer, request.clone());
            let response = call.request_id(request_id).send().await?;
            Ok(Reply::new(response, transfer))
        }
        Change::Withdraw { transfer } => {
            let call = client.withdraw_transfer().customer_id(customer);
            let call = call.transfer_id(*transfer).request_id(request_id);
            Ok(Reply::new(call.send().await?, |()| ReplyBody::Nothing))
        }
    }
}

/// Whether something must be read before the change is sent, so that a later read can show whether
/// it was applied: the customer's transfers before a create, and the transfer before a withdrawal.
/// Afterwards a withdrawn transfer cannot be distinguished from one that never existed.
pub(super) fn needs_read_before(change: &Change) -> bool {
    matches!(
        change,
        Change::CreateLicenseBased(_) | Change::CreateNewCommerce(_) | Change::Withdraw { .. }
    )
}

/// What was read before the change of a row.
#[derive(Debug)]
pub(super) struct Before {
    /// What [`confirm`] needs to know, as JSON.
    pub(super) json: String,
    /// Why a create is not sent.
    pub(super) duplicate: Option<String>,
}

/// Reads what must be known from before the change. `caller` is the tenant of the calling partner.
pub(super) async fn read_before(
    client: &Client,
    caller: Option<&str>,
    row: &OpenRow,
) -> Result<Before, Error> {
    let mut found = None;
    let json = match row.change.transfer() {
        None => {
            let list = client.list_transfers().customer_id(row.customer);
            let list = list.send().await?;
            found = duplicate(&row.change, caller, list.get());
            serde_json::to_string(&KnownTransfers::from(&list))
        }
        Some(id) => {
            let read = client.get_transfer().customer_id(row.customer);
            let transfer = read.transfer_id(id).send().await?;
            serde_json::to_string(transfer.get())
        }
    };
    // Both are made of texts, numbers and lists, which always are JSON.
    Ok(Before {
        json: json.unwrap_or_default(),
        duplicate: found,
    })
}

/// What a read shows about a change.
#[derive(Debug)]
pub(super) struct Confirmed {
    pub(super) verdict: Verdict,
    pub(super) transfer: Option<Box<TransferEntity>>,
    /// One sentence.
    pub(super) text: String,
}

impl From<Confirmation> for Confirmed {
    fn from(confirmation: Confirmation) -> Self {
        Self {
            verdict: confirmation.verdict(),
            text: confirmation.to_string(),
            transfer: confirmation.into_transfer().map(Box::new),
        }
    }
}

/// Reads whether the change of a row was applied.
pub(super) async fn confirm(client: &Client, row: &OpenRow) -> Result<Confirmed, Error> {
    let customer = row.customer;
    let confirmation = match &row.change {
        Change::CreateLicenseBased(request) => {
            return confirm_create(client, row, request.clone()).await;
        }
        Change::CreateNewCommerce(request) => {
            return confirm_create(client, row, request.clone()).await;
        }
        Change::Accept { transfer } | Change::AcceptNewCommerce { transfer, .. } => {
            client.confirm_accept(customer, *transfer).await?
        }
        Change::Reject { transfer } => client.confirm_reject(customer, *transfer).await?,
        Change::Cancel(request) => client.confirm_cancel(customer, request.id).await?,
        Change::Withdraw { transfer } => client.confirm_withdraw(customer, *transfer).await?,
    };
    Ok(confirmation.into())
}

async fn confirm_create(
    client: &Client,
    row: &OpenRow,
    request: impl Into<partner_center_transfers::types::CreateTransferRequest>,
) -> Result<Confirmed, Error> {
    let before = row.before.as_deref().unwrap_or_default();
    let before: Option<KnownTransfers> = serde_json::from_str(before).ok();
    let customer = row.customer;
    let confirmation = match before {
        Some(before) => {
            client
                .confirm_create_since(customer, request, &before)
                .await
        }
        None => client.confirm_create(customer, request, None).await,
    }?;
    Ok(Confirmed {
        verdict: confirmation.verdict(),
        text: confirmation.to_string(),
        transfer: confirmation.transfer().cloned().map(Box::new),
    })
}
