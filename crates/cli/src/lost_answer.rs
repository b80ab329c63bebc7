//! After a change whose answer was lost: what was read back, as a report.

use std::time::SystemTime;

use partner_center_transfers::types::TransferEntity;
use partner_center_transfers::{Confirmation, Error, Timestamp, TransferPhase, Verdict};

use crate::report::{Action, Confirmed, Report};

/// What came of a create whose answer was lost, by the transfers that are like it.
pub(crate) fn created(
    error: Error,
    since: Option<SystemTime>,
    found: Result<Vec<TransferEntity>, Error>,
) -> Report {
    let found = found.map(|found| {
        let (recent, older): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|transfer| is_since(transfer, since));
        let is_open = |transfer: &TransferEntity| transfer.phase() == TransferPhase::Open;
        (recent, older.iter().any(is_open))
    });
    let (verdict, sentence, transfer) = match found {
        Err(error) => (Verdict::Unknown, unreadable(&error), None),
        // The clock here may be wrong.
        Ok((recent, true)) if recent.is_empty() => (
            Verdict::Unknown,
            "unknown: an open transfer has this content, but seems to be older".to_owned(),
            None,
        ),
        // It may have been made by an earlier call.
        Ok((recent, _)) if recent.len() == 1 && recent[0].phase() != TransferPhase::Open => (
            Verdict::Unknown,
            "unknown: the one new transfer with this content is not open any more".to_owned(),
            recent.into_iter().next(),
        ),
        Ok((recent, _)) => by_number(recent),
    };
    confirmed(Action::Create, error, verdict, sentence, transfer)
}

fn is_since(transfer: &TransferEntity, since: Option<SystemTime>) -> bool {
    let created = transfer.created_time.as_ref();
    match (created.and_then(Timestamp::to_system_time), since) {
        (Some(created), Some(since)) => created >= since,
        _ => true,
    }
}

fn by_number(mut found: Vec<TransferEntity>) -> (Verdict, String, Option<TransferEntity>) {
    match (found.pop(), found.len()) {
        (None, _) => (
            Verdict::NotApplied,
            "not applied: no transfer has this content".to_owned(),
            None,
        ),
        (Some(transfer), 0) => (
            Verdict::Applied,
            "applied: one new transfer has this content".to_owned(),
            Some(transfer),
        ),
        (Some(_), others) => (
            Verdict::Unknown,
            format!("unknown: {} new transfers have this content", others + 1),
            None,
        ),
    }
}

/// What came of any other change.
pub(crate) fn read_back(action: Action, error: Error, read: Result<Confirmation, Error>) -> Report {
    match read {
        Ok(read) => {
            let (verdict, sentence) = (read.verdict(), read.to_string());
            confirmed(action, error, verdict, sentence, read.into_transfer())
        }
        Err(unread) => confirmed(action, error, Verdict::Unknown, unreadable(&unread), None),
    }
}

fn unreadable(error: &Error) -> String {
    format!("unknown: reading back failed too: {error}")
}

pub(crate) fn confirmed(
    action: Action,
    error: Error,
    verdict: Verdict,
    sentence: String,
    transfer: Option<TransferEntity>,
) -> Report {
    Report::Confirmed(Box::new(Confirmed {
        action,
        error,
        verdict,
        sentence,
        transfer,
    }))
}
