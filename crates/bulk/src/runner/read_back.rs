//! Reads what became of the change of a row.

use std::time::Duration;

use partner_center_transfers::Verdict;
use partner_center_transfers::types::TransferEntity;
use tokio::sync::OwnedSemaphorePermit;

use crate::journal::row::RowUpdate;
use crate::journal::{JournalError, Outcome, RowState};
use crate::plan::Operation;
use crate::time;

use super::call::{self, Confirmed};
use super::context::Context;
use super::failure::Failure;
use super::judge;
use super::pending::{Pending, Step};
use super::record::record_read;
use super::retry::try_again;
use super::step_end::{StepEnd, again, finished};

/// How often a change is sent without an answer in one run.
const MAX_SENDS: u32 = 4;

/// Reads whether the change was applied, or whether the service has processed it.
pub(super) async fn find_out(
    context: &Context,
    mut pending: Pending,
    place: OwnedSemaphorePermit,
) -> Result<StepEnd, JournalError> {
    let started = context.wall_clock();
    let last_sent = pending.row.last_sent.as_deref();
    let age = last_sent.map_or(Duration::MAX, |sent| time::since(sent, started));
    let read = context
        .in_slot(call::confirm(&context.client, &pending.row))
        .await;
    drop(place);
    let started = time::format(started);
    let is_poll = pending.step == Step::Poll;
    let confirmed = match read {
        Ok(confirmed) => confirmed,
        Err(error) => {
            let status = error.status().map(|status| status.as_u16());
            let failure = Failure::of(&error);
            let mut update = RowUpdate::state(pending.resting_state());
            if failure == Failure::Refused && !is_poll {
                update = RowUpdate::unknown(format!(
                    "may have been applied, and cannot be read back: {error}"
                ));
            } else {
                update.cause = Some(error.to_string());
            }
            record_read(
                context,
                &pending,
                &started,
                status,
                &error.to_string(),
                &update,
            )
            .await?;
            return Ok(try_again(context, pending, failure, &error, &update));
        }
    };
    pending.failures = 0;
    let update = match verdict(&pending, &confirmed) {
        Found::Result(update) => update,
        Found::Processing if is_poll => return Ok(StepEnd::StillProcessing),
        Found::Processing => Box::new(RowUpdate::state(RowState::Processing)),
        Found::NotApplied => return not_found(context, pending, age, &started, &confirmed).await,
    };
    let mut update = *update;
    if let Some(transfer) = &confirmed.transfer {
        update.read_back = serde_json::to_string(transfer).ok();
        update.expires = judge::expires(transfer);
    }
    record_read(context, &pending, &started, None, &confirmed.text, &update).await?;
    Ok(finished(pending, &update))
}

/// What a read shows about a row.
enum Found {
    Result(Box<RowUpdate>),
    Processing,
    NotApplied,
}

fn verdict(pending: &Pending, confirmed: &Confirmed) -> Found {
    let change = &pending.row.change;
    let transfer = confirmed.transfer.as_deref();
    let is_settled = transfer.is_some_and(TransferEntity::is_settled);
    let is_accept = matches!(change.operation(), Operation::Accept);
    let is_poll = pending.step == Step::Poll;
    let update = match confirmed.verdict {
        Verdict::Applied => judge::applied(change, transfer),
        // Only an accept gives line items their results.
        Verdict::Unknown if is_accept && is_settled => judge::applied(change, transfer),
        Verdict::NotYetSettled => return Found::Processing,
        Verdict::NotApplied | Verdict::Unknown if is_poll => return Found::Processing,
        Verdict::NotApplied => return Found::NotApplied,
        Verdict::Overtaken if transfer.is_some() => {
            let refusal = pending.refusal.as_deref().cloned();
            refusal.unwrap_or_else(|| {
                let mut update = RowUpdate::settled(Outcome::Failed);
                update.cause = Some(confirmed.text.clone());
                update
            })
        }
        _ => RowUpdate::unknown(confirmed.text.clone()),
    };
    Found::Result(Box::new(update))
}

/// After a read that shows the change as not applied. A request that is still under way can be
/// applied later, so the read counts only some time after the last attempt.
async fn not_found(
    context: &Context,
    mut pending: Pending,
    age: Duration,
    started: &str,
    confirmed: &Confirmed,
) -> Result<StepEnd, JournalError> {
    let mut update = RowUpdate::state(pending.resting_state());
    let left = context.resend_age().saturating_sub(age);
    if left.is_zero()
        && let Some(refusal) = &pending.refusal
    {
        // In these states of the transfer, the refused request met another one at work, which can
        // be an earlier attempt of this row.
        let is_at_work = matches!(refusal.code.as_deref(), Some("900101" | "900104"));
        update = if is_at_work {
            RowUpdate::unknown(
                "the service was at work on the transfer, and does not show a result",
            )
        } else {
            (**refusal).clone()
        };
    } else if pending.sends >= MAX_SENDS && left.is_zero() {
        update.cause = Some("sent several times without an answer, and not applied".to_owned());
    } else {
        record_read(context, &pending, started, None, &confirmed.text, &update).await?;
        if left.is_zero() {
            pending.step = Step::Send;
        }
        return Ok(again(pending, left));
    }
    record_read(context, &pending, started, None, &confirmed.text, &update).await?;
    Ok(finished(pending, &update))
}
