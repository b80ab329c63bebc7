//! What changes something: read first, shown, asked for (`approval`), sent once, and read back
//! where the answer was lost (`lost_answer`).

use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelTransferRequest, CreateTransferRequest, TransferEntity,
};
use partner_center_transfers::{Client, Confirmation, Error, RequestId, Response};

use crate::arguments::Arguments;
use crate::calls::{Accept, Change, Create, Target};
use crate::progress::Spinner;
use crate::report::{Accepted, Action, Failure, Report};
use crate::{approval, create, lost_answer};

pub(crate) async fn create(
    arguments: &Arguments,
    client: &Client,
    create: &Create,
) -> Result<Report, Failure> {
    let request = create::request(create)?;
    let customer = create.customer;
    let Some(before) = approval::prepare_create(arguments, client, create, &request).await? else {
        return Ok(Report::Declined);
    };
    let sent = match request.clone() {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => {
            client.create_license_based_transfer(customer, request)
        }
        CreateTransferRequest::NewCommerceTransferRequest(request) => {
            client.create_new_commerce_transfer(customer, request)
        }
    };
    let sent = sent.request_id(request_id(create.approval.request_id));
    match send(arguments, Action::Create, sent.send()).await? {
        Ok(answer) => Ok(changed(Action::Create, answer)),
        Err(error) => {
            let read = client.confirm_create(customer, request, before.0.as_deref());
            let read = unless_interrupted(arguments, Action::Create, READING_BACK, read).await?;
            Ok(lost_answer::created(error, read))
        }
    }
}

pub(crate) async fn accept(
    arguments: &Arguments,
    client: &Client,
    accept: &Accept,
) -> Result<Report, Failure> {
    let change = &accept.change;
    let Target { customer, transfer } = change.target;
    let action = if accept.new_commerce {
        Action::AcceptNewCommerce
    } else {
        Action::Accept
    };
    let items = &accept.subscription;
    let Some(before) = approval::prepare(arguments, client, action, change, items).await? else {
        return Ok(Report::Declined);
    };
    let id = request_id(change.approval.request_id);
    let read = client.confirm_accept(customer, transfer);
    if accept.new_commerce {
        let items = items.iter().map(|(id, product)| {
            AcceptNewCommerceTransferLineItem::new(id.clone(), product.clone())
        });
        let call = client.accept_new_commerce_transfer(customer, transfer, items);
        return match send(arguments, action, call.request_id(id).send()).await? {
            Ok(answer) => Ok(changed(action, answer)),
            Err(error) => read_back(arguments, action, change, before, error, read).await,
        };
    }
    let call = client
        .accept_transfer()
        .customer_id(customer)
        .transfer_id(transfer);
    match send(arguments, action, call.request_id(id).send()).await? {
        Ok(answer) => Ok(Report::Accepted(Box::new(Accepted {
            transfer,
            acceptance: answer.get().clone().outcome(),
            answer,
            before: before.0,
        }))),
        Err(error) => read_back(arguments, action, change, before, error, read).await,
    }
}

pub(crate) async fn reject(
    arguments: &Arguments,
    client: &Client,
    change: &Change,
) -> Result<Report, Failure> {
    let (action, Target { customer, transfer }) = (Action::Reject, change.target);
    let Some(before) = approval::prepare(arguments, client, action, change, &[]).await? else {
        return Ok(Report::Declined);
    };
    let call = client.reject_transfer(customer, transfer);
    let call = call.request_id(request_id(change.approval.request_id));
    match send(arguments, action, call.send()).await? {
        Ok(answer) => Ok(changed(action, answer)),
        Err(error) => {
            let read = client.confirm_reject(customer, transfer);
            read_back(arguments, action, change, before, error, read).await
        }
    }
}

pub(crate) async fn cancel(
    arguments: &Arguments,
    client: &Client,
    change: &Change,
) -> Result<Report, Failure> {
    let (action, Target { customer, transfer }) = (Action::Cancel, change.target);
    let Some(before) = approval::prepare(arguments, client, action, change, &[]).await? else {
        return Ok(Report::Declined);
    };
    // The parties as they stand in the transfer, and the id as it was given.
    let parties = before.0.clone().unwrap_or_default();
    let request = CancelTransferRequest::builder()
        .id(transfer)
        .source_partner_tenant_id(parties.source_partner_tenant_id)
        .target_partner_tenant_id(parties.target_partner_tenant_id)
        .customer_name(parties.customer_name);
    let call = client.cancel_transfer(customer, request);
    let call = call.request_id(request_id(change.approval.request_id));
    match send(arguments, action, call.send()).await? {
        Ok(answer) => Ok(changed(action, answer)),
        Err(error) => {
            let read = client.confirm_cancel(customer, transfer);
            read_back(arguments, action, change, before, error, read).await
        }
    }
}

pub(crate) async fn withdraw(
    arguments: &Arguments,
    client: &Client,
    change: &Change,
) -> Result<Report, Failure> {
    let (action, Target { customer, transfer }) = (Action::Withdraw, change.target);
    let Some(before) = approval::prepare(arguments, client, action, change, &[]).await? else {
        return Ok(Report::Declined);
    };
    let call = client
        .withdraw_transfer()
        .customer_id(customer)
        .transfer_id(transfer)
        .request_id(request_id(change.approval.request_id));
    match send(arguments, action, call.send()).await? {
        Ok(answer) => Ok(Report::Withdrawn { transfer, answer }),
        Err(error) => {
            let read = client.confirm_withdraw(customer, transfer);
            read_back(arguments, action, change, before, error, read).await
        }
    }
}

/// The one that was asked for, or a new one.
fn request_id(asked: Option<RequestId>) -> RequestId {
    asked.unwrap_or_else(RequestId::random)
}

/// Sends a change. The error inside is one after which the service may have acted; all others are
/// failures.
async fn send<T>(
    arguments: &Arguments,
    action: Action,
    call: impl Future<Output = Result<Response<T>, Error>>,
) -> Result<Result<Response<T>, Error>, Failure> {
    match unless_interrupted(arguments, action, "Waiting for the service", call).await? {
        Err(error) if !error.may_have_been_applied() => Err(error.into()),
        answer => Ok(answer),
    }
}

const READING_BACK: &str = "The answer was lost; reading back";

async fn read_back(
    arguments: &Arguments,
    action: Action,
    change: &Change,
    before: approval::Before<TransferEntity>,
    error: Error,
    read: impl Future<Output = Result<Confirmation, Error>>,
) -> Result<Report, Failure> {
    let id = change.target.transfer;
    let read = unless_interrupted(arguments, action, READING_BACK, read).await?;
    Ok(lost_answer::read_back(
        action,
        id,
        before.0.as_ref(),
        error,
        read,
    ))
}

/// From the moment at which a change is sent, whoever interrupts it does not know what came of it.
async fn unless_interrupted<T>(
    arguments: &Arguments,
    action: Action,
    what: &str,
    work: impl Future<Output = T>,
) -> Result<T, Failure> {
    let _spinner = Spinner::start(arguments, what);
    tokio::select! {
        done = work => Ok(done),
        _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted(Some(action))),
    }
}

fn changed(action: Action, answer: Response<TransferEntity>) -> Report {
    Report::Changed {
        action,
        answer: Box::new(answer),
    }
}
