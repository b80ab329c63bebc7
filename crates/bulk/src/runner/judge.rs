//! What an answer, an error or a read means for a row.

use partner_center_transfers::types::{ErrorCode, TransferEntity, TransferError, TransferStatus};
use partner_center_transfers::{Error, SubscriptionResult, TransferPhase, explain};

use crate::journal::row::RowUpdate;
use crate::journal::{Outcome, RowState};
use crate::plan::Change;

use super::call::{Reply, ReplyBody};

/// What the answer to a change means.
#[derive(Debug)]
pub(super) enum Judged {
    /// The row has a result for now.
    Result(Box<RowUpdate>),
    /// The row is settled, and the answer leaves open what happened to each subscription.
    WithoutDetails(Box<RowUpdate>),
    /// The answer does not say whether the change was made.
    Unclear,
}

/// Judges a successful answer.
pub(super) fn judge(change: &Change, reply: Reply) -> Judged {
    let (mut update, details) = match (&reply.decoded, change) {
        (ReplyBody::Accepted(result), _) => {
            let (orders, errors) = (&result.orders, &result.transfer_errors);
            match (orders.is_empty(), errors.is_empty()) {
                (true, true) => return Judged::Unclear,
                (false, true) => (RowUpdate::settled(Outcome::Done), false),
                (false, false) => (with_errors(Outcome::InPart, errors), true),
                (true, false) => (with_errors(Outcome::Failed, errors), true),
            }
        }
        (ReplyBody::Transfer(transfer), change) => match by_transfer(change, transfer) {
            Some(update) => (update, false),
            None => return Judged::Unclear,
        },
        (ReplyBody::Nothing, _) => (RowUpdate::settled(Outcome::Done), false),
    };
    update.status = Some(reply.status);
    update.answer = Some(reply.body);
    if details {
        Judged::WithoutDetails(Box::new(update))
    } else {
        Judged::Result(Box::new(update))
    }
}

/// Judges the transfer in an answer. A state that this version does not know, or none, does not
/// contradict the status of the answer.
fn by_transfer(change: &Change, transfer: &TransferEntity) -> Option<RowUpdate> {
    use TransferPhase::{Cancelled, InProgress, Open, Processed, Rejected, Unknown};
    let update = match (change, transfer.phase()) {
        (Change::CreateLicenseBased(_) | Change::CreateNewCommerce(_), _) => {
            // Without its id the new transfer must be looked for.
            transfer.id.as_ref()?;
            RowUpdate::settled(Outcome::Done)
        }
        (Change::AcceptNewCommerce { .. }, _) if transfer.is_settled() => {
            return matches!(transfer.phase(), Processed | Unknown).then(|| accepted(transfer));
        }
        (Change::AcceptNewCommerce { .. }, Open | InProgress | Unknown) => {
            RowUpdate::state(RowState::Processing)
        }
        (Change::Reject { .. }, Rejected | Unknown) | (Change::Cancel(_), Cancelled | Unknown) => {
            RowUpdate::settled(Outcome::Done)
        }
        _ => return None,
    };
    Some(with_transfer(update, transfer))
}

/// The result of a change that a read shows as made.
pub(super) fn applied(change: &Change, transfer: Option<&TransferEntity>) -> RowUpdate {
    match (change, transfer) {
        (Change::Accept { .. } | Change::AcceptNewCommerce { .. }, Some(transfer)) => {
            accepted(transfer)
        }
        (_, Some(transfer)) => with_transfer(RowUpdate::settled(Outcome::Done), transfer),
        (_, None) => RowUpdate::settled(Outcome::Done),
    }
}

/// The result of an accept, by the transfer as it was read afterwards.
fn accepted(transfer: &TransferEntity) -> RowUpdate {
    let summaries = transfer.by_subscription();
    let mut results = summaries.iter().map(|summary| &summary.result);
    let moved = results
        .clone()
        .any(|result| matches!(result, SubscriptionResult::Moved { .. }));
    let failed = results.clone().filter_map(|result| match result {
        SubscriptionResult::Failed { cause, .. } => Some(*cause),
        _ => None,
    });
    let causes: Vec<Option<&str>> = failed.collect();
    let silent = results.any(|result| *result == SubscriptionResult::NotMentioned);
    let in_part = transfer.status == Some(TransferStatus::PartiallyComplete);
    let outcome = match (moved, causes.is_empty()) {
        (false, false) if !silent && !in_part => Outcome::Failed,
        (_, true) if !in_part => Outcome::Done,
        _ => Outcome::InPart,
    };
    let mut update = with_transfer(RowUpdate::settled(outcome), transfer);
    update.cause = summary_of_causes(causes.into_iter().map(Option::unwrap_or_default));
    update.remedy = (outcome != Outcome::Done).then(|| NEW_TRANSFER.to_owned());
    update
}

const NEW_TRANSFER: &str =
    "fix the cause, and let the source create a new transfer of the failed subscriptions only";

/// Adds what a transfer says to the update of its row.
fn with_transfer(mut update: RowUpdate, transfer: &TransferEntity) -> RowUpdate {
    update.transfer = transfer.id.as_ref().map(|id| id.to_ascii_lowercase());
    update.expires = expires(transfer);
    update.read_back = serde_json::to_string(transfer).ok();
    update
}

/// When a transfer expires, as the service sent it.
pub(super) fn expires(transfer: &TransferEntity) -> Option<String> {
    let time = transfer.expiration_time.as_ref()?;
    Some(time.as_str().to_owned())
}

/// The result of an accept with errors in its answer.
fn with_errors(outcome: Outcome, errors: &[TransferError]) -> RowUpdate {
    let mut update = RowUpdate::settled(outcome);
    let code = errors.iter().find_map(|error| error.code.as_ref());
    update.code = code.map(|code| match code {
        ErrorCode::Integer(number) => number.to_string(),
        ErrorCode::String(text) => text.clone(),
    });
    let known = code.and_then(ErrorCode::as_number).and_then(explain);
    update.remedy = Some(known.map_or(NEW_TRANSFER, |known| known.remedy).to_owned());
    let texts = errors.iter().map(|error| error.description.as_deref());
    update.cause = summary_of_causes(texts.map(Option::unwrap_or_default));
    update
}

/// The first cause, and how many there are.
fn summary_of_causes<'a>(causes: impl Iterator<Item = &'a str>) -> Option<String> {
    let causes: Vec<&str> = causes.filter(|cause| !cause.is_empty()).collect();
    match &causes[..] {
        [] => None,
        [one] => Some((*one).to_owned()),
        [first, more @ ..] => Some(format!("{first} (and {} more)", more.len())),
    }
}

/// The result of a create that is not sent, since an open transfer already does the same.
pub(super) fn duplicate(cause: String) -> RowUpdate {
    let mut update = RowUpdate::settled(Outcome::Failed);
    update.cause = Some(cause);
    update.remedy = Some("use that transfer, or end it before you create another one".to_owned());
    update
}

/// The result of a change that the service refuses.
pub(super) fn refused(error: &Error) -> RowUpdate {
    let mut update = RowUpdate::settled(Outcome::Failed);
    update.status = error.status().map(|status| status.as_u16());
    update.code = error.code().map(ToString::to_string);
    let description = error.description().map(str::to_owned);
    update.cause = Some(description.unwrap_or_else(|| error.to_string()));
    update.remedy = error.remedy().map(str::to_owned);
    let body = error.body().filter(|body| !body.is_empty());
    update.answer = body.map(|body| String::from_utf8_lossy(body).into_owned());
    update
}
