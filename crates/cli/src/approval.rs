//! Leave to change something: the transfer is read, shown, and asked about.
//!
//! It is read also where nobody is asked: an answer to an accept may leave out subscriptions, and a
//! withdrawn transfer is told from one that never was by having been there. That read failing
//! stops nobody who has said `--yes`.

use std::fmt::Write as _;

use partner_center_transfers::Client;
use partner_center_transfers::types::{TransferEntity, TransferProductType};

use crate::arguments::Arguments;
use crate::calls::{Change, Target};
use crate::progress::Spinner;
use crate::report::{Action, Failure};
use crate::{streams, text};

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

/// The transfer as it was before, if it was read.
#[derive(Debug)]
pub(crate) struct Before(pub(crate) Option<TransferEntity>);

/// Reads the transfer, shows it, and asks. `None` if the answer is no.
pub(crate) async fn prepare(
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

pub(crate) fn asks(arguments: &Arguments, approved: bool) -> bool {
    !approved && !arguments.emulator
}

pub(crate) fn ask(action: Action, shown: &str) -> Result<bool, Failure> {
    let verb = action.verb();
    let mut capital = verb[..1].to_ascii_uppercase();
    capital.push_str(&verb[1..]);
    streams::diagnose(shown);
    streams::ask(&format!("{capital} this transfer?"))
        .map_err(|error| Failure::Local(format!("failed to read the answer: {error}")))
}
