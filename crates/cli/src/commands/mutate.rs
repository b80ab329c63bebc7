//! Runs a command that changes something: preflight, send, and read back if the response is lost.

use partner_center_transfers::RequestId;

use super::context::Context;
use super::mutation::Mutation;
use super::preflight::preflight;
use crate::arguments::ConfirmOptions;
use crate::failure::{Failure, SentChange};
use crate::report::Report;

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
        Ok(report) => Ok(report),
        Err(error) if error.may_have_been_applied() => {
            let _spinner = context.spinner("The response was lost; reading the state back");
            let report =
                Box::pin(mutation.read_back(context.connection.client(), &before, error)).await;
            Ok(Report::ReadBack(Box::new(report)))
        }
        Err(error) => Err(error.into()),
    }
}
