//! What changes something: read first, shown, asked for, sent once, and read back where the answer
//! was lost.
//!
//! The transfer is read first also where nobody is asked: an answer to an accept may leave out
//! subscriptions, and a withdrawn transfer is told from one that never was by having been there.
//! That read failing stops nobody who has said `--yes`.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelTransferRequest, CreateTransferRequest,
    TransferEntity, TransferProductType,
};
use partner_center_transfers::{Client, Confirmation, Error, Response, Verdict};

use crate::arguments::Arguments;
use crate::calls::{Accept, Change, Create, Target};
use crate::create;
use crate::progress::Spinner;
use crate::report::{Accepted, Action, Confirmed, Failure, Report};
use crate::streams;
use crate::text;

/// The clocks of both sides may differ by this much.
const CLOCKS_DIFFER: Duration = Duration::from_secs(300);

/// Refuses what can neither be asked nor was approved. Nothing is sent before this.
pub(crate) fn check_approval(arguments: &Arguments, approved: bool) -> Result<(), Failure> {
    if approved || arguments.emulator || streams::can_ask() {
        return Ok(());
    }
    Err(Failure::Usage(
        "this changes something, and there is no terminal to ask on: say --yes to go ahead; \
         nothing was sent"
            .to_owned(),
    ))
}

pub(crate) async fn create(
    arguments: &Arguments,
    client: &Client,
    create: &Create,
) -> Result<Report, Failure> {
    let request = create::request(create)?;
    if asks(arguments, create.approval.yes) && !ask(Action::Create, &create::shown(&request))? {
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
            let found = client.confirm_create(customer, request, since).await;
            let (verdict, sentence, transfer) = match found {
                Err(error) => (Verdict::Unknown, unreadable(&error), None),
                Ok(mut found) => match (found.pop(), found.len()) {
                    (None, _) => (
                        Verdict::NotApplied,
                        "not applied: no transfer has this content".to_owned(),
                        None,
                    ),
                    (Some(transfer), 0) => (
                        Verdict::Applied,
                        "applied: one new transfer has this content".to_owned(),
                        Some(transfer),
                    ),
                    (Some(_), others) => (
                        Verdict::Unknown,
                        format!("unknown: {} new transfers have this content", others + 1),
                        None,
                    ),
                },
            };
            Ok(confirmed(
                Action::Create,
                error,
                verdict,
                sentence,
                transfer,
            ))
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
    let Some(before) = prepare(
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
    Ok(read_back(action, error, read))
}

pub(crate) async fn reject(
    arguments: &Arguments,
    client: &Client,
    change: &Change,
) -> Result<Report, Failure> {
    let Target { customer, transfer } = change.target;
    if prepare(arguments, client, Action::Reject, change, &[])
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
            Ok(read_back(Action::Reject, error, read))
        }
    }
}

pub(crate) async fn cancel(
    arguments: &Arguments,
    client: &Client,
    change: &Change,
) -> Result<Report, Failure> {
    let Target { customer, transfer } = change.target;
    let Some(before) = prepare(arguments, client, Action::Cancel, change, &[]).await? else {
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
            Ok(read_back(Action::Cancel, error, read))
        }
    }
}

pub(crate) async fn withdraw(
    arguments: &Arguments,
    client: &Client,
    change: &Change,
) -> Result<Report, Failure> {
    let Target { customer, transfer } = change.target;
    let Some(before) = prepare(arguments, client, Action::Withdraw, change, &[]).await? else {
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
            Ok(read) if read.verdict() == Verdict::Applied && before.0.is_none() => Ok(confirmed(
                Action::Withdraw,
                error,
                Verdict::Unknown,
                "unknown: the transfer is not there, and nobody has seen it before".to_owned(),
                None,
            )),
            read => Ok(read_back(Action::Withdraw, error, read)),
        },
    }
}

/// The transfer as it was before, if it was read.
struct Before(Option<TransferEntity>);

/// Reads the transfer, shows it, and asks. `None` if the answer is no.
async fn prepare(
    arguments: &Arguments,
    client: &Client,
    action: Action,
    change: &Change,
    handed_over: &[(String, TransferProductType)],
) -> Result<Option<Before>, Failure> {
    if change.no_read {
        return Ok(Some(Before(None)));
    }
    let asks = asks(arguments, change.approval.yes);
    let read = {
        let _spinner = Spinner::start(arguments, "Reading the transfer");
        let Target { customer, transfer } = change.target;
        let call = client
            .get_transfer()
            .customer_id(customer)
            .transfer_id(transfer);
        call.send().await
    };
    match read {
        Ok(answer) => {
            let before = answer.into_inner();
            let mut shown = text::transfer(&before);
            for (subscription, product) in handed_over {
                let subscription = text::printable(subscription);
                let _ = writeln!(shown, "Hands over {subscription} ({product})");
            }
            if asks && !ask(action, &shown)? {
                return Ok(None);
            }
            Ok(Some(Before(Some(before))))
        }
        // The change would fare no better.
        Err(error)
            if error.is_invalid_input() || error.is_configuration() || error.is_credential() =>
        {
            Err(error.into())
        }
        Err(error) if asks => {
            streams::diagnose(
                "The transfer could not be read, so nothing was sent; --yes goes ahead all the \
                 same.\n",
            );
            Err(error.into())
        }
        Err(error) => {
            let error = text::printable(&error.to_string());
            streams::diagnose(&format!(
                "warning: the transfer could not be read before: {error}\n"
            ));
            Ok(Some(Before(None)))
        }
    }
}

fn asks(arguments: &Arguments, approved: bool) -> bool {
    !approved && !arguments.emulator
}

fn ask(action: Action, shown: &str) -> Result<bool, Failure> {
    let verb = action.verb();
    let mut capital = verb[..1].to_ascii_uppercase();
    capital.push_str(&verb[1..]);
    streams::diagnose(shown);
    streams::ask(&format!("{capital} this transfer?"))
        .map_err(|error| Failure::Local(format!("failed to read the answer: {error}")))
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

fn read_back(action: Action, error: Error, read: Result<Confirmation, Error>) -> Report {
    match read {
        Ok(read) => {
            let (verdict, sentence) = (read.verdict(), read.to_string());
            confirmed(action, error, verdict, sentence, read.into_transfer())
        }
        Err(unread) => confirmed(action, error, Verdict::Unknown, unreadable(&unread), None),
    }
}

fn unreadable(error: &Error) -> String {
    format!("unknown: reading back failed too: {error}")
}

fn confirmed(
    action: Action,
    error: Error,
    verdict: Verdict,
    sentence: String,
    transfer: Option<TransferEntity>,
) -> Report {
    Report::Confirmed(Box::new(Confirmed {
        action,
        error,
        verdict,
        sentence,
        transfer,
    }))
}
