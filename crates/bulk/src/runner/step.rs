//! One step of a row: send its change, find out what became of it, or see whether it is processed.

use std::time::Duration;

use partner_center_transfers::{Error, RequestId};
use tokio::sync::OwnedSemaphorePermit;

use crate::journal::row::RowUpdate;
use crate::journal::{JournalError, store};

use super::call::{self, Before};
use super::context::Context;
use super::failure::Failure;
use super::judge::{self, Judged};
use super::pending::{Pending, Step};
use super::read_back::find_out;
use super::record::{begin, end, leaves_in_time, settle, take_back};
use super::retry::try_again;
use super::step_end::{StepEnd, ambiguous, at_once, finished};

/// How often the transfer of a settled row is read for its details.
const MAX_DETAIL_READS: u32 = 3;

/// Makes the next step of a row. One request has been counted for it already.
pub(super) async fn run(
    context: &Context,
    pending: Pending,
    place: OwnedSemaphorePermit,
) -> Result<StepEnd, JournalError> {
    // What few rows need is boxed here and below: a task of 10 kB for each row costs more than its call.
    match pending.step {
        Step::Send => send(context, pending, place).await,
        Step::Confirm | Step::Poll => Box::pin(find_out(context, pending, place)).await,
    }
}

async fn send(
    context: &Context,
    mut pending: Pending,
    place: OwnedSemaphorePermit,
) -> Result<StepEnd, JournalError> {
    let customer = pending.row.customer;
    if pending.row.before.is_none() && call::needs_read_before(&pending.row.change) {
        let caller = context.options.tenant.as_deref();
        let read = Box::pin(call::read_before(&context.client, caller, &pending.row));
        match context.in_slot(read).await {
            // Nothing of this row was sent yet, so the other transfer is not its own.
            Ok(Before {
                duplicate: Some(cause),
                ..
            }) if !pending.ambiguous => {
                let update = judge::duplicate(cause);
                settle(context, &pending, None, &update).await?;
                return Ok(finished(pending, &update));
            }
            Ok(before) => {
                context.note_reached();
                pending.row.before = Some(before.json);
            }
            Err(error) => return Box::pin(not_applied(context, pending, &error, None)).await,
        }
        if !context.take(customer).await {
            return Ok(at_once(pending));
        }
    }
    let request_id = *pending.row.request_id.get_or_insert_with(RequestId::random);
    pending.sent_at(context.wall_clock());
    let attempt = begin(context, &pending, request_id).await?;
    let reply = {
        let _slot = context.calls.acquire().await;
        // The answers to other calls may have changed what is allowed.
        if context.is_stopping() || context.limits.is_paused(customer) {
            take_back(context, &pending, attempt).await?;
            return Ok(at_once(pending));
        }
        leaves_in_time(context, &pending, attempt).await?;
        pending.sent_at(context.wall_clock());
        Box::pin(call::send(&context.client, &pending.row, request_id)).await
    };
    drop(place);
    let reply = match reply {
        Ok(reply) => {
            context.note_reached();
            reply
        }
        Err(error) if error.may_have_been_applied() => {
            context.note_reached();
            let status = error.status().map(|status| status.as_u16());
            let text = format!("may have been applied: {error}");
            end(context, attempt, status, text).await?;
            match Failure::of(&error) {
                Failure::Unreachable(Some(asked)) => context.limits.pause_all(asked),
                Failure::Limited(asked) => {
                    context.limits.pause_customer(customer, asked);
                }
                _ => {}
            }
            return Ok(ambiguous(pending));
        }
        Err(error) => {
            return Box::pin(not_applied(context, pending, &error, Some(attempt))).await;
        }
    };
    let status = Some(reply.status);
    match judge::judge(&pending.row.change, reply) {
        Judged::Result(update) => {
            settle(context, &pending, Some((attempt, status)), &update).await?;
            if context.options.read_details {
                Box::pin(read_details(context, &pending)).await?;
            }
            Ok(finished(pending, &update))
        }
        Judged::WithoutDetails(update) => {
            settle(context, &pending, Some((attempt, status)), &update).await?;
            Box::pin(read_details(context, &pending)).await?;
            Ok(finished(pending, &update))
        }
        Judged::Unclear => {
            let text = "the answer does not say whether the change was made".to_owned();
            end(context, attempt, status, text).await?;
            Ok(ambiguous(pending))
        }
    }
}

/// After a call that certainly changed nothing: the change, if it has an attempt, or a read.
async fn not_applied(
    context: &Context,
    mut pending: Pending,
    error: &Error,
    attempt: Option<i64>,
) -> Result<StepEnd, JournalError> {
    let status = error.status().map(|status| status.as_u16());
    let failure = Failure::of(error);
    if failure == Failure::Refused {
        let update = judge::refused(error);
        if !pending.ambiguous && !pending.turned_away {
            settle(
                context,
                &pending,
                attempt.map(|attempt| (attempt, status)),
                &update,
            )
            .await?;
            return Ok(finished(pending, &update));
        }
        // The refusal may be because of an earlier attempt that was applied.
        if let Some(attempt) = attempt {
            end(context, attempt, status, format!("refused: {error}")).await?;
        }
        pending.ambiguous = true;
        pending.refusal = Some(Box::new(update));
        pending.step = Step::Confirm;
        return Ok(at_once(pending));
    }
    pending.turned_away |= attempt.is_some() && matches!(failure, Failure::Limited(_));
    let mut update = RowUpdate::state(pending.resting_state());
    update.cause = Some(error.to_string());
    update.status = status;
    if let Some(attempt) = attempt {
        let text = format!("not applied: {error}");
        let (row, now) = (pending.row.position, context.now());
        let written = update.clone();
        let work = move |journal: &rusqlite::Connection| {
            store::end(journal, attempt, &now, status, &text)?;
            store::update(journal, row, &written, &now)
        };
        context.journal.run(work).await?;
    }
    Ok(try_again(context, pending, failure, error, &update))
}

/// Reads the transfer of a settled row, for what became of each subscription. Without it the report
/// has fewer details, so a failure does not fail the row.
async fn read_details(context: &Context, pending: &Pending) -> Result<(), JournalError> {
    let Some(id) = pending.row.change.transfer() else {
        return Ok(());
    };
    let customer = pending.row.customer;
    for _ in 0..MAX_DETAIL_READS {
        let _place = context.places.acquire().await;
        // A run that stops still reads this: the change is a running call until then.
        if !context.take(customer).await && !context.is_stopping() {
            return Ok(());
        }
        let read = context.client.get_transfer().customer_id(customer);
        match context.in_slot(read.transfer_id(id).send()).await {
            Ok(transfer) => {
                let transfer = transfer.into_inner();
                let read_back = serde_json::to_string(&transfer).unwrap_or_default();
                let (row, expires) = (pending.row.position, judge::expires(&transfer));
                let work = move |journal: &rusqlite::Connection| {
                    store::add_details(journal, row, &read_back, expires.as_deref())
                };
                return context.journal.run(work).await;
            }
            Err(error) => match Failure::of(&error) {
                Failure::Limited(time) => {
                    context.limits.pause_customer(customer, time);
                }
                Failure::Transient(_) | Failure::Unreachable(_) => {
                    context.sleep(Duration::from_secs(1)).await;
                }
                Failure::Caller | Failure::Refused => return Ok(()),
            },
        }
    }
    Ok(())
}
