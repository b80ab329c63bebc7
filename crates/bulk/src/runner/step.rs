//! One step of a row: send its change, find out what became of it, or see whether it is processed.

use std::time::Duration;

use partner_center_transfers::types::TransferEntity;
use partner_center_transfers::{Error, RequestId, Verdict};

use crate::journal::row::RowUpdate;
use crate::journal::{JournalError, RowState, store};
use crate::time;

use super::call::{self, Confirmed};
use super::context::{Context, LATEST_DEPARTURE};
use super::event::{Event, PauseReason, RowEvent, StopReason};
use super::failure::Failure;
use super::judge::{self, Judged};
use super::pending::{Pending, Step};

/// How often a step is tried that fails for a reason that may pass. With the delays between them
/// this takes about two minutes.
const MAX_FAILURES: u32 = 8;
/// How often a change is sent without an answer in one run.
const MAX_SENDS: u32 = 4;
/// How often the transfer of a settled row is read for its details.
const MAX_DETAIL_READS: u32 = 3;

/// How a step ended.
#[derive(Debug)]
pub(super) enum StepEnd {
    /// The row has a result for now, which is in the journal.
    Finished(RowEvent),
    /// The row is still processed, as before.
    StillProcessing,
    /// The row has a next step, after this time at the earliest.
    Again {
        pending: Box<Pending>,
        after: Duration,
        event: Option<Event>,
    },
    /// The run must end.
    Stop(StopReason),
}

/// Makes the next step of a row. One request has been counted for it already.
pub(super) async fn run(context: &Context, pending: Pending) -> Result<StepEnd, JournalError> {
    match pending.step {
        Step::Send => send(context, pending).await,
        Step::Confirm | Step::Poll => find_out(context, pending).await,
    }
}

fn at_once(pending: Pending) -> StepEnd {
    again(pending, Duration::ZERO)
}

fn again(pending: Pending, after: Duration) -> StepEnd {
    StepEnd::Again {
        pending: Box::new(pending),
        after,
        event: None,
    }
}

fn finished(pending: Pending, update: &RowUpdate) -> StepEnd {
    StepEnd::Finished(RowEvent {
        number: pending.row.number,
        key: pending.row.key,
        line: pending.row.line,
        customer: pending.row.customer,
        state: update.state,
        outcome: update.outcome,
        cause: update.cause.clone(),
    })
}

async fn send(context: &Context, mut pending: Pending) -> Result<StepEnd, JournalError> {
    let customer = pending.row.customer;
    if pending.row.before.is_none() && call::needs_read_before(&pending.row.change) {
        match in_slot(context, call::read_before(&context.client, &pending.row)).await {
            Ok(before) => pending.row.before = Some(before),
            Err(error) => return not_applied(context, pending, &error, None).await,
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
        call::send(&context.client, &pending.row, request_id).await
    };
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) if error.may_have_been_applied() => {
            let status = error.status().map(|status| status.as_u16());
            let text = format!("may have been applied: {error}");
            end(context, attempt, status, text).await?;
            return Ok(ambiguous(pending));
        }
        Err(error) => return not_applied(context, pending, &error, Some(attempt)).await,
    };
    let status = Some(reply.status);
    match judge::judge(&pending.row.change, reply) {
        Judged::Result(update) => {
            settle(context, &pending, Some((attempt, status)), &update).await?;
            if context.options.read_details {
                read_details(context, &pending).await?;
            }
            Ok(finished(pending, &update))
        }
        Judged::WithoutDetails(update) => {
            settle(context, &pending, Some((attempt, status)), &update).await?;
            read_details(context, &pending).await?;
            Ok(finished(pending, &update))
        }
        Judged::Unclear => {
            let text = "the answer does not say whether the change was made".to_owned();
            end(context, attempt, status, text).await?;
            Ok(ambiguous(pending))
        }
    }
}

/// After an attempt that may have been applied, the transfer is read before anything else.
fn ambiguous(mut pending: Pending) -> StepEnd {
    pending.ambiguous = true;
    pending.sends += 1;
    pending.failures = 0;
    pending.step = Step::Confirm;
    at_once(pending)
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
        if !pending.ambiguous {
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
        pending.refusal = Some(Box::new(update));
        pending.step = Step::Confirm;
        return Ok(at_once(pending));
    }
    let mut update = RowUpdate::state(pending.resting_state());
    update.cause = Some(error.to_string());
    update.status = status;
    if let Some(attempt) = attempt {
        let text = format!("not applied: {error}");
        let (row, now) = (pending.row.number, context.now());
        let written = update.clone();
        let work = move |journal: &rusqlite::Connection| {
            store::end(journal, attempt, &now, status, &text)?;
            store::update(journal, row, &written, &now)
        };
        context.journal.run(work).await?;
    }
    Ok(try_again(context, pending, failure, error, &update))
}

/// After a failure that may pass.
fn try_again(
    context: &Context,
    mut pending: Pending,
    failure: Failure,
    error: &Error,
    update: &RowUpdate,
) -> StepEnd {
    let customer = pending.row.customer;
    let (asked, is_for_all) = match failure {
        Failure::Caller => return StepEnd::Stop(StopReason::Refused(error.to_string())),
        Failure::Limited(time) => {
            let all = context.limits.pause_customer(customer, time);
            return StepEnd::Again {
                pending: Box::new(pending),
                after: Duration::ZERO,
                event: Some(Event::Paused {
                    customer: (!all).then_some(customer),
                    time,
                    reason: PauseReason::RateLimited,
                }),
            };
        }
        Failure::Unreachable(asked) => (asked, true),
        Failure::Transient(asked) => (asked, false),
        Failure::Refused => return finished(pending, update),
    };
    pending.failures += 1;
    if pending.failures > MAX_FAILURES {
        return if is_for_all {
            StepEnd::Stop(StopReason::Unreachable(error.to_string()))
        } else {
            // A resume tries it again.
            finished(pending, update)
        };
    }
    let backoff = Duration::from_secs(1 << (pending.failures - 1).min(6));
    let jitter = context.client.runtime().random().clamp(0.0, 1.0);
    let time = backoff
        .mul_f64(0.5 + jitter / 2.0)
        .max(asked.unwrap_or_default());
    if is_for_all {
        context.limits.pause_all(time);
    }
    StepEnd::Again {
        pending: Box::new(pending),
        after: time,
        event: is_for_all.then_some(Event::Paused {
            customer: None,
            time,
            reason: PauseReason::Unavailable,
        }),
    }
}

/// Reads whether the change was applied, or whether the service has processed it.
async fn find_out(context: &Context, mut pending: Pending) -> Result<StepEnd, JournalError> {
    let started = context.wall_clock();
    let last_sent = pending.row.last_sent.as_deref();
    let age = last_sent.map_or(Duration::MAX, |sent| time::since(sent, started));
    let read = in_slot(context, call::confirm(&context.client, &pending.row)).await;
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
    let is_accept = matches!(change.operation(), crate::plan::Operation::Accept);
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
                let mut update = RowUpdate::settled(crate::journal::Outcome::Failed);
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

/// Makes a call as one of those that may be made at the same time.
async fn in_slot<T>(context: &Context, call: impl Future<Output = T>) -> T {
    let _slot = context.calls.acquire().await;
    call.await
}

/// Writes that the change is about to be sent. Returns when that is on the disk.
async fn begin(
    context: &Context,
    pending: &Pending,
    request_id: RequestId,
) -> Result<i64, JournalError> {
    let (row, now) = (pending.row.number, context.now());
    let before = pending.row.before.clone();
    let request_id = request_id.to_string();
    let work = move |journal: &rusqlite::Connection| {
        store::begin(journal, row, &request_id, before.as_deref(), &now)
    };
    context.journal.run(work).await
}

/// Writes that the change was not sent after all.
async fn take_back(context: &Context, pending: &Pending, attempt: i64) -> Result<(), JournalError> {
    let (row, now) = (pending.row.number, context.now());
    let update = RowUpdate::state(pending.resting_state());
    let work = move |journal: &rusqlite::Connection| {
        store::forget(journal, attempt)?;
        store::update(journal, row, &update, &now)
    };
    context.journal.run(work).await
}

/// Writes the time of an attempt again if it has waited for other calls. After a crash, that time
/// says until when the request can arrive.
async fn leaves_in_time(
    context: &Context,
    pending: &Pending,
    attempt: i64,
) -> Result<(), JournalError> {
    let now = context.wall_clock();
    let planned = pending.row.last_sent.as_deref();
    if planned.is_some_and(|planned| time::since(planned, now) < LATEST_DEPARTURE / 2) {
        return Ok(());
    }
    let now = time::format(now);
    let work = move |journal: &rusqlite::Connection| store::restamp(journal, attempt, &now);
    context.journal.run(work).await
}

/// Writes how an attempt ended; the row stays as it is.
async fn end(
    context: &Context,
    attempt: i64,
    status: Option<u16>,
    text: String,
) -> Result<(), JournalError> {
    let now = context.now();
    let work =
        move |journal: &rusqlite::Connection| store::end(journal, attempt, &now, status, &text);
    context.journal.run(work).await
}

/// Writes the result of a row.
async fn settle(
    context: &Context,
    pending: &Pending,
    attempt: Option<(i64, Option<u16>)>,
    update: &RowUpdate,
) -> Result<(), JournalError> {
    let (row, now) = (pending.row.number, context.now());
    let update = update.clone();
    let work = move |journal: &rusqlite::Connection| {
        if let Some((attempt, status)) = attempt {
            let outcome = update
                .outcome
                .map_or(update.state.as_str(), |outcome| outcome.as_str());
            store::end(journal, attempt, &now, status, outcome)?;
        }
        store::update(journal, row, &update, &now)
    };
    context.journal.run(work).await
}

/// Writes a read, and what it means for the row.
async fn record_read(
    context: &Context,
    pending: &Pending,
    started: &str,
    status: Option<u16>,
    text: &str,
    update: &RowUpdate,
) -> Result<(), JournalError> {
    let (row, now) = (pending.row.number, context.now());
    let (started, text, update) = (started.to_owned(), text.to_owned(), update.clone());
    let work = move |journal: &rusqlite::Connection| {
        store::read(journal, row, (&started, &now), status, &text)?;
        store::update(journal, row, &update, &now)
    };
    context.journal.run(work).await
}

/// Reads the transfer of a settled row, for what became of each subscription. Without it the report
/// has fewer details, so a failure is no failure of the row.
async fn read_details(context: &Context, pending: &Pending) -> Result<(), JournalError> {
    let Some(id) = pending.row.change.transfer() else {
        return Ok(());
    };
    let customer = pending.row.customer;
    for _ in 0..MAX_DETAIL_READS {
        if !context.take(customer).await {
            return Ok(());
        }
        let read = context.client.get_transfer().customer_id(customer);
        match in_slot(context, read.transfer_id(id).send()).await {
            Ok(transfer) => {
                let transfer = transfer.into_inner();
                let read_back = serde_json::to_string(&transfer).unwrap_or_default();
                let (row, expires) = (pending.row.number, judge::expires(&transfer));
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
