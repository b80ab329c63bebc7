//! Leave to change something: what there is now is read, shown, and asked about.
//!
//! It is read also where nobody is asked: an answer to an accept may leave out subscriptions, a
//! withdrawn transfer is told from one that never was by having been there, and one that a create
//! has made by not having been there. That read failing stops nobody who has said `--yes`.

use std::fmt::Write as _;

use partner_center_transfers::types::{CreateTransferRequest, TransferEntity, TransferProductType};
use partner_center_transfers::{Client, Error, Response};

use crate::arguments::Arguments;
use crate::calls::{Approval, Change, Create, Target};
use crate::progress::Spinner;
use crate::report::{Action, Failure};
use crate::{create, streams, text};

/// Refuses what can neither be asked nor was approved. Nothing is sent before this.
pub(crate) fn check(arguments: &Arguments, approved: bool) -> Result<(), Failure> {
    if approved || arguments.emulator || streams::can_ask() {
        return Ok(());
    }
    Err(Failure::Usage(
        "this changes something, and there is no terminal to ask on: say --yes to go ahead; \
         nothing was sent"
            .to_owned(),
    ))
}

/// What there was before, if it was read.
#[derive(Debug)]
pub(crate) struct Before<T>(pub(crate) Option<T>);

/// Reads the customer's transfers, shows what is to be created, and asks. `None` if the answer is
/// no.
pub(crate) async fn prepare_create(
    arguments: &Arguments,
    client: &Client,
    create: &Create,
    request: &CreateTransferRequest,
) -> Result<Option<Before<Response<Vec<TransferEntity>>>>, Failure> {
    let approval = create.approval;
    // What a call with this id has made may be there by now, so that no list is one of before.
    let before = if approval.no_read || approval.request_id.is_some() {
        Before(None)
    } else {
        let _spinner = Spinner::start(arguments, "Reading the customer's transfers");
        let call = client.list_transfers().customer_id(create.customer);
        match call.send().await {
            Ok(answer) => Before(Some(answer)),
            // A partner that has nothing to do with the customer yet may ask for its subscriptions,
            // and not read its transfers.
            Err(error) => unread(error, "the customer's transfers")?,
        }
    };
    if asks(arguments, approval)
        && !ask(Action::Create, &create::shown(create.customer, request)).await?
    {
        return Ok(None);
    }
    Ok(Some(before))
}

/// Reads the transfer, shows it, and asks. `None` if the answer is no.
pub(crate) async fn prepare(
    arguments: &Arguments,
    client: &Client,
    action: Action,
    change: &Change,
    handed_over: &[(String, TransferProductType)],
) -> Result<Option<Before<TransferEntity>>, Failure> {
    if change.approval.no_read {
        return Ok(Some(Before(None)));
    }
    let asks = asks(arguments, change.approval);
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
            if asks && !ask(action, &shown).await? {
                return Ok(None);
            }
            Ok(Some(Before(Some(before))))
        }
        Err(error) if asks && !would_stop_the_change(&error) => {
            streams::diagnose(
                "The transfer could not be read, so nothing was sent; --yes goes ahead all the \
                 same.\n",
            );
            Err(error.into())
        }
        Err(error) => unread(error, "the transfer").map(Some),
    }
}

/// Goes on without it, unless the change would fare no better.
fn unread<T>(error: Error, what: &str) -> Result<Before<T>, Failure> {
    if would_stop_the_change(&error) {
        return Err(error.into());
    }
    let error = text::printable(&error.to_string());
    streams::diagnose(&format!(
        "warning: {what} could not be read before: {error}\n"
    ));
    Ok(Before(None))
}

fn would_stop_the_change(error: &Error) -> bool {
    error.is_invalid_input() || error.is_configuration() || error.is_credential()
}

fn asks(arguments: &Arguments, approval: Approval) -> bool {
    !approval.yes && !arguments.emulator
}

/// Ctrl-C is heard meanwhile.
async fn ask(action: Action, shown: &str) -> Result<bool, Failure> {
    let verb = action.verb();
    let mut capital = verb[..1].to_ascii_uppercase();
    capital.push_str(&verb[1..]);
    streams::diagnose(shown);
    let question = format!("{capital} this transfer?");
    tokio::task::spawn_blocking(move || streams::ask(&question))
        .await
        .unwrap_or_else(|ended| Err(ended.into()))
        .map_err(|error| Failure::Local(format!("failed to read the answer: {error}")))
}
