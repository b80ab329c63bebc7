//! What each command does.

mod account;
mod bulk;
mod command_line;
mod completions;
mod config;
mod context;
mod create_request;
mod explain;
mod line_items;
mod list;
mod man;
mod mutate;
mod mutation;
mod preflight;
mod progress;
mod read;
mod wait;

use std::cell::Cell;

use partner_center_transfers::StatusCode;
use partner_center_transfers::types::CreateTransferRequest;

use self::context::Context;
use self::mutation::{Mutation, NewTransfer, Update};
use crate::arguments::{GlobalOptions, ServiceCommand};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::Report;
use crate::terminal;

pub(crate) use self::account::account;
pub(crate) use self::bulk::run as bulk;
pub(crate) use self::completions::completions;
pub(crate) use self::config::config;
pub(crate) use self::explain::explain;
pub(crate) use self::man::{man, write_man};

/// Runs a command that calls the service, until it is done or interrupted.
pub(crate) async fn run(
    global: &GlobalOptions,
    command: &ServiceCommand,
    invocation: &Invocation,
) -> Result<Report, Failure> {
    if let Some(options) = command.confirm_options() {
        preflight::check(global, options)?;
    }
    let connection = Connection::open(global, command).await?;
    invocation.service.get_or_init(|| connection.service());
    let context = Context {
        global,
        connection: &connection,
        sent_change: Cell::default(),
    };
    tokio::select! {
        // A finished call wins over an interrupt.
        biased;
        report = Box::pin(call(&context, command)) => {
            // Also if there was no time left to try another token.
            if let Err(Failure::Call(error)) = &report
                && error.status() == Some(StatusCode::UNAUTHORIZED)
            {
                connection.forget_token().await;
            }
            report
        }
        _ = tokio::signal::ctrl_c() => {
            // The terminal shows `^C` on the current line.
            if terminal::can_ask() {
                terminal::diagnose("\n");
            }
            Err(Failure::Interrupted(context.sent_change.get()))
        }
    }
}

async fn call(context: &Context<'_>, command: &ServiceCommand) -> Result<Report, Failure> {
    let (change, update) = match command {
        ServiceCommand::Get(target) => return read::get(context, target).await,
        ServiceCommand::List(list) => return list::list(context, list).await,
        ServiceCommand::Eligibility(eligibility) => {
            return read::eligibility(context, eligibility).await;
        }
        ServiceCommand::Wait(wait) => return wait::wait(context, wait).await,
        ServiceCommand::Create(create) => {
            let request = create_request::build(create, context)?;
            if let CreateTransferRequest::LicenseBasedTransferRequest(request) = &request {
                let items = request.line_items.iter();
                check_repeated(items.map(|item| item.subscription_id.as_str()))?;
            }
            let mutation = Mutation::Create(NewTransfer {
                customer: create.customer.id,
                request,
                is_from_file: create.file.is_some(),
                allow_duplicate: create.allow_duplicate,
            });
            return mutate::mutate(context, &mutation, create.confirm).await;
        }
        ServiceCommand::Accept(accept) if accept.new_commerce => {
            let items = &accept.subscription;
            check_repeated(items.iter().map(|(id, _)| id.as_str()))?;
            (&accept.change, Update::AcceptNewCommerce(items))
        }
        ServiceCommand::Accept(accept) => (&accept.change, Update::Accept),
        ServiceCommand::Reject(change) => (change, Update::Reject),
        ServiceCommand::Cancel(change) => (change, Update::Cancel),
        ServiceCommand::Withdraw(change) => (change, Update::Withdraw),
    };
    let mutation = Mutation::Update(change.target, update);
    mutate::mutate(context, &mutation, change.confirm).await
}

/// Fails if a request would contain a subscription twice.
fn check_repeated<'a>(ids: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    let ids: Vec<&str> = ids.collect();
    match line_items::first_repeated(&ids) {
        None => Ok(()),
        Some(id) => Err(Failure::Usage(format!(
            "nothing was sent, because subscription {id} is given twice (letter case does not \
             count): name each subscription once"
        ))),
    }
}
