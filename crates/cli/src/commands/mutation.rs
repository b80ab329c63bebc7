//! The changes that commands make: how each is sent, and how its effect is read back.

use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelTransferRequest, CreateTransferRequest, CustomerId,
    TransferEntity,
};
use partner_center_transfers::{
    AcceptOutcome, Client, Confirmation, Error, RequestId, Response, TransferPhase, Verdict,
};

use crate::arguments::{LineItem, Target};
use crate::outcome::Action;
use crate::report::{AcceptReport, ReadBackReport, Report};

/// A change that is ready to be sent.
#[derive(Debug)]
pub(super) enum Mutation<'a> {
    Create(CustomerId, CreateTransferRequest),
    Accept(Target),
    AcceptNewCommerce(Target, &'a [LineItem]),
    Reject(Target),
    Cancel(Target),
    Withdraw(Target),
}

/// The state before a change.
#[derive(Debug)]
pub(super) enum StateBefore {
    NotRead,
    Transfer(Box<TransferEntity>),
    /// All transfers of the customer, before a create.
    Transfers(Box<Response<Vec<TransferEntity>>>),
}

impl StateBefore {
    pub(super) fn transfer(&self) -> Option<&TransferEntity> {
        match self {
            Self::Transfer(transfer) => Some(transfer),
            Self::NotRead | Self::Transfers(_) => None,
        }
    }

    fn transfers(&self) -> Option<&Response<Vec<TransferEntity>>> {
        match self {
            Self::Transfers(response) => Some(response),
            Self::NotRead | Self::Transfer(_) => None,
        }
    }
}

impl Mutation<'_> {
    pub(super) fn action(&self) -> Action {
        match self {
            Self::Create(..) => Action::Create,
            Self::Accept(_) => Action::Accept,
            Self::AcceptNewCommerce(..) => Action::AcceptNewCommerce,
            Self::Reject(_) => Action::Reject,
            Self::Cancel(_) => Action::Cancel,
            Self::Withdraw(_) => Action::Withdraw,
        }
    }

    /// Reads the state that the change applies to.
    pub(super) async fn read_before(&self, client: &Client) -> Result<StateBefore, Error> {
        match *self {
            Self::Create(customer, _) => {
                let response = client.list_transfers().customer_id(customer).send().await?;
                Ok(StateBefore::Transfers(Box::new(response)))
            }
            Self::Accept(target)
            | Self::AcceptNewCommerce(target, _)
            | Self::Reject(target)
            | Self::Cancel(target)
            | Self::Withdraw(target) => {
                let transfer = read_transfer(client, target).await?;
                Ok(StateBefore::Transfer(Box::new(transfer)))
            }
        }
    }

    /// Sends the change with this `MS-RequestId`.
    pub(super) async fn send(
        &self,
        client: &Client,
        id: RequestId,
        before: &StateBefore,
    ) -> Result<Report, Error> {
        let response = match *self {
            Self::Accept(target) => return accept(client, target, id, before).await,
            Self::Withdraw(Target { customer, transfer }) => {
                let call = client.withdraw_transfer().customer_id(customer);
                let call = call.transfer_id(transfer).request_id(id);
                let response = call.send().await?;
                return Ok(Report::Withdrawn { transfer, response });
            }
            Self::Create(customer, ref request) => {
                let call = match request.clone() {
                    CreateTransferRequest::LicenseBasedTransferRequest(request) => {
                        client.create_license_based_transfer(customer, request)
                    }
                    CreateTransferRequest::NewCommerceTransferRequest(request) => {
                        client.create_new_commerce_transfer(customer, request)
                    }
                };
                call.request_id(id).send().await?
            }
            Self::AcceptNewCommerce(Target { customer, transfer }, items) => {
                let items = items.iter().map(|(subscription, product)| {
                    AcceptNewCommerceTransferLineItem::new(subscription.clone(), product.clone())
                });
                let call = client.accept_new_commerce_transfer(customer, transfer, items);
                call.request_id(id).send().await?
            }
            Self::Reject(Target { customer, transfer }) => {
                let call = client.reject_transfer(customer, transfer);
                call.request_id(id).send().await?
            }
            Self::Cancel(Target { customer, transfer }) => {
                // The partners and the name from the transfer, the id as it was given.
                let parties = before.transfer().cloned().unwrap_or_default();
                let request = CancelTransferRequest::builder()
                    .id(transfer)
                    .source_partner_tenant_id(parties.source_partner_tenant_id)
                    .target_partner_tenant_id(parties.target_partner_tenant_id)
                    .customer_name(parties.customer_name);
                let call = client.cancel_transfer(customer, request);
                call.request_id(id).send().await?
            }
        };
        Ok(Report::Changed {
            action: self.action(),
            response: Box::new(response),
        })
    }

    /// Reads back whether the change was applied, after its response was lost with `error`.
    pub(super) async fn read_back(
        &self,
        client: &Client,
        before: &StateBefore,
        error: Error,
    ) -> ReadBackReport {
        let (transfer, read) = match *self {
            Self::Create(customer, ref request) => {
                let request = request.clone();
                let read = client
                    .confirm_create(customer, request, before.transfers())
                    .await
                    .map(|read| (read.verdict(), read.to_string(), read.into_transfers()));
                (None, read)
            }
            Self::Accept(target) | Self::AcceptNewCommerce(target, _) => {
                let read = client.confirm_accept(target.customer, target.transfer);
                (Some(target.transfer), transfer_found(read.await, before))
            }
            Self::Reject(target) => {
                let read = client.confirm_reject(target.customer, target.transfer);
                (Some(target.transfer), transfer_found(read.await, before))
            }
            Self::Cancel(target) => {
                let read = client.confirm_cancel(target.customer, target.transfer);
                (Some(target.transfer), transfer_found(read.await, before))
            }
            Self::Withdraw(target) => {
                let read = client.confirm_withdraw(target.customer, target.transfer);
                (Some(target.transfer), transfer_found(read.await, before))
            }
        };
        let (verdict, message, transfers) = read.unwrap_or_else(|error| {
            let message = format!("unknown: reading the state back failed too: {error}");
            (Verdict::Unknown, message, Vec::new())
        });
        ReadBackReport {
            action: self.action(),
            transfer,
            error,
            verdict,
            message,
            transfers,
        }
    }
}

/// The verdict, its explanation, and the transfers that were found.
type Found = (Verdict, String, Vec<TransferEntity>);

fn transfer_found(read: Result<Confirmation, Error>, before: &StateBefore) -> Result<Found, Error> {
    let read = read?;
    if read.transfer().is_none() && before.transfer().is_none() {
        // A transfer that was never seen may not exist at all.
        let message = "unknown: the transfer was not found, and it was not read before the change";
        return Ok((Verdict::Unknown, message.to_owned(), Vec::new()));
    }
    let (verdict, message) = (read.verdict(), read.to_string());
    Ok((verdict, message, read.into_transfer().into_iter().collect()))
}

/// Accepts a licence-based transfer. If the response does not give the result of each
/// subscription, the transfer is read again.
async fn accept(
    client: &Client,
    target: Target,
    id: RequestId,
    before: &StateBefore,
) -> Result<Report, Error> {
    let call = client.accept_transfer().customer_id(target.customer);
    let call = call.transfer_id(target.transfer).request_id(id);
    let response = call.send().await?;
    let mut report = AcceptReport {
        transfer: target.transfer,
        outcome: response.get().clone().outcome(),
        response,
        before: before.transfer().cloned(),
        after: None,
    };
    if report.outcome == AcceptOutcome::Unknown || !report.mentions_all() {
        let after = read_transfer(client, target).await.ok();
        report.after = after.filter(|transfer| {
            transfer.is_settled() || transfer.phase() == TransferPhase::InProgress
        });
    }
    Ok(Report::Accepted(Box::new(report)))
}

async fn read_transfer(client: &Client, target: Target) -> Result<TransferEntity, Error> {
    let call = client.get_transfer().customer_id(target.customer);
    let response = call.transfer_id(target.transfer).send().await?;
    Ok(response.into_inner())
}
