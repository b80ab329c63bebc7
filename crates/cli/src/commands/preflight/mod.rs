//! Before a change: reads the current state, stops a change that is already made or is for the other
//! partner, shows what will happen, and asks for confirmation.
//!
//! The state is read even without a question. After an accept, it shows which subscriptions are
//! missing in the response. After a lost response, it distinguishes a withdrawn transfer from one
//! that never existed, and a created transfer from an older one. A failed read prints a warning and
//! does not stop a change that was confirmed with `--yes`.

mod duplicates;
mod eligibility;
mod partners;
mod question;
mod roles;

pub(super) use self::duplicates::short_description as duplicate;
pub(super) use self::eligibility::warnings as eligibility_warnings;
pub(super) use self::partners::wrong_role;
pub(super) use self::roles::short_objection as objection;

use std::fmt::Write as _;

use partner_center_transfers::types::TransferEntity;
use partner_center_transfers::{Error, Response, find_duplicates, printable};

use super::command_line::CommandLines;
use super::context::Context;
use super::mutation::{Mutation, NewTransfer, StateBefore, Update};
use crate::arguments::{ConfirmOptions, GlobalOptions};
use crate::failure::{Failure, message_of};
use crate::outcome::Action;
use crate::profile::Profile;
use crate::{output, suggestion, terminal};

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
    let caller = context.connection.caller()?;
    let caller = caller.as_deref();
    if let Mutation::Create(new) = mutation {
        check_partners(new, caller, options)?;
    }
    // An earlier create with the same id may have made a transfer already. The service recognizes
    // the repeated call; a list from now does not show the state before it, but helps to decide.
    let repeats_create = action == Action::Create && options.request_id.is_some();
    let mut before = if options.no_read || (repeats_create && !asks) {
        StateBefore::default()
    } else {
        read(context, mutation, asks).await?
    };
    let mut description = description(mutation, &before, context.connection.profile());
    match mutation {
        Mutation::Create(new) if repeats_create => {
            let lines = command_lines(context, new);
            let known = before.transfers.take().filter(|_| !new.allow_duplicate);
            let known = known.map_or_else(Vec::new, Response::into_inner);
            let made = find_duplicates(&new.request, caller, &known);
            if !made.is_empty() {
                let made = duplicates::describe(&made, lines);
                let made = format!("The call that you repeat may have been applied: {made}");
                for line in suggestion::lines(&made) {
                    let _ = writeln!(description, "{}", printable(&line));
                }
            }
        }
        Mutation::Create(new) => {
            if let Some(list) = before.transfers.as_ref().filter(|_| !new.allow_duplicate) {
                check_duplicates(context, new, caller, list.get())?;
            }
            if !options.no_read {
                warn_of_ineligible(context, new).await?;
            }
        }
        Mutation::Update(target, _) => {
            let lines = CommandLines {
                global: context.global,
                customer: target.customer,
            };
            let transfer = before.transfer.as_ref();
            let objection = transfer
                .and_then(|transfer| roles::objection(action, *target, transfer, caller, lines));
            if let Some(message) = objection {
                return Err(Failure::NotSent(message));
            }
        }
    }
    if asks {
        let question = question::question(mutation, &before, context.connection.profile());
        if !ask(&description, question).await? {
            return Ok(None);
        }
    }
    Ok(Some(before))
}

/// Reads the state before the change. A failed read is a warning, unless the change would fail too
/// or the question needs what was to be read.
async fn read(
    context: &Context<'_>,
    mutation: &Mutation<'_>,
    asks: bool,
) -> Result<StateBefore, Failure> {
    let action = mutation.action();
    let what = action.read_target();
    let spinner = context.spinner(&format!("Reading {what}"));
    let read = mutation.read_before(context.connection.client()).await;
    drop(spinner);
    match read {
        Ok(before) => Ok(before),
        Err(error) if would_stop_the_change(&error) => Err(error.into()),
        // A new customer's transfers may not be readable yet, so a create goes on.
        Err(error) if asks && action != Action::Create => {
            terminal::diagnose(
                "Nothing was sent, because the transfer could not be read; use --yes to proceed \
                 anyway.\n",
            );
            Err(error.into())
        }
        Err(error) => {
            let unchecked = match action {
                Action::Create => "; an open transfer may contain the same subscriptions already",
                _ => "",
            };
            terminal::warn(&format!(
                "could not read {what} first: {}{unchecked}",
                message_of(&error)
            ));
            Ok(StateBefore::default())
        }
    }
}

fn command_lines<'a>(context: &Context<'a>, new: &NewTransfer) -> CommandLines<'a> {
    CommandLines {
        global: context.global,
        customer: new.customer,
    }
}

/// Fails if the request cannot be meant, or if the other partner has to create the transfer.
fn check_partners(
    new: &NewTransfer,
    caller: Option<&str>,
    options: ConfirmOptions,
) -> Result<(), Failure> {
    let objection = match partners::same_partner(new, caller) {
        // The same option switches off the other checks of the caller's role.
        None if !options.no_read => partners::wrong_partner(new, caller),
        same => same,
    };
    objection.map_or(Ok(()), |message| Err(Failure::NotSent(message)))
}

/// Fails if an open transfer does already what the request asks for.
fn check_duplicates(
    context: &Context<'_>,
    new: &NewTransfer,
    caller: Option<&str>,
    transfers: &[TransferEntity],
) -> Result<(), Failure> {
    let duplicates = find_duplicates(&new.request, caller, transfers);
    if duplicates.is_empty() {
        return Ok(());
    }
    let found = duplicates::describe(&duplicates, command_lines(context, new));
    Err(Failure::NotSent(format!(
        "nothing was sent, because {found}; to create another transfer anyway, add \
         --allow-duplicate"
    )))
}

/// Prints a warning for each subscription that cannot be transferred.
async fn warn_of_ineligible(context: &Context<'_>, new: &NewTransfer) -> Result<(), Failure> {
    let spinner = context.spinner("Reading which subscriptions can be transferred");
    let client = context.connection.client();
    let read = eligibility::warnings(client, new.customer, &new.request).await;
    drop(spinner);
    let warnings = match read {
        Ok(warnings) => warnings,
        Err(error) if would_stop_the_change(&error) => return Err(error.into()),
        Err(error) => {
            vec![format!(
                "could not read which subscriptions can be transferred: {}",
                message_of(&error)
            )]
        }
    };
    for warning in warnings {
        terminal::warn(&warning);
    }
    Ok(())
}

fn asks(global: &GlobalOptions, options: ConfirmOptions) -> bool {
    !options.yes && !global.emulator
}

/// Whether the same error would stop the change too.
fn would_stop_the_change(error: &Error) -> bool {
    error.is_invalid_input() || error.is_configuration() || error.is_credential()
}

/// What the question is about.
fn description(mutation: &Mutation<'_>, before: &StateBefore, profile: &Profile) -> String {
    let mut text = match mutation {
        Mutation::Create(new) => output::new_transfer(new.customer, &new.request),
        Mutation::Update(..) => before
            .transfer
            .as_ref()
            .map(|transfer| output::transfer_in_question(transfer, profile))
            .unwrap_or_default(),
    };
    if let Mutation::Update(_, Update::AcceptNewCommerce(line_items)) = mutation {
        for (subscription, product) in *line_items {
            let hands_over = format!("Hands over {subscription} ({product})");
            let _ = writeln!(text, "{}", printable(&hands_over));
        }
    }
    text
}

/// Asks on a thread of its own, so that Ctrl-C is handled meanwhile.
pub(super) async fn ask(description: &str, question: String) -> Result<bool, Failure> {
    terminal::diagnose(description);
    tokio::task::spawn_blocking(move || terminal::ask(&question))
        .await
        .unwrap_or_else(|ended| Err(ended.into()))
        .map_err(|error| Failure::Local(format!("failed to read the answer: {error}")))
}
