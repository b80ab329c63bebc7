//! What each command does.

mod completions;
mod context;
mod create_request;
mod explain;
mod man;
mod mutate;
mod mutation;
mod preflight;
mod read;
mod wait;

use std::cell::Cell;

use self::context::Context;
use self::mutation::{Mutation, Update};
use crate::arguments::{GlobalOptions, ServiceCommand};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::report::Report;
use crate::terminal;

pub(crate) use self::completions::completions;
pub(crate) use self::explain::explain;
pub(crate) use self::man::man;

/// Runs a command that calls the service, until it is done or interrupted.
pub(crate) async fn run(
    global: &GlobalOptions,
    command: &ServiceCommand,
) -> Result<Report, Failure> {
    if let Some(options) = command.confirm_options() {
        preflight::check(global, options)?;
    }
    let connection = Connection::open(global, command).await?;
    let context = Context {
        global,
        connection: &connection,
        sent_change: Cell::default(),
    };
    tokio::select! {
        // A finished call wins over an interrupt.
        biased;
        report = Box::pin(call(&context, command)) => report,
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
        ServiceCommand::List(list) => return read::list(context, list).await,
        ServiceCommand::Eligibility(eligibility) => {
            return read::eligibility(context, eligibility).await;
        }
        ServiceCommand::Wait(wait) => return wait::wait(context, wait).await,
        ServiceCommand::Create(create) => {
            let mutation = Mutation::Create(create.customer, create_request::build(create)?);
            return mutate::mutate(context, &mutation, create.confirm).await;
        }
        ServiceCommand::Accept(accept) if accept.new_commerce => (
            &accept.change,
            Update::AcceptNewCommerce(&accept.subscription),
        ),
        ServiceCommand::Accept(accept) => (&accept.change, Update::Accept),
        ServiceCommand::Reject(change) => (change, Update::Reject),
        ServiceCommand::Cancel(change) => (change, Update::Cancel),
        ServiceCommand::Withdraw(change) => (change, Update::Withdraw),
    };
    let mutation = Mutation::Update(change.target, update);
    mutate::mutate(context, &mutation, change.confirm).await
}
