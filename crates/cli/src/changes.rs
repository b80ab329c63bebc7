//! What changes something: read first, shown, asked for (`approval`), sent once, and read back
//! where the answer was lost (`lost_answer`).

use std::time::{Duration, SystemTime};

use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelTransferRequest, CreateTransferRequest, TransferEntity,
};
use partner_center_transfers::{Client, Error, Response, Verdict};

use crate::arguments::Arguments;
use crate::calls::{Accept, Change, Create, Target};
use crate::progress::Spinner;
use crate::report::{Accepted, Action, Failure, Report};
use crate::{approval, create, lost_answer};

/// The clocks of both sides may differ by this much.
const CLOCKS_DIFFER: Duration = Duration::from_secs(300);

pub(crate) async fn create(
    arguments: &Arguments,
    client: &Client,
    create: &Create,
) -> Result<Report, Failure> {
    let request = create::request(create)?;
    if approval::asks(arguments, create.approval.yes)
        && !approval::ask(Action::Create, &create::shown(&request))?
    {
        return Ok(Report::Declined);
    }
    let since = SystemTime::now().checked_sub(CLOCKS_DIFFER);
    let customer = create.customer;
    let sent = match request.clone() {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => {
            client.create_license_based_transfer(customer, request)
        }
        CreateTransferRequest::NewCommerceTransferRequest(request) => {
            client.create_new_commerce_transfer(customer, request)
        }
    };
    match send(arguments, Action::Create, sent.send()).await? {
        Ok(answer) => Ok(changed(Action::Create, answer)),
        Err(error) => {
            let read = client.confirm_create(customer, request, since).await;
            Ok(lost_answer::created(error, read))
        }
    }
}

pub(crate) async fn accept(
    arguments: &Arguments,
    client: &Client,
    accept: &Accept,
) -> Result<Report, Failure> {
    let Target { customer, transfer } = accept.change.target;
    let action = if accept.new_commerce {
        Action::AcceptNewCommerce
    } else {
        Action::Accept
    };
    let Some(before) = approval::prepare(
        arguments,
        client,
        action,
        &accept.change,
        &accept.subscription,
    )
    .await?
    else {
        return Ok(Report::Declined);
    };
    let error = if accept.new_commerce {
        let items = accept.subscription.iter().map(|(id, product)| {
            AcceptNewCommerceTransferLineItem::new(id.clone(), product.clone())
        });
        let call = client.accept_new_commerce_transfer(customer, transfer, items);
        match send(arguments, action, call.send()).await? {
            Ok(answer) => return Ok(changed(action, answer)),
            Err(error) => error,
        }
    } else {
        let call = client
            .accept_transfer()
            .customer_id(customer)
            .transfer_id(transfer);
        match send(arguments, action, call.send()).await? {
            Ok(answer) => {
                return Ok(Report::Accepted(Box::new(Accepted {
                    transfer,
                    acceptance: answer.get().clone().outcome(),
                    answer,
                    before: before.0,
                })));
            }
            Err(error) => error,
        }
    };
    let read = client.confirm_accept(customer, transfer).await;
    Ok(lost_answer::read_back(action, error, read))
}

pub(crate) async fn reject(
    arguments: &Arguments,
    client: &Client,
    change: &Change,
) -> Result<Report, Failure> {
    let Target { customer, transfer } = change.target;
    if approval::prepare(arguments, client, Action::Reject, change, &[])
        .await?
        .is_none()
    {
        return Ok(Report::Declined);
    }
    let call = client.reject_transfer(customer, transfer);
    match send(arguments, Action::Reject, call.send()).await? {
        Ok(answer) => Ok(changed(Action::Reject, answer)),
        Err(error) => {
            let read = client.confirm_reject(customer, transfer).await;
            Ok(lost_answer::read_back(Action::Reject, error, read))
        }
    }
}

pub(crate) async fn cancel(
    arguments: &Arguments,
    client: &Client,
    change: &Change,
) -> Result<Report, Failure> {
    let Target { customer, transfer } = change.target;
    let Some(before) = approval::prepare(arguments, client, Action::Cancel, change, &[]).await?
    else {
        return Ok(Report::Declined);
    };
    let before = before.0.unwrap_or_default();
    // The parties as they stand in the transfer, and the id as it was given.
    let request = CancelTransferRequest::builder()
        .id(transfer)
        .source_partner_tenant_id(before.source_partner_tenant_id)
        .target_partner_tenant_id(before.target_partner_tenant_id)
        .customer_name(before.customer_name);
    let call = client.cancel_transfer(customer, request);
    match send(arguments, Action::Cancel, call.send()).await? {
        Ok(answer) => Ok(changed(Action::Cancel, answer)),
        Err(error) => {
            let read = client.confirm_cancel(customer, transfer).await;
            Ok(lost_answer::read_back(Action::Cancel, error, read))
        }
    }
}

pub(crate) async fn withdraw(
    arguments: &Arguments,
    client: &Client,
    change: &Change,
) -> Result<Report, Failure> {
    let Target { customer, transfer } = change.target;
    let Some(before) = approval::prepare(arguments, client, Action::Withdraw, change, &[]).await?
    else {
        return Ok(Report::Declined);
    };
    let call = client
        .withdraw_transfer()
        .customer_id(customer)
        .transfer_id(transfer);
    match send(arguments, Action::Withdraw, call.send()).await? {
        Ok(answer) => Ok(Report::Withdrawn { transfer, answer }),
        Err(error) => match client.confirm_withdraw(customer, transfer).await {
            // What is not there may never have been.
            Ok(read) if read.verdict() == Verdict::Applied && before.0.is_none() => {
                Ok(lost_answer::confirmed(
                    Action::Withdraw,
                    error,
                    Verdict::Unknown,
                    "unknown: the transfer is not there, and nobody has seen it before".to_owned(),
                    None,
                ))
            }
            read => Ok(lost_answer::read_back(Action::Withdraw, error, read)),
        },
    }
}

/// Sends a change. The error inside is one after which the service may have acted; all others are
/// failures.
async fn send<T>(
    arguments: &Arguments,
    action: Action,
    call: impl Future<Output = Result<Response<T>, Error>>,
) -> Result<Result<Response<T>, Error>, Failure> {
    let _spinner = Spinner::start(arguments, "Waiting for the service");
    tokio::select! {
        answer = call => match answer {
            Err(error) if !error.may_have_been_applied() => Err(error.into()),
            answer => Ok(answer),
        },
        _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted(Some(action))),
    }
}

fn changed(action: Action, answer: Response<TransferEntity>) -> Report {
    Report::Changed {
        action,
        answer: Box::new(answer),
    }
}
