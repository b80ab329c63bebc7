//! What changes something: read first, shown, asked for (`approval`), sent once, and read back
//! where the answer was lost (`lost_answer`).

use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelTransferRequest, CreateTransferRequest, TransferEntity,
};
use partner_center_transfers::{
    AcceptOutcome, Confirmation, Error, RequestId, Response, TransferPhase,
};

use crate::arguments::Arguments;
use crate::calls::{Accept, Approval, Change, Create, Target};
use crate::connection::Connection;
use crate::progress::Spinner;
use crate::report::{Accepted, Action, Failure, Report, Sent};
use crate::{approval, create, lost_answer};

pub(crate) async fn create(
    arguments: &Arguments,
    connection: &Connection,
    create: &Create,
) -> Result<Report, Failure> {
    let client = connection.client();
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
    let id = starts(connection, Action::Create, create.approval);
    match send(arguments, sent.request_id(id).send()).await? {
        Ok(answer) => Ok(changed(Action::Create, answer)),
        Err(error) => {
            let _spinner = Spinner::start(arguments, READING_BACK);
            let read = client.confirm_create(customer, request, before.0.as_ref());
            Ok(lost_answer::created(error, read.await))
        }
    }
}

pub(crate) async fn accept(
    arguments: &Arguments,
    connection: &Connection,
    accept: &Accept,
) -> Result<Report, Failure> {
    let (client, change) = (connection.client(), &accept.change);
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
    let id = starts(connection, action, change.approval);
    let read = client.confirm_accept(customer, transfer);
    if accept.new_commerce {
        let items = items.iter().map(|(id, product)| {
            AcceptNewCommerceTransferLineItem::new(id.clone(), product.clone())
        });
        let call = client.accept_new_commerce_transfer(customer, transfer, items);
        return match send(arguments, call.request_id(id).send()).await? {
            Ok(answer) => Ok(changed(action, answer)),
            Err(error) => read_back(arguments, action, change, before, error, read).await,
        };
    }
    let call = client
        .accept_transfer()
        .customer_id(customer)
        .transfer_id(transfer);
    match send(arguments, call.request_id(id).send()).await? {
        Ok(answer) => {
            let mut accepted = Accepted {
                transfer,
                acceptance: answer.get().clone().outcome(),
                answer,
                before: before.0,
                after: None,
            };
            if accepted.acceptance == AcceptOutcome::Unknown || !accepted.says_all() {
                let _spinner = Spinner::start(arguments, "Reading what became of the rest");
                let read = client.get_transfer().customer_id(customer);
                let read = read.transfer_id(transfer).send().await;
                accepted.after = read.ok().map(Response::into_inner);
                let tells = |after: &TransferEntity| {
                    after.is_settled() || after.phase() == TransferPhase::InProgress
                };
                accepted.after.take_if(|after| !tells(after));
            }
            Ok(Report::Accepted(Box::new(accepted)))
        }
        Err(error) => read_back(arguments, action, change, before, error, read).await,
    }
}

pub(crate) async fn reject(
    arguments: &Arguments,
    connection: &Connection,
    change: &Change,
) -> Result<Report, Failure> {
    let (client, action) = (connection.client(), Action::Reject);
    let Target { customer, transfer } = change.target;
    let Some(before) = approval::prepare(arguments, client, action, change, &[]).await? else {
        return Ok(Report::Declined);
    };
    let call = client.reject_transfer(customer, transfer);
    let id = starts(connection, action, change.approval);
    match send(arguments, call.request_id(id).send()).await? {
        Ok(answer) => Ok(changed(action, answer)),
        Err(error) => {
            let read = client.confirm_reject(customer, transfer);
            read_back(arguments, action, change, before, error, read).await
        }
    }
}

pub(crate) async fn cancel(
    arguments: &Arguments,
    connection: &Connection,
    change: &Change,
) -> Result<Report, Failure> {
    let (client, action) = (connection.client(), Action::Cancel);
    let Target { customer, transfer } = change.target;
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
    let id = starts(connection, action, change.approval);
    match send(arguments, call.request_id(id).send()).await? {
        Ok(answer) => Ok(changed(action, answer)),
        Err(error) => {
            let read = client.confirm_cancel(customer, transfer);
            read_back(arguments, action, change, before, error, read).await
        }
    }
}

pub(crate) async fn withdraw(
    arguments: &Arguments,
    connection: &Connection,
    change: &Change,
) -> Result<Report, Failure> {
    let (client, action) = (connection.client(), Action::Withdraw);
    let Target { customer, transfer } = change.target;
    let Some(before) = approval::prepare(arguments, client, action, change, &[]).await? else {
        return Ok(Report::Declined);
    };
    let call = client
        .withdraw_transfer()
        .customer_id(customer)
        .transfer_id(transfer);
    let id = starts(connection, action, change.approval);
    match send(arguments, call.request_id(id).send()).await? {
        Ok(answer) => Ok(Report::Withdrawn { transfer, answer }),
        Err(error) => {
            let read = client.confirm_withdraw(customer, transfer);
            read_back(arguments, action, change, before, error, read).await
        }
    }
}

/// From now on, whoever interrupts the change does not know what came of it. Gives the id of the
/// call: the one that was asked for, or a new one.
fn starts(connection: &Connection, action: Action, approval: Approval) -> RequestId {
    let request_id = approval.request_id.unwrap_or_else(RequestId::random);
    connection.sends(Sent { action, request_id });
    request_id
}

/// Sends a change. The error inside is one after which the service may have acted; all others are
/// failures.
async fn send<T>(
    arguments: &Arguments,
    call: impl Future<Output = Result<Response<T>, Error>>,
) -> Result<Result<Response<T>, Error>, Failure> {
    let _spinner = Spinner::start(arguments, "Waiting for the service");
    match call.await {
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
    let _spinner = Spinner::start(arguments, READING_BACK);
    let (id, before) = (change.target.transfer, before.0.as_ref());
    Ok(lost_answer::read_back(
        action,
        id,
        before,
        error,
        read.await,
    ))
}

fn changed(action: Action, answer: Response<TransferEntity>) -> Report {
    Report::Changed {
        action,
        answer: Box::new(answer),
    }
}
