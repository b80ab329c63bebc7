//! Before a change: reads the current state, shows it, and asks for confirmation.
//!
//! The state is read even without a question. After an accept, it shows which subscriptions are
//! missing in the response. After a lost response, it distinguishes a withdrawn transfer from one
//! that never existed, and a created transfer from an older one. A failed read prints a warning and
//! does not stop a change that was confirmed with `--yes`.

use std::fmt::Write as _;

use partner_center_transfers::Error;

use super::context::Context;
use super::mutation::{Mutation, StateBefore, Update};
use crate::arguments::{ConfirmOptions, GlobalOptions};
use crate::failure::{Failure, message_of};
use crate::outcome::Action;
use crate::{output, terminal};

/// Fails if confirmation is required but there is no terminal to ask on. Nothing is sent before
/// this check.
pub(super) fn check(global: &GlobalOptions, options: ConfirmOptions) -> Result<(), Failure> {
    if !asks(global, options) || terminal::can_ask() {
        return Ok(());
    }
    Err(Failure::Usage(
        "confirmation is required, but there is no terminal to ask on: add --yes to proceed; \
         nothing was sent"
            .to_owned(),
    ))
}

/// Reads the state before the change and asks for confirmation; `None` if it is declined.
pub(super) async fn preflight(
    context: &Context<'_>,
    mutation: &Mutation<'_>,
    options: ConfirmOptions,
) -> Result<Option<StateBefore>, Failure> {
    let asks = asks(context.global, options);
    let action = mutation.action();
    // An earlier create with the same id may have made a transfer already, so that a list from now
    // does not show the state before it.
    let skips_read = options.no_read || (action == Action::Create && options.request_id.is_some());
    let before = if skips_read {
        StateBefore::default()
    } else {
        let spinner = context.spinner(&format!("Reading {}", action.read_target()));
        let read = mutation.read_before(context.connection.client()).await;
        drop(spinner);
        match read {
            Ok(before) => before,
            Err(error) if would_stop_the_change(&error) => return Err(error.into()),
            // A new customer's transfers may not be readable yet, so a create goes on.
            Err(error) if asks && action != Action::Create => {
                terminal::diagnose(
                    "Nothing was sent, because the transfer could not be read; use --yes to \
                     proceed anyway.\n",
                );
                return Err(error.into());
            }
            Err(error) => {
                let (what, error) = (action.read_target(), output::printable(&message_of(&error)));
                terminal::diagnose(&format!("warning: could not read {what} first: {error}\n"));
                StateBefore::default()
            }
        }
    };
    if asks && !ask(action, &description(mutation, &before)).await? {
        return Ok(None);
    }
    Ok(Some(before))
}

fn asks(global: &GlobalOptions, options: ConfirmOptions) -> bool {
    !options.yes && !global.emulator
}

fn would_stop_the_change(error: &Error) -> bool {
    error.is_invalid_input() || error.is_configuration() || error.is_credential()
}

/// What the question is about.
fn description(mutation: &Mutation<'_>, before: &StateBefore) -> String {
    let mut text = match mutation {
        Mutation::Create(customer, request) => output::new_transfer(*customer, request),
        Mutation::Update(..) => before
            .transfer
            .as_ref()
            .map(output::transfer)
            .unwrap_or_default(),
    };
    if let Mutation::Update(_, Update::AcceptNewCommerce(line_items)) = mutation {
        for (subscription, product) in *line_items {
            let subscription = output::printable(subscription);
            let _ = writeln!(text, "Hands over {subscription} ({product})");
        }
    }
    text
}

/// Asks on a thread of its own, so that Ctrl-C is handled meanwhile.
async fn ask(action: Action, description: &str) -> Result<bool, Failure> {
    terminal::diagnose(description);
    let (first, rest) = action.verb().split_at(1);
    let question = format!("{}{rest} this transfer?", first.to_ascii_uppercase());
    tokio::task::spawn_blocking(move || terminal::ask(&question))
        .await
        .unwrap_or_else(|ended| Err(ended.into()))
        .map_err(|error| Failure::Local(format!("failed to read the answer: {error}")))
}
