//! The changes that commands make: how each is sent, and how its effect is read back.

use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelTransferRequest, CreateTransferRequest, CustomerId,
    TransferEntity,
};
use partner_center_transfers::{
    AcceptOutcome, Client, Error, RequestId, Response, TransferPhase, Verdict,
};

use crate::arguments::{LineItem, Target};
use crate::outcome::Action;
use crate::report::{AcceptReport, ReadBackReport, Report};

/// A change that is ready to be sent.
#[derive(Debug)]
pub(super) enum Mutation<'a> {
    Create(NewTransfer),
    Update(Target, Update<'a>),
}

/// A transfer to create.
#[derive(Debug)]
pub(super) struct NewTransfer {
    pub(super) customer: CustomerId,
    pub(super) request: CreateTransferRequest,
    /// Whether the request is from a file, and not from options.
    pub(super) is_from_file: bool,
    /// Whether it is created even if an open transfer does the same.
    pub(super) allow_duplicate: bool,
}

/// A change to an existing transfer.
#[derive(Debug)]
pub(super) enum Update<'a> {
    Accept,
    AcceptNewCommerce(&'a [LineItem]),
    Reject,
    Cancel,
    Withdraw,
}

/// The state before a change, if it was read.
#[derive(Debug, Default)]
pub(super) struct StateBefore {
    /// The transfer that is changed.
    pub(super) transfer: Option<TransferEntity>,
    /// All transfers of the customer, before a create.
    pub(super) transfers: Option<Response<Vec<TransferEntity>>>,
}

impl Mutation<'_> {
    pub(super) fn action(&self) -> Action {
        match self {
            Self::Create(..) => Action::Create,
            Self::Update(_, Update::Accept) => Action::Accept,
            Self::Update(_, Update::AcceptNewCommerce(_)) => Action::AcceptNewCommerce,
            Self::Update(_, Update::Reject) => Action::Reject,
            Self::Update(_, Update::Cancel) => Action::Cancel,
            Self::Update(_, Update::Withdraw) => Action::Withdraw,
        }
    }

    /// Reads the state that the change applies to.
    pub(super) async fn read_before(&self, client: &Client) -> Result<StateBefore, Error> {
        let mut before = StateBefore::default();
        match self {
            Self::Create(new) => {
                let call = client.list_transfers().customer_id(new.customer);
                before.transfers = Some(call.send().await?);
            }
            Self::Update(target, _) => {
                before.transfer = Some(read_transfer(client, *target).await?);
            }
        }
        Ok(before)
    }

    /// Sends the change with this `MS-RequestId`.
    pub(super) async fn send(
        &self,
        client: &Client,
        id: RequestId,
        before: &StateBefore,
    ) -> Result<Report, Error> {
        let call = match self {
            Self::Create(new) => {
                let customer = new.customer;
                let call = match new.request.clone() {
                    CreateTransferRequest::LicenseBasedTransferRequest(request) => {
                        client.create_license_based_transfer(customer, request)
                    }
                    CreateTransferRequest::NewCommerceTransferRequest(request) => {
                        client.create_new_commerce_transfer(customer, request)
                    }
                };
                let response = Box::new(call.request_id(id).send().await?);
                let action = Action::Create;
                return Ok(Report::Changed {
                    action,
                    response,
                    next: None,
                });
            }
            Self::Update(target, Update::Accept) => {
                return accept(client, *target, id, before).await;
            }
            &Self::Update(Target { customer, transfer }, Update::Withdraw) => {
                let call = client.withdraw_transfer().customer_id(customer);
                let call = call.transfer_id(transfer).request_id(id);
                let response = call.send().await?;
                return Ok(Report::Withdrawn { transfer, response });
            }
            Self::Update(target, Update::AcceptNewCommerce(items)) => {
                let items = items.iter().map(|(subscription, product)| {
                    AcceptNewCommerceTransferLineItem::new(subscription.clone(), product.clone())
                });
                client.accept_new_commerce_transfer(target.customer, target.transfer, items)
            }
            Self::Update(target, Update::Reject) => {
                client.reject_transfer(target.customer, target.transfer)
            }
            Self::Update(target, Update::Cancel) => {
                // The partners and the name from the transfer, the id as it was given.
                let parties = before.transfer.clone().unwrap_or_default();
                let request = CancelTransferRequest::builder()
                    .id(target.transfer)
                    .source_partner_tenant_id(parties.source_partner_tenant_id)
                    .target_partner_tenant_id(parties.target_partner_tenant_id)
                    .customer_name(parties.customer_name);
                client.cancel_transfer(target.customer, request)
            }
        };
        let response = Box::new(call.request_id(id).send().await?);
        let action = self.action();
        Ok(Report::Changed {
            action,
            response,
            next: None,
        })
    }

    /// Reads back whether the change was applied, after its response was lost with `error`.
    pub(super) async fn read_back(
        &self,
        client: &Client,
        before: &StateBefore,
        error: Error,
    ) -> ReadBackReport {
        let read = match self {
            Self::Create(new) => {
                let list = before.transfers.as_ref();
                let read = client
                    .confirm_create(new.customer, new.request.clone(), list)
                    .await;
                read.map(|read| (read.verdict(), read.to_string(), read.into_transfers()))
            }
            Self::Update(target, update) => {
                confirm_update(client, *target, update, before.transfer.is_some()).await
            }
        };
        let (verdict, message, transfers) = read.unwrap_or_else(|error| {
            let message = format!("unknown: reading the state back failed too: {error}");
            (Verdict::Unknown, message, Vec::new())
        });
        ReadBackReport {
            action: self.action(),
            transfer: match self {
                Self::Create(..) => None,
                Self::Update(target, _) => Some(target.transfer),
            },
            error,
            verdict,
            message,
            transfers,
            next: None,
        }
    }
}

/// The verdict, its explanation, and the transfer if it was found.
async fn confirm_update(
    client: &Client,
    Target { customer, transfer }: Target,
    update: &Update<'_>,
    was_found_before: bool,
) -> Result<(Verdict, String, Vec<TransferEntity>), Error> {
    let read = match update {
        Update::Accept | Update::AcceptNewCommerce(_) => {
            client.confirm_accept(customer, transfer).await?
        }
        Update::Reject => client.confirm_reject(customer, transfer).await?,
        Update::Cancel => client.confirm_cancel(customer, transfer).await?,
        Update::Withdraw => client.confirm_withdraw(customer, transfer).await?,
    };
    if read.transfer().is_none() && !was_found_before {
        // It may never have existed.
        let message = "unknown: the transfer was not found, and it was not read before the change";
        return Ok((Verdict::Unknown, message.to_owned(), Vec::new()));
    }
    let (verdict, message) = (read.verdict(), read.to_string());
    Ok((verdict, message, read.into_transfer().into_iter().collect()))
}

/// Accepts a license-based transfer. If the response does not give the result of each
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
        customer: target.customer,
        transfer: target.transfer,
        outcome: response.get().clone().outcome(),
        response,
        before: before.transfer.clone(),
        after: None,
        next: None,
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
