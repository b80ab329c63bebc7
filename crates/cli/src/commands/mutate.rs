//! Runs a command that changes something: preflight, send, and read back if the response is lost.

use partner_center_transfers::RequestId;

use super::command_line::CommandLines;
use super::context::Context;
use super::mutation::Mutation;
use super::preflight::preflight;
use crate::arguments::ConfirmOptions;
use crate::failure::{Failure, SentChange};
use crate::report::{NextCommands, Report};

/// Reads the current state and asks for confirmation, sends the change, and reads the state back
/// if the service may have applied the change but its response was lost.
pub(super) async fn mutate(
    context: &Context<'_>,
    mutation: &Mutation<'_>,
    options: ConfirmOptions,
) -> Result<Report, Failure> {
    let Some(before) = preflight(context, mutation, options).await? else {
        return Ok(Report::Declined);
    };
    let request_id = options.request_id.unwrap_or_else(RequestId::random);
    context.sent_change.set(Some(SentChange {
        action: mutation.action(),
        request_id,
    }));
    let spinner = context.spinner("Waiting for the service");
    let sent = Box::pin(mutation.send(context.connection.client(), request_id, &before)).await;
    drop(spinner);
    match sent {
        Ok(mut report) => {
            set_next(&mut report, context, mutation);
            Ok(report)
        }
        Err(error) if error.may_have_been_applied() => {
            let _spinner = context.spinner("The response was lost; reading the state back");
            let report =
                Box::pin(mutation.read_back(context.connection.client(), &before, error)).await;
            let mut report = Report::ReadBack(Box::new(report));
            set_next(&mut report, context, mutation);
            Ok(report)
        }
        Err(error) => Err(error.into()),
    }
}

/// Adds the commands for a next step. A temporary emulator has ended by then.
fn set_next(report: &mut Report, context: &Context<'_>, mutation: &Mutation<'_>) {
    if let (Mutation::Update(target, _), false) = (mutation, context.global.emulator) {
        let lines = CommandLines {
            global: context.global,
            customer: target.customer,
        };
        report.set_next(NextCommands {
            get: lines.on("get", target.transfer),
            wait: lines.on("wait", target.transfer),
        });
    }
}
