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

use self::context::Context;
use self::mutation::Mutation;
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
    let context = Context::new(global, &connection);
    tokio::select! {
        // A finished call wins over an interrupt.
        biased;
        report = Box::pin(call(&context, command)) => report,
        _ = tokio::signal::ctrl_c() => {
            // The terminal shows `^C` on the current line.
            if terminal::can_ask() {
                terminal::diagnose("\n");
            }
            Err(Failure::Interrupted(context.sent_change()))
        }
    }
}

async fn call(context: &Context<'_>, command: &ServiceCommand) -> Result<Report, Failure> {
    let (mutation, options) = match command {
        ServiceCommand::Get(target) => return read::get(context, target).await,
        ServiceCommand::List(list) => return read::list(context, list).await,
        ServiceCommand::Eligibility(eligibility) => {
            return read::eligibility(context, eligibility).await;
        }
        ServiceCommand::Wait(wait) => return wait::wait(context, wait).await,
        ServiceCommand::Create(create) => {
            let request = create_request::build(create)?;
            (Mutation::Create(create.customer, request), create.confirm)
        }
        ServiceCommand::Accept(accept) => {
            let target = accept.change.target;
            let mutation = if accept.new_commerce {
                Mutation::AcceptNewCommerce(target, &accept.subscription)
            } else {
                Mutation::Accept(target)
            };
            (mutation, accept.change.confirm)
        }
        ServiceCommand::Reject(change) => (Mutation::Reject(change.target), change.confirm),
        ServiceCommand::Cancel(change) => (Mutation::Cancel(change.target), change.confirm),
        ServiceCommand::Withdraw(change) => (Mutation::Withdraw(change.target), change.confirm),
    };
    mutate::mutate(context, &mutation, options).await
}
