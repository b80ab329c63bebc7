//! What the steps of a row write to the journal. Each function returns when it is on the disk.

use partner_center_transfers::RequestId;

use crate::journal::row::RowUpdate;
use crate::journal::{JournalError, store};
use crate::time;

use super::context::{Context, LATEST_DEPARTURE};
use super::pending::Pending;

/// Writes that the change is about to be sent. Returns when that is on the disk.
pub(super) async fn begin(
    context: &Context,
    pending: &Pending,
    request_id: RequestId,
) -> Result<i64, JournalError> {
    let (row, now) = (pending.row.position, context.now());
    let before = pending.row.before.clone();
    let request_id = request_id.to_string();
    let work = move |journal: &rusqlite::Connection| {
        store::begin(journal, row, &request_id, before.as_deref(), &now)
    };
    context.journal.run(work).await
}

/// Writes that the change was not sent after all.
pub(super) async fn take_back(
    context: &Context,
    pending: &Pending,
    attempt: i64,
) -> Result<(), JournalError> {
    let (row, now) = (pending.row.position, context.now());
    let update = RowUpdate::state(pending.resting_state());
    let work = move |journal: &rusqlite::Connection| {
        store::forget(journal, attempt)?;
        store::update(journal, row, &update, &now)
    };
    context.journal.run(work).await
}

/// Writes the time of an attempt again if it has waited for other calls. After a crash, that time
/// says until when the request can arrive.
pub(super) async fn leaves_in_time(
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
pub(super) async fn end(
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
pub(super) async fn settle(
    context: &Context,
    pending: &Pending,
    attempt: Option<(i64, Option<u16>)>,
    update: &RowUpdate,
) -> Result<(), JournalError> {
    let (row, now) = (pending.row.position, context.now());
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
pub(super) async fn record_read(
    context: &Context,
    pending: &Pending,
    started: &str,
    status: Option<u16>,
    text: &str,
    update: &RowUpdate,
) -> Result<(), JournalError> {
    let (row, now) = (pending.row.position, context.now());
    let (started, text, update) = (started.to_owned(), text.to_owned(), update.clone());
    let work = move |journal: &rusqlite::Connection| {
        store::read(journal, row, (&started, &now), status, &text)?;
        store::update(journal, row, &update, &now)
    };
    context.journal.run(work).await
}
